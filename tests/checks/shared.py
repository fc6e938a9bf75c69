"""Records of both heaters on one supply output, made from those with an output each."""

from __future__ import annotations

from typing import Any

CURRENTS = (2, 3)
"""Columns of the supply: each holds the sum of both heaters' currents, and is read as their mean."""


def share(lines: list[dict[str, Any]]) -> None:
    """Put the heaters of a record that has been made on one output."""
    wiring = lines[0]["wiring"]
    for column in CURRENTS:
        wiring["sources"]["supply"]["columns"][column]["convert"] = {"kind": "share", "of": 2}
    for heater, other in ("ab", "ba"):
        wiring["heaters"][heater] |= {"lead_ohms": 0.4, "shares_with": [other]}
    for line in lines:
        reading = line["s"].get("supply") if line["k"] == "scan" else None
        if reading is not None:
            total = sum(reading[1][column] for column in CURRENTS)
            for column in CURRENTS:
                reading[1][column] = total
