"""Overshoot above a level: how far the greatest valid reading stands above it, in K.

The peak is that of `peak_temperature`, with its uncertainty; the level is declared and exact. A level is regulated on
the belt's own sensor: measured by that sensor its error cancels, and what remains is the scatter of the readings and
the step of 1 m°C in which telemetry gives them. Whether the sensor agrees with the skin, `sensor_agreement` says.
"""

from __future__ import annotations

from rig.checks.budget import Budget, Component, rectangular
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.metrics import peak_temperature
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout
from rig.signals.traces import Trace

TELEMETRY_STEP_K = 0.001
"""The belt's telemetry carries whole thousandths of a degree (docs/belt-protocol.md)."""


def needs(layout: Layout, params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    return peak_temperature.needs(layout, params)


def measure(view: RunView, ask: Ask) -> Finding:
    """The overshoot in K; not exercised where the level was never reached."""
    name, level = str(ask.params["of"]), float(ask.params["level"])
    peak = peak_temperature.measure(view, ask)
    assert peak.value is not None, "a peak without a value is no finding"
    if peak.value < level and peak.ceiling is Verdict.PASS:
        words = f"not exercised: {name} reached {peak.value:.2f} degC and not {level:g} degC"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words, peak_degc=peak.value)
    own = name.startswith("belt.")
    expanded = _own_scale(view.trace(name)).expanded if own else peak.expanded
    detail = {**peak.detail, "peak_degc": peak.value, "level_degc": level}
    return Finding(peak.value - level, expanded, peak.reason, peak.ceiling, detail=detail)


def _own_scale(sensor: Trace) -> Budget:
    """The budget of a reading of a sensor against a level in that sensor's own scale, in K."""
    return Budget(
        (
            Component("scatter of the own sensor", peak_temperature.scatter_of(sensor)),
            Component("step of the telemetry", rectangular(0.5 * TELEMETRY_STEP_K)),
        )
    )
