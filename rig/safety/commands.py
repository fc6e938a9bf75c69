"""What the rig has commanded its outputs to be: what the built-in interlocks hold the readings against."""

from __future__ import annotations

from typing import NamedTuple, Protocol, final

Value = float | str | bool

SAME = 0.005
"""A read-back this near to its demand acknowledges it, in V or A: the tolerance of settings in `rig/bench`."""


class Command(NamedTuple):
    """What an output was last commanded to be.

    value: as its read-back acknowledged it, None from the demand for a change until it is acknowledged, so that a
    rule about an output that is off ends with the demand for on, and begins with the read-back of off.
    since: bench time in s of the acknowledgement, or of the demand that is not acknowledged yet.
    """

    value: Value | None
    since: float


class Commands(Protocol):
    """The narrow view of the output image that interlocks have: they can look, and ask for nothing."""

    @property
    def revision(self) -> int:
        """Another number after each change."""

    def of(self, output: str) -> Command | None:
        """The command of an output such as ``supply.a.voltage``, None if it was never commanded."""


@final
class CommandLog:
    """Commands as they are demanded and read back, by the engine or from the ``demand`` and ``readback`` lines.

    Attributes:
        revision: another number after each change.
    """

    def __init__(self) -> None:
        self.revision = 0
        self._demanded: dict[str, Value] = {}
        self._acknowledged: dict[str, Value] = {}
        self._commands: dict[str, Command] = {}

    def of(self, output: str) -> Command | None:
        """The command of an output, None if it was never commanded."""
        return self._commands.get(output)

    def demand(self, t: float, output: str, value: Value) -> None:
        """A value is asked for. One that is acknowledged already stands again: the engine does not write it anew."""
        if self._demanded.get(output) == value:
            return
        self._demanded[output] = value
        self._put(output, Command(value if self._is_acknowledged(output) else None, t))

    def confirm(self, t: float, output: str, readback: Value) -> None:
        """A value was read back; that of a demand that is overtaken acknowledges nothing."""
        if output not in self._demanded:
            return
        self._acknowledged[output] = readback
        command = self._commands[output]
        if not self._is_acknowledged(output):
            self._put(output, Command(None, t))
        elif command.value is None:
            self._put(output, Command(readback, t))

    def _put(self, output: str, command: Command) -> None:
        self._commands[output] = command
        self.revision += 1

    def _is_acknowledged(self, output: str) -> bool:
        demanded, acknowledged = self._demanded[output], self._acknowledged.get(output)
        if isinstance(demanded, (bool, str)) or isinstance(acknowledged, (bool, str, type(None))):
            return demanded == acknowledged
        return abs(acknowledged - demanded) <= SAME


@final
class NoCommands:
    """Nothing was ever commanded: every output has to be off."""

    revision = 0

    def of(self, _output: str) -> Command | None:
        """None."""
        return None
