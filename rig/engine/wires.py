"""Sessions whose wire log is kept, and sessions that are replayed from one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.ports import Ports
from rig.bench.wire_log import WireHead, WireLog, WireRecord, WireSession, require_writable
from rig.clock import Clock
from rig.record.naming import iso_utc
from rig.safety.live import Declared
from rig.safety.session import BenchSession
from rig.safety.wire_guardian import RecordedGuardian, ReplayedGuardian


def wire_head(
    name: str,
    bench: BenchDescription,
    slots: Sequence[SlotEntry],
    clock: Clock,
    session: BenchSession,
    *,
    seed: int | None,
    settings: Mapping[str, str],
) -> WireHead:
    """The head of a log of what is about to begin.

    Args:
        name: of the test or plan.
        bench: that it is run on.
        slots: those in use.
        clock: bench time.
        session: as it is before.
        seed: of a simulated bench.
        settings: of the bench file.
    """
    guardian, declared = session.guardian, session.declared
    before = WireSession(
        None if guardian is None else guardian.pid,
        declared.nobody_wears,
        declared.attended,
        tuple(sorted(session.proven)),
        tuple(sorted(session.rehearsed)),
    )
    used = tuple(slot.name for slot in slots)
    anchor = iso_utc(clock.anchor)
    return WireHead(name, bench.file, bench.text, used, clock.kind, anchor, seed, settings, before)


@contextmanager
def recorded(path: Path | None, head: WireHead, ports: Ports, session: BenchSession) -> Iterator[Ports]:
    """Ports whose wire log, with what the guardian is asked, is in that file afterwards; as they are without a path.

    Raises:
        InputError: the file cannot be written; that is found before anything is opened, if it can be.
    """
    if path is None:
        yield ports
        return
    from rig.bench.wire_recording import recording_ports

    require_writable(path)
    log, guardian = WireLog(head), session.guardian
    if guardian is not None:
        session.guardian = RecordedGuardian(guardian, log, ports.clock)
    try:
        yield recording_ports(ports, log)
    finally:
        session.guardian = guardian
        log.write(path)


@contextmanager
def replayed(record: WireRecord, clock: Clock) -> Iterator[tuple[Ports, BenchSession]]:
    """The ports and the session of a wire log; afterwards all that was sent then has to have been sent.

    Raises:
        WireDifferenceError: something else was sent, or less.
        InputError: the session was ended by something that a replay cannot do again.
    """
    from rig.bench.wire_replay import WireReplay

    replay, before = WireReplay(record, clock), record.head.session
    guardian = None if before.guardian is None else ReplayedGuardian(before.guardian, replay)
    session = BenchSession(
        Declared(before.nobody_wears, before.attended),
        guardian=guardian,
        proven=set(before.proven),
        rehearsed=set(before.rehearsed),
    )
    with replay.compared():
        yield replay.ports, session


def replay_words(record: WireRecord) -> dict[str, str]:
    """What a run's head says of the log that it was replayed from."""
    return {"wire_log": record.path.name, "sha256": record.sha256}
