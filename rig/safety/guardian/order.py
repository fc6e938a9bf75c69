"""What the engine tells the guardian when it starts it: one line of JSON, the whole bench file in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self, final

import orjson

from rig.bench.description import BenchDescription, SlotEntry
from rig.bench.loading import describe_bench
from rig.bench.settings import apply_settings
from rig.documents import Diagnostics, parse_document
from rig.errors import InputError


@final
@dataclass(frozen=True, slots=True)
class Order:
    """The bench to guard, by the text that the engine used: the file may have changed since.

    Attributes:
        file: the bench file's name, for messages.
        text: what it held.
        slots: names of the slots in use.
        pid: the engine's process.
        visa: the VISA library's name, as `machine_ports` takes it.
        settings: values of the bench file that were changed for this run, as `apply_settings` takes them.
    """

    file: str
    text: str
    slots: tuple[str, ...]
    pid: int
    visa: str = "@py"
    settings: Mapping[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The order as one line, newline included."""
        return orjson.dumps(asdict(self)) + b"\n"

    @classmethod
    def decode(cls, line: bytes) -> Self:
        """The order of a line.

        Raises:
            InputError: the line is no order.
        """
        try:
            found = orjson.loads(line)
            return cls(
                file=str(found["file"]),
                text=str(found["text"]),
                slots=tuple(map(str, found["slots"])),
                pid=int(found["pid"]),
                visa=str(found["visa"]),
                settings=dict(found["settings"]),
            )
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"reading the guardian's order: {error!r}; please report this as a defect"
            ) from error

    def bench(self) -> tuple[BenchDescription, list[SlotEntry]]:
        """The bench and the slots in use.

        Raises:
            DiagnosticsError: the text holds mistakes.
            InputError: a slot or a setting is unknown, no slot is named, or the bench is simulated within the
                engine's process.
        """
        diagnostics = Diagnostics()
        document = parse_document(self.text.encode("utf-8"), self.file, diagnostics)
        found = None if document is None else describe_bench(document, diagnostics)
        diagnostics.raise_if_errors()
        assert found is not None, "what cannot be described has errors"
        bench = apply_settings(found, self.settings)
        if bench.simulation is not None:
            raise InputError(
                f"guarding the bench {bench.name!r} ({self.file}): it is simulated inside of the engine's process, "
                f"where no other can reach it; such a run has no guardian"
            )
        if not self.slots:
            raise InputError(
                f"guarding the bench {bench.name!r} ({self.file}): no slot is named; name those in use"
            )
        try:
            return bench, [bench.slot(name) for name in self.slots]
        except KeyError as error:
            raise InputError(
                f"guarding the bench {bench.name!r} ({self.file}): it has no slot {error}; please report this"
            ) from error
