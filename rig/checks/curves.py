"""Heating curves: the temperature of each unit, the mean of its sites, or that of one signal.

A unit's temperature is defined as the mean over all of its probes, so the gradient between them is no part of
its uncertainty. A scan in which one of them is invalid gives none: the mean of the others is another quantity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rig.checks.budget import Budget, Component, rectangular
from rig.checks.finding import UnjudgedError
from rig.checks.sharing import switched
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import HOTTEST, Drive, Layout
from rig.signals.traces import Floats

Window = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """One temperature over a run.

    name: for people, 'unit a' or the signal. heater: whose it is, None if no heater's. t: bench seconds. value:
    in °C, nan where a member is invalid. members: the signals behind it. budget: of one value, in K. within_s: how far
    its values may lie from their instants. drive: what says when its heater was on where no current was read.
    """

    name: str
    heater: str | None
    t: Floats
    value: Floats
    members: tuple[str, ...]
    budget: Budget
    within_s: float = 0.0
    drive: Drive | None = None

    def within(self, window: Window) -> tuple[Floats, Floats]:
        """Instants and values of the valid readings within a window."""
        keep = np.isfinite(self.value) & (self.t >= window[0]) & (self.t <= window[1])
        return self.t[keep], self.value[keep]


def needs(layout: Layout, of: str | None) -> list[str]:
    """Signals that must be kept: those of the curves, and what says when heat flowed."""
    probes = [layout.signals[i].name for i in layout.skins] if of in {None, HOTTEST} else []
    heat = [f"supply.{h}.{quantity}" for h in layout.heaters for quantity in ("current", "output")]
    told = [switched(heater) for heater in layout.heaters if layout.shares(heater)]
    return [*([of] if of else []), *probes, *heat, *layout.heat_signals, *told]


def curves(view: RunView, of: str | None) -> list[Curve]:
    """The curve of each unit that has probes, or the one of a signal.

    Raises:
        UnjudgedError: INVALID, no unit has probes, their readings do not belong together, or the signal is no
        temperature or not in the record.
    """
    key = ("curves", of)
    if key not in view.memo:
        view.memo[key] = _units(view) if of is None else [_signal(view, of)]
    found: list[Curve] = view.memo[key]
    return found


def _units(view: RunView) -> list[Curve]:
    heaters = [h for h in view.layout.heaters if view.layout.probes(h)]
    if not heaters:
        raise UnjudgedError(Verdict.INVALID, "no heater has skin probes")
    return [_unit(view, heater) for heater in heaters]


def _unit(view: RunView, heater: str) -> Curve:
    members = view.layout.probes(heater)
    traces = [view.trace(name) for name in members]
    if len({len(trace.t) for trace in traces}) > 1:
        raise UnjudgedError(Verdict.INVALID, f"the probes of unit {heater} are not all in each scan")
    t = np.stack([trace.t for trace in traces]).mean(axis=0)
    value = np.stack([trace.value for trace in traces]).mean(axis=0)
    budget = view.channels.of(members).of_mean(len(members))
    within_s = max(view.within_s(name, view.first_s, view.last_s) for name in members)
    return Curve(
        f"unit {heater}", heater, t, value, members, budget, within_s, view.layout.drives.get(heater)
    )


def _signal(view: RunView, name: str) -> Curve:
    trace = view.trace(name)
    if trace.dimension != "temperature":
        raise UnjudgedError(Verdict.INVALID, f"{name} is not a temperature")
    signal = view.layout.signals[view.layout.index[name]]
    drive = None if signal.heater is None else view.layout.drives.get(signal.heater)
    members, within_s = view.members(name), view.within_s(name, view.first_s, view.last_s)
    return Curve(name, signal.heater, trace.t, trace.value, members, budget_of(view, name), within_s, drive)


def budget_of(view: RunView, name: str) -> Budget:
    """The budget of one temperature signal in K.

    That of a thermocouple channel for what thermocouples measure. For the belt's own sensors the tolerance that
    its profile declares, rectangular; a statement about what the belt holds itself to, which `sensor_agreement`
    ties to the skin. Empty for anything else.
    """
    signal = view.layout.signals[view.layout.index[name]]
    if name == HOTTEST or signal.place is not None:
        return view.channels.of(view.members(name))
    if name.startswith("belt.") and name.endswith(".sensor"):
        tolerance = rectangular(view.number("cutoff_tolerance_k"))
        return Budget((Component("declared tolerance of the own sensor", tolerance),))
    return Budget(())
