"""The drill on a terminal: rows as they come, or one document; 0 only where all came out as expected."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rig.cli import guarded
from rig.cli.drill import drill
from rig.documents.drill import FaultRow
from rig.errors import ExitCode, InputError
from rig.simulation import drill as simulated_drill
from rig.simulation.drill import choose_rows, load_matrix


@pytest.fixture
def weak_row(monkeypatch: pytest.MonkeyPatch) -> FaultRow:
    """The only row of the matrix: what it expects does not come, and that is said to be known."""
    matrix = load_matrix()
    (row,) = choose_rows(matrix, "skin.a1:open heating")
    weak = replace(
        row, ends=(replace(row.ends[0], text="completed"),), known=replace(row.off, text="a weakness")
    )
    monkeypatch.setattr(simulated_drill, "load_matrix", lambda: replace(matrix, rows=(weak,)))
    return weak


def test_rows_that_come_out_as_expected_are_a_table_and_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert drill("supply:cut=1.5", known=False, as_json=False) is ExitCode.PASSED
    head, *rows, last = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["fault", "when", "ending"]
    assert [row.split()[1] for row in rows] == ["start", "heating", "steady", "at-trip", "off", "teardown"]
    assert all(row.endswith("as expected") for row in rows)
    assert last == "6 rows, 0 not as expected, 0 of them known"


def test_a_known_weakness_is_1_unless_it_is_let_pass(
    weak_row: FaultRow, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drill(weak_row.name, known=False, as_json=False) is ExitCode.FAILED
    assert "known: a weakness" in capsys.readouterr().out
    assert drill(weak_row.name, known=True, as_json=False) is ExitCode.PASSED


def test_one_document_tells_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert drill("skin.a1:open heating", known=False, as_json=True) is ExitCode.PASSED
    document = json.loads(capsys.readouterr().out)
    (row,) = document["rows"]
    assert document["as_expected"] is True
    assert (row["fault"], row["when"], row["verdict"], row["ending"]) == (
        "skin.a1:open", "heating", "as expected", "interlock",
    )  # fmt: skip


def test_the_doctor_drills(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["bench", "doctor", "--drill", "--rows", "supply:silent start"]) == 0
    assert "unopened" in capsys.readouterr().out


def test_no_such_row_is_wrong_input() -> None:
    with pytest.raises(InputError, match="none holds"):
        drill("nonsense", known=False, as_json=False)
