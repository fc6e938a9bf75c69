"""The examination of a bench: every part asked how it is, and off proven where nothing speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from rig.bench.bench import Bench
from rig.bench.health import (
    Finding,
    State,
    examine_calibration,
    examine_corrections,
    examine_device,
    examine_instrument,
    unanswered,
)
from rig.bench.opening import open_what_answers
from rig.bench.wiring import device_source
from rig.errors import BenchError
from rig.safety.errors import RefusedError
from rig.safety.proof import PROOF_VOLTS, prove_off
from rig.safety.proof_watch import ProofWatch
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox, StopRequested
from rig.upkeep.chosen import Chosen
from rig.upkeep.in_progress import runs_on
from rig.upkeep.looks import look_at_cutoffs, look_at_latch, look_at_runs
from rig.upkeep.watched import alone_and_watched, hand_over


def examine(
    chosen: Chosen, out: Path, stop: StopBox | None = None, *, self_test: bool = False
) -> Iterator[Finding]:
    """What is found, part by part, all of it as ``rig bench doctor`` finds it.

    Args:
        chosen: the bench and its slots; outputs are switched off first, and on at 1 V to prove that off works.
        out: the folder of runs, looked through for those that were interrupted.
        stop: looked at before each setting of the proof, which a request to stop ends with the outputs off.
        self_test: whether the instruments test themselves, which may take seconds.

    Raises:
        BenchError: a run is on this bench, or there is no VISA library; nothing was touched.
    """
    _require_idle(chosen)
    latch = look_at_latch(chosen.bench)
    with chosen.ports() as ports:
        bench, troubles = open_what_answers(chosen.bench, chosen.slots, ports)
        with bench:
            parts = list(_examine_parts(chosen, bench, troubles, self_test=self_test))
            yield from parts
            wrong = {finding.part for finding in parts if finding.state is State.WRONG}
            free = latch.state is State.OK
            yield from _prove(chosen, bench, wrong, stop or StopBox(), latched=not free)
            today = bench.clock.anchor.date()
            yield from look_at_cutoffs(chosen.slots, today, simulated=bench.simulated)
    yield latch
    yield from look_at_runs(out)


def _examine_parts(
    chosen: Chosen, bench: Bench, troubles: Mapping[str, str], *, self_test: bool
) -> Iterator[Finding]:
    for entry in chosen.bench.instruments:
        if entry.name in troubles:
            yield unanswered(entry.name, troubles[entry.name])
        else:
            yield from examine_instrument(bench, entry, self_test=self_test)
        yield examine_calibration(chosen.bench, entry, bench.clock.anchor.date())
    today = bench.clock.anchor.date()
    for slot in chosen.slots:
        yield from examine_corrections(chosen.bench, slot, today)
        source = device_source(slot, chosen.bench)
        if source in troubles:
            yield unanswered(source, troubles[source])
        else:
            yield from examine_device(bench, slot, source)


def _require_idle(chosen: Chosen) -> None:
    busy = [] if chosen.in_process else runs_on(chosen.bench)
    if busy:
        raise BenchError(
            f"examining the bench {chosen.bench.name!r} ({chosen.bench.file}): a run is on it: "
            f"{', '.join(progress.words for progress in busy)}; nothing was touched; wait for its end, or `rig stop`"
        )


def _prove(
    chosen: Chosen, bench: Bench, wrong: set[str], stop: StopBox, *, latched: bool
) -> Iterator[Finding]:
    """Whether off works, slot by slot, where nothing is wrong with supply and device and nothing is latched."""
    fit = []
    for slot in chosen.slots:
        needed = {*(heater.supply for heater in slot.heaters), device_source(slot, chosen.bench)}
        lost = sorted(needed & wrong)
        if not (lost or latched or bench.mixed):
            fit.append(slot.name)
            continue
        why = f"something is wrong with {', '.join(lost)}" if lost else "the bench is latched"
        why = "real and simulated parts on one bench" if bench.mixed else why
        state = State.WRONG if bench.mixed else State.NOTE
        yield Finding(slot.name, "off", state, f"not proven: {why}")
    if fit:
        with alone_and_watched(chosen, stop) as session:
            found = [_prove_slot(chosen, bench, session, slot, stop) for slot in fit]
        yield from found


def _prove_slot(chosen: Chosen, bench: Bench, session: BenchSession, slot: str, stop: StopBox) -> Finding:
    try:
        with ProofWatch(session.guardian, (slot,), stop) as look:
            (proof,) = prove_off(bench, (slot,), look)
    except StopRequested as stopped:
        return Finding(slot, "off", State.NOTE, f"not proven: {stopped}; the outputs are off")
    except BenchError as error:
        if isinstance(error, RefusedError):
            hand_over(chosen, session, slot, str(error))
        return Finding(slot, "off", State.WRONG, str(error))
    words = f"{1e3 * proof.seconds:.0f} ms from request to confirmed, at {PROOF_VOLTS:g} V"
    return Finding(slot, "off", State.OK, words, {"seconds": proof.seconds, "seen": list(proof.seen)})
