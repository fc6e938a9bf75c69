"""Reference data of NIST (StRD) and of the GUM: a line, the numerics of a deviation, five readings of a resistance."""

from __future__ import annotations

from math import cos, sin, sqrt
from typing import Any

import numpy as np
import pytest
from GTC import core as gtc
from GTC import reporting

from rig.checks.budget import Budget, Component
from rig.checks.crossing import fitted_line
from rig.checks.finding import Finding
from rig.checks.passes import Judged, gravest
from rig.checks.verdict import Verdict

# NIST StRD Norris: y, x of the calibration of ozone monitors
NORRIS = """
0.1 0.2  338.8 337.4  118.1 118.2  888.0 884.6  9.2 10.1  228.1 226.5  668.5 666.3  998.5 996.3  449.1 448.6
778.9 777.0  559.2 558.2  0.3 0.4  0.1 0.6  778.1 775.5  668.8 666.9  339.3 338.0  448.9 447.5  10.8 11.6
557.7 556.0  228.3 228.1  998.0 995.8  888.8 887.6  119.6 120.2  0.3 0.3  0.6 0.3  557.6 556.8  339.3 339.1
888.0 887.2  998.5 999.0  778.9 779.0  10.2 11.1  117.6 118.3  228.9 229.2  668.4 669.1  449.2 448.9  0.2 0.5
"""


def spread_of(values: list[float]) -> Any:
    """Mean and deviation of the passes of a check, as a verdict states them."""
    passes = [Judged(Finding(value, 0.1), Verdict.PASS, 0.0, "") for value in values]
    return gravest(passes).finding.detail["passes"]


def test_a_slope_and_its_error_have_the_certified_digits_of_norris() -> None:
    pairs = np.array(NORRIS.split(), dtype=np.float64).reshape(-1, 2)
    assert len(pairs) == 36
    slope, error = fitted_line(pairs[:, 1], pairs[:, 0])
    assert slope == pytest.approx(1.00211681802045, rel=1e-13)
    assert error == pytest.approx(0.429796848199937e-3, rel=1e-11)


def test_a_deviation_far_from_zero_has_the_certified_digits_of_numacc4() -> None:
    values = [10_000_000.2, *([10_000_000.1, 10_000_000.3] * 500)]
    spread = spread_of(values)
    assert spread["n"] == 1001
    assert spread["mean"] == pytest.approx(10_000_000.2, rel=1e-15)
    assert spread["standard_deviation"] == pytest.approx(0.1, rel=1e-7)
    assert float(np.std(values, ddof=1)) == pytest.approx(0.1, rel=1e-7)


# JCGM 100 table H.2: five simultaneous readings of an impedance
VOLTS = [5.007, 4.994, 5.005, 4.990, 4.999]
AMPS = [19.663e-3, 19.639e-3, 19.640e-3, 19.685e-3, 19.678e-3]
PHASE = [1.0456, 1.0438, 1.0468, 1.0428, 1.0433]


@pytest.mark.parametrize(
    ("quantity", "mean", "standard"),
    [("resistance", 127.732, 0.071), ("reactance", 219.847, 0.295), ("impedance", 254.260, 0.236)],
)
def test_gum_h2_mean_and_its_uncertainty_of_five_readings(
    quantity: str, mean: float, standard: float
) -> None:
    shares = {"resistance": [cos(p) for p in PHASE], "reactance": [sin(p) for p in PHASE]}
    values = [v / i * s for v, i, s in zip(VOLTS, AMPS, shares.get(quantity, [1.0] * 5), strict=True)]
    spread = spread_of(values)
    budget = Budget((Component(quantity, spread["standard_deviation"] / sqrt(5), dof=4.0),))
    assert spread["mean"] == pytest.approx(mean, abs=5e-4)
    assert budget.standard == pytest.approx(standard, abs=5e-4)
    assert budget.k == pytest.approx(2.87, abs=5e-3)  # JCGM 100 table G.2, 4 degrees of freedom, 95.45 %


def test_the_oracle_of_our_budgets_knows_gum_h2_with_its_correlations() -> None:
    estimates, uncertainties = (4.9990, 19.6610e-3, 1.04446), (0.0032, 0.0095e-3, 0.00075)
    volts, amps, phase = gtc.multiple_ureal(estimates, uncertainties, 4)
    for one, other, r in ((volts, amps, -0.36), (volts, phase, 0.86), (amps, phase, -0.65)):
        gtc.set_correlation(r, one, other)
    for found, mean, standard in (
        (volts / amps * gtc.cos(phase), 127.732, 0.070),
        (volts / amps * gtc.sin(phase), 219.847, 0.296),
        (volts / amps, 254.260, 0.237),
    ):
        assert gtc.value(found) == pytest.approx(mean, abs=5e-4)
        assert gtc.uncertainty(found) == pytest.approx(standard, abs=1.1e-3)
    assert reporting.k_factor(5, p=95) == pytest.approx(2.5706, abs=5e-5)
