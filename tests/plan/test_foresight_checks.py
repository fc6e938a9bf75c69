"""Checks that no run of a plan could judge: what is not exercised, and signals that have no such value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rig import shipped
from rig.bench.loading import load_bench
from rig.checks.table import METRICS
from tests.plan.foreseen import Case, changed, found_in, shows

PEAK = "  - peak_temperature: {limit: ir-lumbar-wrap/skin-peak}\n"
COLD = ("    belt: {level: high, session: 30 min, regulation: normal}\n", "    belt: {level: off}\n")
WATCHED = ("    until: {event: belt.watchdog}\n    within: 20 s\n", "    hold: 20 s\n")
REGULATED = "belt: {level: high, session: 30 min, regulation: normal}"
LOOK = """plan: look
purpose: Warms up for a minute.
device: ir-lumbar-wrap
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
steps:
  - name: heat
    supply: {voltage: rated, current_limit: 1.2 A, output: on}
    hold: 1 min
checks:
  - ramp: {at_most: 2 K/min}
"""


def adding(check: str) -> tuple[str, str]:
    """A check before the last of the plans on heat."""
    return PEAK, f"  - {check}\n{PEAK}"


CASES = [
    Case(
        "not-exercised",
        "heat-up",
        (adding("response_delay: {at_most: 1 s}"),),
        "response_delay",
        (("regulation: normal}\n    hold: 25 min", "regulation: defeated}\n    hold: 25 min"),),
        (adding("response_delay: {at_most: 1 s}"), ("regulation: normal", "regulation: defeated")),
        severity="warning",
        remedy="regulation: defeated",
    ),
    Case(
        "not-exercised",
        "session-timer",
        (adding("report: [trip_temperature]"),),
        "trip_temperature",
        (("report: [trip_temperature]", "report: [unit_power]"),),
        severity="warning",
    ),
    Case(
        "not-exercised",
        "probe-check",
        (("- probe_placement: {at_most: 0}", "- rise_time: {step: settle, at_most: 7 min}"),),
        "rise_time",
        (("- rise_time: {step: settle, at_most: 7 min}", "- probe_placement: {at_most: 0}"),),
        remedy="or remove the check",
    ),
    Case(
        "not-exercised",
        "cutoff",
        (("hold: 12 min", "hold: 4 min"),),
        "5 min",
        (("hold: 4 min", "hold: 12 min"),),
        remedy="hold for 5 min",
    ),
    Case(
        "not-exercised",
        "cutoff",
        (("hold: 12 min", "hold: 535 s"),),
        "5 min",
        (("hold: 535 s", "hold: 10 min"),),
        (("hold: 12 min", "hold: 536 s"),),
        severity="warning",
    ),
    Case(
        "not-exercised",
        "cutoff",
        (("hold: 12 min", "belt: {level: off}\n    hold: 12 min"),),
        "5 min",
        (("belt: {level: off}\n    hold: 12 min", "hold: 12 min"),),
    ),
    Case(
        "not-exercised",
        "cutoff",
        (
            ("    belt: {rearm: true}\n    hold: 5 s", "    hold: 5 s"),
            ("    belt: {rearm: true}\n    until: {event: belt.rearmed}\n    within: 10 s", "    hold: 5 s"),
        ),
        "latch",
        (("  - name: heat returns\n", "  - name: heat returns\n    belt: {rearm: on}\n"),),
        remedy="belt: {rearm: on}",
    ),
    Case(
        "not-exercised",
        "session-timer",
        (
            ("    until: {event: belt.session_end}\n    within: 13 min", "    hold: 7 min"),
            ("hold: 2 min", "hold: 9 s"),
        ),
        "session_length: {limit",
        (("hold: 7 min", "until: {event: belt.session_end}\n    within: 12 min"),),
        (
            ("    until: {event: belt.session_end}\n    within: 13 min", "    hold: 9 min"),
            ("hold: 2 min", "hold: 1 min"),
        ),
        remedy="until: {event: belt.session_end} and within: 720 s",
        times=2,
    ),
    Case(
        "not-exercised",
        "host-watchdog",
        (WATCHED, ("belt: 5 s", "belt: 1 s")),
        "watchdog_delay",
        (("belt: 1 s", "belt: 5 s"), (WATCHED[1], WATCHED[0])),
        remedy="sampling: {belt: 5 s} and wait until: {event: belt.watchdog}",
    ),
    Case(
        "not-exercised",
        "probe-check",
        (("heaters: b, ", ""),),
        "probe_placement",
        (("supply: {voltage", "supply: {heaters: b, voltage"),),
        remedy="heaters: b",
    ),
    Case(
        "not-exercised",
        "probe-check",
        (("hold: 70 s\n\n", "hold: 9 s\n\n"),),
        "probe_placement",
        (("hold: 9 s\n\n", "hold: 20 s\n\n"),),
        remedy="hold: 70 s",
    ),
    Case(
        "not-exercised",
        "steady-state",
        (("- drift: {", "- drift: {detector: iec60601-1, "),),
        "iec60601-1",
        (("detector: iec60601-1", "detector: slope"),),
        (("- drift: {", "- drift: {detector: ul-3-readings, "),),
        remedy="name another detector",
    ),
    Case(
        "not-exercised",
        "heat-up",
        (("  start: stable\n", ""), ("hold: 2 min", "hold: 5 s")),
        "rise_time",
        (("hold: 5 s", "hold: 1 min"),),
        (("  start: stable\n", ""), ("hold: 2 min", "hold: 20 s")),
        severity="warning",
        remedy="hold: 1 min",
        times=2,
    ),
    Case(
        "never-judged",
        "heat-up",
        (("peak_temperature: {", "peak_temperature: {of: belt.a.sensor, "),),
        "belt.a.sensor",
        (
            (
                "of: belt.a.sensor, limit: ir-lumbar-wrap/skin-peak",
                "of: skin.hottest, limit: ir-lumbar-wrap/skin-peak",
            ),
        ),
        (("peak_temperature: {", "peak_temperature: {of: case, "),),
        remedy="skin.hottest",
    ),
    Case(
        "never-judged",
        "heat-up",
        (("- ramp: {", "- ramp: {of: junction, "),),
        "junction",
        (("of: junction", "of: skin.hottest"),),
        (("- ramp: {", "- ramp: {of: belt.a.sensor, "),),
    ),
    Case(
        "never-judged",
        "steady-state",
        (("- drift: {", "- drift: {of: skin.hottest, "),),
        "skin.hottest",
        (("of: skin.hottest", "of: skin.a1"),),
        (("- drift: {", "- drift: {of: belt.b.sensor, "),),
        remedy="of: skin.a1",
    ),
    Case(
        "never-judged",
        "heat-up",
        (("- overshoot_above: {level", "- overshoot_above: {of: supply.a.voltage, level"),),
        "supply.a.voltage",
        (("of: supply.a.voltage", "of: skin.hottest"),),
    ),
    Case(
        "not-exercised",
        "heat-up",
        (adding("fault_response: {at_most: 1 s}"),),
        "fault_response",
        (("hold: 25 min", "inject: belt:spurious\n    hold: 25 min"),),
        severity="error",
        remedy="add inject: or relays:",
    ),
    Case(
        "not-exercised",
        "cutoff",
        (("  - latch: {}\n", "  - latch: {}\n  - trip_repeatability: {at_most: 0.3 K}\n"),),
        "trip_repeatability",
        (("  - trip_repeatability: {at_most: 0.3 K}\n", ""),),
        severity="error",
        remedy="repeat: 3 or more",
    ),
    Case(
        "beyond-interlock",
        "heat-up",
        (adding("time_above: {level: 46 degC, at_most: 1 min}"),),
        "46 degC",
        (("level: 46 degC", "level: 44 degC"),),
        remedy="write less than 45 °C",
    ),
    Case(
        "beyond-interlock",
        "heat-up",
        (("temperature: 39 degC", "temperature: 45.5 degC"),),
        "45.5 degC",
        (("temperature: 45.5 degC", "temperature: 44.9 degC"),),
        (("temperature: 39 degC", "temperature: 45 degC"),),
        remedy="write less than 45 °C",
    ),
    Case(
        "beyond-interlock",
        "heat-up",
        (
            (
                "level: high, limit: ir-lumbar-wrap/overshoot",
                "level: 46 degC, limit: ir-lumbar-wrap/overshoot",
            ),
        ),
        "46 degC",
        (("level: 46 degC", "level: high"),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_check_that_no_run_could_judge_is_found_and_the_remedy_mends_it(case: Case) -> None:
    assert list(shows(case)) == []


def test_a_level_that_is_never_put_on_is_as_grave_as_one_that_is_off() -> None:
    (found,) = found_in(LOOK, "heat-up")
    assert (found.code, found.severity) == ("plan/not-exercised", "error")
    assert (
        found_in(
            LOOK.replace("    hold", "    belt: {level: low, session: 10 min, regulation: normal}\n    hold"),
            "heat-up",
        )
        == []
    )
    off = LOOK.replace("    hold", "    belt: {level: off}\n    hold")
    assert [str(each.severity) for each in found_in(off, "heat-up")] == ["error"]


def test_an_interlock_on_long_warmth_lets_a_temperature_be_reached() -> None:
    rule = ("{stale: scanner, after: 3 s}", "{signal: skin.*, above: 39.9 degC, for: %s}")
    warm = ("temperature: 39 degC", "temperature: 40 degC")
    codes = {
        time: [
            each.code
            for each in found_in(changed("heat-up", ((rule[0], rule[1] % time), warm)), "heat-up")
            if each.severity == "error"
        ]
        for time in ("10 s", "5 min")
    }
    assert codes == {"10 s": ["plan/beyond-interlock"], "5 min": []}


def test_units_without_probes_cannot_be_compared() -> None:
    bench = load_bench(shipped.bench())
    (slot,) = bench.slots
    one = replace(slot, probes=tuple(probe for probe in slot.probes if probe.heater != "b"))
    text = LOOK.replace("output: on}", "output: on, heaters: a}").replace(
        "    hold", "    belt: {level: low, session: 10 min, regulation: normal}\n    hold"
    )
    compare = text.replace("ramp: {at_most: 2 K/min}", "unit_difference: {at_most: 1 K}")
    bare = replace(bench, slots=(one,), interlocks=None)
    assert [each.code for each in found_in(compare, "heat-up", bare)] == ["plan/never-judged"]
    assert found_in(text, "heat-up", bare) == []


def test_what_is_only_reported_is_warned_of() -> None:
    text = changed("session-timer", (adding("report: [response_delay]"),))
    (found,) = found_in(text, "session-timer")
    assert (found.code, found.severity) == ("plan/not-exercised", "warning")


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("plan", ["cutoff", "session-timer", "host-watchdog", "probe-check"])
def test_a_report_of_any_metric_refuses_no_plan(plan: str, metric: str) -> None:
    text = shipped.plans()[plan].read_text(encoding="utf-8")
    found = found_in(
        f"{text[: text.index('checks:')].replace('covers:', 'covers: [] #')}checks: [report: [{metric}]]",
        plan,
    )
    assert {str(each.severity) for each in found} <= {"warning"}


def test_an_own_sensor_reaches_the_threshold_and_its_interlock_must_let_it() -> None:
    rule = ("{stale: scanner, after: 3 s}", "{signal: belt.*.sensor, above: %s}")
    codes = {
        limit: [each.code for each in found_in(changed("cutoff", ((rule[0], rule[1] % limit),)), "cutoff")]
        for limit in ("40.4 degC", "41 degC")
    }
    assert codes == {"40.4 degC": ["plan/trips-in-use"], "41 degC": []}
