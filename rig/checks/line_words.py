"""Record lines in words, one line of text each, for ``--plain`` and ``rig runs show``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rig.checks.interruptions import duration
from rig.checks.wording import number
from rig.record.lines import step_words

Line = Mapping[str, Any]


def words(line: Line) -> str | None:
    """The line in words; None for kinds that say nothing to people (scans, declarations)."""
    say = _SAY.get(line["k"])
    if say is None:
        return None
    at = f"{line['t']:10.1f} s  " if "t" in line else " " * 14
    return at + say(line)


def _step(line: Line) -> str:
    outcome = "begins" if line["state"] == "start" else f"ends: {line['outcome']}"
    return f"step {named(line)!r} {outcome}"


def named(line: Line) -> str:
    """The step of a line, with its pass and its attempt where there are several."""
    return step_words(line["step"], line.get("pass", ()), line.get("attempt", 1))


def _demand(line: Line) -> str:
    before = "" if line["old"] is None else f" (was {_shown(line['output'], line['old'])})"
    return f"demand {line['output']} = {_shown(line['output'], line['value'])}{before} by {line['by']!r}"


_UNITS = {"voltage": "V", "over_voltage": "V", "current_limit": "A", "session": "s", "resistance": "ohm"}


def _shown(output: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (int, float)):
        return f"{value:.6g} {_UNITS.get(output.rpartition('.')[2], '')}".rstrip()
    return str(value)


def _event(line: Line) -> str:
    data = ", ".join(f"{key} {value}" for key, value in line["data"].items() if value is not None)
    return f"event {line['what']} from {line['source']}" + (f": {data}" if data else "")


def _trip(line: Line) -> str:
    return f"INTERLOCK {line['interlock']}: {line['signal']} at {line['value']}, limit {line['limit']}"


def _operator(line: Line) -> str:
    data = ", ".join(f"{key} {value}" for key, value in line["data"].items() if value is not None)
    return f"{line['who']}: {line['what']}" + (f" ({data})" if data else "")


def _off(line: Line) -> str:
    state = "confirmed by read-back" if line["confirmed"] else "NOT CONFIRMED"
    return f"outputs off ({line['why']}), {state}"


def _resumed(line: Line) -> str:
    back = line.get("clock_back_s")
    clock = "" if back is None else f"; this machine's clock stood {back:g} s before the record's time"
    gap = f"{duration(line['t'] - line['from_s'])} after {line['from_s']:.1f} s"
    return f"RESUMED at {line['at']}, {gap}, at pass {line['passes'] + 1} of {line['block']!r}{clock}"


def _verdict(line: Line) -> str:
    value = "" if line.get("value") is None else f" {number(line['value'], line['unit'])}"
    reason = f" ({line['reason']})" if line.get("reason") else ""
    return f"{line['name']}: {line['verdict']}{value}{reason}"


_SAY: Mapping[str, Callable[[Line], str]] = {
    "step": _step,
    "demand": _demand,
    "readback": lambda line: f"read back {line['output']} = {_shown(line['output'], line['value'])}",
    "event": _event,
    "trip": _trip,
    "operator": _operator,
    "off": _off,
    "resumed": _resumed,
    "outcome": lambda line: f"ended: {line['ended']} {line['detail']}".rstrip(),
    "verdict": _verdict,
    "summary": lambda line: f"verdict {line['verdict']}",
    "end": lambda _line: "sealed",
}
