"""Thermal dose: equivalent time at 43 °C, CEM43 (Sapareto and Dewey 1984), over a run or a step.

The integral of R^(43 - T) with R = 0.5 from 43 °C up and 0.25 below; in s here, in minutes in the detail and in the
literature. `lower_cut` says below which temperature nothing counts; its effect is large, so it stands in the detail.
"""

from __future__ import annotations

from dataclasses import replace

from rig.checks.accumulated import accumulate
from rig.checks.dose import cem43_rate
from rig.checks.finding import Ask, Finding
from rig.checks.integral import Integral, integrate
from rig.checks.metrics import peak_temperature
from rig.checks.view import RunView
from rig.signals.traces import Floats

needs = peak_temperature.needs


def measure(view: RunView, ask: Ask) -> Finding:
    """The dose in s at 43 °C."""
    cut = str(ask.params["lower_cut"])

    def dose(t: Floats, degc: Floats, longest_s: float) -> Integral:
        return integrate(t, cem43_rate(degc, cut), longest_s)

    found = accumulate(view, ask, dose)
    assert found.value is not None, "what was added up has a value"
    words = f"{found.value / 60.0:.4g} min at 43 degC, lower cut {cut}"
    detail = {**found.detail, "cem43_min": found.value / 60.0, "lower_cut": cut}
    return replace(found, reason=found.reason or words, detail=detail)
