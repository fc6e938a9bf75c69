"""Runs in progress: one that ends between question and answer has ended, one that hangs is given up soon."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rig.engine.control import Answer
from rig.upkeep import in_progress
from rig.upkeep.in_progress import Progress, stop

pytestmark = pytest.mark.real_time

RUNNING: dict[str, Any] = {"lanes": [{"run": "/runs/x"}]}


def stopped(
    monkeypatch: pytest.MonkeyPatch, *answers: object, answers_at_all: bool = True
) -> tuple[bool, int]:
    """Whether it was seen to let go, and how many answers were asked for."""
    given: Iterator[object] = iter(answers)
    asked = []

    def ask(_path: Path, request: dict[str, Any]) -> object:
        asked.append(request["do"])
        return next(given)

    monkeypatch.setattr(in_progress, "ask", ask)
    gone = stop(Progress(Path("1.sock"), (), answers_at_all))
    assert asked[:1] in ([], ["stop"])
    return gone, len(asked)


def test_one_that_ends_has_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stopped(monkeypatch, RUNNING, RUNNING, Answer.NOBODY) == (True, 3)
    assert stopped(monkeypatch, RUNNING, Answer.SILENT, Answer.NOBODY) == (True, 3)


def test_one_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stopped(monkeypatch, RUNNING, Answer.SILENT, Answer.SILENT) == (False, 3)
    assert stopped(monkeypatch, answers_at_all=False) == (False, 0)
