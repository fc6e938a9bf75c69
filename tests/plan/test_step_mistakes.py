"""A mistake in a step's action, wait, curve or fault."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from tests.plan.conftest import Link
from tests.plan.mistakes import CURVE, HEAD, SET, WAIT, Case, assert_found_once, case

RAMP = "{name: a, ramp: {voltage: 8 V, over: 9 s}}"

STEPS = [
    case(
        "one-action",
        "{name: a, hold: 1 s, soak: {signal: skin.a1, at: 40 degC, tolerance: 1 K, for: 5 s}, within: 9 s}",
        "{signal: skin.a1",
        "two steps",
        "{name: a, hold: 1 s}",
    ),
    case(
        "one-action",
        f"{RAMP[:-1]}, profile: {{points: [{{at: 0 s, voltage: 6 V}}, {{at: 1 s, voltage: 6 V}}]}}}}",
        "{points:",
        "two steps",
        "{name: a, ramp: {voltage: 8 V, over: 9 s}}",
    ),
    case(
        "unbounded-wait",
        "{name: a, soak: {signal: skin.a1, at: 40 degC, tolerance: 1 K, for: 5 s}}",
        "{signal",
        "within",
        "{name: a, soak: {signal: skin.a1, at: 40 degC, tolerance: 1 K, for: 5 s}, within: 9 s}",
    ),
    case(
        "within-alone",
        "{name: a, ramp: {voltage: 8 V, over: 9 s}, within: 3 s}",
        "3 s",
        "until",
        "{name: a, ramp: {voltage: 8 V, over: 9 s}}",
    ),
    case(
        "attempts-alone",
        "{name: a, hold: 3 s, attempts: 2}",
        "2",
        "within",
        f"{{name: a, {WAIT}, within: 3 s, attempts: 2}}",
    ),
    case(
        "out-of-range",
        f"{{name: a, {WAIT}, within: 3 s, attempts: 0}}",
        "0",
        "e.g. attempts: 3|e.g. 3|more than zero",
        f"{{name: a, {WAIT}, within: 3 s, attempts: 1}}",
    ),
    case(
        "out-of-range",
        f"{{name: a, {WAIT}, within: 3 s, attempts: 101}}",
        "101",
        "e.g. attempts: 3|e.g. 3|more than zero",
        f"{{name: a, {WAIT}, within: 3 s, attempts: 100}}",
    ),
    case(
        "wrong-dimension",
        f"{{name: a, {WAIT}, within: 3 s, attempts: 2 s}}",
        "2 s",
        "e.g. attempts: 3|e.g. 3|more than zero",
        f"{{name: a, {WAIT}, within: 3 s, attempts: 2}}",
    ),
    case(
        "one-limit",
        "{name: a, until: {signal: skin.a1, above: 40 degC, steady: 1 K/min}, within: 9 s}",
        "skin.a1",
        "above",
        "{name: a, until: {signal: skin.a1, below: 40 degC}, within: 9 s}",
    ),
    case(
        "one-limit",
        "{name: a, until: {signal: skin.a1, above: 40 degC, over: 3 s}, within: 9 s}",
        "3 s",
        "for: 10 s",
        "{name: a, until: {signal: skin.a1, below: 40 degC, for: 3 s}, within: 9 s}",
    ),
    case(
        "one-limit",
        "{name: a, until: {signal: skin.a1, steady: 1 K/min, over: 3 s, for: 2 s}, within: 9 s}",
        "2 s",
        "remove",
        "{name: a, until: {signal: skin.a1, steady: 1 K/min, over: 3 s}, within: 9 s}",
    ),
    case(
        "missing-key",
        "{name: a, until: {signal: skin.a1, steady: 1 K/min}, within: 9 s}",
        "1 K/min",
        "over",
        "{name: a, until: {signal: skin.*, steady: 1 K/min, over: 9 s}, within: 9 s}",
    ),
    case(
        "wrong-dimension",
        "{name: a, until: {signal: supply.a.current, steady: 1 K/min, over: 9 s}, within: 9 s}",
        "supply.a.current",
        "temperature",
        "{name: a, until: {signal: skin.a1, steady: 1 K/min, over: 9 s}, within: 9 s}",
    ),
    case(
        "wrong-dimension",
        "{name: a, soak: {signal: skin.a1, at: 40 K, tolerance: 1 K, for: 5 s}, within: 9 s}",
        "40 K",
        "degC",
        "{name: a, soak: {signal: skin.a1, at: high, tolerance: 1 K, for: 5 s}, within: 9 s}",
    ),
    case(
        "wrong-dimension",
        "{name: a, soak: {signal: skin.a1, at: 40 degC, tolerance: 1 degC, for: 5 s}, within: 9 s}",
        "1 degC",
        "difference",
        "{name: a, soak: {signal: ambient, at: 23 degC, tolerance: 1 K, for: 5 s}, within: 9 s}",
    ),
    case(
        "unknown-signal",
        "{name: a, soak: {signal: skin.a9, at: 40 degC, tolerance: 1 K, for: 5 s}, within: 9 s}",
        "skin.a9",
        "skin.a",
        "{name: a, soak: {signal: skin.a*, at: 40 degC, tolerance: 1 K, for: 5 s}, within: 9 s}",
    ),
    case(
        "mixed-signals",
        "{name: a, soak: {signal: supply.*, at: 7 V, tolerance: 1 V, for: 5 s}, within: 9 s}",
        "supply.*",
        "one kind",
        "{name: a, soak: {signal: supply.*.voltage, at: 7 V, tolerance: 1 V, for: 5 s}, within: 9 s}",
    ),
    case(
        "bad-fault",
        "{name: a, inject: supply:bang, hold: 1 s}",
        "supply:bang",
        "faults.md",
        "{name: a, inject: supply:hang, hold: 1 s}",
    ),
    case(
        "bad-fault",
        "{name: a, inject: [skin.a1:open, skin.a9:open], hold: 1 s}",
        "skin.a9",
        "faults.md",
        "{name: a, inject: [skin.a1:open, skin.b1:open], hold: 1 s}",
    ),
    case(
        "no-value",
        "{name: a, inject: [], hold: 1 s}",
        "[]",
        "at least one",
        "{name: a, inject: [belt:mend], hold: 1 s}",
    ),
]

CURVES = [
    case("profile", CURVE.replace("0 s", "1 s") % ("5 s", "7 V"), "1 s", "0 s", CURVE % ("5 s", "7 V")),
    case("profile", CURVE % ("9 s", "7 V"), "9 s, voltage: 7 V}]", "order", CURVE % ("8 s", "7 V")),
    case(
        "profile", CURVE % ("0 s", "7 V"), "0 s, voltage: 7 V}, {at: 9 s", "order", CURVE % ("500 ms", "7 V")
    ),
    case(
        "no-value",
        "{name: c, profile: {points: [{at: 0 s, voltage: 6 V}]}}",
        "[{at",
        "at: 5 min",
        CURVE % ("5 s", "7 V"),
    ),
    case("beyond-device", CURVE % ("5 s", "30 V"), "30 V", "9 V", CURVE % ("5 s", "9 V")),
    case(
        "beyond-device",
        "{name: c, ramp: {voltage: 1.3 × rated, over: 3 s}}",
        "1.3 × rated",
        "9 V",
        "{name: c, ramp: {voltage: 1.2 × rated, over: 3 s}}",
    ),
    case(
        "wrong-dimension",
        "{name: c, ramp: {voltage: 7 A, over: 3 s}}",
        "7 A",
        "V",
        "{name: c, ramp: {voltage: 7 V, over: 3 s}}",
    ),
    case(
        "out-of-range",
        "{name: c, ramp: {voltage: 8 V, over: 0 s}}",
        "0 s",
        "more than zero",
        "{name: c, ramp: {voltage: 0 V, over: 1 s}}",
    ),
    case(
        "out-of-range",
        "{name: c, ramp: {voltage: 8 V, over: 9 s, every: 0.4 s}}",
        "0.4 s",
        "0.5 s",
        "{name: c, ramp: {voltage: 8 V, over: 9 s, every: 0.5 s}}",
    ),
    case(
        "unknown-name",
        "{name: c, ramp: {voltage: 2 × drive, over: 9 s}}",
        "2 × drive",
        "rated",
        "{name: c, ramp: {voltage: 1.1 × rated, over: 9 s}}",
    ),
    case(
        "unknown-heater",
        "{name: c, ramp: {voltage: 8 V, over: 9 s, heaters: c}}",
        "c}",
        "write one of a, b",
        "{name: c, ramp: {voltage: 8 V, over: 9 s, heaters: [b, a]}}",
    ),
    Case(
        "not-set",
        "steps:\n  - {name: c, ramp: {voltage: 8 V, over: 9 s}}\n",
        "{voltage: 8 V",
        "voltage",
        f"steps:\n  - {{name: c, {SET}, ramp: {{voltage: 8 V, over: 9 s}}}}\n",
    ),
    Case(
        "not-set",
        "steps:\n  - {name: c, supply: {current_limit: 1 A, output: on}, ramp: {voltage: 8 V, over: 9 s}}\n",
        "{voltage: 8 V",
        "voltage",
        f"steps:\n  - {CURVE % ('5 s', '7 V')}\n  - {RAMP}\n",
    ),
]


@pytest.mark.parametrize("case", [*STEPS, *CURVES], ids=lambda case: f"{case.code}-{case.offending}")
def test_a_mistake_is_found_once_where_it_is_and_its_near_miss_is_none(
    link: Link, tmp_path: Path, case: Case
) -> None:
    assert_found_once(link, case, tmp_path / "plan.yaml")


def test_faults_need_a_bench_that_is_simulated_in_this_process(link: Link, bench: BenchDescription) -> None:
    text = HEAD + "steps:\n  - {name: a, inject: supply:hang, hold: 9 s}\n"
    program, (found,) = link(text, replace(bench, simulation=None))
    assert program is None
    assert (found.code, found.excerpt[found.column - 1 :][:11]) == ("plan/no-fault-port", "supply:hang")
    assert "simulated bench" in found.help
    program, found_none = link(text, bench)
    assert (program is not None, found_none) == (True, [])
