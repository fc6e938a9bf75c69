"""The belt's own temperature sensors: first-order lag behind the skin side, error, noise, resolution."""

from __future__ import annotations

from math import expm1, floor

from dut_drivers.simulated.parameters import Noise


class LaggedSensor:
    """Follows a temperature as a first-order lag on a fixed step; exact for a temperature held over the step.

    Attributes:
        degc: what the sensing element has reached.
    """

    __slots__ = ("_gain", "degc")

    def __init__(self, lag_s: float, start_degc: float, step_s: float) -> None:
        self._gain = -expm1(-step_s / lag_s)
        self.degc = start_degc

    def follow(self, degc: float) -> float:
        """Advance by one step towards ``degc``; the element's temperature after it."""
        self.degc += self._gain * (degc - self.degc)
        return self.degc


class NtcSensor:
    """An NTC with its converter: whole m°C, rounded down, so that what is decided on is what is reported.

    Args:
        element: the lagging element.
        error_k: constant error of the reading.
        noise_k: standard deviation of the reading's noise.
        noise: standard normal numbers by stream and index, None for none.
        stream: name of this sensor's noise.
        stuck_degc: a reading that never changes, None for a live sensor.
    """

    __slots__ = ("_element", "_error_k", "_noise", "_noise_k", "_stream", "_stuck_mdegc")

    def __init__(
        self,
        element: LaggedSensor,
        *,
        error_k: float,
        noise_k: float,
        noise: Noise | None,
        stream: str,
        stuck_degc: float | None,
    ) -> None:
        self._element = element
        self._error_k = error_k
        self._noise_k = noise_k
        self._noise = noise
        self._stream = stream
        self._stuck_mdegc = None if stuck_degc is None else round(stuck_degc * 1000.0)

    def stick(self, degc: float) -> None:
        """Read that for ever, in °C."""
        self._stuck_mdegc = round(degc * 1000.0)

    def read_mdegc(self, skin_degc: float, index: int) -> int:
        """Advance by one step and read, in thousandths of a degree Celsius."""
        degc = self._element.follow(skin_degc) + self._error_k
        if self._stuck_mdegc is not None:
            return self._stuck_mdegc
        if self._noise is not None:
            degc += self._noise_k * self._noise(self._stream, index)
        return floor(degc * 1000.0)
