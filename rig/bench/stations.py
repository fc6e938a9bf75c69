"""What a bus worker needs of an instrument or device: a source to read and demands to carry out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from rig.bench.messages import OffDetail, Reading, Value
from rig.errors import BenchError

Columns = tuple[int, ...] | None
"""Which values of a station's reading are a lane's, in the order of the lane's wiring; None if all are."""


class Station(Protocol):
    """What a bus worker needs of an instrument, which may serve several lanes.

    Attributes:
        source: its name on the bench.
        wired_as: what the wiring of a lane calls it.
        columns: by slot, what each lane that it serves takes of a reading.
        outputs: by slot, names in that lane's image that it carries out; a slot without any is left out.
        off_beat: whether it is read half a scan after the others.
    """

    source: str
    wired_as: str
    columns: Mapping[str, Columns]
    outputs: Mapping[str, frozenset[str]]
    off_beat: bool

    def read(self) -> Reading:
        """One reading; may take as long as the instrument needs."""

    def carry_out(self, slot: str, output: str, value: Value) -> Value:
        """Set an output of a lane and read it back."""

    def begin_off(self, slot: str) -> None:
        """Switch every output of a lane off; never raises."""

    def look_off(self, slot: str) -> list[OffDetail]:
        """Look once whether they are off, and tell those again that are not; never raises."""

    def rest(self, slot: str) -> str | None:
        """Put the relays of a lane to rest, if there are any; what went wrong in words, or None. Never raises."""

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
        raise BenchError(f"{source}: {error}") from error


def require_same(source: str, before: str, now: str) -> None:
    """After a link was opened anew, whoever answers there must be who answered before.

    Raises:
        BenchError: somebody else answers.
    """
    if now != before:
        raise BenchError(
            f"opening {source} anew: serial number {now} answers, before it was {before}; "
            f"another unit has been plugged in: put the first one back, or begin a new run"
        )


def columns_of(wanted: Sequence[int], count: int) -> Columns:
    """Columns of a reading of so many values, None where they are all of them in order."""
    columns = tuple(wanted)
    return None if columns == tuple(range(count)) else columns


def never_raising(action: Callable[[], None]) -> str | None:
    """Do it; what went wrong in words, or None."""
    try:
        action()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None
