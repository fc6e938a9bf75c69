"""Damage integral: the Arrhenius integral Ω over a run or a step, by a named set of parameters.

Ω = 0.53 is a first-degree burn, 1.0 a second-degree one, 1e4 a third-degree one. The sets differ by factors, so the
name stands in the detail with every value. By default all temperatures count; skin burns are usually computed from 44
°C.
"""

from __future__ import annotations

from dataclasses import replace

from rig.checks.accumulated import accumulate
from rig.checks.dose import DAMAGE, damage_rate
from rig.checks.finding import Ask, Finding
from rig.checks.integral import Integral, integrate
from rig.checks.metrics import peak_temperature
from rig.checks.view import RunView
from rig.signals.traces import Floats

needs = peak_temperature.needs


def measure(view: RunView, ask: Ask) -> Finding:
    """The integral, a plain number."""
    name, cut = str(ask.params["set"]), str(ask.params["lower_cut"])
    parameters = DAMAGE[name]

    def damage(t: Floats, degc: Floats, longest_s: float) -> Integral:
        return integrate(t, damage_rate(degc, parameters, cut), longest_s)

    found = accumulate(view, ask, damage)
    detail = {**found.detail, "set": name, "lower_cut": cut}
    return replace(found, reason=found.reason or f"parameters {name}, lower cut {cut}", detail=detail)
