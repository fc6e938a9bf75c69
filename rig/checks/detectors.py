"""Named rules that say when a temperature is steady, each on the means of blocks of a curve.

A detector looks at the blocks up to one and answers how many of the last ones it found steady, 0 for none. The
shortest tail that covers its window is what it judges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from rig.checks.blocks import Block, means, middles
from rig.checks.crossing import fitted_line
from rig.checks.table import STEADY_WINDOWS_S

Detector = Callable[[Sequence[Block], float], int]
"""Blocks in order and the instant at which the heaters were switched on; how many of the last are steady."""

UL_SHARE, RESOLUTION_K = 0.1, 0.01
_LEAST = 3


def _tail(blocks: Sequence[Block], window_s: float) -> int:
    """How many of the last blocks it takes to cover a window; 0 if all of them do not."""
    end = blocks[-1].end
    for count in range(1, len(blocks) + 1):
        if end - blocks[-count].start >= window_s - 1e-6:
            return count if count >= _LEAST else min(len(blocks), _LEAST)
    return 0


def _slope(window_s: float, most_k_per_s: float) -> Detector:
    def detect(blocks: Sequence[Block], _on_s: float) -> int:
        count = _tail(blocks, window_s)
        if count < _LEAST:
            return 0
        tail = blocks[-count:]
        return count if abs(fitted_line(middles(tail), means(tail))[0]) <= most_k_per_s else 0

    return detect


def _change(window_s: float, most_k: float) -> Detector:
    def detect(blocks: Sequence[Block], _on_s: float) -> int:
        count = _tail(blocks, window_s)
        return count if count and abs(blocks[-1].mean - blocks[-count].mean) <= most_k else 0

    return detect


def _range(window_s: float, most_k: float) -> Detector:
    def detect(blocks: Sequence[Block], _on_s: float) -> int:
        count = _tail(blocks, window_s)
        tail = means(blocks[-count:])
        return count if count and float(tail.max() - tail.min()) <= most_k else 0

    return detect


def _three_readings(window_s: float, most_k: float) -> Detector:
    """Three readings, 10 % of the time so far or half of the window apart, the longer, with no further rise."""

    def detect(blocks: Sequence[Block], on_s: float) -> int:
        last = len(blocks) - 1
        spacing = max(UL_SHARE * (blocks[last].end - on_s), 0.5 * window_s)
        middle = _before(blocks, blocks[last].end - spacing)
        first = -1 if middle < 0 else _before(blocks, blocks[middle].end - spacing)
        if first < 0:
            return 0
        readings = [blocks[row].mean for row in (first, middle, last)]
        rises = (readings[1] - readings[0], readings[2] - readings[1])
        return last - first + 1 if max(rises) <= most_k else 0

    return detect


def _before(blocks: Sequence[Block], t: float) -> int:
    return max((row for row, block in enumerate(blocks) if block.end <= t + 1e-6), default=-1)


_MAKERS: Mapping[str, tuple[Callable[[float, float], Detector], float]] = MappingProxyType(
    {
        "slope": (_slope, 0.1 / 60.0),
        "k-per-30min": (_change, 1.0),
        "iec60601-1": (_range, 2.0),
        "iec60601-2-21": (_change, 1.0),
        "ul-3-readings": (_three_readings, RESOLUTION_K),
        "ul-3-readings-15min": (_three_readings, RESOLUTION_K),
    }
)


def detector_of(name: str, over_s: float | None = None, slope: float | None = None) -> Detector:
    """The detector of a name.

    Args:
        name: a key of `DETECTORS`.
        over_s: its window, None for its own.
        slope: what the detector ``slope`` takes for steady, in K/s; None for its own.

    Raises:
        KeyError: there is no detector of that name.
        ValueError: another detector has no slope.
    """
    make, amount = _MAKERS[name]
    if slope is not None and make is not _slope:
        raise ValueError(f"the detector {name!r} has no slope")
    return make(STEADY_WINDOWS_S[name] if over_s is None else over_s, amount if slope is None else slope)


DETECTORS: Mapping[str, Detector] = MappingProxyType({name: detector_of(name) for name in _MAKERS})
"""Detectors by the name that plans use.

slope: 0.1 K/min over 10 min, an estimate for belts. k-per-30min: no more than 1 K in 30 min, no standard found.
iec60601-1: no more than 2 K between lowest and highest in 60 min, after IEC 60601-1 definition 3.125 (from memory,
unverified). iec60601-2-21: no more than 1 K in 60 min, after IEC 60601-2-21. ul-3-readings: three readings, 10 %
of the elapsed time but at least 5 min apart, no further rise beyond 0.01 K, after UL 130 and UL 499 (N = 5 min,
unverified); ul-3-readings-15min: at least 15 min apart, as another UL text has it.
Clauses and numbers are to be confirmed against the standards by a person.
"""
