"""Relays in plans: demands of the lane that owns them, and one diagnostic for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig import shipped
from rig.bench.loading import describe_bench, load_bench
from rig.documents import Diagnostic, Diagnostics, DiagnosticsError, parse_document
from rig.plan.loading import load_program
from tests.plan.conftest import Link

BENCH = load_bench(shipped.bench("fault-relays"))
PLAN = """
plan: Relays
purpose: Relays are moved, and nothing is heated.
covers: []
device: ir-lumbar-wrap
parameters:
  relay: {default: open-a1, one_of: [open-a1, short-a2]}
  position: {default: closed, one_of: [closed, open]}
steps:
  - name: make
    relays: {relay: position, cut-link: open}
    hold: 1 s
checks:
  - report: [trip_temperature]
"""
TWO = Path(__file__).parents[1] / "engine" / "two-belts.yaml"
RELAY_OF_LEFT = """
relays:
  open-left: {channel: scanner/301, slot: left, about: wire, simulates: {closed: skin.a1:open, open: skin.a1:mend}}
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "relays.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def demands(plan: Path, **settings: str) -> dict[str, object]:
    (step,) = load_program(plan, BENCH, settings=settings).walk()
    return {demand.output: demand.value for demand in step.demands}


def test_a_parameter_stands_for_a_relay_and_for_its_position(plan: Path) -> None:
    assert demands(plan) == {"relay.open-a1": True, "relay.cut-link": False}
    assert demands(plan, relay="short-a2", position="open") == {
        "relay.short-a2": False,
        "relay.cut-link": False,
    }


def test_a_parameter_cannot_be_set_to_a_relay_that_it_may_not_be(plan: Path) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        demands(plan, relay="cut-link")
    assert "relay is one of open-a1, short-a2" in str(caught.value)


def found_in(text: str, link: Link) -> list[Diagnostic]:
    program, found = link(text, BENCH, Path("relays.yaml"))
    assert program is None
    return found


@pytest.mark.parametrize(
    ("old", "new", "code", "offending"),
    [
        ("cut-link: open", "cut-lnk: open", "plan/unknown-relay", "cut-lnk"),
        ("cut-link: open", "cut-link: opened", "plan/unknown-position", "opened"),
        ("cut-link: open", "open-a1: open", "plan/two-positions", "open-a1"),
        ("cut-link: open", "cut-link: {}", "plan/wrong-kind", "{}"),
        ("relays: {relay: position, cut-link: open}", "relays: [relay]", "plan/wrong-kind", "[relay]"),
    ],
)
def test_a_mistake_is_found_where_it_is(link: Link, old: str, new: str, code: str, offending: str) -> None:
    text = PLAN.replace(old, new)
    if offending == "[relay]":
        text = text.replace("  relay: {default: open-a1, one_of: [open-a1, short-a2]}\n", "")
        text = text.replace("parameters:\n  position: {default: closed, one_of: [closed, open]}\n", "")
    (found,) = found_in(text, link)
    assert found.code == code
    line = text.splitlines()[found.line - 1]
    assert line[found.column - 1 :].startswith(offending)
    assert found.help


def test_a_bench_without_relays_says_so(link: Link) -> None:
    text = PLAN.replace("{relay: position, cut-link: open}", "{open-a1: closed}")
    text = text[: text.index("parameters:")] + text[text.index("steps:") :]
    program, (found,) = link(text)
    assert program is None
    assert (found.code, found.help) == (
        "plan/unknown-relay",
        "choose a bench file that has relays, with --bench",
    )


def test_a_relay_of_another_slot_is_its_lanes_alone(tmp_path: Path, plan: Path) -> None:
    """So no two lanes can demand one relay."""
    diagnostics = Diagnostics()
    text = TWO.read_text(encoding="utf-8") + RELAY_OF_LEFT
    document = parse_document(text.encode(), str(tmp_path / "two.yaml"), diagnostics)
    assert document is not None
    bench = describe_bench(document, diagnostics)
    assert bench is not None
    only = PLAN.replace("{relay: position, cut-link: open}", "{open-left: closed}")
    plan.write_text(only[: only.index("parameters:")] + only[only.index("steps:") :], encoding="utf-8")
    assert load_program(plan, bench, slot="left").steps
    with pytest.raises(DiagnosticsError, match="relay open-left belongs to slot left") as caught:
        load_program(plan, bench, slot="right")
    assert "plan/unknown-relay" in str(caught.value)


def test_a_teardown_moves_no_relay(link: Link) -> None:
    text = PLAN + "teardown:\n  - {name: mend, relays: {open-a1: open}}\n"
    (found,) = (each for each in found_in(text, link) if each.severity == "error")
    assert found.code == "plan/teardown-demands"
