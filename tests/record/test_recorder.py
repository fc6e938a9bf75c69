from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import greenlet
import pytest

from rig.record import lines
from rig.record.errors import CannotWriteError
from rig.record.reader import read_run
from rig.record.recorder import Recorder
from rig.record.strict import Line
from rig.record.writer import RunFile


class Idle:
    """A signal that notes what is done with it; a wait runs the next of the actions."""

    def __init__(self, *actions: Callable[[], object]) -> None:
        self.actions = list(actions)
        self.waits: list[float] = []
        self.sets = 0

    def wait(self, timeout_s: float) -> None:
        self.waits.append(timeout_s)
        if self.actions:
            self.actions.pop(0)()

    def set(self) -> None:
        self.sets += 1


class Event:
    """A signal between threads."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self, timeout_s: float) -> None:
        self._event.wait(timeout_s)
        self._event.clear()

    def set(self) -> None:
        self._event.set()


class SpyFile(RunFile):
    """A run file that counts its syncs, and that can be told to fail."""

    syncs = 0
    full = False

    def sync(self) -> None:
        super().sync()
        self.syncs += 1

    def append(self, line: Line) -> None:
        if self.full:
            raise CannotWriteError(self.path, "writing line 1", "No space left on device")
        super().append(line)


class Wall:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def file(tmp_path: Path, head: Line) -> SpyFile:
    file = SpyFile(tmp_path / "run")
    file.append(head)
    return file


def scan(number: int) -> Line:
    return lines.scan(number / 10, {"belt": [number / 10, [37.25]]})


def failure(recorder: Recorder) -> str:
    return recorder.failed or ""


def kinds(file: RunFile) -> list[str]:
    return [line["k"] for line in read_run(file.path).lines()]


def test_put_writes_nothing_and_wakes_the_worker(file: SpyFile) -> None:
    signal = Idle()
    recorder = Recorder(file, signal, Wall())
    for number in range(3):
        recorder.put(scan(number))
    assert (recorder.lag, signal.sets, file.lines) == (3, 3, 1)
    recorder.drain_now()
    assert (recorder.lag, file.lines, recorder.failed) == (0, 4, None)


def test_scans_are_flushed_at_each_drain_and_synced_after_a_second_of_wall_time(file: SpyFile) -> None:
    wall = Wall()
    seen: list[tuple[int, int]] = []

    def later(seconds: float, number: int) -> Callable[[], None]:
        def act() -> None:
            seen.append((len(file.path.read_bytes().splitlines()), file.syncs))
            wall.now_s += seconds
            recorder.put(scan(number))

        return act

    def stop() -> None:
        recorder.stop()

    signal = Idle(later(0.4, 1), later(0.5, 2), later(0.2, 3), later(0.5, 4), stop)
    recorder = Recorder(file, signal, wall)
    recorder.run()
    assert seen == [(0, 0), (2, 0), (3, 0), (4, 1)]
    assert file.syncs == 2
    assert kinds(file) == ["head", "scan", "scan", "scan", "scan"]


def test_a_line_that_is_no_scan_is_synced_at_once(file: SpyFile) -> None:
    seen: list[int] = []

    def look_and_stop() -> None:
        seen.append(file.syncs)
        recorder.stop()

    signal = Idle(
        lambda: recorder.put(scan(1)),
        lambda: recorder.put(lines.event(0.2, "belt.cutoff", "belt")),
        look_and_stop,
    )
    recorder = Recorder(file, signal, Wall())
    recorder.run()
    assert seen == [1]


def test_a_scan_that_nothing_follows_is_synced_within_the_second(file: SpyFile) -> None:
    wall = Wall()
    seen: list[int] = []

    def pass_time() -> None:
        wall.now_s += signal.waits[-1]

    def look_and_stop() -> None:
        seen.append(file.syncs)
        recorder.stop()

    signal = Idle(lambda: recorder.put(scan(1)), pass_time, look_and_stop)
    recorder = Recorder(file, signal, wall)
    recorder.run()
    assert signal.waits == [1.0, 1.0, 1.0]
    assert seen == [1]


def test_the_wait_shrinks_to_what_is_left_of_the_second_but_never_spins(file: SpyFile) -> None:
    wall = Wall()

    def put_after(seconds: float) -> Callable[[], None]:
        def act() -> None:
            wall.now_s += seconds
            recorder.put(scan(1))

        return act

    def stop() -> None:
        recorder.stop()

    signal = Idle(put_after(0.75), put_after(0.24), stop)
    recorder = Recorder(file, signal, wall)
    recorder.run()
    assert signal.waits == [1.0, 0.25, 0.05]


def test_an_overflow_fails_but_what_explains_it_is_recorded(file: SpyFile) -> None:
    recorder = Recorder(file, Idle(), Wall(), limit=10)
    for number in range(10):
        recorder.put(scan(number))
    assert not failure(recorder)
    recorder.put(scan(10))
    assert "10 lines wait, the disk is too slow" in failure(recorder)
    recorder.put(lines.trip(1.1, "recorder", "recorder.lag", 10.0, 10.0))
    recorder.put(lines.off(1.1, "interlock", True, []))
    recorder.drain_now()
    recorder.put(lines.outcome(1.2, "interlock"))
    recorder.drain_now()
    assert recorder.lost == 1
    assert kinds(file) == ["head", *["scan"] * 10, "trip", "off", "outcome"]


def test_the_room_for_other_lines_is_bounded_too(file: SpyFile) -> None:
    recorder = Recorder(file, Idle(), Wall(), limit=10)
    for _ in range(5000):
        recorder.put(lines.event(0.0, "belt.fault", "belt"))
    assert recorder.lag == 10 + 1024
    assert recorder.lost == 5000 - recorder.lag


def test_a_full_disk_fails_and_empties_the_queue(file: SpyFile) -> None:
    def stop() -> None:
        recorder.stop()

    signal = Idle(lambda: recorder.put(scan(1)), stop)
    recorder = Recorder(file, signal, Wall())
    recorder.put(scan(0))
    file.full = True
    recorder.run()
    assert recorder.failed is not None
    assert "No space left on device" in recorder.failed
    assert recorder.lag == 0
    for number in range(5000):
        recorder.put(scan(number))
    assert recorder.lag == 0
    recorder.drain_now()


def test_the_first_failure_is_the_one_that_is_told(file: SpyFile) -> None:
    recorder = Recorder(file, Idle(), Wall(), limit=1)
    recorder.put(scan(0))
    recorder.put(scan(1))
    file.full = True
    recorder.drain_now()
    assert recorder.failed is not None
    assert "the disk is too slow" in recorder.failed


def test_a_line_that_cannot_be_recorded_fails_but_the_rest_is_recorded(file: SpyFile) -> None:
    recorder = Recorder(file, Idle(), Wall())
    recorder.put({"k": "scan", "t": float("nan"), "s": {}})
    recorder.put({"no": "kind"})
    recorder.put(lines.off(0.1, "error", True, []))
    recorder.drain_now()
    assert recorder.failed is not None
    assert "t is nan" in recorder.failed
    assert recorder.lost == 2
    assert kinds(file) == ["head", "off"]


def test_a_worker_that_dies_is_a_failure(file: SpyFile) -> None:
    def die() -> None:
        raise MemoryError

    recorder = Recorder(file, Idle(die), Wall())
    with pytest.raises(MemoryError):
        recorder.run()
    assert recorder.failed is not None
    assert "ended before it was told to" in recorder.failed


def test_as_a_thread_it_records_all_in_order(file: SpyFile) -> None:
    recorder = Recorder(file, Event(), Wall(), limit=10_000)
    worker = threading.Thread(target=recorder.run)
    worker.start()
    for number in range(5000):
        recorder.put(scan(number))
    recorder.stop()
    worker.join(timeout=30)
    assert not worker.is_alive()
    assert recorder.failed is None
    file.seal(500.0)
    reader = read_run(file.path)
    assert [line["t"] for line in reader.scans()] == [number / 10 for number in range(5000)]
    assert reader.integrity.sealed


def test_draining_beside_a_running_thread_keeps_the_order(file: SpyFile) -> None:
    recorder = Recorder(file, Event(), Wall(), limit=10_000)
    worker = threading.Thread(target=recorder.run)
    worker.start()
    for number in range(3000):
        recorder.put(scan(number))
        if number % 100 == 0:
            recorder.drain_now()
    recorder.stop()
    worker.join(timeout=30)
    file.seal(300.0)
    assert [line["t"] for line in read_run(file.path).scans()] == [number / 10 for number in range(3000)]


def test_as_a_greenlet_it_gives_way_only_in_its_wait(file: SpyFile) -> None:
    hub = greenlet.getcurrent()

    class Switch:
        def wait(self, timeout_s: float) -> None:
            hub.switch("waits")

        def set(self) -> None:
            pass

    recorder = Recorder(file, Switch(), Wall())
    worker = greenlet.greenlet(recorder.run)
    assert worker.switch() == "waits"
    for number in range(100):
        recorder.put(scan(number))
        assert worker.switch() == "waits"
        assert file.lines == 2 + number
    recorder.stop()
    worker.switch()
    assert worker.dead
    assert recorder.failed is None


def test_only_one_drains_at_a_time(file: SpyFile, monkeypatch: pytest.MonkeyPatch) -> None:
    others: list[bool] = []
    append = RunFile.append

    def look_for_others(self: RunFile, line: Line) -> None:
        others.append(recorder._draining.acquire(blocking=False))
        append(self, line)

    recorder = Recorder(file, Idle(), Wall())
    recorder.put(scan(1))
    monkeypatch.setattr(RunFile, "append", look_for_others)
    recorder.drain_now()
    assert others == [False]


def test_a_line_for_which_there_was_no_memory_is_written_later_and_the_chain_goes_on(
    file: SpyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(file, Idle(), Wall())
    for number in range(3):
        recorder.put(scan(number))
    with monkeypatch.context() as scarce:
        scarce.setattr(SpyFile, "append", out_of_memory)
        with pytest.raises(MemoryError):
            recorder.drain_now()
    assert recorder.lag == 3
    recorder.drain_now()
    assert [line["t"] for line in read_run(file.path).lines("scan")] == [0.0, 0.1, 0.2]
    assert read_run(file.path).integrity.first_fault is None


def out_of_memory(_file: RunFile, _line: Line) -> None:
    raise MemoryError
