"""Viewers in browsers: the command of one, what is refused, and what is missing."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from rig.cli import guarded
from rig.errors import ExitCode
from rig.tui.serving import viewer_command

pytestmark = pytest.mark.real_time


def test_a_viewer_is_the_screen_of_one_run_and_nothing_else(tmp_path: Path) -> None:
    words = shlex.split(viewer_command(tmp_path / "a run", "rig-light", ascii_only=True))
    assert words[1:] == [
        "-m", "rig.cli", "tui", "--view", str(tmp_path / "a run"), "--theme", "rig-light", "--ascii",
    ]  # fmt: skip


def test_it_listens_on_loopback_unless_told_otherwise(
    cutoff_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[str, dict[str, Any]]] = []

    class Server:
        def __init__(self, command: str, **options: Any) -> None:
            served.append((command, options))

        def serve(self) -> None:
            """At once over."""

    module = ModuleType("textual_serve.server")
    vars(module)["Server"] = Server
    monkeypatch.setitem(sys.modules, "textual_serve", ModuleType("textual_serve"))
    monkeypatch.setitem(sys.modules, "textual_serve.server", module)
    assert guarded(["tui", "--view", str(cutoff_run), "--serve"]) == ExitCode.PASSED
    assert (
        guarded(["tui", "--view", str(cutoff_run), "--serve", "--host", "::1", "--port", "9"])
        == ExitCode.PASSED
    )
    assert [(options["host"], options["port"]) for _, options in served] == [("127.0.0.1", 8000), ("::1", 9)]
    assert "--view" in served[0][0]


def test_only_a_viewer_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["tui", "--serve"]) == ExitCode.WRONG_INPUT
    assert "never a second controller" in capsys.readouterr().err


def test_without_what_serves_it_says_what_to_install(
    cutoff_run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    assert guarded(["tui", "--view", str(cutoff_run), "--serve"]) == ExitCode.UNAVAILABLE
    assert "heat-belt-rig[serve]" in capsys.readouterr().err
