"""What the instant of a reading is worth: whose stamp it is, and how far from it the value may have been taken.

A head line says it once for each source. A reading whose exchange leaves more open carries a width of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

OWN, MIDDLE = "own", "middle"

SCAN_RESOLUTION_S = 0.001
"""Of a scanner's relative time stamps (DAQ970A, unverified)."""

SCAN_RATE = 0.001
"""How far a scanner's clock may be off its rate: estimate, twenty times a crystal's; unverified."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """How readings of a source are stamped.

    of: 'own', the instrument's stamps behind the moment before it was asked, or 'middle' of the exchange. within_s: the
    value was taken at most this long before or after its instant, unless the reading says another width.
    """

    of: str
    within_s: float

    def wider(self, within_s: float) -> float | None:
        """What a reading says of its own width in s: nothing if the head says it."""
        return within_s if within_s > self.within_s else None

    def as_json(self) -> dict[str, Any]:
        """As it stands in a head line's wiring."""
        own = {"resolution_s": SCAN_RESOLUTION_S, "rate": SCAN_RATE} if self.of == OWN else {}
        return {"of": self.of, "within_s": self.within_s, **own}


SCANNER = Stamp(OWN, 0.05)
SUPPLY = Stamp(MIDDLE, 0.025)
BELT = Stamp(MIDDLE, 0.01)
"""Half of an exchange of 50 ms and of 20 ms; what a scan takes beyond its last stamp. Estimates, of which each
reading that takes longer tells by itself."""


def scan_within_s(took_s: float, offsets: Sequence[float]) -> float:
    """How far the channels of a scan may lie from their stamps in s, either way.

    When within the exchange the instrument began to count is not known, up to what its stamps leave of it; a clock that
    counts more than the exchange took is off by the difference.

    Args:
        took_s: how long the exchange took on the bench's clock.
        offsets: the instrument's stamps.
    """
    last_s = max(offsets, default=0.0)
    return abs(took_s - last_s) + SCAN_RESOLUTION_S + SCAN_RATE * last_s
