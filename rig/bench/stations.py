"""What a bus worker needs of an instrument or device: a source to read and demands to carry out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rig.bench.messages import OffDetail, Reading, Value
from rig.errors import BenchError


class Station(Protocol):
    """What a bus worker needs of an instrument.

    Attributes:
        source: name of what it reads.
        outputs: names in the lane's image that it carries out.
    """

    source: str
    outputs: frozenset[str]

    def read(self) -> Reading:
        """One reading; may take as long as the instrument needs."""

    def carry_out(self, output: str, value: Value) -> Value:
        """Set an output and read it back."""

    def switch_off(self) -> list[OffDetail]:
        """Switch every output off and look whether it is; never raises."""

    def recover(self) -> None:
        """Open the link anew after it was lost."""

    def close(self) -> None:
        """Give the link back; never raises."""


@contextmanager
def as_bench_errors(source: str) -> Iterator[None]:
    """Errors of the leaf packages as the rig's own: the boundary for calls that no bus worker makes.

    Raises:
        BenchError: the instrument or device failed, in its driver's words.
    """
    from dut_drivers.errors import DeviceError
    from instruments.errors import InstrumentError

    try:
        yield
    except (InstrumentError, DeviceError) as error:
        raise BenchError(f"{source}: {error}; nothing was switched on") from error


def never_raising(action: Callable[[], None]) -> str | None:
    """Do it; what went wrong in words, or None."""
    try:
        action()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None
