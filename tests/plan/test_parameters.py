"""Parameters: where their values may stand, how they are set from outside, and that one that is lost is told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.documents import DiagnosticsError
from rig.plan.link_steps import MOST_STEPS
from rig.plan.loading import load_program
from rig.plan.program import Program
from tests.plan.conftest import Link
from tests.plan.mistakes import HEAD, HEAT

PLAN = """\
plan: Set
purpose: Has parameters.
device: ir-lumbar-wrap
parameters:
  drive: {default: rated, least: 6 V, most: 1.1 × rated, about: voltage at the terminals}
  level: {default: high, one_of: [low, high]}
  who: a
  hot: 45 degC
  often: 2
interlocks:
  - {signal: skin.*, above: hot, for: 2 readings}
  - {signal: supply.*.voltage, above: 1.08 × drive}
steps:
  - name: cycles
    repeat: often
    steps:
      - name: heat
        supply: {voltage: drive, current_limit: 1.2 A, output: on}
        belt: {level: level, session: 30 min, regulation: normal}
        hold: 9 s
      - {name: up, ramp: {voltage: 1.05 × drive, over: 9 s, heaters: who}}
checks:
  - peak_temperature: {at_most: hot}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "set.yaml"
    file.write_text(PLAN, encoding="utf-8")
    return file


def set_to(file: Path, bench: BenchDescription, key: str, value: str) -> Program:
    return load_program(file, bench, {key: value})


def test_names_stand_in_steps_interlocks_blocks_and_checks(file: Path, bench: BenchDescription) -> None:
    program = load_program(file, bench)
    assert [rule.limit for rule in program.interlocks] == [45.0, pytest.approx(1.08 * 7.4)]
    heat, up = program.walk()
    assert [demand.value for demand in heat.demands[:2]] == [7.4, 7.4]
    assert heat.demands[-1].value == "high"
    assert up.profile is not None
    assert up.profile.outputs == ("supply.a.voltage",)
    assert up.profile.points[-1][1] == pytest.approx(7.77)
    (check,) = program.checks
    assert check.limit is not None
    assert check.limit.value == 45.0
    assert program.parameters == {
        "drive": "rated",
        "level": "high",
        "who": "a",
        "hot": "45 degC",
        "often": "2",
    }


@pytest.mark.parametrize(
    "setting", ["drive=7 V", "drive=6 V", "drive=1.1 × rated", "level=low", "who=b", "often=3"]
)
def test_a_parameter_is_set_from_outside(file: Path, bench: BenchDescription, setting: str) -> None:
    key, value = setting.split("=")
    assert set_to(file, bench, key, value).parameters[key] == value


def test_what_was_set_is_what_is_done(file: Path, bench: BenchDescription) -> None:
    heat, up = set_to(file, bench, "drive", "6 V").walk()
    assert heat.demands[0].value == 6.0
    assert up.profile is not None
    assert up.profile.points[-1][1] == pytest.approx(6.3)


@pytest.mark.parametrize(
    ("setting", "code", "remedy"),
    [
        ("drive=9 V", "out-of-range", "1.1 × rated or less"),
        ("drive=5 V", "out-of-range", "6 V or more"),
        ("drive=7 A", "wrong-dimension", "7.4 V"),
        ("drive=7,1 V", "bad-quantity", ""),
        ("drive=fast", "bad-quantity", "number with a unit"),
        ("drive=2 × fast", "unknown-name", "rated"),
        ("level=medium", "out-of-range", "low"),
        ("drve=7 V", "unknown-setting", 'did you mean "drive"'),
    ],
)
def test_a_wrong_value_is_marked_where_it_was_set(
    file: Path, bench: BenchDescription, setting: str, code: str, remedy: str
) -> None:
    key, value = setting.split("=")
    with pytest.raises(DiagnosticsError) as caught:
        set_to(file, bench, key, value)
    (found,) = caught.value.diagnostics
    assert (found.code, found.file, found.line, found.column) == (f"plan/{code}", f"--set {key}", 1, 1)
    assert (found.excerpt, found.length) == (value, len(value))
    assert remedy in found.help


def test_a_plain_parameter_of_another_kind_is_marked_where_it_stands(
    file: Path, bench: BenchDescription
) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        set_to(file, bench, "hot", "45 V")
    found = caught.value.diagnostics
    assert [each.code for each in found] == ["plan/wrong-dimension"] * 2
    assert all(each.message.startswith('"hot (45 V)" is a voltage') for each in found)


LOST = """\
parameters: {volts: {default: 7 V, most: 6 V}, who: [a], pause: 3 s}
steps:
  - {name: heat, supply: {heaters: who, voltage: volts, current_limit: 1.2 A, output: on}, hold: pause}
  - {name: sweep, for_each: {volts: [5 V, 6 V]}, steps: [{name: x, supply: {voltage: volts}, hold: pause}]}
  - {name: on, supply: {output: on}, hold: pause}
checks:
  - peak_temperature: {at_most: 42 degC, step: sweep / x}
"""


def test_a_parameter_that_is_lost_brings_no_further_mistakes(link: Link) -> None:
    program, found = link(HEAD + LOST)
    assert program is None
    assert [(d.code, d.excerpt[d.column - 1 :][:3]) for d in found] == [
        ("plan/out-of-range", "7 V"),
        ("plan/wrong-kind", "[a]"),
    ]


def test_a_mistake_in_a_step_of_a_for_each_is_told_once(link: Link) -> None:
    each = "{name: e, for_each: {v: [5 V, 6 V, 7 V]}, steps: [{name: x, supply: {voltage: v}, hold: 3 V}]}"
    _, found = link(HEAD + f"parameters: {{v: 7 V}}\nsteps:\n  - {each}\n")
    assert [d.code for d in found] == ["plan/wrong-dimension"]


def test_a_setup_that_is_lost_is_not_missed(link: Link) -> None:
    """It might have set the voltage."""
    _, found = link(HEAD + "setup: none\nsteps:\n  - {name: on, supply: {output: on}, hold: 9 s}\n")
    assert [d.code for d in found] == ["plan/wrong-kind"]


def test_a_for_each_beyond_the_device_is_marked_in_its_step(link: Link) -> None:
    each = f"{{name: e, for_each: {{v: [7 V, 9.5 V]}}, steps: [{{name: x, {HEAT.replace('7 V', 'v')}, hold: 9 s}}]}}"
    text = HEAD + f"parameters: {{v: 7 V}}\nsteps:\n  - {each}\n"
    _, (found,) = link(text)
    assert (found.code, found.length) == ("plan/beyond-device", 1)
    assert found.message.startswith("9.5 V")


def test_there_is_an_end_to_the_steps_of_a_plan(link: Link) -> None:
    values = ", ".join(f"{1 + number} ms" for number in range(200))
    inner = f"{{name: i, for_each: {{w: [{values}]}}, steps: [{{name: x, hold: v}}]}}"
    body = f"parameters: {{v: 1 s, w: 1 s}}\nsteps:\n  - {{name: o, for_each: {{v: [{values}]}}, steps: [{inner}]}}\n"
    assert MOST_STEPS < 200 * 201
    _, found = link(HEAD + body)
    assert [(d.code, d.severity) for d in found] == [("plan/too-many-steps", "error")]
    assert "repeat" in found[0].help


def test_blocks_in_blocks_end_where_there_are_too_many_steps(link: Link) -> None:
    """Two values a level come to 2²⁴ passes, which nobody waits for."""
    names = [f"v{level}" for level in range(24)]
    item = "{name: x, hold: 1 ms}"
    for name in names:
        item = f"{{name: b, for_each: {{{name}: [1 s, 2 s]}}, steps: [{item}]}}"
    declared = ", ".join(f"{name}: 1 s" for name in names)
    _, found = link(HEAD + f"parameters: {{{declared}}}\nsteps:\n  - {item}\n")
    assert "plan/too-many-steps" in [d.code for d in found]
