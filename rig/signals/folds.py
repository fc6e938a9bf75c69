"""Causal folds: what a series of readings means so far. Interlocks, waits and the judge run the same ones.

Each `update` takes the bench time of a reading in seconds and its value, nan if the reading was invalid, and
never looks ahead. Readings must come in order of time. Rules for an invalid reading are stated at each fold:
it never counts, and it never clears what has been counted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import inf, isfinite, isnan, nan

_FILLED = 0.8

_ROUNDING_S = 1e-6
"""Instants are recorded in whole microseconds; their differences add up to a little less than they should."""


class Beyond:
    """True while a value has been beyond a limit for so many readings and for so long.

    An invalid reading leaves count and time as they are; the answer is then that of the last valid reading. A
    valid reading at or within the limit clears both.

    Args:
        limit: in the units of the value; beyond is > limit, or < limit with above=False.
        above: which side is beyond.
        readings: how many valid readings in a row must be beyond, 1 or more.
        for_s: how long they must span in seconds, from the first of them; 0 for no time.
    """

    __slots__ = ("_above", "_for_s", "_limit", "_readings", "_since", "count", "state")

    def __init__(self, limit: float, *, above: bool = True, readings: int = 1, for_s: float = 0.0) -> None:
        if readings < 1:
            raise ValueError(f"a limit needs at least one reading beyond it, not {readings}")
        self._limit = limit
        self._above = above
        self._readings = readings
        self._for_s = for_s
        self._since = nan
        self.count = 0
        self.state = False

    def update(self, t: float, value: float) -> bool:
        """Take a reading; true if the limit has now been exceeded for long enough."""
        if value > self._limit if self._above else value < self._limit:
            if self.count == 0:
                self._since = t
            self.count += 1
            self.state = self.count >= self._readings and t - self._since >= self._for_s
        elif not isnan(value):
            self.count = 0
            self.state = False
        return self.state


class Within:
    """True while a value has stayed within target ± tolerance for so long, from the first reading that lay there.

    The time between two readings counts where both are valid and lie there: what was not read has not been shown to
    have stayed. An invalid reading is answered by false and keeps what was counted; a valid one outside clears it.

    Args:
        target: in the units of the value. tolerance: half the width of the band, as a difference. for_s: seconds.
    """

    __slots__ = ("_for_s", "_last", "_stayed_s", "_target", "_tolerance")

    def __init__(self, target: float, tolerance: float, for_s: float) -> None:
        self._target = target
        self._tolerance = tolerance
        self._for_s = for_s
        self._last = nan
        self._stayed_s = 0.0

    def update(self, t: float, value: float) -> bool:
        """Take a reading; true if the value is there, and has now been for long enough."""
        if abs(value - self._target) <= self._tolerance:
            self._stayed_s += 0.0 if isnan(self._last) else t - self._last
            self._last = t
            return self._stayed_s >= self._for_s - _ROUNDING_S
        self._last = nan
        if not isnan(value):
            self._stayed_s = 0.0
        return False


class Rise:
    """The least-squares slope of a value over the last window, in its units per second.

    Invalid readings are left out of the fit. None until the valid readings span 80 % of the window with at
    least three of them. The sums of the fit run along, counted from a point of the window, and are made anew
    each time the window has passed, so that no rounding gathers.

    Args:
        window_s: length of the window in seconds, > 0.
    """

    __slots__ = ("_dropped", "_points", "_t", "_t0", "_tt", "_tv", "_v", "_v0", "_window_s")

    def __init__(self, window_s: float) -> None:
        if not window_s > 0.0:
            raise ValueError(f"a slope needs a window longer than 0 s, not {window_s} s")
        self._window_s = window_s
        self._points: deque[tuple[float, float]] = deque()
        self._dropped = 0
        self._t0 = self._v0 = 0.0
        self._t = self._v = self._tt = self._tv = 0.0

    def update(self, t: float, value: float) -> float | None:
        """Take a reading; the slope over the window that ends at t."""
        points = self._points
        if isfinite(value):
            points.append((t, value))
            dt, dv = t - self._t0, value - self._v0
            self._t += dt
            self._v += dv
            self._tt += dt * dt
            self._tv += dt * dv
        # the edge belongs to the window, and a sum of float periods must not push it out
        oldest = t - self._window_s * (1.0 + 1e-9)
        while points and points[0][0] < oldest:
            self._drop()
        count = len(points)
        if self._dropped >= count - 1:
            self._begin_anew()
        if count < 3 or points[-1][0] - points[0][0] < _FILLED * self._window_s:
            return None
        return (count * self._tv - self._t * self._v) / (count * self._tt - self._t * self._t)

    def _drop(self) -> None:
        t, value = self._points.popleft()
        dt, dv = t - self._t0, value - self._v0
        self._t -= dt
        self._v -= dv
        self._tt -= dt * dt
        self._tv -= dt * dv
        self._dropped += 1

    def _begin_anew(self) -> None:
        self._dropped = 0
        self._t = self._v = self._tt = self._tv = 0.0
        if self._points:
            self._t0, self._v0 = self._points[0]
        for t, value in self._points:
            dt, dv = t - self._t0, value - self._v0
            self._t += dt
            self._v += dv
            self._tt += dt * dt
            self._tv += dt * dv


def slope(points: Sequence[tuple[float, float]] | deque[tuple[float, float]]) -> float:
    """The least-squares slope of (t, value) pairs at two or more different instants."""
    n = len(points)
    t_mean = v_mean = 0.0
    for t, v in points:
        t_mean += t
        v_mean += v
    t_mean /= n
    v_mean /= n
    above = below = 0.0
    for t, v in points:
        d = t - t_mean
        above += d * (v - v_mean)
        below += d * d
    return above / below


class Steady:
    """True while the slope over a window stays within a tolerance, either way.

    Invalid readings are left out, as in `Rise`; false until the window is filled.

    Args:
        window_s: length of the window in seconds. tolerance: largest slope that counts as steady, units per
        s.
    """

    __slots__ = ("_rise", "_tolerance")

    def __init__(self, window_s: float, tolerance: float) -> None:
        self._rise = Rise(window_s)
        self._tolerance = tolerance

    def update(self, t: float, value: float) -> bool:
        """Take a reading; true if the value is steady."""
        rate = self._rise.update(t, value)
        return rate is not None and abs(rate) <= self._tolerance


class FrozenFor:
    """For how long, in seconds, valid readings have all been exactly the same; 0 when one differs.

    An invalid reading neither ends nor extends the time. A live sensor of sufficient resolution never repeats
    itself for long.
    """

    __slots__ = ("_last", "_since", "seconds")

    def __init__(self) -> None:
        self._last = nan
        self._since = nan
        self.seconds = 0.0

    def update(self, t: float, value: float) -> float:
        """Take a reading; seconds since the value last changed."""
        if value == self._last:
            self.seconds = t - self._since
        elif not isnan(value):
            self._last = value
            self._since = t
            self.seconds = 0.0
        return self.seconds


class Jump:
    """True if a valid reading differs from the valid one before it by more than a limit.

    An invalid reading gives the last answer again and is not compared.

    Args:
        limit: largest believable difference between two readings, in the units of the value.
    """

    __slots__ = ("_last", "_limit", "state")

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._last = nan
        self.state = False

    def update(self, _t: float, value: float) -> bool:
        """Take a reading; true if it is a jump."""
        if not isnan(value):
            self.state = abs(value - self._last) > self._limit
            self._last = value
        return self.state


class Spread:
    """The difference between the highest and the lowest of several values read together.

    Invalid values are left out; nan with fewer than two valid ones.
    """

    __slots__ = ()

    def update(self, _t: float, values: Sequence[float]) -> float:
        """Take the values of one reading; their spread in the same units, as a difference."""
        low, high, valid = inf, -inf, 0
        for value in values:
            if not isnan(value):
                valid += 1
                low = min(low, value)
                high = max(high, value)
        return high - low if valid > 1 else nan
