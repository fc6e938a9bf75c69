"""The latch through any order of trips, restarts, torn writes, names and attempts to run: when in doubt, off."""

from __future__ import annotations

import tempfile

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rig import shipped
from rig.bench.loading import load_bench
from rig.safety.errors import LatchedError
from rig.safety.latch import Latch, Tripped

BENCH = load_bench(shipped.bench())
AT = "2026-11-21T10:00:00Z"


class LatchMachine(RuleBasedStateMachine):
    """Two processes share the file; one of them may die at any byte of a write."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv("XDG_STATE_HOME", self.folder.name)
        self.engine, self.guardian = Latch(BENCH), Latch(BENCH)
        self.open_trips = 0
        self.torn = False

    @rule()
    def engine_trips(self) -> None:
        self.engine.trip(Tripped(AT, "/runs/1", "main", "skin.* above 45 °C"))
        self.open_trips += 1

    @rule()
    def guardian_trips(self) -> None:
        self.guardian.trip(Tripped(AT, "/runs/1", "main", "the guardian switched off"))
        self.open_trips += 1

    @rule()
    def dies_while_it_writes(self) -> None:
        with self.engine.paths[0].open("ab") as stream:
            stream.write(b'{"k":"trip","at":"2026')
        self.torn = True

    @rule()
    def acknowledged(self) -> None:
        self.engine.acknowledge(AT, "Ada")
        self.open_trips, self.torn = 0, False

    @rule()
    def restarted(self) -> None:
        self.engine, self.guardian = Latch(BENCH), Latch(BENCH)

    @invariant()
    def power_is_refused_as_long_as_anything_is_open(self) -> None:
        for latch in (self.engine, self.guardian):
            if self.open_trips or self.torn:
                with pytest.raises(LatchedError):
                    latch.require_free()
            else:
                latch.require_free()

    def teardown(self) -> None:
        self.patch.undo()
        self.folder.cleanup()


LatchMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestLatch = LatchMachine.TestCase
