"""A lane's steps, interlocks and log as rows of text, in the order in which somebody looks for them."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isnan

from rich.text import Text

from rig.tui.view.snapshot import GuardRow, LaneSnapshot, StepRow
from rig.tui.words import clock_words, cut

_OUTCOMES = {
    "done": ("✓", "done"),
    "held": ("✓", "held"),
    "reached": ("✓", "reached"),
    "timeout": ("✗", "TIME-OUT"),
    "lost": ("!", "LOST"),
    "aborted": ("■", "cut short"),
    "cut short": ("■", "cut short"),
    "retry": ("…", "again"),
}
_SHOWN = {
    "temperature_difference": (1.0, "K", 2),
    "temperature_rate": (60.0, "K/min", 2),
    "current": (1.0, "A", 3),
    "voltage": (1.0, "V", 2),
    "power": (1.0, "W", 2),
    "time": (1.0, "s", 1),
}


def step_rows(lane: LaneSnapshot, room: tuple[int, int]) -> list[Text]:
    """The steps around the one that runs: sign, name, what became of it and when."""
    width, height = room
    rows = list(lane.steps)
    active = next((i for i, row in enumerate(rows) if row.state == "run" and not row.block), None)
    if active is None:
        active = max((i for i, row in enumerate(rows) if row.state == "end"), default=0)
    first = max(0, min(active - height // 3, len(rows) - height))
    return [_step(row, lane, width) for row in rows[first : first + height]]


def _step(row: StepRow, lane: LaneSnapshot, width: int) -> Text:
    indent = "  " * row.name.count(" / ")
    name = indent + row.name.rsplit(" / ", 1)[-1]
    sign, right, style = "·", _longest(row), ""
    if row.state == "run":
        sign, style = "▶", "bold"
        left = max(0.0, row.began_s + row.longest_s - lane.now_s)
        at_most = "≤ " if row.takes == "wait" else ""
        right = (
            "asks" if row.takes == "ask" else f"{at_most}{clock_words(left)} left" if row.longest_s else ""
        )
        if row.block:
            right = f"pass {min(row.passed + 1, row.passes)} of {row.passes}"
    elif row.state == "end":
        sign, word = _OUTCOMES.get(row.outcome, ("·", row.outcome))
        passes = f" {row.passed}/{row.passes}" if row.passes > 1 else ""
        right = f"{word}{passes} {clock_words(row.ended_s - lane.first_s)}"
        style = "" if sign == "✓" else "bold"
    says = f"  {row.says}" if row.says and row.state != "end" and not row.block else ""
    room = max(0, width - len(right) - 5)
    text = cut(name + says, room)
    return Text(f" {sign} {text:<{room}} {right}", style)


def _longest(row: StepRow) -> str:
    if row.block:
        return f"× {row.passes}" if row.passes > 1 else ""
    at_most = "≤ " if row.takes == "wait" else ""
    return f"{at_most}{clock_words(row.longest_s)}" if row.longest_s else row.takes


def guard_rows(lane: LaneSnapshot, room: tuple[int, int]) -> list[Text]:
    """The interlocks, those that have tripped and those nearest to it first."""
    width, height = room
    rows = sorted(lane.guards, key=_nearness)
    fitting = rows if len(rows) <= height else rows[: max(0, height - 1)]
    texts = [_guard(row, width) for row in fitting]
    if len(fitting) < len(rows):
        texts.append(Text(f" … and {len(rows) - len(fitting)} more, further away"))
    return texts


def _nearness(row: GuardRow) -> tuple[int, float]:
    if row.tripped:
        return 0, 0.0
    return (1, row.distance / abs(row.limit or 1.0)) if not isnan(row.distance) else (2, inf)


def _guard(row: GuardRow, width: int) -> Text:
    if row.tripped:
        return Text(cut(f" ! TRIPPED {row.name}", width), "bold white on #b00020")
    factor, unit, places = _SHOWN.get(row.dimension, (1.0, "", 2))
    right = "watches" if isnan(row.distance) else f"{row.distance * factor:z.{places}f} {unit} left"
    room = max(0, width - len(right) - 5)
    beyond = row.distance < 0.0
    return Text(f" {'!' if beyond else '✓'} {cut(row.name, room):<{room}} {right}", "bold" if beyond else "")


def log_rows(lane: LaneSnapshot, room: tuple[int, int]) -> list[Text]:
    """The newest lines of the record in words, the newest at the bottom."""
    width, height = room
    newest: Sequence[tuple[float | None, str]] = list(lane.log)[-height:] if height else []
    return [
        Text(cut(f" {'' if t is None else clock_words(t - lane.first_s):>7}  {words}", width))
        for t, words in newest
    ]
