"""Bench files: the reference bench as described, and one diagnostic for each mistake in it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import describe_bench, load_bench
from rig.documents import Diagnostic, Diagnostics, DiagnosticsError, parse_document

TEXT = shipped.bench().read_text(encoding="utf-8")


def describe(text: str) -> tuple[BenchDescription | None, list[Diagnostic]]:
    diagnostics = Diagnostics()
    document = parse_document(text.encode("utf-8", "surrogatepass"), "bench.yaml", diagnostics)
    bench = None if document is None else describe_bench(document, diagnostics)
    return bench, diagnostics.sorted()


@pytest.fixture(scope="module")
def bench() -> BenchDescription:
    return load_bench(shipped.bench())


def test_instruments_have_roles_from_their_drivers(bench: BenchDescription) -> None:
    supply, scanner = bench.instrument("supply"), bench.instrument("scanner")
    assert (supply.role, supply.model, supply.resource) == (
        "supply",
        "E36313A",
        "TCPIP0::192.0.2.10::5025::SOCKET",
    )
    assert (scanner.role, dict(scanner.options)) == (
        "scanner",
        {"nplc": 1.0, "line_hz": 50.0, "open_check": True},
    )
    assert supply.calibration is not None
    assert supply.calibration.due == "2099-12-31"


def test_heaters_a_and_b_hang_on_outputs_2_and_3(bench: BenchDescription) -> None:
    heaters = {heater.name: heater for heater in bench.slot("main").heaters}
    assert {name: (heater.supply, heater.output) for name, heater in heaters.items()} == {
        "a": ("supply", 2),
        "b": ("supply", 3),
    }
    assert (heaters["a"].lead_ohms, heaters["a"].remote_sense, heaters["a"].over_voltage_volts) == (
        0.2,
        True,
        9.0,
    )


def test_probes_know_place_heater_and_site(bench: BenchDescription) -> None:
    probes = {probe.signal: probe for probe in bench.slot("main").probes}
    assert len(probes) == 13
    assert (probes["skin.b3"].place, probes["skin.b3"].heater) == ("skin", "b")
    assert probes["skin.a1"].site == "unit a, centre"
    assert (probes["ambient"].place, probes["ambient"].heater) == ("ambient", None)


def test_the_budget_is_that_of_domain_3_6_b(bench: BenchDescription) -> None:
    """Combined standard uncertainty 0.219 K, expanded 0.44 K with k = 2."""
    budget = bench.thermocouples.budget
    combined = math.sqrt(sum(component.standard_k**2 for component in budget))
    assert combined == pytest.approx(0.219, abs=0.0005)
    by_name = {component.name: component for component in budget}
    assert by_name["wire calibration"].standard_k == pytest.approx(0.05)  # U = 0.10 with k = 2
    assert by_name["isothermal block"].standard_k == pytest.approx(0.1443, abs=1e-4)  # 0.25 rectangular
    assert [component.name for component in budget if component.common] == [
        "100 mV range, one year: 6.08 µV",
        "isothermal block",
    ]
    assert by_name["repeatability"].dof == 9.0


def test_a_component_may_be_shared_in_part() -> None:
    bench, found = describe(TEXT.replace("0.25 K, common: yes", "0.25 K, correlation: 0.6"))
    assert found == []
    assert bench is not None
    shared = {component.name: component.shared for component in bench.thermocouples.budget}
    assert shared["isothermal block"] == 0.6
    assert (shared["100 mV range, one year: 6.08 µV"], shared["wire calibration"]) == (1.0, 0.0)


def test_a_bench_without_simulation_is_real() -> None:
    bench, found = describe(TEXT[: TEXT.index("simulation:")])
    assert found == []
    assert bench is not None
    assert bench.simulation is None


def test_the_scanners_own_function_needs_no_junction() -> None:
    text = TEXT.replace("method: volts", "method: function").replace("  junction: scanner/101\n", "")
    bench, found = describe(text)
    assert found == []
    assert bench is not None
    assert bench.thermocouples.junction_channel is None


MISTAKES = [
    ("bench: reference", "bnech: reference", "unknown-key", "bnech"),
    ("driver: keysight-e36300", "driver: keysight-e3630", "unknown-driver", "keysight-e3630"),
    ("model: E36313A", "model: E36313", "unknown-model", "E36313"),
    ("192.0.2.11", "192.0.2.10", "used-twice", "TCPIP0"),
    ("TCPIP0::192.0.2.11::5025::SOCKET", "TCPIP0:192.0.2.11", "resource", "TCPIP0:192.0.2.11"),
    ("over_voltage: 9 V", "over_voltage: 10 V", "over-voltage", "10 V"),
    ("over_voltage: 9 V", "over_voltage: 28 V", "over-voltage", "28 V"),
    ("over_voltage: 9 V", "over_voltage: 0.4 V", "over-voltage", "0.4 V"),
    ("output: supply/2", "output: supply/1", "over-voltage", "9 V"),
    ("defects: []", "defects: [switch-weldd]", "unknown-defect", "switch-weldd"),
    ("bench: reference", 'bench: "re\\x1b[2J"', "yaml/control", "re"),
    ("  scanner:\n", '  "scan\\x07ner":\n', "yaml/control", "scan"),
    ("leads: 0.2 ohm", "leads: 0,2 ohm", "yaml/decimal-comma", "0,2 ohm"),
    ("leads: 0.2 ohm", "leads: 1e300 ohm", "out-of-range", "1e300 ohm"),
    ("ambient: 23 degC", "ambient: -300 degC", "out-of-range", "-300 degC"),
    ("line: 50 Hz", "line: 55 Hz", "option", "55 Hz"),
    ("line: 50 Hz", "line: 50 V", "wrong-dimension", "50 V"),
    ("open_check: on", "open_check: perhaps", "wrong-kind", "perhaps"),
    ("date: 2026-06-01", "date: 2026-06-31", "calibration", "2026-06-31"),
    ("date: 2026-06-01", "date: 1.6.2026", "calibration", "1.6.2026"),
    ("due: 2099-12-31", "due: 2025-06-01", "calibration", "2025-06-01"),
    ("type: T", "type: X", "unknown-word", "X"),
    ("  junction: scanner/101\n", "", "junction", "volts"),
    ("method: volts", "method: function", "junction", "scanner/101"),
    ("junction: scanner/101", "junction: scanner/102", "used-twice", "scanner/102"),
    ("expanded: 0.10 K, k: 2", "expanded: 0.10 K", "budget", "wire"),
    ("expanded: 0.10 K, k: 2", "half_width: 0.1 degC", "wrong-dimension", "0.1 degC"),
    ("half_width: 0.25 K, ", "", "budget", "isothermal"),
    ("half_width: 0.25 K", "half_width: 0.25 K, standard: 0.1 K", "budget", "isothermal"),
    ("0.25 K, common: yes", "0.25 K, correlation: 1.2", "budget", "1.2"),
    ("0.25 K, common: yes", "0.25 K, correlation: -0.2", "out-of-range", "-0.2"),
    ("0.25 K, common: yes", "0.25 K, common: yes, correlation: 0.6", "budget", "0.6"),
    ("device: ir-lumbar-wrap", "device: ir-lumbar-warp", "unknown-device", "ir-lumbar-warp"),
    ("output: supply/2", "output: supply/4", "address", "supply/4"),
    ("output: supply/2", "output: supply/3", "used-twice", "supply/3"),
    ("output: supply/2", "output: scanner/2", "address", "scanner/2"),
    ("output: supply/2", "output: suply/2", "address", "suply/2"),
    ("output: supply/2", "output: supply", "address", "supply"),
    ("leads: 0.2 ohm", "leads: 0.2 V", "wrong-dimension", "0.2 V"),
    ("sense: remote", "sense: remot", "unknown-word", "remot"),
    ("scanner/103", "scanner/121", "address", "scanner/121"),
    ("scanner/103", "scanner/102", "used-twice", "scanner/102"),
    ("skin.a2", "skin.c2", "probe", "skin.c2"),
    ("skin.a2", "skin", "probe", "skin"),
    ("skin.a2", "skin.a1", "yaml/duplicate-key", "skin.a1"),
    ("  main:", "  Main Slot:", "name", "Main Slot"),
    ("perfusion: 1", "perfusion: 100", "out-of-range", "100"),
    ("tolerances: drawn", "tolerances: dawn", "unknown-word", "dawn"),
    ("ambient: 23 degC", "ambient: 23 K", "wrong-dimension", "23 K"),
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
    assert line[found[0].column - 1 :].lstrip('"').startswith(offending)


def test_an_over_voltage_level_a_tenth_above_the_device_is_allowed() -> None:
    """The device is rated for 9 V, outputs 2 and 3 of an E36313A trip up to 27.5 V: 9.9 V will do."""
    bench, found = describe(TEXT.replace("over_voltage: 9 V", "over_voltage: 9.9 V"))
    assert found == []
    assert bench is not None


def test_what_an_over_voltage_level_may_be_is_said() -> None:
    _, (found,) = describe(TEXT.replace("over_voltage: 9 V", "over_voltage: 30 V", 1))
    assert "output 2 of the E36313A takes 500 mV to 27.5 V" in found.message
    assert found.help == "write 500 mV to 9.9 V"


def test_an_instrument_without_calibration_is_a_warning() -> None:
    text = TEXT.replace(
        "    calibration: {certificate: SIM-CAL-0002, date: 2026-06-01, due: 2099-12-31}\n", ""
    )
    bench, (found,) = describe(text)
    assert bench is not None
    assert (found.code, found.severity.value) == ("bench/calibration", "warning")
    assert found.message.startswith("scanner has no calibration")


def test_known_defects_are_accepted_and_near_misses_named() -> None:
    bench, found = describe(TEXT.replace("defects: []", "defects: [switch-welded, unit-b-weak]"))
    assert found == []
    assert bench is not None
    assert bench.simulation is not None
    assert bench.simulation.defects == ("switch-welded", "unit-b-weak")
    _, (found_one,) = describe(TEXT.replace("defects: []", "defects: [unit-b-week]"))
    assert found_one.help == 'did you mean "unit-b-weak"?'


def test_all_mistakes_come_in_one_pass() -> None:
    text = TEXT
    for old, new in (
        ("E36313A", "E36"),
        ("scanner/103", "scanner/1"),
        ("0.2 ohm", "0.2 V"),
        ("type: T", "type: X"),
    ):
        text = text.replace(old, new, 1)
    assert [item.code for item in describe(text)[1]] == [
        "bench/unknown-model",
        "bench/unknown-word",
        "bench/wrong-dimension",
        "bench/address",
    ]


def test_what_refers_to_a_part_with_a_mistake_is_not_reported_as_well() -> None:
    for old, new in (("resource: TCPIP0::192.0.2.11", "resorce: x"), ("instruments:", "instrumnets:")):
        bench, found = describe(TEXT.replace(old, new, 1))
        assert bench is None
        assert [item.code for item in found] == ["bench/unknown-key"]


def test_a_bench_needs_a_slot() -> None:
    _, found = describe(TEXT[: TEXT.index("slots:")] + "slots: {}\n")
    assert [item.code for item in found] == ["bench/no-slot"]


def test_a_file_that_cannot_be_read_raises_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError, match=r"none\.yaml"):
        load_bench(tmp_path / "none.yaml")


@settings(max_examples=100)
@given(st.data())
def test_mutated_benches_give_diagnostics_or_a_bench(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(TEXT) - 1))
    length = data.draw(st.integers(0, 30))
    insert = data.draw(st.sampled_from(["", "x", "{}", "[", ": ", "\n", "9 V", "supply/2", "null", "☃"]))
    bench, found = describe(TEXT[:start] + insert + TEXT[start + length :])
    assert (bench is None) is any(item.severity == "error" for item in found)


CUTOFF = (
    "    independent_cutoff: {kind: thermostat, trips_at: 48 degC, place: in series with both heaters, "
    "proven: 2026-10-01, by: Jo Doe}\n    probes:"
)


def test_an_independent_cutoff_is_declared_for_its_slot() -> None:
    bench, found = describe(TEXT.replace("    probes:", CUTOFF))
    assert found == []
    assert bench is not None
    cutoff = bench.slots[0].cutoff
    assert cutoff is not None
    assert (cutoff.kind, cutoff.trips_at_degc, cutoff.proven, cutoff.by) == (
        "thermostat",
        48.0,
        "2026-10-01",
        "Jo Doe",
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("48 degC", "42 degC", "bench/independent-cutoff"),
        ("48 degC", "48 K", "bench/wrong-dimension"),
        ("2026-10-01", "1.10.2026", "bench/independent-cutoff"),
        ("thermostat", "firmware", "bench/unknown-word"),
        (", by: Jo Doe", "", "bench/missing-key"),
    ],
)
def test_a_cutoff_that_protects_nobody_is_refused(old: str, new: str, code: str) -> None:
    bench, found = describe(TEXT.replace("    probes:", CUTOFF.replace(old, new)))
    assert bench is None
    assert [item.code for item in found] == [code]
