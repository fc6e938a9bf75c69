"""Processes on a terminal of the test's own, and a served bench whose twins the test looks into."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any, final

import pytest

from rig.bench.description import BenchDescription
from rig.clock import WallClock
from rig.simulation.client_bench import client_bench_text
from rig.simulation.serving import ServedBench
from tests.runs import await_guardians
from tests.waiting import PATIENCE_S, until

F12 = b"\x1b[24~"


@final
class Terminal:
    """A process on a pseudo-terminal; what it writes is kept."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int] = (80, 24)
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.written = b""
        self.process = subprocess.Popen(
            ["setsid", "--ctty", sys.executable, *command],  # it is told when its terminal hangs up
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", **environment},
        )
        os.close(slave)
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with suppress(OSError):
            while data := os.read(self._master, 65536):
                self.written += data

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def quits(self) -> int:
        """Ask it to quit until it does, for it does not while a run is on; its exit code."""
        clock = WallClock()
        while self.process.poll() is None:
            assert clock.now() < PATIENCE_S, self.written[-2000:]
            self.press(b"\x11")
            clock.sleep(0.3)
        return self.ends()

    def ends(self) -> int:
        """Its exit code."""
        return self.process.wait(PATIENCE_S)

    def hang_up(self) -> None:
        """As a dropped connection does."""
        os.close(self._master)
        self._master = -1

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
        if self._master >= 0:
            os.close(self._master)


@final
class BenchWithScreen:
    """A bench served here, and screens of other processes that run a plan on it."""

    def __init__(self, bench: BenchDescription, served: ServedBench, folder: Path) -> None:
        self._served = served
        self._folder = folder
        self._client = folder / "client.yaml"
        self._client.write_text(client_bench_text(served.description, bench), encoding="utf-8")
        self._terminals: list[Terminal] = []

    def screen(self, plan: Path, **environment: str) -> Terminal:
        """A screen that begins the plan."""
        out = self._folder / "runs"
        command = ["-m", "tests.tui.onscreen", str(self._client), str(plan), str(out)]
        self._terminals.append(Terminal(command, environment))
        return self._terminals[-1]

    def volts(self) -> float:
        """The highest setting of an output that is on, in V; 0 where none is."""
        with self._served.simulated.lock:
            twins = self._served.simulated.supplies.values()
            outputs: Sequence[Any] = [output for twin in twins for output in twin.outputs.values()]
            return max((output.volts for output in outputs if output.enabled), default=0.0)

    def until_hot(self) -> None:
        """Until an output is on with what the plan demands, beyond the proof of the way off."""
        until(lambda: self.volts() > 5.0)

    def is_dark(self) -> bool:
        return self.volts() == 0.0

    def runs(self) -> list[Path]:
        return sorted(path for path in (self._folder / "runs").iterdir() if path.is_dir())

    def close(self) -> None:
        for terminal in self._terminals:
            terminal.close()


@contextmanager
def bench_with_screen(
    bench: BenchDescription, folder: Path, patch: pytest.MonkeyPatch
) -> Iterator[BenchWithScreen]:
    """Taken away once no guardian switches off on it any more."""
    with tempfile.TemporaryDirectory(prefix="rig") as runtime, ServedBench(bench, bench.slots, 1) as served:
        patch.setenv("XDG_RUNTIME_DIR", runtime)
        found = BenchWithScreen(bench, served, folder)
        yield found
        found.close()
        await_guardians()
