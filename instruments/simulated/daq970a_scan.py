"""One run of scans: when each channel is sampled, what it gave, and how the replies are written."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from instruments.catalogue import RELAY_S

MEMORY = 100_000
"""Readings that the memory holds (DAQ970A programming guide, R?; a 34970A holds half)."""

POWER_ON_DATE = datetime(2018, 1, 1, tzinfo=UTC)
"""Date at bench time 0 in absolute time stamps while the instrument's own clock was never set."""

_EPSILON_S = 1e-9


def in_milliseconds(moment: datetime, form: str) -> str:
    """A moment in a form that ends in seconds, with three decimals."""
    return f"{moment:{form}}.{moment.microsecond // 1000:03d}"


def list_block(numbers: Sequence[int]) -> str:
    """A channel list as a definite-length block: ``#214(@101,102,103)``."""
    content = f"(@{','.join(map(str, numbers))})"
    return f"#{len(str(len(content)))}{len(content)}{content}"


class Sampled(Protocol):
    """What a run of scans needs of a channel."""

    @property
    def number(self) -> int:
        """Of the channel."""
        ...

    def time_s(self, line_hz: float) -> float:
        """How long one reading takes, in s."""
        ...

    def unit_text(self) -> str:
        """The unit of its readings."""
        ...

    def measure(self) -> str:
        """One reading, as the instrument writes it."""
        ...


class Reading(NamedTuple):
    """One reading: text as measured, seconds since the run began, bench instant, where from."""

    value: str
    unit: str
    after_s: float
    instant: float
    channel: int


class Format:
    """Which fields go with each reading.

    Attributes:
        power_on: date and time at bench time 0, by the instrument's own clock.
    """

    __slots__ = ("absolute", "alarm", "channel", "power_on", "time", "unit")

    def __init__(self) -> None:
        self.power_on = POWER_ON_DATE
        self.reset()

    def reset(self) -> None:
        """All fields off, as after ``*RST``, CONFigure and MEASure."""
        self.unit = False
        self.time = False
        self.channel = False
        self.alarm = False
        self.absolute = False

    def write(self, readings: Sequence[Reading]) -> str:
        """Readings as a reply: value and unit, time, channel, alarm."""
        if self.time and self.channel and not (self.unit or self.alarm or self.absolute):
            return ",".join([f"{value},{after:012.3f},{number}" for value, _, after, _, number in readings])
        return ",".join([self._write_one(reading) for reading in readings])

    def _write_one(self, reading: Reading) -> str:
        fields = [f"{reading.value} {reading.unit}" if self.unit else reading.value]
        if self.time and self.absolute:
            moment = self.power_on + timedelta(seconds=reading.instant)
            fields.append(in_milliseconds(moment, "%Y,%m,%d,%H,%M,%S"))
        elif self.time:
            fields.append(f"{reading.after_s:012.3f}")
        if self.channel:
            fields.append(str(reading.channel))
        if self.alarm:
            fields.append("0")
        return ",".join(fields)


class ScanRun:
    """Samples each channel at its own instant.

    ``advance`` asks to be called at the last instant of each window in which the world stands still, so a
    scan of fourteen channels needs some six calls and no channel sees the world of another instant than its
    own.

    Args:
        channels: in scan order.
        start: bench instant of the trigger.
        line_hz: power-line frequency.
        sweeps: how many scans; inf until aborted.
        interval_s: from the start of a scan to the next, 0 for back to back.
        window_s: the world changes only at multiples of this.
        advance_world: brings the world to a bench instant.
    """

    def __init__(
        self,
        channels: Sequence[Sampled],
        start: float,
        *,
        line_hz: float,
        sweeps: float,
        interval_s: float,
        window_s: float,
        advance_world: Callable[[float], None],
    ) -> None:
        self._channels = channels
        self._start = start
        self._window_s = window_s
        self._advance_world = advance_world
        self._offsets: list[float] = []
        elapsed = 0.0
        for channel in channels:
            self._offsets.append(elapsed + RELAY_S)
            elapsed += channel.time_s(line_hz)
        self._sweep_s = elapsed
        self._pitch_s = max(interval_s, elapsed)
        self._sweeps = sweeps
        self._sweep = 0
        self._next = 0
        self.readings: deque[Reading] = deque(maxlen=MEMORY)
        self.done = False

    @property
    def end(self) -> float:
        """Bench instant at which the last scan is over; inf if it never is."""
        return self._start + (self._sweeps - 1) * self._pitch_s + self._sweep_s

    def abort(self) -> None:
        """End it here."""
        self.done = True

    def advance(self, now: float) -> float:
        """Sample what is due; return the instant of the next call, or of the end."""
        limit = now + _EPSILON_S
        while not self.done:
            begin = self._start + self._sweep * self._pitch_s
            offsets = self._offsets
            while self._next < len(offsets) and begin + offsets[self._next] <= limit:
                self._sample(begin, offsets[self._next])
            if self._next < len(offsets):
                return self._window_end(begin)
            if self._sweep + 1 < self._sweeps:
                self._sweep += 1
                self._next = 0
                continue
            if self.end > limit:
                return self.end
            self.done = True
        return self.end if math.isfinite(self.end) else now

    def _sample(self, begin: float, offset: float) -> None:
        channel = self._channels[self._next]
        instant = begin + offset
        self._advance_world(instant)
        self.readings.append(
            Reading(channel.measure(), channel.unit_text(), instant - self._start, instant, channel.number)
        )
        self._next += 1

    def _window_end(self, begin: float) -> float:
        """The last sampling instant before the world changes after the next one."""
        offsets, index = self._offsets, self._next
        instant = begin + offsets[index]
        boundary = (math.floor(instant / self._window_s + 1e-6) + 1) * self._window_s - 1e-6 * self._window_s
        while index + 1 < len(offsets) and begin + offsets[index + 1] < boundary:
            index += 1
        return begin + offsets[index]


class ScanReply:
    """The reply to READ? or FETCh?: ready when its run is done."""

    __slots__ = ("_format", "_run")

    def __init__(self, run: ScanRun, layout: Format) -> None:
        self._run = run
        self._format = layout

    @property
    def done(self) -> bool:
        """Whether the run is over."""
        return self._run.done

    def advance(self, now: float) -> float:
        """See ``ScanRun.advance``."""
        return self._run.advance(now)

    def text(self) -> str:
        """All readings in the format that is set now."""
        return self._format.write(list(self._run.readings))
