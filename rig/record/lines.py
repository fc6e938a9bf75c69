"""The kinds of line that a run file holds, each with the function that builds it.

A builder returns the line without its number ``n`` and hash ``h``: the writer adds both. Times ``t`` are
bench seconds from the run's anchor; every other number is in base units. ``docs/run-file.md`` is the format
for readers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from types import MappingProxyType
from typing import Any

from rig.record.errors import WrongLineError
from rig.record.strict import Line, finite, measured, text

SCHEMA = 1
"""Version of the format that this software writes, and the newest that it reads."""

PARTS = ("step", "check", "interlock", "condition")
"""What a plan declares."""

ENDINGS = ("completed", "interlock", "stop", "interrupt", "timeout", "lost", "error", "refused")
"""How a run can end, as its outcome line says."""

Scalar = float | str | bool | None
Reading = Sequence[Any]
"""``[t0, values]`` or ``[t0, values, offsets]``: the bench instant of the reading in seconds, the columns'
raw values (a float, or the string as received if it is not finite), and each column's delay behind t0 in
seconds."""

_OURS = frozenset({"k", "n", "h"})
_NOTHING: Mapping[str, float] = MappingProxyType({})


def head(
    *,
    run: str,
    plan: str,
    lane: str,
    simulated: bool,
    seed: int | None,
    clock: str,
    anchor: str,
    software: Mapping[str, object],
    scan_s: float,
    documents: Sequence[Mapping[str, object]],
    bench: Mapping[str, object],
    instruments: Sequence[Mapping[str, object]],
    device: Mapping[str, object],
    wiring: Mapping[str, object],
    budget: Mapping[str, object],
    profile: Mapping[str, object],
    operator: str | None,
    parameters: Mapping[str, str] | None = None,
) -> Line:
    """The first line: all that is needed to judge the run again on another machine.

    Args:
        run: the run's id, which is its folder's name.
        plan: the plan's name.
        lane: the slot that the device sits in.
        simulated: whether any identity on the bench is a twin's.
        seed: of the noise streams, None on a real bench.
        clock: ``virtual`` or ``wall``.
        anchor: ISO 8601 instant in UTC of bench time 0.
        software: ``name``, ``version``, ``commit``.
        scan_s: the scan period in seconds.
        documents: ``role``, ``file``, ``sha256``, ``text`` of plan, bench, device profile and limits.
        bench: the bench's ``name`` and what else describes it.
        instruments: ``name``, ``role``, ``identity``, ``resource``, ``calibration`` of each.
        device: ``model``, ``serial``, ``firmware``, ``reset_cause``, ``profile``.
        wiring: the sources, their columns, and the heaters.
        budget: the uncertainty budget of a temperature channel.
        profile: the device profile's numbers that checks need.
        operator: who runs it, None if nobody said.
        parameters: of the plan, as they were set, by name.

    Raises:
        WrongLineError: a value is not finite or not JSON.
    """
    fields: Mapping[str, object] = {
        "schema": SCHEMA,
        "run": run,
        "plan": plan,
        "lane": lane,
        "simulated": simulated,
        "seed": seed,
        "clock": clock,
        "anchor": anchor,
        "software": software,
        "scan_s": float(scan_s),
        "documents": documents,
        "bench": bench,
        "instruments": instruments,
        "device": device,
        "wiring": wiring,
        "budget": budget,
        "profile": profile,
        "operator": operator,
        "parameters": parameters or {},
    }
    return _line("head", fields)


def declare(part: str, fields: Mapping[str, object]) -> Line:
    """A part of the plan, before it acts: its dataclass's fields, the place as ``file:line:column``.

    Raises:
        WrongLineError: the part is none of `PARTS`, or a field is not JSON or has a name of the format's own.
    """
    if part not in PARTS:
        raise WrongLineError("declare", f"{part!r} is not one of {', '.join(PARTS)}")
    _refuse_names("declare", fields, _OURS | {"part"})
    return _line("declare", {"part": part, **fields})


def scan(t: float, readings: Mapping[str, Reading], within_s: Mapping[str, float] = _NOTHING) -> Line:
    """One scan: the sources that had a new reading since the one before, none of them is an empty mapping.

    What is given is taken as it is, without a copy, so it must not be changed afterwards.

    Args:
        t: bench time in s.
        readings: by source.
        within_s: of the sources whose values may lie further from their instants than the head says, how far.

    Raises:
        WrongLineError: a value is neither a finite number nor a string, or t is not finite.
    """
    if not isfinite(t):
        raise WrongLineError("scan", f"t is {t!r}, and JSON holds finite numbers only")
    for source, reading in readings.items():
        if not _finite_throughout(reading):
            _refuse_unsound(source, reading)
    line: Line = {"k": "scan", "t": t, "s": readings}
    if within_s:
        for source, width in within_s.items():
            finite("scan", width, f"{source} w")
        line["w"] = within_s
    return line


def step(
    t: float,
    name: str,
    state: str,
    outcome: str | None = None,
    *,
    passes: Sequence[int] = (),
    attempt: int = 1,
) -> Line:
    """The start (no outcome) or the end of a step, or of one pass of a block of steps.

    Args:
        t: bench time in s.
        name: as the step was declared.
        state: ``start`` or ``end``.
        outcome: ``done``, ``held``, ``reached``, ``timeout``, ``lost``, ``aborted``, or ``retry`` for a time-out after
            which it is tried again.
        passes: which pass of each ``repeat`` that it is in, from the outermost, counted from 1.
        attempt: which attempt, counted from 1.
    """
    fields: Line = {"t": t, "step": name, "state": state, "outcome": outcome}
    if passes:
        fields["pass"] = list(passes)
    if attempt > 1:
        fields["attempt"] = attempt
    return _line("step", fields)


def step_words(name: str, passes: Sequence[int] = (), attempt: int = 1) -> str:
    """A step as people see it, with its pass and its attempt where there are several."""
    passed = f" #{'.'.join(map(str, passes))}" if passes else ""
    tried = f" (attempt {attempt})" if attempt > 1 else ""
    return f"{name}{passed}{tried}"


def plain_name(words: str) -> str:
    """The step's name without pass and attempt, as `step_words` adds them."""
    return words.partition(" #")[0].partition(" (attempt ")[0]


def demand(t: float, output: str, old: Scalar, value: Scalar, by: str) -> Line:
    """A change of one output of the lane's image, and by whom: a step's name, ``interlock``, ``operator``."""
    return _line("demand", {"t": t, "output": output, "old": old, "value": value, "by": by})


def readback(t: float, output: str, value: Scalar) -> Line:
    """What an output says that it is set to, asked after a write."""
    fields = finite("readback", {"t": t, "output": output}, "readback")
    return {"k": "readback", **fields, "value": _seen("readback", value)}


def event(t: float, what: str, source: str, data: Mapping[str, object] | None = None) -> Line:
    """An event of the device (``belt.cutoff``) or the bench (``bench.link_lost``), with its data."""
    fields = finite("event", {"t": t, "what": what, "source": source}, "event")
    return {"k": "event", **fields, "data": measured("event", data or {}, "data")}


def trip(t: float, interlock: str, signal: str, value: Scalar, limit: float) -> Line:
    """An interlock that switched its lane off: the signal, its value then and the limit, in base units."""
    fields = finite("trip", {"t": t, "interlock": interlock, "signal": signal}, "trip")
    return {"k": "trip", **fields, "value": _seen("trip", value), "limit": finite("trip", limit, "limit")}


def operator(t: float, who: str, what: str, data: Mapping[str, object] | None = None) -> Line:
    """What an operator did: stop, answer, note, acknowledge, jog."""
    return _line("operator", {"t": t, "who": who, "what": what, "data": data or {}})


def off(t: float, why: str, confirmed: bool, detail: Sequence[Mapping[str, object]]) -> Line:
    """The outputs switched off and whether read-back confirmed each.

    detail: one ``{"resource", "output", "confirmed", "what"}`` an output.
    """
    fields = finite("off", {"t": t, "why": why, "confirmed": confirmed}, "off")
    return {"k": "off", **fields, "detail": measured("off", detail, "detail")}


def outcome(t: float, ended: str, detail: str = "") -> Line:
    """How the run ended.

    Raises:
        WrongLineError: ended is none of `ENDINGS`.
    """
    if ended not in ENDINGS:
        raise WrongLineError("outcome", f"{ended!r} is not one of {', '.join(ENDINGS)}")
    return _line("outcome", {"t": t, "ended": ended, "detail": detail})


def resumed(
    t: float,
    *,
    from_s: float,
    at: str,
    clock_back_s: float | None,
    block: str,
    passes: int,
    software: Mapping[str, object],
    instruments: Sequence[Mapping[str, object]],
    device: Mapping[str, object],
    guardian: Mapping[str, object] | None,
    guardian_record: str | None,
    operator: str | None,
    torn: str | None,
) -> Line:
    """A run that was interrupted goes on, as if it were begun anew behind the last complete pass of a block.

    Args:
        t: bench time in s at which it goes on.
        from_s: the last bench time before.
        at: ISO 8601 instant in UTC of t.
        clock_back_s: by how many seconds the machine's clock stood before the record's time, None if it did not.
        block: the ``repeat`` that goes on.
        passes: how many passes of it are complete.
        software: as in the head, now.
        instruments: as in the head, as found now, with their calibrations.
        device: as in the head, as found now.
        guardian: its process id, None where there is none.
        guardian_record: name of the file in which the guardian's record of the session before stands, None without.
        operator: who resumes it, None if nobody said.
        torn: bytes of a line that was torn, in base64, None without any.
    """
    fields: Mapping[str, object] = {
        "t": t,
        "from_s": from_s,
        "at": at,
        "clock_back_s": clock_back_s,
        "block": block,
        "passes": passes,
        "software": software,
        "instruments": instruments,
        "device": device,
        "guardian": guardian,
        "guardian_record": guardian_record,
        "operator": operator,
        "torn": torn,
    }
    return _line("resumed", fields)


def verdict(result: Mapping[str, object]) -> Line:
    """One check's result.

    Raises:
        WrongLineError: a number is not finite (a value that could not be computed is None), or a field has a
            name of the format's own.
    """
    _refuse_names("verdict", result, _OURS)
    return _line("verdict", result)


def summary(verdict: str) -> Line:
    """The run's verdict: the worst of its checks'."""
    return _line("summary", {"verdict": verdict})


def end(t: float, counts: Mapping[str, int]) -> Line:
    """The seal: how many lines of each kind stand before it."""
    return _line("end", {"t": t, "counts": counts, "sealed": True})


def _line(kind: str, fields: Mapping[str, object]) -> Line:
    line: Line = {"k": kind}
    for name, value in fields.items():
        line[name] = finite(kind, value, name)
    return line


def _seen(kind: str, value: Scalar) -> Any:
    return measured(kind, value, "value")


def _refuse_names(kind: str, fields: Mapping[str, object], taken: frozenset[str]) -> None:
    clash = sorted(taken.intersection(fields))
    if clash:
        raise WrongLineError(kind, f"the field name {clash[0]!r} belongs to the format")


def _finite_throughout(reading: Reading) -> bool:
    """Whether a reading holds finite numbers only, at the price of a sum: a NaN or infinity shows in it."""
    try:
        total = reading[0] + sum(reading[1])
        if len(reading) == 2:
            return isfinite(total)
        return len(reading) == 3 and len(reading[1]) == len(reading[2]) and isfinite(total + sum(reading[2]))
    except (TypeError, IndexError):
        return False


def _refuse_unsound(source: str, reading: Reading) -> None:
    """Look at each value of a reading; strings are sound, so reaching the end means that all is well."""
    if len(reading) not in (2, 3) or (len(reading) == 3 and len(reading[2]) != len(reading[1])):
        raise WrongLineError("scan", f"the reading of {source} is not [t0, values] or [t0, values, offsets]")
    finite("scan", reading[0], f"{source} t0")
    for index, value in enumerate(reading[1]):
        if not isinstance(value, (float, int, str)):
            raise WrongLineError(
                "scan", f"{source}[{index}] is a {type(value).__name__}, not a number or a string"
            )
        if isinstance(value, str) and text(value) != value:
            raise WrongLineError("scan", f"{source}[{index}] is a string that UTF-8 cannot hold")
        finite("scan", value, f"{source}[{index}]")
    for index, offset in enumerate(reading[2] if len(reading) == 3 else ()):
        finite("scan", offset, f"{source} offset {index}")
