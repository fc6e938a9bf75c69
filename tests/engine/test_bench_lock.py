"""Two processes never have one instrument; who has it is named, and its death gives it back."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.engine.bench_lock import BenchLock
from rig.errors import BenchError

HOLD = """
import sys
from rig.bench.loading import load_bench
from rig.engine.bench_lock import BenchLock
bench = load_bench(sys.argv[1])
lock = BenchLock(bench, bench.slots)
lock.take()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="rig") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


def test_a_bench_is_had_once_and_given_back(bench: BenchDescription) -> None:
    with BenchLock(bench, bench.slots) as first, BenchLock(bench, bench.slots) as second:
        first.take()
        first.take()
        with pytest.raises(BenchError, match=f"in use by process {os.getpid()} \\(bench "):
            second.take()
        first.close()
        second.take()


def test_one_shared_instrument_is_enough_and_nothing_else_is_kept(bench: BenchDescription) -> None:
    supply, scanner = bench.instruments
    lower = replace(supply, resource=supply.resource.lower().replace("tcpip0", "tcpip"))
    elsewhere = replace(scanner, resource="TCPIP0::192.0.2.99::5025::SOCKET")
    other = replace(bench, instruments=(lower, elsewhere), slots=())
    third = replace(bench, instruments=(elsewhere,), slots=())
    with BenchLock(bench, bench.slots) as first:
        first.take()
        with pytest.raises(BenchError, match=r"192\.0\.2\.10") as raised, BenchLock(other, ()) as second:
            second.take()
        assert "192.0.2.99" not in str(raised.value)
        with BenchLock(third, ()) as free:
            free.take()


def test_a_link_is_the_same_by_any_of_its_names(bench: BenchDescription, tmp_path: Path) -> None:
    tty, by_id = tmp_path / "ttyACM0", tmp_path / "by-id"
    tty.touch()
    by_id.symlink_to(tty)
    one, two = (
        replace(bench, instruments=(), slots=(replace(bench.slots[0], link=str(link)),))
        for link in (tty, by_id)
    )
    with BenchLock(one, one.slots) as first, BenchLock(two, two.slots) as second:
        first.take()
        with pytest.raises(BenchError, match="ttyACM0 is in use"):
            second.take()


def test_a_killed_holder_gives_it_back(bench: BenchDescription) -> None:
    command = [sys.executable, "-c", HOLD, bench.file]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with BenchLock(bench, bench.slots) as lock:
            with pytest.raises(BenchError, match=f"process {holder.pid} "):
                lock.take()
            holder.kill()
            holder.wait()
            lock.take()
