"""The engine process over a served bench: whoever dies, is suspended or is asked, it switches off and seals."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from rig import shipped
from rig.checks.judge import judge
from rig.engine.control import ask
from rig.engine.process_lines import EngineOrder, order_line
from rig.engine.work import link_plans, read_bench
from rig.record.reader import read_run
from rig.safety.guardian.record import read_guardian
from tests.engine.running import ON, Running, ended_dark, wait_for
from tests.engine.two_slots import two_slots
from tests.runs import Plan, await_guardians
from tests.served import RIG, serving

pytestmark = pytest.mark.real_time


@pytest.fixture(scope="module", autouse=True)
def own_sockets() -> Iterator[Path]:
    """A folder for control sockets and locks that no other run uses; socket paths must be short."""
    with tempfile.TemporaryDirectory(prefix="rig") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder) / "rig"


@pytest.fixture(scope="module")
def bench_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The bench file of a bench that is served as long as this module's tests run."""
    file = tmp_path_factory.mktemp("served") / "client.yaml"
    with serving(file):
        yield file


@pytest.fixture
def start(bench_file: Path, own_sockets: Path, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts a run and waits until its outputs are on."""
    clients: list[subprocess.Popen[str]] = []

    def begin(plan: Path, *options: str, bench: Path = bench_file) -> Running:
        out = tmp_path / "runs"
        command = [*RIG, "run", str(plan), "--bench", str(bench), "--out", str(out), *options]
        clients.append(
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        )
        file = wait_for(lambda: next((f for f in out.glob("*/run.jsonl") if ON in f.read_bytes()), None))
        (socket,) = own_sockets.glob("[0-9]*.sock")
        return Running(clients[-1], int(socket.stem), file.parent)

    yield begin
    for client in clients:
        client.kill()
        client.wait()
        if client.stdout is not None:
            client.stdout.close()
    await_guardians()
    wait_for(lambda: not list(own_sockets.glob("[0-9]*.sock")))


def test_it_runs_apart_from_its_client_and_the_terminal_shows_it(
    bench_file: Path, short_plan: Plan, own_sockets: Path, tmp_path: Path
) -> None:
    mine, its = pty.openpty()
    command = [
        *RIG,
        "run",
        str(short_plan("3 s")),
        "--bench",
        str(bench_file),
        "--out",
        str(tmp_path / "runs"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=its, text=True) as client:
        os.close(its)
        (socket,) = wait_for(lambda: list(own_sockets.glob("[0-9]*.sock")))
        assert int(socket.stem) != client.pid
        assert os.getsid(int(socket.stem)) == int(socket.stem)
        seen = b"".join(iter(lambda: read_terminal(mine), b""))
        out, _ = client.communicate(timeout=30)
    os.close(mine)
    assert client.returncode == 0, out
    assert "✓ PASS" in out
    assert b"hottest 3" in seen
    assert b"heat " in seen
    assert not list(own_sockets.glob("[0-9]*.sock"))


def read_terminal(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux reports the other side's end as an error
        return b""


def test_ctrl_c_reaches_the_client_alone_which_asks_the_engine(
    start: Callable[..., Running], short_plan: Plan
) -> None:
    running = start(short_plan("60 s"), "--json")
    for _ in range(5):
        os.killpg(running.client.pid, signal.SIGINT)
    out = running.ends()
    assert running.client.returncode == 130, out
    reader = ended_dark(running.folder, "interrupt")
    assert next(reader.lines("outcome"))["detail"] == "SIGINT"
    (run,) = json.loads(out[out.index("{") :])["runs"]
    assert (run["verdict"], run["ended"], run["off_confirmed"]) == ("ABORTED", "interrupt", True)


def with_teardown(plan: Path, hold: str = "3 s") -> Path:
    plan.write_text(
        plan.read_text(encoding="utf-8") + f"teardown:\n  - {{name: cool, hold: {hold}}}\n", encoding="utf-8"
    )
    return plan


def test_after_one_ctrl_c_the_teardown_is_done(start: Callable[..., Running], short_plan: Plan) -> None:
    running = start(with_teardown(short_plan("60 s")), "--plain")
    os.killpg(running.client.pid, signal.SIGINT)
    out = running.ends()
    assert running.client.returncode == 130, out
    reader = ended_dark(running.folder, "interrupt")
    told = [(line["step"], line["outcome"]) for line in reader.lines("step")]
    assert told == [("heat", None), ("cool", None), ("cool", "held")]


def test_a_second_ctrl_c_leaves_the_teardown(start: Callable[..., Running], short_plan: Plan) -> None:
    running = start(with_teardown(short_plan("60 s")), "--plain")
    os.killpg(running.client.pid, signal.SIGINT)
    wait_for(lambda: b'"step":"cool"' in (running.folder / "run.jsonl").read_bytes())
    os.killpg(running.client.pid, signal.SIGINT)
    out = running.ends()
    assert running.client.returncode == 130, out
    reader = ended_dark(running.folder, "interrupt")
    assert [line["step"] for line in reader.lines("step")] == ["heat", "cool"]
    assert "plan.teardown_aborted" in [line["what"] for line in reader.lines("event")]


def test_a_stop_from_another_terminal_in_a_teardown_waits_until_all_was_looked_at_once_more(
    start: Callable[..., Running], short_plan: Plan
) -> None:
    running = start(with_teardown(short_plan("1 s"), "60 s"), "--plain")
    wait_for(lambda: b'"step":"cool"' in (running.folder / "run.jsonl").read_bytes())
    stop = subprocess.run([*RIG, "stop"], capture_output=True, text=True, timeout=30, check=False)
    offs = list(read_run(running.folder).lines("off"))
    assert (stop.returncode, len(offs)) == (0, 2)
    out = running.ends()
    assert running.client.returncode == 4, out
    ended_dark(running.folder, "stop")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("whom", ["client", "engine"])
def test_a_request_to_end_is_carried_out_whomever_it_is_sent_to(
    start: Callable[..., Running], short_plan: Plan, number: signal.Signals, whom: str
) -> None:
    running = start(short_plan("60 s"), "--plain")
    os.kill(running.client.pid if whom == "client" else running.engine, number)
    out = running.ends()
    assert running.client.returncode == 130, out
    ended_dark(running.folder, "interrupt")


def test_a_client_that_is_killed_is_a_stop(
    start: Callable[..., Running], short_plan: Plan, own_sockets: Path
) -> None:
    running = start(short_plan("60 s"), "--plain")
    running.client.kill()
    wait_for(lambda: not list(own_sockets.glob("[0-9]*.sock")))
    reader = ended_dark(running.folder, "interrupt")
    assert next(reader.lines("outcome"))["detail"] == "the controlling process ended"


IN_A_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_a_terminal_that_is_closed_is_a_stop(
    bench_file: Path, short_plan: Plan, own_sockets: Path, tmp_path: Path
) -> None:
    mine, its = pty.openpty()
    out = tmp_path / "runs"
    command = [*RIG, "run", str(short_plan("60 s")), "--bench", str(bench_file), "--out", str(out)]
    with subprocess.Popen(
        [sys.executable, "-c", IN_A_TERMINAL, *command], stdin=its, stdout=its, stderr=its
    ) as client:
        os.close(its)
        file = wait_for(lambda: next((f for f in out.glob("*/run.jsonl") if ON in f.read_bytes()), None))
        os.close(mine)
        assert client.wait(timeout=30) == 130
    reader = ended_dark(file, "interrupt")
    assert next(reader.lines("outcome"))["detail"] == "SIGHUP"
    assert not list(own_sockets.glob("[0-9]*.sock"))


def test_an_engine_that_is_killed_is_switched_off_by_its_guardian(
    start: Callable[..., Running], short_plan: Plan
) -> None:
    running = start(short_plan("60 s"), "--json")
    os.kill(running.engine, signal.SIGKILL)
    out = running.ends()
    assert running.client.returncode == 3
    assert "SIGKILL" in out
    assert "the guardian has switched its outputs off, confirmed by read-back" in out
    (run,) = json.loads(out[out.index("{") : out.rindex("}") + 1])["runs"]
    assert run["run"] == str(running.folder)
    assert (run["verdict"], run["ended"], run["off_confirmed"]) == ("ABORTED", "lost", True)
    log = read_guardian(running.folder)
    assert log is not None
    assert (log.ending, log.first_fault) == ("confirmed", None)
    verified = subprocess.run(
        [*RIG, "verify", str(running.folder), "--json"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (verified.returncode, json.loads(verified.stdout)["guardian"]) == (5, "confirmed")
    reader = read_run(running.folder)
    assert not reader.integrity.sealed
    judgement = judge(reader.lines())
    assert (judgement.verdict, judgement.ended) == ("ABORTED", None)
    stop = subprocess.run([*RIG, "stop"], capture_output=True, text=True, timeout=30, check=False)
    assert (stop.returncode, "nothing to stop" in stop.stderr) == (3, True)


def test_a_client_that_is_only_suspended_does_not_stop_the_run(
    start: Callable[..., Running], short_plan: Plan, own_sockets: Path
) -> None:
    running = start(short_plan("3 s"), "--jsonl")
    os.killpg(running.client.pid, signal.SIGTSTP)
    os.kill(running.client.pid, signal.SIGSTOP)
    wait_for(lambda: not list(own_sockets.glob("[0-9]*.sock")))
    ended_dark(running.folder, "completed")
    os.kill(running.client.pid, signal.SIGCONT)
    out = running.ends()
    assert running.client.returncode == 0, out
    assert out == (running.folder / "run.jsonl").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_client_whose_stdout_is_closed_runs_to_the_end(
    start: Callable[..., Running], short_plan: Plan
) -> None:
    running = start(short_plan("3 s"), "--jsonl")
    assert running.client.stdout is not None
    running.client.stdout.close()
    assert running.client.wait(timeout=30) == 0
    ended_dark(running.folder, "completed")


def test_a_second_run_is_refused_and_the_first_is_left_alone(
    start: Callable[..., Running], short_plan: Plan, bench_file: Path, tmp_path: Path
) -> None:
    running = start(short_plan("60 s"), "--plain")
    command = [*RIG, "run", str(short_plan("60 s")), "--bench", str(bench_file), "--json"]
    second = subprocess.run(
        [*command, "--out", str(tmp_path / "others")],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 3
    (run,) = json.loads(second.stdout)["runs"]
    assert run["run"] is None
    assert f"is in use by process {running.engine} (bench {bench_file})" in run["error"]
    assert "TCPIP0::127.0.0.1::" in second.stderr
    assert not (tmp_path / "others").exists()
    stop = subprocess.run([*RIG, "stop"], capture_output=True, text=True, timeout=30, check=False)
    assert (stop.returncode, stop.stderr) == (0, "")
    out = running.ends()
    assert running.client.returncode == 4, out
    ended_dark(running.folder, "stop")


@pytest.mark.slow
def test_a_parent_that_reads_nothing_never_holds_the_scan(
    bench_file: Path, short_plan: Plan, own_sockets: Path, tmp_path: Path
) -> None:
    work = link_plans(read_bench(bench_file, {}), [str(short_plan("3 s"))], [], {})
    order = EngineOrder(str(bench_file), work.files, (), {}, str(tmp_path / "runs"), "tester", work.documents)
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while os.write(writing, b"\n" * 4096):
            pass
    os.set_blocking(writing, True)
    command = [sys.executable, "-m", "rig.engine.process"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=writing) as engine:
        os.close(writing)
        assert engine.stdin is not None
        engine.stdin.write(order_line(order))
        engine.stdin.flush()
        wait_for(lambda: list(own_sockets.glob("[0-9]*.sock")))
        wait_for(lambda: not list(own_sockets.glob("[0-9]*.sock")))
        (folder,) = [path for path in (tmp_path / "runs").iterdir() if path.is_dir()]
        assert ended_dark(folder, "completed").head["operator"] == "tester"
        assert engine.poll() is None
        with os.fdopen(reading, "rb") as pipe:
            events = [json.loads(line)["event"] for line in pipe if line.strip()]
    assert events == ["ready", "begins", "began", "ended", "closed"]
    assert engine.returncode == 0


def test_a_frozen_engine_is_ended_and_switched_off_by_its_guardian(
    start: Callable[..., Running], short_plan: Plan
) -> None:
    running = start(short_plan("60 s"), "--json")
    os.kill(running.engine, signal.SIGSTOP)
    out = running.ends()
    assert running.client.returncode == 3
    assert "the guardian has switched its outputs off, confirmed by read-back" in out
    log = read_guardian(running.folder)
    assert log is not None
    assert (log.ending, log.lines[0]["why"][:15]) == ("confirmed", "no heartbeat fo")


def test_a_bench_that_its_guardian_switched_off_stays_off_until_somebody_acknowledges(
    start: Callable[..., Running], short_plan: Plan, bench_file: Path
) -> None:
    plan = short_plan("60 s")
    running = start(plan)
    os.kill(running.engine, signal.SIGKILL)
    running.ends()
    command = [*RIG, "run", str(plan), "--bench", str(bench_file), "--out", str(running.folder.parent)]
    again = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert again.returncode == 4
    assert f"interrupted before: {running.folder.name} holds" in again.stderr
    assert "the guardian switched off" in again.stderr
    assert "rig bench acknowledge" in again.stderr


def test_without_its_guardian_an_engine_switches_off(start: Callable[..., Running], short_plan: Plan) -> None:
    running = start(short_plan("60 s"), "--json")
    (head,) = read_run(running.folder).lines("head")
    os.kill(head["bench"]["guardian"]["pid"], signal.SIGKILL)
    out = running.ends()
    assert running.client.returncode == 3, out
    (run,) = json.loads(out[out.index("{") : out.rindex("}") + 1])["runs"]
    assert (run["ended"], run["off_confirmed"]) == ("lost", True)
    assert "no guardian, no power" in run["detail"]


def test_two_lanes_in_one_engine_are_stopped_from_another_terminal(
    start: Callable[..., Running], short_plan: Plan, own_sockets: Path, tmp_path: Path
) -> None:
    bench, client_bench = tmp_path / "two.yaml", tmp_path / "client.yaml"
    bench.write_text(two_slots(shipped.bench().read_text(encoding="utf-8")), encoding="utf-8")
    with serving(client_bench, "--bench", str(bench)):
        running = start(short_plan("60 s"), "--json", bench=client_bench)
        (socket,) = own_sockets.glob("[0-9]*.sock")
        state = ask(socket, {"do": "state"})
        assert isinstance(state, dict)
        assert [lane["lane"] for lane in state["lanes"]] == ["main", "next"]
        assert {lane["off"] for lane in state["lanes"]} == {None}
        stop = subprocess.run([*RIG, "stop"], capture_output=True, text=True, timeout=30, check=False)
        assert (stop.returncode, stop.stdout.count("off, confirmed by read-back")) == (0, 2)
        out = running.ends()
    assert running.client.returncode == 4, out
    runs = json.loads(out[out.index("{") :])["runs"]
    assert [(run["lane"], run["ended"], run["off_confirmed"]) for run in runs] == [
        ("main", "stop", True),
        ("next", "stop", True),
    ]
    for run in runs:
        ended_dark(Path(run["run"]), "stop")


@pytest.mark.slow
def test_a_scan_slower_than_the_guardians_patience_is_not_taken_for_silence(
    start: Callable[..., Running], short_plan: Plan
) -> None:
    running = start(short_plan("3 s"), "--set", "sampling.belt=1 Hz", "--set", "sampling.supply=1 Hz")
    out = running.ends()
    assert running.client.returncode == 0, out
    assert read_guardian(running.folder) is None
