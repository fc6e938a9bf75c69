"""Time as a parameter: the only place of the rig that reads a clock or sleeps."""

from rig.clock.later import LaterClock
from rig.clock.paced import PacedClock
from rig.clock.protocol import Clock, Signal, Worker
from rig.clock.virtual import ClockStalledError, VirtualClock
from rig.clock.wall import WallClock, utc_now, wall_seconds

__all__ = [
    "Clock",
    "ClockStalledError",
    "LaterClock",
    "PacedClock",
    "Signal",
    "VirtualClock",
    "WallClock",
    "Worker",
    "utc_now",
    "wall_seconds",
]
