"""The fault matrix, row by row, on the virtual clock; some of it on the wall clock, and over sockets and a PTY."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.ports import machine_ports
from rig.cli.verify import Verification
from rig.clock import PacedClock, VirtualClock, WallClock
from rig.documents import DiagnosticsError
from rig.documents.drill import STAGES, FaultRow
from rig.errors import InputError
from rig.plan.loading import load_program
from rig.plan.program import Program
from rig.simulation.drill import Drill, choose_rows, load_matrix
from rig.simulation.drill_judge import Found, RowResult, judge_row
from rig.simulation.drill_stages import Stage
from rig.simulation.serving import ServedBench
from tests.simulation.fault_table import JUDGES, PAGE

MATRIX = load_matrix()
LINKS = ("silent", "late", "garble=1000", "truncate=1000", "cut=1.5", "refuse")
DEVICES = ("supply", "scanner", "belt")
LONG = {"at-trip", "steady", "teardown"}
SHORTLY = {"heating": Stage("heating", 2.0)}
SHORT = {"steps.baseline.hold": "1 s"}


EACH_STAGE = ("supply:silent", "scanner:silent", "belt:silent", "skin.a1:open", "host:disk-full")
"""Faults that the fast suite meets at each short stage; the others while the belt heats, if they befall it then."""
WHILE_HEATING = {row.fault for row in MATRIX.rows if row.stage == "heating"}


def _marked(row: FaultRow) -> Any:
    short = row.stage not in LONG and (row.fault in EACH_STAGE or row.fault not in WHILE_HEATING)
    is_quick = row.stage == "heating" or short
    return pytest.param(row, marks=[] if is_quick else [pytest.mark.slow], id=row.name)


def named(name: str) -> FaultRow:
    return next(row for row in MATRIX.rows if row.name == name)


@pytest.fixture
def program(bench: BenchDescription) -> Program:
    return load_program(shipped.test_plans() / "drill" / "drill.yaml", bench)


def assert_as_expected(result: RowResult) -> None:
    if result.row.known is not None:
        assert result.wrong, f"{result.row.name} is as it should be now: it is no longer known to fail"
        return
    assert result.wrong == ()


@pytest.mark.parametrize("row", [_marked(row) for row in MATRIX.rows])
def test_a_row_comes_out_as_it_should(
    row: FaultRow, bench: BenchDescription, program: Program, tmp_path: Path
) -> None:
    assert_as_expected(Drill(row, bench, program, JUDGES, tmp_path).run(VirtualClock()))


def test_the_matrix_has_every_fault_of_every_link_at_every_stage_but_where_it_shows_nothing() -> None:
    rows = {row.name for row in MATRIX.rows}
    assert len(rows) >= 60
    for device in DEVICES:
        for fault in LINKS:
            stages = [stage for stage in STAGES if f"{device}:{fault} {stage}" in rows]
            assert len(stages) >= 4, f"{device}:{fault}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "supply:silent heating",
        "scanner:cut=1.5 heating",
        "belt:silent heating",
        "skin.a1:open heating",
        "host:step-fails heating",
    ],
)
@pytest.mark.real_time
def test_the_clocks_agree(name: str, bench: BenchDescription, tmp_path: Path) -> None:
    """The same staleness and the same blocking, whichever clock waits."""
    program = load_program(shipped.test_plans() / "drill" / "drill.yaml", bench, SHORT)
    row, found = named(name), {}
    for kind, clock in (("virtual", VirtualClock()), ("wall", PacedClock())):
        result = Drill(row, bench, program, JUDGES, tmp_path / kind, stages=SHORTLY).run(clock)
        assert_as_expected(result)
        found[kind] = result.found
    virtual, wall = found["virtual"], found["wall"]
    assert (virtual.ending, virtual.off, virtual.code) == (wall.ending, wall.off, wall.code)
    assert virtual.seconds is not None
    assert wall.seconds is not None
    assert abs(virtual.seconds - wall.seconds) < 0.5


SERVED = [
    *(f"{device}:{fault} heating" for device in DEVICES for fault in LINKS),
    "host:disk-full heating",
    "host:read-only heating",
    "host:recorder-stalls=60 heating",
    "host:worker-dies=supply heating",
    "host:step-fails heating",
    "host:sigterm heating",
]


@pytest.mark.slow
@pytest.mark.parametrize("name", SERVED)
@pytest.mark.real_time
def test_links_and_the_host_fail_alike_over_sockets_and_a_pty(
    name: str, bench: BenchDescription, tmp_path: Path
) -> None:
    row = named(name)
    goes_on = "completed" in [end.text for end in row.ends]
    hold = {"steps.heating.within": "8 s"} if goes_on else {}
    with ServedBench(bench, bench.slots, 1) as served:
        here = served.description
        program = load_program(shipped.test_plans() / "drill" / "drill.yaml", here, {**SHORT, **hold})
        drill = Drill(row, here, program, JUDGES, tmp_path, stages=SHORTLY)
        result = drill.run_on(served.simulated, machine_ports(WallClock()))
    if goes_on:
        assert (result.found.ending, result.found.off) == ("timeout", "confirmed")
        assert result.found.amps == 0.0
    else:
        assert_as_expected(result)


def found(**changes: Any) -> Found:
    sound = Found(
        ending="lost",
        said="supply: gone",
        off="not confirmed",
        code=3,
        seconds=3.0,
        amps=0.0,
        live=("supply/2",),
        record=Verification(True, False, False, True, None, "", "absent", []),
        kept=True,
    )
    return replace(sound, **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ending": "completed"}, "ended by completed, expected lost"),
        ({"said": "nothing"}, "nothing says 'supply'"),
        ({"off": "confirmed"}, "said to be off, and on: supply/2"),
        ({"code": 0}, "exit code 0, expected 3"),
        ({"seconds": 5.1}, "off took 5.10 s, expected within 5 s"),
        ({"seconds": None}, "off never came"),
        ({"amps": 0.8}, "0.800 A flow at the end"),
        ({"kept": False}, "lines that had been flushed"),
    ],
)
def test_each_way_to_come_out_wrong_is_told(changes: dict[str, Any], words: str) -> None:
    result = judge_row(named("supply:silent heating"), found(**changes))
    assert any(words in wrong for wrong in result.wrong), result.wrong
    assert result.verdict == "FAILED"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("faults: [a:b], when: [steady], ends: [lost], off: confirmed, exit: [3]", "drill/no-bound"),
        ("faults: [a:b], when: [steady], ends: [lost], off: confirmed, exit: [5]", "drill/no-reason"),
        ("faults: [a:b, a:b], when: [start], ends: [lost], off: never on, exit: [3]", "drill/duplicate-row"),
        ("faults: [a:b], when: [later], ends: [lost], off: never on, exit: [3]", "drill/unknown-word"),
        ("faults: [a:b], when: [start], ends: [lost], off: never on", "drill/missing-key"),
    ],
)
def test_mistakes_in_a_matrix_are_told_with_their_place(text: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text(f"drill: x\nbefalls: y\nrows:\n  - {{{text}}}\n", encoding="utf-8")
    with pytest.raises(DiagnosticsError) as caught:
        load_matrix(file)
    assert code in [item.code for item in caught.value.diagnostics]
    assert {item.line for item in caught.value.diagnostics} == {4}


def test_rows_are_chosen_by_a_part_of_their_name_or_a_pattern() -> None:
    assert {row.stage for row in choose_rows(MATRIX, "supply:silent")} == set(STAGES)
    assert all(row.name.startswith("belt:") for row in choose_rows(MATRIX, "belt:* heating"))
    with pytest.raises(InputError, match="none holds 'nonsense'"):
        choose_rows(MATRIX, "nonsense")


def test_a_row_with_a_fault_that_is_none_is_an_error(
    bench: BenchDescription, program: Program, tmp_path: Path
) -> None:
    (scalar,) = named("host:disk-full start").faults
    row = replace(named("host:disk-full start"), faults=(replace(scalar, text="host:nonsense"),))
    with pytest.raises(InputError, match="no such fault of the host"):
        Drill(row, bench, program, JUDGES, tmp_path).run(VirtualClock())


def test_the_page_shows_every_fault_of_the_matrix() -> None:
    shown = set(re.findall(r"^\| (\S+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {row.fault for row in MATRIX.rows} <= shown
