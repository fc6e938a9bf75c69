"""``rig bench off``: with and without a run, and with parts that do not answer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rig import shipped
from rig.clock import WallClock
from rig.engine.control import running
from rig.record.reader import read_run
from tests.cli.bench.conftest import Call, Served
from tests.runs import Plan

pytestmark = pytest.mark.real_time


def outputs(out: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {(each["slot"], each["output"]): each for each in json.loads(out)["outputs"]}


def test_it_needs_a_bench_file(call: Call) -> None:
    assert call("off")[0] == 2


def test_every_output_of_every_slot_is_said_with_volts_and_amps(call: Call) -> None:
    code, out, _ = call("off", "--bench", str(shipped.bench("four-belts")))
    assert code == 0
    assert out.count(" V, ") == 8
    assert out.count("✓") == 12
    assert "0.000 V, 0.000" in out
    assert out.splitlines()[-1] == "every output off, confirmed by read-back"


def test_a_part_that_does_not_answer_keeps_no_other_on(call: Call) -> None:
    bench = str(shipped.bench())
    code, out, _ = call("off", "--bench", bench, "--fault", "supply:hang@1", "--json")
    found = outputs(out)
    assert (code, json.loads(out)["confirmed"]) == (3, False)
    assert not found["main", "supply.a.output"]["confirmed"]
    assert found["main", "supply.a.output"]["what"]
    assert found["main", "belt.level"]["confirmed"]
    code, out, _ = call("off", "--bench", bench, "--fault", "belt:hang@1")
    assert code == 3
    assert out.count("✓") == 2
    assert "NOT CONFIRMED off: look at the bench now" in out.splitlines()[-1]


def test_a_served_bench_that_somebody_left_on(call: Call, served: Served) -> None:
    for line in ("VOLT 2,(@2)", "CURR 1,(@2)", "OUTP ON,(@2)"):
        ask(served, line)
    assert ask(served, "OUTP? (@2)") == "1"
    code, out, _ = call("off", "--bench", str(served.file), "--json")
    assert code == 0
    assert {name for _, name in outputs(out)} == {"supply.a.output", "supply.b.output", "belt.level"}
    assert ask(served, "OUTP? (@2)") == "0"


@contextmanager
def heating(served: Served, plan: Path, runs: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run on the served bench that has switched its outputs on, in a process of its own."""
    words = ["run", str(plan), "--bench", str(served.file), "--out", str(runs)]
    process = subprocess.Popen([sys.executable, "-m", "rig.cli", *words], stdout=subprocess.DEVNULL)
    clock = WallClock()
    try:
        while ask(served, "OUTP? (@2)") != "1" or not any(runs.glob("*/run.jsonl")):
            assert process.poll() is None
            assert clock.now() < 30.0
            clock.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait(10)


def test_a_run_on_the_bench_is_asked_to_stop_first(
    call: Call, served: Served, short_plan: Plan, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    with heating(served, short_plan("60 s"), runs) as process:
        assert call("doctor", "--bench", str(served.file), "--out", str(runs))[0] == 3
        code, out, err = call("off", "--bench", str(served.file), "--json")
        assert code == 0, out
        assert "stopped" in err
        assert process.wait(20) == 4
    (run,) = runs.glob("*/run.jsonl")
    (off,) = read_run(run).lines("off")
    assert (off["why"], off["confirmed"]) == ("stop", True)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be frozen here")
def test_a_run_that_is_frozen_does_not_keep_the_supply_on(
    call: Call, served: Served, short_plan: Plan, tmp_path: Path
) -> None:
    with heating(served, short_plan("60 s"), tmp_path / "runs"):
        (socket,) = running()
        os.kill(int(socket.stem), signal.SIGSTOP)
        try:
            _, out, _ = call("off", "--bench", str(served.file), "--json")
        finally:
            os.kill(int(socket.stem), signal.SIGKILL)
        found = outputs(out)
        assert found["main", "supply.a.output"]["confirmed"], found
        assert found["main", "supply.b.output"]["confirmed"], found
        assert ask(served, "OUTP? (@2)") == "0"


def ask(served: Served, line: str) -> str:
    """Say something to the supply at its socket, as another program would."""
    from socket import create_connection

    entry = served.bench.description.instrument("supply")
    host, port = entry.resource.split("::")[1:3]
    with create_connection((host, int(port)), timeout=5) as link, link.makefile("rw", newline="\n") as stream:
        stream.write(f"{line}\n" if line.endswith(")") and "?" in line else f"{line};*OPC?\n")
        stream.flush()
        return stream.readline().strip()
