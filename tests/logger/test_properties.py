"""What a judgement must not depend on, over whole records: the scale, the clock, and hope in a greater uncertainty."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.checks.judge import Judgement
from tests.logger.samples import MAPPING, PLAN, Sample, changed, seconds, values, verdicts

LIMITS = {
    "rise_time": (150.0, 300.0), "time_to": (60.0, 140.0), "time_constant": (80.0, 120.0), "dead_time": (1.0, 20.0),
    "settling_time": (300.0, 600.0), "steady_mean": (50.0, 56.0), "peak_temperature": (50.0, 56.0),
}  # fmt: skip
"""Limits on either side of what is measured, in s and °C."""

PERMITTED = {"PASS": 0, "INCONCLUSIVE": 1, "FAIL": 1}
"""How good a verdict is: a greater uncertainty may turn a FAIL into an INCONCLUSIVE, and neither into a PASS."""


def plan(share: float) -> str:
    """A plan whose limits lie at a share of the way through their ranges."""
    text = "plan: limits\npurpose: Limits here and there.\nchecks:\n"
    for name, (low, high) in LIMITS.items():
        unit = "degC" if low >= 50.0 and name in ("steady_mean", "peak_temperature") else "s"
        more = {"time_to": "temperature: 40 degC, ", "settling_time": "steady_slope: 0.005 K/min, "}.get(
            name, ""
        )
        text += f"  - {name}: {{{more}at_most: {low + share * (high - low):.4f} {unit}}}\n"
    return text


def judged(**sample: Any) -> Judgement:
    with TemporaryDirectory() as folder:
        return Sample(Path(folder), t=seconds(1500.0, 5.0), **sample).judge()


@cache
def with_budget(half_width: float, share: float) -> dict[str, str]:
    mapping = changed(MAPPING, ("half_width: 0.5 K", f"half_width: {half_width:.6f} K"))
    return verdicts(judged(mapping=mapping, plan=plan(share)))


@given(st.floats(0.01, 2.0), st.floats(1.0, 10.0), st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]))
@settings(max_examples=25, deadline=None)
def test_a_verdict_never_improves_when_the_uncertainty_grows(
    half_width: float, factor: float, share: float
) -> None:
    before, after = with_budget(half_width, share), with_budget(half_width * factor, share)
    for name, verdict in after.items():
        assert PERMITTED[verdict] >= PERMITTED[before[name]], (name, before[name], verdict)
        assert (before[name], verdict) != ("INCONCLUSIVE", "FAIL"), name


@given(st.sampled_from(["K", "degF"]), st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]))
@settings(max_examples=10, deadline=None)
def test_another_scale_changes_no_verdict(unit: str, share: float) -> None:
    def convert(rows: list[list[str]]) -> None:
        for row in rows:
            degc = float(row[2])
            row[2] = repr(degc + 273.15 if unit == "K" else 1.8 * degc + 32.0)

    scaled = judged(mapping=changed(MAPPING, ("unit: degC", f"unit: {unit}")), plan=plan(share), edit=convert)
    assert verdicts(scaled) == verdicts(judged(plan=plan(share)))


@given(st.integers(-(10**6), 10**8))
@settings(max_examples=10, deadline=None)
def test_a_metric_does_not_change_when_time_is_shifted(shift: int) -> None:
    mapping = changed(MAPPING, ("{signal: power, above: 1 %}", f"{{from: {120 + shift} s}}"))
    here = judged(mapping=changed(MAPPING, ("{signal: power, above: 1 %}", "{from: 120 s}")))
    there = judged(time=lambda t: f"{t + shift:.1f}", mapping=mapping) if abs(shift) < 3e7 else here
    assert values(there) == pytest.approx(values(here), rel=1e-6)


def test_the_plan_of_these_properties_judges_all_of_its_checks() -> None:
    assert set(with_budget(0.1, 0.7)) == set(LIMITS)
    assert "INVALID" not in with_budget(0.1, 0.7).values()
    assert PLAN.count("at_most") >= len(LIMITS)
