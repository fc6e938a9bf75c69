"""What no metric may depend on: when the run took place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from rig.checks.judge import judge
from rig.checks.table import METRICS, MetricSpec
from tests.checks.declared import check, copied, limit
from tests.checks.regulated import Regulated
from tests.checks.test_transition_metrics import FirstOrder

if TYPE_CHECKING:
    from tests.checks.conftest import RunBuilder

NEEDED = {"time_to": {"temperature": 38.0}, "overshoot_above": {"level": 39.0}, "time_above": {"level": 38.0}}
SHIFT_S = 4096.0


def declared(spec: MetricSpec) -> dict[str, Any]:
    params = {**NEEDED.get(spec.name, {}), **({"for": 5.0} if spec.limit_param else {})}
    if not spec.needs_limit:
        return check(spec.name, "simple", params=params)
    return check(spec.name, params=params, limit=limit(1.0, spec.dimension, spec.sense or "at_most"))


CHECKS = [declared(spec) for spec in METRICS.values()]


def moved(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    later = copied(lines)
    for line in later:
        if "t" in line:
            line["t"] += SHIFT_S
        for reading in (line.get("s") or {}).values():
            reading[0] += SHIFT_S
    return later


def values(lines: list[dict[str, Any]]) -> dict[str, tuple[str, float | None, float | None]]:
    return {r["name"]: (r["verdict"], r["value"], r["uncertainty"]) for r in judge(lines).results}


def cut_off(run: Callable[..., RunBuilder]) -> list[dict[str, Any]]:
    return run(checks=CHECKS).lines


def regulated(_run: Callable[..., RunBuilder]) -> list[dict[str, Any]]:
    return Regulated(session_s=1200.0).build(*CHECKS).lines


def unregulated(_run: Callable[..., RunBuilder]) -> list[dict[str, Any]]:
    unit = FirstOrder(off_s=1500.0)
    return Regulated(unit, unit, end_s=2800.0).build(*CHECKS).lines


@pytest.mark.parametrize("make", [cut_off, regulated, unregulated])
def test_no_value_depends_on_when_the_run_began(
    run: Callable[..., RunBuilder], make: Callable[[Any], list[dict[str, Any]]]
) -> None:
    lines = make(run)
    before, after = values(lines), values(moved(lines))
    assert before.keys() == set(METRICS)
    for name, (verdict, value, expanded) in before.items():
        assert after[name][0] == verdict, name
        # how many readings come near to an extreme is counted, so an uncertainty may jump where they tie
        for one, other, share in ((value, after[name][1], 1e-6), (expanded, after[name][2], 0.02)):
            assert (one is None) is (other is None), name
            assert one is None or other == pytest.approx(one, rel=share, abs=1e-6), name


def test_between_them_these_runs_have_a_value_of_nearly_every_metric(run: Callable[..., RunBuilder]) -> None:
    """Else the test above would compare nothing with nothing."""
    seen = {
        name
        for make in (cut_off, regulated, unregulated)
        for name, found in values(make(run)).items()
        if found[1] is not None
    }
    of_their_own = {"latch", "fault_response", "trip_repeatability", "probe_placement", "watchdog_delay"}
    assert set(METRICS) - seen <= of_their_own
