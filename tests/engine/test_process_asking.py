"""What a plan asks in an engine process: answered at its client's terminal and from another one, with notes."""

from __future__ import annotations

import os
import pty
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rig.record.reader import read_run
from tests.served import RIG, serving

pytestmark = pytest.mark.real_time

PLAN = """
plan: Asking
purpose: Asks twice.
device: ir-lumbar-wrap
interlocks:
  - {signal: skin.*, above: 45 degC, for: 2 readings}
steps:
  - name: heat
    supply: {voltage: rated, current_limit: 1.2 A, output: on}
    belt: {level: low, session: 10 min, regulation: normal}
    ask: {text: Which side, choice: [left, right]}
    within: 1 min
  - {name: label, ask: {text: Scan the label, serial: device}, within: 1 min}
"""


@pytest.fixture
def own_sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="rig") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


def until(look: Callable[[], Any]) -> Any:
    for _ in range(600):
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


def tell(*words: str) -> tuple[int, str]:
    done = subprocess.run([*RIG, *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_two_terminals_answer_one_run(own_sockets: None, tmp_path: Path) -> None:
    plan, bench = tmp_path / "asking.yaml", tmp_path / "client.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    ours, theirs = pty.openpty()
    command = [
        *RIG,
        "run",
        str(plan),
        "--bench",
        str(bench),
        "--out",
        str(tmp_path / "runs"),
        "--operator",
        "Ada",
    ]
    with (
        serving(bench),
        subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, text=True) as client,
    ):
        os.close(theirs)
        seen = bytearray()

        def asked(words: bytes) -> bool:
            seen.extend(os.read(ours, 65536))
            return words in seen

        until(lambda: asked(b"? Which side  (left / right)"))
        assert tell("answer", "up", "--who", "Bob") == (2, "not taken: choose one of left, right\n")
        assert tell("note", "the phantom is warm", "--who", "Bob") == (0, "taken into the record\n")
        os.write(ours, b"nowhere\n")
        until(lambda: asked(b"refused: choose one of left, right"))
        assert tell("answer", "left", "--who", "Bob") == (0, "taken into the record\n")
        until(lambda: asked(b"? Scan the label  (serial number)"))
        os.write(ours, b"SIM-BELT-0001\n")
        out, _ = client.communicate(timeout=30)
    os.close(ours)
    assert client.returncode == 5, out  # the plan has no check
    (folder,) = (tmp_path / "runs").glob("*/")
    said = [(line["who"], line["what"]) for line in read_run(folder).lines("operator")]
    assert said[0] == ("Bob", "gave an answer that was refused")
    assert sorted(said[1:]) == [
        ("Ada", "answered"),
        ("Ada", "gave an answer that was refused"),
        ("Bob", "answered"),
        ("Bob", "noted"),
    ]
