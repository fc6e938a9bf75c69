"""The lines of one run file, folded into what a screen shows of its lane."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from math import inf, isfinite, nan
from typing import Any, final

from rig.checks.line_words import named, words
from rig.plan.program import InterlockKind
from rig.signals.derive import Derivation
from rig.tui.view.envelope import Curve, Trace
from rig.tui.view.guards import Guard
from rig.tui.view.snapshot import TRIP, GuardRow, LaneSnapshot, Mark, Value
from rig.tui.view.steps import StepTable
from rig.tui.view.targets import Targets

Line = Mapping[str, Any]
MOST_LOG = 300
MOST_MARKS = 200
TRACED = frozenset({"temperature", "voltage", "current", "power"})
LOGGED = frozenset(
    {"step", "demand", "event", "trip", "operator", "off", "resumed", "outcome", "verdict", "summary"}
)


@final
class LaneFold:
    """Takes lines in their order; memory and the cost of a line do not grow with the run.

    Attributes:
        t: bench time of the newest line that has one, in s. rate: bench seconds in a real one, 0 where bench time
            does not pass by itself. is_over: whether the
            end line was taken.
    """

    def __init__(self) -> None:
        self.t = 0.0
        self.rate = 1.0
        self.is_over = False
        self._head: Line = {}
        self._derivation: Derivation | None = None
        self._first_s: float | None = None
        self._newest_s = -inf
        self._traces: dict[int, Trace] = {}
        self._steps = StepTable()
        self._guards: list[Guard] = []
        self._own_trips: list[GuardRow] = []
        self._targets = Targets()
        self._demanded: dict[str, Any] = {}
        self._outputs: dict[str, Any] = {}
        self._marks: deque[Mark] = deque(maxlen=MOST_MARKS)
        self._log: deque[tuple[float | None, str]] = deque(maxlen=MOST_LOG)
        self._limit: tuple[float, str] = (nan, "")
        self._off = self._ended = self._detail = self._verdict = ""
        self._answered = self._proven_off = False
        self._results: list[Line] = []
        self._takers: dict[str, Callable[[Line], None]] = {
            "head": self._take_head,
            "declare": self._take_declare,
            "scan": self._take_scan,
            "step": self._take_step,
            "demand": self._take_demand,
            "readback": self._take_readback,
            "event": self._take_event,
            "trip": self._take_trip,
            "operator": self._take_operator,
            "off": self._take_off,
            "resumed": self._take_resumed,
            "outcome": self._take_outcome,
            "verdict": self._take_verdict,
            "summary": self._take_summary,
            "end": self._take_end,
        }

    def take(self, line: Line) -> None:
        """One line; a kind that is not known is passed over."""
        self.t = line.get("t", self.t)
        taker = self._takers.get(line["k"])
        if taker is not None:
            taker(line)
        if line["k"] in LOGGED and not self._follows_curve(line):
            said = words(line)
            if said is not None:
                self._log.append((line.get("t"), said[14:]))

    def _follows_curve(self, line: Line) -> bool:
        """Whether it is a demand that a curve makes each second."""
        return line["k"] == "demand" and self._steps.declared(line["by"]).get("profile") is not None

    @property
    def first_s(self) -> float:
        """Bench time of the first scan, 0 before."""
        return self._first_s or 0.0

    @property
    def signals(self) -> Sequence[str]:
        """Those whose course is kept."""
        derivation = self._derivation
        return (
            [] if derivation is None else [derivation.signals[index].name for index in sorted(self._traces)]
        )

    def curve(self, signal: str, *, recent: bool) -> Curve | None:
        """The course of a signal, None if there is none."""
        derivation = self._derivation
        trace = None if derivation is None else self._traces.get(derivation.index.get(signal, -1))
        return None if trace is None else trace.curve(recent=recent)

    def snapshot(self, now_s: float | None = None, torn: str = "") -> LaneSnapshot:
        """The lane as it is at a bench time, which passes on where no line comes."""
        now = self.t if now_s is None else now_s
        head = self._head
        device = head.get("device", {})
        is_on = self._is_on()
        limit = self._limit if self._limit[1] else self._trip_of_skin()
        return LaneSnapshot(
            lane=head.get("lane", ""),
            run=head.get("run", ""),
            plan=head.get("plan", ""),
            serial=device.get("serial") or "",
            model=device.get("model") or device.get("profile") or "",
            operator=head.get("operator") or "",
            bench=head.get("bench", {}).get("name", ""),
            simulated=head.get("simulated"),
            clock=head.get("clock", ""),
            state=self._state(),
            now_s=now,
            first_s=self.first_s,
            last_s=self.t,
            age_s=now - self._newest_s,
            expected_s=self._steps.expected_s if self._steps.rows else inf,
            values=self._values(now),
            outputs=dict(self._outputs),
            is_on=is_on,
            off=self._off,
            step=self._steps.active,
            steps=tuple(self._steps.rows),
            guards=self._guard_rows(now if self._state() in {"opening", "running"} else self.t),
            marks=tuple(self._marks),
            targets=tuple(self._targets.all),
            log=tuple(self._log),
            limit_degc=limit[0],
            limit_id=limit[1],
            asking=self._asking(),
            ended=self._ended,
            detail=self._detail,
            verdict=self._verdict,
            results=tuple(self._results),
            torn=torn,
        )

    def _guard_rows(self, now: float) -> tuple[GuardRow, ...]:
        """Those of plan and bench, and the rig's own where one of them has tripped."""
        return (*(guard.row(now) for guard in self._guards), *self._own_trips)

    def _trip_of_skin(self) -> tuple[float, str]:
        """Where an interlock switches off, for a plan that judges no limit of the skin."""
        trips = [
            guard.limit
            for guard in self._guards
            if guard.kind is InterlockKind.ABOVE and any(name.startswith("skin.") for name in guard.signals)
        ]
        return (min(trips), TRIP) if trips else (nan, "")

    def _state(self) -> str:
        if self.is_over:
            return "over"
        if self._off or self._ended:
            return "off"
        return "opening" if self._first_s is None else "running"

    def _values(self, now: float) -> dict[str, Value]:
        derivation = self._derivation
        if derivation is None or self._first_s is None:
            return {}
        layout = derivation.layout
        periods = {name: source.period_s for name, source in layout.sources.items()}
        return {
            signal.name: Value(
                signal.name,
                derivation.value[signal.index],
                derivation.quality[signal.index],
                now - derivation.instant[signal.index],
                periods[signal.source],
                signal.dimension,
                signal.heater,
                signal.place,
                signal.site,
            )
            for signal in derivation.signals
        }

    def _is_on(self) -> bool | None:
        seen = [value for output, value in self._outputs.items() if output.endswith(".output")]
        return any(seen) if seen else (False if self._proven_off else None)

    def _asking(self) -> Line | None:
        step = self._steps.declared(self._steps.active)
        return None if self._answered else step.get("ask")

    def _take_head(self, line: Line) -> None:
        self._head = line
        self._derivation = Derivation(line["wiring"])
        self.rate = 0.0 if line["clock"] == "virtual" else float(line["bench"].get("speed") or 1.0)

    def _take_declare(self, line: Line) -> None:
        match line["part"]:
            case "step":
                self._steps.declare(line)
            case "interlock":
                self._guards.append(Guard(line, self._derivation))
            case "check":
                self._take_limit(line.get("limit"), line.get("params", {}))

    def _take_limit(self, limit: Line | None, params: Line) -> None:
        """The lowest temperature that a check lets the skin come to."""
        if limit is None or limit.get("sense") != "at_most" or limit.get("dimension") != "temperature":
            return
        if not str(params.get("of", "skin.hottest")).startswith("skin"):
            return
        if not self._limit[0] <= limit["value"]:
            self._limit = (float(limit["value"]), str(limit["id"]))

    def _take_scan(self, line: Line) -> None:
        derivation = self._derivation
        if derivation is None:
            return
        if self._first_s is None:
            self._first_s = line["t"]
        for source, reading in line["s"].items():
            changed = derivation.take(source, *reading)
            self._newest_s = max(self._newest_s, reading[0])
            for guard in self._guards:
                guard.take(changed)
            self._trace(derivation, changed)

    def _trace(self, derivation: Derivation, changed: Sequence[int]) -> None:
        traces, value, instant = self._traces, derivation.value, derivation.instant
        for index in changed:
            if derivation.signals[index].dimension in TRACED and isfinite(instant[index]):
                trace = traces.get(index)
                if trace is None:
                    trace = traces[index] = Trace(self.first_s)
                trace.add(instant[index], value[index])

    def _take_step(self, line: Line) -> None:
        self._steps.take(line)
        if line["state"] == "start":
            self._answered = False
            self._off = ""
            declared = self._steps.declared(line["step"])
            self._targets.begin(line["t"], declared, self._demanded)
            if not declared.get("block"):
                self._mark(line["t"], "step", named(line))
        else:
            self._targets.end(line["t"], line["step"])

    def _take_demand(self, line: Line) -> None:
        self._demanded[line["output"]] = line["value"]

    def _take_readback(self, line: Line) -> None:
        self._outputs[line["output"]] = line["value"]

    def _take_event(self, line: Line) -> None:
        self._proven_off = self._proven_off or line["what"] == "bench.off_proven"
        self._mark(line["t"], "event", line["what"])

    def _take_trip(self, line: Line) -> None:
        name, signal = line["interlock"], line["signal"]
        tripped = [guard for guard in self._guards if guard.name == name]
        for guard in tripped:
            guard.tripped = True
        if not tripped:
            self._own_trips.append(GuardRow(name, "", line["limit"], nan, "", signal, tripped=True))
        self._mark(line["t"], "trip", line["interlock"])

    def _take_operator(self, line: Line) -> None:
        if line["what"] == "answered":
            self._answered = True
        self._mark(line["t"], "note", f"{line['who']}: {line['data'].get('text') or line['what']}")

    def _take_off(self, line: Line) -> None:
        self._off = "confirmed" if line["confirmed"] else "not confirmed"
        for detail in line["detail"]:
            if str(detail["output"]).endswith(".output") and detail["confirmed"]:
                self._outputs[detail["output"]] = False
        self._steps.stop(line["t"])
        self._mark(line["t"], "off", f"off ({line['why']})")

    def _take_resumed(self, line: Line) -> None:
        self._off = self._ended = ""
        self._steps.stop(line["from_s"])
        self._mark(line["t"], "event", "resumed")

    def _take_outcome(self, line: Line) -> None:
        self._ended, self._detail = line["ended"], line["detail"]

    def _take_verdict(self, line: Line) -> None:
        self._results.append(line)

    def _take_summary(self, line: Line) -> None:
        self._verdict = line["verdict"]

    def _take_end(self, _line: Line) -> None:
        self.is_over = True

    def _mark(self, t: float, kind: str, words: str) -> None:
        self._marks.append(Mark(t, kind, words))
