"""Questions at the terminal: typed answers, refusals, and a run that nobody could answer."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from rig.cli.asking import Asker
from rig.engine.desk import Asked
from rig.plan.program import Question
from tests.engine.asking import asking_plan

RIG = [sys.executable, "-m", "rig.cli"]


@contextmanager
def killing(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """A process that waits for an answer for ever does not outlive the test that gives up."""
    try:
        yield
    except BaseException:
        process.kill()
        raise


def at_a_terminal(command: list[str], *answers: str) -> tuple[int, str]:
    """Exit code and all that the terminal showed; the next line is typed each time when something is asked."""
    ours, theirs = pty.openpty()
    waiting = list(answers)
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as process:
        os.close(theirs)
        seen = ""
        with killing(process), suppress(OSError):  # the terminal's other end is closed when the process ends
            while chunk := os.read(ours, 4096):
                seen += chunk.decode()
                if seen.count("\n? ") > len(answers) - len(waiting) and waiting:
                    os.write(ours, f"{waiting.pop(0)}\n".encode())
        code = process.wait(timeout=30)
    os.close(ours)
    return code, seen


def test_answers_are_typed_and_refused_ones_asked_again(tmp_path: Path) -> None:
    picture = tmp_path / "a.jpg"
    picture.write_bytes(b"\xff\xd8\xff\xe0 a photograph")
    command = [*RIG, "run", str(asking_plan(tmp_path)), "--out", str(tmp_path / "runs"), "--plain"]
    typed = ("", "WRONG", "SIM-BELT-0001", "45", "left", "right", str(picture), "yes")
    code, seen = at_a_terminal(command, *typed)
    assert code == 5, seen  # the plan has no check, so nothing was shown
    assert "? Scan the label  (serial number)" in seen
    assert "refused: WRONG is not the device on the bench, which reports SIM-BELT-0001" in seen
    assert "answered (step heat, answer 45, value 0.45)" in seen
    assert "? Take it off  (yes when done)" in seen


def test_what_was_typed_before_it_was_asked_confirms_nothing() -> None:
    person = Asker("Ada", lambda _: None, left=None)
    heard: list[str] = []
    person.take("yes")
    question = Asked("fit", Question("Lay the belt on the phantom", "confirm"))
    person.show("main", question, lambda _, text: heard.append(text))
    assert heard == []
    person.take("done")
    assert heard == ["done"]
    person.take("again")
    assert heard == ["done"]


def test_without_a_terminal_a_plan_that_asks_is_refused_before_it_begins(tmp_path: Path) -> None:
    command = [*RIG, "run", str(asking_plan(tmp_path)), "--out", str(tmp_path / "runs")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "nobody can answer it here" in done.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("word", ["answer", "note"])
def test_with_no_run_in_progress_there_is_nobody_to_tell(word: str, tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run([*RIG, word, "text"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "no run of this user is in progress" in done.stderr
