"""The proof that *off* works, before anything hot depends on it: at 1 V at most, once a bench session.

Each output that a plan can energise is switched on at `PROOF_VOLTS` with the device's level off, seen to be on, and
switched off by the very calls that the way off uses, then looked at until it is off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rig.bench.bench import Bench
from rig.bench.messages import Value
from rig.bench.stations import Station, as_bench_errors
from rig.safety.errors import RefusedError
from rig.safety.proof_watch import Look
from rig.safety.switch_off import off_without_workers

PROOF_VOLTS = 1.0
PROOF_AMPS = 0.2


@dataclass(frozen=True, slots=True)
class Proof:
    """That a lane's outputs went off: seconds from the first off to the last confirmation, and what was seen."""

    slot: str
    path: str
    seconds: float
    seen: tuple[str, ...]


def prove_off(bench: Bench, slots: tuple[str, ...], look: Look | None = None) -> list[Proof]:
    """Prove the engine's own way off for these slots, on the caller's thread, before the workers are started.

    Args:
        bench: the open bench.
        slots: whose outputs are to be proven.
        look: called before each setting.

    Raises:
        RefusedError: an output did not go on, or was not seen to go off.
        BenchError: an instrument failed on the way; its outputs were switched off all the same.
        StopRequested: by the look; its outputs were switched off all the same.
    """
    proofs = []
    for slot in slots:
        try:
            switch_on(bench.supplies, slot, look)
        finally:
            proof = _switch_off(bench, slot)
        proofs.append(proof)
    return proofs


def switch_on(stations: Iterable[Station], slot: str, look: Look | None = None) -> None:
    """Switch the outputs that these stations have of a slot on, at `PROOF_VOLTS` and `PROOF_AMPS`.

    Raises:
        BenchError: an output does not do so.
        StopRequested: by the look; outputs may be on.
    """
    for station, output, value in _demands(list(stations), slot):
        if look is not None:
            look()
        with as_bench_errors(station.source):
            station.carry_out(slot, output, value)


def _demands(stations: Sequence[Station], slot: str) -> Iterator[tuple[Station, str, Value]]:
    """Limits first, then volts, then the outputs; the device stays off."""
    wanted: tuple[tuple[str, Value], ...] = (
        ("current_limit", PROOF_AMPS),
        ("voltage", PROOF_VOLTS),
        ("output", True),
    )
    for what, value in wanted:
        for station in stations:
            for output in sorted(station.outputs.get(slot, ())):
                if output.endswith(f".{what}"):
                    yield station, output, value


def _switch_off(bench: Bench, slot: str) -> Proof:
    start = bench.clock.now()
    report = off_without_workers(bench, slot, "proof")
    seconds = bench.clock.now() - start
    if not report.confirmed:
        unseen = "\n  ".join(
            f"{detail.output} of {detail.resource}: {detail.what}"
            for detail in report.details
            if not detail.confirmed
        )
        raise RefusedError(
            f"proving that off works in slot {slot} of {bench.description.name!r}, at {PROOF_VOLTS:g} V: "
            f"not seen to be off:\n  {unseen}\nNOT CONFIRMED off: use the physical switch, then look at the instrument"
        )
    seen = tuple(f"{detail.resource}: {detail.output}: {detail.what}" for detail in report.details)
    return Proof(slot, "engine", round(seconds, 6), seen)
