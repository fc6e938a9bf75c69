"""Recorded verdicts against those that the record gives today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import isclose
from typing import Any

from rig.checks.judge import Judgement

RELATIVE = 1e-9
PARTS = ("check", "condition")
COMPARED_OF_CONDITION = ("verdict", "value")
COMPARED = ("verdict", "value", "uncertainty", "margin", "limit", "rule")


def differences(recorded: Iterable[Mapping[str, Any]], judgement: Judgement) -> list[str]:
    """In words, what differs; empty if the verdicts agree to 1e-9 relative.

    Args:
        recorded: verdict and summary lines of the record.
        judgement: the record judged now.
    """
    lines = list(recorded)
    verdicts = [line for line in lines if line["k"] == "verdict"]
    old = _named(line for line in verdicts if line.get("part") == "check")
    new = _named(judgement.results)
    found = [f"check {name} is recorded, but not declared" for name in old.keys() - new.keys()]
    found += [f"check {name} is declared, but has no recorded verdict" for name in new.keys() - old.keys()]
    for name in new.keys() & old.keys():
        found += _differences_of(name, old[name], new[name])
    found += _differences_of_conditions(
        _named(line for line in verdicts if line.get("part") == "condition"), _named(judgement.conditions)
    )
    strange = [str(line.get("part")) for line in verdicts if line.get("part") not in PARTS]
    found += [
        f"a verdict of a {part} is recorded, which is neither a check nor a condition" for part in strange
    ]
    summaries = [line.get("verdict") for line in lines if line["k"] == "summary"]
    if summaries != [str(judgement.verdict)]:
        found.append(
            f"the recorded summary is {', '.join(map(str, summaries)) or 'missing'}, not {judgement.verdict}"
        )
    return sorted(found)


def _named(results: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Results by name; of several with one name all but the first have a number behind it."""
    times: Counter[str] = Counter()
    found: dict[str, Mapping[str, Any]] = {}
    for result in results:
        name = str(result.get("name"))
        times[name] += 1
        found[name if times[name] == 1 else f"{name} ({times[name]})"] = result
    return found


def _differences_of_conditions(
    old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    found = [f"condition {name} is recorded, but not judged" for name in old.keys() - new.keys()]
    found += [f"condition {name} is judged, but has no recorded verdict" for name in new.keys() - old.keys()]
    for name in new.keys() & old.keys():
        was, now = old[name], new[name]
        found += [
            f"condition {name}: {key} is recorded as {was.get(key)}, the record gives {now.get(key)}"
            for key in COMPARED_OF_CONDITION
            if not _same(was.get(key), now.get(key))
        ]
    return found


def _differences_of(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    keys = [key for key in COMPARED if not _same(old.get(key), new.get(key))]
    if not keys:
        return []
    if old.get("algorithm") != new["algorithm"]:
        versions = f"{old.get('algorithm')}, this software has {new['algorithm']}"
        return [f"check {name} was judged by an older algorithm: version {versions}"]
    return [
        f"check {name}: {key} is recorded as {old.get(key)}, the record gives {new.get(key)}" for key in keys
    ]


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, (int, float)) and isinstance(new, (int, float)):
        return _close(old, new)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in old)
    return bool(old == new)


def _close(old: float, new: float) -> bool:
    try:
        return isclose(old, new, rel_tol=RELATIVE, abs_tol=0.0)
    except OverflowError:
        return False
