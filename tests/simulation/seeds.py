"""Seeds of a campaign: the first of them with every slow suite, all of them by ``make campaign``."""

from __future__ import annotations

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
