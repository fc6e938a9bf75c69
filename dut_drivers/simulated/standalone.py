"""One simulated belt on ideal sources with a clock moved by hand: the driver without a rig around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final

import serial

from dut_drivers.ir_lumbar_wrap import IrLumbarWrap
from dut_drivers.link import Link
from dut_drivers.profile import shipped_profile
from dut_drivers.simulated.belt_world import BeltWorld
from dut_drivers.simulated.defects import with_defects
from dut_drivers.simulated.parameters import Noise, Uniform, WorldParameters, draw_parameters
from dut_drivers.simulated.protocol_simdut import register, unregister
from dut_drivers.simulated.twin import BeltTwin, Fault

SERIAL: Final = "SIM0001"
_MIDDLE: Final = 0.5


class ManualClock:
    """Bench time that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        """Bench time in seconds."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Move time on."""
        self._now += max(0.0, seconds)

    def sleep_until(self, instant: float) -> None:
        """Move time on to ``instant`` in seconds; an earlier one does nothing."""
        self._now = max(self._now, instant)


@dataclass(slots=True)
class Source:
    """An ideal voltage source for every unit; set ``volts`` at any time."""

    volts: float

    def drive(self, _: str, ohms: float) -> float:
        """Amps into that many ohms."""
        return self.volts / ohms


@dataclass(frozen=True, slots=True)
class Standalone:
    """A belt, its driver and all that is behind them."""

    clock: ManualClock
    source: Source
    world: BeltWorld
    twin: BeltTwin
    belt: IrLumbarWrap

    def heat(self, level: str = "high", session_s: float = 1800.0, *, defeated: bool = True) -> None:
        """Start a session as a test does: length, regulation mode, level."""
        self.belt.set_session(session_s)
        self.belt.set_regulation(defeated)
        self.belt.set_level(level)

    def polls(self, until_s: float, period_s: float = 0.1) -> Iterator[tuple[list[float], list[Any]]]:
        """Poll on a fixed grid of bench time up to ``until_s``; each reading with its events."""
        index = int(self.clock.now() / period_s) + 1
        while index * period_s <= until_s:
            self.clock.sleep_until(index * period_s)
            yield self.belt.poll()
            index += 1


def sound_parameters(*, uniform: Uniform | None = None, **changes: Any) -> WorldParameters:
    """The shipped belt, nominal or drawn with ``uniform``, with fields of ``WorldParameters`` replaced."""
    drawn = uniform or (lambda _: _MIDDLE)
    return replace(draw_parameters(shipped_profile(), drawn, nominal=uniform is None), **changes)


@contextmanager
def standalone(
    *,
    volts: float = 8.14,
    defects: Sequence[str] = (),
    parameters: WorldParameters | None = None,
    noise: Noise | None = None,
    faults: Callable[[str, int], Fault | None] | None = None,
    name: str = "standalone",
) -> Iterator[Standalone]:
    """A belt on its own, from plugging in to unplugging.

    Args:
        volts: of the sources; 8.14 V is 1.1 x rated.
        defects: names in the table of defects.
        parameters: of the belt; the nominal shipped one if None.
        noise: standard normal numbers by stream and index.
        faults: of the serial line.
        name: of its port, ``simdut://NAME``.

    Raises:
        DeviceError: an unknown defect.
    """
    clock, source = ManualClock(), Source(volts)
    world = BeltWorld(with_defects(parameters or sound_parameters(), defects), source.drive, noise)
    twin = BeltTwin(world, SERIAL, name, faults)
    url = register(name, twin, clock, nullcontext())
    try:
        belt = IrLumbarWrap(Link(lambda: serial.serial_for_url(url), url, clock), clock)
        yield Standalone(clock, source, world, twin, belt)
        belt.close()
    finally:
        unregister(name)
