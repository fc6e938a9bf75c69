"""What a plan's names mean on one slot of one bench: signals, patterns, and names in quantities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import NamedTuple

from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.wiring import wire
from rig.documents import Scalar, Span, did_you_mean, nearest, quoted
from rig.documents.device import DeviceProfile, Named
from rig.documents.fields import Reader
from rig.documents.quantities import Amount, Measure
from rig.plan.model import ParameterModel
from rig.plan.program import Place
from rig.units import Dimension, Quantity, Reference

HOTTEST = "skin.hottest"
"""The hottest valid skin probe at each reading of the scanner; folded, so no pattern expands to it."""

EVENTS = (
    "belt.cutoff",
    "belt.rearmed",
    "belt.rearm_refused",
    "belt.session_end",
    "belt.fault",
    "belt.watchdog",
    "belt.reset",
)
"""Events that a step may wait for."""


class SignalInfo(NamedTuple):
    """A lane signal: its dimension, the source that brings it, its heater if any, whether it is folded."""

    dimension: Dimension
    source: str
    heater: str | None
    folded: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """What a parameter stands for: the word as it was written, and its quantity if it is one."""

    text: str
    quantity: Quantity | None


@dataclass(frozen=True, slots=True)
class Scope:
    """One slot of one bench with the device's profile, the parameters, and where mistakes are reported.

    used: the parameters that something referred to, shared by the scopes that were made from one; own: those whose own
    value was then taken, not one of a ``for_each``, which gives varied theirs. declared: the parameters as written.
    caller: where the plan was called, None for the plan that is run. log: the name of the mapping by which the record
    of another logger is judged; '' for a plan that runs on the bench.
    """

    bench: BenchDescription
    slot: SlotEntry
    profile: DeviceProfile
    signals: dict[str, SignalInfo]
    reader: Reader
    bindings: Mapping[str, Binding] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    varied: frozenset[str] = frozenset()
    declared: Mapping[str, ParameterModel] = field(default_factory=dict)
    caller: Scope | None = None
    log: str = ""

    def within(self, bindings: Mapping[str, Binding]) -> Scope:
        """The same with other values of some parameters."""
        varied = self.varied.union(bindings)
        return replace(self, bindings={**self.bindings, **bindings}, varied=varied)

    def refer(self, name: str) -> None:
        """Note that something refers to a parameter."""
        self.used.add(name)
        if name not in self.varied:
            self.own.add(name)

    @property
    def of_run(self) -> Scope:
        """The scope of the plan that is run, at the call from which this one came."""
        return self if self.caller is None else self.caller.of_run

    def word(self, scalar: Scalar, known: Iterable[str]) -> str:
        """A word where one of those known is expected: as it stands, or what the parameter of that name says."""
        binding = self.bindings.get(scalar.text)
        if binding is None or scalar.text in known:
            return scalar.text
        self.refer(scalar.text)
        return binding.text

    @property
    def heaters(self) -> tuple[str, ...]:
        """The slot's heaters in the order of the bench file."""
        return tuple(heater.name for heater in self.slot.heaters)

    def of(self, names: Iterable[str], heater: str) -> tuple[str, ...]:
        """Those of the signals that belong to a heater."""
        return tuple(name for name in names if self.signals[name].heater == heater)

    def signal(self, name: Scalar) -> SignalInfo | None:
        """The signal of that very name; None after reporting if the bench lacks it."""
        info = self.signals.get(name.text)
        if info is None:
            self._report_unknown(name)
        return info

    def expand(self, pattern: str) -> tuple[str, ...]:
        """The signals that a name or pattern stands for; nothing is reported."""
        if "*" not in pattern:
            return (pattern,) if pattern in self.signals else ()
        return tuple(
            name
            for name, info in self.signals.items()
            if not info.folded and fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))
        )

    def match(self, pattern: Scalar) -> tuple[str, ...]:
        """The signals that a pattern such as ``skin.*`` names; empty after reporting if there are none.

        A star stands for one part of the name or more. Folded signals answer to their own name only.
        """
        if "*" not in pattern.text:
            return () if self.signal(pattern) is None else (pattern.text,)
        found = self.expand(pattern.text)
        if not found:
            self._report_unknown(pattern)
        elif len({self.signals[name].dimension for name in found}) > 1:
            message = f"{quoted(pattern.text)} names signals of several dimensions"
            self.error("mixed-signals", pattern.span, message, "name one kind, e.g. supply.*.current")
            return ()
        return found

    def resolve(self, amount: Amount, kind: Measure, label: str) -> float | None:
        """The value of an amount that must be of one dimension; None after reporting if it is not."""
        quantity = self.quantity(amount)
        if quantity is None or not kind.accepts(quantity, amount.span, self.reader, label):
            return None
        return quantity.value

    def quantity(self, amount: Amount) -> Quantity | None:
        """What an amount comes to, of whatever dimension; None after reporting if its name has no value."""
        expression = amount.expression
        return self.look_up(expression, amount.span) if isinstance(expression, Reference) else expression

    def error(self, name: str, span: Span, message: str, remedy: str) -> None:
        """Report an error under ``plan/name``."""
        self.reader.error(name, span, message, remedy)

    def knows(self, name: str) -> bool:
        """Whether a name stands for something, or would if it were written without mistakes."""
        return name in self.bindings or name in self.profile.names() or name in self.reader.lost

    def look_up(self, reference: Reference, span: Span) -> Quantity | None:
        """What a number times a name comes to; None after reporting if the name has no value."""
        named = self._named(reference.name)
        if named is None:
            if reference.name not in self.reader.lost:
                self._report_unnamed(reference, span)
            return None
        if named.dimension is Dimension.TEMPERATURE and reference.factor != 1.0:
            message = f"{quoted(reference.text)} multiplies a point on the temperature scale"
            self.error("scaled-point", span, message, "write the temperature itself, e.g. 41 degC")
            return None
        binding = self.bindings.get(reference.name)
        text = reference.text if binding is None else f"{reference.text} ({binding.text})"
        return Quantity(reference.factor * named.value, named.dimension, text)

    def _named(self, name: str) -> Quantity | Named | None:
        binding = self.bindings.get(name)
        if binding is None:
            return self.profile.names().get(name)
        self.refer(name)
        return binding.quantity

    def _report_unnamed(self, reference: Reference, span: Span) -> None:
        names = [*self.profile.names(), *self.bindings]
        if reference.name in self.bindings:
            message = f"the parameter {quoted(reference.name)} is a word, not a quantity"
            self.error("unknown-name", span, message, "give it a value with a unit")
            return
        message = (
            f"{quoted(reference.text)}: neither {self.profile.name} nor the plan has a value of that name"
        )
        self.error("unknown-name", span, message, did_you_mean(reference.name, names))

    def _report_unknown(self, name: Scalar) -> None:
        whose = f"bench {quoted(self.bench.name)}"
        message = f"{whose} has no signal {quoted(name.text)} in slot {self.slot.name}"
        if self.log:
            message = f"mapping {quoted(self.log)} has no signal {quoted(name.text)}"
        self.error("unknown-signal", name.span, message, _signal_help(name.text, self.signals))


def place_of(span: Span) -> Place:
    """Where a part of the program was written."""
    return Place(span.file, span.line, span.column)


def make_scope(bench: BenchDescription, slot: SlotEntry, profile: DeviceProfile, reader: Reader) -> Scope:
    """The scope of a plan that runs on a slot."""
    return Scope(bench, slot, profile, lane_signals(bench, slot), reader)


def lane_signals(bench: BenchDescription, slot: SlotEntry) -> dict[str, SignalInfo]:
    """Every signal of a lane: the columns of its sources in wiring order, then the folded ones."""
    wiring = wire(bench, slot, _AnyPeriod())
    signals = {
        column["signal"]: SignalInfo(
            Dimension(column["dimension"]), source, column.get("heater"), folded=False
        )
        for source, entry in wiring["sources"].items()
        for column in entry["columns"]
    }
    for heater in slot.heaters:
        signals[f"supply.{heater.name}.power"] = SignalInfo(
            Dimension.POWER, heater.supply, heater.name, folded=False
        )
    scanner = next((probe.scanner for probe in slot.probes if probe.place == "skin"), None)
    if scanner is not None:
        signals[HOTTEST] = SignalInfo(Dimension.TEMPERATURE, scanner, None, folded=True)
    return signals


class _AnyPeriod(dict[str, float]):
    """Names and dimensions do not depend on how often a source is read."""

    def __missing__(self, _source: str) -> float:
        return 1.0


def _signal_help(name: str, signals: Iterable[str]) -> str:
    below = [signal for signal in signals if signal.startswith(f"{name}.")]
    if below:
        example = HOTTEST if HOTTEST in below else below[0]
        return f"write one of them, e.g. {example}, or {name}.* where a pattern can stand"
    close = None if "*" in name else nearest(name, signals)
    if close is not None:
        return f'did you mean "{close}"?'
    groups = sorted({signal.split(".")[0] + ".*" if "." in signal else signal for signal in signals})
    return "there are " + ", ".join(groups)
