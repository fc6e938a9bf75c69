from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.instruments.asking import ask

if TYPE_CHECKING:
    from instruments.simulated.scpi_engine import Conversation
    from tests.instruments.conftest import TwinBench


@pytest.fixture(params=["supply", "scanner"])
def conversation(bench: TwinBench, request: pytest.FixtureRequest) -> Conversation:
    return (bench.supply_twin if request.param == "supply" else bench.scanner_twin).connect()


def test_the_display_shows_what_it_is_told_until_it_is_cleared(conversation: Conversation) -> None:
    assert ask(conversation, 'DISP:TEXT "RUN 12; don\'t touch";TEXT?') == '"RUN 12; don\'t touch"'
    assert ask(conversation, "DISPlay:TEXT:DATA 'a \"b\"';DATA?") == '"a ""b"""'
    assert ask(conversation, "DISP:TEXT:CLE;:DISP:TEXT?") == '""'


def test_the_display_can_be_dark(conversation: Conversation) -> None:
    assert ask(conversation, "DISP?;:DISP OFF;:DISP:STAT?") == "1;0"
    assert ask(conversation, "DISP:TEXT 'x';*RST;:DISP?;:DISP:TEXT?") == '1;""'


@pytest.mark.parametrize(
    ("text", "code"), [("HELLO", -104), ('"37 °C"', -101), ('"HELLO', -151), ("'", -151), ("'A\"", -151)]
)
def test_text_that_is_no_string_is_refused(conversation: Conversation, text: str, code: int) -> None:
    conversation.write(f"DISP:TEXT {text}\n".encode(), 0.0)
    assert int(ask(conversation, "SYST:ERR?").split(",")[0]) == code


def test_the_keys_are_locked_by_two_spellings(bench: TwinBench) -> None:
    supply = bench.supply_twin.connect()
    assert ask(supply, "SYST:COMM:RLST?;RLST REM;RLST?;:SYST:RWL;:SYST:COMM:RLST?") == "LOC;REM;RWL"
    assert ask(supply, "SYST:LOC;:SYST:COMM:RLSTate?;:SYST:ERR?") == 'LOC;+0,"No error"'
