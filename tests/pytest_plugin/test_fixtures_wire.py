"""Record once, replay for ever: the wire log of a session stands in for its bench."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rig.bench.wire_log import read_wire_log
from rig.errors import InputError
from rig.record.reader import RunReader
from tests.pytest_plugin.conftest import Tried
from tests.pytest_plugin.test_fixtures_bench import DRIVERS, served

__all__ = ["served"]

HEAT = """
def test_heat(run):
    run.interlock(**OVER)
    run.step("heat", supply=ON, belt=BELT, hold="30 s")
    run.check("peak_temperature", of="skin.hottest", at_most="42 degC")
"""

LOOK = """
import pathlib

def test_look(supply, thermocouples, device, clock):
    seen = [supply.identify(), supply.state(1), device.identify(), device.poll()]
    clock.sleep(0.3)
    seen += [thermocouples.scan(), device.poll(), supply.measure([1, 2])]
    with pathlib.Path("seen").open("a") as file:
        print(seen, file=file)
"""


@pytest.fixture
def no_simulator(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on nobody can make a simulated bench."""

    def forbid() -> None:
        def refused(*_: object, **__: object) -> None:
            raise AssertionError("a replay needs no simulator")

        monkeypatch.setattr("rig.simulation.bench.SimulatedBench.__init__", refused)

    return forbid


def test_a_run_replays_without_simulator_to_the_same_readings_and_verdict(
    tried: Tried, records: Callable[[], list[RunReader]], no_simulator: Callable[[], None]
) -> None:
    tried(HEAT, "--rig-record=wires").assert_outcomes(passed=1)
    no_simulator()
    tried(HEAT, "--rig-replay=wires").assert_outcomes(passed=1)
    first, again = records()
    for kind in ("scan", "readback", "off"):
        assert [{**line, "h": ""} for line in first.lines(kind)] == [
            {**line, "h": ""} for line in again.lines(kind)
        ]
    assert [line["value"] for line in first.lines("verdict")] == [
        line["value"] for line in again.lines("verdict")
    ]


def test_the_record_of_a_replay_says_that_it_is_one(
    tried: Tried, records: Callable[[], list[RunReader]], pytester: pytest.Pytester
) -> None:
    tried(HEAT, "--rig-record=one.jsonl")
    tried(HEAT, "--rig-replay=one.jsonl")
    first, again = records()
    log = read_wire_log(pytester.path / "one.jsonl")
    assert "replay" not in first.head["bench"]
    assert again.head["bench"]["replay"] == {"wire_log": "one.jsonl", "sha256": log.sha256}
    assert again.head["anchor"] == first.head["anchor"], "calibrations are judged as of then"


def test_another_setting_is_a_difference_that_names_the_line(tried: Tried, pytester: pytest.Pytester) -> None:
    tried(HEAT, "--rig-record=wires")
    result = tried(HEAT.replace("supply=ON", "supply=dict(ON, voltage='7 V')"), "--rig-replay=wires")
    result.assert_outcomes(failed=1)
    result.stdout.re_match_lines(
        [r".*sent is write 'VOLT 7,\(@2\).*'; recorded is write 'VOLT 7\.4,\(@2\).*'"]
    )
    (path,) = (pytester.path / "wires").iterdir()
    number = next(i for i, line in enumerate(path.read_text().split("\n"), 1) if "VOLT 7.4,(@2)" in line)
    result.stdout.fnmatch_lines([f"*test_heat.wire.jsonl, line {number}, *"])


def test_a_longer_and_a_shorter_test_are_differences(tried: Tried) -> None:
    tried(HEAT, "--rig-record=wires")
    longer = tried(HEAT.replace("30 s", "40 s"), "--rig-replay=wires")
    longer.assert_outcomes(failed=1)
    longer.stdout.fnmatch_lines(["*replaying *sent is *recorded is *"])
    shorter = tried(HEAT.replace("30 s", "20 s"), "--rig-replay=wires")
    shorter.assert_outcomes(failed=1)
    shorter.stdout.fnmatch_lines(["*replaying *sent is *recorded is *"])


def test_less_sent_without_an_engine_is_a_difference_at_the_end(tried: Tried) -> None:
    tried(LOOK, "--rig-record=wires").assert_outcomes(passed=1)
    result = tried(
        LOOK.replace("device.poll(), supply.measure([1, 2])", "device.poll()"), "--rig-replay=wires"
    )
    assert result.parseoutcomes().get("errors") == 1
    result.stdout.fnmatch_lines(["*sent is *recorded is *"])


def test_drivers_replay(tried: Tried, no_simulator: Callable[[], None]) -> None:
    tried(DRIVERS, "--rig-record=wires").assert_outcomes(passed=1)
    no_simulator()
    tried(DRIVERS, "--rig-replay=wires").assert_outcomes(passed=1)


def test_a_served_bench_is_recorded_and_replays_without_it(
    tried: Tried, pytester: pytest.Pytester, served: Path
) -> None:
    tried(LOOK, f"--bench={served}", "--live", "--rig-record=wires").assert_outcomes(passed=1)
    served.unlink()
    tried(LOOK, "--rig-replay=wires").assert_outcomes(passed=1)
    first, again = (pytester.path / "seen").read_text().splitlines()
    assert first == again


def test_faults_and_time_outs_replay(tried: Tried, no_simulator: Callable[[], None]) -> None:
    source = """
def test_silent(simulated_bench, bench):
    bench.ports.inject("scanner:silent")
    with pytest.raises(Exception, match="no whole reply"):
        bench.opened.scanners[0].driver.identify()
    began = bench.clock.now()
    with pytest.raises(Exception, match="no whole reply"):
        bench.opened.scanners[0].driver.identify()
    assert bench.clock.now() - began == pytest.approx(5.0)
"""
    tried(source, "--rig-record=wires").assert_outcomes(passed=1)
    no_simulator()
    tried(source, "--rig-replay=wires").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: lines[:-1],
        lambda lines: [*lines[:5], *lines[6:]],
        lambda lines: [lines[0].replace(b"reference", b"other"), *lines[1:]],
        lambda lines: [b"{}", *lines[1:]],
        lambda lines: lines[:0],
    ],
    ids=["cut short", "a line gone", "another bench", "no head", "empty"],
)
def test_a_log_that_is_not_whole_is_refused(
    tried: Tried, pytester: pytest.Pytester, spoil: Callable[[list[bytes]], list[bytes]]
) -> None:
    tried(DRIVERS, "--rig-record=one.jsonl")
    path = pytester.path / "one.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in spoil(path.read_bytes().splitlines())))
    with pytest.raises(InputError, match="record it again"):
        read_wire_log(path)


def test_a_test_that_was_never_recorded_says_so(tried: Tried) -> None:
    result = tried(DRIVERS, "--rig-replay=nowhere")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*reading the wire log nowhere/*record it again*"])
