"""Records of a regulated belt with known answers, made in memory: a straight ramp, then triangular cycles.

Each unit rises at its rate from 33 °C to its top, then falls by its swing in half a period and rises again in the
other half; its current flows while it rises. Sites stand apart from the unit's mean by fixed offsets that cancel.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rig.checks.judge import Judgement, judge
from tests.checks.declared import check, head, limit

BASE_DEGC, ON_S, STEP = 33.0, 120.0, "heat"
LEVEL_COLUMN, SENSOR_COLUMNS = 2, (7, 10)


@dataclass(frozen=True)
class Unit:
    """One unit: K/s, °C, K, s; ohms of its heater; offsets of its three sites from its mean in K."""

    rate: float = 0.02
    top: float = 39.8
    swing: float = 0.8
    period_s: float = 100.0
    drift_k_per_s: float = 0.0
    ohms: float = 9.126667
    sites: tuple[float, float, float] = (0.1, 0.0, -0.1)

    @property
    def first_fall_s(self) -> float:
        """When it first switches off."""
        return ON_S + (self.top - BASE_DEGC) / self.rate

    def state(self, t: float) -> tuple[float, bool]:
        """Mean temperature in °C and whether it heats."""
        if t < ON_S:
            return BASE_DEGC, False
        if t < self.first_fall_s:
            return BASE_DEGC + self.rate * (t - ON_S), True
        phase = (t - self.first_fall_s) % self.period_s / self.period_s
        drifted = self.top + self.drift_k_per_s * (t - self.first_fall_s)
        if phase < 0.5:
            return drifted - 2.0 * self.swing * phase, False
        return drifted - 2.0 * self.swing * (1.0 - phase), True


@dataclass(frozen=True)
class Regulated:
    """A run of so many seconds. session_s: when the belt's level goes off by itself, None for never."""

    a: Unit = field(default_factory=Unit)
    b: Unit = field(default_factory=Unit)
    end_s: float = 1500.0
    volts: float = 7.4
    session_s: float | None = None
    heat_after: bool = False
    poll_s: float = 0.5

    def build(self, *checks: dict[str, Any]) -> RegulatedRun:
        """Make its lines."""
        step = {"k": "declare", "part": "step", "place": "p:1:1", "demands": [], "hold_s": 1.0}
        waits = {"event": "belt.session_end"} if self.session_s is not None else None
        lines = [head(), {**step, "name": STEP, "until": waits, "within_s": None}, *checks]
        lines[0]["wiring"]["sources"]["belt"]["period_s"] = self.poll_s
        return RegulatedRun(lines + pickle.loads(_happenings(self)))

    def happenings(self) -> list[dict[str, Any]]:
        """The lines after the declarations."""
        demands: dict[str, Any] = {f"supply.{h}.voltage": self.volts for h in "ab"}
        demands |= {f"supply.{h}.output": True for h in "ab"}
        demands |= {"belt.session": 600.0, "belt.level": "high"}
        lines: list[dict[str, Any]] = [
            {"k": "step", "t": 0.0, "step": STEP, "state": "start", "outcome": None}
        ]
        for tick in range(1, int(self.end_s / 0.5) + 1):
            t = 0.5 * tick
            if t == ON_S:
                for output, value in demands.items():
                    line = {"t": t, "output": output, "value": value}
                    lines.append({"k": "demand", **line, "old": None, "by": STEP})
                    lines.append({"k": "readback", **line})
            if self.session_s is not None and t == ON_S + self.session_s:
                event = {"k": "event", "t": t, "what": "belt.session_end", "source": "belt", "data": {}}
                lines.append(event)
            lines.append({"k": "scan", "t": t, "s": self._readings(tick, t)})
        t = self.end_s
        lines.append({"k": "step", "t": t, "step": STEP, "state": "end", "outcome": "held"})
        lines.append({"k": "off", "t": t, "why": "end", "confirmed": True, "detail": []})
        lines.append({"k": "outcome", "t": t, "ended": "completed", "detail": ""})
        return lines

    def _readings(self, tick: int, t: float) -> dict[str, Any]:
        over = self.session_s is not None and t >= ON_S + self.session_s
        states = [unit.state(t) for unit in (self.a, self.b)]
        heats = [heats and (self.heat_after or not over) for _, heats in states]
        on = 1.0 if t >= ON_S else 0.0
        amps = [
            self.volts / unit.ohms if heat and unit.ohms > 0.0 else 0.001
            for unit, heat in zip((self.a, self.b), heats, strict=True)
        ]
        found: dict[str, Any] = {"supply": [t, [self.volts * on, self.volts * on, *amps, on, on]]}
        if tick % 2 == 0:
            sites = [
                mean + offset
                for unit, (mean, _) in zip((self.a, self.b), states, strict=True)
                for offset in unit.sites
            ]
            found["scanner"] = [t, [23.0, *sites, 23.0, 37.0]]
        if (t / self.poll_s).is_integer():
            level = 3.0 if t >= ON_S and not over else 0.0
            units = [
                x for (mean, _), heat in zip(states, heats, strict=True) for x in (mean, 0.8, float(heat))
            ]
            found["belt"] = [t, [t, 1.0, level, 0.0, 0.0, 1.0, 0.0, *units]]
        return found


@lru_cache(maxsize=32)
def _happenings(run: Regulated) -> bytes:
    """Pickled, so that each who asks has copies."""
    return pickle.dumps(run.happenings())


@dataclass
class RegulatedRun:
    """Its lines; change them with `edit` and `drop` before `judge`."""

    lines: list[dict[str, Any]]

    def edit(self, source: str, column: int, value: Any, window: tuple[float, float]) -> RegulatedRun:
        """Put a value into a column of a source's readings within a window."""
        for line in self.lines:
            reading = line["s"].get(source) if line["k"] == "scan" else None
            if reading is not None and window[0] <= reading[0] <= window[1]:
                reading[1][column] = value
        return self

    def drop(self, source: str, window: tuple[float, float]) -> RegulatedRun:
        """Leave the readings of a source within a window out."""
        for line in self.lines:
            if line["k"] == "scan" and source in line["s"] and window[0] <= line["t"] <= window[1]:
                del line["s"][source]
        return self

    def judge(self) -> Judgement:
        """The verdicts."""
        return judge(self.lines)

    def result(self, name: str) -> dict[str, Any]:
        """One check's result."""
        return next(result for result in self.judge().results if result["name"] == name)


def asks(metric: str, most: float, dimension: str, rule: str = "guarded", **params: Any) -> dict[str, Any]:
    """A declared check of a metric with an upper limit."""
    return check(metric, rule, params=params, limit=limit(most, dimension))


def judged(run: Regulated, declared: Mapping[str, Any]) -> dict[str, Any]:
    """The result of one check over a run."""
    return run.build(dict(declared)).result(declared["name"])
