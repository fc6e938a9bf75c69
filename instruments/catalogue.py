"""Ratings and times of the instruments that have a driver here. Plain data: importable without pyvisa.

Sources: E36312A/E36313A data sheet 5992-2124EN and the libsigrok, QCoDeS-contrib and goivi drivers for
ranges; no real instrument was measured, so every value called an estimate is unverified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class OutputRating:
    """What one supply output can do.

    volts_max, amps_min, amps_max: programmable range (V, A). volts_rated, amps_rated: the data sheet's
    output. ovp_min, ovp_max: range of the over-voltage trip level (V).
    """

    volts_max: float
    amps_min: float
    amps_max: float
    volts_rated: float
    amps_rated: float
    ovp_min: float
    ovp_max: float


_P6V_5A = OutputRating(6.18, 0.002, 5.15, 6.0, 5.0, 0.5, 6.6)
_P6V_10A = OutputRating(6.18, 0.002, 10.3, 6.0, 10.0, 0.5, 6.6)
_P25V_1A = OutputRating(25.75, 0.001, 1.03, 25.0, 1.0, 0.5, 27.5)
_P25V_2A = OutputRating(25.75, 0.001, 2.06, 25.0, 2.0, 0.5, 27.5)

SUPPLIES: Mapping[str, Mapping[int, OutputRating]] = MappingProxyType(
    {
        "E36312A": MappingProxyType({1: _P6V_5A, 2: _P25V_1A, 3: _P25V_1A}),
        "E36313A": MappingProxyType({1: _P6V_10A, 2: _P25V_2A, 3: _P25V_2A}),
    }
)
"""Outputs by model. amps_min of outputs 2 and 3 is an estimate (output 1: 2 mA, QCoDeS-contrib)."""

SUPPLY_QUERY_S = 0.01
"""Time that an E36300 takes for one query, in s: bound given for the sibling EDU36311A, unverified here."""

MEASURE_QUERIES = 3
"""Queries in one compound measurement: volts, amps, output states."""

RELAY_S = 0.017
"""Relay and settling time of one DAQM901A channel in s: estimate (a 34970A stamps 17 ms), unverified."""

OPEN_CHECK_SETTLE_S = 0.005
"""Settling of the ohms source of the open-thermocouple check in s: estimate, unverified."""

SCANNER_FIRST_CHANNELS: Mapping[int, int] = MappingProxyType({100: 101, 200: 201, 300: 301})
"""First channel of the module in each slot of a DAQ970A."""

CHANNELS_PER_MODULE = 20
"""Multiplexer channels of a DAQM901A that can be scanned for voltage and temperature."""


def exchange_s(queries: int = MEASURE_QUERIES) -> float:
    """How long one exchange with an E36300 takes, in s; without argument one compound measurement."""
    return queries * SUPPLY_QUERY_S


def channel_time_s(nplc: float, line_hz: float, open_check: bool) -> float:
    """How long one scan channel takes, in s: relay, integration, and the open check's own integration.

    Auto-zero is not in it. Whether a real DAQ970A keeps to it is unverified.

    Args:
        nplc: integration in power-line cycles, 0.02 to 200.
        line_hz: power-line frequency, 50 or 60 Hz.
        open_check: whether the open-thermocouple check is on.
    """
    aperture = nplc / line_hz
    check = OPEN_CHECK_SETTLE_S + aperture if open_check else 0.0
    return RELAY_S + aperture + check


def scan_time_s(channels: int, nplc: float, line_hz: float, open_check: bool) -> float:
    """How long a scan of so many channels takes, in s; see ``channel_time_s``."""
    return channels * channel_time_s(nplc, line_hz, open_check)
