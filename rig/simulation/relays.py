"""What the relays of a simulated bench do: the faults that the bench file says they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from instruments.simulated.daq970a import Daq970aTwin
from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.fault_names import parse_lane_fault


class Made(NamedTuple):
    """What a relay makes, by the names of the bench: when it closes, and when it opens. target: what it befalls."""

    target: str
    closing: str
    opening: str


def relay_slots(bench: BenchDescription, scanner: str) -> set[int]:
    """The slots of a scanner that hold relays."""
    return {relay.channel // 100 for relay in bench.relays if relay.scanner == scanner}


def act_out_relays(
    bench: BenchDescription,
    slots: Sequence[SlotEntry],
    scanners: Mapping[str, Daq970aTwin],
    inject: Callable[[str], None],
) -> None:
    """Let each relay of those slots make its faults, however it is moved: by a driver, a foreign client, or a reset."""
    for name, twin in scanners.items():
        made = {
            relay.channel: _made(relay.closing, relay.opening, bench, slot)
            for slot in slots
            for relay in bench.relays_of(slot.name)
            if relay.scanner == name and relay.closing
        }
        if made:
            twin.relays.changed = partial(_act, made, set(), inject)


def _made(closing: str, opening: str, bench: BenchDescription, slot: SlotEntry) -> Made:
    _, closes = parse_lane_fault(closing, bench, slot)
    _, opens = parse_lane_fault(opening, bench, slot)
    return Made(closes.partition(":")[0], closes, opens)


def _act(
    made: Mapping[int, Made], closed: set[int], inject: Callable[[str], None], channel: int, is_closed: bool
) -> None:
    """One relay has moved. Opening one that mends leaves what another still makes on the same target."""
    if channel not in made:
        return
    if is_closed:
        closed.add(channel)
        inject(made[channel].closing)
        return
    closed.discard(channel)
    inject(made[channel].opening)
    for other in sorted(closed):
        if made[other].target == made[channel].target:
            inject(made[other].closing)
