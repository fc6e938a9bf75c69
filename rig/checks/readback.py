"""Uncertainty of what a supply reads back: 0.1 % + 10 mV and 0.25 % + 10 mA, both rectangular.

Wider than the class of supply is specified (estimate; the data sheet of the E36300 has not been compared, unverified).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import copysign

from rig.checks.budget import Budget, Component, rectangular
from rig.checks.propagation import propagate

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

    The ratio is as I / V, so each enters once, times the ratio, and an error that both share takes from itself.
    """
    return read_back((("", relative_amps(amps) * ratio), ("", -relative_volts(volts) * ratio)))


def read_back(parts: Iterable[tuple[str, float]]) -> Budget:
    """The budget of a quantity made of volts and amps that were read back.

    What the readings of one supply share, a reference and a converter, is not specified. So two of its errors are taken
    to be one error where they add up, and independent where one would take from the other: never less than with
    any correlation from 0 to 1.

    Args:
        parts: of each reading the supply, and how far its standard uncertainty moves the quantity, with the sign of
            the quantity's derivative.
    """
    found = list(parts)
    alike = [
        [_correlation(one, other, same=i == j) for j, other in enumerate(found)]
        for i, one in enumerate(found)
    ]
    signs, standards = [copysign(1.0, by) for _, by in found], [abs(by) for _, by in found]
    combined = propagate(signs, standards, alike)
    return Budget((Component("supply's read-back", combined),))


def _correlation(one: tuple[str, float], other: tuple[str, float], *, same: bool) -> float:
    return 1.0 if same or (one[0] == other[0] and (one[1] < 0.0) == (other[1] < 0.0)) else 0.0
