"""Uncertainty of what a supply reads back: 0.1 % + 10 mV and 0.25 % + 10 mA, both rectangular.

Wider than the class of supply is specified (estimate; the data sheet of the E36300 has not been compared, unverified).
"""

from __future__ import annotations

from rig.checks.budget import Budget, Component, rectangular

VOLTS_SHARE, VOLTS_OFFSET = 0.001, 0.010
AMPS_SHARE, AMPS_OFFSET = 0.0025, 0.010


def relative_volts(volts: float) -> float:
    """Standard uncertainty of a voltage above 0 V, as a share of it."""
    return rectangular(VOLTS_SHARE + VOLTS_OFFSET / volts)


def relative_amps(amps: float) -> float:
    """Standard uncertainty of a current above 0 A, as a share of it."""
    return rectangular(AMPS_SHARE + AMPS_OFFSET / amps)


def power_ratio(volts: float, amps: float, ratio: float) -> Budget:
    """The budget of measured to rated power at the measured voltage.

    The ratio is as I / V, so each enters once, times the ratio.
    """
    return Budget(
        (
            Component("supply's voltage read-back", relative_volts(volts) * ratio),
            Component("supply's current read-back", relative_amps(amps) * ratio),
        )
    )
