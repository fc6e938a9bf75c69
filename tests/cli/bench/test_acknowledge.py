"""``rig bench acknowledge``: by name, once, and only where something tripped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rig import shipped
from rig.safety.guardian import control
from rig.safety.latch import Latch, Tripped
from tests.cli.bench.conftest import Call, Served

TRIP = Tripped("2026-11-21T10:00:00Z", "/runs/x", "main", "skin.* above 45 °C: skin.a1 at 45.2")


def test_what_tripped_is_shown_and_the_bench_is_free_by_name(call: Call, served: Served) -> None:
    latch = Latch(served.description)
    latch.trip(TRIP)
    words = ("acknowledge", "--bench", str(served.file), "--who")
    code, out, _ = call(*words, " Jo  Doe ")
    assert code == 0
    assert TRIP.why in out
    assert "1 acknowledged by Jo Doe" in out
    latch.require_free()
    last = json.loads(latch.paths[0].read_bytes().splitlines()[-1])
    assert (last["k"], last["who"]) == ("acknowledge", "Jo Doe")
    code, out, _ = call(*words, "Jo Doe")
    assert (code, out.startswith("nothing to acknowledge")) == (0, True)


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_none(call: Call, served: Served, name: str) -> None:
    Latch(served.description).trip(TRIP)
    assert call("acknowledge", "--bench", str(served.file), "--who", name)[0] == 2
    assert Latch(served.description).tripped == (TRIP,)


def test_a_bench_simulated_in_process_has_no_latch(call: Call) -> None:
    code, out, _ = call("acknowledge", "--bench", str(shipped.bench()), "--who", "Jo Doe")
    assert (code, "born unlatched" in out) == (0, True)


def test_nothing_is_acknowledged_while_a_guardian_still_switches_off(
    call: Call, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    latch = Latch(served.description)
    latch.trip(TRIP)
    monkeypatch.setattr(control, "guardians", lambda: [Path("/run/rig/guardian-77.sock")])
    monkeypatch.setattr(control, "ask_guardian", lambda _path, _request: {"guardian": "alarm"})
    code, _, err = call("acknowledge", "--bench", str(served.file), "--who", "Jo Doe")
    assert code == 4
    assert "process 77" in err
    assert latch.tripped == (TRIP,)
