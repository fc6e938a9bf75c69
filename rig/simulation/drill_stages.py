"""When a fault of the drill comes: a watcher of the engine that knows the stages of the drill's plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

from rig.clock import Clock
from rig.engine.lane import Lane
from rig.plan.program import walk
from rig.record.naming import RUN_FILE
from rig.safety.stop import StopBox

NEAR_CUTOFF_DEGC = 40.3
"""Where a sensor of the belt says that its cut-off, at 40.4 °C, is seconds away."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the plan and seconds into it, or how warm a sensor of the belt is by then."""

    step: str
    after_s: float = 0.0
    sensor_degc: float | None = None


STAGES: Mapping[str, Stage] = {
    "heating": Stage("heating", 20.0),
    "steady": Stage("steady", 20.0),
    "at-trip": Stage("trip", 0.0, NEAR_CUTOFF_DEGC),
    "off": Stage("steady", 20.0),
    "teardown": Stage("cool", 1.0),
}
"""Stages of the plan ``drill``; at ``off`` the operator stops it then, and the fault comes as the outputs go off."""


@final
class Trigger:
    """Sets a fault off once, at its stage; or stops the run then, and sets it off as the outputs go off.

    Attributes:
        folder: of the run's record, None before there is one.
        at: bench time at which the fault came, None before it has.
        first: bench time of the first scan, None before it. off_began: of that in which it was to go off.
        seen_off: of that in which a teardown began, before which everything was seen off; None where none did.
        flushed: bytes of the record that had been handed to the operating system by then.
    """

    def __init__(
        self,
        stage: Stage | None,
        set_off: Callable[[], None],
        clock: Clock,
        stop: StopBox,
        *,
        stopped: bool,
    ) -> None:
        self._stage, self._stopped = stage, stopped
        self._set_off, self._clock, self._stop = set_off, clock, stop
        self._lane: str | None = None
        self._since: float | None = None
        self.folder: Path | None = None
        self.at: float | None = None
        self.first: float | None = None
        self.off_began: float | None = None
        self.seen_off: float | None = None
        self.flushed = b""

    def fire(self) -> None:
        """Let the fault come now."""
        self.at = self._clock.now()
        if self.folder is not None:
            self.flushed = (self.folder / RUN_FILE).read_bytes()
        self._set_off()

    def began(self, lane: str, folder: Path) -> None:
        """Of the first lane, which the drill is about."""
        if self._lane is None:
            self._lane, self.folder = lane, folder

    def scanned(self, lane: Lane) -> None:
        """After each scan of a lane."""
        if self.first is None:
            self.first = lane.now
        if self.off_began is None and lane.image.latched:
            self.off_began = lane.now
        if self.seen_off is None and lane.image.latched and lane.step in _teardown_of(lane):
            self.seen_off = lane.now
        if self.at is not None or self._stage is None or lane.slot != self._lane:
            return
        if self._stopped and lane.image.latched:
            self.fire()
        elif self._is_reached(lane, self._stage):
            if self._stopped:
                self._stop.stop("drill")
            else:
                self.fire()

    def _is_reached(self, lane: Lane, stage: Stage) -> bool:
        if lane.step != stage.step:
            return False
        if self._since is None:
            self._since = lane.now
        if stage.sensor_degc is not None:
            return max(_sensors(lane)) >= stage.sensor_degc
        return lane.now - self._since >= stage.after_s


def _teardown_of(lane: Lane) -> set[str]:
    return {step.name for step in walk(lane.program.teardown)}


def _sensors(lane: Lane) -> list[float]:
    derivation = lane.derivation
    heaters = derivation.layout.heaters
    return [derivation.value[derivation.index[f"belt.{heater}.sensor"]] for heater in heaters]
