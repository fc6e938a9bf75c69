"""From the command line's options to benches, runs and their wire logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from rig import shipped
from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.ports import Ports, machine_ports
from rig.bench.settings import DEFECTS, PREFIX
from rig.bench.wire_log import WireRecord, read_wire_log
from rig.clock import Clock, PacedClock, VirtualClock, WallClock
from rig.engine.bench_lock import BenchLock
from rig.engine.wires import recorded, replayed, wire_head
from rig.engine.work import choose_slots, read_bench
from rig.errors import InputError
from rig.pytest_plugin.open_bench import OpenBench
from rig.pytest_plugin.settings import read_settings, wire_file
from rig.safety.session import BenchSession

MARKED = ("seed", "faults", "defects", "answers")
"""What a test may say of its bench, where that is simulated, and of its operator."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A bench as a test wants it.

    Attributes:
        speed: of the wall clock, None for the virtual one.
        settings: that made the bench what it is.
        record: where its wire log goes, if anywhere. replay: what answers instead of it, if anything.
    """

    name: str
    bench: BenchDescription
    slots: Sequence[SlotEntry]
    seed: int = 0
    speed: float | None = None
    faults: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    record: Path | None = None
    replay: WireRecord | None = None

    @property
    def is_live(self) -> bool:
        """Whether it stands outside of this process."""
        return self.bench.simulation is None and self.replay is None

    def make_clock(self) -> Clock:
        """The clock that it runs on."""
        if self.is_live:
            return WallClock()
        if self.speed is None or self.replay is not None:
            return VirtualClock()
        return PacedClock(self.speed)

    @contextmanager
    def opened(self, clock: Clock) -> Iterator[tuple[Ports, BenchSession]]:
        """Its ports, and the session of a run on it; after a replay what was sent is compared with what was sent then.

        Raises:
            InputError: the bench cannot be simulated, the wire log cannot be written, or not be replayed.
            WireDifferenceError: something else was sent, or less.
        """
        if self.replay is not None:
            with replayed(self.replay, clock) as again:
                yield again
            return
        session, seed = BenchSession(), None if self.is_live else self.seed
        head = wire_head(self.name, self.bench, self.slots, clock, session, seed=seed, settings=self.settings)
        with self._own_ports(clock) as own, recorded(self.record, head, own, session) as ports:
            yield ports, session

    def _own_ports(self, clock: Clock) -> AbstractContextManager[Ports]:
        return _live_ports(self, clock) if self.is_live else _simulated_ports(self, clock)


@contextmanager
def _live_ports(choice: Choice, clock: Clock) -> Iterator[Ports]:
    with BenchLock(choice.bench, choice.slots) as lock:
        lock.take()
        yield machine_ports(clock)


@contextmanager
def _simulated_ports(choice: Choice, clock: Clock) -> Iterator[Ports]:
    from rig.simulation.bench import SimulatedBench

    with SimulatedBench(choice.bench, choice.slots, choice.seed, clock, choice.faults) as simulated:
        yield simulated.ports


def choose(request: pytest.FixtureRequest) -> Choice:
    """The bench that the command line names, as the test's marker has it.

    Raises:
        InputError: it cannot be read, or is not simulated and ``--live`` is missing.
    """
    config, name, marked = request.config, request.node.name, marked_by(request)
    replay = wire_file(config, "rig_replay", request.node.nodeid)
    if replay is not None:
        return _replayed(name, read_wire_log(replay))
    asked = read_settings(config)
    order = asked.order
    of_bench = {key: value for key, value in order.settings.items() if key.startswith(PREFIX)}
    settings = {**of_bench, **_settings(marked.get("defects", ()))}
    bench = read_bench(order.bench_file or shipped.bench(), settings)
    if bench.simulation is None and not asked.live:
        raise InputError(
            f"opening {bench.name!r} ({bench.file}) for {name}: it is not simulated in this process; nothing was "
            f"opened; add --live if these are the instruments that you mean"
        )
    speed = None if order.is_virtual else order.speed
    if bench.simulation is None:
        _refuse_simulated(bench, [key for key in ("seed", "faults") if key in marked], speed)
    return Choice(
        name,
        bench,
        choose_slots(bench, order.slots)[:1],
        seed=marked.get("seed", order.seed),
        speed=speed,
        faults=tuple(marked.get("faults", ())),
        settings=settings,
        record=wire_file(config, "rig_record", request.node.nodeid),
    )


def _refuse_simulated(bench: BenchDescription, marked: Sequence[str], speed: float | None) -> None:
    """What only a simulated bench can do."""
    wanted = [*marked, *(["--speed"] if speed not in (None, 1.0) else [])]
    if wanted:
        raise InputError(
            f"opening {bench.name!r} ({bench.file}): {', '.join(wanted)} is for a bench that is simulated in this "
            f"process; nothing was opened; leave it out"
        )


def _replayed(name: str, record: WireRecord) -> Choice:
    from rig.bench.wire_replay import recorded_bench

    head, bench = record.head, recorded_bench(record.head)
    slots = [bench.slot(slot) for slot in head.slots]
    return Choice(name, bench, slots, seed=head.seed or 0, settings=head.settings, replay=record)


def open_chosen(request: pytest.FixtureRequest) -> OpenBench:
    """The bench of the command line, open.

    Raises:
        InputError: as `choose`.
        BenchError: it cannot be opened.
    """
    return _open(choose(request))


def open_simulated(
    request: pytest.FixtureRequest,
    *,
    bench: str | Path | None = None,
    slot: str | None = None,
    seed: int = 1,
    faults: Sequence[str] = (),
    defects: Sequence[str] = (),
    clock: str = "virtual",
) -> OpenBench:
    """A simulated bench, open.

    Args:
        request: of the test.
        bench: its file; the one that ships if left out.
        slot: its slot; the first if left out.
        seed: of noise and tolerances.
        faults: as ``rig run --fault`` takes them.
        defects: of the device.
        clock: ``virtual``, or ``wall`` at the speed of the command line.

    Raises:
        InputError: one of them cannot be used.
    """
    if clock not in ("virtual", "wall"):
        raise InputError(f"opening a simulated bench: {clock!r} is no clock; write virtual or wall")
    settings = _settings(defects)
    description = read_bench(Path(bench or shipped.bench()), settings)
    if description.simulation is None:
        raise InputError(
            f"opening {description.name!r} ({description.file}) as a simulated bench: its file has no part "
            f"`simulation:`; add one, or use the fixture bench"
        )
    asked = read_settings(request.config).order
    speed = None if clock == "virtual" else 1.0 if asked.is_virtual else asked.speed
    slots = choose_slots(description, [slot] if slot else [])[:1]
    return _open(Choice(request.node.name, description, slots, seed, speed, tuple(faults), settings))


def _settings(defects: Sequence[str]) -> dict[str, str]:
    return {PREFIX + DEFECTS: ", ".join(defects)} if defects else {}


def _open(choice: Choice) -> OpenBench:
    with ExitStack() as opening:
        ports, _ = opening.enter_context(choice.opened(choice.make_clock()))
        opened = OpenBench(choice.bench, choice.slots, ports)
        opened.cleanup = opening.pop_all()
    return opened


def marked_by(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """What the test says in ``@pytest.mark.rig(…)``.

    Raises:
        InputError: it says something that nobody knows.
    """
    marker = request.node.get_closest_marker("rig")
    given: Mapping[str, Any] = {} if marker is None else marker.kwargs
    unknown = [key for key in given if key not in MARKED]
    if unknown or (marker is not None and marker.args):
        raise InputError(
            f"reading the marker rig of {request.node.name}: {', '.join(unknown) or 'a value without a name'}; "
            f"it takes {', '.join(MARKED)}"
        )
    return given
