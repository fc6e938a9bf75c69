"""What bench and sampling alone say of a check's uncertainty, before anything has been measured.

Never more than the metric will find after the run: what depends on readings (their scatter, the bias of an extreme, a
slope) is left out, and k is that of many degrees of freedom. So what is too uncertain here is so in every run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import hypot, sqrt
from types import MappingProxyType

from rig.checks.budget import Budget, Component, rectangular, timing
from rig.checks.finding import Params
from rig.checks.readback import power_ratio
from rig.checks.table import MetricSpec

LEAST_K = 2.0
"""The least coverage factor that `rig/checks/budget.py` gives, from 1000 degrees of freedom up."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a lane before a run.

    channel: the budget of a thermocouple channel in K. probes: how many skin probes each heater has that has any.
    own_k: tolerance of the belt's own sensors in K, either way. volts: the highest that a heater may get, None if no
    voltage is demanded; unit_ohms: its resistance.
    """

    channel: Budget
    probes: Mapping[str, int]
    own_k: float
    unit_ohms: float
    volts: float | None = None


def least_uncertainty(metric: str, known: Known, params: Params, limit: float) -> float | None:
    """The least expanded uncertainty of a value that keeps its limit, in the metric's unit.

    Args:
        metric: its name.
        known: the lane.
        params: of the check, defaults filled in.
        limit: of the check in base units.

    Returns:
        U, or None where nothing is known beforehand, as of what is timed (see `least_timing`).
    """
    budget_of = _BUDGETS.get(metric)
    budget = None if budget_of is None else budget_of(known, params, limit)
    return None if budget is None or not budget.components else LEAST_K * budget.standard


def least_timing(spec: MetricSpec, periods_s: Mapping[str, float]) -> float | None:
    """The least expanded uncertainty in s of a time between readings; None for a metric of another kind.

    Args:
        spec: of the metric.
        periods_s: of the sources that bracket an instant; 0 of one whose readings have no common period.
    """
    return timing(*(periods_s[source] for source in spec.timed_by)).expanded if spec.timed_by else None


def longest_periods(
    spec: MetricSpec, periods_s: Mapping[str, float], most_s: float
) -> tuple[tuple[str, ...], float]:
    """The sources that must be read more often for U to be at most most_s, and their longest period in s.

    The slowest alone if that is enough, all of them if not, the slowest first.
    """
    width_s = sqrt(3.0) * most_s
    slowest = max(spec.timed_by, key=periods_s.__getitem__)
    others_s = hypot(*(periods_s[source] for source in spec.timed_by if source != slowest))
    if others_s < 0.9 * width_s:
        return (slowest,), sqrt(width_s**2 - others_s**2)
    return tuple(sorted(spec.timed_by, key=periods_s.__getitem__, reverse=True)), width_s / sqrt(
        len(spec.timed_by)
    )


def _curve(known: Known, params: Params) -> Budget:
    """Of a heating curve: of the signal named, or of the unit with the most probes."""
    of = params.get("of")
    if of is None:
        return known.channel.of_mean(_most_probes(known))
    return _own(known) if _is_own(of) else known.channel


def _most_probes(known: Known) -> int:
    return max(known.probes.values(), default=1)


def _is_own(signal: object) -> bool:
    return str(signal).startswith("belt.")


def _own(known: Known) -> Budget:
    return Budget((Component("declared tolerance of the own sensor", rectangular(known.own_k)),))


def _overshoot(known: Known, params: Params, _limit: float) -> Budget | None:
    return None if _is_own(params["of"]) else known.channel


def _unit_difference(known: Known, params: Params, _limit: float) -> Budget:
    """On the ramp only the scatter is known: how far the units rise is not."""
    unit = known.channel.of_mean(next(iter(known.probes.values()), 1))
    return (unit if params["during"] == "steady" else unit.of_rise(0.0)).of_difference()


def _unit_power(known: Known, _params: Params, limit: float) -> Budget | None:
    """At the highest voltage and the greatest current within the limit the read-back is best."""
    if not known.volts:
        return None
    return power_ratio(known.volts, known.volts / known.unit_ohms * (1.0 + limit), max(0.0, 1.0 - limit))


def _ramp(known: Known, params: Params, _limit: float) -> Budget:
    scatter = _curve(known, params).of_rise(0.0).standard / float(params["over"])
    return Budget((Component("scatter over the window", scatter),))


_BUDGETS: Mapping[str, Callable[[Known, Params, float], Budget | None]] = MappingProxyType(
    {
        "peak_temperature": lambda known, _params, _limit: known.channel,
        "overshoot_above": _overshoot,
        "sensor_agreement": lambda known, _params, _limit: known.channel.of_mean(_most_probes(known)),
        "ramp": _ramp,
        "steady_mean": lambda known, params, _limit: _curve(known, params),
        "cyclic_variation": lambda known, params, _limit: _curve(known, params).of_rise(0.0),
        "spread": lambda known, _params, _limit: known.channel.of_range(sum(known.probes.values())),
        "unit_difference": _unit_difference,
        "unit_power": _unit_power,
    }
)
