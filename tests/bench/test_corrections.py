"""Corrections in a bench file: how they are read, what is refused, and what they make of wiring and budget."""

from __future__ import annotations

import math

import pytest

from rig import shipped
from rig.bench.corrections import channel_budget, headed_budget
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.bench.wiring import wire
from rig.signals.layout import read_wiring
from tests.bench.test_loading import describe

TEXT = shipped.bench("calibrated-wires").read_text(encoding="utf-8")
PERIODS = {"scanner": 1.0, "supply": 0.2, "belt": 0.1}
REEL = "{at: 20.45 degC, correction: -0.45 K}, {at: 46.05 degC, correction: -1.05 K}"
WIRE = "in_place_of: wire of class 2 (IEC 60584-1)"


@pytest.fixture(scope="module")
def bench() -> BenchDescription:
    return load_bench(shipped.bench("calibrated-wires"))


def changed(old: str, new: str) -> BenchDescription:
    assert old in TEXT
    bench, found = describe(TEXT.replace(old, new))
    assert bench is not None, found
    return bench


def test_probes_of_one_reel_share_its_correction(bench: BenchDescription) -> None:
    users = {probe.signal: probe.correction for probe in bench.slot("main").probes}
    assert (users["skin.a1"], users["skin.a5"], users["skin.b1"]) == ("reel-17", "reel-17", "reel-18")
    reel = bench.correction("reel-17")
    assert reel.points == ((20.45, -0.45), (46.05, -1.05))
    assert (reel.standard_k, reel.held_k) == pytest.approx((0.05, 3.0))
    assert reel.calibration is not None
    with pytest.raises(KeyError):
        bench.correction("reel-19")


def test_the_wiring_says_how_each_column_is_corrected(bench: BenchDescription) -> None:
    layout = read_wiring(wire(bench, bench.slot("main"), PERIODS))
    assert {name: table.name for name, table in layout.corrections.items()} == {
        probe.signal: probe.correction for probe in bench.slot("main").probes
    }


def test_a_wiring_without_corrections_does_not_speak_of_them() -> None:
    plain = load_bench(shipped.bench())
    assert "corrections" not in wire(plain, plain.slot("main"), PERIODS)
    assert "corrected" not in headed_budget("B", plain.thermocouples.budget, plain.corrections)


def test_a_correction_counts_in_place_of_the_wire(bench: BenchDescription) -> None:
    budget = channel_budget(bench.thermocouples.budget, bench.correction("reel-17"))
    assert "wire of class 2 (IEC 60584-1)" not in [part.name for part in budget]
    assert math.hypot(*(part.standard_k for part in budget)) == pytest.approx(0.219, abs=0.0005)
    assert [part.name for part in budget if not part.averages_out] == ["correction reel-17"]


def test_a_correction_that_replaces_nothing_counts_beside_everything() -> None:
    bench = changed(WIRE, "held: 4 K")
    budget = channel_budget(bench.thermocouples.budget, bench.correction("reel-17"))
    assert set(bench.thermocouples.budget) < set(budget)


@pytest.mark.parametrize(("k", "standard_k"), [("2", 0.05), ("2.87", 0.05), ("1", 0.1), ("1.73", 0.0578)])
def test_an_uncertainty_is_never_counted_for_less_than_half_of_what_was_declared(
    k: str, standard_k: float
) -> None:
    bench = changed("k: 2\n    in", f"k: {k}\n    in")
    assert bench.correction("reel-17").standard_k == pytest.approx(standard_k, abs=1e-4)


MISTAKES = [
    ("at: 46.05 degC", "at: 20.45 degC", "correction-points", "stands twice"),
    ("at: 46.05 degC", "at: 19 degC", "correction-points", "follows 20.45 degC"),
    (REEL, "", "correction-points", "no points"),
    (WIRE, "held: 26 K", "correction-points", "says nothing"),
    ("correction: -1.05 K", "correction: -6 K", "correction-size", "more than a wire can be off"),
    ("correction: -1.05 K", "correction: 4.95 K", "correction-size", "more than 0.2 K a kelvin"),
    ("correction: -1.05 K", "correction: -1.05 degC", "wrong-dimension", "degC"),
    (WIRE, "in_place_of: wire", "correction-budget", "no component"),
    (WIRE, "in_place_of: isothermal block", "correction-budget", "no uncertainty of a wire"),
    (WIRE, "in_place_of: repeatability", "correction-budget", "no uncertainty of a wire"),
    (WIRE, "in_place_of: resolution", "correction-budget", "no uncertainty of a wire"),
    ("centre, correction: reel-17", "centre, correction: reel-7", "unknown-correction", "reel-7"),
    ("SIM-CAL-0017, date: 2026-06-01", "SIM-CAL-0017, date: 2199-06-01", "calibration", "is not after"),
    ("SIM-CAL-0017, date: 2026-06-01, ", "SIM-CAL-0017, ", "missing-key", "date"),
    ("skin.a*: [{at", "skin.c*: [{at", "unknown-probe", "skin.c*"),
    ("error: 1.05 K}]\n    skin.b", "error: 8 K}]\n    skin.b", "correction-size", "more than a wire"),
]


@pytest.mark.parametrize(("old", "new", "code", "words"), MISTAKES)
def test_each_mistake_is_reported_once(old: str, new: str, code: str, words: str) -> None:
    assert old in TEXT
    bench, found = describe(TEXT.replace(old, new, 1))
    assert bench is None
    assert [diagnostic.code.partition("/")[2] for diagnostic in found] == [code], found
    assert words in found[0].message
    assert found[0].help


def test_a_correction_without_a_certificate_is_a_warning_and_remains_usable() -> None:
    bench, found = describe(
        TEXT.replace("    calibration: {certificate: SIM-CAL-0017, date: 2026-06-01, due: 2099-12-31}\n", "")
    )
    assert [(d.code, d.severity.value) for d in found] == [("bench/calibration", "warning")]
    assert "correction reel-17" in found[0].message
    assert bench is not None
    assert bench.correction("reel-17").calibration is None


def test_a_correction_that_no_probe_names_is_a_warning() -> None:
    _, found = describe(TEXT.replace("correction: reel-18", "correction: reel-17"))
    assert [(d.code, d.severity.value) for d in found] == [("bench/unused-correction", "warning")]


def test_wire_errors_of_a_pattern_are_those_of_each_of_its_probes(bench: BenchDescription) -> None:
    assert bench.simulation is not None
    errors = bench.simulation.wire_errors
    assert len(errors) == 13
    assert errors["skin.a1"] == errors["skin.a5"] == ((20.0, 0.45), (45.0, 1.05))
