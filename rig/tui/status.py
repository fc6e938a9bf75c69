"""What the two lines on top of every screen say, made of the lanes' snapshots; no widget in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isnan, nan

from rig.checks.verdict import Verdict, worst
from rig.tui.view.snapshot import TRIP, LaneSnapshot, Value

GLYPHS = {
    "IDLE": "·",
    "OPENING": "…",
    "RUN": "▶",
    "ASKS": "?",
    "STOPPING": "■",
    "OFF": "■",
    "TRIPPED": "!",
    "OVER": "·",
    "LOST": "!",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known beside the record.

    Attributes:
        role: ``CONTROL``, ``VIEWER`` or ``SHOWN AGAIN``.
        is_live: whether a bench that is not simulated is meant, None if no bench was chosen.
        is_running: whether a run of this screen is on.
        stopping: whether off was asked for.
        is_over: whether what was run has come to its end.
        speed: of what is shown again, empty otherwise.
        says: a sentence for who looks, before everything else; empty if there is none.
    """

    role: str = "CONTROL"
    is_live: bool | None = None
    is_running: bool = False
    stopping: bool = False
    is_over: bool = False
    speed: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """The state of the whole bench at a glance.

    Attributes:
        kind: ``LIVE``, ``SIMULATED``, ``SHOWN AGAIN`` or ``NO BENCH``. role: ``VIEWER`` or empty.
        state: a word of `GLYPHS`.
        is_alarm: whether something is abnormal, and colour is due.
        hottest: nan where no fresh reading is sound. spot: its probe, with its lane where there are several.
        margin_k: to limit_degc. is_trip: whether that is where an interlock switches off, and no declared limit.
        verdict: the worst of the lanes, once all are judged.
        power: read-back of outputs in words, ``ON`` or ``OFF`` first, ``OUTPUT ?`` where nobody knows.
        left_s: of the step, nan where it has no end of its own.
        is_blind: whether a lane that runs has no fresh reading of its skin probes.
        age_s: of the oldest lane's newest reading, inf before the first.
    """

    kind: str = "NO BENCH"
    role: str = ""
    plan: str = ""
    device: str = ""
    state: str = "IDLE"
    elapsed_s: float = 0.0
    expected_s: float = inf
    is_alarm: bool = False
    hottest: float = nan
    spot: str = ""
    margin_k: float = nan
    limit_degc: float = nan
    is_trip: bool = False
    is_on: bool | None = None
    power: str = "OUTPUT ?"
    verdict: str = ""
    step: str = ""
    left_s: float = nan
    age_s: float = inf
    is_stale: bool = False
    is_blind: bool = False
    says: str = ""


def status_of(lanes: Sequence[LaneSnapshot], situation: Situation) -> Status:
    """The status of all lanes together."""
    kind = _kind(lanes, situation)
    role = "VIEWER" if situation.role == "VIEWER" else ""
    if not lanes:
        state = _idle(situation)
        power = "OUTPUT ?" if state in {"OPENING", "STOPPING"} else "no run"
        return Status(kind, role, state=state, power=power, says=situation.says)
    worst = max(lanes, key=lambda lane: -1.0e9 if isnan(lane.margin_k) else -lane.margin_k)
    hottest = worst.hottest
    active = next((lane for lane in lanes if lane.step), lanes[0])
    age_s = max(lane.age_s for lane in lanes)
    state = _state(lanes, situation)
    several = len(lanes) > 1
    ons = [lane.is_on for lane in lanes]
    return Status(
        kind=kind,
        role=role,
        plan=lanes[0].plan,
        device=f"{len(lanes)} lanes" if several else lanes[0].serial or lanes[0].lane,
        state=state,
        elapsed_s=max(lane.elapsed_s for lane in lanes),
        expected_s=max(lane.expected_s for lane in lanes),
        is_alarm=_is_alarm(lanes, state),
        hottest=nan if hottest is None else hottest.value,
        spot="" if hottest is None else (f"{worst.lane} {short(hottest)}" if several else short(hottest)),
        margin_k=worst.margin_k,
        limit_degc=worst.limit_degc,
        is_trip=worst.limit_id == TRIP,
        is_on=None if None in ons else any(ons),
        power=_power(lanes),
        verdict=_verdict(lanes),
        step=active.step,
        left_s=active.left_s,
        age_s=age_s,
        is_blind=state in {"RUN", "ASKS"} and any(_is_blind(lane) for lane in lanes),
        is_stale=all(value.is_stale for lane in lanes for value in lane.values.values()),
        says=situation.says or _says(lanes),
    )


def short(value: Value) -> str:
    """The name of a signal where its kind is clear: ``a3`` for ``skin.a3``."""
    return value.name.removeprefix("skin.")


def _kind(lanes: Sequence[LaneSnapshot], situation: Situation) -> str:
    if situation.role == "SHOWN AGAIN":
        return "SHOWN AGAIN" + (f" {situation.speed}" if situation.speed else "")
    known = [lane.simulated for lane in lanes if lane.simulated is not None]
    if known:
        return "SIMULATED" if all(known) else "LIVE"
    if situation.is_live is None:
        return "NO BENCH"
    return "LIVE" if situation.is_live else "SIMULATED"


def _idle(situation: Situation) -> str:
    if situation.stopping and not situation.is_over:
        return "STOPPING"
    return "OVER" if situation.is_over else "OPENING" if situation.is_running else "IDLE"


def _state(lanes: Sequence[LaneSnapshot], situation: Situation) -> str:
    """The first word that holds; the gravest stand first."""
    dark = all(lane.state in {"off", "over"} for lane in lanes)
    stopping = situation.stopping or any(lane.ended == "stop" for lane in lanes)
    words = {
        "LOST": any(lane.off == "not confirmed" for lane in lanes),
        "TRIPPED": any(lane.ended == "interlock" or _has_tripped(lane) for lane in lanes),
        "OVER": situation.is_over or all(lane.state == "over" for lane in lanes),
        "OFF": dark,
        "STOPPING": stopping,
        "ASKS": any(lane.asking is not None and lane.state == "running" for lane in lanes),
        "OPENING": all(lane.state == "opening" for lane in lanes),
    }
    return next((word for word, holds in words.items() if holds), "RUN")


def _verdict(lanes: Sequence[LaneSnapshot]) -> str:
    """The worst of them once all have one."""
    if not all(lane.verdict for lane in lanes):
        return ""
    return str(worst([Verdict(lane.verdict) for lane in lanes]))


def _says(lanes: Sequence[LaneSnapshot]) -> str:
    """What cannot be read any more, or which interlock has tripped."""
    torn = next((lane.torn for lane in lanes if lane.torn), "")
    return torn or next((guard.name for lane in lanes for guard in lane.guards if guard.tripped), "")


def _has_tripped(lane: LaneSnapshot) -> bool:
    return any(guard.tripped for guard in lane.guards)


def _is_blind(lane: LaneSnapshot) -> bool:
    """Whether it has skin probes, and none of them has a fresh sound reading."""
    return lane.hottest is None and any(value.place == "skin" for value in lane.values.values())


def _is_alarm(lanes: Sequence[LaneSnapshot], state: str) -> bool:
    beyond = any(lane.margin_k < 0.0 for lane in lanes)
    silent = state in {"RUN", "ASKS"} and any(_is_blind(lane) for lane in lanes)
    return beyond or silent or state in {"LOST", "TRIPPED"}


def _power(lanes: Sequence[LaneSnapshot]) -> str:
    if any(lane.off == "not confirmed" for lane in lanes):
        return "OFF NOT CONFIRMED"
    ons = [lane.is_on for lane in lanes]
    if None in ons:
        return "OUTPUT ?"
    if not any(ons):
        return "OUTPUT OFF"
    measured = _measured(lanes)
    which = "" if len(lanes) == 1 else f" {sum(map(bool, ons))}/{len(lanes)}"
    return f"ON{which} {measured}"


def _measured(lanes: Sequence[LaneSnapshot]) -> str:
    volts = [v.shown for v in _supply(lanes, ".voltage")]
    amps = [v.shown for v in _supply(lanes, ".current")]
    watts = [v.shown for v in _supply(lanes, ".power")]
    return f"{_number(max(volts, default=nan), 2)} V {_number(sum(amps), 2)} A {_number(sum(watts), 1)} W"


def _supply(lanes: Sequence[LaneSnapshot], suffix: str) -> list[Value]:
    return [
        value
        for lane in lanes
        for value in lane.values.values()
        if value.name.startswith("supply.") and value.name.endswith(suffix)
    ]


def _number(value: float, digits: int) -> str:
    return "—" if isnan(value) else f"{value:z.{digits}f}"
