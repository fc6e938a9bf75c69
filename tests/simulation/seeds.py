"""Parameters of campaigns: what every suite runs, what the slow one adds, and what only ``make campaign`` runs."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

FIRST = 100
CAMPAIGN = 50
SLOW = 3


def campaign_seeds(first: int = FIRST, *, slow: int = SLOW, count: int = CAMPAIGN) -> list[object]:
    """So many seeds from the first on as parameters of a test; the first few of them are the slow suite's."""
    return [
        pytest.param(
            first + k, marks=[pytest.mark.slow] if k < slow else [pytest.mark.slow, pytest.mark.campaign]
        )
        for k in range(count)
    ]


def defect_seeds(count: int, *, slow: int = 2) -> list[object]:
    """So many seeds with which a defect is caught; the first few of them are the slow suite's."""
    return campaign_seeds(200, slow=slow, count=count)


def of_which(names: Iterable[object], *quick: object) -> list[object]:
    """The names, or seeds, as parameters of a test; all but the quick ones wait for the slow suite."""
    return [name if name in quick else pytest.param(name, marks=pytest.mark.slow) for name in names]
