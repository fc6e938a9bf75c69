"""What ``rig run`` says of runs before: those that a crash cut off, and none that goes on elsewhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rig.cli.running import _say_interrupted
from rig.cli.runs import command

pytestmark = pytest.mark.real_time

WRITE_ON = """
import sys
from pathlib import Path
from tests.test_index import begin
file = begin(Path(sys.argv[1]), sys.argv[2], "2026-11-22T09:00:00Z")
file.sync()
print(flush=True)
sys.stdin.read()
"""


def writer(runs: Path, run: str) -> subprocess.Popen[bytes]:
    """A process that writes a run and goes on."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE_ON, str(runs), run], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_a_run_in_progress_elsewhere_is_not_said_to_be_interrupted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    killed, living = writer(tmp_path, "killed"), writer(tmp_path, "living")
    try:
        killed.kill()
        killed.communicate()
        _say_interrupted(tmp_path)
        said = capsys.readouterr().err
        assert "interrupted before: killed holds" in said
        assert "living" not in said
        command.main(["--out", str(tmp_path)], standalone_mode=False)
        listed = dict(line.split(None, 1) for line in capsys.readouterr().out.splitlines())
        assert listed["killed"].startswith("INTERRUPTED")
        assert listed["living"].startswith("IN PROGRESS")
    finally:
        living.communicate()
    _say_interrupted(tmp_path)
    assert "living" in capsys.readouterr().err, "its process has ended without a last line"


def test_a_folder_that_does_not_exist_holds_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _say_interrupted(tmp_path / "none")
    assert capsys.readouterr().err == ""
