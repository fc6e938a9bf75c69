"""Benches that a test has open without an engine: their drivers, and the way off when the test is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.simulation.client_bench import client_bench_text
from rig.simulation.serving import ServedBench
from tests.pytest_plugin.conftest import Tried

DRIVERS = """
def test_drivers(bench, supply, thermocouples, device, clock):
    assert supply.identify().simulated
    assert device.identify().simulated
    began = clock.now()
    supply.set_voltage(1, 3.0)
    assert supply.state(1).volts == pytest.approx(3.0)
    clock.sleep(60.0)
    assert clock.now() - began > 60.0
    values, offsets = thermocouples.scan()
    assert len(values) == len(offsets) > 12
    columns, events = device.poll()
    assert columns[0] > 60.0
"""


@pytest.fixture
def served(tmp_path: Path, bench: BenchDescription) -> Iterator[Path]:
    """The bench file of a bench that is served on loopback."""
    with ServedBench(bench, bench.slots, 1) as serving:
        path = tmp_path / "served.yaml"
        path.write_text(client_bench_text(serving.description, bench), encoding="utf-8")
        assert load_bench(path).simulation is None
        yield path


def test_drivers_of_a_simulated_bench_on_the_virtual_clock(tried: Tried) -> None:
    tried(DRIVERS).assert_outcomes(passed=1)


def test_the_bench_is_dark_after_a_test_that_failed_with_an_output_on(tried: Tried) -> None:
    result = tried("""
twins = {}

def test_breaks(simulated_bench):
    bench = simulated_bench(seed=3)
    twins["supply"] = supply = bench.supply()
    supply.set_voltage(1, 5.0)
    supply.set_current_limit(1, 0.5)
    supply.set_output(1, True)
    assert supply.off_state([1])[0][0] is True
    twins["sent"] = sent = []
    off = supply.switch_off
    supply.switch_off = lambda outputs: (sent.append(tuple(outputs)), off(outputs))
    raise OSError("the test is broken")

def test_afterwards():
    assert twins["sent"], "the test's end switched off"
    with pytest.raises(Exception, match="closed"):
        twins["supply"].identify()
""")
    result.assert_outcomes(passed=1, failed=1)


def test_an_output_that_nobody_saw_off_is_an_error_of_the_test(tried: Tried) -> None:
    result = tried("""
def test_stuck(simulated_bench):
    bench = simulated_bench()
    supply = bench.supply()
    supply.set_voltage(1, 5.0)
    supply.set_current_limit(1, 0.5)
    supply.set_output(1, True)
    bench.ports.inject("supply:silent")
""")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*NOT CONFIRMED off in slot main: supply.?.output*"])


def test_a_simulated_bench_takes_seed_faults_and_defects(tried: Tried) -> None:
    result = tried("""
def scan(bench):
    return bench.thermocouples().scan()[0]

def test_seeds(simulated_bench):
    assert scan(simulated_bench(seed=1)) == scan(simulated_bench(seed=1))
    assert scan(simulated_bench(seed=1)) != scan(simulated_bench(seed=2))

def test_faults(simulated_bench):
    with pytest.raises(Exception, match="no whole reply"):
        simulated_bench(faults=["supply:silent"])
    assert all(isinstance(value, str) for value in scan(simulated_bench(faults=["scanner:overload"])))

def test_defects(simulated_bench):
    assert simulated_bench(defects=["unit-b-weak"]).description.simulation.defects == ("unit-b-weak",)
    with pytest.raises(Exception, match="no such defect"):
        simulated_bench(defects=["unit-b-waek"])

def test_clock(simulated_bench):
    assert simulated_bench(clock="wall").clock.kind == "wall"
    with pytest.raises(Exception, match="is no clock"):
        simulated_bench(clock="sun")
""")
    result.assert_outcomes(passed=4)


def test_a_bench_outside_of_this_process_is_opened_with_live_alone(tried: Tried, served: Path) -> None:
    source = """
def test_look(supply, thermocouples, device):
    assert supply.identify().simulated
    supply.set_voltage(1, 1.0)
    assert len(device.poll()[0]) == 13
    assert len(thermocouples.scan()[0]) > 12
"""
    result = tried(source, f"--bench={served}")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*nothing was opened; add --live*"])
    tried(source, f"--bench={served}", "--live").assert_outcomes(passed=1)


def test_what_does_not_say_that_it_is_simulated_is_looked_at_and_switched_off_only(
    tried: Tried, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("instruments.protocols.Identity.simulated", False)
    monkeypatch.setattr("dut_drivers.protocols.BeltIdentity.simulated", False)
    result = tried(
        """
def test_look(supply, thermocouples, device):
    assert supply.state(1).on is False
    assert len(device.poll()[0]) == 13
    assert len(thermocouples.scan()[0]) > 12
    for refused in ("set_voltage", "set_current_limit", "set_output", "prepare", "clear_protection"):
        with pytest.raises(Exception, match="belongs into a run"):
            getattr(supply, refused)
    for refused in ("set_level", "set_session", "set_regulation", "rearm"):
        with pytest.raises(Exception, match="belongs into a run"):
            getattr(device, refused)
    supply.switch_off([1, 2])
""",
        f"--bench={served}",
        "--live",
    )
    result.assert_outcomes(passed=1)


def test_a_marker_that_says_what_nobody_knows_is_a_mistake(tried: Tried) -> None:
    result = tried("""
@pytest.mark.rig(sead=3)
def test_marked(bench):
    pass
""")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*marker rig of test_marked: sead; it takes seed, faults, defects, answers*"]
    )
