"""Status registers and completion, as SCPI-1999 vol. 2 §20 and IEEE 488.2 §12 have them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.instruments.asking import ask as question

if TYPE_CHECKING:
    from tests.instruments.conftest import HmpBench, TwinBench

OVER_VOLTAGE = "VOLT:PROT 6,(@2);:OUTP ON,(@2);:VOLT 7.4,(@2)"


ask = partial(question, within_s=3600.0)


@pytest.mark.parametrize("group", ["STATus:OPERation", "STAT:QUES"])
@pytest.mark.parametrize("which", ["supply", "scanner", "hmp"])
def test_the_mandatory_registers_answer(
    bench: TwinBench, hmp_bench: HmpBench, which: str, group: str
) -> None:
    twin = {"supply": bench.supply_twin, "scanner": bench.scanner_twin, "hmp": hmp_bench.twin}[which]
    conversation = twin.connect()
    assert ask(conversation, f"{group}?;:{group}:EVEN?;COND?;ENAB?") == "+0;+0;+0;+0"
    assert ask(conversation, f"{group}:ENAB 65535;ENAB?;:STAT:PRES;:{group}:ENAB?") == "+32767;+0"
    assert int(ask(conversation, f"{group}:ENAB 65536;:SYST:ERR?").split(",")[0]) == -222


def test_an_event_stays_until_it_is_read_and_a_condition_while_it_holds(bench: TwinBench) -> None:
    supply = bench.supply_twin.connect()
    at = "STAT:QUES:INST:ISUM2"
    assert ask(supply, f"{OVER_VOLTAGE};:{at}:COND?") == "+512"
    supply.write(b"VOLT 5,(@2);:OUTP:PROT:CLE (@2)\n", 0.0)
    assert ask(supply, f"{at}:COND?") == "+2"
    assert ask(supply, f"{at}?;:{at}?") == "+514;+0"


def test_a_trip_shows_in_the_status_byte_through_three_masks(bench: TwinBench) -> None:
    supply = bench.supply_twin.connect()
    supply.write(OVER_VOLTAGE.encode() + b"\n", 0.0)
    for mask in ("STAT:QUES:INST:ISUM2:ENAB 512", "STAT:QUES:INST:ENAB 4", "STAT:QUES:ENAB 8192"):
        assert supply.status_byte(0.0) == 0
        supply.write(f"{mask}\n".encode(), 0.0)
    assert supply.status_byte(0.0) == 8
    assert ask(supply, "STAT:QUES:INST:COND?;ENAB?;ISUM2:ENAB?;:STAT:QUES:COND?") == "+4;+4;+512;+8192"
    supply.write(b"*CLS\n", 0.0)
    assert supply.status_byte(0.0) == 0
    assert ask(supply, "STAT:QUES:ENAB?") == "+8192"


def test_masks_are_gone_after_a_loss_of_power(bench: TwinBench) -> None:
    supply = bench.supply_twin.connect()
    supply.write(b"STAT:QUES:ENAB 1;INST:ENAB 4;ISUM2:ENAB 2;:STAT:OPER:ENAB 1\n", 0.0)
    bench.supply_twin.power_cycle(1.0)
    question = "STAT:QUES:ENAB?;INST:ENAB?;:STAT:QUES:INST:ISUM2:ENAB?;:STAT:OPER:ENAB?"
    assert ask(supply, question, 1.0) == "+0;+0;+0;+0"


def test_completion_waits_for_the_scan(bench: TwinBench) -> None:
    """Two channels of 37 ms; after *OPC? the memory holds them both."""
    scanner = bench.scanner_twin.connect()
    assert ask(scanner, "*OPC?") == "1"
    scanner.write(b"CONF:VOLT:DC 0.1,(@101,102);:INIT\n*OPC?\n", 10.0)
    for instant, reply in ((10.0, b""), (10.05, b""), (10.08, b"1\n")):
        item = scanner.read(instant)
        assert item is not None
        assert item[1] == reply
    assert ask(scanner, "DATA:POIN?", 10.08) == "+2"


def test_the_completion_bit_comes_with_the_end_of_the_scan(bench: TwinBench) -> None:
    scanner = bench.scanner_twin.connect()
    scanner.write(b"*CLS;*ESE 1;:CONF:VOLT:DC 0.1,(@101,102);:INIT;*OPC\n", 10.0)
    assert ask(scanner, "*ESR?;*STB?;:STAT:OPER:COND?", 10.05) == "+0;+0;+16"
    assert ask(scanner, "*STB?;*ESR?;:STAT:OPER:COND?;EVEN?", 10.08) == "+32;+1;+0;+16"


def test_a_reset_ends_a_scan_that_somebody_waits_for(bench: TwinBench) -> None:
    one, other = bench.scanner_twin.connect(), bench.scanner_twin.connect()
    one.write(b"CONF:VOLT:DC 0.1,(@101);:TRIG:COUN INF;:INIT;*OPC?\n", 0.0)
    other.write(b"*RST\n", 5.0)
    item = one.read(5.1)
    assert item is not None
    assert item[1] == b"1\n"


def test_a_serial_poll_sees_the_end_of_the_scan(bench: TwinBench) -> None:
    """As clients wait that let INIT;*OPC request service."""
    scanner = bench.scanner_twin.connect()
    scanner.write(b"*CLS;*ESE 1;*SRE 32;:CONF:VOLT:DC 0.1,(@101,102);:INIT;*OPC\n", 10.0)
    assert scanner.status_byte(10.07) == 0
    assert scanner.status_byte(10.08) == 32 | 64


@pytest.mark.parametrize("reset", ["*RST", "*CLS"])
def test_a_reset_forgets_that_completion_was_to_be_told(bench: TwinBench, reset: str) -> None:
    scanner = bench.scanner_twin.connect()
    scanner.write(f"*CLS;:CONF:VOLT:DC 0.1,(@101);:INIT;*OPC;{reset}\n".encode(), 10.0)
    assert ask(scanner, "*ESR?", 20.0) == "+0"


def test_an_endless_scan_completes_when_another_client_aborts_it(bench: TwinBench) -> None:
    one, other = bench.scanner_twin.connect(), bench.scanner_twin.connect()
    one.write(b"CONF:VOLT:DC 0.1,(@101);:TRIG:COUN INF;:INIT;*OPC?\n", 0.0)
    item = one.read(5.0)
    assert item is not None
    assert item[1] == b""
    other.write(b"ABOR\n", 5.0)
    item = one.read(5.1)
    assert item is not None
    assert item[1] == b"1\n"
