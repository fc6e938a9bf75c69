"""A lane whose steps come from a script: what the engine does when the script is silent, ends, or asks too much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from rig.bench.description import BenchDescription
from rig.clock import VirtualClock
from rig.documents import Diagnostics, DiagnosticsError, read_document
from rig.documents.node_json import node_from_json, node_to_json
from rig.engine.declare import frame_of
from rig.engine.dictation import SILENT_S, Dictation, StepEnd
from rig.engine.head import RunRequest
from rig.engine.run import RunResult, execute
from rig.engine.script import Script, script_to_json
from rig.errors import BenchError, InputError
from rig.plan.growing import GrowingPlan
from rig.plan.loading import load_program
from rig.plan.program import Program, Step
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from tests.runs import Plan, lines_of

Dictate = Callable[[Dictation, Step], None]


@pytest.fixture
def program(bench: BenchDescription, short_plan: Plan) -> Program:
    return load_program(short_plan("5 s"), bench)


@pytest.fixture
def execute_frame(bench: BenchDescription, tmp_path: Path) -> Callable[..., RunResult]:
    """Runs a program's frame; its steps are what is dictated, and time does not stand still for more."""

    def run(program: Program, dictate: Dictate, stop: StopBox | None = None) -> RunResult:
        dictation = Dictation(stands_still=False)
        step = next(program.walk())
        dictate(dictation, step)
        with SimulatedBench(bench, bench.slots, 1, VirtualClock()) as simulated:
            dictations = {program.slot: dictation}
            request = RunRequest([frame_of(program)], bench, tmp_path / "runs", 1, dictations=dictations)
            (result,) = execute(request, simulated.ports, stop or StopBox())
            return result

    return run


def give(dictation: Dictation, step: Step) -> None:
    dictation.give(step)


def give_and_finish(dictation: Dictation, step: Step) -> None:
    dictation.give(step)
    dictation.finish()


def give_and_halt(dictation: Dictation, step: Step) -> None:
    dictation.give(step)
    dictation.halt()


def test_a_script_that_falls_silent_with_an_output_on_is_a_time_out(
    execute_frame: Callable[..., RunResult], program: Program
) -> None:
    result = execute_frame(program, give)
    assert result.ending.kind == "timeout"
    assert "said nothing for 60 s" in result.ending.detail
    assert result.off.confirmed
    (end,) = [line for line in lines_of(result, "step") if line["state"] == "end"]
    (off,) = lines_of(result, "off")
    assert SILENT_S < off["t"] - end["t"] < SILENT_S + 2.0


def test_a_script_that_ends_completes_its_run(
    execute_frame: Callable[..., RunResult], program: Program
) -> None:
    result = execute_frame(program, give_and_finish)
    assert result.ending.kind == "completed"
    assert result.off.confirmed


def test_a_script_that_halts_is_switched_off_even_if_nobody_asks_for_it(
    execute_frame: Callable[..., RunResult], program: Program
) -> None:
    result = execute_frame(program, give_and_halt)
    assert result.ending.kind == "timeout"
    assert "nobody ended its run" in result.ending.detail
    assert result.off.confirmed


def test_a_script_that_failed_ends_in_its_words(
    execute_frame: Callable[..., RunResult], program: Program
) -> None:
    stop = StopBox()
    stop.fail("AssertionError: no")
    result = execute_frame(program, give_and_halt, stop)
    assert (result.ending.kind, result.ending.detail) == ("error", "AssertionError: no")
    assert result.off.confirmed


def test_a_step_that_switches_on_what_was_not_proven_is_refused(
    execute_frame: Callable[..., RunResult], program: Program
) -> None:
    with pytest.raises(BenchError, match="did not begin as one that heats"):
        execute_frame(replace(program, energises=()), give_and_finish)


def plan_of(bench: BenchDescription, path: Path, *sections: str) -> GrowingPlan:
    """A growing plan with those parts of a plan file."""
    document = read_document(path, Diagnostics())
    assert document is not None
    nodes = {key.value: value for key, value in document.root.value}
    plan = GrowingPlan(document, bench, "main")
    for key in ("plan", "purpose", "device"):
        plan.put(key, nodes[key])
    for section in sections:
        for node in nodes[section].value:
            plan.note(section, node)
    return plan


def test_a_plan_that_grows_is_linked_as_the_whole_plan_is(
    bench: BenchDescription, short_plan: Plan, program: Program
) -> None:
    path = short_plan("5 s")
    document = read_document(path, Diagnostics())
    assert document is not None
    nodes = {key.value: value for key, value in document.root.value}
    plan = plan_of(bench, path, "interlocks")
    grown = plan.add("steps", nodes["steps"].value[0])
    assert grown.steps == program.steps
    assert grown.interlocks == program.interlocks
    assert grown.energises == program.energises
    assert plan.add("checks", nodes["checks"].value[0]).checks == program.checks


def test_a_part_with_a_mistake_is_not_kept(bench: BenchDescription, short_plan: Plan) -> None:
    path = short_plan("5 V")
    document = read_document(path, Diagnostics())
    assert document is not None
    nodes = {key.value: value for key, value in document.root.value}
    plan = plan_of(bench, path, "interlocks")
    with pytest.raises(DiagnosticsError, match="plan/wrong-dimension"):
        plan.add("steps", nodes["steps"].value[0])
    assert plan.parts["steps"] == []


def test_all_that_protects_holds_from_the_first_step_though_nothing_heats_yet(
    bench: BenchDescription, short_plan: Plan, program: Program
) -> None:
    plan = plan_of(bench, short_plan("5 s"), "interlocks")
    cold = node_from_json(
        {
            "at": ["x", 1, 1, 1],
            "map": [
                [{"text": "name", "at": ["x", 1, 1, 4]}, {"text": "wait", "at": ["x", 1, 1, 4]}],
                [{"text": "hold", "at": ["x", 1, 1, 4]}, {"text": "5 s", "at": ["x", 1, 1, 4]}],
            ],
        }
    )
    grown = plan.add("steps", cold)
    assert grown.energises == program.energises
    assert grown.interlocks == program.interlocks


def test_a_script_crosses_to_another_process_and_means_the_same(
    bench: BenchDescription, short_plan: Plan
) -> None:
    path = short_plan("5 s")
    document = read_document(path, Diagnostics())
    assert document is not None
    nodes = {key.value: value for key, value in document.root.value}
    plan = plan_of(bench, path, "interlocks")
    here = plan.add("steps", nodes["steps"].value[0])
    ends: list[StepEnd] = []
    there = Script(script_to_json(plan, document, "main"), bench, StopBox(), ends.append)
    assert there.program.steps == here.steps
    assert there.program.interlocks == here.interlocks
    check = node_to_json(nodes["checks"].value[0], document.file)
    assert there.take({"op": "add", "section": "checks", "node": check}) is None
    assert there.program.checks == plan.add("checks", nodes["checks"].value[0]).checks


@pytest.mark.parametrize(
    "line", [b'{"do": "dictate", "op": "dance"}', b'{"do": "dictate", "op": "add"}', b'{"do": "dict', b"[]"]
)
def test_a_part_that_is_not_understood_ends_the_run(
    bench: BenchDescription, short_plan: Plan, line: bytes
) -> None:
    path = short_plan("5 s")
    document = read_document(path, Diagnostics())
    assert document is not None
    plan = plan_of(bench, path, "interlocks", "steps")
    stop = StopBox()
    script = Script(script_to_json(plan, document, "main"), bench, stop, lambda _: None)
    part = script.part_of(line)
    assert part is not None
    assert script.take(part)
    assert stop.request is not None
    assert stop.request.ending == "error"


def test_other_requests_are_left_to_whoever_answers_them(bench: BenchDescription, short_plan: Plan) -> None:
    path = short_plan("5 s")
    document = read_document(path, Diagnostics())
    assert document is not None
    stop = StopBox()
    plan = plan_of(bench, path, "interlocks", "steps")
    script = Script(script_to_json(plan, document, "main"), bench, stop, lambda _: None)
    assert script.part_of(b'{"do": "stop"}') is None
    assert stop.request is None


def test_what_is_no_script_is_an_input_error(bench: BenchDescription) -> None:
    with pytest.raises(InputError, match="reading the script"):
        Script({"document": {}}, bench, StopBox(), lambda _: None)


def test_the_end_of_a_run_frees_a_script_that_waits() -> None:
    dictation = Dictation(stands_still=True)
    ends: list[StepEnd | None] = []
    waiting = Thread(target=lambda: ends.append(dictation.await_end()))
    waiting.start()
    dictation.abandon()
    waiting.join(10.0)
    assert ends == [None]
