"""Runs in an engine process of their own, with a defect or without, on a bench whose twins the test looks into."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, final

import pytest

from rig.bench.description import BenchDescription
from rig.engine import client
from rig.engine.client import EngineProcess
from rig.engine.exit_codes import exit_code
from rig.engine.following import Following
from rig.engine.process_lines import EngineOrder
from rig.engine.run import RunResult
from rig.engine.series import Series
from rig.engine.work import link_plans, read_bench
from rig.simulation.client_bench import client_bench_text
from rig.simulation.serving import ServedBench
from tests.engine import defective
from tests.engine.onlooker import Nobody
from tests.runs import await_guardians
from tests.waiting import PATIENCE_S, until


@final
class Apart:
    """A bench with its twins in this process, and runs on it one after the other.

    Attributes:
        bench: as its clients see it.
    """

    def __init__(self, bench: BenchDescription, served: ServedBench, folder: Path) -> None:
        self._served = served
        self._folder = folder
        self._number = 0
        self._file = folder / "client.yaml"
        self._file.write_text(client_bench_text(served.description, bench), encoding="utf-8")
        self._supplies = [
            entry.resource for entry in served.description.instruments if entry.role == "supply"
        ]
        self.bench = read_bench(self._file, {})

    def start(self, plan: Path, defect: str, *, due: bool = False) -> None:
        """Start a run; its defect comes once `break_it` is called, or from the beginning."""
        self._number += 1
        self._flag = self._folder / f"flag-{self._number}"
        if due:
            self.break_it()
        os.environ.update(
            {
                defective.KIND: defect,
                defective.FLAG: str(self._flag),
                defective.BUSES: " ".join(self._supplies),
            }
        )
        work = link_plans(self.bench, [str(plan)], [], {})
        order = EngineOrder(
            str(self._file), work.files, (), {}, str(self._folder / "runs"), "tester", work.documents
        )
        self._engine = EngineProcess()
        self._following = Following(work, Nobody())
        self._thread = Thread(target=self._follow, args=(order,), daemon=True)
        self._thread.start()

    def _follow(self, order: EngineOrder) -> None:
        for event in self._engine.follow(order):
            self._following.take(event)

    @property
    def pid(self) -> int:
        assert self._engine.pid is not None
        return self._engine.pid

    def break_it(self) -> None:
        """The defect is due."""
        self._flag.touch()

    @property
    def broken_at(self) -> float:
        """When the defect came, in wall seconds; waits for it."""
        file = self._flag.with_suffix(".at")
        return float(until(lambda: file.exists() and file.read_text(encoding="ascii")))

    def interrupt(self) -> None:
        """Ask it to end as its client does, by a line."""
        self._engine.interrupt("SIGINT")

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def inject(self, fault: str) -> None:
        self._served.simulated.faults.inject(fault)

    def volts(self) -> float:
        """The highest setting of an output that is on, in V; 0 where none is."""
        with self._served.simulated.lock:
            twins = self._served.simulated.supplies.values()
            outputs: Sequence[Any] = [output for twin in twins for output in twin.outputs.values()]
            return max((output.volts for output in outputs if output.enabled), default=0.0)

    def until_hot(self) -> None:
        """Until the belt takes its current."""
        until(lambda: self.amps() > 0.5)

    def amps(self) -> float:
        """True current through all units together."""
        simulated = self._served.simulated
        with simulated.lock:
            for lane in simulated.lanes.values():
                lane.world.advance(simulated.clock.now())
            return sum(
                lane.world.current_amps(u) for lane in simulated.lanes.values() for u in lane.world.units
            )

    def dark(self) -> bool:
        return self.volts() == 0.0 and self.amps() == 0.0

    def ends(self) -> tuple[int, Series]:
        """Wait for the engine's end; the exit code that ``rig run`` would end with, and what the run came to."""
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "the engine has not ended"
        series = self._following.series(self._engine.pid)
        error = self._following.error
        return exit_code(series) if error is None else error.exit_code, series

    def result(self) -> tuple[int, RunResult]:
        """The same of the one lane."""
        code, series = self.ends()
        ((_, result),) = series.outcomes
        assert isinstance(result, RunResult), result
        return code, result

    @property
    def folder(self) -> Path:
        """The folder of the newest run."""
        return max(
            (path for path in (self._folder / "runs").iterdir() if path.is_dir()), key=lambda p: p.name
        )

    def close(self) -> None:
        if self._number and self._thread.is_alive():
            self._engine.interrupt("SIGTERM")
            self._thread.join(PATIENCE_S)


@contextmanager
def apart_on(bench: BenchDescription, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Apart]:
    """A bench served in this process, and engine processes whose defect their environment names."""
    patch.setattr(client, "MODULE", defective.__name__)
    for name in (defective.KIND, defective.FLAG, defective.BUSES):
        patch.setenv(name, "")
    with tempfile.TemporaryDirectory(prefix="rig") as runtime, ServedBench(bench, bench.slots, 1) as served:
        patch.setenv("XDG_RUNTIME_DIR", runtime)
        found = Apart(bench, served, folder)
        yield found
        found.close()
        await_guardians()
