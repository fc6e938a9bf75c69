"""Decision rules against the vectors of JCGM 106 and ILAC-G8, and what they do without numbers."""

from __future__ import annotations

from math import inf, nan
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig.checks.rules import Case, decide
from rig.checks.verdict import Verdict

U = 0.5  # u = 0.25, limit 42.0 °C


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (41.0, "PASS"),
        (41.5, "PASS"),
        (41.51, "INCONCLUSIVE"),
        (42.0, "INCONCLUSIVE"),
        (42.5, "INCONCLUSIVE"),
        (42.51, "FAIL"),
    ],
)
def test_guarded_upper_limit_of_42_accepts_up_to_41_5(value: float, verdict: str) -> None:
    assert decide("guarded", Case(value, U, "at_most", 42.0)).verdict == verdict


@pytest.mark.parametrize(
    ("value", "verdict"), [(300.5, "PASS"), (300.4, "INCONCLUSIVE"), (299.5, "INCONCLUSIVE"), (299.4, "FAIL")]
)
def test_guarded_lower_limit_is_the_mirror_image(value: float, verdict: str) -> None:
    assert decide("guarded", Case(value, U, "at_least", 300.0)).verdict == verdict


def test_simple_acceptance_lets_the_value_decide() -> None:
    assert decide("simple", Case(42.0, U, "at_most", 42.0)).verdict is Verdict.PASS
    assert decide("simple", Case(42.001, U, "at_most", 42.0)).verdict is Verdict.FAIL
    assert decide("simple", Case(30.0, U, "at_least", 30.0)).verdict is Verdict.PASS


@pytest.mark.parametrize(("guard", "risk"), [(0.0, 0.5), (0.5, 0.1587), (0.83, 0.0485), (1.0, 0.02275)])
def test_the_greatest_risk_of_false_acceptance_is_that_of_ilac_g8(guard: float, risk: float) -> None:
    accepted = 42.0 - decide("guarded", Case(40.0, U, "at_most", 42.0, guard)).guard_band
    assert 1.0 - NormalDist(accepted, U / 2.0).cdf(42.0) == pytest.approx(risk, abs=5e-5)


@pytest.mark.parametrize("rule", ["simple", "guarded"])
@pytest.mark.parametrize(
    ("value", "expanded", "limit"),
    [(nan, U, 42.0), (None, U, 42.0), (-inf, U, 42.0), (30.0, nan, 42.0), (30.0, None, 42.0), (30.0, U, nan)],
)
def test_no_number_is_invalid_by_every_rule(
    rule: str, value: float | None, expanded: float | None, limit: float
) -> None:
    assert decide(rule, Case(value, expanded, "at_most", limit)).verdict is Verdict.INVALID


def test_report_judges_nothing() -> None:
    assert decide("report", Case(99.0, U, "at_most", 42.0)).verdict is Verdict.REPORTED
    assert decide("report", Case(None, None, "at_most", 42.0)).reason == "there is no value"


def test_margin_is_positive_on_the_permitted_side() -> None:
    assert decide("guarded", Case(41.0, U, "at_most", 42.0)).margin == 1.0
    assert decide("guarded", Case(310.0, U, "at_least", 300.0)).margin == 10.0
    assert decide("simple", Case(43.0, U, "at_most", 42.0)).margin == -1.0


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown decision rule 'hope'"):
        decide("hope", Case(1.0, U, "at_most", 2.0))
    with pytest.raises(ValueError, match="at_most"):
        decide("simple", Case(1.0, U, "about", 2.0))
    with pytest.raises(ValueError, match="guard"):
        decide("guarded", Case(1.0, U, "at_most", 2.0, -1.0))


@given(st.floats(-50.0, 50.0), st.floats(0.0, 5.0), st.floats(0.0, 3.0))
def test_upper_and_lower_limits_are_mirror_images(value: float, expanded: float, guard: float) -> None:
    upper = decide("guarded", Case(value, expanded, "at_most", 10.0, guard)).verdict
    assert upper is decide("guarded", Case(-value, expanded, "at_least", -10.0, guard)).verdict


@given(st.floats(-50.0, 50.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0))
def test_more_uncertainty_never_makes_a_pass(value: float, expanded: float, more: float) -> None:
    wider = decide("guarded", Case(value, expanded + more, "at_most", 10.0)).verdict
    if wider is Verdict.PASS:
        assert decide("guarded", Case(value, expanded, "at_most", 10.0)).verdict is Verdict.PASS
