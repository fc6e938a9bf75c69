"""First order plus dead time: y(t) = K (1 - exp(-(t - θ) / τ)) from θ on and 0 before, fitted to a step response.

Two graphical methods of two instants, and nonlinear least squares with standard errors. The dead time is a corner of
the curve, so least squares starts at several of them and the best fit counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from math import sqrt
from operator import itemgetter
from typing import Any

import numpy as np

from rig.signals.traces import Floats

LEAST_TIME_CONSTANTS = 3.0
"""A record shorter than this many τ does not tell gain from time constant: 95 % of the way (domain practice)."""

SMITH_SHARES = (0.283, 0.632)
SUNDARESAN_SHARES = (0.353, 0.853)
_COARSE = 400
"""The best of the starts is found on so many values, every so many of them, and refined on all."""

_STARTS = 8
_REFINED = 4
_GRID = 12
_TOLERANCE = 1e-12
_MOST_CORRELATED = 0.999


class NoFitError(ValueError):
    """No step response of first order fits; the message says why."""


@dataclass(frozen=True, slots=True)
class StepResponse:
    """A fitted step response.

    gain: K, in the unit of the values. time_constant_s and dead_time_s: τ and θ. errors: their standard errors in the
    same order, from residuals and curvature as if residuals were independent; 0 for a dead time that was given. rmse:
    root of the mean square residual. residual_sum: of squares. correlation: of each residual with the next, by which
    to see that the curve is not of first order.
    """

    gain: float
    time_constant_s: float
    dead_time_s: float
    errors: tuple[float, float, float]
    rmse: float
    residual_sum: float
    correlation: float

    @property
    def inflation(self) -> float:
        """By how much the errors grow with correlated residuals: sqrt((1 + r) / (1 - r)), never below 1."""
        correlation = min(max(self.correlation, 0.0), _MOST_CORRELATED)
        return sqrt((1.0 + correlation) / (1.0 - correlation))


def smith(t28_s: float, t63_s: float) -> tuple[float, float]:
    """τ and θ in s from the instants of 28.3 and 63.2 % of the way (C. L. Smith): τ = 1.5 (t63 - t28), θ = t63 - τ."""
    time_constant = 1.5 * (t63_s - t28_s)
    return time_constant, t63_s - time_constant


def sundaresan_krishnaswamy(t35_s: float, t85_s: float) -> tuple[float, float]:
    """τ and θ in s from the instants of 35.3 and 85.3 %: τ = 0.67 (t85 - t35), θ = 1.3 t35 - 0.29 t85 (from memory)."""
    return 0.67 * (t85_s - t35_s), 1.3 * t35_s - 0.29 * t85_s


def first_order(t: Floats, gain: float, time_constant_s: float, dead_time_s: float) -> Floats:
    """The step response itself, 0 before the dead time is over."""
    since = np.maximum(t - dead_time_s, 0.0)
    response: Floats = gain * -np.expm1(-since / time_constant_s)
    return response


def fit_step_response(t: Floats, value: Floats, dead_time_s: float | None = None) -> StepResponse:
    """Fit by nonlinear least squares.

    Args:
        t: instants in s since the step, rising.
        value: what was added to the state before the step, in any unit; finite.
        dead_time_s: known beforehand; None to fit it too.

    Raises:
        NoFitError: there are too few values, they do not move, or no start came to an end that is one.
    """
    free = 3 if dead_time_s is None else 2
    scale = float(np.max(np.abs(value), initial=0.0))
    if len(t) <= free or not scale > 0.0:
        raise NoFitError(f"a fit of {free} parameters needs more values that move than there are, {len(t)}")
    model = _Model(t, value / scale, dead_time_s)
    every = max(1, len(t) // _COARSE)
    coarse = _Model(t[::every], model.value[::every], dead_time_s)
    fits = [_refine(coarse, start) for start in coarse.starts()]
    best = min((fit for fit in fits if fit.success), key=lambda fit: float(fit.cost), default=None)
    if best is not None and every > 1:
        best = _refine(model, best.x.tolist())
    if best is None or not best.success:
        raise NoFitError("least squares did not converge from any start")
    parameters, jacobian = np.asarray(best.x), np.asarray(best.jac)
    residual_sum = 2.0 * float(best.cost)
    try:
        covariance = np.linalg.inv(jacobian.T @ jacobian) * residual_sum / (len(t) - free)
    except np.linalg.LinAlgError as error:
        raise NoFitError("the values do not tell gain, time constant and dead time apart") from error
    errors = [*np.sqrt(np.diag(covariance)).tolist(), 0.0]
    return StepResponse(
        gain=float(parameters[0]) * scale,
        time_constant_s=float(parameters[1]),
        dead_time_s=float(parameters[2]) if dead_time_s is None else dead_time_s,
        errors=(errors[0] * scale, errors[1], errors[2]),
        rmse=scale * sqrt(residual_sum / len(t)),
        residual_sum=scale**2 * residual_sum,
        correlation=_correlation(np.asarray(best.fun)),
    )


def _correlation(residuals: Floats) -> float:
    power = float(np.dot(residuals, residuals))
    return float(np.dot(residuals[1:], residuals[:-1])) / power if power > 0.0 else 0.0


def _refine(model: _Model, start: list[float]) -> Any:
    least_squares = import_module("scipy.optimize").least_squares
    last = float(model.t[-1])
    bounds = ([-np.inf, 1e-6 * last, 0.0], [np.inf, 1e6 * last, last])
    free = len(start)
    return least_squares(
        model.residuals,
        start,
        model.jacobian,
        bounds=(bounds[0][:free], bounds[1][:free]),
        x_scale=[1.0, last, last][:free],
        xtol=_TOLERANCE,
        ftol=_TOLERANCE,
        gtol=_TOLERANCE,
    )


@dataclass(frozen=True, slots=True)
class _Model:
    """The values to fit, of size 1, and the dead time where it is known; parameters are gain, τ and maybe θ."""

    t: Floats
    value: Floats
    dead_time_s: float | None

    def residuals(self, parameters: Floats) -> Floats:
        gain, time_constant, dead_time = self._whole(parameters)
        return first_order(self.t, gain, time_constant, dead_time) - self.value

    def jacobian(self, parameters: Floats) -> Floats:
        gain, time_constant, dead_time = self._whole(parameters)
        since = np.maximum(self.t - dead_time, 0.0)
        left = np.exp(-since / time_constant)
        by_time_constant = -gain * left * since / time_constant**2
        by_dead_time = np.where(self.t > dead_time, -gain * left / time_constant, 0.0)
        columns = [1.0 - left, by_time_constant, by_dead_time]
        return np.stack(columns[: len(parameters)], axis=1)

    def starts(self) -> list[list[float]]:
        """The best few of several dead times, each with the best of a grid of time constants and the gain of both."""
        last = float(self.t[-1])
        known = self.dead_time_s
        dead_times = [known] if known is not None else [0.7 * last * n / _STARTS for n in range(_STARTS)]
        grid = np.geomspace(0.01 * last, 10.0 * last, _GRID).tolist()
        found = [min((self._try(tau, dead) for tau in grid), key=itemgetter(0)) for dead in dead_times]
        best = [start for _, start in sorted(found, key=itemgetter(0))[:_REFINED]]
        return [list(start) if known is None else list(start[:2]) for start in best]

    def _try(self, time_constant: float, dead_time: float) -> tuple[float, tuple[float, float, float]]:
        shape = first_order(self.t, 1.0, time_constant, dead_time)
        power = float(np.dot(shape, shape))
        gain = float(np.dot(shape, self.value)) / power if power > 0.0 else 0.0
        return float(np.sum((self.value - gain * shape) ** 2)), (gain, time_constant, dead_time)

    def _whole(self, parameters: Floats) -> tuple[float, float, float]:
        gain, time_constant = float(parameters[0]), float(parameters[1])
        return gain, time_constant, float(parameters[2]) if self.dead_time_s is None else self.dead_time_s
