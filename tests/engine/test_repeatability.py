"""The same seed gives the same samples byte for byte; another seed, another clock or another lane's fault does not."""

from __future__ import annotations

from typing import Any

from rig.engine.run import RunResult
from rig.record.reader import find_run_file
from tests.runs import Plan, Run, lines_of


def sample_bytes(result: RunResult) -> list[bytes]:
    """Sample lines as they stand in the file, without their hashes."""
    lines = find_run_file(result.folder).read_bytes().splitlines()
    return [line.rpartition(b',"h":')[0] for line in lines if line.startswith(b'{"k":"scan"')]


def readings(result: RunResult, source: str) -> list[Any]:
    return [line["s"][source] for line in lines_of(result, "scan") if source in line["s"]]


def before_off(result: RunResult, source: str) -> list[Any]:
    """Readings before the way off begins, whose exchanges have no fixed instants."""
    end = lines_of(result, "step")[-1]["t"]
    return [reading for reading in readings(result, source) if reading[0] < end - 0.2]


def test_same_seed_same_samples(run: Run, short_plan: Plan) -> None:
    first, second = (sample_bytes(run(short_plan("60 s"), seed=11)) for _ in range(2))
    assert len(first) > 600
    assert first == second


def test_another_seed_other_noise(run: Run, short_plan: Plan) -> None:
    first, second = (run(short_plan("20 s"), seed=seed) for seed in (1, 2))
    pairs = list(zip(readings(first, "scanner"), readings(second, "scanner"), strict=True))
    assert pairs
    assert all(a != b for a, b in pairs)


def test_a_slower_source_changes_no_digit_of_another(run: Run, short_plan: Plan) -> None:
    plan = short_plan("30 s")
    cold = (
        plan.read_text(encoding="utf-8")
        .replace("output: on", "output: off")
        .replace("level: high", "level: off")
        .replace(", session: 10 min", "")
    )
    results = {}
    for rate in ("5 Hz", "2 Hz"):
        file = plan.with_name(f"cold-{rate[0]}.yaml")
        file.write_text(cold.replace("supply: 5 Hz", f"supply: {rate}"), encoding="utf-8")
        results[rate] = run(file)
    fast, slow = results.values()
    assert len(readings(fast, "supply")) > 2 * len(readings(slow, "supply"))
    for source in ("scanner", "belt"):
        both = [before_off(result, source) for result in (fast, slow)]
        shared = min(map(len, both))
        assert shared >= 30
        assert both[0][:shared] == both[1][:shared]
