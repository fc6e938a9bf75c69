"""What the stamps of rows come to: clocks that pass midnight, and rows that are faster than their stamps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

DAY_S = 86400.0

OVER_MIDNIGHT_S = 3600.0
"""A clock without a date that falls by a day, less so much at most, has passed midnight; any other fall is none."""

COARSEST_S = 1.0
"""The longest step of stamps that rows may share: what is placed within it stays known well enough to be judged."""

_FINER = "have the logger write fractions of a second (a spreadsheet that saves a file cuts them off)"

_LEAST_STAMPS = 3
_LEAST_ROWS = 1.5
_UNEVEN_ROWS = 1.0
_OFF_GRID = 0.01


class UnevenRowsError(Exception):
    """Rows share stamps in a way that does not tell where within them they belong; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Rows that shared stamps, each at an instant of its own.

    t: instants in s that rise. within_s: how far a row may have been read from its instant, either way: one step of
    the stamps.
    """

    t: list[float]
    within_s: float


@dataclass(frozen=True, slots=True)
class Timed:
    """Rows with their instants.

    t: in s, on the axis of the stamps. within_s: how far a row may have been read from its instant, 0 where its stamp
    is its own. notes: what the stamps were taken for. faults: why some of them are no instants. Both in words.
    """

    t: list[float]
    within_s: float = 0.0
    notes: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def read_stamps(t: Sequence[float], columns: Sequence[Sequence[float | str]], *, is_clock: bool) -> Timed:
    """The instants of rows.

    Args:
        t: their stamps in s.
        columns: of each signal its reading a row, '' for none. Rows that share a stamp and no signal stay together.
        is_clock: whether the stamps are times of day.
    """
    unfolded, firsts = over_midnight(t) if is_clock else (list(t), [])
    notes = tuple(f"the clock passes midnight before {clock_words(unfolded[row])}" for row in firsts)
    if not _are_shared(unfolded, columns):
        return Timed(unfolded, notes=notes)
    try:
        placed = place_rows(unfolded)
    except UnevenRowsError as error:
        return Timed(unfolded, notes=notes, faults=(f"rows share their instants: {error}; {_FINER}",))
    step = f"{placed.within_s:g} s"
    words = (
        f"rows share stamps of {step} and were placed evenly within them; each instant is known to ± {step}"
    )
    return Timed(placed.t, placed.within_s, (*notes, words))


def clock_words(t: float) -> str:
    """Seconds since a midnight as a time of day; the first day has number 1."""
    days, seconds = divmod(round(t, 3), DAY_S)
    minutes, seconds = divmod(seconds, 60.0)
    return f"{int(minutes // 60):02}:{int(minutes % 60):02}:{seconds:02.0f} of day {int(days) + 1}"


def _are_shared(t: Sequence[float], columns: Sequence[Sequence[float | str]]) -> bool:
    """Whether a signal has two readings of one stamp; stamps that fall are a fault of another kind."""
    steps = [after - before for before, after in pairwise(t)]
    return not min(steps, default=1.0) and any(_is_read_twice(t, column) for column in columns)


def _is_read_twice(t: Sequence[float], column: Sequence[float | str]) -> bool:
    read = [at for at, reading in zip(t, column, strict=True) if reading != ""]
    return any(after == before for before, after in pairwise(read))


def over_midnight(t: Sequence[float]) -> tuple[list[float], list[int]]:
    """Seconds of a day that go on beyond it, and the rows that are the first of their day.

    Args:
        t: what the clock showed, in s; what is not below a day is no time of day, and is left as it is.
    """
    if any(not 0.0 <= at < DAY_S for at in t):
        return list(t), []
    days, firsts, unfolded = 0, [], list(t[:1])
    for row, (before, after) in enumerate(pairwise(t), start=1):
        if before - after >= DAY_S - OVER_MIDNIGHT_S:
            days += 1
            firsts.append(row)
        unfolded.append(after + days * DAY_S)
    return unfolded, firsts


def place_rows(t: Sequence[float]) -> Placed:
    """Rows at even distances within the step of the stamp that they share.

    The first rows of the file, or behind a pause, end with their step, and the last before one begin with it.

    Args:
        t: stamps in s that do not fall.

    Raises:
        UnevenRowsError: the stamps are no steps of one clock, or coarser than ``COARSEST_S``, or rows are missing.
    """
    groups = [(stamp, sum(1 for _ in rows)) for stamp, rows in groupby(t)]
    if len(groups) < _LEAST_STAMPS:
        raise UnevenRowsError("there are too few of them to tell how they count")
    steps = [after - before for (before, _), (after, _) in pairwise(groups)]
    step_s = _step_of(steps)
    pauses = [step > 1.5 * step_s for step in steps]
    behind, before = [True, *pauses], [*pauses, True]
    counts = [count for _, count in groups]
    rate = _rate_of(counts, [not (x or y) for x, y in zip(behind, before, strict=True)])
    placed: list[float] = []
    for (stamp, count), is_first, is_last in zip(groups, behind, before, strict=True):
        whole = max(rate, count) if is_first or is_last else count
        late = whole - count if is_first else 0.0
        placed += [stamp + step_s * (late + row + 0.5) / whole for row in range(count)]
    return Placed(placed, step_s)


def _step_of(steps: Sequence[float]) -> float:
    """The step in which stamps count, in s."""
    step_s = min(steps)
    if step_s > COARSEST_S * (1.0 + _OFF_GRID):
        raise UnevenRowsError(
            f"these count in steps of {step_s:g} s, which is too coarse to place rows in them"
        )
    if any(abs(step / step_s - round(step / step_s)) > _OFF_GRID for step in steps):
        raise UnevenRowsError("these are no even steps of one clock")
    return step_s


def _rate_of(counts: Sequence[int], whole: Sequence[bool]) -> float:
    """How many rows share a stamp, by those of which none can lie before a beginning or behind an end."""
    inner = [count for count, is_whole in zip(counts, whole, strict=True) if is_whole]
    rate = float(median(inner)) if inner else 0.0
    if rate < _LEAST_ROWS:
        raise UnevenRowsError("most rows have one of their own, so that some may stand there twice")
    if min(inner) < rate - _UNEVEN_ROWS or max(counts) > rate + _UNEVEN_ROWS:
        words = f"{min(inner)} to {max(counts)} rows have the same"
        raise UnevenRowsError(f"{words}, so that some are missing or stand there twice")
    return rate
