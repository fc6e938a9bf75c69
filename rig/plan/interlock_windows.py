"""Times of interlocks against what the plan samples and how long it lasts."""

from __future__ import annotations

from rig.plan.program import Interlock, InterlockKind
from rig.plan.subject import Subject
from rig.units import Dimension, format_value

STALE_PERIODS = 3.0
SHORTEST_STALE_S = 1.0
SLOPE_READINGS = 3
ALIKE_READINGS = 3
DIFFER_READINGS = 2


def check_window(interlock: Interlock, subject: Subject) -> None:
    """Report a rule whose time is too long for the plan to see it, or too short to mean anything."""
    if not subject.is_whole("sampling"):
        return
    period_s = period_of(interlock, subject)
    if interlock.kind is InterlockKind.STALE:
        _check_stale(interlock, period_s, subject)
        return
    seconds = interlock.limit if interlock.kind is InterlockKind.FROZEN else interlock.window_s
    seconds = max(seconds, interlock.readings * period_s)
    # a rule of the bench holds for long plans and for short ones
    if subject.is_whole("steps") and seconds > subject.program.duration_s and not interlock.bench_wide:
        whole = format_value(subject.program.duration_s, Dimension.TIME)
        needed = format_value(seconds, Dimension.TIME)
        message = f"{interlock.quoted} can never fire: it needs {needed} of {whole}"
        subject.blame(interlock, "cannot-fire", message, "write a shorter time")
    _check_short(interlock, seconds, period_s, subject)


def _check_short(interlock: Interlock, seconds: float, period_s: float, subject: Subject) -> None:
    what, ends = interlock.quoted, "would end a sound run"
    if interlock.kind is InterlockKind.RISING and interlock.window_s < SLOPE_READINGS * period_s:
        message = f"{what} can never fire: its window holds fewer than {SLOPE_READINGS} readings"
        subject.blame(interlock, "cannot-fire", message, "write a longer window, or sample faster")
    elif interlock.kind is InterlockKind.FROZEN and seconds < SLOPE_READINGS * period_s:
        message = f"{what} {ends}: equal readings are common within {seconds:g} s"
        subject.blame(interlock, "trips-in-use", message, "write a longer time, e.g. for: 60 s")
    elif interlock.kind is InterlockKind.DIFFER and interlock.window_s < DIFFER_READINGS * period_s:
        message = f"{what} {ends}: one reading, every {period_s:g} s, would decide"
        least = format_value(DIFFER_READINGS * period_s, Dimension.TIME)
        subject.blame(interlock, "trips-in-use", message, f"write for: {least} or more", window=True)
    elif interlock.kind is InterlockKind.TERMINAL and interlock.window_s < ALIKE_READINGS * period_s:
        message = f"{what} {ends}: within {interlock.window_s:g} s of heat no probe has warmed yet"
        subject.blame(interlock, "trips-in-use", message, "write a longer time, e.g. for: 60 s", window=True)


def _check_stale(interlock: Interlock, period_s: float, subject: Subject) -> None:
    longest = max(STALE_PERIODS * period_s, SHORTEST_STALE_S)
    if interlock.limit > longest and not interlock.bench_wide:
        message = (
            f"{interlock.quoted} would loosen what holds anyway: {format_value(longest, Dimension.TIME)}"
        )
        subject.blame(interlock, "cannot-fire", message, f"write {longest:g} s or less, or remove the line")
    elif interlock.limit <= period_s:
        message = f"{interlock.quoted} would end a sound run: the source is read every {period_s:g} s"
        subject.blame(interlock, "trips-in-use", message, f"write more than {period_s:g} s")


def period_of(interlock: Interlock, subject: Subject) -> float:
    """Every how many seconds the slowest of the watched signals is read."""
    return max(signal_period_s(signal, subject) for signal in interlock.signals)


def signal_period_s(signal: str, subject: Subject) -> float:
    """Every how many seconds a signal is read."""
    sampling, source = subject.program.sampling, subject.scope.signals[signal].source
    if source == "belt":
        return sampling.belt_s
    supplies = {heater.supply for heater in subject.scope.slot.heaters}
    return sampling.supply_s if source in supplies else sampling.thermocouples_s
