"""How long the checks of a long record take. `make bench` prints it.

Nothing here asserts a time: machines differ. What is asserted is that each check had a value.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from math import exp
from time import process_time
from typing import Any

from rig.checks.judge import judge
from rig.checks.table import METRICS
from tests.checks.declared import check, head, limit
from tests.checks.regulated import BASE_DEGC
from tests.checks.test_invariance import declared

HOURS, HZ = 8, 10
ON_S = 300.0
SITES = [f"skin.{h}{n}" for h in "ab" for n in (1, 2, 3, 4)]
ALONE = {"response_delay", "stays_off", "latch", "sensor_agreement", "trip_temperature", "thermal_overshoot"}
ALONE |= {"crossing_delay", "session_length", "watchdog_delay", "probe_placement", "fault_response"}
ALONE |= {"trip_repeatability", "fall_time"}
"""What needs a cut-off, a session's end, pulses or a fault, of which this record has none."""


def wiring() -> dict[str, Any]:
    """Eight thermocouples at 10 Hz, and a supply and a belt read as often."""
    made: dict[str, Any] = head()["wiring"]
    probe = {"dimension": "temperature", "convert": {"kind": "value"}, "place": "skin"}
    columns = [{"signal": s, "heater": s[5], "site": s[6], **probe} for s in SITES]
    made["sources"]["scanner"] = {"period_s": 1.0 / HZ, "columns": columns}
    for source in ("supply", "belt"):
        made["sources"][source]["period_s"] = 1.0 / HZ
    return made


def lines(checks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A belt that warms up, then regulates for eight hours."""
    yield {**head(), "wiring": wiring()}
    yield {"k": "declare", "part": "step", "name": "heat", "place": "p:1:1", "demands": [], "until": None}
    yield from checks
    yield {"k": "step", "t": 0.0, "step": "heat", "state": "start", "outcome": None}
    for tick in range(1, HOURS * 3600 * HZ + 1):
        t = tick / HZ
        heats, degc = state(t)
        on, amps = float(t >= ON_S), 0.8 if heats else 0.001
        noise = ((tick * 7919) % 61 - 30) * 1e-3
        scan = {"scanner": [t, [degc + noise + 0.01 * n for n in range(len(SITES))]]}
        scan["supply"] = [t, [7.4 * on, 7.4 * on, amps, amps, on, on]]
        scan["belt"] = [t, [t, 1.0, 3.0 * on, 0.0, 0.0, 0.0, 0.0, *[degc, amps, float(heats)] * 2]]
        yield {"k": "scan", "t": t, "s": scan}
    end_s = HOURS * 3600.0
    yield {"k": "step", "t": end_s, "step": "heat", "state": "end", "outcome": "held"}
    yield {"k": "off", "t": end_s, "why": "end", "confirmed": True, "detail": []}
    yield {"k": "outcome", "t": end_s, "ended": "completed", "detail": ""}


def state(t: float) -> tuple[bool, float]:
    """Whether heat flows, and the temperature: an exponential rise for two hours, then cycles of 100 s."""
    if t < ON_S:
        return False, BASE_DEGC
    since = t - ON_S
    if since < 7200.0:
        return True, BASE_DEGC + 6.4 * (1.0 - exp(-since / 800.0))
    phase = since % 100.0 / 100.0
    return phase >= 0.5, BASE_DEGC + 6.4 + (0.4 - 1.6 * phase if phase < 0.5 else 1.6 * phase - 1.2)


def test_all_checks_of_an_eight_hour_record() -> None:
    checks = [declared(spec) for name, spec in METRICS.items() if name not in ALONE]
    checks.append(check("peak_temperature", "four-state", name="again", limit=limit(42.0, "temperature")))
    record = list(lines(checks))
    gc.freeze()  # the record in memory is the bench's doing: a judge reads its lines one by one
    start = process_time()
    results = judge(record).results
    first_s = process_time() - start
    start = process_time()
    judge(record)
    whole_s = process_time() - start
    valued = {result["name"] for result in results if result["value"] is not None}
    assert valued == {result["name"] for result in results}
    start = process_time()
    cheap = check("energy", name="cheap", limit=limit(1e9, "energy"))
    judge([*record[:2], cheap, *record[2 + len(checks) :]])
    reading_s = process_time() - start
    rows = len(record)
    print(f"\n{rows} lines, {len(SITES)} thermocouples at {HZ} Hz for {HOURS} h, {len(checks)} checks:")
    print(f"  {whole_s:.2f} s of processor in all, {first_s:.2f} s the first time, with what it imports")
    print(f"  one cheap check, so nearly reading alone: {reading_s:.2f} s")
