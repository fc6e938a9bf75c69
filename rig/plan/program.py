"""The frozen Program: what a linked plan is, and all that the engine and the recorder take from it.

Every number is a float in base units (°C, K, V, A, W, Ω, s, Hz, K/s, 1); every part knows its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

JsonScalar = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which document a part was written; lines and columns count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class SourceText:
    """A document as it was read: role is plan, bench, device or limits."""

    role: str
    file: str
    text: str
    sha256: str


class InterlockKind(StrEnum):
    """What an interlock watches for."""

    ABOVE = "above"
    BELOW = "below"
    RISING = "rising"
    DETACHED = "detached"
    SPREAD = "spread"
    FROZEN = "frozen"
    OPEN = "open"
    STALE = "stale"
    DIFFER = "differ"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Interlock:
    """A rule that switches its lane off.

    signals: lane signals it watches (patterns already expanded), in a fixed order.
    limit: base units of the watched dimension: °C, A, V, their difference for DIFFER; K/s for RISING; K for SPREAD,
        DETACHED, TERMINAL and OPEN (a jump); s for STALE and FROZEN.
    readings: how many consecutive readings must be beyond the limit (1 = at once).
    window_s: RISING, DETACHED: the span of the rule; ABOVE/BELOW/SPREAD/DIFFER: how long the limit must be exceeded;
        TERMINAL: how long the probes must be alike, and the heater on.
    heater: the heater whose on-time arms a DETACHED, FROZEN or TERMINAL rule, None if it is always armed.
    bench_wide: whether it stands in the bench file, and holds for every plan.
    """

    name: str
    kind: InterlockKind
    signals: tuple[str, ...]
    limit: float
    place: Place
    readings: int = 1
    window_s: float = 0.0
    heater: str | None = None
    bench_wide: bool = False

    @property
    def quoted(self) -> str:
        """By its name, for messages."""
        return f'interlock "{self.name}"'


@dataclass(frozen=True, slots=True)
class Demand:
    """A value for one output of the lane's image, e.g. ``supply.a.voltage`` 8.14 or ``belt.level`` 'high'."""

    output: str
    value: float | str | bool
    place: Place


@dataclass(frozen=True, slots=True)
class UntilEvent:
    """Wait for an event by name, e.g. ``belt.cutoff``."""

    event: str


@dataclass(frozen=True, slots=True)
class UntilSignal:
    """Wait until a signal is beyond a limit for so many readings; above=False means below."""

    signal: str
    above: bool
    limit: float
    readings: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One step: set demands, then hold for hold_s, or wait until within within_s, or go on at once."""

    name: str
    place: Place
    demands: tuple[Demand, ...] = ()
    hold_s: float | None = None
    until: UntilEvent | UntilSignal | None = None
    within_s: float | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the run, judged like a check; left, the result is INVALID.

    kind: 'ambient' or 'phantom' (signal within nominal ± tolerance), 'start' (skin slope over the baseline
    below tolerance K/s), 'supply' (terminal voltage within relative tolerance of its demand).
    """

    kind: str
    nominal: float | None
    tolerance: float
    place: Place


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as data: sense is 'at_most' or 'at_least', value in base units of dimension."""

    id: str
    sense: str
    value: float
    dimension: str
    source: str
    clause: str | None
    edition: str | None
    confirmed_by: str | None


@dataclass(frozen=True, slots=True)
class Check:
    """A declared check; metric is the name in the table of ``rig/checks``, params are in base units.

    rule: 'guarded', 'simple' or 'report' (no limit, value only). guard: w as a factor of U, for 'guarded'.
    """

    name: str
    metric: str
    params: Mapping[str, JsonScalar]
    place: Place
    rule: str
    limit: Limit | None = None
    guard: float = 1.0
    step: str | None = None
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sampling:
    """Periods of the sources in seconds; the scan runs at the shortest."""

    thermocouples_s: float
    supply_s: float
    belt_s: float

    @property
    def scan_s(self) -> float:
        """The scan period in seconds."""
        return min(self.thermocouples_s, self.supply_s, self.belt_s)


@dataclass(frozen=True, slots=True)
class Program:
    """A plan linked against device, bench and limits.

    energises: heaters that the plan can switch on. profile: the device profile's numbers that checks
    need, e.g. ``cutoff_degc``, ``rearm_degc``, ``sensor_lag_s``. duration_s: expected, upper bound.
    """

    name: str
    purpose: str
    covers: tuple[str, ...]
    device: str
    slot: str
    sampling: Sampling
    conditions: tuple[Condition, ...]
    interlocks: tuple[Interlock, ...]
    steps: tuple[Step, ...]
    checks: tuple[Check, ...]
    energises: tuple[str, ...]
    duration_s: float
    profile: Mapping[str, JsonScalar]
    sources: tuple[SourceText, ...] = field(default=())
