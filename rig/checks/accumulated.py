"""What adds up over a temperature signal, as a finding: dose, damage, time above a level.

The uncertainty is how much more or less it would be, the greater of both, were every reading off by U of the channel
to one side: each of them grows with temperature, so the ends of the temperature's interval are those of its own. That
holds also where a cut or a level makes it jump. The hottest of several noisy sites lies above the hottest true one;
that bias is added to the channel's uncertainty, rectangular, as for a peak.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rig.checks.budget import Budget, Component, expected_maximum, find_repeatability, rectangular
from rig.checks.curves import budget_of
from rig.checks.finding import Ask, Finding, UnjudgedError
from rig.checks.integral import Integral
from rig.checks.verdict import Verdict
from rig.checks.view import GAP_PERIODS, RunView
from rig.signals.layout import HOTTEST
from rig.signals.traces import Floats

Adder = Callable[[Floats, Floats, float], Integral]
"""Instants in s, temperatures in °C and the longest step that is no gap in s, to an integral."""


@dataclass(frozen=True, slots=True)
class Course:
    """A temperature within a window: instants in s that rise, °C, the longest step that is no gap, words about gaps."""

    t: Floats
    degc: Floats
    longest_s: float
    missing: str


def accumulate(view: RunView, ask: Ask, add: Adder) -> Finding:
    """The integral of the signal that a check names by ``of``, over its window.

    Where readings are missing for over three periods the value is a lower bound and INVALID at best; the detail has
    the bound that counts the hotter neighbour for the whole gap.

    Raises:
        UnjudgedError: INVALID, the signal is no temperature, or has no two valid readings.
    """
    name = str(ask.params["of"])
    course = _course(view, name, ask.window)
    budget = _budget(view, name)
    found = add(course.t, course.degc, course.longest_s)
    detail = {"bound": found.bound, "gap_s": found.gap_s, "readings": len(course.t)}
    return Finding(
        found.total,
        _expanded(course, budget, found, add, view.placed_within_s(name)),
        course.missing,
        Verdict.INVALID if course.missing else Verdict.PASS,
        at_least=bool(course.missing),
        detail=detail,
    )


def _course(view: RunView, name: str, window: tuple[float, float]) -> Course:
    trace = view.trace(name)
    if trace.dimension != "temperature":
        raise UnjudgedError(Verdict.INVALID, f"{name} is not a temperature")
    keep = (trace.t >= window[0]) & (trace.t <= window[1]) & np.isfinite(trace.value)
    t, degc = trace.t[keep], trace.value[keep]
    if len(t) < 2:
        raise UnjudgedError(Verdict.INVALID, f"{name} has no two valid readings where it is judged")
    # the hottest site may be read again by its instant only, when another source had a new reading
    newer = np.concatenate(([True], t[1:] > np.maximum.accumulate(t)[:-1]))
    missing = view.gap(view.members(name), window)
    return Course(t[newer], degc[newer], GAP_PERIODS * view.period_s(name) + 1e-9, missing)


def _budget(view: RunView, name: str) -> Budget:
    budget, sites = budget_of(view, name), len(view.members(name))
    noise = find_repeatability(budget)
    if name != HOTTEST or noise is None:
        return budget
    return budget.plus(Component(f"hottest of {sites} sites", rectangular(expected_maximum(sites) * noise)))


def _expanded(course: Course, budget: Budget, found: Integral, add: Adder, within_s: float) -> float | None:
    """By the ends of the temperature's interval, each with what errors of the readings' instants do to it."""
    if not budget.components:
        return None
    ends = (add(course.t, course.degc + sign * budget.expanded, course.longest_s) for sign in (-1.0, 1.0))
    return max(abs(end.total - found.total) + within_s * end.variation for end in ends)
