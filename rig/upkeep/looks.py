"""What the doctor looks at beside the instruments: independent cut-offs, the latch, runs that were interrupted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.health import Finding, State
from rig.errors import BenchError, RecordError
from rig.index import list_runs
from rig.safety.latch import Latch
from rig.safety.live import PROOF_HOLDS


def look_at_cutoffs(slots: Sequence[SlotEntry], today: date, *, simulated: bool) -> Iterator[Finding]:
    """Which independent cut-off each slot declares, and when it was proven."""
    for slot in slots:
        cutoff = slot.cutoff
        if cutoff is None:
            needed = "none declared: live runs that heat are refused or must be attended"
            state, words = (State.OK, "none needed: simulated") if simulated else (State.NOTE, needed)
            yield Finding(slot.name, "independent cut-off", state, words)
            continue
        ago = today - date.fromisoformat(cutoff.proven)
        words = f"{cutoff.kind} at {cutoff.trips_at_degc:g} °C, {cutoff.place}; proven {cutoff.proven} by {cutoff.by}"
        stale = ago > PROOF_HOLDS or ago.days < 0
        if stale:
            words += f": that does not hold (at most {PROOF_HOLDS.days} days); prove it again"
        data = {"trips_at_degc": cutoff.trips_at_degc, "proven": cutoff.proven, "days_ago": ago.days}
        yield Finding(slot.name, "independent cut-off", State.NOTE if stale else State.OK, words, data)


def look_at_latch(bench: BenchDescription) -> Finding:
    """Whether the bench has tripped and nobody has acknowledged it."""
    if bench.simulation is not None:
        return Finding("bench", "latch", State.OK, "born unlatched each run: simulated in process")
    try:
        trips = Latch(bench).tripped
    except BenchError as error:
        return Finding("bench", "latch", State.WRONG, str(error))
    if not trips:
        return Finding("bench", "latch", State.OK, "free")
    told = "; ".join(f"{trip.at} {trip.why} (run {trip.run})" for trip in trips)
    words = f"{told}; look at the bench, then: rig bench acknowledge --bench {bench.file} --who YOUR-NAME"
    return Finding("bench", "latch", State.LATCHED, words, {"trips": len(trips)})


def look_at_runs(out: Path) -> Iterator[Finding]:
    """Runs of a folder that never came to their end."""
    try:
        entries = list_runs(out)
    except RecordError as error:
        yield Finding("runs", "interrupted", State.NOTE, str(error))
        return
    open_ended = [entry.id for entry in entries if not entry.sealed and not entry.in_progress]
    words = f"{len(open_ended)} of {len(entries)} in {out} were interrupted: {', '.join(open_ended)}"
    if not open_ended:
        words = f"none in {out}"
    state = State.NOTE if open_ended else State.OK
    yield Finding("runs", "interrupted", state, words, {"runs": open_ended})
