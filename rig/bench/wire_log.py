"""The wire log: all that was said to the instruments and devices of a bench, and what they said, with bench times.

Record once, replay for ever: what a bench said once is a fixture for tests that need no bench (`wire_replay`).
It is strict JSON, a line each; bytes are text in ISO 8859-1, so that SCPI reads as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, final

import orjson

from rig.errors import InputError
from rig.software import identity

SCHEMA = 2
SUFFIX = ".wire.jsonl"

_NO_LOG = (OSError, ValueError, KeyError, TypeError, IndexError)

SENT = frozenset({"write", "send", "clear", "inject", "ask"})
"""Kinds of what goes out, which a replay compares."""

RECEIVE, READING, ACT, LOOK = "receive", "reading", "act", "look"
TURN, SCAN = "turn", "scan"
HANG, STEP, STOP = "hang", "step", "stop"
GUARDIAN, ASK, ANSWER, ARMED = "guardian", "ask", "answer", "armed"

FIRST_LINE = 2
"""Line of a log in which its first exchange stands, behind the head."""

NOTES = frozenset({READING, ACT, LOOK, HANG, TURN, SCAN, STEP, STOP, ARMED})
"""Kinds that tell when something began, and are no exchange with anybody."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing that was done on a link.

    Attributes:
        kind: ``open``, ``write``, ``read``, ``clear`` of a VISA resource; ``open``, ``send``, ``receive`` of a serial
            link; ``inject`` of a fault, whose name stands for the link; ``ask``, ``answer`` and ``armed`` of the
            guardian. In real time also what tells when something began: ``reading`` of a source, ``act`` of a bus
            worker, its next ``look`` at what it switched off, ``hang`` of one, ``scan`` of the engine and ``turn``
            between two, ``step`` of a lane's script, and ``stop`` of a session that something outside of it has ended.
        link: VISA resource name, or serial port or URL, as the bench file has it.
        start_s: bench time at which it began. end_s: at which it was over.
        data: what was sent or received.
        status: VISA's, negative where it failed; 0 elsewhere.
        error: in words, where it failed without one.
        reading: number of the reading of a source that it was a part of, in real time; 0 for any other.
        period_s: of a ``reading``, how often its source was read; 0 where that is not known.
        due_s: of a ``reading``, the bench time at which it was due; None where that is not known.
    """

    kind: str
    link: str
    start_s: float
    end_s: float
    data: bytes = b""
    status: int = 0
    error: str | None = None
    reading: int = 0
    period_s: float = 0.0
    due_s: float | None = None

    def having(self, data: bytes) -> Exchange:
        """The same with other data."""
        return replace(self, data=data)

    def to_json(self) -> dict[str, Any]:
        """As its line holds it."""
        line: dict[str, Any] = {"k": self.kind, "on": self.link, "t": [self.start_s, self.end_s]}
        line |= {"x": self.data.decode("latin-1")} if self.data else {}
        line |= {"status": self.status} if self.status else {}
        line |= {"reading": self.reading} if self.reading else {}
        line |= {"period": self.period_s} if self.period_s else {}
        line |= {"due": self.due_s} if self.due_s is not None else {}
        return line | ({} if self.error is None else {"error": self.error})

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Exchange:
        """The exchange of a line."""
        start_s, end_s = map(float, line["t"])
        data = line.get("x", "").encode("latin-1")
        due_s = line.get("due")
        return cls(
            str(line["k"]),
            str(line["on"]),
            start_s,
            end_s,
            data,
            int(line.get("status", 0)),
            line.get("error"),
            int(line.get("reading", 0)),
            float(line.get("period", 0.0)),
            None if due_s is None else float(due_s),
        )


@dataclass(frozen=True, slots=True)
class WireSession:
    """What held before the first exchange.

    Attributes:
        guardian: process of the one that watched, None if there was none.
        nobody_wears, attended: what persons had said of it, by their names.
        proven, rehearsed: slots whose way off, and whose guardian's way off, had been proven by an earlier run.
    """

    guardian: int | None = None
    nobody_wears: str | None = None
    attended: str | None = None
    proven: tuple[str, ...] = ()
    rehearsed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WireHead:
    """What a wire log was recorded on.

    Attributes:
        name: of the test or run.
        bench_file, bench_text: of the bench, as it was.
        slots: those in use.
        clock: ``virtual`` or ``wall``. anchor: UTC of bench time 0, ISO 8601.
        seed: of the simulated bench, None for any other.
        settings: values of the bench file that were changed, by dotted key.
        session: what the bench session brought to it.
    """

    name: str
    bench_file: str
    bench_text: str
    slots: tuple[str, ...]
    clock: str
    anchor: str
    seed: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    session: WireSession = field(default_factory=WireSession)

    @property
    def bench_sha256(self) -> str:
        """The hash of the bench's text."""
        return hashlib.sha256(self.bench_text.encode()).hexdigest()


@final
class WireLog:
    """Takes exchanges from any thread, and is written when the bench is closed.

    It is kept in memory: a slow disk must not hold a bus. A process that is killed leaves none. To append to a list is
    one step for every thread, so nobody waits for a lock, least of all the scan.
    """

    def __init__(self, head: WireHead) -> None:
        self.head = head
        self.exchanges: list[Exchange] = []

    def note(self, exchange: Exchange) -> None:
        """Take one."""
        self.exchanges.append(exchange)

    def write(self, path: Path) -> None:
        """Write all of it to a file.

        Raises:
            InputError: the file cannot be written.
        """
        _write(path, b"".join(orjson.dumps(line) + b"\n" for line in self._lines()))

    def _lines(self) -> Iterator[dict[str, Any]]:
        head = {"bench_sha256": self.head.bench_sha256, **asdict(self.head)}
        yield {"k": "head", "schema": SCHEMA, "software": identity(), **head}
        exchanges = tuple(self.exchanges)
        for exchange in exchanges:
            yield exchange.to_json()
        yield _end(len(exchanges))


def require_writable(path: Path) -> None:
    """See that a wire log can go there, before anything is switched on; one that stands there stays until then.

    Raises:
        InputError: it cannot be written.
    """
    _write(path, b"", "ab")


def _write(path: Path, text: bytes, mode: str = "wb") -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode) as file:
            file.write(text)
    except OSError as error:
        raise InputError(
            f"writing the wire log {path}: {error}; name a file in a folder of your own"
        ) from error


@dataclass(frozen=True, slots=True)
class WireRecord:
    """A wire log as it was read; the exchange of index 0 stands in line `FIRST_LINE`."""

    path: Path
    sha256: str
    head: WireHead
    exchanges: tuple[Exchange, ...]


def read_wire_log(path: Path) -> WireRecord:
    """Read a wire log.

    Raises:
        InputError: it cannot be read, is none, was cut short or changed in its bench.
    """
    try:
        data = path.read_bytes()
        head, exchanges = _read([orjson.loads(line) for line in data.splitlines()])
    except _NO_LOG as error:
        raise _unreadable(path, error) from error
    return WireRecord(path, hashlib.sha256(data).hexdigest(), head, exchanges)


def read_wire_head(path: Path) -> WireHead:
    """The head of a wire log; whether the rest of it is whole is not looked at.

    Raises:
        InputError: it cannot be read, is none, or was changed in its bench.
    """
    try:
        with path.open("rb") as file:
            return _read_head(orjson.loads(file.readline()))
    except _NO_LOG as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> InputError:
    return InputError(f"reading the wire log {path}: {error}; record it again")


def _read(lines: list[dict[str, Any]]) -> tuple[WireHead, tuple[Exchange, ...]]:
    first, *rest = lines
    if rest[-1] != _end(len(rest) - 1):
        raise ValueError("it does not end with the number of its exchanges")
    return _read_head(first), tuple(map(Exchange.from_json, rest[:-1]))


def _read_head(first: Mapping[str, Any]) -> WireHead:
    if first["k"] != "head" or first["schema"] != SCHEMA:
        raise ValueError(f"it does not begin with a head of schema {SCHEMA}")
    fields = {name: first[name] for name in WireHead.__dataclass_fields__}
    session = fields["session"]
    lists: dict[str, Any] = {key: tuple(session[key]) for key in ("proven", "rehearsed")}
    head = WireHead(
        **{**fields, "slots": tuple(fields["slots"]), "session": WireSession(**{**session, **lists})}
    )
    if head.bench_sha256 != first["bench_sha256"]:
        raise ValueError("its bench is not what it was recorded on")
    return head


def _end(exchanges: int) -> dict[str, Any]:
    return {"k": "end", "exchanges": exchanges}
