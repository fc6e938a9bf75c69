"""Every output of a bench off now, without a run: each part by itself, so that one which fails keeps none waiting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rig.bench.bench import Bench
from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.messages import OffDetail
from rig.bench.opening import open_what_answers
from rig.bench.ports import Ports
from rig.bench.stations import Station
from rig.bench.wiring import device_source
from rig.safety.switch_off import off_without_workers


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
    """Switch every output of every slot off as soon as its part answers, then look until each is off.

    Nothing is raised for a part that does not answer: its outputs are not confirmed, and say why.

    Raises:
        BenchError: there is no VISA library, so nothing could be reached.
    """
    bench, troubles = open_what_answers(description, description.slots, ports, _begin, scanners=False)
    with bench:
        return [SlotOff(slot.name, tuple(_details(bench, slot, troubles))) for slot in description.slots]


def _begin(station: Station) -> None:
    for slot in station.outputs:
        station.begin_off(slot)


def _details(bench: Bench, slot: SlotEntry, troubles: Mapping[str, str]) -> Iterator[OffDetail]:
    yield from off_without_workers(bench, slot.name, "off").details
    for heater in slot.heaters:
        if heater.supply in troubles:
            yield _unseen(heater.supply, f"supply.{heater.name}.output", troubles[heater.supply])
    source = device_source(slot, bench.description)
    if source in troubles:
        yield _unseen(source, "belt.level", troubles[source])


def _unseen(source: str, output: str, trouble: str) -> OffDetail:
    return OffDetail(source, output, False, trouble)
