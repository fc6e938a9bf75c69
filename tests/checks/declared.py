"""What a made-up run declares: wiring, budget, checks, conditions, head."""

from __future__ import annotations

import pickle
from typing import Any

SITES = [f"skin.{h}{n}" for h in "ab" for n in (1, 2, 3)]
BUDGET_B = [
    ("wire", 0.050, False),
    ("meter", 0.0834, True),
    ("reference junction", 0.1443, True),
    ("drift since calibration", 0.0577, False),
    ("placement", 0.1155, False),
    ("repeatability", 0.03, False),
    ("resolution", 0.003, False),
]
BELT_WITHIN_S, SUPPLY_WITHIN_S, AGE_S = 0.01, 0.025, 0.1  # between reading and stamp, and age of telemetry
PROFILE = {
    "rated_volts": 7.4,
    "unit_watts": 6.0,
    "cutoff_degc": 40.4,
    "cutoff_tolerance_k": 0.2,
    "rearm_degc": 38.0,
    "sensor_lag_s": 15.0,
    "telemetry_age_s": AGE_S,
}
BELT = ("uptime", "state", "level", "session_left", "latched", "regulation", "fault")
UNIT = ("sensor", "current", "heater")
AMPS, VOLTS = 0.892, 8.14


def _column(signal: str, dimension: str, **more: str) -> dict[str, Any]:
    return {"signal": signal, "dimension": dimension, "convert": {"kind": "value"}, **more}


def make_wiring() -> dict[str, Any]:
    skins = [_column(s, "temperature", heater=s[5], place="skin", site=s[6]) for s in SITES]
    others = [_column(s, "temperature", place=s) for s in ("ambient", "phantom")]
    supply = [
        _column(f"supply.{h}.{q}", d, heater=h)
        for q, d in (("voltage", "voltage"), ("current", "current"), ("output", "count"))
        for h in "ab"
    ]
    belt = [_column(f"belt.{n}", "count") for n in BELT]
    belt += [
        _column(f"belt.{h}.{q}", "temperature" if q == "sensor" else "count", heater=h)
        for h in "ab"
        for q in UNIT
    ]
    return {
        "sources": {
            "scanner": {
                "period_s": 1.0,
                "stamp": {"of": "own", "within_s": 0.05},
                "columns": [_column("junction", "temperature"), *skins, *others],
            },
            "supply": {
                "period_s": 0.2,
                "stamp": {"of": "middle", "within_s": SUPPLY_WITHIN_S},
                "columns": supply,
            },
            "belt": {"period_s": 0.1, "stamp": {"of": "middle", "within_s": BELT_WITHIN_S}, "columns": belt},
        },
        "heaters": {h: {"lead_ohms": 0.2, "remote_sense": True} for h in "ab"},
    }


def limit(value: float, dimension: str, sense: str = "at_most", **more: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "id": "belt/limit",
        "sense": sense,
        "value": value,
        "dimension": dimension,
        "source": "maker",
    }
    return {**whole, "clause": None, "edition": None, "confirmed_by": None, **more}


def check(metric: str, rule: str = "guarded", **more: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "k": "declare",
        "part": "check",
        "name": metric,
        "metric": metric,
        "params": {},
        "rule": rule,
    }
    whole |= {"place": "plan.yaml:1:1", "limit": None, "guard": 1.0, "step": None, "requirements": ["CUT-1"]}
    return {**whole, **more}


CHECKS = [
    check("peak_temperature", limit=limit(42.0, "temperature")),
    check("response_delay", limit=limit(1.0, "time")),
    check("stays_off", "simple", params={"for": 30.0}, limit=limit(30.0, "time", "at_least")),
    check("latch", "simple"),
    check("sensor_agreement", "simple", limit=limit(1.1, "temperature_difference")),
    check("trip_temperature", "report"),
    check("thermal_overshoot", "report"),
    check("crossing_delay", "report"),
]


def condition(kind: str, nominal: float | None, tolerance: float) -> dict[str, Any]:
    place = {"k": "declare", "part": "condition", "place": "plan.yaml:2:1"}
    return {**place, "kind": kind, "nominal": nominal, "tolerance": tolerance}


CONDITIONS = [
    condition("ambient", 23.0, 2.0),
    condition("phantom", 37.0, 0.5),
    condition("start", None, 0.1 / 60),
    condition("supply", None, 0.01),
]


def _calibration(due: str) -> dict[str, str]:
    return {"certificate": "SIM-CAL-1", "date": "2026-06-01", "due": due}


def head(due: str = "2027-06-01") -> dict[str, Any]:
    instruments = [{"name": n, "role": n, "calibration": _calibration(due)} for n in ("supply", "scanner")]
    parts = [
        {"name": n, "standard_k": s, "distribution": "normal", "common": c, "dof": None}
        for n, s, c in BUDGET_B
    ]
    line = {"k": "head", "schema": 1, "run": "r", "plan": "cutoff", "lane": "main", "simulated": True}
    line |= {"anchor": "2026-11-21T10:31:07Z", "scan_s": 0.1, "instruments": instruments, "profile": PROFILE}
    return {**line, "wiring": make_wiring(), "budget": {"name": "budget-b", "components": parts}}


def copied(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of their own, to change; many times faster than `copy.deepcopy`."""
    copies: list[dict[str, Any]] = pickle.loads(pickle.dumps(lines))
    return copies
