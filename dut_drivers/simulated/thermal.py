"""The thermal network of one heating unit on a body: pad, skin side, deep tissue; stepped exactly.

Model and numbers: three nodes fitted to a 26-node Pennes slab at perfusion 1 and 4, rms 0.062 K, for a belt
of 240 cm² (computed for this project from the tissue properties of Burns 2017;43:909, table 3, and estimates;
unverified on people).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

_Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ThermalParameters:
    """Capacities in J/K and conductances in W/K of pad (p), skin side (s), deep tissue (d).

    back_w_per_k: pad to ambient; contact: pad to skin; skin_deep; deep_core: deep to body; perfusion: skin to
    blood at perfusion factor 1, of which deep tissue gets 0.3.
    """

    pad_j_per_k: float
    skin_j_per_k: float
    deep_j_per_k: float
    back_w_per_k: float
    contact_w_per_k: float
    skin_deep_w_per_k: float
    deep_core_w_per_k: float
    perfusion_w_per_k: float

    def share(self, fraction: float) -> ThermalParameters:
        """The network of that fraction of the area: every capacity and conductance times ``fraction``."""
        return ThermalParameters(**{each.name: getattr(self, each.name) * fraction for each in fields(self)})


BELT_240_CM2: Final = ThermalParameters(
    pad_j_per_k=240.0,  # 0.16 kg of 1500 J/kgK, estimate
    skin_j_per_k=120.8,
    deep_j_per_k=511.2,
    back_w_per_k=0.216,  # 9 W/m²K of convection and radiation over 240 cm²
    contact_w_per_k=2.394,
    skin_deep_w_per_k=1.234,
    deep_core_w_per_k=0.562,
    perfusion_w_per_k=0.238,
)
"""The whole belt on its back; values without a comment are the fit's."""

CORE_DEGC: Final = 37.0
"""Body core, blood, and the phantom's back plate."""
_DEEP_SHARE: Final = 0.3


class ThermalUnit:
    """One unit's network, advanced by the exact solution for constant power and ambient over each step.

    Args:
        parameters: of this unit's area.
        perfusion: factor, 1 (rest) to 4 (vasodilated).
        ambient_degc: ambient of the state it starts from, the steady one without power.
        step_s: length of a step in seconds.

    Attributes:
        pad_degc, skin_degc, deep_degc: the nodes' temperatures now.
    """

    __slots__ = ("_b", "_deep", "_pad", "_skin", "_system", "deep_degc", "pad_degc", "skin_degc")

    def __init__(
        self, parameters: ThermalParameters, perfusion: float, ambient_degc: float, step_s: float = 0.1
    ) -> None:
        self._system, self._b = _system(parameters, perfusion)
        transition, gain = _discrete(self._system, self._b, step_s)
        rows = np.hstack((transition, gain))
        # Per node: from pad, skin, deep, and per watt, per °C of ambient, constant from the core.
        self._pad, self._skin, self._deep = (tuple(float(value) for value in row) for row in rows)
        self.pad_degc, self.skin_degc, self.deep_degc = self.steady_state(0.0, ambient_degc)

    def step(self, watts: float, ambient_degc: float) -> None:
        """Advance by one step with that power and ambient held."""
        pad, skin, deep = self.pad_degc, self.skin_degc, self.deep_degc
        p, s, d, w, a, c = self._pad
        self.pad_degc = p * pad + s * skin + d * deep + w * watts + a * ambient_degc + c
        p, s, d, w, a, c = self._skin
        self.skin_degc = p * pad + s * skin + d * deep + w * watts + a * ambient_degc + c
        p, s, d, w, a, c = self._deep
        self.deep_degc = p * pad + s * skin + d * deep + w * watts + a * ambient_degc + c

    def steady_state(self, watts: float, ambient_degc: float) -> tuple[float, float, float]:
        """Pad, skin and deep temperatures in °C after a long time with that power and ambient."""
        pad, skin, deep = np.linalg.solve(self._system, -self._b @ np.array([watts, ambient_degc, 1.0]))
        return float(pad), float(skin), float(deep)


def _system(of: ThermalParameters, perfusion: float) -> tuple[_Matrix, _Matrix]:
    """The network as x' = A x + B u with u = (watts, ambient °C, 1); A in 1/s."""
    blood = perfusion * of.perfusion_w_per_k
    core = of.deep_core_w_per_k + _DEEP_SHARE * blood
    contact, inner = of.contact_w_per_k, of.skin_deep_w_per_k
    conductances = np.array(
        [
            [-(contact + of.back_w_per_k), contact, 0.0],
            [contact, -(contact + inner + blood), inner],
            [0.0, inner, -(inner + core)],
        ]
    )
    inputs = np.array(
        [[1.0, of.back_w_per_k, 0.0], [0.0, 0.0, blood * CORE_DEGC], [0.0, 0.0, core * CORE_DEGC]]
    )
    capacities = np.array([[of.pad_j_per_k], [of.skin_j_per_k], [of.deep_j_per_k]])
    return conductances / capacities, inputs / capacities


def _discrete(system: _Matrix, inputs: _Matrix, step_s: float) -> tuple[_Matrix, _Matrix]:
    """Transition and input matrices over one step, from the exponential of the matrix that holds both.

    A step is short against every time constant, so the plain series is exact to rounding after a few terms.
    """
    whole = np.zeros((6, 6))
    whole[:3, :3] = system * step_s
    whole[:3, 3:] = inputs * step_s
    total = term = np.eye(6)
    for order in range(1, 30):
        term = term @ whole / order
        total = total + term
    return total[:3, :3], total[:3, 3:]
