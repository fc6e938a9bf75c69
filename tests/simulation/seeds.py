"""Parameters of campaigns: what every suite runs, what the slow one adds, and what only ``make campaign`` runs."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

FIRST = 100
CAMPAIGN = 50
SLOW = 6


def campaign_seeds() -> list[object]:
    """The seeds as parameters of a test."""
    return [
        pytest.param(
            FIRST + k, marks=[pytest.mark.slow] if k < SLOW else [pytest.mark.slow, pytest.mark.campaign]
        )
        for k in range(CAMPAIGN)
    ]


def of_which(names: Iterable[str], *quick: str) -> list[object]:
    """The names as parameters of a test; all but the quick ones wait for the slow suite."""
    return [name if name in quick else pytest.param(name, marks=pytest.mark.slow) for name in names]
