"""The safe state: every output off and zero, looked at until nothing flows. Never raises."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any, final

from rig.bench.bench import Bench
from rig.bench.description import RELAY
from rig.bench.messages import OffDetail, WentOff
from rig.bench.worker import LOOK_S, OFF_PATIENCE_S
from rig.record import lines

PATIENCE_S = 8.0
BEGIN_S = 0.15
"""How soon a supply's worker begins an off: no exchange on its bus is longer while an output is on."""

HANGS = "NOT CONFIRMED: its worker hangs in a library; the guardian was asked"
SUPPLY = "supply."


@dataclass(frozen=True, slots=True)
class OffReport:
    """Whether every output of a lane was seen to be off, and what was seen of each."""

    why: str
    details: tuple[OffDetail, ...]

    @property
    def confirmed(self) -> bool:
        """Whether read-back confirmed every output; an output that nobody could look at is not confirmed."""
        return bool(self.details) and all(detail.confirmed for detail in self.details)

    @property
    def powerless(self) -> bool:
        """Whether every supply output was seen off: then nothing heats, whatever the device itself says."""
        supplies = [detail for detail in self.details if detail.output.startswith(SUPPLY)]
        return bool(supplies) and all(detail.confirmed for detail in supplies)

    def line(self, t: float) -> dict[str, Any]:
        """For the record."""
        return lines.off(t, self.why, self.confirmed, [asdict(detail) for detail in self.details])


@final
class LaneOff:
    """A lane on its way to the safe state: made when it is to go off, asked until it has a report.

    Making it tells every worker that owns outputs of the lane; each acts before anything else. That costs no
    exchange here. Relays heat nothing: they come to rest afterwards, and nobody waits for them here.

    Attributes:
        begins_by: bench time in s at which every supply's worker should have begun.
    """

    def __init__(self, bench: Bench, slot: str, why: str) -> None:
        for worker in bench.owners(slot):
            worker.post_off(slot)
        self.slot = slot
        self.why = why
        self._missing = {
            worker.name: heating
            for worker in bench.owners(slot)
            if (heating := [output for output in worker.outputs[slot] if not output.startswith(RELAY)])
        }
        self._details: list[OffDetail] = []
        self._unbegun = {
            name for name, outputs in self._missing.items() if any(o.startswith(SUPPLY) for o in outputs)
        }
        self.begins_by = bench.clock.now() + BEGIN_S
        self._until = bench.clock.now() + PATIENCE_S
        self._bypassed = False

    def begun(self, worker: str) -> None:
        """A worker of this lane has told its outputs to go off."""
        self._unbegun.discard(worker)

    def is_stuck(self, now: float, hanging: Collection[str]) -> bool:
        """Whether a supply's worker has not even begun, and is one of those that hang, or had its time."""
        return bool(self._unbegun) and (now >= self.begins_by or not self._unbegun.isdisjoint(hanging))

    def bypass(self) -> None:
        """Another has had its try at the outputs of workers that have not begun: they are not waited for any more."""
        self._bypassed = True

    def take(self, report: WentOff) -> None:
        """A worker of this lane has looked."""
        if self._missing.pop(report.worker, None) is not None:
            self._details += report.details

    def report(self, now: float) -> OffReport | None:
        """What became of the outputs, once every owner has reported or patience is over; None before."""
        awaited = self._missing.keys() - (self._unbegun if self._bypassed else ())
        if awaited and now < self._until:
            return None
        return self._closed(f"NOT CONFIRMED: its worker did not answer within {PATIENCE_S:g} s")

    def unseen(self) -> OffReport:
        """The report where the wait itself failed: the workers were told, and nobody looked."""
        return self._closed("NOT CONFIRMED: told to switch off, nobody looked")

    def _closed(self, words: str) -> OffReport:
        hung = self._unbegun if self._bypassed else ()
        missing = [
            detail
            for name, outputs in self._missing.items()
            for detail in _unseen(name, outputs, HANGS if name in hung else words)
        ]
        return OffReport(self.why, (*self._details, *missing))


def _unseen(worker: str, outputs: Iterable[str], words: str) -> list[OffDetail]:
    return [
        OffDetail(worker, output, False, words)
        for output in sorted(outputs)
        if output.endswith((".output", ".level"))
    ]


def off_without_workers(bench: Bench, slot: str, why: str) -> OffReport:
    """The same before the workers were started, on the caller's own thread."""
    owners = [station for station in bench.stations if slot in station.outputs]
    for station in owners:
        station.begin_off(slot)
    until = bench.clock.now() + OFF_PATIENCE_S
    while True:
        details = tuple(detail for station in owners for detail in station.look_off(slot))
        if all(detail.confirmed for detail in details) or bench.clock.now() >= until:
            return OffReport(why, details)
        bench.clock.sleep(LOOK_S)
