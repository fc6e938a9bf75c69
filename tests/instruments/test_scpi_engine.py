from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instruments.simulated.e36300 import E36300Twin
from instruments.simulated.scpi_engine import ERROR_QUEUE, INPUT_BOUND, Conversation

if TYPE_CHECKING:
    from tests.instruments.conftest import TwinBench

LETTERS = "VOLTvolt:;,?*()@#'\" 0123456789.eE+-\té"
ALPHABET = st.sampled_from([*LETTERS, "VOLT ", "(@2)", "*IDN?", ";:"])


def ask(conversation: Conversation, text: str, now: float = 0.0) -> str | None:
    conversation.write(text.encode() + b"\n", now)
    item = conversation.read(now + 60.0)
    return None if item is None else item[1].decode().removesuffix("\n")


@pytest.fixture
def supply(bench: TwinBench) -> Conversation:
    return bench.supply_twin.connect()


@pytest.mark.parametrize(
    "command",
    [
        "VOLT 5,(@2)",
        "volt 5,(@2)",
        ":SOURce:VOLTage:LEVel:IMMediate:AMPLitude 5.0,(@2)",
        "SOUR:VOLT +5E0 , (@2)",
        "VOLTAGE 5000 mV, (@ 2)",
        "INST:NSEL 2;:VOLT 5",
        "INST CH2;VOLT 5",
        "INSTrument P25V;:VOLTage:LEVel 5",
        "APPL CH2,5,1",
        "CURR 1,(@2);VOLT 5,(@2)",
        "CURR:LEV 1,(@2);:VOLT 5,(@2)",
        "VOLT:LEV 1,(@2);LEV 5,(@2)",
        "VOLT:LEV 1,(@2);*CLS;LEV 5,(@2)",
    ],
)
def test_one_command_has_many_spellings(supply: Conversation, command: str) -> None:
    supply.write(command.encode() + b"\r\n", 0.0)
    assert ask(supply, "VOLT? (@2);:SYST:ERR?") == '+5.00000E+00;+0,"No error"'


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("VOLT 5\u00e9", -104),
        ("\u00e9VOLT 5", -101),
        ("!VOLT", -102),
        ("VOLT 5 (@2)", -103),
        ("VOLT?(@2)", -103),
        ("VOLT 5,,(@2)", -103),
        ("VOLT fast,(@2)", -104),
        ("VOLT 5,(@2),6", -108),
        ("VOLT", -109),
        ("VOLTS 5", -113),
        ("VOLT2 5", -114),
        ("VOLT:PROT:CLE?", -113),
        ("VOLT 5 furlong", -131),
        ("VOLT 26,(@2)", -222),
        ("VOLT 5,(@4)", -222),
        ("VOLT 1E999", -222),
        ("VOLT 5,(@1:400)", -222),
        ("INST CH9", -224),
        ("CURR:PROT:STAT ON;VOLT 5", -113),
        ("STAT:QUES:INST:ISUM9:COND?", -114),
        (f"STAT:QUES:INST:ISUM{'9' * 5000}:COND?", -114),
    ],
)
def test_each_mistake_has_its_number_and_changes_nothing(
    supply: Conversation, command: str, code: int
) -> None:
    supply.write(command.encode() + b"\n", 0.0)
    reply = ask(supply, "SYST:ERR?")
    assert reply is not None
    assert int(reply.split(",")[0]) == code


def test_the_rest_of_a_message_runs_after_an_undefined_header(supply: Conversation) -> None:
    assert ask(supply, "WDOG ON;:SYST:ERR?") == '-113,"Undefined header"'


def test_replies_of_one_message_are_joined(supply: Conversation) -> None:
    assert ask(supply, "*OPC?;VOLT? MAX,(@2);CURR? MIN,(@1)") == "1;+2.57500E+01;+2.00000E-03"


def test_the_event_status_register_is_read_once_and_tells_the_class(supply: Conversation) -> None:
    assert ask(supply, "*ESR?") == "+128"
    supply.write(b"NONSENSE\nVOLT 99\n*OPC\n", 0.0)
    assert ask(supply, "*ESR?") == "+49"
    assert ask(supply, "*ESR?") == "+0"


def test_status_byte_tells_errors_messages_events_and_service(supply: Conversation) -> None:
    supply.write(b"*CLS;*ESE 32;*SRE 16\n", 0.0)
    assert supply.status_byte(0.0) == 0
    supply.write(b"NONSENSE\n", 0.0)
    assert supply.status_byte(0.0) == 4 | 32
    supply.write(b"*IDN?\n", 0.0)
    assert supply.status_byte(0.0) == 4 | 32 | 16 | 64
    assert supply.read(1.0) is not None
    assert supply.status_byte(0.0) == 4 | 32
    supply.write(b"*CLS\n", 0.0)
    assert supply.status_byte(0.0) == 0


def test_the_error_queue_ends_in_queue_overflow(supply: Conversation) -> None:
    supply.write(b"NONSENSE\n" * (ERROR_QUEUE + 3), 0.0)
    codes = [(ask(supply, "SYST:ERR?") or "").split(",")[0] for _ in range(ERROR_QUEUE + 1)]
    assert codes == ["-113"] * (ERROR_QUEUE - 1) + ["-350", "+0"]


def test_an_unread_reply_is_interrupted_on_a_message_interface_only(bench: TwinBench) -> None:
    message, stream = bench.supply_twin.connect(), bench.supply_twin.connect(streaming=True)
    message.write(b"*IDN?\n", 0.0)
    assert ask(message, "SYST:ERR?") == '-410,"Query INTERRUPTED"'
    stream.write(b"*OPC?\n*ESR?\n", 0.0)
    assert [stream.read(1.0), stream.read(1.0)] == [(0.01, b"1\n"), (0.01, b"+132\n")]


def test_conversations_share_settings_but_not_replies(bench: TwinBench) -> None:
    first, second = bench.supply_twin.connect(), bench.supply_twin.connect()
    first.write(b"VOLT 3,(@2);VOLT? (@2)\n", 0.0)
    assert second.read(1.0) is None
    assert ask(second, "VOLT? (@2)") == "+3.00000E+00"


def test_a_reply_is_not_ready_before_its_time(supply: Conversation) -> None:
    supply.write(b"*IDN?\n", 5.0)
    assert supply.read(5.0) == (5.01, b"")
    assert supply.read(5.01) is not None


def test_messages_may_arrive_in_pieces(supply: Conversation) -> None:
    supply.write(b"*OP", 0.0)
    assert supply.read(1.0) is None
    supply.write(b"C?\r\n", 0.0)
    assert supply.read(1.0) == (0.01, b"1\n")


def test_endless_input_is_dropped(supply: Conversation) -> None:
    supply.write(b"A" * (INPUT_BOUND + 1), 0.0)
    assert ask(supply, "SYST:ERR?") == '-363,"Input buffer overrun"'


def test_a_repeated_poll_is_parsed_once(bench: TwinBench, monkeypatch: pytest.MonkeyPatch) -> None:
    twin = bench.supply_twin
    compiled: list[str] = []
    original = twin.tree.compile

    def noted(text: str) -> object:
        compiled.append(text)
        return original(text)

    monkeypatch.setattr(twin.tree, "compile", noted)
    conversation = twin.connect(streaming=True)
    for _ in range(3):
        conversation.write(b"MEAS:VOLT? (@2)\n", 0.0)
    assert compiled == ["MEAS:VOLT? (@2)"]


@given(st.one_of(st.text(max_size=60), st.lists(ALPHABET, max_size=30).map("".join)), st.binary(max_size=40))
def test_no_input_can_break_the_parser(text: str, noise: bytes) -> None:
    twin = E36300Twin("E36312A", "SIM9", {}, lambda _c, _i: 0.0, lambda _t: None)
    conversation = twin.connect(streaming=True)
    conversation.write(text.encode() + b"\n" + noise + b"\n", 0.0)
    conversation.write(b"*CLS\n", 0.0)
    while conversation.read(1.0) is not None:
        pass
    assert ask(conversation, "SYST:ERR?") == '+0,"No error"'
