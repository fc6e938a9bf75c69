"""Thermocouple wire by letter: volts and reference junction to °C, for one reading as for a whole trace.

t = E⁻¹(V + E(t_reference)); temperatures are never added. Outside the range of a type there is no number:
nan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from math import nan
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rig.signals import its90

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Thermocouple:
    """A type of thermocouple wire: its reference functions (NIST SRD 60) and the range they are used in.

    low_mv and high_mv bound the voltage against 0 °C, low_degc and high_degc the reference junction. The four
    functions take a float or an array: *warm* from 0 up, *cold* below 0.
    """

    letter: str
    low_mv: float
    high_mv: float
    low_degc: float
    high_degc: float
    emf_warm: Callable[[Any], Any]
    emf_cold: Callable[[Any], Any]
    degc_warm: Callable[[Any], Any]
    degc_cold: Callable[[Any], Any]

    def emf_mv(self, degc: float) -> float:
        """E(t) in mV against 0 °C; nan outside low_degc … high_degc and for nan."""
        if 0.0 <= degc <= self.high_degc:
            return float(self.emf_warm(degc))
        return float(self.emf_cold(degc)) if self.low_degc <= degc < 0.0 else nan

    def degc(self, mv: float) -> float:
        """°C at a voltage of mv against 0 °C; nan outside low_mv … high_mv and for nan."""
        if 0.0 <= mv <= self.high_mv:
            return float(self.degc_warm(mv))
        return float(self.degc_cold(mv)) if self.low_mv <= mv < 0.0 else nan

    def emf_mv_array(self, degc: NDArray[np.float64]) -> NDArray[np.float64]:
        """`emf_mv` of each element, the same bits."""
        return _piecewise(degc, self.low_degc, self.high_degc, self.emf_cold, self.emf_warm)

    def degc_array(self, mv: NDArray[np.float64]) -> NDArray[np.float64]:
        """`degc` of each element, the same bits."""
        return _piecewise(mv, self.low_mv, self.high_mv, self.degc_cold, self.degc_warm)


def _piecewise(
    x: NDArray[np.float64],
    low: float,
    high: float,
    cold: Callable[[Any], Any],
    warm: Callable[[Any], Any],
) -> NDArray[np.float64]:
    # numpy is loaded here and not with the module: the live path and `rig check` do without it
    numpy = import_module("numpy")
    result: NDArray[np.float64] = numpy.full(x.shape, nan)
    above = (x >= 0.0) & (x <= high)
    below = (x >= low) & (x < 0.0)
    result[above] = warm(x[above])
    result[below] = cold(x[below])
    return result


TYPES: Mapping[str, Thermocouple] = MappingProxyType(
    {
        "T": Thermocouple(
            letter="T",
            low_mv=-5.603,
            high_mv=20.872,
            low_degc=-200.0,
            high_degc=400.0,
            emf_warm=its90.t_emf_warm,
            emf_cold=its90.t_emf_cold,
            degc_warm=its90.t_degc_warm,
            degc_cold=its90.t_degc_cold,
        ),
        "K": Thermocouple(
            letter="K",
            low_mv=-5.891,
            high_mv=20.644,
            low_degc=-200.0,
            high_degc=500.0,
            emf_warm=its90.k_emf_warm,
            emf_cold=its90.k_emf_cold,
            degc_warm=its90.k_degc_warm,
            degc_cold=its90.k_degc_cold,
        ),
    }
)
"""The types of wire that a bench may declare."""
