"""An onlooker that shows nothing and remembers everything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rig.bench.description import BenchDescription


class Nobody:
    """Looks on and notes what it was told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def begins(self, programs: Sequence[Any], bench: BenchDescription) -> None:
        self.told.append("begins")

    def began(self, lane: str, folder: Path) -> None:
        self.told.append("began")

    def scanned(self, lane: Any) -> None:
        self.told.append("scanned")

    def ended(self, program: Any, result: Any) -> None:
        self.told.append(result)
