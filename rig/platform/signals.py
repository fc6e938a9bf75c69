"""Signals: what a terminal, another process or a person sends, as requests, as interruptions, or ignored."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextmanager
def signals_as_requests(request: Callable[[str], None], but: Sequence[str] = ()) -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into calls of request(name) while the block runs; those in but stay as set.

    The handler only takes note: it must be safe at any moment, also while an earlier one is handled.
    In a thread other than the main one nothing is changed, because Python allows handlers there alone.
    """

    def note(number: int, _frame: FrameType | None) -> None:
        request(signal.Signals(number).name)

    try:
        before = {number: signal.signal(number, note) for number in STOP_SIGNALS if number.name not in but}
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_as_interrupted() -> None:
    """Let SIGTERM and SIGHUP end this process as Ctrl-C does, by KeyboardInterrupt, so that what is open is closed.

    One that whoever started this process had it ignore stays ignored.
    """
    for number in STOP_SIGNALS:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


def ignore_interrupts() -> None:
    """Ctrl-C is for the process that started this one, which tells it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


_FATAL = "SIGINT SIGTERM SIGHUP SIGQUIT SIGPIPE SIGTSTP SIGTTIN SIGTTOU SIGALRM SIGUSR1 SIGUSR2 SIGBREAK"


def ignore_signals() -> None:
    """Let no signal that a terminal, a closed pipe or a person sends end this process; SIGKILL still does."""
    for name in _FATAL.split():
        if hasattr(signal, name):
            with suppress(OSError, ValueError):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
