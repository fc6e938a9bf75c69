"""``--set key=value`` replaces values of a plan before it is modelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.documents import Diagnostics, DiagnosticsError, read_document
from rig.plan.loading import load_program
from rig.plan.settings import apply_settings

CUTOFF = shipped.test_plans() / "cutoff" / "cutoff.yaml"


def test_values_are_replaced_by_path_name_and_number(bench: BenchDescription) -> None:
    program = load_program(
        CUTOFF,
        bench,
        {
            "sampling.belt": "5 Hz",
            "steps.drive to cut-off.supply.voltage": "rated",
            "steps.4.hold": "6 min",
            "interlocks.1.above": "44 degC",
        },
    )
    assert program.sampling.belt_s == 0.2
    assert list(program.walk())[1].demands[0].value == 7.4
    assert list(program.walk())[3].hold_s == 360.0
    assert program.interlocks[0].limit == 44.0


@pytest.mark.parametrize(
    "key", ["sampling.bolt", "steps.9.hold", "steps.baseline", "nothing", "", "steps.1.hold.x"]
)
def test_a_key_that_leads_nowhere_is_refused(bench: BenchDescription, key: str) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        load_program(CUTOFF, bench, {key: "1 s"})
    (found,) = caught.value.diagnostics
    assert (found.code, found.file) == ("plan/unknown-setting", f"--set {key}")


def test_a_bad_value_is_reported_at_the_setting(bench: BenchDescription) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        load_program(CUTOFF, bench, {"steps.baseline.hold": "5 V"})
    (found,) = caught.value.diagnostics
    assert (found.code, found.file, found.line) == ("plan/wrong-dimension", "--set steps.baseline.hold", 1)
    assert "5 V" in str(found)


def test_a_setting_cannot_smuggle_in_structure(bench: BenchDescription) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        load_program(CUTOFF, bench, {"steps.baseline.hold": "{a: b}"})
    assert [found.code for found in caught.value.diagnostics] == ["plan/bad-quantity"]


def test_the_slot_can_be_chosen(bench: BenchDescription) -> None:
    assert load_program(CUTOFF, bench, slot="main").slot == "main"
    with pytest.raises(DiagnosticsError) as caught:
        load_program(CUTOFF, bench, slot="mian")
    (found,) = caught.value.diagnostics
    assert (found.code, found.help) == ("plan/unknown-slot", 'did you mean "main"?')


SWEEP = """\
plan: sweep
purpose: Heats at several voltages.
device: ir-lumbar-wrap
parameters: {drive: rated, last: 8 V, pause: 5 s}
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
steps:
  - name: sweep
    for_each: {drive: [7 V, last]}
    steps:
      - name: heat
        supply: {voltage: drive, current_limit: 1.2 A, output: on}
        belt: {level: low, session: 10 min, regulation: normal}
        hold: pause
      - {name: rest, belt: {level: off}, hold: pause}
checks:
  - time_to: {name: warm in time, temperature: 35 degC, at_most: 5 min}
  - peak_temperature: {at_most: 42 degC}
"""


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    path = tmp_path / "sweep.yaml"
    path.write_text(SWEEP, encoding="utf-8")
    return path


def test_a_step_of_a_block_and_a_check_are_named_directly(sweep: Path, bench: BenchDescription) -> None:
    changes = {
        "steps.sweep.heat.hold": "9 s",
        "steps.sweep.steps.2.hold": "8 s",
        "checks.warm in time.at_most": "4 min",
        "checks.peak_temperature.at_most": "43 degC",
        "checks.1.time_to.temperature": "36 degC",
    }
    program = load_program(sweep, bench, changes)
    assert [step.hold_s for step in program.walk()] == [9.0, 8.0, 9.0, 8.0]
    assert [check.limit.value for check in program.checks if check.limit] == [240.0, 43.0]
    assert program.checks[0].params["temperature"] == 36.0


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("steps.swep.heat.hold", "steps.sweep.heat.hold"),
        ("steps.sweep.heat.supply.voltag", "steps.sweep.heat.supply.voltage"),
        ("checks.peak_temprature.at_most", "checks.peak_temperature.at_most"),
        ("interlocks.1.abov", "interlocks.1.above"),
        ("drve", "drive"),
    ],
)
def test_the_nearest_whole_path_is_named(sweep: Path, bench: BenchDescription, key: str, right: str) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        load_program(sweep, bench, {key: "1 s"})
    (found,) = caught.value.diagnostics
    assert found.help == f'did you mean "{right}"?'


def test_every_path_that_is_named_works(sweep: Path, bench: BenchDescription) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        load_program(sweep, bench, {"zzz": "1 s"})
    (found,) = caught.value.diagnostics
    for path in found.help.removeprefix("e.g. ").removesuffix(" can be set").split(", "):
        diagnostics = Diagnostics()
        document = read_document(sweep, diagnostics)
        assert document is not None
        apply_settings(document, {path: "1 s"}, diagnostics)
        assert not diagnostics.has_errors, path


def test_a_parameter_that_each_for_each_gives_its_values_cannot_be_set(
    sweep: Path, bench: BenchDescription
) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        load_program(sweep, bench, {"drive": "7.2 V"})
    assert [(each.code, each.file) for each in caught.value.diagnostics] == [
        ("plan/idle-setting", "--set drive")
    ]
    for key, text in (("last", "7.5 V"), ("pause", "6 s")):
        load_program(sweep, bench, {key: text})
    sweep.write_text(SWEEP.replace("hold: pause}", "ramp: {voltage: drive, over: 5 s}}"), encoding="utf-8")
    with pytest.raises(DiagnosticsError):
        load_program(sweep, bench, {"drive": "7.2 V"})
    sweep.write_text(
        SWEEP.replace("checks:", "  - {name: after, ramp: {voltage: drive, over: 5 s}}\nchecks:"),
        encoding="utf-8",
    )
    load_program(sweep, bench, {"drive": "7.2 V"})
