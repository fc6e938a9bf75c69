"""Every output of a bench off now, without a run: the guardian's own way, once, for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

from rig.bench.description import BenchDescription
from rig.bench.messages import OffDetail
from rig.bench.opening import open_library
from rig.bench.outputs import output_parts
from rig.bench.ports import Ports
from rig.bench.stations import never_raising
from rig.bench.worker import LOOK_S
from rig.safety.guardian.act import SwitchOff


@dataclass(frozen=True, slots=True)
class SlotOff:
    """What became of the outputs of one slot."""

    slot: str
    details: tuple[OffDetail, ...]

    @property
    def confirmed(self) -> bool:
        """Whether every one of them was seen to be off."""
        return bool(self.details) and all(detail.confirmed for detail in self.details)


def switch_everything_off(description: BenchDescription, ports: Ports) -> list[SlotOff]:
    """Switch every output of every slot off, all buses at once, then look until each is off.

    Nothing is raised for a part that does not answer: its outputs are not confirmed, and say why.

    Raises:
        BenchError: there is no VISA library, so nothing could be reached.
    """
    clock, manager = ports.clock, open_library(ports)
    off = SwitchOff(
        output_parts(description, description.slots, ports, manager), clock, lambda: None, insists=False
    )
    try:
        while not off.reported(clock.now()):
            clock.sleep(LOOK_S)
            off.poll(clock.now())
        seen = off.seen
    finally:
        off.cancel()
        never_raising(manager.close)
    return [
        SlotOff(
            slot.name,
            tuple(
                OffDetail(one.resource, one.output, one.confirmed, one.what)
                for one in seen
                if one.slot == slot.name
            ),
        )
        for slot in description.slots
    ]
