"""Relays in bench files: whose each is, and one diagnostic for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import RELAY, BenchDescription
from rig.bench.loading import describe_bench, load_bench
from rig.bench.relays import RESERVED
from rig.documents import Diagnostic, Diagnostics, parse_document
from rig.engine.image import WRITE_ORDER

TEXT = shipped.bench("fault-relays").read_text(encoding="utf-8")
TWO = (Path(__file__).parents[1] / "engine" / "two-belts.yaml").read_text(encoding="utf-8")
RELAYS_OF_TWO = """
relays:
  open-left: {channel: scanner/301, slot: left, about: wire, simulates: {closed: skin.a1:open, open: skin.a1:mend}}
  open-right: {channel: scanner/302, slot: right, about: wire, simulates: {closed: skin.a1:open, open: skin.a1:mend}}
"""


def describe(text: str) -> tuple[BenchDescription | None, list[Diagnostic]]:
    diagnostics = Diagnostics()
    document = parse_document(text.encode(), "bench.yaml", diagnostics)
    bench = None if document is None else describe_bench(document, diagnostics)
    return bench, diagnostics.sorted()


def test_relays_belong_to_the_only_slot() -> None:
    bench = load_bench(shipped.bench("fault-relays"))
    assert [(r.name, r.scanner, r.channel, r.slot) for r in bench.relays] == [
        ("open-a1", "scanner", 201, "main"),
        ("short-a2", "scanner", 202, "main"),
        ("cut-link", "scanner", 203, "main"),
    ]
    first = bench.relays_of("main")[0]
    assert first.output == RELAY + "open-a1"
    assert (first.closing, first.opening) == ("skin.a1:open", "skin.a1:mend")


def test_a_bench_of_several_slots_says_whose_a_relay_is() -> None:
    bench, found = describe(TWO + RELAYS_OF_TWO)
    assert found == []
    assert bench is not None
    assert [relay.name for relay in bench.relays_of("right")] == ["open-right"]


def test_a_bench_of_real_instruments_may_say_what_its_relays_would_do() -> None:
    bench, found = describe(TEXT[: TEXT.index("simulation:")])
    assert found == []
    assert bench is not None
    assert len(bench.relays) == 3


def test_a_simulated_relay_that_does_nothing_is_a_warning() -> None:
    bench, (found,) = describe(TEXT.replace("    simulates: {closed: belt:cut, open: belt:mend}\n", ""))
    assert bench is not None
    assert (found.code, found.severity.value, found.line) == (
        "bench/idle-relay",
        "warning",
        TEXT[: TEXT.index("  cut-link:")].count("\n") + 1,
    )


def test_no_relay_can_be_called_as_the_engine_calls_other_outputs() -> None:
    assert frozenset(WRITE_ORDER) <= RESERVED


MISTAKES = [
    ("channel: scanner/202", "channel: scaner/202", "address", "scaner/202"),
    ("channel: scanner/202", "channel: supply/2", "address", "supply/2"),
    ("channel: scanner/202", "channel: scanner", "address", "scanner"),
    ("channel: scanner/202", "channel: scanner/221", "address", "scanner/221"),
    ("channel: scanner/202", "channel: scanner/201", "used-twice", "scanner/201"),
    ("channel: scanner/202", "channel: scanner/103", "used-twice", "scanner/103"),
    ("channel: scanner/202", "channel: scanner/101", "used-twice", "scanner/101"),
    ("channel: scanner/202", "channel: scanner/120", "relay-module", "scanner/120"),
    ("  short-a2:", "  Short A2:", "name", "Short A2"),
    ("  short-a2:", "  output:", "name", "output"),
    ("  short-a2:", "  open-a1:", "yaml/duplicate-key", "open-a1"),
    ("    about: breaks the wire", "    slot: mian\n    about: breaks the wire", "unknown-slot", "mian"),
    ("closed: skin.a2:short", "closed: skin.a2:shrot", "bad-fault", "skin.a2:shrot"),
    ("closed: skin.a2:short", "closed: skin.a9:short", "bad-fault", "skin.a9:short"),
    ("closed: skin.a2:short", "closed: skin.a2:short@4", "bad-fault", "skin.a2:short@4"),
    ("closed: skin.a2:short", "closed: scanner:reboot", "bad-fault", "scanner:reboot"),
    ("closed: skin.a2:short", "closed: skin.a2:swapped=skin.a9", "bad-fault", "skin.a2:swapped=skin.a9"),
    ("closed: skin.a2:short", "closed: skin.a2:swapped=skin.a2", "bad-fault", "skin.a2:swapped=skin.a2"),
    ("closed: belt:cut", "closed: belt:welded=c", "bad-fault", "belt:welded=c"),
    ("open: skin.a2:mend", "open: skin.a2:mended", "bad-fault", "skin.a2:mended"),
    ("{closed: skin.a2:short, open: skin.a2:mend}", "{closed: skin.a2:short}", "missing-key", "closed"),
    ("    about: shorts the wires", "    abuot: shorts the wires", "unknown-key", "abuot"),
]


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: f"{case[2]}-{case[1]}")
def test_a_mistake_is_found_once_where_it_is(case: tuple[str, str, str, str]) -> None:
    old, new, code, offending = case
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    bench, found = describe(text)
    assert bench is None
    assert [item.code for item in found] == [code if "/" in code else f"bench/{code}"]
    assert found[0].help
    line = text.splitlines()[found[0].line - 1]
    assert line[found[0].column - 1 :].startswith(offending)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("slot: left, about", "about", "bench/missing-key"),
        ("slot: right", "slot: rihgt", "bench/unknown-slot"),
    ],
)
def test_on_a_bench_of_several_slots_a_relay_needs_one(old: str, new: str, code: str) -> None:
    bench, (found,) = describe(TWO + RELAYS_OF_TWO.replace(old, new))
    assert bench is None
    assert found.code == code


def test_an_instrument_with_mistakes_of_its_own_is_reported_alone() -> None:
    _, found = describe(TEXT.replace("driver: keysight-daq970a", "driver: keysight-daq971a"))
    assert [item.code for item in found] == ["bench/unknown-driver"]
