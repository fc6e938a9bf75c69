"""What a reading's instant is worth: exchanges and clocks that are slow or fast show in the width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rig import shipped
from rig.bench.loading import load_bench
from rig.bench.scanner_station import ScannerStation
from rig.bench.stamps import BELT, SCANNER, SUPPLY, scan_within_s
from rig.bench.wiring import wire
from rig.clock import VirtualClock

STAMPS = [0.5 * channel / 13 for channel in range(14)]


class Scanner:
    """A scan of 0.5 s behind a link that takes so long; its clock counts at a rate."""

    def __init__(self, clock: VirtualClock, *, link_s: float = 0.02, rate: float = 1.0) -> None:
        self.clock = clock
        self.link_s = link_s
        self.rate = rate

    def scan(self) -> tuple[list[float], list[float]]:
        self.clock.sleep(0.5 + self.link_s)
        return [1e-3] * len(STAMPS), [round(stamp * self.rate, 3) for stamp in STAMPS]


def width(**scanner: float) -> float | None:
    """What a reading of that scanner says of its own width."""
    clock = VirtualClock()
    wires = load_bench(shipped.bench()).thermocouples
    station = ScannerStation("scanner", cast("Any", Scanner(clock, **scanner)), {}, wires, clock)
    found: list[float | None] = []
    worker = clock.spawn("test", lambda: found.append(station.read().within_s))
    assert worker.join(5.0)
    return found[0]


def test_a_scan_as_usual_says_nothing_of_its_width() -> None:
    assert width() is None


def test_a_scan_whose_exchange_takes_long_is_as_wide_as_its_stamps_leave_open() -> None:
    assert width(link_s=0.2) == pytest.approx(0.2015, abs=1e-3)


def test_a_scanners_clock_that_runs_a_tenth_of_a_percent_fast_is_within_the_usual_width() -> None:
    """0.5 ms over the scan; 21.5 ms of 50 ms are taken, by the link, the stamps' last digit and that rate."""
    assert width(rate=1.001) is None
    assert scan_within_s(0.52, STAMPS) >= 0.02 + 0.001 + 0.001 * 0.5
    assert scan_within_s(0.52, [stamp * 1.001 for stamp in STAMPS]) <= SCANNER.within_s


def test_a_scanner_that_counts_more_than_the_bench_is_as_wide_as_they_differ() -> None:
    assert width(rate=3.0) == pytest.approx(0.98 + 0.0025, abs=2e-3)


@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.lists(st.floats(0.0, 3.0), max_size=5))
def test_no_channel_lies_further_from_its_stamp_than_the_width(
    before_s: float, after_s: float, offsets: Sequence[float]
) -> None:
    """Wherever within the exchange the instrument began to count."""
    took_s = before_s + max(offsets, default=0.0) + after_s
    assert before_s <= scan_within_s(took_s, offsets)


def test_the_head_says_of_each_source_how_it_is_stamped() -> None:
    bench = load_bench(shipped.bench())
    sources = wire(bench, bench.slots[0], {"scanner": 1.0, "supply": 0.2, "belt": 0.1})["sources"]
    assert {name: source["stamp"]["of"] for name, source in sources.items()} == {
        "scanner": "own",
        "supply": "middle",
        "belt": "middle",
    }
    assert [sources[n]["stamp"]["within_s"] for n in ("supply", "belt")] == [SUPPLY.within_s, BELT.within_s]
