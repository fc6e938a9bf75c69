"""The law of propagation of uncertainty for correlated input quantities (JCGM 100 5.2.2, equation 16)."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

Matrix = Sequence[Sequence[float]]

_ROUNDING = 1e-9


def propagate(sensitivities: Sequence[float], standards: Sequence[float], correlations: Matrix) -> float:
    """The combined standard uncertainty of a quantity made of others: u² = Σ Σ c_i c_j u_i u_j r_ij.

    Args:
        sensitivities: derivative c_i of the quantity by each input.
        standards: standard uncertainty u_i of each input, ≥ 0.
        correlations: coefficients r_ij, a symmetric matrix with 1 on its diagonal.

    Returns:
        u_c in the unit of the quantity.

    Raises:
        ValueError: the sizes differ, or the coefficients are those of no quantities at all: outside -1 … 1, not
            symmetric, or giving some combination a variance below 0.
    """
    sizes = {len(sensitivities), len(standards), len(correlations), *map(len, correlations)}
    if len(sizes) != 1:
        words = f"{len(sensitivities)} sensitivities, {len(standards)} uncertainties, {len(correlations)} rows of r"
        raise ValueError(f"propagating an uncertainty: {words}; give as many of each, and r square")
    _require_coefficients(correlations)
    parts = [c * u for c, u in zip(sensitivities, standards, strict=True)]
    square = sum(
        a * b * r for a, row in zip(parts, correlations, strict=True) for b, r in zip(parts, row, strict=True)
    )
    return sqrt(max(square, 0.0))


def _require_coefficients(correlations: Matrix) -> None:
    for i, row in enumerate(correlations):
        if row[i] != 1.0 or any(not abs(r) <= 1.0 or r != correlations[j][i] for j, r in enumerate(row)):
            words = "they are from -1 to 1, symmetric, and 1 of a quantity with itself"
            raise ValueError(f"propagating an uncertainty with wrong correlation coefficients: {words}")
    if not _is_possible(correlations):
        words = "some combination of the quantities would have a variance below 0"
        raise ValueError(
            f"propagating an uncertainty with correlation coefficients that exclude each other: {words}"
        )


def _is_possible(correlations: Matrix) -> bool:
    """Whether no combination has a variance below 0: no pivot of the elimination is, and none of 0 leaves anything."""
    left = [list(row) for row in correlations]
    for k, row in enumerate(left):
        pivot = row[k]
        if pivot < -_ROUNDING or (pivot <= _ROUNDING and any(abs(r) > sqrt(_ROUNDING) for r in row[k + 1 :])):
            return False
        if pivot > _ROUNDING:
            for below in left[k + 1 :]:
                share = below[k] / pivot
                below[k:] = [b - share * r for b, r in zip(below[k:], row[k:], strict=True)]
    return True
