"""Plans under pytest whose wire log is kept, and replayed without a bench."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rig.record.reader import RunReader, read_run
from tests.pytest_plugin.conftest import Session, runs_of
from tests.pytest_plugin.fixtures.real_time import assert_same, readings
from tests.pytest_plugin.samples import FAILS, PASSES, plan
from tests.served import serving

pytestmark = pytest.mark.real_time

Write = Callable[..., None]
CHECKS = (f"peak_temperature: {PASSES}", f"peak_temperature: {{name: bad, {FAILS[1:]}")


def runs(folder: Path) -> list[RunReader]:
    return [read_run(file.parent) for file in runs_of(folder)]


@pytest.fixture
def no_bench(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on nobody can make a simulated bench, or start a process."""

    def forbid() -> None:
        def refused(*_: object, **__: object) -> None:
            raise AssertionError("a replay needs no bench")

        monkeypatch.setattr("rig.simulation.bench.SimulatedBench.__init__", refused)
        monkeypatch.setattr("rig.engine.client.start_apart", refused)

    return forbid


@pytest.mark.parametrize("speed", ["max", "2"])
def test_a_plan_replays_to_the_same_readings_and_verdicts(
    session: Session, write: Write, folder: Path, no_bench: Callable[[], None], speed: str
) -> None:
    write(one=plan(*CHECKS, action="hold: 3 s"))
    session(f"--speed={speed}", "--rig-record=wires").assert_outcomes(passed=2, failed=1)
    assert [file.name for file in (folder / "wires").iterdir()] == ["plans-one.yaml.wire.jsonl"]
    no_bench()
    result = session("--rig-replay=wires", "--bench=nowhere.yaml")
    result.assert_outcomes(passed=2, failed=1)
    first, again = runs(folder)
    assert_same(first, again)
    assert again.head["bench"]["replay"]["wire_log"] == "plans-one.yaml.wire.jsonl"
    assert "replay" not in first.head["bench"]


@pytest.mark.parametrize("speed", ["max", pytest.param("2", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("rated", "7 V"), "sent is write 'VOLT 7,*'; recorded is write 'VOLT 7.4,*"),
        (("hold: 3 s", "hold: 6 s"), "recorded *"),
        (("level: high", "level: low"), "sent is send *; recorded is send *"),
        (("session: 10 min", "session: 20 min"), "sent is send *; recorded is send *"),
    ],
    ids=["volts", "longer", "level", "session"],
)
def test_another_plan_is_an_error_of_each_item_and_says_what_differs(
    session: Session, write: Write, speed: str, change: tuple[str, str], words: str
) -> None:
    text = plan(*CHECKS, action="hold: 3 s")
    assert change[0] in text
    write(one=text)
    session(f"--speed={speed}", "--rig-record=wires")
    write(one=text.replace(*change))
    result = session("--rig-replay=wires")
    result.assert_outcomes(errors=3)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([f"*replaying wires/plans-one.yaml.wire.jsonl, *{words}"])


def test_what_the_session_had_set_is_set_again(session: Session, write: Write) -> None:
    text = plan(*CHECKS, top="parameters: {drive: rated}").replace("voltage: rated", "voltage: drive")
    write(one=text)
    session("--set", "drive=7 V", "--rig-record=wires").assert_outcomes(passed=2, failed=1)
    session("--rig-replay=wires").assert_outcomes(passed=2, failed=1)
    session("--rig-replay=wires", "--set", "drive=7.1 V").assert_outcomes(errors=3)


def test_a_plan_that_was_never_recorded_says_so(session: Session, write: Write) -> None:
    write(one=plan(*CHECKS))
    result = session("--rig-replay=wires")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*reading the wire log wires/plans-one.yaml.wire.jsonl*record it again*"])


@pytest.mark.slow
def test_lanes_of_one_bench_are_one_session(session: Session, write: Write, folder: Path) -> None:
    write(one=plan(*CHECKS, action="hold: 2 s"))
    bench = Path(__file__).parents[2] / "test_plans" / "benches" / "four-belts.yaml"
    session(f"--bench={bench}", "--speed=2", "--rig-record=wires").assert_outcomes(passed=8, failed=4)
    session("--rig-replay=wires").assert_outcomes(passed=8, failed=4)
    by_lane: dict[str, list[RunReader]] = {}
    for record in runs(folder):
        by_lane.setdefault(record.head["lane"], []).append(record)
    assert len(by_lane) == 4
    for first, again in by_lane.values():
        assert {source: [values for _, values, *_ in said] for source, said in readings(first).items()} == {
            source: [values for _, values, *_ in said] for source, said in readings(again).items()
        }


@pytest.mark.slow
def test_a_plan_on_a_served_bench_replays_without_it(
    session: Session, write: Write, folder: Path, no_bench: Callable[[], None]
) -> None:
    text = plan(*CHECKS, action="hold: 3 s")
    write(one=text)
    with serving(folder / "client.yaml"):
        live = ("--live", "--bench=client.yaml", "--nobody-wears-it=Ada", "--rig-record=wires")
        session(*live).assert_outcomes(passed=2, failed=1)
    (folder / "client.yaml").unlink()
    no_bench()
    for _ in range(2):
        session("--rig-replay=wires").assert_outcomes(passed=2, failed=1)
    first, *others = runs(folder)
    assert first.head["bench"]["guardian"] is not None
    for again in others:
        assert_same(first, again)
    write(one=text.replace("rated", "7 V"))
    session("--rig-replay=wires").assert_outcomes(errors=3)
