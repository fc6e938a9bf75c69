"""What a command needs before it puts a volt on a real or served bench: the lock, a guardian, and its signals held."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rig.clock import utc_now
from rig.engine.bench_lock import BenchLock
from rig.engine.guardianship import Guardianship
from rig.errors import BenchError
from rig.platform import signals_as_requests
from rig.record.naming import iso_utc
from rig.safety.errors import RefusedError
from rig.safety.guardian.watch import PROOF_S
from rig.safety.latch import Latch, Tripped
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox
from rig.upkeep.chosen import Chosen


@contextmanager
def alone_and_watched(chosen: Chosen, stop: StopBox) -> Iterator[BenchSession]:
    """The bench is this process's alone and its guardian watches while the block runs, at 1 V at most.

    A signal that comes meanwhile is put into the box, for the block to look at, and acted upon afterwards. Whatever
    the block could not see off goes to the guardian.

    Raises:
        BenchError: another process has the bench, or there is no guardian; nothing was switched on.
        KeyboardInterrupt: a signal asked this process to end; the outputs have been looked at.
    """
    session = BenchSession()
    if chosen.in_process:
        yield session
        return
    with (
        signals_as_requests(stop.interrupt),
        BenchLock(chosen.bench, chosen.slots) as lock,
        Guardianship(chosen.bench, chosen.slots, session) as guardianship,
    ):
        lock.take()
        guardianship.ensure()
        _arm(session)
        yield session
    if stop.request is not None and stop.request.ending == "interrupt":
        raise KeyboardInterrupt


def _arm(session: BenchSession) -> None:
    link = session.guardian
    assert link is not None, "it was ensured"
    answer = link.await_answer(link.arm(PROOF_S))
    if not answer.done:
        raise RefusedError(f"arming the guardian: {answer.words}; without a guardian there is no power")


def hand_over(chosen: Chosen, session: BenchSession, slot: str, why: str) -> None:
    """Nobody has seen the outputs of a slot off: the guardian goes on, and the bench is latched.

    Raises:
        BenchError: the latch cannot be written.
    """
    link = session.guardian
    if link is None:
        return
    session.handed_over = True
    link.hand_over(why)
    try:
        Latch(chosen.bench).trip(Tripped(iso_utc(utc_now()), "", slot, why))
    except BenchError as error:
        raise BenchError(f"{why}; {error}") from error
