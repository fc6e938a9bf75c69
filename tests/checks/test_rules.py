"""Decision rules against the vectors of JCGM 106 and ILAC-G8, and what they do without numbers."""

from __future__ import annotations

from math import inf, nan
from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rig.checks.rules import RULES, Case, Widths, conformance, decide, guard_factor
from rig.checks.verdict import Verdict
from rig.documents.limits import RULES as WORDS

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
    accepted = 42.0 - decide("guarded", Case(40.0, U, "at_most", 42.0, Widths(guard))).guard_band
    assert 1.0 - NormalDist(accepted, U / 2.0).cdf(42.0) == pytest.approx(risk, abs=5e-5)


@pytest.mark.parametrize("rule", RULES)
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
        decide("guarded", Case(1.0, U, "at_most", 2.0, Widths(-1.0)))


def test_limits_files_and_checks_name_the_rules_that_there_are() -> None:
    assert set(WORDS) == set(RULES)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (41.5, "PASS"),
        (41.51, "CONDITIONAL PASS"),
        (42.0, "CONDITIONAL PASS"),
        (42.01, "CONDITIONAL FAIL"),
        (42.5, "CONDITIONAL FAIL"),
        (42.51, "FAIL"),
    ],
)
def test_the_four_states_are_those_of_ilac_g8_4_2_3(value: float, verdict: str) -> None:
    assert decide("four-state", Case(value, U, "at_most", 42.0)).verdict == verdict
    assert decide("four-state", Case(-value, U, "at_least", -42.0)).verdict == verdict


@pytest.mark.parametrize(("value", "verdict"), [(41.585, "PASS"), (41.586, "INCONCLUSIVE"), (42.416, "FAIL")])
def test_a_band_of_0_83_u_accepts_up_to_41_585(value: float, verdict: str) -> None:
    assert decide("iso-14253-1", Case(value, U, "at_most", 42.0)).verdict == verdict


def test_a_band_of_0_83_u_leaves_a_risk_of_4_85_percent() -> None:
    limit = decide("iso-14253-1", Case(42.0 - 0.83 * U, U, "at_most", 42.0))
    assert limit.verdict is Verdict.PASS
    assert limit.conformance == pytest.approx(1.0 - 0.0485, abs=5e-5)


@pytest.mark.parametrize(
    ("band", "value", "verdict"), [(0.2, 41.8, "PASS"), (0.2, 41.81, "INCONCLUSIVE"), (0.0, 42.0, "PASS")]
)
def test_a_guard_band_that_is_given_does_not_follow_the_uncertainty(
    band: float, value: float, verdict: str
) -> None:
    for expanded in (0.01, 0.5, 3.0):
        decision = decide("guarded", Case(value, expanded, "at_most", 42.0, Widths(band=band)))
        assert (decision.verdict, decision.guard_band) == (verdict, band)


@pytest.mark.parametrize(
    ("risk", "accepted"), [(0.05, 41.5888), (0.02275, 41.5), (0.15866, 41.75), (0.5, 42.0)]
)
def test_a_specific_risk_of_5_percent_accepts_up_to_41_5888(risk: float, accepted: float) -> None:
    def verdict(value: float) -> str:
        return decide("specific-risk", Case(value, U, "at_most", 42.0, Widths(risk=risk))).verdict

    assert verdict(accepted - 1e-4) == "PASS"
    assert verdict(accepted + 1e-4) == ("INCONCLUSIVE" if risk < 0.5 else "FAIL")
    assert verdict(84.0 - accepted + 1e-4) == "FAIL"


@given(st.floats(39.0, 45.0), st.floats(0.01, 3.0), st.floats(0.001, 0.5))
def test_a_specific_risk_bounds_the_probability_of_being_wrong(
    value: float, expanded: float, risk: float
) -> None:
    decision = decide("specific-risk", Case(value, expanded, "at_most", 42.0, Widths(risk=risk)))
    assert decision.conformance is not None
    wrong = {Verdict.PASS: 1.0 - decision.conformance, Verdict.FAIL: decision.conformance}
    assert wrong.get(decision.verdict, 0.0) <= risk + 1e-9
    if decision.verdict is Verdict.INCONCLUSIVE:
        assert min(wrong.values()) >= risk - 1e-9


@pytest.mark.parametrize(
    ("value", "probability"),
    [
        (41.0, 0.99997),
        (41.3, 0.99744),
        (41.5, 0.97725),
        (41.5888, 0.95),
        (41.75, 0.84134),
        (42.0, 0.5),
        (42.25, 0.15866),
        (42.5, 0.02275),
    ],
)
def test_the_probability_of_conformance_at_an_upper_limit_of_42(value: float, probability: float) -> None:
    assert conformance(value, 0.25, high=42.0) == pytest.approx(probability, abs=6e-6)
    assert decide("simple", Case(value, U, "at_most", 42.0)).conformance == pytest.approx(
        probability, abs=6e-6
    )


def test_the_examples_of_jcgm_106_7_3_3_zener_and_lower_limit() -> None:
    assert conformance(-5.47, 0.05, high=-5.40) == pytest.approx(0.919, abs=5e-4)
    assert conformance(509.7, 8.6, low=490.0) == pytest.approx(0.989, abs=5e-4)


@pytest.mark.parametrize(
    ("value", "standard", "low", "high", "probability"),
    [(44.6, 0.25, 40.0, 45.0, 0.94520), (41.5, 0.5, 38.0, 42.0, 0.84134), (42.5, 0.3, 40.0, 43.0, 0.95221)],
)
def test_the_probability_of_conformance_within_two_limits(
    value: float, standard: float, low: float, high: float, probability: float
) -> None:
    assert conformance(value, standard, low, high) == pytest.approx(probability, abs=5e-6)


@pytest.mark.parametrize(
    ("share", "risk"),
    [(0.0, 0.5), (0.5, 0.1587), (0.83, 0.0485), (1.0, 0.02275), (1.5, 1.35e-3), (3.0, 9.87e-10)],
)
def test_the_greatest_risk_for_a_guard_band_of_some_u(share: float, risk: float) -> None:
    accepted = 42.0 - share * U
    assert conformance(accepted, U / 2.0, low=42.0) == pytest.approx(risk, rel=2e-3)


def test_without_any_uncertainty_a_value_is_in_or_out() -> None:
    assert conformance(42.0, 0.0, high=42.0) == 1.0
    assert conformance(42.1, 0.0, high=42.0) == 0.0


def test_widths_out_of_their_ranges_are_refused() -> None:
    for widths in (Widths(band=-0.1), Widths(risk=0.0), Widths(risk=0.6)):
        with pytest.raises(ValueError, match="a guard band is ≥ 0 and a risk"):
            decide("guarded", Case(1.0, U, "at_most", 2.0, widths))


RULE = st.sampled_from(sorted(RULES))
WIDTHS = st.builds(Widths, st.floats(0.0, 3.0), st.none() | st.floats(0.0, 2.0), st.floats(0.001, 0.5))
ACCEPTED = {Verdict.PASS, Verdict.CONDITIONAL_PASS}


@given(st.floats(-50.0, 50.0), st.floats(0.0, 5.0), st.floats(0.0, 3.0))
def test_upper_and_lower_limits_are_mirror_images(value: float, expanded: float, guard: float) -> None:
    upper = decide("guarded", Case(value, expanded, "at_most", 10.0, Widths(guard))).verdict
    assert upper is decide("guarded", Case(-value, expanded, "at_least", -10.0, Widths(guard))).verdict


@given(RULE, st.floats(-50.0, 50.0), st.floats(0.0, 5.0), st.floats(0.0, 5.0), WIDTHS)
def test_a_verdict_never_improves_when_the_uncertainty_grows(
    rule: str, value: float, expanded: float, more: float, widths: Widths
) -> None:
    """A FAIL may become less certain, never an acceptance; what keeps its limit only gets worse."""
    narrow = decide(rule, Case(value, expanded, "at_most", 10.0, widths)).verdict
    wide = decide(rule, Case(value, expanded + more, "at_most", 10.0, widths)).verdict
    if value <= 10.0:
        assert wide.severity <= narrow.severity
    else:
        assert not {narrow, wide} & ACCEPTED


@given(RULE, st.floats(-50.0, 150.0), st.floats(0.0, 5.0), WIDTHS)
def test_kelvin_and_degrees_celsius_give_one_verdict(
    rule: str, degc: float, expanded: float, widths: Widths
) -> None:
    one = decide(rule, Case(degc, expanded, "at_most", 42.0, widths))
    edges = (0.0, one.guard_band, -one.guard_band)
    assume(one.margin is not None and all(abs(one.margin - edge) > 1e-9 for edge in edges))
    other = decide(rule, Case(degc + 273.15, expanded, "at_most", 42.0 + 273.15, widths))
    assert one.verdict is other.verdict
    assert one.conformance == pytest.approx(other.conformance, abs=1e-6)


def test_what_a_guard_band_is_worth_in_uncertainties() -> None:
    assert guard_factor("specific-risk", Widths(risk=0.05)) == pytest.approx(0.8224, abs=5e-5)
    assert [guard_factor(rule, Widths(2.0)) for rule in ("guarded", "four-state", "simple")] == [
        2.0,
        2.0,
        0.0,
    ]
    assert guard_factor("guarded", Widths(band=0.3)) == 0.0
