"""The course of a signal in bounded memory: minimum and maximum by bucket, so that no spike ever vanishes."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import isnan, nan
from typing import final

import numpy as np
import numpy.typing as npt

BUCKETS = 2048
FIRST_WIDTH_S = 0.5
RECENT_S = 600.0
RECENT_WIDTH_S = 0.5

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """Buckets in the order of time: middle of each in bench seconds, lowest and highest value within it."""

    t: Floats
    low: Floats
    high: Floats


def _floats(buckets: array[float]) -> Floats:
    return np.frombuffer(buckets, dtype=np.float64)


def empty(size: int) -> array[float]:
    """So many buckets that hold nothing."""
    return array("d", [nan]) * size


@final
class _Whole:
    """All of a run in a fixed number of buckets, which grow twice as wide whenever they are full."""

    __slots__ = ("_high", "_low", "_origin", "_used", "_width")

    def __init__(self, origin: float) -> None:
        self._origin = origin
        self._width = FIRST_WIDTH_S
        self._used = 0
        self._low, self._high = empty(BUCKETS), empty(BUCKETS)

    def add(self, t: float, value: float) -> None:
        index = int((t - self._origin) / self._width)
        while index >= BUCKETS:
            self._widen()
            index = int((t - self._origin) / self._width)
        if index < 0:
            return
        self._used = max(self._used, index + 1)
        low, high = self._low, self._high
        if not low[index] <= value:
            low[index] = value
        if not high[index] >= value:
            high[index] = value

    def _widen(self) -> None:
        self._width *= 2.0
        self._used = (self._used + 1) // 2
        for buckets, pick in ((self._low, np.fmin), (self._high, np.fmax)):
            pairs = _floats(buckets).reshape(-1, 2)
            merged = pick(pairs[:, 0], pairs[:, 1])
            half = BUCKETS // 2
            buckets[:half] = array("d", merged.tobytes())
            buckets[half:] = empty(BUCKETS - half)

    def curve(self) -> Curve:
        used = self._used
        low = _floats(self._low)[:used].copy()
        known = ~np.isnan(low)
        t: Floats = self._origin + self._width * (np.arange(used, dtype=np.float64) + 0.5)
        return Curve(t[known], low[known], _floats(self._high)[:used].copy()[known])


@final
class _Recent:
    """The last `RECENT_S` in a ring of narrow buckets."""

    __slots__ = ("_high", "_low", "_newest", "_size")

    def __init__(self) -> None:
        self._size = int(RECENT_S / RECENT_WIDTH_S)
        self._newest = -1
        self._low, self._high = empty(self._size), empty(self._size)

    def add(self, t: float, value: float) -> None:
        bucket = int(t / RECENT_WIDTH_S)
        if bucket <= self._newest - self._size or bucket < 0:
            return
        if bucket > self._newest:
            for passed in range(max(self._newest + 1, bucket - self._size + 1), bucket + 1):
                self._low[passed % self._size] = self._high[passed % self._size] = nan
            self._newest = bucket
        index = bucket % self._size
        if not self._low[index] <= value:
            self._low[index] = value
        if not self._high[index] >= value:
            self._high[index] = value

    def curve(self) -> Curve:
        first = max(0, self._newest - self._size + 1)
        buckets = np.arange(first, self._newest + 1)
        low = _floats(self._low)[buckets % self._size]
        known = ~np.isnan(low)
        high = _floats(self._high)[buckets % self._size]
        t: Floats = (buckets[known].astype(np.float64) + 0.5) * RECENT_WIDTH_S
        return Curve(t, low[known], high[known])


@final
class Trace:
    """One signal, whole and recent; adding costs some microseconds, whatever came before."""

    __slots__ = ("_recent", "_whole")

    def __init__(self, origin: float) -> None:
        self._whole = _Whole(origin)
        self._recent = _Recent()

    def add(self, t: float, value: float) -> None:
        """A sound reading at bench time t in s; one that is not a number leaves a gap."""
        if not isnan(value):
            self._whole.add(t, value)
            self._recent.add(t, value)

    def curve(self, *, recent: bool) -> Curve:
        """A copy that does not change any more."""
        return self._recent.curve() if recent else self._whole.curve()
