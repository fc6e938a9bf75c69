"""Results from records: the word, the number that decides, and what is not a FAIL."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.safety.stop import StopBox
from rig.tui.models.result import failure, read_result, without_place
from tests.runs import Run


def test_a_pass_names_the_skin_temperature_against_its_limit(run: Run, cutoff: Path) -> None:
    result = read_result(run(cutoff).folder)
    assert (result.word, result.glyph, result.confirmed, result.simulated) == ("PASS", "✓", True, True)
    assert result.deciding.startswith("peak_temperature 40.8")
    assert ", limit ≤ 42.00 °C, step 4, stay off" in result.deciding
    assert not result.needs_attention
    assert [row.name for row in result.rows][:2] == ["peak_temperature", "response_delay"]
    assert result.rows[0].requirements == "CUT-1"
    assert result.notes == ("outputs off, confirmed by read-back",)


def test_a_fail_names_what_failed_and_how_the_run_ended(run: Run, cutoff: Path) -> None:
    result = read_result(run(cutoff, defects=("switch-welded",)).folder)
    assert result.banner.startswith("✗ FAIL  peak_temperature 45.0")
    assert result.notes[0].startswith("ended by interlock: skin.* above 45 °C")
    assert ".yaml" not in " ".join(result.notes)
    assert result.needs_attention


def test_a_stopped_run_is_aborted_and_no_fail(run: Run, cutoff: Path) -> None:
    stop = StopBox()

    class Stopper:
        def began(self, lane: str, folder: Path) -> None:
            pass

        def scanned(self, lane: object) -> None:
            stop.stop("Jo Doe")

    result = read_result(run(cutoff, stop=stop, watcher=Stopper()).folder)
    assert (result.word, result.glyph) == ("ABORTED", "■")
    assert result.deciding == "stop: Jo Doe"


def test_what_could_not_be_run_is_an_error() -> None:
    result = failure("42 °C cut-off", "main", "power is refused:\n  no guardian")
    assert (result.glyph, result.word, result.deciding) == ("!", "ERROR", "no guardian")
    assert result.notes == ("power is refused:", "no guardian")
    assert result.needs_attention


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("a at 45.01 (/tmp/p.yaml:17:5)", "a at 45.01"),
        ("a (b)", "a (b)"),
        ("plain", "plain"),
    ],
)
def test_places_in_files_are_left_out(words: str, short: str) -> None:
    assert without_place(words) == short
