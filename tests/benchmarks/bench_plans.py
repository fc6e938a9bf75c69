"""How fast plans are checked and linked, and what the largest of them take. `make bench` prints them.

Nothing here asserts a time: machines differ. What is asserted is that the work was done.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from time import process_time

import orjson

from rig import shipped
from rig.bench.loading import load_bench
from rig.engine.declare import declare_lines
from rig.plan.check import check_paths
from rig.plan.loading import load_program
from rig.plan.program import Program
from rig.plan.switching import LOOKED_AT

HEAD = """\
plan: Large
purpose: Has many steps.
device: ir-lumbar-wrap
parameters: {pause: 3 s}
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
  - {signal: supply.*.current, above: 1.15 A}
steps:
"""
HEAT = (
    "supply: {voltage: %s V, current_limit: 1.2 A, output: on}, "
    "belt: {level: high, session: 30 min, regulation: normal}, hold: 1 s"
)
ROUNDS = 5


def best(work: Callable[[], object]) -> float:
    """Least processor seconds of several rounds: others use this machine too."""
    times = []
    for _ in range(ROUNDS):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def steps(count: int) -> str:
    return "".join(f"  - {{name: s{i}, {HEAT % (6 + i % 20 / 10)}}}\n" for i in range(count))


def test_a_thousand_steps_are_loaded_linked_and_analysed(tmp_path: Path) -> None:
    bench, plan = load_bench(shipped.bench()), tmp_path / "large.yaml"
    plan.write_text(HEAD + steps(1000), encoding="utf-8")
    found: list[Program] = []
    seconds = best(lambda: found.append(load_program(plan, bench)))
    assert len(list(found[0].walk())) == 1000
    print(
        f"\na plan of 1,000 steps with supply and belt: {seconds * 1e3:.0f} ms of processor from file to program"
    )


def test_a_hundred_plans_are_checked(tmp_path: Path) -> None:
    for folder in ("limits", "requirements"):
        (tmp_path / folder).symlink_to(shipped.test_plans() / folder)
    text = (shipped.test_plans() / "cutoff" / "cutoff.yaml").read_text(encoding="utf-8")
    (tmp_path / "plans").mkdir()
    for number in range(100):
        (tmp_path / "plans" / f"p{number}.yaml").write_text(text, encoding="utf-8")
    seconds = best(lambda: check_paths([tmp_path / "plans"]))
    assert len(check_paths([tmp_path / "plans"])[1]) == 100
    print(f"\n100 plans checked: {seconds:.2f} s of processor")


def test_ten_thousand_values(tmp_path: Path) -> None:
    bench, plan = load_bench(shipped.bench()), tmp_path / "wide.yaml"
    values = ", ".join(f"{number + 1} ms" for number in range(10_000))
    each = f"  - {{name: e, for_each: {{pause: [{values}]}}, steps: [{{name: x, hold: pause}}]}}\n"
    plan.write_text(HEAD + each, encoding="utf-8")
    start = process_time()
    program = load_program(plan, bench)
    seconds = process_time() - start
    tracemalloc.start()
    again = load_program(plan, bench)
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = [len(orjson.dumps(line)) for line in declare_lines(program)]
    assert len(list(again.walk())) == 10_000
    print(
        f"\nfor_each over 10,000 values: {seconds:.2f} s of processor, {kept / 2**20:.0f} MiB kept, "
        f"{most / 2**20:.0f} MiB at most; {len(size)} declare lines of {sum(size) / 2**20:.1f} MiB"
    )


def test_repeats_in_repeats_are_followed_so_far_and_no_further(tmp_path: Path) -> None:
    bench, plan = load_bench(shipped.bench()), tmp_path / "deep.yaml"
    item = "{name: x, hold: 1 s}"
    for _ in range(20):
        item = f"{{name: r, repeat: 1000000, steps: [{item}]}}"
    plan.write_text(HEAD.replace("parameters: {pause: 3 s}\n", "") + f"  - {item}\n", encoding="utf-8")
    found: list[Program] = []
    seconds = best(lambda: found.append(load_program(plan, bench)))
    walked = sum(1 for _ in islice(found[0].walk(most=LOOKED_AT), 100_000))
    assert walked == 100_000
    print(
        f"\n20 repeats in each other, a million times each: {seconds * 1e3:.0f} ms of processor from file to program"
    )
