"""A lane at one instant, frozen: all that a screen draws of it, except for its curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isnan, nan
from typing import Any

from rig.tui.view.targets import Target

STALE_S = 3.0
TRIP = "trip"
"""The name of a limit that is an interlock's."""
STALE_PERIODS = 2.0


@dataclass(frozen=True, slots=True)
class Value:
    """The newest reading of a signal.

    Attributes:
        value: in base units, nan if it was none.
        quality: a word of `rig.signals.layout.QUALITIES`.
        age_s: seconds of bench time since it was read, inf if it never was.
        period_s: of its source.
    """

    name: str
    value: float
    quality: str
    age_s: float
    period_s: float
    dimension: str
    heater: str | None = None
    place: str | None = None
    site: str | None = None

    @property
    def is_stale(self) -> bool:
        """Whether it is too old to be shown: two periods of its source, and 3 s, have passed."""
        return self.age_s > max(STALE_PERIODS * self.period_s, STALE_S)

    @property
    def shown(self) -> float:
        """The value where it may be shown, else nan."""
        return nan if self.is_stale or self.quality != "ok" else self.value


@dataclass(frozen=True, slots=True)
class StepRow:
    """A declared step, or a block of steps.

    Attributes:
        state: ``todo``, ``run``, ``end``.
        outcome: of the newest end: ``done``, ``held``, ``reached``, ``timeout``, ``lost``, ``retry``; empty before.
        began_s: bench time of the newest start, nan before. ended_s: of the newest end, nan before or in a new pass.
        takes: ``hold``, ``wait`` or ``profile`` with longest_s, ``ask``, or empty.
        passes: how often it comes to an end in all. passed: how often it has.
        block: its kind if it is a block, else empty.
        says: what it waits for, in words.
    """

    name: str
    section: str
    state: str = "todo"
    outcome: str = ""
    began_s: float = nan
    ended_s: float = nan
    takes: str = ""
    longest_s: float = 0.0
    passes: int = 1
    passed: int = 0
    block: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class GuardRow:
    """An interlock with its distance to a trip.

    Attributes:
        distance: in the base unit of dimension, nan where its kind has none or nothing is known; negative beyond.
        signal: that is nearest; its first one where nothing is known.
        tripped: whether it has switched off.
        bench_wide: whether it stands in the bench file.
        limit: in base units.
    """

    name: str
    kind: str
    limit: float
    distance: float
    dimension: str
    signal: str = ""
    tripped: bool = False
    bench_wide: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is marked on the curve: kind is ``step``, ``event``, ``trip``, ``note``, ``off``."""

    t: float
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class LaneSnapshot:
    """A lane as its run file has it.

    Attributes:
        state: ``opening``, ``running``, ``off`` (switched off, not judged yet), ``over`` (sealed or left).
        now_s: bench time that passes on between lines; first_s: of the first scan. last_s: of the newest line.
        age_s: since the newest reading of all, inf before the first.
        expected_s: how long the plan can take, inf if nobody knows.
        outputs: read-backs by output. is_on: whether a supply output is read back as on, None before anybody knows.
        off: ``confirmed`` or ``not confirmed`` once it was switched off, else empty.
        limit_degc: the declared limit of the skin, or where an interlock switches off if there is none, nan without
            either. limit_id: its name, or `TRIP`.
        asking: the question of the active step, None if it asks nothing.
        ended: a word of ``rig.record.lines.ENDINGS``, empty before. detail: of it.
        verdict: the summary's, empty before. results: verdict lines.
        log: time and words, oldest first.
        torn: why the file cannot be followed any further, empty if it can.
    """

    lane: str = ""
    run: str = ""
    plan: str = ""
    serial: str = ""
    model: str = ""
    operator: str = ""
    bench: str = ""
    simulated: bool | None = None
    clock: str = ""
    state: str = "opening"
    now_s: float = 0.0
    first_s: float = 0.0
    last_s: float = 0.0
    age_s: float = inf
    expected_s: float = inf
    values: Mapping[str, Value] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    is_on: bool | None = None
    off: str = ""
    step: str = ""
    steps: Sequence[StepRow] = ()
    guards: Sequence[GuardRow] = ()
    marks: Sequence[Mark] = ()
    targets: Sequence[Target] = ()
    log: Sequence[tuple[float | None, str]] = ()
    limit_degc: float = nan
    limit_id: str = ""
    asking: Mapping[str, Any] | None = None
    ended: str = ""
    detail: str = ""
    verdict: str = ""
    results: Sequence[Mapping[str, Any]] = ()
    torn: str = ""

    @property
    def hottest(self) -> Value | None:
        """The hottest skin probe by name, None where no fresh reading is sound."""
        fresh = [value for value in self.values.values() if value.place == "skin" and not isnan(value.shown)]
        return max(fresh, key=lambda value: value.value, default=None)

    @property
    def margin_k(self) -> float:
        """From the hottest spot to the limit in K, negative beyond it; nan where one of them is not known."""
        hottest = self.hottest
        return nan if hottest is None else self.limit_degc - hottest.value

    @property
    def elapsed_s(self) -> float:
        """Bench time from the first scan to now, or to the end."""
        return max(0.0, self.until_s - self.first_s) if self.values else 0.0

    @property
    def until_s(self) -> float:
        """Now, or the end."""
        return self.last_s if self.state in {"off", "over"} else self.now_s

    @property
    def active(self) -> StepRow | None:
        """The step that runs, not the blocks around it."""
        return next((row for row in self.steps if row.state == "run" and not row.block), None)

    @property
    def left_s(self) -> float:
        """Seconds until the active step ends at the latest, nan where it has no end of its own."""
        active = self.active
        if active is None or active.takes not in {"hold", "wait", "profile"}:
            return nan
        return max(0.0, active.began_s + active.longest_s - self.now_s)
