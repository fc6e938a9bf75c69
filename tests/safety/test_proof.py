"""The proof that off works, at 1 V, on the simulated bench; and a supply on which it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rig.bench.bench import Bench
from rig.bench.description import BenchDescription
from rig.bench.opening import open_bench
from rig.bench.supply_station import SupplyStation
from rig.clock import VirtualClock
from rig.safety.before_power import prove_ready
from rig.safety.errors import RefusedError
from rig.safety.live import Declared
from rig.safety.proof import PROOF_VOLTS, prove_off
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox
from rig.simulation.bench import SimulatedBench
from tests.runs import Run, lines_of


def opened(bench: BenchDescription) -> tuple[SimulatedBench, Bench]:
    simulated = SimulatedBench(bench, bench.slots, 1, VirtualClock())
    return simulated, open_bench(bench, bench.slots, simulated.ports)


def test_each_output_goes_on_at_one_volt_and_is_seen_to_go_off(
    bench: BenchDescription, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated, here = opened(bench)
    seen: list[tuple[int, float]] = []
    switch = SupplyStation._switch

    def spy(self: SupplyStation, channel: int, *, on: bool) -> object:
        seen.append((channel, simulated.supplies["supply"].outputs[channel].volts))
        return switch(self, channel, on=on)

    monkeypatch.setattr(SupplyStation, "_switch", spy)
    with simulated, here:
        here.supplies[0].prepare()
        (proof,) = prove_off(here, ("main",))
        assert seen == [(2, PROOF_VOLTS), (3, PROOF_VOLTS)]
        assert not any(output.enabled for output in simulated.supplies["supply"].outputs.values())
    assert proof.path == "engine"
    assert 0.0 < proof.seconds < 1.0
    assert len(proof.seen) == 3


def test_an_output_that_does_not_go_off_refuses_power(
    bench: BenchDescription, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulated, here = opened(bench)
    with simulated, here:
        here.supplies[0].prepare()
        monkeypatch.setattr(here.supplies[0].driver, "switch_off", lambda _outputs: None)
        with pytest.raises(RefusedError, match=r"NOT CONFIRMED off(.|\n)*physical switch"):
            prove_off(here, ("main",))


def test_the_record_holds_the_proof(run: Run, short_plan: Callable[[str], Path]) -> None:
    (event,) = [e for e in lines_of(run(short_plan("5 s")), "event") if e["what"] == "bench.off_proven"]
    assert event["data"]["path"] == "engine"


def test_a_plan_that_energises_nothing_needs_none(run: Run, short_plan: Callable[[str], Path]) -> None:
    plan = short_plan("5 s")
    plan.write_text(
        plan.read_text(encoding="utf-8")
        .replace("output: on", "output: off")
        .replace("level: high", "level: off"),
        encoding="utf-8",
    )
    assert not [e for e in lines_of(run(plan), "event") if e["what"] == "bench.off_proven"]


@pytest.mark.parametrize(
    ("serial", "refused"), [("SIM-E363-0001", False), ("SIM-E363-0002", True), (None, False)]
)
def test_only_the_unit_that_the_bench_file_names_may_answer(
    bench: BenchDescription, serial: str | None, refused: bool
) -> None:
    supply = replace(bench.instruments[0], serial=serial)
    named = replace(bench, instruments=(supply, *bench.instruments[1:]))
    simulated, here = opened(named)
    with simulated, here:
        if not refused:
            prove_ready(here, BenchSession(), StopBox(), energises=False, note=lambda *_: None)
            return
        with pytest.raises(RefusedError, match="its calibration is another's"):
            prove_ready(here, BenchSession(), StopBox(), energises=False, note=lambda *_: None)


def test_only_the_device_whose_label_was_read_is_given_power(bench: BenchDescription) -> None:
    simulated, here = opened(bench)
    with simulated, here:
        label = here.devices["main"].serial
        read = BenchSession(Declared(serials={"main": label}))
        prove_ready(here, read, StopBox(), energises=False, note=lambda *_: None)
        other = BenchSession(Declared(serials={"main": "SIM-9999"}))
        with pytest.raises(RefusedError, match="its label was read as SIM-9999"):
            prove_ready(here, other, StopBox(), energises=False, note=lambda *_: None)
