"""The order in which tests run: what waits for processes and real clocks beside what keeps the processor busy.

Workers take stretches of the list. In the order of files whole stretches only wait, on all workers at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TypeVar

Item = TypeVar("Item")


def spread(
    items: Sequence[Item], group: Callable[[Item], object], waits: Callable[[Item], bool]
) -> list[Item]:
    """The items with those that wait spread evenly between the others; neighbours of one group stay together.

    Args:
        items: in the order of files.
        group: what an item shares with its neighbours, and would have to be set up again if they were parted.
        waits: whether an item waits more than it computes.
    """
    stretches = [list(stretch) for _, stretch in groupby(items, lambda item: (group(item), waits(item)))]
    placed = []
    for kind in (True, False):
        of_kind = [stretch for stretch in stretches if waits(stretch[0]) is kind]
        total = sum(len(stretch) for stretch in of_kind)
        before = 0
        for stretch in of_kind:
            placed.append(((before + len(stretch) / 2) / total, stretch))
            before += len(stretch)
    placed.sort(key=lambda place: place[0])
    return [item for _, stretch in placed for item in stretch]
