"""The safe state: every output off and zero, looked at until nothing flows. Never raises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rig.bench.bench import Bench
from rig.bench.messages import OffDetail, WentOff
from rig.bench.worker import BusWorker
from rig.record import lines

PATIENCE_S = 8.0
LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class OffReport:
    """Whether every output was seen to be off, and what was seen of each."""

    why: str
    details: tuple[OffDetail, ...]

    @property
    def confirmed(self) -> bool:
        """Whether read-back confirmed every output; an output that nobody could look at is not confirmed."""
        return all(detail.confirmed for detail in self.details)

    def line(self, t: float) -> dict[str, Any]:
        """For the record."""
        return lines.off(t, self.why, self.confirmed, [asdict(detail) for detail in self.details])


def request_off(bench: Bench) -> None:
    """Ask every worker that owns outputs; each does it before anything else. Costs no exchange here."""
    for worker in bench.workers:
        if worker.outputs:
            worker.post_off()


def await_off(bench: Bench, why: str, went_off: list[WentOff], look: Callable[[], None]) -> OffReport:
    """Wait until every worker that owns outputs has reported, or its patience is over.

    Args:
        bench: the bench, after `request_off`.
        why: for the report.
        went_off: where reports arrive.
        look: takes the workers' messages; called every 20 ms of bench time.
    """
    owners = [worker for worker in bench.workers if worker.outputs]
    until = bench.clock.now() + PATIENCE_S
    while True:
        look()
        heard = {report.worker for report in went_off}
        missing = [worker for worker in owners if worker.name not in heard]
        if not missing or bench.clock.now() >= until:
            break
        bench.clock.sleep(LOOK_S)
    details = [detail for report in went_off for detail in report.details]
    details += _unseen(missing, f"NOT CONFIRMED: its worker did not answer within {PATIENCE_S:g} s")
    return OffReport(why, tuple(details))


def unconfirmed(bench: Bench, why: str) -> OffReport:
    """For when the wait for the workers itself failed: they were told, and nobody looked."""
    return OffReport(why, tuple(_unseen(bench.workers, "NOT CONFIRMED: told to switch off, nobody looked")))


def _unseen(workers: Sequence[BusWorker], words: str) -> list[OffDetail]:
    return [
        OffDetail(worker.name, output, False, words)
        for worker in workers
        for output in sorted(worker.outputs)
        if output.endswith((".output", ".level"))
    ]


def off_without_workers(bench: Bench, why: str) -> OffReport:
    """The same before the workers were started or after they ended, on the caller's own thread."""
    details: list[OffDetail] = []
    for station in bench.stations:
        details += station.switch_off()
    return OffReport(why, tuple(details))
