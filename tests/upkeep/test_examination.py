"""The examination of a bench: a request to stop ends its proof at 1 V, with the outputs off."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig.bench.health import Finding, State
from rig.bench.messages import Value
from rig.bench.supply_station import SupplyStation
from rig.safety.stop import StopBox
from rig.upkeep.chosen import choose
from rig.upkeep.examination import examine
from tests.served import serving


def proofs_of(findings: list[Finding]) -> list[tuple[str, State, str]]:
    return [(found.part, found.state, found.words) for found in findings if found.what == "off"]


STOPPED = ("main", State.NOTE, "not proven: stop by Ada; the outputs are off")


class Asked:
    """Somebody asks to stop with the setting that is named; which settings were made."""

    def __init__(self, stop: StopBox, at: str, patch: pytest.MonkeyPatch) -> None:
        self.made: list[tuple[str, Value]] = []
        carry_out = SupplyStation.carry_out

        def asking(station: SupplyStation, slot: str, output: str, value: Value) -> None:
            carry_out(station, slot, output, value)
            self.made.append((output.rpartition(".")[2], value))
            if output.endswith(f".{at}"):
                stop.stop("Ada")

        patch.setattr(SupplyStation, "carry_out", asking)


def test_what_is_asked_before_the_proof_begins_leaves_everything_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = StopBox()
    asked = Asked(stop, "voltage", monkeypatch)
    stop.stop("Ada")
    assert proofs_of(list(examine(choose(None), tmp_path, stop))) == [STOPPED]
    assert asked.made == []


@pytest.mark.parametrize("at", ["current_limit", "voltage", "output"])
def test_what_is_asked_during_the_proof_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    stop = StopBox()
    asked = Asked(stop, at, monkeypatch)
    assert proofs_of(list(examine(choose(None), tmp_path, stop))) == [STOPPED]
    assert asked.made[-1][0] == at


@pytest.mark.real_time
def test_on_a_served_bench_too_and_it_is_free_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop, file = StopBox(), tmp_path / "served.yaml"
    with serving(file):
        chosen = choose(file)
        Asked(stop, "voltage", monkeypatch)
        assert proofs_of(list(examine(chosen, tmp_path, stop))) == [STOPPED]
        monkeypatch.undo()
        ((part, state, _),) = proofs_of(list(examine(chosen, tmp_path, StopBox())))
    assert (part, state) == ("main", State.OK)
