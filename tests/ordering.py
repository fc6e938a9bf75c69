"""The order in which tests run: what waits for processes and real clocks beside what keeps the processor busy.

Workers take stretches of the list. In the order of files whole stretches only wait, on all workers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeVar

Item = TypeVar("Item")


def spread(
    items: Sequence[Item],
    group: Callable[[Item], object],
    waits: Callable[[Item], bool],
    weight: Callable[[Item], float],
) -> list[Item]:
    """The items with those that wait spread evenly over what the others take; neighbours of one group stay together.

    Args:
        items: in the order of files.
        group: what an item shares with its neighbours, and would have to be set up again if they were parted.
        waits: whether an item waits more than it computes.
        weight: how long an item takes against others of its kind, above 0.
    """
    stretches = [list(stretch) for _, stretch in groupby(items, lambda item: (group(item), waits(item)))]
    placed = []
    for kind in (True, False):
        of_kind = [stretch for stretch in stretches if waits(stretch[0]) is kind]
        lengths = [sum(map(weight, stretch)) for stretch in of_kind]
        before = 0.0
        for length, stretch in zip(lengths, of_kind, strict=True):
            placed.append(((before + length / 2) / sum(lengths), stretch))
            before += length
    placed.sort(key=lambda place: place[0])
    return [item for _, stretch in placed for item in stretch]
