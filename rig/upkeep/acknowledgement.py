"""Acknowledging a trip: a person, by name, lets a bench switch on again, never while a guardian still acts."""

from __future__ import annotations

from contextlib import suppress

from rig.bench.description import BenchDescription
from rig.clock import utc_now
from rig.errors import InputError
from rig.record.naming import iso_utc
from rig.safety.errors import LatchedError
from rig.safety.guardian import control
from rig.safety.latch import Latch, Tripped


def read_name(text: str) -> str:
    """A person's name, its blanks made single.

    Raises:
        InputError: it is empty.
    """
    name = " ".join(text.split())
    if not name:
        raise InputError("it is empty; give the name of the person who has looked at the bench")
    return name


def acknowledge(bench: BenchDescription, who: str) -> tuple[Tripped, ...]:
    """Free a bench in a person's name; what had tripped, nothing where it was free or is simulated in process.

    Raises:
        LatchedError: a guardian has not confirmed off yet, and would switch off under the next run.
        BenchError: the latch cannot be read or written.
    """
    if bench.simulation is not None:
        return ()
    acting = _acting_guardians()
    if acting:
        processes = ", ".join(f"process {pid}" for pid in acting)
        raise LatchedError(
            f"not acknowledged: a guardian still switches off ({processes}); wait until it has confirmed, or "
            f"take over by name: python -m rig.safety.guardian take-over {acting[0]} {who!r}"
        )
    return Latch(bench).acknowledge(iso_utc(utc_now()), who)


def _acting_guardians() -> list[str]:
    """The numbers of their processes."""
    found = []
    for path in control.guardians():
        with suppress(OSError):
            if control.ask_guardian(path, {"do": "state"}).get("guardian") in ("acting", "alarm"):
                found.append(path.stem.rpartition("-")[2])
    return found
