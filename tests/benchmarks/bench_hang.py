"""How fast OFF is on the wire where a read on a supply's bus never comes back from its library; `make bench` prints it.

The engine and its guardian are processes of their own; OFF's instant is taken where the twin hears it, in this one.
Nothing here asserts a time.
"""

from __future__ import annotations

import signal
from pathlib import Path
from random import Random

import pytest

from instruments.simulated.supply_output import Output
from rig.bench.description import BenchDescription
from rig.clock import WallClock, wall_seconds
from tests.benchmarks.bench_off import spread_of
from tests.engine.apart import Apart, apart_on
from tests.runs import Plan, await_guardians
from tests.waiting import until

ROUNDS = 20
DEADLINE_S = 0.15
SOUND, IN_THE_HANG, THE_HANG = "a signal, nothing hangs", "a signal in the hang", "the hang"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("event", [SOUND, IN_THE_HANG, THE_HANG])
def test_event_to_off(
    bench: BenchDescription, short_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    """The signal comes at any instant of the deadline of the exchange that hangs: later it is known to hang."""
    offs, random, latencies = stamps_of_off(monkeypatch), Random(4), []
    with apart_on(bench, tmp_path, monkeypatch) as apart:
        for number in range(ROUNDS):
            monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / f"state-{number}"))
            apart.start(short_plan("60 s"), "hang")
            apart.until_hot()
            WallClock().sleep(0.5 + 0.2 * random.random())
            offs.clear()
            begun = befall(apart, event, DEADLINE_S * random.random())
            until(lambda: offs)
            latencies.append(1000.0 * (offs[0] - begun))
            apart.ends()
            await_guardians()
            assert apart.dark()
    print(f"\n{event} → OFF heard by the supply: {spread_of(latencies)} ms")


def stamps_of_off(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Instants at which an output that was on is told to go off, in wall seconds."""
    heard: list[float] = []
    switch = Output.switch

    def stamped(output: Output, on: bool, now: float) -> None:
        if not on and output.enabled:
            heard.append(wall_seconds())
        switch(output, on, now)

    monkeypatch.setattr(Output, "switch", stamped)
    return heard


def befall(apart: Apart, event: str, later_s: float) -> float:
    """Let the event come; when it came, in wall seconds. A signal comes so much later than the hang."""
    if event == SOUND:
        begun = wall_seconds()
    else:
        apart.break_it()
        begun = apart.broken_at
    if event == IN_THE_HANG:
        WallClock().sleep(later_s)
        begun = wall_seconds()
    if event != THE_HANG:
        apart.signal(signal.SIGTERM)
    return begun
