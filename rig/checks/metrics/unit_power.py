"""Unit power: how far a unit's mean electrical power while on is from its rating, the unit that is furthest off.

Rated power at the voltage that was there: P = P_rated (V / V_rated)², for a heater of constant resistance. V is the
voltage at the device, less the drop in the leads where the supply senses locally. Readings next to a switching are
left out, as the supply's averaging may straddle it. IEC 60601-1 4.11 asks for ± 10 % (from memory, unverified).
Units that share a supply output cannot be told apart: a weak one hides behind a strong one, and that is INVALID. The
currents that the belt reports are its own word and take no part.

The uncertainty is that of the supply's read-back, `rig/checks/readback.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.heating import heaters_on, heating_end
from rig.checks.readback import power_ratio
from rig.checks.sharing import HEATER_ON_AMPS, device_volts
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout


@dataclass(frozen=True, slots=True)
class _Power:
    """A unit's mean power in W, that which it is rated for at its voltage, and its means in V and A."""

    heater: str
    watts: float
    rated_watts: float
    volts: float
    amps: float

    @property
    def deviation(self) -> float:
        return self.watts / self.rated_watts - 1.0


def needs(layout: Layout, _params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return [f"supply.{h}.{q}" for h in layout.heaters for q in ("voltage", "current", "output")]


def measure(view: RunView, ask: Ask) -> Finding:
    """The size of the relative deviation."""
    _require_own_outputs(view.layout)
    span = (heaters_on(view, ask.window).by, heating_end(view, ask.window))
    powers = {heater: _power(view, heater, span) for heater in view.layout.heaters}
    dead = [heater for heater, power in powers.items() if power is None]
    names = [f"supply.{h}.{q}" for h in view.layout.heaters for q in ("voltage", "current")]
    missing = view.gap(names, span)
    ceiling = Verdict.INVALID if missing else Verdict.PASS
    if dead:
        words = f"unit {', '.join(dead)} took no current while another did"
        return Finding(1.0, 0.0, missing or words, ceiling, detail={"watts": dict.fromkeys(dead, 0.0)})
    found = [power for power in powers.values() if power is not None]
    worst = max(found, key=lambda power: abs(power.deviation))
    words = f"unit {worst.heater} took {worst.watts:.3f} W at {worst.volts:.3f} V, rated {worst.rated_watts:.3f} W"
    detail = {
        "watts": {power.heater: power.watts for power in found},
        "deviations": {power.heater: power.deviation for power in found},
    }
    expanded = power_ratio(worst.volts, worst.amps, 1.0 + worst.deviation).expanded
    return Finding(abs(worst.deviation), expanded, missing or words, ceiling, detail=detail)


def _require_own_outputs(layout: Layout) -> None:
    for heater in layout.heaters:
        if layout.shares(heater):
            group = " and ".join((heater, *layout.shares(heater)))
            words = f"units {group} share a supply output, so the power of one of them cannot be told"
            raise UnjudgedError(Verdict.INVALID, words)


def _power(view: RunView, heater: str, span: tuple[float, float]) -> _Power | None:
    volts, amps = view.trace(f"supply.{heater}.voltage"), view.trace(f"supply.{heater}.current")
    on = amps.value > HEATER_ON_AMPS
    settled = on & np.roll(on, 1) & np.roll(on, -1)
    keep = settled & np.isfinite(volts.value) & (amps.t >= span[0]) & (amps.t <= span[1])
    if not keep.any():
        return None
    i = amps.value[keep]
    v = device_volts(view, heater, volts.value[keep], i)
    rated = view.number("unit_watts") * float(np.mean((v / view.number("rated_volts")) ** 2))
    if not rated > 0.0:
        raise UnjudgedError(Verdict.INVALID, f"heater {heater} took current at no voltage")
    return _Power(heater, float(np.mean(v * i)), rated, float(v.mean()), float(i.mean()))
