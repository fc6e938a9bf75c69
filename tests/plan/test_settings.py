"""``--set key=value`` replaces values of a plan before it is modelled."""

from __future__ import annotations

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.documents import DiagnosticsError
from rig.plan.loading import load_program

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
