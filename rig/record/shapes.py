"""What each kind of line must hold, so that whoever reads a record finds the types that it was promised."""

from __future__ import annotations

from typing import Any

from rig.record.lines import ENDINGS, PARTS, SCHEMA

_NUMBER = (float, int)
_TEXT = (str,)
_VALUE = (str, float, int, bool, type(None))
_READINGS = frozenset({float, int, bool, str})
_OFFSETS = frozenset({float, int})

_FIELDS: dict[str, dict[str, tuple[type, ...]]] = {
    "head": {
        "schema": (int,),
        "run": _TEXT,
        "plan": _TEXT,
        "lane": _TEXT,
        "simulated": (bool,),
        "seed": (int, type(None)),
        "clock": _TEXT,
        "anchor": _TEXT,
        "software": (dict,),
        "scan_s": _NUMBER,
        "documents": (list,),
        "bench": (dict,),
        "instruments": (list,),
        "device": (dict,),
        "wiring": (dict,),
        "budget": (dict,),
        "profile": (dict,),
        "operator": (str, type(None)),
    },
    "declare": {"part": _TEXT},
    "scan": {"t": _NUMBER, "s": (dict,)},
    "step": {"t": _NUMBER, "step": _TEXT, "state": _TEXT, "outcome": (str, type(None))},
    "demand": {"t": _NUMBER, "output": _TEXT, "old": _VALUE, "value": _VALUE, "by": _TEXT},
    "readback": {"t": _NUMBER, "output": _TEXT, "value": _VALUE},
    "event": {"t": _NUMBER, "what": _TEXT, "source": _TEXT, "data": (dict,)},
    "trip": {"t": _NUMBER, "interlock": _TEXT, "signal": _TEXT, "value": _VALUE, "limit": _NUMBER},
    "operator": {"t": _NUMBER, "who": _TEXT, "what": _TEXT, "data": (dict,)},
    "off": {"t": _NUMBER, "why": _TEXT, "confirmed": (bool,), "detail": (list,)},
    "outcome": {"t": _NUMBER, "ended": _TEXT, "detail": _TEXT},
    "resumed": {
        "t": _NUMBER,
        "from_s": _NUMBER,
        "at": _TEXT,
        "block": _TEXT,
        "passes": (int,),
        "instruments": (list,),
        "device": (dict,),
        "torn": (str, type(None)),
    },
    "verdict": {"name": _TEXT, "verdict": _TEXT},
    "summary": {"verdict": _TEXT},
    "end": {"t": _NUMBER, "counts": (dict,), "sealed": (bool,)},
}
_WORDS: dict[str, tuple[str, tuple[str, ...]]] = {"declare": ("part", PARTS), "outcome": ("ended", ENDINGS)}


def misfit(line: dict[str, Any]) -> str | None:
    """What is wrong with the fields of a parsed line, None if nothing is.

    Kinds that this software does not know are let pass, and so are further fields: others may add both.
    """
    kind = line.get("k")
    if kind == "scan":
        return _misfit_of_scan(line)
    if not isinstance(kind, str):
        return "it has no kind k"
    return _misfit_of_fields(line, kind) or _misfit_of_words(line, kind)


def _misfit_of_fields(line: dict[str, Any], kind: str) -> str | None:
    for name, types in _FIELDS.get(kind, {}).items():
        if name not in line:
            return f"the {kind} line has no {name}"
        if type(line[name]) not in types:
            return f"{name} of the {kind} line is a {type(line[name]).__name__}"
    return None


def _misfit_of_words(line: dict[str, Any], kind: str) -> str | None:
    if kind in _WORDS and line[_WORDS[kind][0]] not in _WORDS[kind][1]:
        return f"{_WORDS[kind][0]} of the {kind} line is none of {', '.join(_WORDS[kind][1])}"
    if kind == "head" and line["schema"] != SCHEMA:
        return f"schema {line['schema']} is not the one that this software reads ({SCHEMA})"
    return None


def _misfit_of_scan(line: dict[str, Any]) -> str | None:
    readings = line.get("s")
    if type(line.get("t")) not in _NUMBER or type(readings) is not dict:
        return "the scan line has no number t or no object s"
    for source, reading in readings.items():
        if type(reading) is not list or len(reading) not in (2, 3) or type(reading[0]) not in _NUMBER:
            return f"the reading of {source} is not [t0, values] or [t0, values, offsets]"
        if type(reading[1]) is not list or not _READINGS.issuperset(map(type, reading[1])):
            return f"a value of {source} is neither a number nor a string"
        if len(reading) == 3 and not _are_offsets(reading[2], len(reading[1])):
            return f"the offsets of {source} are not one number for each value"
    return _misfit_of_widths(line["w"]) if "w" in line else None


def _misfit_of_widths(widths: object) -> str | None:
    if type(widths) is not dict or any(type(w) not in _NUMBER or not w >= 0.0 for w in widths.values()):
        return "w of the scan line is not a number from 0 up for each source"
    return None


def _are_offsets(offsets: object, columns: int) -> bool:
    return isinstance(offsets, list) and len(offsets) == columns and _OFFSETS.issuperset(map(type, offsets))
