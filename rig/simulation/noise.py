"""Randomness that nobody can disturb: each draw is keyed by (seed, device, channel, index).

Adding a source, a lane or a worker changes no other digit, because no stream is shared.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import final

import numpy as np

BLOCK = 256
NoiseOf = Callable[[str, int], float]


def _key(*parts: object) -> int:
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=16).digest(), "little")


def uniform(seed: int, device: str) -> Callable[[str], float]:
    """Draws in [0, 1) for a device, one a name: tolerances and phases."""

    def draw(name: str) -> float:
        return (_key(seed, device, name, "uniform") >> 75) / 2.0**53

    return draw


@final
class NoiseStream:
    """Standard normal noise of one device; each channel is a stream of its own, read by index from 0.

    Each session of a run that was interrupted has streams of its own.
    """

    __slots__ = ("_blocks", "_device", "_seed")

    def __init__(self, seed: int, device: str, session: int = 1) -> None:
        self._seed = seed
        self._device = device if session == 1 else f"{device}#{session}"
        self._blocks: dict[str, tuple[int, list[float]]] = {}

    def __call__(self, channel: str, index: int) -> float:
        """The index-th draw of the channel; cheap when read in order, right in any."""
        number = index // BLOCK
        block = self._blocks.get(channel)
        if block is None or block[0] != number:
            key = _key(self._seed, self._device, channel, number)
            values = np.random.Generator(np.random.Philox(key=key)).standard_normal(BLOCK).tolist()
            block = self._blocks[channel] = (number, values)
        return block[1][index % BLOCK]


def silent(_channel: str, _index: int) -> float:
    """No noise at all, for nominal benches."""
    return 0.0
