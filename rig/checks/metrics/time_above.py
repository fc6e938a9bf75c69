"""Time above a temperature: for how long in all a signal stands at or above it, crossings interpolated.

Not one stretch: every time that it stands there counts. Where the signal lies near the level, the uncertainty of the
temperature makes all of that time uncertain.
"""

from __future__ import annotations

from dataclasses import replace

from rig.checks.accumulated import accumulate
from rig.checks.finding import Ask, Finding
from rig.checks.integral import Integral
from rig.checks.integral import time_above as add_time_above
from rig.checks.metrics import peak_temperature
from rig.checks.view import RunView
from rig.signals.traces import Floats

needs = peak_temperature.needs


def measure(view: RunView, ask: Ask) -> Finding:
    """The time in s."""
    level = float(ask.params["level"])

    def above(t: Floats, degc: Floats, longest_s: float) -> Integral:
        return add_time_above(t, degc, level, longest_s)

    found = accumulate(view, ask, above)
    return replace(found, reason=found.reason or f"{ask.params['of']} at or above {level:g} degC")
