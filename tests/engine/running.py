"""A run of the engine process over a served bench, as tests see it, and how its record has to end."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rig.record.reader import RunReader, read_run

ON = b'"output":"supply.b.output","value":true,"h"'


@dataclass
class Running:
    """A run with its outputs on: the client in a process group of its own, as a shell starts it, and the engine."""

    client: subprocess.Popen[str]
    engine: int
    folder: Path

    def ends(self) -> str:
        out, _ = self.client.communicate(timeout=30)
        return out


def wait_for(look: Callable[[], Any]) -> Any:
    for _ in range(600):
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


def ended_dark(folder: Path, ended: str) -> RunReader:
    reader = read_run(folder)
    assert {line["confirmed"] for line in reader.lines("off")} == {True}
    assert [line["ended"] for line in reader.lines("outcome")] == [ended]
    assert reader.integrity.sealed
    return reader
