"""The proof of the guardian's path: at 1 V at most, the guardian switches off what this process has switched on."""

from __future__ import annotations

from collections.abc import Sequence

from rig.bench.bench import Bench
from rig.bench.stations import as_bench_errors
from rig.safety.errors import RefusedError
from rig.safety.guardian.answers import Answer
from rig.safety.guardian.protocol import REHEARSAL_S, Guardian
from rig.safety.proof import Proof, switch_on
from rig.safety.proof_watch import ProofWatch
from rig.safety.stop import StopBox


def rehearse(bench: Bench, slots: Sequence[str], guardian: Guardian, stop: StopBox) -> list[Proof]:
    """Switch the outputs of these slots on at 1 V, let go of the links, and let the guardian switch them off.

    Call it before the workers are started, with the supplies prepared. The links are opened anew afterwards.

    Raises:
        RefusedError: the guardian did not see an output off.
        BenchError: an output did not go on, or the guardian is gone; the guardian was asked all the same.
        StopRequested: somebody asked to stop meanwhile; the guardian has switched off all the same.
    """
    owners = [station for station in bench.stations if station not in bench.scanners]
    try:
        with ProofWatch(guardian, slots, stop) as look:
            for slot in slots:
                switch_on(bench.supplies, slot, look)
    finally:
        for station in owners:
            station.close()
        try:
            answer = guardian.await_answer(guardian.rehearse(), REHEARSAL_S)
        finally:
            for station in owners:
                with as_bench_errors(station.source):
                    station.recover()
    if not answer.done:
        raise RefusedError(
            f"rehearsing the guardian on {bench.description.name!r} ({bench.description.file}), at 1 V: "
            f"{answer.words}; without a guardian that can switch off there is no power; check links and addresses"
        )
    stop.require_none()
    return [_proof(slot, answer) for slot in slots]


def _proof(slot: str, answer: Answer) -> Proof:
    seen = [each for each in answer.outputs if each.slot == slot]
    seconds = max((each.seconds for each in seen), default=answer.seconds)
    return Proof(slot, "guardian", round(seconds, 6), tuple(map(str, seen)))
