"""A plan as written: values with their places, nothing looked up and nothing related to anything else."""

from __future__ import annotations

from dataclasses import dataclass

from rig.documents import Scalar, Span
from rig.documents.fields import Flagged
from rig.documents.quantities import Amount, Tolerance
from rig.plan.program import InterlockKind


@dataclass(frozen=True, slots=True)
class CheckPointModel:
    """Probes read at one temperature before the heating and after it."""

    span: Span
    of: Scalar
    before: Scalar
    after: Scalar
    shift: Amount | None = None


@dataclass(frozen=True, slots=True)
class ConditionsModel:
    """Conditions under which a result is valid."""

    span: Span
    ambient: Tolerance | None = None
    phantom: Tolerance | None = None
    start: Scalar | None = None
    supply: Tolerance | None = None
    check_point: CheckPointModel | None = None


@dataclass(frozen=True, slots=True)
class SamplingModel:
    """Rates (Hz) or periods (s) of the sources."""

    span: Span
    thermocouples: Amount | None = None
    belt: Amount | None = None
    supply: Amount | None = None


@dataclass(frozen=True, slots=True)
class InterlockModel:
    """A rule of any kind: what it watches, its limit, and how long or how many readings.

    other: the second signal of a rule that compares two.
    """

    span: Span
    kind: InterlockKind
    pattern: Scalar
    limit: Amount
    window: Amount | None = None
    name: Scalar | None = None
    other: Scalar | None = None


@dataclass(frozen=True, slots=True)
class SupplyModel:
    """Demands on the supply outputs that feed the slot: those of the heaters named, of all if none is."""

    span: Span
    heaters: tuple[Scalar, ...] | None = None
    voltage: Amount | None = None
    current_limit: Amount | None = None
    output: Flagged | None = None


@dataclass(frozen=True, slots=True)
class BeltModel:
    """Demands on the belt."""

    span: Span
    level: Scalar | None = None
    session: Amount | None = None
    regulation: Scalar | None = None
    rearm: Flagged | None = None


@dataclass(frozen=True, slots=True)
class EventWait:
    """Wait for an event."""

    span: Span
    event: Scalar


@dataclass(frozen=True, slots=True)
class SignalWait:
    """Wait for a signal: beyond a limit, above or below, for readings or a time; or steady over a time."""

    span: Span
    signal: Scalar
    above: Amount | None = None
    below: Amount | None = None
    for_: Amount | None = None
    steady: Amount | None = None
    over: Amount | None = None


@dataclass(frozen=True, slots=True)
class SoakModel:
    """Wait until a signal has stayed at a value for a time."""

    span: Span
    signal: Scalar
    at: Amount
    tolerance: Amount
    for_: Amount


@dataclass(frozen=True, slots=True)
class RampModel:
    """From what is demanded now to a voltage over a time, anew every so often."""

    span: Span
    voltage: Amount
    over: Amount
    heaters: tuple[Scalar, ...] | None = None
    every: Amount | None = None


@dataclass(frozen=True, slots=True)
class PointModel:
    """A point of a profile."""

    span: Span
    at: Amount
    voltage: Amount


@dataclass(frozen=True, slots=True)
class ProfileModel:
    """Voltages at instants, straight lines between them, anew every so often."""

    span: Span
    points: tuple[PointModel, ...]
    heaters: tuple[Scalar, ...] | None = None
    every: Amount | None = None


@dataclass(frozen=True, slots=True)
class NumberModel:
    """A number that is asked for: its unit where it is answered without one, and its range."""

    span: Span
    unit: Scalar | None = None
    least: Amount | None = None
    most: Amount | None = None


@dataclass(frozen=True, slots=True)
class AskModel:
    """A question; without any of the kinds of answers it asks for a confirmation."""

    span: Span
    text: Scalar
    number: NumberModel | None = None
    choice: tuple[Scalar, ...] | None = None
    words: Flagged | None = None
    photograph: Flagged | None = None
    serial: Scalar | None = None


@dataclass(frozen=True, slots=True)
class StepModel:
    """A step; where is_whole is false, a key of it could not be read and is left out."""

    span: Span
    name: Scalar
    is_whole: bool = True
    supply: SupplyModel | None = None
    belt: BeltModel | None = None
    relays: dict[Scalar, Scalar] | None = None
    hold: Amount | None = None
    until: EventWait | SignalWait | None = None
    soak: SoakModel | None = None
    within: Amount | None = None
    ramp: RampModel | None = None
    profile: ProfileModel | None = None
    ask: AskModel | None = None
    annotate: Scalar | None = None
    inject: tuple[Scalar, ...] | None = None
    attempts: Amount | None = None


@dataclass(frozen=True, slots=True)
class ChoiceModel:
    """A parameter and the values that it takes, one pass each."""

    name: Scalar
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class BlockModel:
    """Steps that are repeated, done for each value of a parameter, tried again, or those of another plan.

    One of repeat, for_each, call and attempts is given. for_each: parameters with as many values each, which go
    together in their order. with_: values of the called plan's parameters.
    """

    span: Span
    name: Scalar
    steps: tuple[ItemModel, ...] = ()
    repeat: Amount | None = None
    for_each: tuple[ChoiceModel, ...] | None = None
    call: Scalar | None = None
    with_: dict[Scalar, Scalar] | None = None
    attempts: Amount | None = None


ItemModel = StepModel | BlockModel


@dataclass(frozen=True, slots=True)
class ParameterModel:
    """A parameter: its value unless it is set, and what it may be set to."""

    span: Span
    default: Scalar
    least: Amount | None = None
    most: Amount | None = None
    one_of: tuple[Scalar, ...] | None = None
    about: Scalar | None = None


@dataclass(frozen=True, slots=True)
class CheckModel:
    """A check: the metric and its parameters, all still text; reported ones have neither limit nor rule."""

    metric: Scalar
    parameters: dict[str, tuple[Scalar, Scalar]]
    reported: bool = False


@dataclass(frozen=True, slots=True)
class PlanModel:
    """A whole plan. Parts with mistakes are left out; damaged names the top keys that had any."""

    span: Span
    plan: Scalar
    purpose: Scalar | None
    covers: tuple[Scalar, ...]
    tags: tuple[Scalar, ...]
    device: Scalar | None
    conditions: ConditionsModel | None
    sampling: SamplingModel | None
    interlocks: tuple[InterlockModel, ...]
    steps: tuple[ItemModel, ...]
    checks: tuple[CheckModel, ...]
    damaged: frozenset[str]
    parameters: dict[Scalar, ParameterModel]
    setup: tuple[ItemModel, ...]
    teardown: tuple[ItemModel, ...]
