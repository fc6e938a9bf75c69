"""Trip repeatability: the standard deviation of the trip temperatures over the passes of a repeated step.

The experimental standard deviation of the passes (JCGM 100 4.2.2, n - 1). Errors of the channels are the same in each
pass and move no deviation; how single readings scatter makes it too large, which is not corrected but added to the
uncertainty, rectangular. Of n values the deviation itself is uncertain by a share of it that JCGM 100 table E.1 gives:
24 % for ten. The detail has each trip, mean, range, and the drift from pass to pass with its standard error.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp, lgamma, sqrt

import numpy as np

from rig.checks.budget import Budget, Component, find_repeatability, rectangular
from rig.checks.crossing import fitted_line
from rig.checks.cutoff import needs_for
from rig.checks.finding import Ask, Finding, UnjudgedError
from rig.checks.metrics import trip_temperature
from rig.checks.table import LEAST_PASSES
from rig.checks.verdict import Verdict
from rig.checks.view import RunView

needs = needs_for


def measure(view: RunView, ask: Ask) -> Finding:
    """The standard deviation in K."""
    count = len(ask.passes)
    if count < LEAST_PASSES:
        words = (
            f"not exercised: {count} passes, and a deviation needs {LEAST_PASSES} or more of a repeated step"
        )
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    trips = np.array([_trip(view, ask, number) for number in range(count)])
    deviation = float(np.std(trips, ddof=1))
    drift, error = fitted_line(np.arange(float(count)), trips)
    detail = {
        "trips_degc": trips.tolist(),
        "mean_degc": float(trips.mean()),
        "range_k": float(np.ptp(trips)),
        "drift_k_per_pass": drift,
        "drift_standard_error_k_per_pass": error,
    }
    words = f"{count} trips at {trips.mean():.2f} degC, from {trips.min():.2f} to {trips.max():.2f} degC"
    expanded = deviation_budget(view.budget, deviation, count).expanded if view.budget.components else None
    return Finding(deviation, expanded, words, detail=detail)


def _trip(view: RunView, ask: Ask, number: int) -> float:
    try:
        found = trip_temperature.measure(view, replace(ask, window=ask.passes[number]))
    except UnjudgedError as error:
        words = f"pass {number + 1} of {len(ask.passes)}: {error.reason}"
        raise UnjudgedError(error.verdict, words) from error
    assert found.value is not None, "a trip that was found has a temperature"
    return found.value


def deviation_budget(channel: Budget, deviation: float, count: int) -> Budget:
    """The budget of an experimental standard deviation of count values, in their unit.

    channel: of one of them, whose component of scatter is part of what was seen.
    """
    noise = find_repeatability(channel) or 0.0
    without = sqrt(max(deviation**2 - noise**2, 0.0))
    return Budget(
        (
            Component(f"deviation of {count} values", max(deviation, noise) * deviation_uncertainty(count)),
            Component("scatter of the readings", rectangular(deviation - without)),
        )
    )


def deviation_uncertainty(count: int) -> float:
    """The relative standard uncertainty of the standard deviation of count normal values (JCGM 100 table E.1).

    Exact, as the table is: the deviation of s over its mean, sqrt(1 - c4²) / c4.

    Raises:
        ValueError: count is below 2.
    """
    if count < 2:
        raise ValueError(f"a standard deviation needs two values or more, not {count}")
    c4 = sqrt(2.0 / (count - 1)) * exp(lgamma(0.5 * count) - lgamma(0.5 * (count - 1)))
    return sqrt(1.0 - c4**2) / c4
