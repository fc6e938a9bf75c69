"""What the shipped benches' instruments can do: for one heater, and for all slots together."""

from __future__ import annotations

import pytest

from rig import shipped
from rig.bench.loading import load_bench
from rig.bench.ratings import heater_ratings, slowest_scan_s, slowest_supply_s


def test_an_output_gives_each_of_its_heaters_a_share_of_its_amps() -> None:
    bench = load_bench(shipped.bench("four-belts"))
    ratings = list(heater_ratings(bench, bench.slot("two")))
    assert [(rating.heater, rating.most_amps, rating.most_volts) for rating in ratings] == [
        ("a", 5.005, 32.05),
        ("b", 5.005, 32.05),
    ]
    assert ratings[0].who == ("output 2 of the HMP4040, which feeds 2 heaters, gives each of them at most")


def test_an_output_of_its_own_gives_a_heater_all() -> None:
    bench = load_bench(shipped.bench())
    (rating, _) = heater_ratings(bench, bench.slot("main"))
    assert (rating.most_amps, rating.who) == (2.06, "output 2 of the E36313A goes to at most")


def test_a_scan_reads_the_probes_of_all_slots_and_a_reading_all_outputs() -> None:
    bench = load_bench(shipped.bench("four-belts"))
    for slot in bench.slots:
        # 32 probes and the junction, each 17 ms of relay and 4 ms of integration
        assert slowest_scan_s(bench, slot) == pytest.approx(33 * 0.021)
        # 4 outputs of 4 queries in 2 messages, 10 ms each
        assert slowest_supply_s(bench, slot) == pytest.approx(0.18)
