"""``rig simulate``: endpoints as one line, clients over sockets and PTY, truth and faults by the control channel."""

from __future__ import annotations

import json
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pyvisa import ResourceManager

from tests.runs import Plan
from tests.served import RIG, Served

pytestmark = pytest.mark.real_time


def test_the_endpoints_stand_in_one_line_and_it_ends_when_told(served: Served) -> None:
    document = served.document
    assert set(document["instruments"]) == {"supply", "scanner"}
    assert document["instruments"]["supply"].startswith("TCPIP0::127.0.0.1::")
    assert document["device"]["url"].startswith("/dev/")
    assert served.close() == 0


def test_several_clients_and_one_that_dies_disturb_nobody(served: Served) -> None:
    resource = served.document["instruments"]["supply"]
    with ExitStack() as stack:
        manager = ResourceManager("@py")
        stack.callback(manager.close)
        clients: list[Any] = [
            manager.open_resource(resource, read_termination="\n", write_termination="\n") for _ in range(5)
        ]
        host, port = resource.split("::")[1:3]
        broken = socket.create_connection((host, int(port)))
        broken.sendall(b"*IDN?;VOLT? (@")
        broken.close()
        for number, client in enumerate(clients):
            client.write(f"VOLT {number},(@2)")
            volts = float(client.query("VOLT? (@2)"))
            assert volts == number
        assert {client.query("*IDN?").split(",")[1] for client in clients} == {"E36313A"}


def test_truth_and_faults_by_the_control_channel(served: Served) -> None:
    truth = served.ask(do="truth")["slots"]["main"]
    assert truth["units"].keys() == {"a", "b"}
    assert truth["units"]["a"]["skin_degc"] == pytest.approx(33.75, abs=0.5)
    assert "not of the form" in served.ask(do="inject", fault="nonsense")["error"]
    assert "error" in served.ask(do="dance")
    assert served.ask(do="probe", signal="skin.a1", open=True) == {
        "slot": "main",
        "signal": "skin.a1",
        "open": True,
    }
    served.ask(do="probe", signal="skin.a1", open=False, reversed=True, detached=True)
    assert "error" in served.ask(do="probe", signal="skin.a1")
    assert served.ask(do="swap", signals=["skin.a2", "skin.b2"])["swapped"] == ["skin.a2", "skin.b2"]
    assert "error" in served.ask(do="swap", signals=["skin.a2"])


def test_a_plan_runs_over_sockets_and_pty_with_the_bench_file_it_wrote(
    served: Served, short_plan: Plan, tmp_path: Path
) -> None:
    command = ["run", str(short_plan("5 s")), "--bench", str(tmp_path / "client.yaml"), "--json"]
    done = subprocess.run(
        [*RIG, *command, "--out", str(tmp_path / "runs")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    (run,) = json.loads(done.stdout)["runs"]
    assert (run["verdict"], run["simulated"], run["off_confirmed"]) == ("PASS", True, True)
    served.ask(do="probe", signal="skin.a1", open=True)
    refused = subprocess.run(
        [*RIG, *command, "--out", str(tmp_path / "runs")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert refused.returncode == 3
    assert "skin.a1 on channel 102" in refused.stderr
