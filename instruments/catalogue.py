"""Ratings and times of the instruments that have a driver here. Plain data: importable without pyvisa.

Sources: E36312A/E36313A data sheet 5992-2124EN and the libsigrok, QCoDeS-contrib and goivi drivers for
ranges; the R&S HMP series data sheet and the libsigrok and R&S ``hmp4000`` IVI drivers for the HMP4040. No real
instrument was measured, so every value called an estimate is unverified.
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

_HMP4040 = OutputRating(32.05, 0.0, 10.01, 32.0, 10.0, 0.0, 33.0)

E36300: Mapping[str, Mapping[int, OutputRating]] = MappingProxyType(
    {
        "E36312A": MappingProxyType({1: _P6V_5A, 2: _P25V_1A, 3: _P25V_1A}),
        "E36313A": MappingProxyType({1: _P6V_10A, 2: _P25V_2A, 3: _P25V_2A}),
    }
)
"""Outputs of the Keysight E36300 series by model.

amps_min of outputs 2 and 3 is an estimate (output 1: 2 mA, QCoDeS-contrib).
"""

HMP: Mapping[str, Mapping[int, OutputRating]] = MappingProxyType(
    {"HMP4040": MappingProxyType(dict.fromkeys(range(1, 5), _HMP4040))}
)
"""Outputs of the Rohde & Schwarz HMP series by model.

32.05 V and 10.01 A: libsigrok; over-voltage 0 to 33 V: R&S's IVI driver; amps_min is an estimate. An output
gives at most 160 W and all four together 384 W (data sheet), which no rating here expresses.
"""

SUPPLIES: Mapping[str, Mapping[int, OutputRating]] = MappingProxyType({**E36300, **HMP})
"""Outputs of every supply that has a driver here, by model."""

HMP_QUERY_S = 0.01
"""Time that an HMP4040 takes for one query, in s: estimate, as for the E36300; unverified."""

HMP_OUTPUTS_PER_MESSAGE = 2
"""Outputs that one message to an HMP asks about: 9 queries, 0.09 s, stay below the 0.15 s deadline while on."""

SUPPLY_QUERY_S = 0.01
"""Time that an E36300 takes for one query, in s: bound given for the sibling EDU36311A, unverified here."""

MEASURE_QUERIES = 3
"""Queries in one compound measurement: volts, amps, output states."""

RELAY_S = 0.017
"""Relay and settling time of one DAQM901A channel in s: estimate (a 34970A stamps 17 ms), unverified."""

OPEN_CHECK_SETTLE_S = 0.005
"""Settling of the ohms source of the open-thermocouple check in s: estimate, unverified."""

CHANNELS_PER_MODULE = 20
"""Multiplexer channels of a DAQM901A that can be scanned for voltage and temperature."""


def exchange_s(queries: int = MEASURE_QUERIES) -> float:
    """How long one exchange with an E36300 takes, in s; without argument one compound measurement."""
    return queries * SUPPLY_QUERY_S


def hmp_reading_s(outputs: int) -> float:
    """How long volts, amps and states of so many outputs of an HMP take, in s: 4 queries each, 1 a message."""
    messages = -(-outputs // HMP_OUTPUTS_PER_MESSAGE)
    return (4 * outputs + messages) * HMP_QUERY_S


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
