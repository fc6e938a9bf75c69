"""Numbers that no bench knows."""

from __future__ import annotations

import pytest

from rig.units import Dimension, out_of_range
from rig.units.ranges import RANGES, YEAR_S


@pytest.mark.parametrize(
    ("value", "dimension", "words"),
    [
        (1e300, Dimension.VOLTAGE, "is beyond any range"),
        (-1e300, Dimension.CURRENT, "is beyond any range"),
        (-273.16, Dimension.TEMPERATURE, "is below absolute zero"),
        (1.1e6, Dimension.TEMPERATURE_DIFFERENCE, "is beyond any range"),
        (367 * 86400.0, Dimension.TIME, "is beyond any range"),
        (1e-9, Dimension.FREQUENCY, "is less than once a year"),
    ],
)
def test_absurd_numbers_are_refused_with_a_remedy(value: float, dimension: Dimension, words: str) -> None:
    found = out_of_range(value, dimension)
    assert found is not None
    assert found[0] == words
    assert 0 < len(found[1]) < 60


@pytest.mark.parametrize(
    ("value", "dimension"),
    [
        (-273.15, Dimension.TEMPERATURE),
        (YEAR_S, Dimension.TIME),
        (1.0 / YEAR_S, Dimension.FREQUENCY),
        (0.0, Dimension.FREQUENCY),
        (115200.0, Dimension.RATIO),
    ],
)
def test_numbers_at_the_edge_are_not(value: float, dimension: Dimension) -> None:
    assert out_of_range(value, dimension) is None


def test_every_dimension_has_a_range() -> None:
    assert set(RANGES) == set(Dimension)
