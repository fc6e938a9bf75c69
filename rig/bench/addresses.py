"""Addresses of a bench file, ``supply/2`` and ``scanner/102``: what they name, and who owns each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.documents import Scalar, did_you_mean, one_of, quoted

if TYPE_CHECKING:
    from rig.documents import Span
    from rig.documents.fields import Reader

ONE_OWNER = "each output, channel and link has one owner"

_SCANNER_CHANNELS = tuple(100 * slot + channel for slot in (1, 2, 3) for channel in range(1, 21))


@dataclass(frozen=True, slots=True)
class Known:
    """An instrument that addresses may name; role is '' where its driver is unknown."""

    role: str
    model: str
    outputs: int


class Addresses:
    """The instruments of a bench by name, and what has been claimed so far."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: dict[str, Known] = {}
        self._taken: dict[str, Span] = {}
        self._measuring: dict[tuple[str, int], Scalar] = {}

    def add(self, name: str, known: Known) -> None:
        """An instrument that addresses after it may name."""
        self._known[name] = known

    def model(self, name: str) -> str:
        """The model of an instrument, '' if the bench has none of that name."""
        return self._known[name].model if name in self._known else ""

    def claim(self, what: str, scalar: Scalar, remedy: str = ONE_OWNER) -> bool:
        """Whether this is the first to claim something; reports it if not."""
        first = self._taken.setdefault(what, scalar.span)
        if first is scalar.span:
            return True
        message = f"{quoted(scalar.text)} is already used in line {first.line}"
        self._reader.error("used-twice", scalar.span, message, remedy)
        return False

    def channel(self, scalar: Scalar) -> tuple[str, int]:
        """Scanner and channel to measure on, claimed; '' and 0 after reporting an address that names none."""
        scanner, channel, _ = self._channel(scalar, "scanner/102")
        self._measuring.setdefault((scanner, channel // 100), scalar)
        return scanner, channel

    def relay(self, scalar: Scalar) -> tuple[str, int]:
        """Scanner and channel of a relay, claimed; '' and 0 after reporting an address that names none.

        Call it once every channel to measure on is known.
        """
        scanner, channel, sound = self._channel(scalar, "scanner/201")
        beside = self._measuring.get((scanner, channel // 100))
        if sound and beside is not None:
            message = (
                f"{quoted(scalar.text)} is no relay: {quoted(beside.text)} is measured on the same module"
            )
            remedy = "relays are on a module of their own, a DAQM903A; name a channel of its slot"
            self._reader.error("relay-module", scalar.span, message, remedy)
        return scanner, channel

    def _channel(self, scalar: Scalar, example: str) -> tuple[str, int, bool]:
        """Scanner, channel, and whether it is one that nobody else has."""
        scanner, channel = self._resolve(scalar, "scanner", example)
        if not scanner:
            return "", 0, False
        sound = self.claim(f"{scanner}/{channel}", scalar)
        if channel not in _SCANNER_CHANNELS:
            message = f"{scanner} has no channel {channel}"
            self._reader.error("address", scalar.span, message, "channels are 101-120, 201-220 and 301-320")
            sound = False
        return scanner, channel, sound

    def output(self, scalar: Scalar) -> tuple[str, int]:
        """Supply and output, not yet claimed; '' and 0 after reporting an address that names none."""
        supply, output = self._resolve(scalar, "supply", "supply/2")
        outputs = self._known[supply].outputs if supply else 0
        if supply and not 1 <= output <= outputs:
            message = f"{supply} has no output {output}"
            self._reader.error("address", scalar.span, message, f"outputs are 1 to {outputs}")
        return supply, output

    def _resolve(self, scalar: Scalar, role: str, example: str) -> tuple[str, int]:
        instrument, _, number = scalar.text.partition("/")
        if not (number.isascii() and number.isdigit() and len(number) <= 4):
            message = f"{quoted(scalar.text)} names no {role} and number"
            self._reader.error("address", scalar.span, message, f"write e.g. {example}")
            return "", 0
        known = self._known.get(instrument)
        if (known is not None and known.role == "") or self._reader.lost & {instrument, "instruments"}:
            return "", 0  # what is wrong with it has been reported
        if known is None:
            message = f"the bench has no instrument {quoted(instrument)}"
            self._reader.error("address", scalar.span, message, did_you_mean(instrument, self._known))
            return "", 0
        if known.role != role:
            message = f"{quoted(instrument)} is a {known.role}, not a {role}"
            fitting = one_of(name for name, each in self._known.items() if each.role == role)
            self._reader.error("address", scalar.span, message, fitting)
            return "", 0
        return instrument, int(number)
