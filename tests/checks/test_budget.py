"""Uncertainty budgets against worked figures and against GTC."""

from __future__ import annotations

from math import inf, isnan, sqrt
from typing import Any

import pytest
from GTC import core as gtc
from GTC import reporting
from hypothesis import given
from hypothesis import strategies as st

from rig import shipped
from rig.bench.loading import load_bench
from rig.checks.budget import (
    Budget,
    Component,
    coverage_factor,
    find_repeatability,
    read_budget,
    rectangular,
    time_of_temperature,
    timing,
)
from rig.errors import RecordError

# One channel at 42 °C, half widths rectangular: stock thermocouple function, and calibrated wire with measured volts.
BUDGET_A = [rectangular(0.5), rectangular(1.0), rectangular(0.30), 0.05, 0.05]
BUDGET_B = [0.050, 0.0834, rectangular(0.25), rectangular(0.10), rectangular(0.20), 0.03, 0.003]


def _budget(standards: list[float], common: tuple[int, ...] = (), dof: float = inf) -> Budget:
    return Budget(tuple(Component(f"c{i}", s, float(i in common), dof) for i, s in enumerate(standards)))


def test_budget_a_stock_thermocouple_function_is_0_672_and_1_34_k() -> None:
    assert _budget(BUDGET_A).standard == pytest.approx(0.672, abs=5e-4)
    assert _budget(BUDGET_A).expanded == pytest.approx(1.34, abs=5e-3)


def test_budget_b_measured_volts_is_0_219_and_0_44_k() -> None:
    assert _budget(BUDGET_B).standard == pytest.approx(0.219, abs=5e-4)
    assert _budget(BUDGET_B).expanded == pytest.approx(0.44, abs=5e-3)


def test_budget_b_with_a_repeatability_from_ten_readings_has_k_2_000() -> None:
    """Welch and Satterthwaite: what nine degrees of freedom contribute is far below the rest."""
    parts = [Component(f"c{i}", s, dof=9.0 if s == 0.03 else inf) for i, s in enumerate(BUDGET_B)]
    budget = Budget(tuple(parts))
    assert budget.dof == pytest.approx(budget.standard**4 / (0.03**4 / 9.0))
    assert budget.dof > 1000.0
    assert budget.k == 2.0


@pytest.mark.parametrize(
    ("name", "standard", "expanded"), [("budget-a", 0.672, 1.34), ("reference", 0.219, 0.44)]
)
def test_the_benches_that_ship_have_budgets_a_and_b(name: str, standard: float, expanded: float) -> None:
    parts = load_bench(shipped.bench(name)).thermocouples.budget
    budget = Budget(tuple(Component(p.name, p.standard_k, p.shared, p.dof or inf) for p in parts))
    assert budget.standard == pytest.approx(standard, abs=5e-4)
    assert budget.expanded == pytest.approx(expanded, abs=5e-3)


def test_coverage_factor_is_2_000_from_1000_degrees_of_freedom() -> None:
    assert coverage_factor(inf) == 2.0
    assert coverage_factor(1000.0) == 2.0


@pytest.mark.parametrize(("dof", "k"), [(1, 13.97), (5, 2.65), (10, 2.28), (20, 2.13), (50, 2.05)])
def test_coverage_factor_is_that_of_jcgm_100_table_g_2_for_95_45_percent(dof: int, k: float) -> None:
    assert coverage_factor(float(dof)) == pytest.approx(k, abs=5e-3)


def test_coverage_factor_of_no_degrees_of_freedom_is_no_number() -> None:
    assert isnan(coverage_factor(0.5))
    assert isnan(coverage_factor(float("nan")))


def test_effective_degrees_of_freedom_agree_with_gtc() -> None:
    parts = [(0.05, 9.0), (0.0834, 30.0), (0.1443, 4.0), (0.03, 12.0)]
    total = sum((gtc.ureal(0.0, u, df) for u, df in parts), start=gtc.ureal(0.0, 0.02))
    ours = Budget((*(Component("c", u, dof=df) for u, df in parts), Component("known", 0.02)))
    assert ours.standard == pytest.approx(gtc.uncertainty(total), rel=1e-12)
    assert ours.dof == pytest.approx(gtc.dof(total), rel=1e-12)
    assert ours.k == pytest.approx(reporting.k_factor(ours.dof, p=95.45), rel=1e-6)


def test_a_difference_of_two_channels_agrees_with_gtc_and_drops_what_is_common() -> None:
    junction = gtc.ureal(0.0, 0.1443)
    first = junction + gtc.ureal(0.0, 0.05) + gtc.ureal(0.0, 0.1155)
    second = junction + gtc.ureal(0.0, 0.05) + gtc.ureal(0.0, 0.1155)
    ours = _budget([0.1443, 0.05, 0.1155], common=(0,))
    assert ours.of_difference().standard == pytest.approx(gtc.uncertainty(first - second), rel=1e-12)


def test_a_mean_over_channels_agrees_with_gtc() -> None:
    junction = gtc.ureal(0.0, 0.1443)
    mean = sum((junction + gtc.ureal(0.0, 0.05) for _ in range(5)), start=gtc.ureal(0.0, 0.0)) / 5
    assert _budget([0.1443, 0.05], common=(0,)).of_mean(5).standard == pytest.approx(gtc.uncertainty(mean))
    with pytest.raises(ValueError, match="at least one"):
        _budget([0.1]).of_mean(0)


def test_an_empty_budget_has_no_uncertainty() -> None:
    assert isnan(Budget(()).standard)
    assert isnan(read_budget(None).expanded)


def test_timing_is_rectangular_over_the_brackets() -> None:
    assert timing(0.1, 0.2).standard == pytest.approx(sqrt(0.1**2 / 12 + 0.2**2 / 12))


def test_a_crossing_is_as_uncertain_as_the_temperature_over_the_slope() -> None:
    assert time_of_temperature(0.219, -0.01) == pytest.approx(21.9)
    assert time_of_temperature(0.219, 0.0) == inf


def test_the_head_is_read(run: Any) -> None:
    budget = read_budget(run().head["budget"])
    assert budget.expanded == pytest.approx(0.4375, abs=1e-4)
    assert [c.name for c in budget.components if c.correlation == 1.0] == ["meter", "reference junction"]
    assert find_repeatability(budget) == 0.03


@pytest.mark.parametrize("cell", [{"name": "x"}, {"name": "x", "standard_k": -1.0, "common": False}, 3])
def test_a_damaged_budget_is_refused(cell: object) -> None:
    with pytest.raises(RecordError, match="reading the uncertainty budget"):
        read_budget({"name": "b", "components": [cell]})


SHARED = st.floats(0.0, 1.0)
STANDARD = st.floats(0.001, 10.0)
CHANNELS = st.integers(1, 12)


def channels_of_gtc(n: int, standard: float, r: float) -> list[Any]:
    """Errors of channels of which any two have that correlation: a part of all, and a part of each."""
    shared = gtc.ureal(0.0, standard * sqrt(r))
    return [shared + gtc.ureal(0.0, standard * sqrt(1.0 - r)) for _ in range(n)]


@pytest.mark.parametrize("r", [0.1, 0.36, 0.6, 0.95])
def test_channels_that_share_an_error_in_part_agree_with_gtc(r: float) -> None:
    ours = Budget((Component("reel", 0.05, r),))
    errors = channels_of_gtc(5, 0.05, r)
    assert ours.of_mean(5).standard == pytest.approx(
        gtc.uncertainty(sum(errors[1:], errors[0]) / 5), rel=1e-9
    )
    assert ours.of_difference().standard == pytest.approx(gtc.uncertainty(errors[0] - errors[1]), rel=1e-9)


@pytest.mark.parametrize("r", [0.0, 0.1, 0.6, 1.0])
def test_the_difference_of_two_means_agrees_with_gtc(r: float) -> None:
    errors = channels_of_gtc(6, 0.05, r)
    difference = (errors[0] + errors[1] + errors[2] - errors[3] - errors[4] - errors[5]) / 3
    ours = Budget((Component("reel", 0.05, r),)).of_mean(3).of_difference()
    assert (ours.standard if ours.components else 0.0) == pytest.approx(
        gtc.uncertainty(difference), abs=1e-12
    )


@given(STANDARD, CHANNELS, st.floats(0.0, 30.0), st.sampled_from(["wire", "repeatability"]))
def test_at_no_and_at_full_correlation_a_component_is_own_or_common(
    standard: float, n: int, rise_k: float, name: str
) -> None:
    own, common = (Budget((Component(name, standard, r),)) for r in (0.0, 1.0))
    share = 1.0 if name == "repeatability" else min(1.0, rise_k / 19.0)
    assert own.of_mean(n).components[0].standard == standard * (1.0 / sqrt(n))
    assert common.of_mean(n) == common
    assert own.of_difference().components[0].standard == standard * sqrt(2.0)
    assert common.of_difference() == Budget(())
    assert own.of_rise(rise_k).components[0].standard == standard * share
    assert common.of_rise(rise_k) == Budget(())


@given(STANDARD, SHARED, SHARED, st.integers(2, 12))
def test_more_correlation_never_narrows_a_mean_and_never_widens_a_difference(
    standard: float, one: float, other: float, n: int
) -> None:
    less, more = (Budget((Component("reel", standard, r), Component("x", 0.1))) for r in sorted((one, other)))
    slack = 1e-9 * standard
    assert less.of_mean(n).standard <= more.of_mean(n).standard + slack
    assert less.of_difference().standard >= more.of_difference().standard - slack
    assert less.of_range(n).standard >= more.of_range(n).standard - slack
    assert less.of_rise(5.0).standard >= more.of_rise(5.0).standard - slack
    assert less.standard == more.standard


def test_a_component_keeps_its_degrees_of_freedom_however_it_is_shared() -> None:
    budget = Budget((Component("reel", 0.05, 0.6, dof=4.0),))
    assert [b.dof for b in (budget, budget.of_mean(5), budget.of_difference(), budget.of_rise(5.0))] == [
        pytest.approx(4.0)
    ] * 4


@pytest.mark.parametrize("correlation", [-0.1, 1.1, float("nan"), "much"])
def test_a_damaged_correlation_is_refused(correlation: object) -> None:
    cell = {"name": "x", "standard_k": 0.1, "common": False, "correlation": correlation}
    with pytest.raises(RecordError, match="reading the uncertainty budget"):
        read_budget({"name": "b", "components": [cell]})


def test_the_correlation_of_a_component_is_read_and_common_is_one() -> None:
    cells = [
        {"name": n, "standard_k": 0.1, "common": c} for n, c in (("a", True), ("b", False), ("c", False))
    ]
    read = read_budget({"name": "b", "components": [*cells[:2], {**cells[2], "correlation": 0.6}]})
    assert [component.correlation for component in read.components] == [1.0, 0.0, 0.6]
