"""When each heater's current flowed, as the supply measured it: what arms the rules of plausibility.

Where heaters share a supply output, a heater counts as on while any of them is: the current cannot tell which. On-time
and duty are then at least those of the heater itself, so no rule sleeps that would act with an output of its own.
What they may do more: frozen also looks at the probes of a unit that is off, whose digits move as it cools; detached
also trips on a unit that is dead while the other heats, and, which no shipped plan comes to, on one that began the run
above its level and is still cooling two minutes after the other began to heat.
A limit on ``supply.<heater>.current`` holds for the mean: while one of two is off, the other may take twice of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf, isnan
from typing import final

from rig.signals.derive import Derivation

HEATING_AMPS = 0.05
"""An output that gives more than this feeds a heater that is on."""


@final
class HeaterTimes:
    """When each heater's current flowed: its on-time in one go, and its duty over windows.

    Of heaters that share an output: when that of any of them did.
    """

    def __init__(self, derivation: Derivation) -> None:
        layout = derivation.layout
        self._least_amps = {h: HEATING_AMPS / (1 + len(layout.shares(h))) for h in layout.heaters}
        self._on_since: dict[str, float] = dict.fromkeys(derivation.layout.heaters, inf)
        self._windows: dict[str, list[_Duty]] = {heater: [] for heater in derivation.layout.heaters}

    def note(self, heater: str, t: float, amps: float) -> None:
        """Take one reading of the heater's current (the mean, on a shared output); an invalid one changes nothing."""
        if isnan(amps):
            return
        on = amps > self._least_amps[heater]
        if not on:
            self._on_since[heater] = inf
        elif self._on_since[heater] == inf:
            self._on_since[heater] = t
        for window in self._windows[heater]:
            window.note(t, on)

    def on_for_s(self, heater: str, now: float) -> float:
        """Seconds since the heater's current last began to flow, 0 while it does not."""
        return max(0.0, now - self._on_since[heater])

    def duty_over(self, heater: str, window_s: float) -> Callable[[], float]:
        """A view of the share of the readings of the last window in which current flowed."""
        window = _Duty(window_s)
        self._windows[heater].append(window)
        return window.share


@final
class _Duty:
    """Share of readings with current over a window that ends with the newest reading."""

    __slots__ = ("_on", "_readings", "_window_s")

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._readings: deque[tuple[float, bool]] = deque()
        self._on = 0

    def note(self, t: float, on: bool) -> None:
        readings = self._readings
        readings.append((t, on))
        self._on += on
        while readings[0][0] < t - self._window_s:
            self._on -= readings.popleft()[1]

    def share(self) -> float:
        return self._on / len(self._readings) if self._readings else 0.0
