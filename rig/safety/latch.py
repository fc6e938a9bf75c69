"""The latch of a real or served bench: after a trip nothing switches on until a person acknowledges by name.

It outlives processes and restarts: append-only files of JSON lines in this user's state folder, one for each part of
the bench, an instrument's resource or a device's link. A bench is free when all of its parts are, whatever its name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, final

import orjson

from rig.bench.description import BenchDescription
from rig.bench.resources import parts_of
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
    """The latch of one bench: a file for each of its parts, so that no other spelling or selection of them is free.

    Raises:
        BenchError: the state folder cannot be used.
    """

    def __init__(self, bench: BenchDescription) -> None:
        self._bench = bench
        try:
            folder = state_folder() / FOLDER
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BenchError(
                f"opening the latch of bench {bench.name!r}: {error}; set XDG_STATE_HOME to a folder of your own"
            ) from error
        self.paths: tuple[Path, ...] = tuple(
            folder / f"{sha256(part.encode()).hexdigest()[:16]}.jsonl"
            for part in parts_of(bench, bench.slots)
        )

    @property
    def tripped(self) -> tuple[Tripped, ...]:
        """The trips that nobody has acknowledged yet, oldest first; a line that cannot be read counts as one.

        A lane of a run has tripped once, though its engine and its guardian may both have written why: each writes,
        whatever the other does, and their reasons are put together here.

        Raises:
            BenchError: a file cannot be read.
        """
        found: dict[tuple[str, str], list[Tripped]] = {}
        for path in self.paths:
            for trip in _open_trips(path):
                of_lane = found.setdefault((trip.run, trip.lane), [])
                if trip not in of_lane:
                    of_lane.append(trip)
        return tuple(
            replace(first, why="; ".join(dict.fromkeys(trip.why for trip in (first, *others))))
            for first, *others in found.values()
        )

    def trip(self, what: Tripped) -> None:
        """Latch, durably.

        Raises:
            BenchError: it cannot be written.
        """
        for path in self.paths:
            _append(path, {"k": "trip", "bench": self._bench.name, **asdict(what)})

    def acknowledge(self, at: str, who: str) -> tuple[Tripped, ...]:
        """Free the bench, by a person's name; what was acknowledged.

        Raises:
            BenchError: it cannot be read or written.
        """
        trips = self.tripped
        for path in self.paths if trips else ():
            if open_here := len(list(_open_trips(path))):
                _append(path, {"k": "acknowledge", "at": at, "who": who, "trips": open_here})
        return trips

    def require_free(self) -> None:
        """Refuse to switch on while a trip is not acknowledged.

        Raises:
            LatchedError: with each trip and how to acknowledge it.
            BenchError: a file cannot be read.
        """
        trips = self.tripped
        if trips:
            told = "\n  ".join(f"{trip.at} {trip.why} (lane {trip.lane}, run {trip.run})" for trip in trips)
            raise LatchedError(
                f"the bench {self._bench.name!r} ({self._bench.file}) has tripped and nobody has acknowledged it:\n"
                f"  {told}\nlook at the bench, then: rig bench acknowledge --bench {self._bench.file} --who YOUR-NAME"
            )


def _open_trips(path: Path) -> Iterator[Tripped]:
    trips: list[Tripped] = []
    for raw in _lines(path):
        line = _parsed(raw)
        if line is None:
            trips.append(Tripped("", "", "", f"a line of {path} that cannot be read"))
        elif line["k"] == "acknowledge":
            trips.clear()
        else:
            trips.append(Tripped(*(str(line.get(name, "")) for name in ("at", "run", "lane", "why"))))
    yield from trips


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BenchError(f"reading the latch {path}: {error}; nothing is switched on") from error


def _append(path: Path, line: dict[str, Any]) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        torn = path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
        with closing(os.fdopen(descriptor, "ab", buffering=0)) as stream:
            stream.write((b"\n" if torn else b"") + orjson.dumps(line) + b"\n")
            os.fsync(stream.fileno())
    except OSError as error:
        raise BenchError(f"writing the latch {path}: {error}") from error


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        line = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return line if isinstance(line, dict) and line.get("k") in ("trip", "acknowledge") else None
