"""What plans ask, at the terminal that the command was started from; lines are read on a thread of their own."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from threading import Condition, Thread
from typing import final

from rig.engine.desk import Asked, Reply
from rig.plan.answering import hint

LOOK_S = 0.1


@final
class Asker:
    """Shows questions on stderr and hands on what is typed, to the question that was opened first.

    Args:
        who: the operator, for the record; the name of the user if None.
        paused: is told when something is being asked, and when nothing is any more.
        left: whether nobody waits for answers any more; None where the run goes on while something is asked.
    """

    def __init__(
        self, who: str | None, paused: Callable[[bool], None], left: Callable[[], bool] | None
    ) -> None:
        self._who = who or getpass.getuser()
        self._paused = paused
        self._left = left
        self._open: dict[str, tuple[Asked, Reply]] = {}
        self._sent: tuple[str, Asked, Reply] | None = None
        self._changed = Condition()
        self._reader: Thread | None = None
        self._ended = False

    def asks(self, slot: str, asked: Asked | None, answer: Reply) -> None:
        """Show a question, or take it away; waits for the answer where time stands still meanwhile."""
        self.show(slot, asked, answer)
        if asked is None:
            return
        self._read()
        if self._left is not None:
            with self._changed:
                while not self._is_settled(slot):
                    self._changed.wait(LOOK_S)

    def show(self, slot: str, asked: Asked | None, answer: Reply) -> None:
        """Show a question, or take it away, and return."""
        with self._changed:
            if asked is None:
                self._open.pop(slot, None)
            else:
                self._open[slot] = (asked, answer)
            self._paused(bool(self._open))
        if asked is not None:
            self._say_question(slot, asked)

    def take(self, text: str) -> None:
        """Take a line that was typed; one that nothing asked for answers nothing that is asked later."""
        with self._changed:
            first = next(iter(self._open.items()), None)
        if first is None:
            return
        slot, (asked, answer) = first
        self._sent = (slot, asked, answer)
        why = answer(self._who, text)
        if why is not None:
            self.refused(why)
            return
        with self._changed:
            self._open.pop(slot, None)
            self._changed.notify_all()

    def refused(self, why: str) -> None:
        """The answer that was sent last was refused elsewhere."""
        self._say(f"  refused: {why}")
        if self._sent is not None:
            slot, asked, answer = self._sent
            with self._changed:
                self._open.setdefault(slot, (asked, answer))
            self._say_question(slot, asked)

    def _is_settled(self, slot: str) -> bool:
        assert self._left is not None, "only who waits asks"
        return slot not in self._open or self._ended or self._left()

    def _read(self) -> None:
        if self._reader is None:
            self._reader = Thread(target=self._run, name="answers", daemon=True)
            self._reader.start()

    def _run(self) -> None:
        for line in sys.stdin:
            self.take(line.rstrip("\r\n"))
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _say_question(self, slot: str, asked: Asked) -> None:
        where = f"[{slot}] " if len(self._open) > 1 else ""
        self._say(f"\n? {where}{asked.question.text}  ({hint(asked.question)})")

    @staticmethod
    def _say(words: str) -> None:
        print(words, file=sys.stderr, flush=True)


def can_ask(form: str) -> bool:
    """Whether somebody sits at a terminal and sees what is asked."""
    return form in ("text", "plain") and sys.stdin.isatty() and sys.stderr.isatty()
