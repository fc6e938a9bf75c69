"""Blocks of steps on the virtual clock: their order and names in the record, attempts, setup, and what each costs."""

from __future__ import annotations

from pathlib import Path

from rig import shipped
from rig.bench.loading import load_bench
from rig.checks.line_words import words
from rig.cli.results import run_document
from rig.plan.loading import load_program
from rig.simulation.bench import SimulatedBench
from tests.engine.scripted import ON, Script, lines, run_script, told
from tests.runs import verdicts

QUICK = "{name: %s, hold: 1 s}"
CUTOFF = "until: {event: belt.cutoff}"


def report_a_cutoff(bench: SimulatedBench) -> None:
    """An event that a step can wait for, at an instant of the test's choosing."""
    bench.faults.inject("belt:spurious")


def test_setup_and_blocks_in_blocks_come_in_the_order_of_the_plan(tmp_path: Path) -> None:
    body = """\
parameters: {pause: 1 s}
setup:
  - {name: warm, hold: 1 s}
steps:
  - name: sweep
    for_each: {pause: [1 s, 2 s]}
    steps:
      - name: cycles
        repeat: 2
        steps:
          - {name: wait, hold: pause}
      - name: tries
        attempts: 2
        steps:
          - {name: look}
  - {name: last, annotate: nearly done}
"""
    result = run_script(body, tmp_path)
    once = [
        "sweep[pause={0}] >",
        "sweep[pause={0}] / cycles #1 >",
        "sweep[pause={0}] / cycles / wait #1 >",
        "sweep[pause={0}] / cycles / wait #1 held",
        "sweep[pause={0}] / cycles #1 done",
        "sweep[pause={0}] / cycles #2 >",
        "sweep[pause={0}] / cycles / wait #2 >",
        "sweep[pause={0}] / cycles / wait #2 held",
        "sweep[pause={0}] / cycles #2 done",
        "sweep[pause={0}] / tries >",
        "sweep[pause={0}] / tries / look >",
        "sweep[pause={0}] / tries / look done",
        "sweep[pause={0}] / tries done",
        "sweep[pause={0}] done",
    ]
    passes = [line.format(value) for value in ("1 s", "2 s") for line in once]
    assert told(result) == ["warm >", "warm held", *passes, "last >", "last done"]
    assert [line["data"]["text"] for line in lines(result, "event") if line["what"] == "plan.note"] == [
        "nearly done"
    ]


def test_the_passes_of_nested_repeats_are_numbered_from_the_outermost(tmp_path: Path) -> None:
    body = """\
steps:
  - name: outer
    repeat: 2
    steps:
      - {name: inner, repeat: 2, steps: [{name: tick}]}
  - {name: end, hold: 3 s}
"""
    result = run_script(body, tmp_path)
    ticks = [line["pass"] for line in lines(result, "step") if line["step"] == "outer / inner / tick"]
    assert ticks[::2] == ticks[1::2] == [[1, 1], [1, 2], [2, 1], [2, 2]]
    declared = {line["name"]: line["passes"] for line in lines(result, "declare") if line["part"] == "step"}
    assert declared == {"outer": 2, "outer / inner": 4, "outer / inner / tick": 4, "end": 1}
    shown = [text for line in lines(result, "step") if (text := words(line))]
    assert sum(text.endswith("step 'outer / inner / tick #2.1' begins") for text in shown) == 1


def test_the_steps_of_another_plan_go_by_the_name_of_the_call(tmp_path: Path) -> None:
    called = "plan: Two\npurpose: Two steps.\ndevice: ir-lumbar-wrap\nparameters: {pause: 1 s}\n"
    called += "setup: [{name: never, hold: 1 s}]\n"
    called += "steps: [{name: first, hold: pause}, {name: second}]\n"
    (tmp_path / "two.yaml").write_text(called, encoding="utf-8")
    result = run_script("steps:\n  - {name: both, call: two, with: {pause: 3 s}}\n", tmp_path)
    assert told(result) == [
        "both >",
        "both / first >",
        "both / first held",
        "both / second >",
        "both / second done",
        "both done",
    ]
    begin, end = (line["t"] for line in lines(result, "step") if line["step"] == "both / first")
    assert round(end - begin, 6) == 3.1, "a scan for the demands, then the hold that the caller has set"
    (head,) = lines(result, "head")
    assert {item["role"]: Path(item["file"]).name for item in head["documents"]}["called plan"] == "two.yaml"


def test_the_record_says_what_the_parameters_were_set_to(tmp_path: Path) -> None:
    body = "parameters: {pause: 1 s, other: 2 s}\nsteps: [{name: a, hold: pause}, {name: b, hold: other}]\n"
    (head,) = lines(run_script(body, tmp_path, settings={"pause": "3 s"}), "head")
    assert head["parameters"] == {"pause": "3 s", "other": "2 s"}


def test_each_attempt_stands_in_the_record_and_sets_its_demands_anew(tmp_path: Path) -> None:
    body = f"""\
steps:
  - {{name: heat, {ON}, {CUTOFF}, within: 3 s, attempts: 3}}
checks:
  - peak_temperature: {{at_most: 42 degC, step: heat}}
"""
    result = run_script(body, tmp_path, script=Script({8.0: report_a_cutoff}))
    assert told(result) == [
        "heat >",
        "heat retry",
        "heat try 2 >",
        "heat try 2 retry",
        "heat try 3 >",
        "heat try 3 reached",
    ]
    asked = [line["by"] for line in lines(result, "demand") if line["output"] == "supply.a.voltage"]
    assert asked == ["heat", "heat (attempt 2)", "heat (attempt 3)"]
    assert result.ending.kind == "completed"
    assert result.judgement is not None
    (first, second) = result.judgement.retried
    assert first.startswith("heat ran out of time at ")
    assert second.startswith("heat (attempt 2) ran out of time at ")
    program = load_program(tmp_path / "scripted.yaml", load_bench(shipped.bench()))
    assert run_document([(program, result)])["runs"][0]["retried"] == [first, second]
    assert verdicts(result) == {"peak_temperature": "PASS"}, "only the last attempt is judged"


def test_a_time_out_of_the_last_attempt_ends_the_run(tmp_path: Path) -> None:
    body = f"""\
steps:
  - {{name: wait, {CUTOFF}, within: 2 s, attempts: 2}}
  - {{name: never, hold: 1 s}}
checks:
  - peak_temperature: {{at_most: 42 degC}}
"""
    result = run_script(body, tmp_path)
    assert told(result) == ["wait >", "wait retry", "wait try 2 >", "wait try 2 timeout"]
    words, _, place = result.ending.detail.partition(" (/")
    assert (result.ending.kind, words) == ("timeout", "wait (attempt 2)")
    file, line, _ = place.removesuffix(")").split(":")
    assert "name: wait" in Path(f"/{file}").read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert verdicts(result) == {"peak_temperature": "INCONCLUSIVE"}


def test_a_block_is_tried_again_from_its_first_step_and_may_pass(tmp_path: Path) -> None:
    body = f"""\
steps:
  - name: tries
    attempts: 3
    steps:
      - {{name: ready, hold: 1 s}}
      - {{name: wait, {CUTOFF}, within: 2 s}}
checks:
  - peak_temperature: {{at_most: 42 degC}}
  - peak_temperature: {{at_most: 42 degC, step: ready, name: of one step}}
"""
    result = run_script(body, tmp_path, script=Script({5.0: report_a_cutoff}))
    assert told(result) == [
        "tries >",
        "tries / ready >",
        "tries / ready held",
        "tries / wait >",
        "tries / wait timeout",
        "tries retry",
        "tries try 2 >",
        "tries / ready >",
        "tries / ready held",
        "tries / wait >",
        "tries / wait reached",
        "tries try 2 done",
    ]
    assert result.ending.kind == "completed"
    assert verdicts(result) == {"peak_temperature": "PASS", "of one step": "PASS"}


def test_a_time_out_in_the_setup_ends_the_run_before_its_steps(tmp_path: Path) -> None:
    body = (
        f"setup:\n  - {{name: ready, {CUTOFF}, within: 2 s}}\nsteps:\n  - {{name: heat, {ON}, hold: 5 s}}\n"
    )
    result = run_script(body, tmp_path)
    assert told(result) == ["ready >", "ready timeout"]
    assert result.ending.kind == "timeout"
    assert lines(result, "demand") == []


def test_a_pass_that_waits_for_nothing_costs_a_scan(tmp_path: Path) -> None:
    """So that no number of repetitions keeps readings and interlocks waiting."""
    body = "steps:\n  - name: many\n    repeat: 50\n    steps:\n      - {name: nothing}\n  - {name: end, hold: 3 s}\n"
    result = run_script(body, tmp_path)
    begun = [line["t"] for line in lines(result, "step") if line["state"] == "end" and "/" in line["step"]]
    assert len(set(begun)) == len(begun) == 50
    assert round(begun[-1] - begun[0], 6) == 4.9


def test_a_step_waits_for_what_comes_after_its_begin(tmp_path: Path) -> None:
    """An event from before a step, and one that came in the scan in which it began, end no wait of it."""
    body = f"""\
steps:
  - {{name: before, {CUTOFF}, within: 5 s}}
  - {{name: same event, {CUTOFF}, within: 5 s}}
"""
    result = run_script(body, tmp_path, script=Script({2.0: report_a_cutoff}))
    assert told(result) == ["before >", "before reached", "same event >", "same event timeout"]
    (event,) = (line for line in lines(result, "event") if line["what"] == "belt.cutoff")
    begin = next(line["t"] for line in lines(result, "step") if line["step"] == "same event")
    assert event["t"] == begin, "it came in the very scan in which the second step began"
