"""A served bench in the test's own process, and engines of other processes that heat it."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, final

from instruments.simulated.tcp_server import TwinServer
from rig.bench.description import BenchDescription
from rig.clock import wall_seconds
from rig.platform import OtherProcess, runtime_folder
from rig.record import lines
from rig.record.writer import RunFile
from rig.safety.guardian.control import ask_guardian
from rig.safety.guardian.record import GuardianLog, read_guardian
from rig.simulation.client_bench import client_bench_text
from rig.simulation.serving import ServedBench
from tests.waiting import PATIENCE_S, until

ENGINE = Path(__file__).with_name("fake_engine.py")


@final
class Engine:
    """A fake engine that has switched its bench on."""

    def __init__(self, bench: Path, runs: dict[str, Path], errors: Path) -> None:
        self.errors = errors
        folders = [f"{slot}={folder}" for slot, folder in runs.items()]
        with errors.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, str(ENGINE), str(bench), *folders],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                start_new_session=True,
            )
        first = self.read()
        assert first.get("on"), errors.read_text()
        self.guardian_pid = int(first["guardian"])
        self.guardian = OtherProcess(self.guardian_pid)
        self.socket = runtime_folder() / f"guardian-{self.guardian_pid}.sock"

    def read(self) -> dict[str, Any]:
        """The next event that it tells of; empty if it ended."""
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], PATIENCE_S)[0], self.errors.read_text()
        line = self.process.stdout.readline()
        found = json.loads(line) if line else {}
        assert isinstance(found, dict)
        return found

    def tell(self, command: str) -> float:
        """Give it a command; when that was, in wall seconds."""
        assert self.process.stdin is not None
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        return wall_seconds()

    def ask(self, **request: Any) -> dict[str, Any]:
        """Ask its guardian over the control socket."""
        return ask_guardian(self.socket, request)

    def await_guardian_end(self) -> None:
        until(lambda: self.guardian.ended)

    def close(self) -> None:
        for pid in (self.process.pid, self.guardian_pid):
            OtherProcess(pid).end()
        self.process.communicate()


@final
class Heated:
    """A served bench and what heats it."""

    def __init__(self, served: ServedBench, bench: BenchDescription, folder: Path) -> None:
        self.served = served
        self._supplies = {
            entry.name: served.simulated.twins[entry.resource]
            for entry in bench.instruments
            if entry.role == "supply"
        }
        self._server = self._serve({})
        instruments = tuple(
            replace(entry, resource=self._server.resource(entry.name)) if entry.role == "supply" else entry
            for entry in served.description.instruments
        )
        client = replace(served.description, instruments=instruments)
        self.file = folder / "client.yaml"
        self.file.write_text(client_bench_text(client, bench), encoding="utf-8")
        self.runs = {slot.name: folder / f"run-{slot.name}" for slot in bench.slots}
        for run in self.runs.values():
            write_run(run)
        self._folder = folder
        self.engines: list[Engine] = []

    def start(self) -> Engine:
        engine = Engine(self.file, self.runs, self._folder / f"stderr-{len(self.engines)}")
        self.engines.append(engine)
        until(self.hot)
        return engine

    def _serve(self, ports: Mapping[str, int]) -> TwinServer:
        """The supplies on sockets of their own, which can be taken away."""
        simulated = self.served.simulated
        return TwinServer(self._supplies, simulated.clock, simulated.lock, ports=ports)

    def refuse_supply(self) -> None:
        """The supply keeps its state; nobody reaches it any more."""
        self._server.close()

    def mend_supply(self) -> None:
        """It can be reached again, where it was."""
        self._server = self._serve({name: port for name, (_, port) in self._server.endpoints.items()})

    def close(self) -> None:
        for engine in self.engines:
            engine.close()
        self._server.close()

    def amps(self) -> float:
        """True current through all units together."""
        simulated = self.served.simulated
        with simulated.lock:
            now = simulated.clock.now()
            total = 0.0
            for lane in simulated.lanes.values():
                lane.world.advance(now)
                total += sum(lane.world.current_amps(unit) for unit in lane.world.units)
            return total

    def live(self) -> list[int]:
        """Supply outputs that are enabled."""
        with self.served.simulated.lock:
            supplies = self.served.simulated.supplies.values()
            return [number for twin in supplies for number, output in twin.outputs.items() if output.enabled]

    def hot(self) -> bool:
        return self.amps() > 0.5

    def dark(self) -> bool:
        return not self.live() and self.amps() == 0.0

    def log(self) -> GuardianLog:
        """The guardian's record of the first lane, which is whole."""
        found = read_guardian(next(iter(self.runs.values())))
        assert found is not None
        assert found.first_fault is None
        return found


def write_run(folder: Path) -> RunFile:
    """The beginning of a run file."""
    file = RunFile(folder)
    file.append({"k": "head", **HEAD})
    for number in range(3):
        file.append(lines.event(0.1 * number, "test.line", "rig", {}))
    file.sync()
    return file


HEAD: dict[str, Any] = {
    "schema": lines.SCHEMA,
    "run": "test",
    "plan": "test",
    "lane": "main",
    "simulated": True,
    "seed": 1,
    "clock": "wall",
    "anchor": "2026-11-21T10:31:07Z",
    "software": {"name": "heat-belt-rig", "version": "0.1.0", "commit": None},
    "scan_s": 0.1,
    "documents": [],
    "bench": {},
    "instruments": [],
    "device": {},
    "wiring": {},
    "budget": {},
    "profile": {},
    "operator": None,
}
