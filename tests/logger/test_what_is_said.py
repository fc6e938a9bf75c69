"""What a file or its mapping does not say makes a check INVALID or INCONCLUSIVE, and never a PASS."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.checks.table import METRICS
from rig.documents import DiagnosticsError
from tests.logger.samples import CALIBRATION, MAPPING, PLAN, Sample, changed, reasons, verdicts

HEAT = "heat: {signal: power, above: 1 %}"
BUDGET = MAPPING[MAPPING.index("uncertainty:") :]


def one_check(check: str) -> str:
    return f"plan: one\npurpose: One check.\nchecks:\n  - {check}\n"


@pytest.mark.parametrize(
    ("removed", "put", "words"),
    [
        (f", {CALIBRATION}", "", "bench logger has no calibration"),
        (", began: 2026-06-01T09:30:00+02:00", "", "has no date"),
        ("due: 2027-01-15", "due: 2026-05-31", "was due on 2026-05-31"),
    ],
)
def test_without_a_calibration_that_holds_nothing_passes(
    removed: str, put: str, words: str, tmp_path: Path
) -> None:
    judged = Sample(tmp_path, mapping=changed(MAPPING, (removed, put))).judge()
    assert set(verdicts(judged).values()) == {"INVALID"}
    assert words in reasons(judged)


def test_a_value_beyond_its_limit_fails_also_without_calibration(tmp_path: Path) -> None:
    plan = one_check("steady_mean: {at_most: 40 degC}")
    judged = Sample(tmp_path, plan=plan, mapping=changed(MAPPING, (f", {CALIBRATION}", ""))).judge()
    assert verdicts(judged) == {"steady_mean": "FAIL"}


def test_without_a_budget_temperatures_are_not_judged(tmp_path: Path) -> None:
    judged = Sample(tmp_path, mapping=changed(MAPPING, (BUDGET, ""))).judge()
    found = verdicts(judged)
    assert found["steady_mean"] == found["peak_temperature"] == found["rise_time"] == "INVALID"


def test_without_a_word_about_heat_no_time_counts_from_it(tmp_path: Path) -> None:
    judged = Sample(tmp_path, mapping=changed(MAPPING, (HEAT + "\n", ""))).judge()
    found = verdicts(judged)
    assert found["peak_temperature"] == "PASS"
    assert {verdict for name, verdict in found.items() if name != "peak_temperature"} == {"INVALID"}


def test_heat_from_the_first_row_on_needs_to_be_declared(tmp_path: Path) -> None:
    late = [t for t in Sample(tmp_path).t if t >= 120.0]
    judged = Sample(tmp_path, t=late).judge()
    assert "the heaters were on before the span that is judged began" in reasons(judged)
    declared = Sample(tmp_path, t=late, mapping=changed(MAPPING, (HEAT, "heat: {from: start}"))).judge()
    assert set(verdicts(declared).values()) == {"PASS"}, reasons(declared)
    (rise,) = [r["value"] for r in declared.results if r["name"] == "rise_time"]
    assert rise == pytest.approx(219.7, rel=0.005)


@pytest.mark.parametrize("baseline", ["23 degC", "first reading", "100 s"])
def test_the_state_before_can_be_declared(baseline: str, tmp_path: Path) -> None:
    mapping = changed(MAPPING, (HEAT, f"heat: {{from: 120 s, baseline: {baseline}}}"))
    judged = Sample(tmp_path, mapping=mapping).judge()
    assert set(verdicts(judged).values()) == {"PASS"}, reasons(judged)
    (delay,) = [r["value"] for r in judged.results if r["name"] == "dead_time"]
    assert delay == pytest.approx(10.0, abs=0.2), "a declared instant is known better than one between rows"


def test_a_setpoint_says_when_heat_began_and_is_no_frozen_probe(tmp_path: Path) -> None:
    mapping = changed(
        MAPPING,
        (
            'power: {column: Q1, unit: "%"}',
            "setpoint: {column: Q1, unit: degC}\n  other: {column: Q1, unit: degC}",
        ),
        (HEAT, "heat: {signal: setpoint, above: 30 degC}"),
    )
    plan = PLAN.replace("{at_most", "{of: plate, at_most").replace(
        "{steady_slope", "{of: plate, steady_slope"
    )
    plan = plan.replace("{temperature", "{of: plate, temperature")
    judged = Sample(tmp_path, mapping=mapping, plan=plan).judge()
    assert set(verdicts(judged).values()) == {"PASS"}, reasons(judged)


def test_what_comes_after_the_heat_is_not_part_of_it(tmp_path: Path) -> None:
    mapping = changed(MAPPING, (HEAT, "heat: {from: 120 s, to: 300 s}"))
    judged = Sample(tmp_path, mapping=mapping).judge()
    assert verdicts(judged)["steady_mean"] == "INCONCLUSIVE"


NEEDS_MORE = sorted(
    set(METRICS)
    - {"rise_time", "time_to", "time_constant", "dead_time", "overshoot", "undershoot", "settling_time"}
    - {"steady_mean", "ramp", "peak_temperature", "drift", "cyclic_variation", "overshoot_above"}
    - {"thermal_dose", "damage_integral", "time_above"}
)


@pytest.mark.parametrize("metric", NEEDS_MORE)
def test_what_needs_supply_belt_or_several_probes_never_passes(metric: str, tmp_path: Path) -> None:
    limits = {
        "time": "1000 h", "ratio": "1000", "energy": "1000 kWh", "count": "1000", "temperature_difference": "1000 K"
    }  # fmt: skip
    spec = METRICS[metric]
    number = limits.get(spec.dimension, "1000 degC")
    given = f"{{{spec.sense}: {number}}}" if spec.sense == "at_most" else "{for: 1 s}"
    judged = Sample(tmp_path, plan=one_check(f"{metric}: {given if spec.sense else '{}'}")).judge()
    (result,) = judged.results
    assert result["verdict"] in {"INVALID", "INCONCLUSIVE"}, result
    assert result["reason"]


def test_a_shipped_plan_says_what_the_file_lacks(tmp_path: Path) -> None:
    from rig import shipped

    plan = shipped.plans()["cutoff"].read_text(encoding="utf-8")
    mapping = changed(
        MAPPING, ("plate: {", "skin.a1: {"), ("mapping: heater step", "mapping: belt\ndevice: ir-lumbar-wrap")
    )
    judged = Sample(tmp_path, plan=plan, mapping=mapping).judge()
    assert "PASS" not in verdicts(judged).values()
    assert "the record has no sensor of the belt" in reasons(judged)


def test_a_plan_for_another_device_than_the_record_is_refused(tmp_path: Path) -> None:
    mapping = changed(MAPPING, ("mapping: heater step", "mapping: belt\ndevice: ir-lumbar-wrap"))
    with pytest.raises(DiagnosticsError) as found:
        Sample(tmp_path, mapping=mapping, plan=changed(PLAN, ("checks:", "device: kettle\nchecks:"))).judge()
    assert [each.code for each in found.value.diagnostics] == ["plan/no-device"]


def test_a_step_that_the_record_lacks_never_started(tmp_path: Path) -> None:
    judged = Sample(
        tmp_path, plan=one_check("time_above: {of: plate, level: 40 degC, at_most: 1 h, step: soak}")
    ).judge()
    assert verdicts(judged) == {"time_above": "NOT RUN"}


def test_a_step_of_the_mapping_is_judged_by_itself(tmp_path: Path) -> None:
    mapping = MAPPING + "steps:\n  soak: {from: 600 s, to: 900 s}\n  later: {from: 900 s, to: 2000 s}\n"
    check = "time_above: {of: plate, level: 40 degC, at_most: 1 h, step: STEP}"
    judged = Sample(tmp_path, plan=one_check(check.replace("STEP", "soak")), mapping=mapping).judge()
    assert verdicts(judged) == {"time_above": "PASS"}
    assert judged.results[0]["value"] == pytest.approx(300.0, abs=0.1)
    beyond = Sample(tmp_path, plan=one_check(check.replace("STEP", "later")), mapping=mapping).judge()
    assert verdicts(beyond) == {"time_above": "INCONCLUSIVE"}


def test_an_unknown_signal_is_a_mistake_of_the_plan(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError) as found:
        Sample(tmp_path, plan=changed(PLAN, ("of: plate", "of: plat"))).judge()
    (only,) = found.value.diagnostics
    assert (only.code, only.help) == ("plan/unknown-signal", 'did you mean "plate"?')


def test_of_several_temperatures_a_check_names_one(tmp_path: Path) -> None:
    mapping = changed(MAPPING, ("  power:", "  other: {column: T1, unit: degC}\n  power:"))
    judged = Sample(tmp_path, mapping=mapping).judge()
    assert verdicts(judged)["rise_time"] == "INVALID"
    assert "no heater has skin probes" in reasons(judged)


def test_an_event_of_the_file_is_one_of_the_record(tmp_path: Path) -> None:
    mapping = MAPPING + 'events:\n  - {column: Q1, is: "60.0000", event: belt.fault}\n'
    judged = Sample(tmp_path, mapping=mapping).judge()
    assert "belt.fault from logger at 120.0 s, for which no step waits" in reasons(judged)
    assert set(verdicts(judged).values()) == {"INVALID"}


def test_a_serial_number_that_begins_with_sim_is_of_a_simulation(tmp_path: Path) -> None:
    from rig.checks.view import is_simulated
    from rig.logger.record import record_lines
    from rig.logger.rows import read_rows
    from rig.plan.mapping import load_mapping

    for serial, simulated in (("SIM-1", True), ("MY-1", False)):
        named = changed(MAPPING, ("name: bench logger", f"name: bench logger, serial: {serial}"))
        file, mapping_file, _ = Sample(tmp_path, mapping=named).write()
        mapping = load_mapping(mapping_file)
        assert is_simulated(next(record_lines(file, mapping, read_rows(file, mapping), {}))) is simulated
