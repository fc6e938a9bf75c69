"""Recorded verdicts against those that the record gives today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isclose
from typing import Any

from rig.checks.judge import Judgement

RELATIVE = 1e-9
COMPARED = ("verdict", "value", "uncertainty", "margin", "limit", "rule")


def differences(recorded: Iterable[Mapping[str, Any]], judgement: Judgement) -> list[str]:
    """In words, what differs; empty if the verdicts agree to 1e-9 relative.

    Args:
        recorded: verdict and summary lines of the record.
        judgement: the record judged now.
    """
    lines = list(recorded)
    old = {line["name"]: line for line in lines if line["k"] == "verdict" and line.get("part") == "check"}
    new = {result["name"]: result for result in judgement.results}
    found = [f"check {name} is recorded, but not declared" for name in old.keys() - new.keys()]
    found += [f"check {name} is declared, but has no recorded verdict" for name in new.keys() - old.keys()]
    for name in new.keys() & old.keys():
        found += _differences_of(name, old[name], new[name])
    summaries = [line["verdict"] for line in lines if line["k"] == "summary"]
    if summaries != [str(judgement.verdict)]:
        found.append(f"the recorded summary is {', '.join(summaries) or 'missing'}, not {judgement.verdict}")
    return sorted(found)


def _differences_of(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    keys = [key for key in COMPARED if not _same(old.get(key), new.get(key))]
    if not keys:
        return []
    if old.get("algorithm") != new["algorithm"]:
        versions = f"{old.get('algorithm')}, this software has {new['algorithm']}"
        return [f"check {name} was judged by an older algorithm: version {versions}"]
    return [f"check {name}: {key} is recorded as {old.get(key)}, the record gives {new.get(key)}" for key in keys]


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, (int, float)) and isinstance(new, (int, float)):
        return isclose(old, new, rel_tol=RELATIVE, abs_tol=0.0)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in old)
    return bool(old == new)
