"""Relays of the DAQ970A: what the driver sends, and what the twin does with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from instruments.errors import NotConfirmed, Refused, ReplyTimeout, UnexpectedReply
from instruments.keysight_daq970a import KeysightDaq970a
from instruments.protocols import Relays, ScanChannel
from instruments.simulated.daq970a import Daq970aTwin
from instruments.simulated.faults import Fault
from tests.instruments.conftest import SCANNER, ManualClock, Probe, TwinBench

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from instruments.simulated.visa_library import Twin
    from tests.instruments.conftest import Wire

OK = '+0,"No error"'
CARD = "Keysight Technologies,DAQM903A,MY58002667,01.02"


def test_relays_are_closed_opened_and_asked_in_one_exchange_each(wire: Wire) -> None:
    session, _ = wire(
        ("ROUT:CLOS (@201,203);:SYST:ERR?", OK),
        ("ROUT:CLOS? (@203,202,201)", "1,0,1"),
        ("ROUT:OPEN (@201);:SYST:ERR?", OK),
        ("ROUT:CLOS? (@201)", "0"),
    )
    scanner = KeysightDaq970a(session)
    assert isinstance(scanner, Relays)
    scanner.switch_relays([201, 203], closed=True)
    assert scanner.relay_states([203, 202, 201]) == [True, False, True]
    scanner.switch_relays([201], closed=False)
    assert scanner.relay_states([201]) == [False]


@pytest.mark.parametrize("reply", ["1", "1,0,1", "1,9.9E37", ""])
def test_states_that_do_not_fit_the_question_are_refused(wire: Wire, reply: str) -> None:
    session, _ = wire(("ROUT:CLOS? (@201,202)", reply))
    with pytest.raises(UnexpectedReply, match="reading relays back"):
        KeysightDaq970a(session).relay_states([201, 202])


def test_a_refusal_says_what_was_sent(wire: Wire) -> None:
    session, _ = wire(
        ("ROUT:CLOS (@321);:SYST:ERR?", '-222,"Data out of range"'),
        ("SYST:ERR?", OK),
    )
    with pytest.raises(Refused, match=r"switching relays \(ROUT:CLOS \(@321\)\).*-222"):
        KeysightDaq970a(session).switch_relays([321], closed=True)


def test_each_module_with_relays_is_asked_once(wire: Wire) -> None:
    session, _ = wire(("SYST:CTYP? 200", CARD), ("SYST:CTYP? 300", CARD))
    KeysightDaq970a(session).require_relays([301, 201, 220])


@pytest.mark.parametrize(
    "card", ["Keysight Technologies,DAQM901A,MY58022244,01.02", "Keysight Technologies,0,0,0"]
)
def test_a_slot_without_relays_is_named(wire: Wire, card: str) -> None:
    session, _ = wire(("SYST:CTYP? 200", card))
    with pytest.raises(NotConfirmed, match="slot 200") as caught:
        KeysightDaq970a(session).require_relays([201])
    assert card in str(caught.value)


@dataclass
class RelayBench(TwinBench):
    """A scanner alone, with thermocouples in slot 1 and relays in slot 2."""

    probes: dict[int, Probe] = field(default_factory=lambda: {101: Probe(), 102: Probe()})
    moved: list[tuple[int, bool]] = field(default_factory=list)

    def make_twins(self) -> Mapping[str, Twin]:
        self.twin = Daq970aTwin(
            "SIM0002", self.probes, lambda *_: 0.0, self.advanced.append, name="scanner", relay_slots=[2]
        )
        self.twin.relays.changed = lambda channel, closed: self.moved.append((channel, closed))
        return {SCANNER: self.twin}

    def __post_init__(self) -> None:
        super().__post_init__()
        self.link = self.session(SCANNER)
        self.driver = KeysightDaq970a(self.link)
        self.ask = self.link.query


@pytest.fixture
def relays(clock: ManualClock) -> Iterator[RelayBench]:
    bench = RelayBench(clock)
    yield bench
    bench.library.close_library()


def test_the_twin_has_each_module_in_its_slot(relays: RelayBench) -> None:
    relays.driver.require_relays([201, 220])
    assert relays.ask("SYST:CTYP? 100").split(",")[1] == "DAQM901A"
    with pytest.raises(NotConfirmed):
        relays.driver.require_relays([101])
    with pytest.raises(NotConfirmed):
        relays.driver.require_relays([301])


def test_a_relay_moves_once_however_often_it_is_told(relays: RelayBench) -> None:
    for _ in range(2):
        relays.driver.switch_relays([201, 202], closed=True)
    relays.driver.switch_relays([201], closed=False)
    assert relays.moved == [(201, True), (202, True), (201, False)]
    assert relays.driver.relay_states([201, 202, 203]) == [False, True, False]
    assert relays.ask("ROUT:OPEN? (@201,202);:DIAG:REL:CYCL? (@201,202,203)") == "1,0;+1,+1,+0"


def test_a_reset_and_a_loss_of_power_open_every_relay(relays: RelayBench) -> None:
    relays.driver.switch_relays([201, 220], closed=True)
    assert relays.ask("*RST;:ROUT:CLOS? (@201,220)") == "0,0"
    relays.driver.switch_relays([205], closed=True)
    relays.twin.power_cycle(1.0)
    assert relays.moved[-3:] == [(220, False), (205, True), (205, False)]


@pytest.mark.parametrize("channel", [221, 301, 101])
def test_a_list_with_a_channel_that_is_no_relay_moves_none(relays: RelayBench, channel: int) -> None:
    with pytest.raises(Refused, match="-222"):
        relays.driver.switch_relays([201, channel], closed=True)
    assert relays.moved == []
    with pytest.raises(ReplyTimeout):
        relays.driver.relay_states([channel])


def test_relays_leave_the_scan_as_it_is(relays: RelayBench) -> None:
    relays.driver.configure(
        [ScanChannel(101, "voltage"), ScanChannel(102, "voltage")], 1, 50, open_check=False
    )
    before = relays.driver.scan()
    relays.driver.switch_relays([201], closed=True)
    assert relays.driver.scan() == before
    assert relays.ask("ROUT:SCAN?") == "#210(@101,102)"
    assert relays.driver.relay_states([201]) == [True]


def test_a_channel_of_the_scan_is_never_told_to_close(relays: RelayBench) -> None:
    relays.driver.configure([ScanChannel(101, "voltage")], 1, 50, open_check=False)
    with pytest.raises(ValueError, match="are scanned"):
        relays.driver.switch_relays([201, 101], closed=True)
    assert relays.moved == []


def test_a_scanner_that_does_not_answer_is_waited_for_two_seconds(
    relays: RelayBench, clock: ManualClock
) -> None:
    relays.faults["scanner", 1] = Fault("silent")
    with pytest.raises(ReplyTimeout, match="within 2 s"):
        relays.driver.switch_relays([201], closed=True)
    assert clock.now() == pytest.approx(2.0, abs=0.1)
    assert relays.moved == [(201, True)]  # it was heard: only a read-back can tell
