"""What a calibration adds to the readings of a wire: linear between its points, held constant beyond them.

For one reading as for a whole trace, with the same bits.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STEEPEST = 0.2
"""A correction changes by less than this per kelvin of reading, either way, so that hotter always reads hotter."""


@final
class Correction:
    """A table of points: the true temperature is the reading and what the table says at the reading.

    The value is held constant beyond the outermost points at any distance, so that an interlock always has a number;
    low_degc and high_degc say between which *corrected* temperatures it is a measurement.

    Args:
        name: of the table.
        points: reading in °C and correction in K, by rising reading; one point is a constant.
        held_k: how far beyond its outermost points the table still covers, in K.

    Raises:
        ValueError: there is no point, one is not a finite number, they do not rise, or it is too steep between two.
    """

    __slots__ = ("_at", "_base", "_slope", "_start", "held_k", "high_degc", "low_degc", "name")

    def __init__(self, name: str, points: Sequence[tuple[float, float]], held_k: float = 0.0) -> None:
        at = [float(degc) for degc, _ in points]
        base = [float(kelvin) for _, kelvin in points]
        if not at or not all(map(isfinite, [*at, *base, held_k])) or held_k < 0.0:
            raise ValueError(f"correction {name!r} has no points that are finite numbers")
        if any(not later > earlier for earlier, later in pairwise(at)):
            raise ValueError(f"the points of correction {name!r} do not rise")
        slope = [
            (k1 - k0) / (t1 - t0) for (t0, t1), (k0, k1) in zip(pairwise(at), pairwise(base), strict=True)
        ]
        if any(abs(each) > STEEPEST for each in slope):
            raise ValueError(f"correction {name!r} is too steep")
        self.name, self.held_k = name, held_k
        self._at = at
        self._base, self._start, self._slope = [base[0], *base], [at[0], *at], [0.0, *slope, 0.0]
        self.low_degc, self.high_degc = self.corrected(at[0] - held_k), self.corrected(at[-1] + held_k)

    def corrected(self, degc: float) -> float:
        """The true temperature of a reading, both in °C; nan for nan."""
        piece = bisect_right(self._at, degc)
        return degc + (self._base[piece] + self._slope[piece] * (degc - self._start[piece]))

    def corrected_array(self, degc: NDArray[np.float64]) -> NDArray[np.float64]:
        """`corrected` of each element, the same bits."""
        # numpy is loaded here and not with the module: the live path does without it
        numpy = import_module("numpy")
        piece = numpy.searchsorted(self._at, degc, side="right")
        base, slope, start = (numpy.array(each)[piece] for each in (self._base, self._slope, self._start))
        result: NDArray[np.float64] = degc + (base + slope * (degc - start))
        return result

    def covers(self, low_degc: float, high_degc: float) -> bool:
        """Whether corrected temperatures from low to high lie within the table and what it is held beyond it."""
        return self.low_degc <= low_degc and high_degc <= self.high_degc
