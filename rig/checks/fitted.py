"""The step responses of a run: first order plus dead time, fitted to each curve while its heater had constant power.

From the moment at which the heaters were switched on to the first fall of the unit's current, above the mean of the
minute before. Of longer records every n-th reading is used, so that there are at most 4000. A span shorter than three
time constants tells gain from time constant badly, and is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rig.checks.budget import Budget, Component
from rig.checks.curves import Curve, curves
from rig.checks.finding import Ask, UnjudgedError
from rig.checks.heating import baseline, first_fall, heaters_on, heating_end, observed_end
from rig.checks.step_response import (
    LEAST_TIME_CONSTANTS,
    SMITH_SHARES,
    SUNDARESAN_SHARES,
    NoFitError,
    StepResponse,
    fit_step_response,
    smith,
    sundaresan_krishnaswamy,
)
from rig.checks.transition import Levels, reference_instants
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.traces import Floats

MOST_READINGS = 4000
_PARAMETERS = 3


@dataclass(frozen=True, slots=True)
class Fitted:
    """A curve's step response, how many readings it was fitted to, and words about readings that are missing.

    two_point: time constant and dead time in s by the methods of two instants, None where an instant is not reached: a
    fit that is far from both has found another curve.
    """

    curve: Curve
    response: StepResponse
    count: int
    missing: str
    two_point: Mapping[str, tuple[float, float] | None]

    @property
    def detail(self) -> dict[str, object]:
        """What a finding says about it: temperatures in K, times in s."""
        gain, time_constant, dead_time = self.response.errors
        return {
            "gain_k": self.response.gain,
            "time_constant_s": self.response.time_constant_s,
            "dead_time_s": self.response.dead_time_s,
            "gain_standard_error_k": gain,
            "time_constant_standard_error_s": time_constant,
            "dead_time_standard_error_s": dead_time,
            "rmse_k": self.response.rmse,
            "correlation": self.response.correlation,
            "two_point_s": {name: found and list(found) for name, found in self.two_point.items()},
        }

    def budget(self, which: int) -> Budget:
        """Of one of the parameters in s: its standard error, grown by what the model does not follow."""
        error = self.response.errors[which] * self.response.inflation
        return Budget((Component("standard error of the fit", error, dof=float(self.count - _PARAMETERS)),))


def fitted(view: RunView, ask: Ask) -> list[Fitted]:
    """The step response of each unit, or of the signal that the check names.

    Raises:
        UnjudgedError: INCONCLUSIVE, a curve is not of that shape or too short; INVALID, data lack.
    """
    key = ("fitted", ask.window, ask.params["of"])
    if key not in view.memo:
        view.memo[key] = [_fit(view, curve, ask) for curve in curves(view, ask.params["of"])]
    found: list[Fitted] = view.memo[key]
    return found


def _fit(view: RunView, curve: Curve, ask: Ask) -> Fitted:
    on = heaters_on(view, ask.window)
    end = min(heating_end(view, ask.window), observed_end(view, ask.window, on))
    heaters = view.layout.heaters if curve.heater is None else [curve.heater]
    end = min(end, *(first_fall(view, heater, ask.window) for heater in heaters))
    t, value = curve.within((on.middle, end))
    every = max(1, -(-len(t) // MOST_READINGS))
    since, rise = t[::every] - on.middle, value[::every] - baseline(curve, on)
    try:
        response = fit_step_response(since, rise)
    except NoFitError as error:
        raise UnjudgedError(Verdict.INCONCLUSIVE, f"{curve.name} has no step response: {error}") from error
    least_s = response.dead_time_s + LEAST_TIME_CONSTANTS * response.time_constant_s
    if end - on.middle < least_s:
        words = (
            f"{curve.name} had constant power for {end - on.middle:.0f} s, and its fit needs {least_s:.0f} s"
        )
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    missing = view.gap(curve.members, (on.after, end))
    return Fitted(curve, response, len(since), missing, _two_point(since, rise, response.gain))


def _two_point(since: Floats, rise: Floats, gain: float) -> dict[str, tuple[float, float] | None]:
    levels = Levels(0.0, gain)
    methods = {"smith": (SMITH_SHARES, smith), "sundaresan": (SUNDARESAN_SHARES, sundaresan_krishnaswamy)}
    found: dict[str, tuple[float, float] | None] = {}
    for name, (shares, method) in methods.items():
        first, last = reference_instants(since, rise, levels, shares)
        found[name] = None if first is None or last is None else method(first, last)
    return found
