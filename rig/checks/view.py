"""A run as the metrics see it: what its record's lines say, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from math import inf
from typing import Any

import numpy as np

from rig.checks.budget import Budget
from rig.checks.channels import Channels, read_channels
from rig.checks.finding import UnjudgedError
from rig.checks.interruptions import Interruption, pieces, take_up
from rig.checks.step_history import RETRIED, StepPass, step_history
from rig.checks.stretches import longest_gap
from rig.checks.verdict import Verdict
from rig.checks.widths import UNSTATED_S, Widths, usual_s
from rig.record.lines import step_words
from rig.signals.layout import HOTTEST, Layout, read_wiring
from rig.signals.traces import GATHERED, Collector, Floats, Trace

Line = Mapping[str, Any]

GAP_PERIODS = 3.0
"""A source that gave no valid reading for longer than this many of its periods has a gap."""

SWITCHING_OFF_S = 5.0
"""The rig's off line is written when the off is confirmed, at most this long after it began."""

_KEPT = {
    "event": "events",
    "demand": "demands",
    "readback": "readbacks",
    "step": "steps",
    "trip": "trips",
    "off": "offs",
}
"""Kinds of lines that metrics look at, and where the view keeps them."""

DEVICE = "belt"
"""The source of the device's telemetry in every lane."""

AGE = "telemetry_age_s"
"""The number of the device profile that says how old the values of its telemetry may be."""

ENDED_WELL = ("completed", "timeout")


@dataclass
class RunView:
    """The record of one run, read once.

    Attributes:
        head: its first line. layout, channels, profile: from the head.
        events, demands, readbacks, steps, trips, offs: the lines of those kinds, in order.
        outcome: the outcome line, None if the run was interrupted before it.
        first_s, last_s: bench instants of the first and the last scan; inf and -inf without any.
        back_s: the first scan that lies before the one that it follows, None if none does.
        interruptions: of a run that was resumed. resumed: its lines of that kind. What steps did in a pass that was
            interrupted is not among the steps.
        wide: by source, the readings that may lie further from their stamps than the head says.
    """

    head: Line
    layout: Layout
    channels: Channels
    profile: Mapping[str, Any]
    collector: Collector
    events: list[Line] = field(default_factory=list)
    demands: list[Line] = field(default_factory=list)
    readbacks: list[Line] = field(default_factory=list)
    steps: list[Line] = field(default_factory=list)
    trips: list[Line] = field(default_factory=list)
    offs: list[Line] = field(default_factory=list)
    outcome: Line | None = None
    first_s: float = inf
    last_s: float = -inf
    back_s: float | None = None
    interruptions: list[Interruption] = field(default_factory=list)
    resumed: list[Line] = field(default_factory=list)
    memo: dict[Any, Any] = field(default_factory=dict)
    wide: dict[str, Widths] = field(default_factory=dict)
    _awaits_scan: bool = False

    @classmethod
    def of(cls, head: Line, names: Iterable[str] | None) -> RunView:
        """An empty view that will keep the readings behind the named signals; None keeps all.

        Names that the wiring lacks are passed over: asking for their trace is what fails.
        """
        layout = read_wiring(head["wiring"])
        known = None if names is None else [name for name in names if name in layout.index]
        collector = Collector(layout, known)
        channels = read_channels(head.get("budget"), layout)
        return cls(head, layout, channels, head.get("profile") or {}, collector)

    @property
    def budget(self) -> Budget:
        """The budget in K of what is taken from any of the skin probes, or of all probes where there is no skin."""
        if "budget" not in self.memo:
            placed = (s.name for s in self.layout.signals if s.place is not None)
            self.memo["budget"] = self.channels.of(self.members(HOTTEST) or placed)
        found: Budget = self.memo["budget"]
        return found

    def add(self, kind: str, lines: Iterable[Line]) -> None:
        """Take lines of the record, all of one kind; kinds that no metric looks at are passed over."""
        if kind == "scan":
            rest = iter(lines)
            while scans := list(islice(rest, GATHERED)):
                self._add_scans(scans)
        else:
            for line in lines:
                self._add(kind, line)

    def _add_scans(self, scans: Sequence[Line]) -> None:
        times = [scan["t"] for scan in scans]
        if self.first_s == inf:
            self.first_s = times[0]
        if self._awaits_scan:
            self.interruptions[-1] = self.interruptions[-1].went_on(times[0])
            self._awaits_scan = False
        if self.back_s is None:
            self.back_s = _back([self.last_s, *times])
        self.last_s = times[-1]
        self.collector.feed([scan["s"] for scan in scans])
        for scan in scans:
            if "w" in scan:
                self._widen(scan)

    def _add(self, kind: str, line: Line) -> None:
        if kind == "outcome":
            self.outcome = line
        elif kind == "resumed":
            self.interruptions.append(take_up(self.steps, line, self.last_s))
            self.resumed.append(line)
            self._awaits_scan = True
        elif kind in _KEPT:
            getattr(self, _KEPT[kind]).append(line)

    def _widen(self, line: Line) -> None:
        for source, within_s in line["w"].items():
            if source in line["s"]:
                self.wide.setdefault(source, Widths()).add(line["s"][source][0], within_s)

    @property
    def is_logged(self) -> bool:
        """Whether another logger made the record: nobody demanded, read back or switched off anything in it."""
        return "logger" in self.head

    @property
    def ended(self) -> str | None:
        """How the run ended, None if it never came to an outcome line.

        A trip switches the lane off, so a run with one did not end well, whatever its outcome line says.
        """
        if self.outcome is None:
            return None
        ended: str = self.outcome["ended"]
        return "interlock" if self.trips and ended in ENDED_WELL else ended

    def trace(self, name: str) -> Trace:
        """The trace of a signal.

        Raises:
            UnjudgedError: INVALID, the record has no such signal or no reading of it, or the instants of its
                readings do not rise.
        """
        key = ("trace", name)
        if key not in self.memo:
            try:
                trace = self.collector.trace(name)
            except KeyError:
                raise UnjudgedError(Verdict.INVALID, f"the record has no signal {name}") from None
            self.memo[key] = (trace, self._disorder(name, trace))
        found: tuple[Trace, str] = self.memo[key]
        if not len(found[0].t):
            raise UnjudgedError(Verdict.INVALID, f"the record has no reading of {name}")
        if found[1]:
            raise UnjudgedError(Verdict.INVALID, found[1])
        return found[0]

    def keeps(self, name: str) -> bool:
        """Whether the readings of a signal that is not folded were kept."""
        return self.collector.keeps(name)

    def received(self, name: str) -> tuple[Floats, Floats]:
        """Instants of a signal that is not folded, and its numbers before any conversion.

        Raises:
            UnjudgedError: INVALID, the record has no such signal.
        """
        try:
            return self.collector.received(name)
        except KeyError:
            raise UnjudgedError(Verdict.INVALID, f"the record has no signal {name}") from None

    def _disorder(self, name: str, trace: Trace) -> str:
        """Words about instants that do not rise, '' if they do; a folded signal's are its members'."""
        if name == HOTTEST:
            for member in self.members(name):
                self.trace(member)
            return ""
        rises = trace.t[1:] > trace.t[:-1]
        if rises.all():
            return ""
        at = float(trace.t[1:][~rises][0])
        return f"the instants of {name} do not rise: a reading of {at:.3f} s follows one that is not older"

    def number(self, name: str) -> float:
        """A number of the device profile, in base units.

        Raises:
            UnjudgedError: INVALID, the profile in the record does not have it.
        """
        value = self.profile.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise UnjudgedError(Verdict.INVALID, f"the device profile in the record has no number {name}")
        return float(value)

    def period_s(self, name: str) -> float:
        """The period at which the source of a signal is read, in seconds."""
        return self.layout.source_of(name).period_s

    def within_s(self, name: str, start: float, end: float) -> float:
        """How far a value of a signal, read between two instants, may have been taken from its instant, in seconds.

        That is what the exchange leaves open, and for the device's telemetry how old its values may be. The instants of
        another logger's record stand as they are, unless it says that its rows were placed within shared stamps.

        Args:
            name: of the signal.
            start: bench time in s.
            end: bench time in s, not before it.
        """
        if self.is_logged:
            return self.placed_within_s(name)
        return max(self._source_within_s(source, start, end) for source in self._sources(name))

    def placed_within_s(self, name: str) -> float:
        """How far rows that shared a stamp may lie from where they belong, each by another error, in seconds.

        0 of the rig's own record, whose instants err alike.
        """
        if not self.is_logged:
            return 0.0
        return max(self.layout.sources[source].within_s or 0.0 for source in self._sources(name))

    def exchange_within_s(self, name: str, t: Floats) -> Floats:
        """How far from each instant of a signal without offsets its exchange may have reached, in s, either way."""
        source = self.layout.source_of(name)
        widths = np.full(len(t), usual_s(source))
        if source.name in self.wide:
            self.wide[source.name].widen(widths, t)
        return widths

    def _sources(self, name: str) -> set[str]:
        return {self.layout.source_of(member).name for member in self.members(name)}

    def _source_within_s(self, name: str, start: float, end: float) -> float:
        source = self.layout.sources[name]
        width = usual_s(source)
        if name in self.wide:
            width = max(width, self.wide[name].most(start - source.period_s, end))
        return width + self._age_s() if name == DEVICE else width

    def _age_s(self) -> float:
        age_s = self.profile.get(AGE)
        return float(age_s) if isinstance(age_s, (int, float)) and age_s >= 0.0 else UNSTATED_S

    def members(self, name: str) -> tuple[str, ...]:
        """The probes that a signal is folded from, or the signal itself."""
        if name == HOTTEST:
            return tuple(self.layout.signals[i].name for i in self.layout.skins)
        return (name,)

    def gap(self, names: Sequence[str], window: tuple[float, float]) -> str:
        """Words about the first of the signals without valid readings for over three periods; '' if none has.

        The time from the window's start to the first reading and from the last one to its end counts too.
        What comes after the rig has switched off is not asked for, nor what lies in an interruption.
        """
        window = (window[0], min(window[1], self.off_from_s))
        for name in names:
            valid = self._valid_instants(name)
            for piece in pieces(self.interruptions, window):
                start, length = longest_gap(valid, piece)
                if length > GAP_PERIODS * self.period_s(name) + 1e-9:
                    return f"{name} has no valid reading for {length:.3g} s from {start:.1f} s on"
        return ""

    def _valid_instants(self, name: str) -> Floats:
        key = ("valid", name)
        if key not in self.memo:
            trace = self.trace(name)
            t = trace.t[np.isfinite(trace.value)]
            self.memo[key] = t if bool(np.all(t[1:] >= t[:-1])) else np.sort(t)
        found: Floats = self.memo[key]
        return found

    @property
    def off_from_s(self) -> float:
        """When the rig's switching off at the end of the run began, inf if the record has no off line.

        That is the last reading of an output that was on, if it lies shortly before the confirmation.
        """
        if "off" not in self.memo:
            self.memo["off"] = self._find_off()
        found: float = self.memo["off"]
        return found

    def _find_off(self) -> float:
        if not self.offs:
            return inf
        confirmed: float = self.offs[0]["t"]
        last_on = -inf
        for name in output_names(self.layout):
            output = self.trace(name)
            on = output.t[(output.value == 1.0) & (output.t <= confirmed)]
            last_on = max(last_on, float(on[-1])) if len(on) else last_on
        return last_on if last_on >= confirmed - SWITCHING_OFF_S else confirmed

    def step_spans(self, name: str) -> list[tuple[float, float]]:
        """Start and end of each pass of a step in bench seconds; none if it never began.

        A pass that has no end ends with the rig's switching off, else with the last scan. Attempts that were followed
        by another are left out.
        """
        off = self.offs[0]["t"] if self.offs else inf
        return [
            (start, (min(off, self.last_s) if start <= off else self.last_s) if end is None else end)
            for start, end, _ in self.history.get(name, ())
        ]

    def step_outcomes(self, name: str) -> list[str | None]:
        """How each pass of a step ended, in order, None for one that has no end; without attempts as above."""
        return [outcome for _, _, outcome in self.history.get(name, ())]

    @property
    def timed_out(self) -> list[str]:
        """The steps that ran out of time for good."""
        if "timed out" not in self.memo:
            passes = ((name, each) for name, found in self.history.items() for each in found)
            self.memo["timed out"] = [name for name, each in passes if each.outcome == "timeout"]
        found: list[str] = self.memo["timed out"]
        return found

    @property
    def history(self) -> dict[str, list[StepPass]]:
        """The passes of each step by its name."""
        if "steps" not in self.memo:
            self.memo["steps"] = step_history(self.steps)
        found: dict[str, list[StepPass]] = self.memo["steps"]
        return found

    @property
    def retried(self) -> list[str]:
        """The attempts at steps after which another was made, in words."""
        return [
            f"{step_words(s['step'], s.get('pass', ()), s.get('attempt', 1))} ran out of time at {s['t']:.1f} s"
            for s in self.steps
            if s["outcome"] == RETRIED
        ]

    def happened(self, what: str, start: float, end: float) -> float | None:
        """The instant of the first event of that name within start … end, None if there is none."""
        return next((e["t"] for e in self.events if e["what"] == what and start <= e["t"] <= end), None)


def is_simulated(head: Line) -> bool:
    """Whether any part of the run was simulated: the head says so, or a serial number begins with SIM."""
    identities = [instrument.get("identity") or {} for instrument in head.get("instruments") or []]
    serials = [part.get("serial") for part in [*identities, head.get("device") or {}]]
    return bool(head.get("simulated")) or any(str(serial).startswith("SIM") for serial in serials)


def output_names(layout: Layout) -> list[str]:
    """Names of the supply's output states, which tell when the rig switched off."""
    names = (f"supply.{heater}.output" for heater in layout.heaters)
    return [name for name in names if name in layout.index]


def _back(times: list[float]) -> float | None:
    """The first instant that lies before the one that it follows."""
    if times == sorted(times):
        return None
    return next(after for before, after in pairwise(times) if after < before)
