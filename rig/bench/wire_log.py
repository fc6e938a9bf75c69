"""The wire log: all that was said to the instruments and devices of a bench, and what they said, with bench times.

Record once, replay for ever: what a bench said once is a fixture for tests that need no bench (`wire_replay`).
It is strict JSON, a line each; bytes are text in ISO 8859-1, so that SCPI reads as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, final

import orjson

from rig.errors import InputError
from rig.software import identity

SCHEMA = 1
SUFFIX = ".wire.jsonl"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing that was done on a link.

    Attributes:
        kind: ``open``, ``write``, ``read``, ``clear`` of a VISA resource; ``open``, ``send``, ``receive`` of a serial
            link; ``inject`` of a fault, whose name stands for the link.
        link: VISA resource name, or serial port or URL, as the bench file has it.
        start_s: bench time at which it began. end_s: at which it was over.
        data: what was sent or received.
        status: VISA's, negative where it failed; 0 elsewhere.
        error: in words, where it failed without one.
    """

    kind: str
    link: str
    start_s: float
    end_s: float
    data: bytes = b""
    status: int = 0
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As its line holds it."""
        line: dict[str, Any] = {"k": self.kind, "on": self.link, "t": [self.start_s, self.end_s]}
        line |= {"x": self.data.decode("latin-1")} if self.data else {}
        line |= {"status": self.status} if self.status else {}
        return line | ({} if self.error is None else {"error": self.error})

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Exchange:
        """The exchange of a line."""
        start_s, end_s = map(float, line["t"])
        data = line.get("x", "").encode("latin-1")
        return cls(
            str(line["k"]),
            str(line["on"]),
            start_s,
            end_s,
            data,
            int(line.get("status", 0)),
            line.get("error"),
        )


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
    """

    name: str
    bench_file: str
    bench_text: str
    slots: tuple[str, ...]
    clock: str
    anchor: str
    seed: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def bench_sha256(self) -> str:
        """The hash of the bench's text."""
        return hashlib.sha256(self.bench_text.encode()).hexdigest()


@final
class WireLog:
    """Takes exchanges from any thread, and is written when the bench is closed.

    It is kept in memory: a slow disk must not hold a bus. A process that is killed leaves none.
    """

    def __init__(self, head: WireHead) -> None:
        self.head = head
        self.exchanges: list[Exchange] = []
        self._lock = Lock()

    def note(self, exchange: Exchange) -> None:
        """Take one."""
        with self._lock:
            self.exchanges.append(exchange)

    def write(self, path: Path) -> None:
        """Write all of it to a file.

        Raises:
            InputError: the file cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in self._lines()))
        except OSError as error:
            raise InputError(
                f"writing the wire log {path}: {error}; name a file in a folder of your own"
            ) from error

    def _lines(self) -> Iterator[dict[str, Any]]:
        head = {"bench_sha256": self.head.bench_sha256, **asdict(self.head)}
        yield {"k": "head", "schema": SCHEMA, "software": identity(), **head}
        for exchange in self.exchanges:
            yield exchange.to_json()
        yield _end(len(self.exchanges))


@dataclass(frozen=True, slots=True)
class WireRecord:
    """A wire log as it was read; the exchange of index i stands in line i + 2."""

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
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(f"reading the wire log {path}: {error}; record it again") from error
    return WireRecord(path, hashlib.sha256(data).hexdigest(), head, exchanges)


def _read(lines: list[dict[str, Any]]) -> tuple[WireHead, tuple[Exchange, ...]]:
    first, *rest = lines
    if first["k"] != "head" or first["schema"] != SCHEMA or rest[-1] != _end(len(rest) - 1):
        raise ValueError("it does not begin with a head and end with the number of its exchanges")
    fields = {name: first[name] for name in WireHead.__dataclass_fields__}
    head = WireHead(**{**fields, "slots": tuple(fields["slots"])})
    if head.bench_sha256 != first["bench_sha256"]:
        raise ValueError("its bench is not what it was recorded on")
    return head, tuple(map(Exchange.from_json, rest[:-1]))


def _end(exchanges: int) -> dict[str, Any]:
    return {"k": "end", "exchanges": exchanges}
