"""Plans that call others: where each mistake is told, whose names count, and what the record is to know of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.documents import Diagnostic
from rig.engine.work import link_plans
from rig.plan.calls import MOST_CALLS
from rig.plan.program import Block, Program, Step
from tests.plan.conftest import Link
from tests.plan.mistakes import HEAD

Write = Callable[[str, str], Path]
Find = Callable[[str], tuple[Program | None, list[Diagnostic]]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a plan that can be called."""

    def written(name: str, body: str) -> Path:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        head = f"plan: {file.stem}\npurpose: Is called.\ndevice: ir-lumbar-wrap\n"
        file.write_text(head + body, encoding="utf-8")
        return file

    return written


@pytest.fixture
def find(link: Link, tmp_path: Path) -> Find:
    """The program of a calling plan, and what was found in it and in those that it calls."""
    return lambda body: link(HEAD + body, file=tmp_path / "plan.yaml")


CALL = "steps:\n  - {name: c, call: other}\n"


def test_a_mistake_is_told_in_the_file_in_which_it_stands(find: Find, write: Write) -> None:
    file = write("other.yaml", "steps:\n  - {name: a, hold: 3 V}\n  - {name: b, supply: {voltage: 30 V}}\n")
    program, found = find(CALL)
    assert program is None
    assert [(d.code, d.file, d.line, d.excerpt[d.column - 1 :][:4]) for d in found] == [
        ("plan/wrong-dimension", str(file), 5, "3 V}"),
        ("plan/beyond-device", str(file), 6, "30 V"),
    ]


def test_places_of_two_files_are_not_mixed_up(find: Find, write: Write) -> None:
    """A voltage beyond the device at one line and column of both; the longer text is that of the called file."""
    step = "  - {name: a, supply: {voltage: %s, current_limit: 1 A}}\n"
    file = write("other.yaml", "# one\n# two\n# three\nsteps:\n" + step % "30.000 V")
    _, found = find("parameters: {}\nsteps:\n" + step % "30 V" + "  - {name: d, call: other}\n")
    told = {d.file: d for d in found if d.code == "plan/beyond-device"}
    called, own = told.pop(str(file)), *told.values()
    assert (called.line, called.column) == (own.line, own.column)
    assert (called.length, own.length) == (len("30.000 V"), len("30 V"))


def test_a_file_that_is_broken_is_told_once_however_often_it_is_called(find: Find, write: Write) -> None:
    file = write("other.yaml", "steps: [{name: a, hold: 1 s\n")
    program, found = find("steps:\n  - {name: c, call: other}\n  - {name: d, call: other}\n")
    assert program is None
    assert [(d.code, d.file) for d in found] == [("yaml/syntax", str(file))]


def test_a_call_that_fails_brings_no_further_mistakes(find: Find) -> None:
    """Its steps might have set the voltage, and a check may name one of them."""
    body = """\
steps:
  - {name: prepare, call: nowhere}
  - {name: on, supply: {output: on}, hold: 9 s}
checks:
  - peak_temperature: {at_most: 42 degC, step: warm}
"""
    _, found = find(body)
    assert [d.code for d in found] == ["plan/unknown-plan"]


def test_a_plan_that_ships_is_called_by_its_name(find: Find, tmp_path: Path) -> None:
    program, found = find(CALL.replace("other", "probe-check"))
    assert found == []
    assert program is not None
    assert [s.file for s in program.sources if s.role == "called plan"] == [
        str(shipped.find_plan_file("probe-check"))
    ]


def test_a_file_beside_the_plan_comes_before_one_that_ships(find: Find, write: Write) -> None:
    file = write("cutoff.yaml", "steps: [{name: mine, hold: 3 s}]\n")
    program, _ = find(CALL.replace("other", "cutoff"))
    assert program is not None
    assert [step.name for step in program.walk()] == ["c / mine"]
    assert str(file) in [source.file for source in program.sources]


def test_a_called_plan_looks_beside_itself(find: Find, write: Write) -> None:
    write("deep/one.yaml", "steps: [{name: in, call: two}]\n")
    write("deep/two.yaml", "steps: [{name: a, hold: 3 s}]\n")
    program, found = find(CALL.replace("other", "deep/one.yaml"))
    assert found == []
    assert program is not None
    assert [step.name for step in program.walk()] == ["c / in / a"]


def test_a_plan_that_calls_itself_by_way_of_another(find: Find, write: Write) -> None:
    write("other.yaml", "steps: [{name: back, call: third}]\n")
    file = write("third.yaml", "steps: [{name: again, call: other}]\n")
    _, found = find(CALL)
    assert [(d.code, d.file) for d in found] == [("plan/recursive-call", str(file))]
    assert "plan.yaml → other.yaml → third.yaml" in found[0].message


def test_calls_go_only_so_deep(find: Find, write: Write) -> None:
    for level in range(MOST_CALLS + 2):
        write(f"l{level}.yaml", f"steps: [{{name: n, call: l{level + 1}}}]\n")
    _, found = find(CALL.replace("other", "l0"))
    assert [d.code for d in found] == ["plan/recursive-call"]
    assert "deep" in found[0].message


def test_with_speaks_the_names_of_the_caller_and_hands_words_on(find: Find, write: Write) -> None:
    parameters = "parameters: {drive: 6 V, level: low}\n"
    write(
        "other.yaml",
        parameters + "steps:\n  - {name: in, call: third, with: {volts: 1.1 × drive, how: level}}\n",
    )
    heat = "supply: {voltage: volts, current_limit: 1.2 A}, belt: {level: how, session: 30 min, regulation: normal}"
    write("third.yaml", f"parameters: {{volts: 5 V, how: medium}}\nsteps: [{{name: a, {heat}, hold: 9 s}}]\n")
    body = "parameters: {mine: 7 V, hot: high}\nsteps:\n  - {name: c, call: other, with: {drive: mine, level: hot}}\n"
    program, found = find(body)
    assert found == []
    assert program is not None
    (step,) = program.walk()
    demands = {demand.output: demand.value for demand in step.demands}
    assert demands["supply.a.voltage"] == pytest.approx(7.7)
    assert demands["belt.level"] == "high"
    assert program.parameters == {"mine": "7 V", "hot": "high"}, "those of called plans are no one's to set"


def test_a_check_of_a_called_step_speaks_the_callers_names(find: Find, write: Write) -> None:
    write("other.yaml", "parameters: {hot: 20 degC}\nsteps:\n  - {name: a, hold: 9 s}\n")
    body = """\
parameters: {hot: 42 degC}
steps:
  - name: each
    for_each: {hot: [41 degC, 42 degC]}
    steps:
      - {name: c, call: other, with: {hot: 21 degC}}
checks:
  - peak_temperature: {at_most: hot, step: c / a}
"""
    program, found = find(body)
    assert found == []
    assert program is not None
    assert [(check.name, check.step, check.limit and check.limit.value) for check in program.checks] == [
        ("peak_temperature [hot=41 degC]", "each[hot=41 degC] / c / a", 41.0),
        ("peak_temperature [hot=42 degC]", "each[hot=42 degC] / c / a", 42.0),
    ]


def test_only_the_steps_of_a_called_plan_are_used(find: Find, write: Write) -> None:
    rest = (
        "interlocks: [{signal: skin.*, above: 44 degC}]\nsetup: [{name: s, hold: 1 s}]\n"
        "teardown: [{name: t, hold: 1 s}]\nchecks: [peak_temperature: {at_most: 1 degC}]\n"
    )
    write("other.yaml", rest + "steps: [{name: a, hold: 9 s}]\n")
    program, found = find(CALL)
    assert found == []
    assert program is not None
    assert (len(program.interlocks), program.setup, program.teardown, program.checks) == (1, (), (), ())


def test_a_called_plan_that_energises_needs_the_callers_interlocks(
    find: Find, write: Write, link: Link
) -> None:
    heat = "supply: {voltage: 7 V, current_limit: 1.2 A, output: on}"
    file = write("other.yaml", f"steps: [{{name: a, {heat}, hold: 9 s}}]\n")
    program, found = find(CALL)
    assert (found, program is not None and program.energises) == ([], ("a", "b"))
    program, found = link(HEAD[: HEAD.index("interlocks")] + CALL, file=file.parent / "plan.yaml")
    assert (program, [(d.code, d.file) for d in found]) == (None, [("plan/no-over-temperature", str(file))])


def test_the_documents_of_a_run_hold_the_called_plans_and_their_hashes(
    bench: BenchDescription, write: Write
) -> None:
    called = write("other.yaml", "steps: [{name: a, hold: 9 s}]\n")
    caller = write("caller.yaml", CALL)
    before = link_plans(bench, [str(caller)], [], {}).documents
    assert {str(called), str(caller)} <= before.keys()
    called.write_text(called.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    after = link_plans(bench, [str(caller)], [], {}).documents
    assert [file for file in before if before[file] != after[file]] == [str(called)]


def test_blocks_are_linked_as_they_are_written(find: Find, write: Write) -> None:
    write("other.yaml", "steps: [{name: a, hold: 9 s}]\n")
    body = """\
setup: [{name: warm, hold: 1 s}]
steps:
  - name: r
    repeat: 3
    steps:
      - {name: c, call: other}
      - {name: t, attempts: 2, steps: [{name: x, hold: 2 s}]}
teardown: [{name: cool, hold: 5 s}]
"""
    program, found = find(body)
    assert found == []
    assert program is not None
    (block,) = program.steps
    assert isinstance(block, Block)
    assert (block.kind, block.times, block.longest_s) == ("repeat", 3, 3 * (9.0 + 2 * 2.0))
    call, tries = block.passes[0].steps
    assert isinstance(call, Block)
    assert isinstance(tries, Block)
    assert [(each.kind, each.attempts) for each in (call, tries)] == [("call", 1), ("group", 2)]
    assert all(isinstance(step, Step) for step in program.setup)
    assert (program.duration_s, program.teardown_s) == (1.0 + 39.0 + 5.0, 5.0)
    assert [step.name for step in program.walk(most=2)] == ["warm", *["r / c / a", "r / t / x"] * 2]
