"""Plans that take a moment of the virtual clock, for the plugin's tests."""

from __future__ import annotations

PLAN = """\
plan: Short heat
purpose: Some seconds of heat, for what does not need minutes.
{top}
device: ir-lumbar-wrap
interlocks:
  - {{signal: skin.*, above: {trip}, for: 2 readings}}
{setup}
steps:
  - name: heat
    supply: {{voltage: rated, current_limit: 1.2 A, output: on}}
    belt: {{level: high, session: 10 min, regulation: normal}}
    {action}
checks:{checks}
"""

PASSES = "{at_most: 40 degC}"
FAILS = "{at_most: 30 degC}"
BETWEEN = "{at_most: 34.2 degC}"
"""The skin is at 34 °C and U is 0.4 K."""

NEVER = "until: {event: belt.cutoff}\n    within: 3 s"

SWEEP = """\
plan: Sweep
purpose: Heats at several voltages.
device: ir-lumbar-wrap
parameters: {drive: rated}
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
steps:
  - name: sweep
    for_each: {drive: [1.1 × rated, 7 V]}
    steps:
      - name: heat
        supply: {voltage: drive, current_limit: 1.2 A, output: on}
        belt: {level: high, session: 10 min, regulation: normal}
        hold: 5 s
checks:
  - peak_temperature: {at_most: 40 degC, step: sweep}
  - peak_temperature: {at_most: 40 degC, name: overall}
"""


def plan(
    *checks: str, top: str = "", setup: str = "", trip: str = "45 degC", action: str = "hold: 5 s"
) -> str:
    """A plan with these checks, each ``name: {parameters}``; none without any."""
    listed = "".join(f"\n  - {check}" for check in checks) or " []"
    return PLAN.format(checks=listed, top=top, setup=setup, trip=trip, action=action)


def peaks(**limits: str) -> str:
    """A plan that judges the peak temperature several times, under these names."""
    return plan(*(f"peak_temperature: {{name: {name}, {limit[1:]}" for name, limit in limits.items()))
