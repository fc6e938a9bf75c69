"""Where values shall be while a step runs: a window, a threshold, or a planned curve."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, final

MOST = 50


@dataclass(frozen=True, slots=True)
class Target:
    """dimension: ``temperature`` or ``voltage``. points: (bench time, lowest, highest), times rising."""

    step: str
    dimension: str
    points: tuple[tuple[float, float, float], ...]


@final
class Targets:
    """Those of the steps that have begun, the newest few."""

    def __init__(self) -> None:
        self.all: deque[Target] = deque(maxlen=MOST)

    def begin(self, t: float, declared: Mapping[str, Any], demanded: Mapping[str, Any]) -> None:
        """A step begins; demanded: the newest demand by output."""
        name = declared.get("name", "")
        within_s = float(declared.get("within_s") or declared.get("hold_s") or 0.0)
        until, profile = declared.get("until"), declared.get("profile")
        if profile is not None:
            self.all.append(Target(name, "voltage", _curve(t, profile, demanded)))
        elif until is not None and _is_skin(until.get("signals", ())):
            band = _band(until)
            if band is not None:
                low, high = band
                self.all.append(Target(name, "temperature", ((t, low, high), (t + within_s, low, high))))

    def end(self, t: float, step: str) -> None:
        """A step ends: what it wanted ends with it."""
        if self.all and self.all[-1].step == step:
            self.all[-1] = _until(self.all[-1], t)


def _is_skin(signals: Any) -> bool:
    return bool(signals) and all(str(signal).startswith("skin") for signal in signals)


def _band(until: Mapping[str, Any]) -> tuple[float, float] | None:
    if "target" in until:
        return until["target"] - until["tolerance"], until["target"] + until["tolerance"]
    return (until["limit"], until["limit"]) if "limit" in until else None


def _curve(
    t: float, profile: Mapping[str, Any], demanded: Mapping[str, Any]
) -> tuple[tuple[float, float, float], ...]:
    begins = demanded.get(profile["outputs"][0]) or 0.0
    points = [(t + at, float(begins if value is None else value)) for at, value in profile["points"]]
    return tuple((at, value, value) for at, value in points)


def _until(target: Target, t: float) -> Target:
    kept = [point for point in target.points if point[0] < t]
    later = [point for point in target.points if point[0] >= t]
    if not kept or not later:
        return target
    (before, *lows), (after, *highs) = kept[-1], later[0]
    part = (t - before) / (after - before)
    low, high = (first + (last - first) * part for first, last in zip(lows, highs, strict=True))
    return replace(target, points=(*kept, (t, low, high)))
