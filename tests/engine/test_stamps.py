"""An exchange that takes long says so in its scan line, and in nobody else's."""

from __future__ import annotations

import pytest

from tests.runs import Plan, Run, lines_of


def test_exchanges_as_usual_say_nothing(run: Run, short_plan: Plan) -> None:
    assert not [line for line in lines_of(run(short_plan("20 s")), "scan") if "w" in line]


@pytest.mark.parametrize(("source", "half_s"), [("belt", 0.1), ("supply", 0.05)])
def test_an_exchange_that_takes_long_says_its_own_width(
    run: Run, short_plan: Plan, source: str, half_s: float
) -> None:
    result = run(short_plan("20 s"), faults=(f"{source}:delay={2 * half_s}@60",))
    wide = [line for line in lines_of(result, "scan") if "w" in line]
    assert [list(line["w"]) for line in wide] == [[source]]
    assert half_s <= wide[0]["w"][source] <= half_s + 0.02
    assert source in wide[0]["s"]
