"""``python -m tests.engine.defective``: the engine process with the defect that its environment names.

The defect befalls it once the file that DEFECT_FLAG names exists; the instant stands in the same file with ``.at``.
"""

from __future__ import annotations

import os
import resource
import socket
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from rig.bench.supply_station import SupplyStation
from rig.clock import WallClock, wall_seconds
from rig.engine.lane_scan import LaneScan
from rig.engine.process import main
from rig.record.writer import RunFile

KIND, FLAG, BUSES = "DEFECT", "DEFECT_FLAG", "DEFECT_BUSES"
LOOK_S = 0.01


class Trigger:
    """Whether the defect is due, and that it has come."""

    def __init__(self, flag: Path) -> None:
        self._flag = flag
        self._due = False

    def pulled(self) -> bool:
        if not self._due and self._flag.exists():
            self._due = True
            part = self._flag.with_suffix(".part")
            part.write_text(repr(wall_seconds()), encoding="ascii")
            part.rename(self._flag.with_suffix(".at"))
        return self._due


def hang_in_the_library(trigger: Trigger) -> None:
    """Reads on the supplies' buses never come back from the library, whatever their time-outs are."""
    session: Any = import_module("pyvisa_py.tcpip").TCPIPSocketSession
    read, (silent, kept) = session.read, socket.socketpair()
    buses = {f"bus {name}" for name in os.environ[BUSES].split()}

    def hung(self: Any, count: int) -> Any:
        if threading.current_thread().name in buses and trigger.pulled():
            silent.recv(1)
            kept.close()
        return read(self, count)

    session.read = hung


def hang_in_the_proof(trigger: Trigger) -> None:
    """The read after the first output went on never comes back: the proof has it at 1 V, on the main thread."""
    session: Any = import_module("pyvisa_py.tcpip").TCPIPSocketSession
    write, read, (silent, kept) = session.write, session.read, socket.socketpair()
    on = threading.Event()

    def wrote(self: Any, data: bytes) -> Any:
        if (
            threading.current_thread() is threading.main_thread()
            and data.startswith(b"OUTP")
            and b"ON" in data
        ):
            on.set()
        return write(self, data)

    def hung(self: Any, count: int) -> Any:
        if on.is_set() and threading.current_thread() is threading.main_thread() and trigger.pulled():
            silent.recv(1)
            kept.close()
        return read(self, count)

    session.write, session.read = wrote, hung


def out_of_memory(cls: Any, name: str, *, times: float) -> Callable[[Trigger], None]:
    """There is no memory for a method, so many times."""

    def break_it(trigger: Trigger) -> None:
        method, left = getattr(cls, name), times

        def broken(self: Any, *arguments: Any) -> Any:
            nonlocal left
            if left > 0 and trigger.pulled():
                left -= 1
                raise MemoryError
            return method(self, *arguments)

        setattr(cls, name, broken)

    return break_it


def no_more_threads(names: str) -> Callable[[Trigger], None]:
    """No thread whose name begins like that can be started any more."""

    def break_it(trigger: Trigger) -> None:
        start = threading.Thread.start

        def broken(self: threading.Thread) -> None:
            if self.name.startswith(names) and trigger.pulled():
                raise RuntimeError("can't start new thread")
            start(self)

        threading.Thread.start = broken  # type: ignore[method-assign]

    return break_it


def no_address_space(trigger: Trigger) -> None:
    """The system gives this process no more memory, and what it has is taken."""
    taken: list[bytearray] = []

    def take_all() -> None:
        size = 1 << 20
        while size >= 64:
            try:
                taken.append(bytearray(size))
            except MemoryError:
                size //= 2

    def take() -> None:
        clock = WallClock()
        while not trigger.pulled():
            clock.sleep(LOOK_S)
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (1 << 20, most))
        while True:
            take_all()
            clock.sleep(LOOK_S)

    threading.Thread(target=take, daemon=True).start()


EVER = float("inf")
DEFECTS: dict[str, Callable[[Trigger], None]] = {
    "none": lambda _trigger: None,
    "hang": hang_in_the_library,
    "hang-in-proof": hang_in_the_proof,
    "memory-scan-once": out_of_memory(LaneScan, "turn", times=1),
    "memory-scan": out_of_memory(LaneScan, "turn", times=EVER),
    "memory-off": out_of_memory(LaneScan, "switch_off", times=EVER),
    "memory-worker": out_of_memory(SupplyStation, "read", times=EVER),
    "memory-recorder-once": out_of_memory(RunFile, "append", times=1),
    "memory-recorder": out_of_memory(RunFile, "append", times=EVER),
    "threads": no_more_threads(""),
    "threads-of-buses": no_more_threads("bus "),
    "address-space": no_address_space,
}

if __name__ == "__main__":
    DEFECTS[os.environ[KIND]](Trigger(Path(os.environ[FLAG])))
    main()
