"""Records of a small belt on a bench, made in memory: a whole cut-off run, with faults to order.

The world is not physics: the skin rises by 0.05 K/s while heat flows and falls as fast while it does not. The own
sensors lag it by 15 s. The steps are those of a cut-off plan.
"""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp
from typing import Any

import pytest

from rig.checks.judge import Judgement, judge
from tests.checks.declared import AMPS, CHECKS, CONDITIONS, SITES, VOLTS, check, condition, head, limit


@dataclass(frozen=True)
class Belt:
    """How the device under test behaves; the defaults are those of a sound one."""

    threshold_degc: float = 40.4
    late_s: float = 0.0
    never: bool = False
    welded: bool = False
    auto_reset: bool = False
    latches: bool = True
    rearms_hot: bool = False
    rearms: bool = True
    heats_after: bool = True
    reboots_at_trip: bool = False
    supply_trips: bool = False
    session_ends_at_trip: bool = False
    sensor: Callable[[float], float | str] = float


@dataclass(frozen=True)
class Course:
    """What decides how a run goes."""

    belt: Belt = field(default_factory=Belt)
    within_s: float = 250.0
    stay_off_s: float = 120.0
    stop_at_s: float | None = None
    ended_by_stop: str = "stop"
    interlock_degc: float = 45.0
    site_offset_k: float = 0.0


@dataclass
class RunBuilder:
    """Makes the lines of a run; change them with `edit` before `judge`."""

    course: Course = field(default_factory=Course)
    checks: list[dict[str, Any]] = field(default_factory=lambda: copy.deepcopy(CHECKS))
    conditions: list[dict[str, Any]] = field(default_factory=lambda: copy.deepcopy(CONDITIONS))
    head: dict[str, Any] = field(default_factory=head)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def build(self) -> RunBuilder:
        self.lines += [self.head, *map(_step_line, STEPS), *self.conditions, *self.checks]
        self.lines += pickle.loads(_happenings(self.course))
        return self

    def edit(self, source: str, columns: Iterable[int], value: Any, start: float, end: float) -> RunBuilder:
        """Put a value into columns of a source's readings between two instants."""
        for line in self.lines:
            reading = line["s"].get(source) if line["k"] == "scan" else None
            if reading is not None and start <= reading[0] <= end:
                for column in columns:
                    was = reading[1][column]
                    reading[1][column] = value(was) if callable(value) else value
        return self

    def drop(self, source: str, start: float, end: float) -> RunBuilder:
        """Leave the readings of a source between two instants out."""
        for line in self.lines:
            if line["k"] == "scan" and source in line["s"] and start <= line["s"][source][0] <= end:
                del line["s"][source]
        return self

    def first(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The first line of a kind with these fields."""
        return next(
            line
            for line in self.lines
            if line["k"] == kind and all(line.get(k) == v for k, v in fields.items())
        )

    def judge(self, declares: Iterable[Mapping[str, Any]] | None = None) -> Judgement:
        return judge(self.lines, declares)

    def result(self, name: str) -> dict[str, Any]:
        return next(r for r in self.judge().results if r["name"] == name)


STEPS = ("baseline", "drive", "re-arm hot", "stay off", "re-arm", "heat returns")


def _step_line(name: str) -> dict[str, Any]:
    step = {"k": "declare", "part": "step", "name": name, "place": "plan.yaml:3:1", "demands": []}
    return {**step, "hold_s": None, "until": None, "within_s": None}


@lru_cache(maxsize=32)
def _happenings(course: Course) -> bytes:
    """What a run of that course writes after its declarations; pickled, so that each who asks has copies."""
    return pickle.dumps(_World(course).run())


class _World:
    """One pass over the plan, 0.1 s a scan."""

    def __init__(self, plan: Course) -> None:
        self.plan, self.belt = plan, plan.belt
        self.lines: list[dict[str, Any]] = []
        self.tick, self.t = 0, 0.0
        self.skin, self.sensor, self.session = 33.0, 33.0, True
        self.output, self.level, self.latched = False, False, False
        self.asked_at: float | None = None
        self.booted, self.tripped_supply = 0.0, False
        self.over = ""
        self.happened: list[str] = []
        self.lost_heat = False

    def run(self) -> list[dict[str, Any]]:
        self._step("baseline", lambda s: s >= 60.0, {})
        on: dict[str, Any] = {f"supply.{h}.voltage": VOLTS for h in "ab"}
        on |= {f"supply.{h}.output": True for h in "ab"} | {"belt.level": "high"}
        self._step("drive", lambda _: "belt.cutoff" in self.happened, on, self.plan.within_s)
        self._step("re-arm hot", lambda s: s >= 1.0, {"belt.rearm": True})
        self._step("stay off", lambda s: s >= self.plan.stay_off_s, {})
        self._step("re-arm", lambda _: "belt.rearmed" in self.happened, {"belt.rearm": True}, 10.0)
        self._step("heat returns", lambda s: s >= 20.0, {})
        t = self.t
        self.lines.append({"k": "off", "t": t, "why": "end", "confirmed": True, "detail": []})
        ended = self.over or "completed"
        self.lines.append({"k": "outcome", "t": t, "ended": ended, "detail": ""})
        return self.lines

    def _step(
        self, name: str, done: Callable[[float], bool], demands: dict[str, Any], within: float = 1e9
    ) -> None:
        if self.over:
            return
        start = self.t
        self.happened.clear()
        self.lines.append({"k": "step", "t": start, "step": name, "state": "start", "outcome": None})
        for output, value in demands.items():
            self._demand(output, value)
        while True:
            self._scan()
            elapsed = self.t - start
            stopped = self._stopped()
            if stopped or done(elapsed) or elapsed >= within:
                break
        outcome = "aborted" if stopped else ("reached" if done(elapsed) else "timeout")
        self.over = stopped or ("timeout" if outcome == "timeout" else "")
        self.lines.append({"k": "step", "t": self.t, "step": name, "state": "end", "outcome": outcome})

    def _stopped(self) -> str:
        plan = self.plan
        if plan.stop_at_s is not None and self.t >= plan.stop_at_s:
            return plan.ended_by_stop
        if self.skin > plan.interlock_degc:
            trip = {"k": "trip", "t": self.t, "interlock": "over-temperature", "signal": "skin.a1"}
            self.lines.append({**trip, "value": self.skin, "limit": plan.interlock_degc})
            return "interlock"
        return ""

    def _demand(self, output: str, value: Any) -> None:
        self.lines.append(
            {"k": "demand", "t": self.t, "output": output, "old": None, "value": value, "by": "step"}
        )
        if output.endswith(".output"):
            self.output = value
        elif output == "belt.level":
            self.level = value != "off"
        elif output == "belt.rearm":
            hot = self.sensor >= 38.0
            if self.latched and self.belt.rearms and (not hot or self.belt.rearms_hot):
                self.latched = False
                self.lost_heat = not self.belt.heats_after
                self._event("belt.rearmed")
            else:
                self._event("belt.rearm_refused")

    def _event(self, what: str) -> None:
        self.happened.append(what)
        self.lines.append({"k": "event", "t": self.t, "what": what, "source": "belt", "data": {}})

    def _scan(self) -> None:
        self.tick += 1
        self.t = round(self.tick * 0.1, 6)
        heat = self._heats()
        self.skin += 0.005 if heat else (-0.005 if self.skin > 33.0 else 0.0)
        self.sensor += (self.skin - self.sensor) * (1.0 - exp(-0.1 / 15.0))
        self._firmware()
        self.lines.append({"k": "scan", "t": self.t, "s": self._readings(self._heats())})

    def _heats(self) -> bool:
        closed = not self.latched or self.belt.welded
        return (
            self.output
            and self.level
            and self.session
            and closed
            and not (self.tripped_supply or self.lost_heat)
        )

    def _firmware(self) -> None:
        belt = self.belt
        if self.latched and belt.auto_reset and self.sensor < 38.0:
            self.latched = False
        if belt.never or self.latched or not self._heats():
            return
        if self.asked_at is None and self.sensor >= belt.threshold_degc:
            self.asked_at = self.t
        if self.asked_at is not None and self.t >= self.asked_at + belt.late_s:
            self._act()

    def _act(self) -> None:
        belt = self.belt
        self.asked_at = None
        if belt.supply_trips:
            self.tripped_supply = True
        elif belt.session_ends_at_trip:
            self.session = False
            self._event("belt.session_end")
        elif belt.reboots_at_trip:
            self.booted, self.lost_heat = self.t, True
            self._event("belt.reset")
        else:
            self.latched = True
            self._event("belt.cutoff")
            self.lost_heat = not belt.latches
            self.latched = belt.latches

    def _readings(self, heat: bool) -> dict[str, Any]:
        found: dict[str, Any] = {}
        noise = 0.02 if self.tick % 20 < 10 else -0.02
        if self.tick % 10 == 1:
            sites = [self.skin + noise - 0.05 * (n % 3) + self.plan.site_offset_k for n in range(len(SITES))]
            offsets = [0.03 * n for n in range(len(SITES) + 3)]
            found["scanner"] = [self.t, [23.0, *sites, 23.1, 37.0], offsets]
        if self.tick % 2 == 0:
            on = float(self.output and not self.tripped_supply)
            amps = AMPS if heat else 0.001
            found["supply"] = [self.t, [VOLTS * on, VOLTS * on, amps, amps, on, on]]
        shown = self.belt.sensor(self.sensor)
        unit = [shown, AMPS if heat else 0.0, float(heat)]
        common = [self.t - self.booted, 1.0, 3.0, 1800.0 - self.t, float(self.latched), 0.0, 0.0]
        found["belt"] = [self.t, [*common, *unit, *unit]]
        return found


@pytest.fixture(scope="session")
def run() -> Callable[..., RunBuilder]:
    """A run to order: keyword arguments of `Belt`, of `Course` and of `RunBuilder`."""

    def make(**options: Any) -> RunBuilder:
        ours, course = (
            {k: options.pop(k) for k in list(options) if k in kind.__dataclass_fields__}
            for kind in (RunBuilder, Course)
        )
        return RunBuilder(Course(Belt(**options), **course), **ours).build()

    return make


@pytest.fixture(scope="session")
def make_check() -> Callable[..., dict[str, Any]]:
    return check


@pytest.fixture(scope="session")
def make_limit() -> Callable[..., dict[str, Any]]:
    return limit


@pytest.fixture(scope="session")
def make_condition() -> Callable[..., dict[str, Any]]:
    return condition


@pytest.fixture(scope="session")
def make_head() -> Callable[..., dict[str, Any]]:
    return head
