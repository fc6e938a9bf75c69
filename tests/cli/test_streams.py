"""Standard streams that are closed, full, unread or of few characters: the exit code stays the run's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runs import Plan

pytestmark = pytest.mark.real_time

RIG = f"{sys.executable} -m rig.cli"

needs_dev_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["/bin/sh", "-c", command],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        cwd=folder,
    )


def code_of(command: str, folder: Path, **environment: str) -> int:
    return shell(command, folder, **environment).returncode


@pytest.mark.parametrize("form", ["", "--plain", "--json", "--jsonl"])
def test_a_reader_that_has_left_changes_no_exit_code(short_plan: Plan, tmp_path: Path, form: str) -> None:
    ran = shell(f"( {RIG} run {short_plan('5 s')} {form}; echo $? >&2 ) | true", tmp_path)
    assert ran.stderr.splitlines()[-1] == b"0"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_what_was_closed_before_the_start_is_no_defect(short_plan: Plan, tmp_path: Path, closed: str) -> None:
    assert code_of(f"{RIG} run {short_plan('5 s')} --out runs {closed}", tmp_path) == 0
    assert code_of(f"{RIG} verify last", tmp_path) == 0


@needs_dev_full
def test_a_document_that_could_not_be_written_is_said_and_is_no_success(
    short_plan: Plan, tmp_path: Path
) -> None:
    ran = shell(f"{RIG} run {short_plan('5 s')} --json > /dev/full", tmp_path)
    assert ran.returncode == 3
    assert b"writing to stdout: No space left on device" in ran.stderr
    assert b"Traceback" not in ran.stderr


@needs_dev_full
def test_a_message_that_could_not_be_written_keeps_its_exit_code(tmp_path: Path) -> None:
    assert code_of(f"{RIG} run no-such-plan 2> /dev/full", tmp_path) == 2


def test_characters_that_a_stream_cannot_show_end_nothing(short_plan: Plan, tmp_path: Path) -> None:
    ran = shell(f"{RIG} run {short_plan('5 s')}", tmp_path, PYTHONIOENCODING="ascii")
    assert ran.returncode == 0
    assert b"? PASS" in ran.stdout
