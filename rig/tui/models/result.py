"""What a run came to, from its record alone: the word, the one number that decides, and the checks as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rig.checks.verdict import Verdict
from rig.checks.wording import (
    GLYPHS,
    SIGNS,
    confirmations,
    margin_text,
    number,
    spread_text,
    value_text,
)
from rig.record.reader import read_run

Line = Mapping[str, Any]

ERROR = "ERROR"
"""The word where no verdict was come to: the bench was lost, power refused, or the record ends early."""

PEAK = "peak_temperature"

_GLYPHS = {**GLYPHS, ERROR: "!"}
_KINDS = ("declare", "step", "trip", "off", "outcome", "verdict", "summary")
_PLACE = " ("


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One line of the table of checks."""

    glyph: str
    name: str
    measured: str
    limit: str
    rule: str
    margin: str
    verdict: str
    requirements: str
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """One lane of one run.

    Attributes:
        word: the verdict; `ERROR` where there is none.
        deciding: the one thing that decides, in words and with its number.
        notes: how it ended if not by itself, whether everything was seen off, which conditions were left.
        confirmed: whether every output was seen to be off; None where the record says nothing of it.
        duration_s: bench time.
    """

    folder: Path
    plan: str
    lane: str
    serial: str
    operator: str
    simulated: bool
    word: str
    deciding: str
    rows: tuple[CheckRow, ...]
    notes: tuple[str, ...]
    confirmed: bool | None
    duration_s: float | None

    @property
    def glyph(self) -> str:
        """The sign of the word."""
        return _GLYPHS.get(self.word, "!")

    @property
    def needs_attention(self) -> bool:
        """Whether a person should be called: anything but a PASS with everything seen off."""
        return self.word != Verdict.PASS or not self.confirmed

    @property
    def is_recorded(self) -> bool:
        """Whether there is a record that can be shown again."""
        return self.duration_s is not None

    @property
    def banner(self) -> str:
        """The whole message in one line."""
        return f"{self.glyph} {self.word}  {self.deciding}".rstrip()


def read_result(folder: Path) -> Result:
    """The result that a record holds.

    Raises:
        RecordError: it cannot be read.
    """
    reader = read_run(folder)
    lines: dict[str, list[Line]] = {kind: [] for kind in _KINDS}
    for line in reader.lines(*_KINDS):
        lines[line["k"]].append(line)
    head = reader.head
    checks = [line for line in lines["verdict"] if line["part"] == "check"]
    steps = _Steps(lines["declare"], lines["step"])
    summary, outcome, off = (_last(lines[kind]) for kind in ("summary", "outcome", "off"))
    word = ERROR if summary is None else str(summary["verdict"])
    confirmed = None if off is None else bool(off["confirmed"])
    return Result(
        folder=folder,
        plan=head["plan"],
        lane=head["lane"],
        serial=str(head["device"].get("serial") or ""),
        operator=str(head.get("operator") or ""),
        simulated=bool(head["simulated"]),
        word=word,
        deciding=_deciding(word, checks, outcome, steps),
        rows=tuple(_row(check, steps) for check in checks),
        notes=tuple(_notes(lines, outcome, confirmed=confirmed)),
        confirmed=confirmed,
        duration_s=None if outcome is None else float(outcome["t"]),
    )


def _last(lines: Sequence[Line]) -> Line | None:
    return lines[-1] if lines else None


class _Steps:
    """Which step was on at an instant, by its number in the plan."""

    def __init__(self, declares: Sequence[Line], steps: Sequence[Line]) -> None:
        names = [line["name"] for line in declares if line["part"] == "step"]
        self._number = {name: number for number, name in enumerate(names, 1)}
        self._starts = [(float(line["t"]), line["step"]) for line in steps if line["state"] == "start"]

    def at(self, t: float) -> str:
        """In words; '' before the first."""
        begun = [name for start, name in self._starts if start <= t]
        return self.named(begun[-1]) if begun else ""

    def named(self, name: str) -> str:
        """The step with its number."""
        number = self._number.get(name)
        return name if number is None else f"step {number}, {name}"


def _step_of(check: Line, steps: _Steps) -> str:
    if check.get("step"):
        return steps.named(check["step"])
    detail = check.get("detail") or {}
    instant = next(
        (detail[key] for key in ("at_s", "asked_s", "fell_s") if detail.get(key) is not None), None
    )
    return "" if instant is None else steps.at(float(instant))


def _deciding(word: str, checks: Sequence[Line], outcome: Line | None, steps: _Steps) -> str:
    ended = "" if outcome is None else str(outcome["ended"])
    if outcome is None:
        return "the record has no ending: the run was interrupted"
    if not checks and ended == "completed":
        return "it came to its end; the plan has no checks, so nothing was judged"
    of_word = [check for check in checks if check["verdict"] == word]
    if word in (ERROR, Verdict.ABORTED) or (not of_word and ended != "completed"):
        return f"{ended}: {without_place(outcome['detail'])}"
    if not of_word:
        return "see the conditions below"
    return _in_one_line(min(of_word, key=_rank), steps)


def _rank(check: Line) -> tuple[bool, float]:
    """The temperature on the skin is the judged safety quantity, before all others; then the nearest to its limit."""
    return check["metric"] != PEAK, _closeness(check)


def _closeness(check: Line) -> float:
    """How near the limit, in units of the uncertainty; checks without a number come last."""
    margin, uncertainty = check.get("margin"), check.get("uncertainty")
    if margin is None:
        return float("inf")
    return float(margin) / float(uncertainty) if uncertainty else float(margin)


def _in_one_line(check: Line, steps: _Steps) -> str:
    where = _step_of(check, steps)
    tail = f", {where}" if where else ""
    if check["value"] is None or check["limit"] is None:
        return f"{check['name']}: {without_place(check['reason'])}{tail}"
    return f"{check['name']} {number(check['value'], check['unit'])}, limit {_limit(check)}{tail}"


def _limit(check: Line) -> str:
    limit = check["limit"]
    return "—" if limit is None else f"{SIGNS[limit['sense']]} {number(limit['value'], limit['unit'])}"


def _row(check: Line, steps: _Steps) -> CheckRow:
    verdict = str(check["verdict"])
    reason = ": ".join(words for words in (spread_text(check), without_place(check["reason"])) if words)
    return CheckRow(
        _GLYPHS.get(verdict, "·"),
        check["name"],
        value_text(check),
        _limit(check),
        str(check["rule"]),
        margin_text(check),
        verdict,
        " ".join(check.get("requirement") or ()),
        _step_of(check, steps),
        reason,
    )


def _notes(
    lines: Mapping[str, Sequence[Line]], outcome: Line | None, *, confirmed: bool | None
) -> Iterator[str]:
    if outcome is not None and outcome["ended"] != "completed":
        yield f"ended by {outcome['ended']}: {without_place(outcome['detail'])}"
    if confirmed:
        yield "outputs off, confirmed by read-back"
    else:
        yield "outputs NOT CONFIRMED off: look at the bench now and use the physical switch"
        for off in lines["off"][-1:]:
            yield from (
                f"  {each['output']} of {each['resource']}: {each['what']}"
                for each in off["detail"]
                if not each["confirmed"]
            )
    for line in lines["verdict"]:
        if line["part"] == "condition" and line["verdict"] != Verdict.PASS:
            yield f"condition {line['kind']}: {line['verdict']}: {without_place(line['reason'])}"
    yield from confirmations(lines["verdict"])


def without_place(words: str) -> str:
    """Words without the ``(file:line:column)`` that they may end with."""
    head, mark, tail = words.rpartition(_PLACE)
    return head if mark and tail.endswith(")") and tail.count(":") >= 2 else words


def failure(plan: str, lane: str, message: str) -> Result:
    """A plan that could not be run at all: nothing was recorded, nothing was switched on for it.

    Args:
        plan: its name.
        lane: its slot, '' where all are meant.
        message: of what went wrong; of several lines the second one is the first reason.
    """
    lines = tuple(line.strip() for line in message.splitlines() if line.strip()) or ("nobody knows why",)
    deciding = lines[min(1, len(lines) - 1)]
    return Result(Path(), plan, lane, "", "", False, ERROR, deciding, (), lines, None, None)
