"""Rules that the table of mistakes cannot show: what is allowed, remedies, and mistakes that come alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import describe_bench
from rig.documents import Diagnostics, parse_document

Link = Callable[..., tuple[Any, list[Any]]]


def bench_with(old: str, new: str) -> BenchDescription:
    text = shipped.bench().read_text(encoding="utf-8")
    assert old in text
    diagnostics = Diagnostics()
    document = parse_document(text.replace(old, new, 1).encode(), "bench.yaml", diagnostics)
    assert document is not None
    bench = describe_bench(document, diagnostics)
    assert bench is not None
    return bench


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("belt: 10 Hz", "belt: 50 Hz"),
        ("45 degC, for: 2 readings", "45 degC, for: 9 readings"),
        ("45 degC, for: 2 readings", "45 degC, for: 9 s"),
        ("hold: 1 min", "hold: 30 s"),
        (
            "until: {event: belt.cutoff}\n    within: 20 min",
            "until: {event: belt.session_end}\n    within: 31 min",
        ),
    ],
)
def test_what_is_just_allowed(link: Link, plan_text: str, old: str, new: str) -> None:
    """Poll once a second at least (docs/belt-protocol.md) and 50 Hz at most; 9 readings of 1 s and one more: 10 s."""
    assert old in plan_text
    assert link(plan_text.replace(old, new, 1))[1] == []


def test_a_belt_may_be_asked_once_a_second_where_no_check_needs_more(link: Link, plan_text: str) -> None:
    slow = plan_text.replace("belt: 10 Hz", "belt: 1 s")
    assert link(slow.replace("{at_most: 1 s}", "{at_most: 2 s}"))[1] == []


def test_a_belt_that_does_not_heat_may_be_polled_slowly(link: Link) -> None:
    text = (
        "plan: look\npurpose: Reads.\ndevice: ir-lumbar-wrap\nsampling: {belt: 5 s, thermocouples: 20 s}\n"
        "steps:\n  - {name: look, belt: {level: off}, hold: 5 s}\n"
    )
    assert link(text)[1] == []


def test_polling_faster_than_telemetry_names_the_highest_rate(link: Link, plan_text: str) -> None:
    _, (found,) = link(plan_text.replace("belt: 10 Hz", "belt: 100 Hz"))
    assert "50 Hz" in found.message
    assert found.help == "write 50 Hz or less"


def test_polling_too_slowly_names_watchdog_and_remedy(link: Link, plan_text: str) -> None:
    _, (found,) = link(plan_text.replace("belt: 10 Hz", "belt: 2 s"))
    assert "host watchdog switches off after 2 s" in found.message
    assert found.help.startswith("write 1 s or less")


def test_steps_after_the_end_of_a_session_may_be_long(link: Link, plan_text: str) -> None:
    text = plan_text.replace(
        "until: {event: belt.cutoff}\n    within: 20 min",
        "until: {event: belt.session_end}\n    within: 31 min",
    )
    assert link(text.replace("hold: 12 min", "hold: 60 min"))[1] == []


def test_an_over_temperature_rule_that_is_too_slow_says_how_slow(link: Link, plan_text: str) -> None:
    """60 readings of 1 s and one more: 61 s."""
    _, (found,) = link(plan_text.replace("45 degC, for: 2 readings", "45 degC, for: 60 readings"))
    assert "needs 1 min 1 s to act" in found.message
    assert "within 10 s" in found.message


@pytest.mark.parametrize(
    ("nplc", "thermocouples", "remedy"),
    [
        ("10", "1 Hz", "write 0.3 Hz or less, or lower nplc in the bench file"),
        ("200", "1 Hz", "lower nplc in the bench file"),
    ],
)
def test_a_slow_scan_has_a_remedy_that_helps(
    link: Link, plan_text: str, nplc: str, thermocouples: str, remedy: str
) -> None:
    """14 channels of 17 ms and 10 or 200 cycles of 20 ms: 3.04 s and 56.2 s."""
    bench = bench_with("nplc: 1,", f"nplc: {nplc},")
    _, (found,) = link(plan_text.replace("thermocouples: 1 Hz", f"thermocouples: {thermocouples}"), bench)
    assert (found.code, found.help) == ("plan/sampling-too-fast", remedy)


def test_below_a_tenth_of_a_hertz_the_remedy_is_a_period(link: Link) -> None:
    text = (
        "plan: look\npurpose: Reads.\ndevice: ir-lumbar-wrap\nsteps:\n  - {name: look, hold: 5 s}\n"
        "sampling: {thermocouples: 1 Hz}\n"
    )
    _, (found,) = link(text, bench_with("nplc: 1,", "nplc: 60,"))
    assert found.help == "write 20 s or more, or lower nplc in the bench file"


@pytest.mark.parametrize("rest", ["", "sampling: {belt: 10 Hz}\n"])
def test_a_plan_without_steps_is_told_only_that(link: Link, plan_text: str, rest: str) -> None:
    start, end = plan_text.index("steps:\n"), plan_text.index("checks:")
    program, found = link(plan_text[:start] + "steps: []\n" + plan_text[end:])
    assert program is None
    assert [item.code for item in found] == ["plan/no-steps"]


def test_prose_may_have_several_lines(link: Link, plan_text: str) -> None:
    start, end = plan_text.index("purpose:"), plan_text.index("covers:")
    _, found = link(plan_text[:start] + "purpose: |\n  One line.\n  Another.\n" + plan_text[end:])
    assert found == []


def test_a_setting_cannot_bring_control_characters(link: Link, bench: BenchDescription) -> None:
    from rig.documents import DiagnosticsError
    from rig.plan.loading import load_program

    path = shipped.find_plan_file("cutoff")
    assert path is not None
    with pytest.raises(DiagnosticsError) as caught:
        load_program(path, bench, {"steps.1.name": "a\x1b[31mb"})
    assert [found.code for found in caught.value.diagnostics] == ["yaml/control"]
    assert "\x1b" not in str(caught.value)


def test_an_hmp4040_is_read_more_slowly_than_the_plan_may_ask(link: Link, plan_text: str) -> None:
    """Two outputs of an HMP: 9 queries of 10 ms, 90 ms; 12 Hz would be 83 ms."""
    bench = bench_with(
        "driver: keysight-e36300\n    model: E36313A", "driver: rohde-schwarz-hmp\n    model: HMP4040"
    )
    assert link(plan_text, bench)[1] == []
    _, (found,) = link(plan_text.replace("supply: 5 Hz", "supply: 12 Hz"), bench)
    assert (found.code, found.help) == ("plan/sampling-too-fast", "write 11.1 Hz or less")
