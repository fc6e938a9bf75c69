"""Processes that are killed in the middle of a pass: their runs go on, on the virtual clock and on a served bench."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rig.cli.verify import verify
from rig.errors import ExitCode
from rig.record.naming import RUN_FILE
from rig.record.reader import read_run
from rig.safety.guardian.record import guardian_files, read_guardian
from tests.engine.interrupted import CYCLES, passes_made, write_plan
from tests.engine.running import wait_for
from tests.runs import await_guardians
from tests.served import RIG, serving

pytestmark = pytest.mark.real_time

PASSES = 3


@pytest.fixture(scope="module", autouse=True)
def own_sockets() -> Iterator[Path]:
    """A folder for control sockets and locks that no other run uses; socket paths must be short."""
    with tempfile.TemporaryDirectory(prefix="rig") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder) / "rig"


def kill_after(command: list[str], out: Path, size: int) -> Path:
    """Start a run and kill its process once its file is so long; its folder."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            file = next(out.glob("*/" + RUN_FILE), None)
            if file is not None and file.stat().st_size >= size:
                process.kill()
    assert process.returncode == -signal.SIGKILL, "it ended by itself"
    return next(out.glob("*/" + RUN_FILE)).parent


def size_of(folder: Path) -> int:
    return (folder / RUN_FILE).stat().st_size


def rig(*words: str, code: int, err: bool = False) -> str:
    done = subprocess.run([*RIG, *words], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stderr if err else done.stdout


def acknowledge(bench_file: Path) -> None:
    rig("bench", "acknowledge", "--bench", str(bench_file), "--who", "A. Tester", code=0)


def verified(folder: Path) -> str:
    found = verify(folder)
    assert (found.exit_code, found.ledger, found.differences) == (ExitCode.PASSED, "agrees", [])
    return found.resumed


def test_a_process_that_is_killed_again_and_again_makes_each_pass_once(tmp_path: Path) -> None:
    out = tmp_path / "runs"
    begin = [*RIG, "run", str(write_plan(tmp_path, CYCLES % 40)), "--out", str(out), "--json"]
    folder = kill_after(begin, out, 150_000)
    for _ in range(2):
        kill_after([*RIG, "run", "--resume", str(folder)], out, size_of(folder) + 60_000)
    rig("run", "--resume", str(folder), "--json", code=0)
    assert passes_made(folder) == [*range(1, 41)]
    assert verified(folder).startswith("resumed 3 times: after ")
    judged = json.loads(rig("judge", str(folder), "--json", code=0))
    assert (judged["verdict"], judged["runs"][0]["resumed"]) == ("PASS", verify(folder).resumed)


@pytest.mark.slow
def test_an_endurance_run_outlives_many_kills(tmp_path: Path) -> None:
    chosen = random.Random(7)
    out = tmp_path / "runs"
    begin = [*RIG, "run", str(write_plan(tmp_path, CYCLES % 50)), "--out", str(out)]
    folder = kill_after(begin, out, 120_000)
    kills = 1
    while passes_made(folder)[-1] < 30:
        kill_after(
            [*RIG, "run", "--resume", str(folder)], out, size_of(folder) + chosen.randrange(20_000, 120_000)
        )
        kills += 1
    rig("run", "--resume", str(folder), code=0)
    assert passes_made(folder) == [*range(1, 51)]
    assert verified(folder).startswith(f"resumed {kills} times: after ")
    assert kills >= 5


@pytest.fixture(scope="module")
def bench_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    file = tmp_path_factory.mktemp("served") / "client.yaml"
    with serving(file):
        yield file
        await_guardians()


def engine_of(sockets: Path) -> int:
    (socket,) = wait_for(lambda: list(sockets.glob("[0-9]*.sock")))
    return int(socket.stem)


def kill_engine_in_pass(command: list[str], out: Path, sockets: Path, number: int) -> Path:
    """Start a live run and kill its engine in the heat of a pass; its folder once the guardian has switched off."""
    mark = b'"step":"cycles / heat","state":"start","outcome":null,"pass":[%d]' % number
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as client:
        folder = wait_for(
            lambda: next((f.parent for f in out.glob("*/" + RUN_FILE) if mark in f.read_bytes()), None)
        )
        assert isinstance(folder, Path)
        os.kill(engine_of(sockets), signal.SIGKILL)
        said, _ = client.communicate(timeout=60)
        assert client.returncode == 3, said
        assert "the guardian has switched its outputs off, confirmed by read-back" in said
    return folder


@pytest.mark.slow
def test_a_live_run_whose_engine_is_killed_twice_goes_on(
    bench_file: Path, own_sockets: Path, tmp_path: Path
) -> None:
    out, plan = tmp_path / "runs", write_plan(tmp_path, CYCLES % PASSES)
    begin = [*RIG, "run", str(plan), "--bench", str(bench_file), "--out", str(out)]
    folder = kill_engine_in_pass(begin, out, own_sockets, 2)
    assert "nobody has acknowledged it" in rig("run", "--resume", str(folder), code=4, err=True)
    acknowledge(bench_file)
    again = [*RIG, "run", "--resume", str(folder), "--operator", "A. Tester"]
    kill_engine_in_pass(again, out, own_sockets, 3)
    acknowledge(bench_file)
    text = rig("run", "--resume", str(folder), "--json", code=0)
    (run,) = json.loads(text)["runs"]
    assert (run["run"], run["verdict"], run["off_confirmed"]) == (str(folder), "PASS", True)
    assert passes_made(folder) == [*range(1, PASSES + 1)]
    assert verified(folder).startswith("resumed twice: after ")
    reader = read_run(folder)
    first, second = reader.lines("resumed")
    assert (first["operator"], second["operator"]) == ("A. Tester", None)
    assert (first["guardian_record"], second["guardian_record"]) == ("guardian-1.jsonl", "guardian-2.jsonl")
    assert guardian_files(folder) == ["guardian-1.jsonl", "guardian-2.jsonl"]
    for name in guardian_files(folder):
        log = read_guardian(folder, name)
        assert log is not None
        assert (log.ending, log.first_fault) == ("confirmed", None)
    assert first["clock_back_s"] is None
    assert len(list(reader.lines("operator"))) == 0
    assert "(resumed: 2)" in rig("runs", "list", "--out", str(out), code=0)
    shown = rig("runs", "show", str(folder), code=0)
    assert shown.count("RESUMED at ") == 2


def test_a_live_run_in_progress_is_not_resumed(bench_file: Path, own_sockets: Path, tmp_path: Path) -> None:
    out, plan = tmp_path / "runs", write_plan(tmp_path, CYCLES % 100)
    command = [*RIG, "run", str(plan), "--bench", str(bench_file), "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as client:
        file = wait_for(lambda: next(iter(out.glob("*/" + RUN_FILE)), None))
        engine_of(own_sockets)
        refused = subprocess.run(
            [*RIG, "run", "--resume", str(file.parent)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        client.send_signal(signal.SIGINT)
        assert client.wait(timeout=60) == 130
    assert refused.returncode == 2
    assert "it is in progress" in refused.stderr
