"""Instants that are known to a bracket between two readings, and how far these may lie from their stamps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rig.checks.budget import Budget, Component, rectangular, timing
from rig.checks.view import RunView


@dataclass(frozen=True, slots=True)
class Bracket:
    """An instant that lies after one reading and not after the next, in bench seconds.

    within_s: how far either reading may lie from its stamp, either way, as one and the same error of both ends.
    """

    after: float
    by: float
    within_s: float = 0.0

    @property
    def middle(self) -> float:
        """The best estimate of the instant."""
        return 0.5 * (self.after + self.by)

    @property
    def width(self) -> float:
        """Length of the bracket in seconds."""
        return self.by - self.after


def read_between(view: RunView, names: Iterable[str], after: float, by: float) -> Bracket:
    """The bracket between two readings of these signals, with what the mapping of their stamps leaves open."""
    return Bracket(after, by, max((view.within_s(name, after, by) for name in names), default=0.0))


def timing_of(*brackets: Bracket) -> Budget:
    """The budget in seconds of an interval between these instants: the brackets, and the mapping to bench time."""
    mapped = (mapping(bracket.within_s) for bracket in brackets)
    return timing(*(bracket.width for bracket in brackets)).plus(*mapped)


def mapping(within_s: float) -> Component:
    """What it adds to an instant that a reading may lie so far from its stamp, in seconds; rectangular."""
    return Component("mapping to bench time", rectangular(within_s))


def placing(slope: float, within_s: float, over_s: float) -> Component:
    """What it adds to a least-squares slope over a window that each instant may err by so much; rectangular.

    Its size is |slope| Σ|x| / Σx² times the error, with x from the middle of even readings: 3 within / over of it.
    """
    return Component("rows within their stamps", rectangular(3.0 * abs(slope) * within_s / over_s))
