"""Energy: what the heaters of a device took electrically over a run or a step, the integral of V times I.

At the device: the drop in the leads is taken off where the supply senses locally. Volts and amps are integrated at the
instants of the readings; a step over three periods is a gap, which is INVALID and leaves a lower bound. When a heater
was switched between two readings is not known, so each change of power is uncertain by half of its step, rectangular.
The read-back's errors are taken to be the same over the whole run; they are those of `rig/checks/readback.py`, which
also says what volts, amps and heaters of one supply share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rig.checks.budget import Budget, Component, rectangular
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.integral import integrate
from rig.checks.readback import AMPS_OFFSET, AMPS_SHARE, VOLTS_OFFSET, VOLTS_SHARE, read_back
from rig.checks.sharing import device_volts
from rig.checks.verdict import Verdict
from rig.checks.view import GAP_PERIODS, RunView
from rig.signals.layout import Layout
from rig.signals.traces import Floats


@dataclass(frozen=True, slots=True)
class _Taken:
    """What one heater took from its supply in J, how far volts, amps and switching leave that open, and the bound."""

    supply: str
    joules: float
    volts_j: float
    amps_j: float
    switching_j: float
    bound: float


def needs(layout: Layout, _params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return [f"supply.{h}.{q}" for h in layout.heaters for q in ("voltage", "current", "output")]


def measure(view: RunView, ask: Ask) -> Finding:
    """The energy in J."""
    taken = {heater: _taken(view, heater, ask.window) for heater in view.layout.heaters}
    if not taken:
        raise UnjudgedError(Verdict.INVALID, "the record has no heater")
    names = [f"supply.{h}.{q}" for h in taken for q in ("voltage", "current")]
    missing = view.gap(names, ask.window)
    total = sum(each.joules for each in taken.values())
    watt_hours = f"{total / 3600.0:.4g} Wh"
    detail = {"joules": {h: each.joules for h, each in taken.items()}}
    return Finding(
        total,
        _budget(list(taken.values())).expanded,
        missing or watt_hours,
        Verdict.INVALID if missing else Verdict.PASS,
        at_least=bool(missing),
        detail={**detail, "bound": sum(each.bound for each in taken.values())},
    )


def _taken(view: RunView, heater: str, window: tuple[float, float]) -> _Taken:
    volts, amps = view.trace(f"supply.{heater}.voltage"), view.trace(f"supply.{heater}.current")
    keep = np.isfinite(volts.value) & np.isfinite(amps.value) & (amps.t >= window[0]) & (amps.t <= window[1])
    t, i = amps.t[keep], amps.value[keep]
    if len(t) < 2:
        words = f"the power of heater {heater} was not read twice where it is judged"
        raise UnjudgedError(Verdict.INVALID, words)
    v = device_volts(view, heater, volts.value[keep], i)
    watts, longest_s = v * i, GAP_PERIODS * view.period_s(amps.name) + 1e-9
    found = integrate(t, watts, longest_s)
    by_volts = integrate(t, np.abs(i) * (VOLTS_SHARE * np.abs(v) + VOLTS_OFFSET), longest_s)
    by_amps = integrate(t, np.abs(v) * (AMPS_SHARE * np.abs(i) + AMPS_OFFSET), longest_s)
    return _Taken(
        view.layout.source_of(volts.name).name,
        found.total,
        rectangular(by_volts.total),
        rectangular(by_amps.total),
        _switching(t, watts, longest_s),
        found.bound,
    )


def _switching(t: Floats, watts: Floats, longest_s: float) -> float:
    """Standard uncertainty in J of all changes of power, each at an unknown instant of its step."""
    steps = np.diff(t)
    halves = np.where(steps > longest_s, 0.0, 0.5 * steps * np.abs(np.diff(watts)))
    return rectangular(float(np.sqrt(np.sum(halves**2))))


def _budget(taken: list[_Taken]) -> Budget:
    """What one supply reads back is wrong together; when its outputs were switched is not."""
    errors = read_back((each.supply, joules) for each in taken for joules in (each.volts_j, each.amps_j))
    return errors.plus(*(Component("instants of switching", each.switching_j) for each in taken))
