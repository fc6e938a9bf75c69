"""One derivation: interlocks folded over the record trip at the reading at which the engine's tripped."""

from __future__ import annotations

from pathlib import Path

from rig.bench.description import BenchDescription
from rig.plan.loading import load_program
from rig.safety.interlocks import InterlockSet, Trip
from rig.signals.derive import Derivation
from tests.runs import Run, lines_of


def test_the_record_gives_the_same_trip_at_the_same_scan(
    run: Run, cutoff: Path, bench: BenchDescription
) -> None:
    result = run(cutoff, defects=("switch-welded",))
    (recorded,) = lines_of(result, "trip")
    head = lines_of(result, "head")[0]
    derivation = Derivation(head["wiring"])
    interlocks = InterlockSet(load_program(cutoff, bench).interlocks, derivation)
    trip: Trip | None = None
    for line in lines_of(result, "scan"):
        for source, reading in line["s"].items():
            derivation.take(source, *reading)
            interlocks.take(source)
        trip = interlocks.evaluate(line["t"])
        if trip is not None:
            break
    assert trip is not None
    assert {key: recorded[key] for key in trip.line(line["t"])} == trip.line(line["t"])
