"""CEM43 and the Arrhenius damage integral against tables, analytic ramps and exact exponential integrals."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from scipy.special import expn

from rig.checks.dose import DAMAGE, ZERO_DEGC_K, Arrhenius, cem43_rate, damage_rate
from rig.checks.integral import integrate
from rig.checks.table import DAMAGE_SETS, DOSE_CUTS_DEGC, METRICS
from rig.signals.traces import Floats

NO_GAP_S = 1e9


def dose_min(t: Floats, degc: Floats, lower_cut: str = "none") -> float:
    return integrate(t, cem43_rate(degc, lower_cut), NO_GAP_S).total / 60.0


def damage(t: Floats, degc: Floats, name: str) -> float:
    return integrate(t, damage_rate(degc, DAMAGE[name]), NO_GAP_S).total


def held(degc: float, minutes: float) -> tuple[Floats, Floats]:
    return np.array([minutes * second for second in range(61)]), np.array([degc] * 61)


def ramp(first: float, last: float, minutes: float, step_s: float) -> tuple[Floats, Floats]:
    t = np.array([step_s * n for n in range(round(60.0 * minutes / step_s) + 1)])
    return t, first + (last - first) * t / t[-1]


@pytest.mark.parametrize(
    ("degc", "minutes"),
    [
        (37.0, 0.007324), (38.0, 0.029297), (39.0, 0.1171875), (40.0, 0.46875), (41.0, 1.875), (41.5, 3.75),
        (42.0, 7.5), (42.5, 15.0), (43.0, 30.0), (43.5, 42.426407), (44.0, 60.0), (45.0, 120.0), (47.0, 480.0),
        (50.0, 3840.0),
    ],
)  # fmt: skip
def test_cem43_of_30_minutes_at_a_constant_temperature(degc: float, minutes: float) -> None:
    assert dose_min(*held(degc, 30.0)) == pytest.approx(minutes, rel=1e-4 if degc < 39.0 else 1e-8)


@pytest.mark.parametrize(
    ("degc", "lasts", "minutes"),
    [
        (39.0, 60.0, 0.234375), (40.0, 60.0, 0.9375), (41.0, 60.0, 3.75), (42.0, 60.0, 15.0), (43.0, 60.0, 60.0),
        (44.0, 60.0, 120.0), (42.0, 20.0, 5.0), (42.0, 480.0, 120.0), (41.0, 480.0, 30.0),
    ],
)  # fmt: skip
def test_cem43_of_other_times_at_a_constant_temperature(degc: float, lasts: float, minutes: float) -> None:
    assert dose_min(*held(degc, lasts)) == pytest.approx(minutes, rel=1e-12)


@pytest.mark.parametrize(
    ("first", "last", "minutes", "cut", "dose"),
    [
        (33.0, 42.0, 10.0, "none", 0.200374),
        (33.0, 42.0, 10.0, "37 degC", 0.200179),
        (33.0, 42.0, 10.0, "39 degC", 0.197243),
        (43.0, 45.0, 10.0, "none", 21.640426),
        (37.0, 45.0, 8.0, "none", 5.049256),
        (37.0, 45.0, 8.0, "39 degC", 5.046615),
    ],
)
def test_cem43_of_a_ramp_is_the_analytic_integral(
    first: float, last: float, minutes: float, cut: str, dose: float
) -> None:
    """It is t / (T1 - T0) [R^(43 - T1) - R^(43 - T0)] / (-ln R), piece by piece; the sum of fine steps comes to it."""
    assert dose_min(*ramp(first, last, minutes, 0.01), cut) == pytest.approx(dose, abs=2e-6)


def test_cem43_of_the_ramp_by_one_second_steps_is_5_049337() -> None:
    assert dose_min(*ramp(37.0, 45.0, 8.0, 1.0)) == pytest.approx(5.049337, abs=5e-7)


def test_the_exponent_has_the_right_sign_on_both_sides_of_43() -> None:
    assert cem43_rate(np.array([42.0, 43.0, 44.0]), "none").tolist() == [0.25, 1.0, 2.0]
    assert cem43_rate(np.array([38.99, 39.0]), "39 degC").tolist() == [0.0, pytest.approx(0.25**4)]


TIMES_S = {
    "henriques-1947": [16259, 7732, 3694, 1773, 854.9, 414.1, 201.5, 23.8, 5.9, 0.2],
    "henriques-J": [87911, 41584, 19763, 9436, 4526, 2181, 1055.7, 123.0, 30.0, 0.947],
    "weaver-stoll": [5547, 2195, 873.8, 349.8, 140.9, 57.0, 23.2, 6.56, 3.16, 0.528],
}
LEVELS = [44.0, 45.0, 46.0, 47.0, 48.0, 49.0, 50.0, 53.0, 55.0, 60.0]


def digits_of(number: float) -> float:
    """Half of the last digit that a table prints."""
    text = f"{number:g}"
    return 0.51 * 10.0 ** -len(text.partition(".")[2])


@pytest.mark.parametrize("name", TIMES_S)
def test_the_time_to_a_second_degree_burn_is_that_of_the_table(name: str) -> None:
    for degc, seconds in zip(LEVELS, TIMES_S[name], strict=True):
        found = 1.0 / float(damage_rate(np.array([degc]), DAMAGE[name])[0])
        assert found == pytest.approx(seconds, abs=digits_of(seconds))


@pytest.mark.parametrize(("degc", "seconds"), [(44.0, 86754), (50.0, 1042.0), (55.0, 29.6), (60.0, 0.935)])
def test_more_digits_of_r_change_the_damage_by_1_3_percent(degc: float, seconds: float) -> None:
    exact = (Arrhenius(3.1e98, 6.28e5 / 8.314462618),)
    assert 1.0 / float(damage_rate(np.array([degc]), exact)[0]) == pytest.approx(
        seconds, abs=digits_of(seconds)
    )


@pytest.mark.parametrize(
    ("degc", "rate"),
    [
        (37.0, 5.2656e-8), (40.0, 5.4291e-7), (42.0, 2.5092e-6), (43.0, 5.3553e-6), (44.0, 1.1375e-5),
        (45.0, 2.4048e-5), (50.0, 9.4725e-4),
    ],
)  # fmt: skip
def test_rates_of_henriques_j(degc: float, rate: float) -> None:
    assert damage_rate(np.array([degc]), DAMAGE["henriques-J"])[0] == pytest.approx(rate, rel=1e-4)


@pytest.mark.parametrize(
    ("degc", "minutes", "omega"),
    [
        (41.0, 30.0, 2.106e-3), (42.0, 30.0, 4.5166e-3), (43.0, 30.0, 9.6396e-3), (44.0, 30.0, 2.0475e-2),
        (42.0, 480.0, 0.0723),
    ],
)  # fmt: skip
def test_damage_at_a_constant_temperature_by_henriques_j(degc: float, minutes: float, omega: float) -> None:
    assert damage(*held(degc, minutes), "henriques-J") == pytest.approx(omega, rel=5e-4)


def exact_ramp(parameters: Arrhenius, first: float, last: float, seconds: float) -> float:
    """A Δt / (T1 - T0) [T1 E2(E / T1) - T0 E2(E / T0)], as libArrhenius tests itself."""
    low, high = first + ZERO_DEGC_K, last + ZERO_DEGC_K
    energy = parameters.energy_k
    difference = high * expn(2, energy / high) - low * expn(2, energy / low)
    return float(parameters.factor_per_s * seconds / (high - low) * difference)


@pytest.mark.parametrize(
    ("name", "omega"), [("henriques-1947", 0.0103625149), ("henriques-J", 0.00191339424)]
)
def test_damage_of_a_ramp_is_the_exponential_integral(name: str, omega: float) -> None:
    assert exact_ramp(DAMAGE[name][0], 37.0, 45.0, 480.0) == pytest.approx(omega, rel=1e-8)
    assert damage(*ramp(37.0, 45.0, 8.0, 0.01), name) == pytest.approx(omega, rel=1e-8)


def test_damage_of_the_ramp_by_one_second_steps_is_0_0103626477() -> None:
    assert damage(*ramp(37.0, 45.0, 8.0, 1.0), "henriques-1947") == pytest.approx(0.0103626477, abs=5e-11)


def test_the_set_named_after_henriques_in_code_is_five_times_slower_than_his() -> None:
    rates = [
        float(damage_rate(np.array([44.0]), DAMAGE[name])[0]) for name in ("henriques-1947", "henriques-J")
    ]
    assert rates[0] / rates[1] == pytest.approx(5.4, abs=0.05)
    assert log(3.1e98) == pytest.approx(226.785, abs=5e-4)


def test_weaver_stoll_changes_its_branch_above_50_degc() -> None:
    rates = damage_rate(np.array([50.0, 50.0001]), DAMAGE["weaver-stoll"])
    assert rates[0] == pytest.approx(DAMAGE["weaver-stoll"][0].factor_per_s * np.exp(-93534.9 / 323.15))
    assert rates[1] == pytest.approx(DAMAGE["weaver-stoll"][1].factor_per_s * np.exp(-39109.8 / 323.1501))


def test_burns_may_be_counted_from_44_degc_only() -> None:
    rates = damage_rate(np.array([43.9, 44.0]), DAMAGE["henriques-1947"], "44 degC")
    assert rates[0] == 0.0 < rates[1]


def test_what_was_not_read_has_no_rate() -> None:
    degc = np.array([42.0, np.nan])
    assert np.isnan(cem43_rate(degc, "39 degC")[1])
    assert np.isnan(damage_rate(degc, DAMAGE["weaver-stoll"])[1])


def test_a_plan_may_name_the_sets_and_cuts_that_there_are() -> None:
    assert tuple(DAMAGE) == DAMAGE_SETS
    cuts = [METRICS[name].params["lower_cut"] for name in ("thermal_dose", "damage_integral")]
    assert {cut for spec in cuts for cut in spec.choices} == set(DOSE_CUTS_DEGC)
    assert (cuts[0].default, METRICS["damage_integral"].params["set"].default) == (
        "39 degC",
        "henriques-1947",
    )
