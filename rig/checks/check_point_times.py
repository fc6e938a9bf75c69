"""How long a check point is read; apart from its judgement, which needs numpy."""

from __future__ import annotations

READ_S = 30.0
"""A probe is read over the last so many seconds of the step; what comes before, it has to settle."""
