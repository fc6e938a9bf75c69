"""What tests ask of a finished run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rig.clock import WallClock
from rig.engine.run import RunResult
from rig.platform import OtherProcess
from rig.record.reader import read_run
from rig.safety.guardian.control import guardians

Run = Callable[..., RunResult]
Plan = Callable[[str], Path]


def lines_of(result: RunResult, *kinds: str) -> list[dict[str, Any]]:
    """The lines of those kinds of the run's record."""
    return list(read_run(result.folder).lines(*kinds))


def verdicts(result: RunResult) -> dict[str, str]:
    """Verdict by check."""
    assert result.judgement is not None
    return {check["name"]: check["verdict"] for check in result.judgement.results}


def await_guardians(seconds: float = 6.0) -> None:
    """Let guardians that still switch off come to their end, before the bench that they do it on is taken away."""
    clock = WallClock()
    while any(map(_is_alive, guardians())) and clock.now() < seconds:
        clock.sleep(0.05)


def _is_alive(guardian: Path) -> bool:
    process = OtherProcess(int(guardian.stem.partition("-")[2]))
    try:
        return not process.ended
    finally:
        process.close()
