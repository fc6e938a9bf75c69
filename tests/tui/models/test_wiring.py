"""The drawing of a bench: every output, spot, channel and relay at its place, in any width."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from rig import shipped
from rig.bench.description import BenchDescription, IndependentCutoff
from rig.bench.loading import load_bench
from rig.tui.models.wiring import draw
from rig.tui.words import plain


@pytest.mark.parametrize("width", [60, 78, 118, 198])
@pytest.mark.parametrize("name", shipped.bench_names())
def test_no_line_is_wider_than_asked(name: str, width: int) -> None:
    lines = draw(load_bench(shipped.bench(name)), width)
    assert max(map(cell_len, lines)) <= max(width, 78)


def test_each_probe_stands_on_the_line_of_its_channel(bench: BenchDescription) -> None:
    lines = draw(bench, 118)
    for probe in bench.slots[0].probes:
        (line,) = (line for line in lines if f" {probe.signal} " in line)
        assert line.rstrip("│ ").endswith(f"┤ {probe.channel}")


def test_each_heater_hangs_on_its_output_and_shows_what_protects_it(bench: BenchDescription) -> None:
    text = "\n".join(draw(bench, 118))
    assert text.index("unit a") < text.index("output 2├─") < text.index("unit b") < text.index("output 3├─")
    assert text.count("OVP 9 V") == 2
    assert "opens" not in text
    cutoff = IndependentCutoff("thermostat", 48.0, "on the pad", "2026-10-01", "Jo Doe")
    guarded = replace(bench, slots=(replace(bench.slots[0], cutoff=cutoff),))
    assert "\n".join(draw(guarded, 118)).count("opens 48 °C") == 2


def test_four_belts_are_four_drawings_and_relays_are_drawn() -> None:
    text = "\n".join(draw(load_bench(shipped.bench("four-belts")), 118))
    assert [text.count(f"{slot}: ir-lumbar-wrap") for slot in ("one", "two", "three", "four")] == [1] * 4
    assert text.count("shared by 2") == 8
    relays = "\n".join(draw(load_bench(shipped.bench("fault-relays")), 118))
    assert "open-a1  breaks the wire" in relays
    assert "┤ 201" in relays


def test_a_plain_drawing_is_ascii(bench: BenchDescription) -> None:
    assert all(line.isascii() and "?" not in line for line in map(plain, draw(bench, 78)))
