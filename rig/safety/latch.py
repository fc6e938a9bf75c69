"""The latch of a real or served bench: after a trip nothing switches on until a person acknowledges by name.

It outlives processes and restarts: an append-only file of JSON lines in this user's state folder, one a bench,
whose last line is the state. A bench is known by what it is made of, its resources and links, not by its name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, final

import orjson

from rig.bench.description import BenchDescription
from rig.errors import BenchError
from rig.platform import state_folder
from rig.safety.errors import LatchedError

FOLDER = "latches"


@dataclass(frozen=True, slots=True)
class Tripped:
    """Why a bench is latched: when (UTC, ISO 8601), in which run and lane, and by what."""

    at: str
    run: str
    lane: str
    why: str


@final
class Latch:
    """The latch of one bench.

    Raises:
        BenchError: the state folder cannot be used.
    """

    def __init__(self, bench: BenchDescription) -> None:
        parts = sorted([entry.resource for entry in bench.instruments] + [slot.link for slot in bench.slots])
        name = sha256("\n".join(parts).encode()).hexdigest()[:16]
        self._bench = bench
        try:
            folder = state_folder() / FOLDER
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BenchError(
                f"opening the latch of bench {bench.name!r}: {error}; set XDG_STATE_HOME to a folder of your own"
            ) from error
        self.path: Path = folder / f"{name}.jsonl"

    @property
    def tripped(self) -> tuple[Tripped, ...]:
        """The trips that nobody has acknowledged yet, oldest first; a line that cannot be read counts as one.

        Raises:
            BenchError: the file cannot be read.
        """
        return tuple(self._open_trips())

    def trip(self, what: Tripped) -> None:
        """Latch, durably.

        Raises:
            BenchError: it cannot be written.
        """
        self._append({"k": "trip", "bench": self._bench.name, **asdict(what)})

    def acknowledge(self, at: str, who: str) -> tuple[Tripped, ...]:
        """Free the bench, by a person's name; what was acknowledged.

        Raises:
            BenchError: it cannot be read or written.
        """
        trips = self.tripped
        if trips:
            self._append({"k": "acknowledge", "at": at, "who": who, "trips": len(trips)})
        return trips

    def require_free(self) -> None:
        """Refuse to switch on while a trip is not acknowledged.

        Raises:
            LatchedError: with each trip and how to acknowledge it.
            BenchError: the file cannot be read.
        """
        trips = self.tripped
        if trips:
            told = "\n  ".join(f"{trip.at} {trip.why} (lane {trip.lane}, run {trip.run})" for trip in trips)
            raise LatchedError(
                f"the bench {self._bench.name!r} ({self._bench.file}) has tripped and nobody has acknowledged it:\n"
                f"  {told}\nlook at the bench, then: rig bench acknowledge --bench {self._bench.file} --who YOUR-NAME"
            )

    def _open_trips(self) -> Iterator[Tripped]:
        trips: list[Tripped] = []
        for raw in self._lines():
            line = _parsed(raw)
            if line is None:
                trips.append(Tripped("", "", "", f"a line of {self.path} that cannot be read"))
            elif line["k"] == "acknowledge":
                trips.clear()
            else:
                trips.append(Tripped(*(str(line.get(name, "")) for name in ("at", "run", "lane", "why"))))
        yield from trips

    def _lines(self) -> list[bytes]:
        try:
            return self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise BenchError(f"reading the latch {self.path}: {error}; nothing is switched on") from error

    def _append(self, line: dict[str, Any]) -> None:
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            torn = self.path.stat().st_size > 0 and not self.path.read_bytes().endswith(b"\n")
            with closing(os.fdopen(descriptor, "ab", buffering=0)) as stream:
                stream.write((b"\n" if torn else b"") + orjson.dumps(line) + b"\n")
                os.fsync(stream.fileno())
        except OSError as error:
            raise BenchError(f"writing the latch {self.path}: {error}") from error


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        line = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return line if isinstance(line, dict) and line.get("k") in ("trip", "acknowledge") else None
