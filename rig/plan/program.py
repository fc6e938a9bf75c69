"""The frozen Program: what a linked plan is, and all that the engine and the recorder take from it.

Every number is a float in base units (°C, K, V, A, W, Ω, s, Hz, K/s, 1); every part knows its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rig.checks.rules import DEFAULT_RISK

JsonScalar = str | float | bool | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which document a part was written; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """As people and editors name it."""
        return f"{self.file}:{self.line}:{self.column}"


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
    """Wait until each of the signals is beyond a limit for so many readings in a row and so long, all at one time.

    above: False means below.
    """

    signals: tuple[str, ...]
    above: bool
    limit: float
    readings: int = 1
    for_s: float = 0.0


@dataclass(frozen=True, slots=True)
class UntilSteady:
    """Wait until the slope of each of the signals over the last over_s seconds is at most slope either way.

    slope: in base units of the signals per second.
    """

    signals: tuple[str, ...]
    slope: float
    over_s: float


@dataclass(frozen=True, slots=True)
class Soak:
    """Wait until each of the signals has stayed within target ± tolerance for for_s seconds without a break."""

    signals: tuple[str, ...]
    target: float
    tolerance: float
    for_s: float


Until = UntilEvent | UntilSignal | UntilSteady | Soak


@dataclass(frozen=True, slots=True)
class Profile:
    """Demands that follow a curve: straight lines between points, written anew every every_s seconds.

    outputs: of the lane's image, all alike. points: (seconds from the step's start, value), times rising; the value
    of the first is None where the curve begins at what is demanded then.
    """

    outputs: tuple[str, ...]
    points: tuple[tuple[float, float | None], ...]
    every_s: float

    @property
    def duration_s(self) -> float:
        """From the first point to the last."""
        return self.points[-1][0]


@dataclass(frozen=True, slots=True)
class Question:
    """What the operator is asked; the step goes on with the first answer that is accepted.

    kind: ``confirm``, ``words``, ``number``, ``choice``, ``photograph`` (of a picture's path) or ``serial``. unit: of a
    number that is answered without one. least, most: of a number, in the base unit of dimension. choices: of a choice.
    of_device: the serial number must be the one that the device reports.
    """

    text: str
    kind: str
    unit: str | None = None
    dimension: str | None = None
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    of_device: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step: set demands, then hold, wait until within, follow a profile, ask, or go on at once.

    name: its path of names from the top of the plan, parts joined by `` / ``; a pass of ``for_each`` has its
    parameter in brackets. annotate: for the record. inject: faults, for a simulated bench. attempts: how often it is
    tried before a time-out ends the run.
    """

    name: str
    place: Place
    demands: tuple[Demand, ...] = ()
    hold_s: float | None = None
    until: Until | None = None
    within_s: float | None = None
    profile: Profile | None = None
    ask: Question | None = None
    annotate: str | None = None
    inject: tuple[str, ...] = ()
    attempts: int = 1

    @property
    def longest_s(self) -> float:
        """How long it can take, all its attempts."""
        profile_s = 0.0 if self.profile is None else self.profile.duration_s
        return self.attempts * ((self.hold_s or 0.0) + (self.within_s or 0.0) + profile_s)


@dataclass(frozen=True, slots=True)
class Pass:
    """One way through a block: its steps, under a name of its own if the block goes through several."""

    name: str
    steps: tuple[Step | Block, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Steps that belong together: those of each pass in turn, all of that as often as times says.

    kind: ``repeat``, ``for_each``, ``call`` or ``group``. name: as of a step. attempts: as of a step, for one pass.
    """

    name: str
    kind: str
    place: Place
    passes: tuple[Pass, ...]
    times: int = 1
    attempts: int = 1

    @property
    def longest_s(self) -> float:
        """How long it can take."""
        one = sum(item.longest_s for each in self.passes for item in each.steps)
        return self.times * self.attempts * one


Item = Step | Block


def walk(items: Iterable[Item], most: int = 1) -> Iterator[Step]:
    """The steps as they come, each pass of each block; what is repeated comes at most so often.

    A rule that has to see what the end of a repeated block leaves for its beginning asks for two.
    """
    for item in items:
        if isinstance(item, Step):
            yield item
            continue
        for _ in range(min(item.times, most)):
            for each in item.passes:
                yield from walk(each.steps, most)


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
class CheckPoint(Condition):
    """Probes that are read at one temperature in a step before the heating and in one after it, kind 'check_point'.

    tolerance: by how many kelvins none may shift between both. signals: the probes. before, after: names of the steps.
    """

    signals: tuple[str, ...]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as data: sense is 'at_most' or 'at_least', value in base units of dimension.

    confirmed_by: who compared it with its source, and on which day (YYYY-MM-DD); None if nobody has.
    """

    id: str
    sense: str
    value: float
    dimension: str
    source: str
    clause: str | None
    edition: str | None
    confirmed_by: str | None
    confirmed_on: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A declared check; metric is the name in the table of ``rig/checks``, params are in base units.

    rule: a name of ``rig/checks/rules.py``, or 'report' (no limit, value only). guard: w as a factor of U.
    guard_band: w in the unit of the value, in place of that. risk: of a false decision. Which count, the rule says.
    """

    name: str
    metric: str
    params: Mapping[str, JsonScalar]
    place: Place
    rule: str
    limit: Limit | None = None
    guard: float = 1.0
    step: str | None = None
    guard_band: float | None = None
    risk: float = DEFAULT_RISK
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

    setup, steps, teardown: in this order; teardown runs whatever happened, after everything was switched off.
    parameters: as they were set, by name, for the record. tags: words to select plans by.
    energises: heaters that the plan can switch on. profile: the device profile's numbers that checks
    need, e.g. ``cutoff_degc``, ``rearm_degc``, ``sensor_lag_s``. duration_s: expected, upper bound;
    inf while it grows.
    """

    name: str
    purpose: str
    covers: tuple[str, ...]
    device: str
    slot: str
    sampling: Sampling
    conditions: tuple[Condition, ...]
    interlocks: tuple[Interlock, ...]
    steps: tuple[Item, ...]
    checks: tuple[Check, ...]
    energises: tuple[str, ...]
    duration_s: float
    profile: Mapping[str, JsonScalar]
    sources: tuple[SourceText, ...] = field(default=())
    setup: tuple[Item, ...] = ()
    teardown: tuple[Item, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    def walk(self, most: int = 1) -> Iterator[Step]:
        """The steps of setup and plan as they come; see `walk`."""
        yield from walk((*self.setup, *self.steps), most)

    @property
    def questions(self) -> tuple[Step, ...]:
        """The steps that ask something, each once, also those of the teardown."""
        asking = walk((*self.setup, *self.steps, *self.teardown))
        return tuple(step for step in asking if step.ask is not None)

    @property
    def teardown_s(self) -> float:
        """How long the teardown can take."""
        return sum(item.longest_s for item in self.teardown)
