"""A plan as written: values with their places, nothing looked up and nothing related to anything else."""

from __future__ import annotations

from dataclasses import dataclass

from rig.documents import Scalar, Span
from rig.documents.fields import Flagged
from rig.documents.quantities import Amount, Tolerance
from rig.plan.program import InterlockKind


@dataclass(frozen=True, slots=True)
class ConditionsModel:
    """Conditions under which a result is valid."""

    span: Span
    ambient: Tolerance | None = None
    phantom: Tolerance | None = None
    start: Scalar | None = None
    supply: Tolerance | None = None


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
    """Wait for a signal beyond a limit; exactly one of above and below."""

    span: Span
    signal: Scalar
    above: Amount | None = None
    below: Amount | None = None
    for_: Amount | None = None


@dataclass(frozen=True, slots=True)
class StepModel:
    """A step."""

    span: Span
    name: Scalar
    supply: SupplyModel | None = None
    belt: BeltModel | None = None
    hold: Amount | None = None
    until: EventWait | SignalWait | None = None
    within: Amount | None = None


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
    device: Scalar | None
    conditions: ConditionsModel | None
    sampling: SamplingModel | None
    interlocks: tuple[InterlockModel, ...]
    steps: tuple[StepModel, ...]
    checks: tuple[CheckModel, ...]
    damaged: frozenset[str]
