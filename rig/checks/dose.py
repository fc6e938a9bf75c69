"""Thermal dose: CEM43 after Sapareto and Dewey, and the Arrhenius damage integral, as rates per second.

Both are functions of one temperature in °C; what they come to over a trace is `rig/checks/integral.py`. They say what a
temperature course would do to tissue that follows it; they are information, and a verdict only where a plan sets a
limit. Parameters are of the literature and have not been compared with the papers (unverified).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from rig.checks.table import DOSE_CUTS_DEGC
from rig.signals.traces import Floats

ZERO_DEGC_K = 273.15
"""0 °C in kelvin. With 273 the damage integral comes out 12 % off."""

GAS_CONSTANT = 8.314
"""J/(mol K), as the authors who give an energy in J/mol wrote it; the full digits make 1.3 % of the integral."""

REFERENCE_DEGC = 43.0
R_ABOVE, R_BELOW = 0.5, 0.25
"""CEM43 halves for each kelvin from 43 °C up, and quarters for each one below."""


@dataclass(frozen=True, slots=True)
class Arrhenius:
    """A branch of a damage integral: its frequency factor in 1/s and its activation energy over R in kelvin.

    above_degc: from where on it holds; -inf for the first.
    """

    factor_per_s: float
    energy_k: float
    above_degc: float = -np.inf


DAMAGE: Mapping[str, tuple[Arrhenius, ...]] = MappingProxyType(
    {
        "henriques-1947": (Arrhenius(3.1e98, 75000.0),),
        "henriques-J": (Arrhenius(3.1e98, 6.28e5 / GAS_CONSTANT),),
        "weaver-stoll": (Arrhenius(2.185e124, 93534.9), Arrhenius(1.823e51, 39109.8, 50.0)),
        "welch-polhamus": (Arrhenius(3.1e99, 6.28e5 / GAS_CONSTANT),),
        "diller-klutke": (Arrhenius(8.82e94, 6.03e5 / GAS_CONSTANT),),
    }
)
"""Parameter sets by name, each with its branches by temperature.

henriques-1947: skin; ln A 226.785, E/R 75000 K, as sources that cite Henriques give it. henriques-J: very common in
code, and five times slower at 44 °C, for E/R is 6.28e5 J/mol over 8.314. weaver-stoll: skin, as in ASTM F1930, with a
second branch above 50 °C; below 44 °C it is an extrapolation. welch-polhamus: retina, not skin. diller-klutke: skin,
from memory. An integral of 0.53 is a first-degree burn, 1.0 a second-degree one, 1e4 a third-degree one.
"""


def cem43_rate(degc: Floats, lower_cut: str) -> Floats:
    """Equivalent seconds at 43 °C per second (Sapareto and Dewey 1984, IJROBP 10:787): R^(43 - T).

    Args:
        degc: temperatures in °C; nan gives nan.
        lower_cut: below which nothing counts: 'none' (the original), '37 degC' (k-Wave), '39 degC' (practice in
            hyperthermia, from memory).

    Returns:
        R = 0.5 from 43 °C up, 0.25 below; 0 below the cut.
    """
    base = np.where(degc >= REFERENCE_DEGC, R_ABOVE, R_BELOW)
    return _cut(degc, np.power(base, REFERENCE_DEGC - degc), lower_cut)


def damage_rate(degc: Floats, parameters: tuple[Arrhenius, ...], lower_cut: str = "none") -> Floats:
    """The rate of the damage integral in 1/s: A exp(-(E/R) / T), T in kelvin.

    Args:
        degc: temperatures in °C; nan gives nan.
        parameters: the branches of a set, a value of ``DAMAGE``.
        lower_cut: below which nothing counts: 'none', or '44 degC' as skin burns are usually computed.
    """
    rate = np.zeros_like(degc)
    for branch in parameters:
        own = branch.factor_per_s * np.exp(-branch.energy_k / (degc + ZERO_DEGC_K))
        rate = np.where(degc > branch.above_degc, own, rate)
    return _cut(degc, np.where(np.isnan(degc), np.nan, rate), lower_cut)


def _cut(degc: Floats, rate: Floats, lower_cut: str) -> Floats:
    """The rate, 0 below the cut; what was not read stays unread."""
    return np.where(degc < DOSE_CUTS_DEGC[lower_cut], 0.0, rate)
