"""The engine's side of its guardian: start it, beat, ask, and see whether it is still there."""

from __future__ import annotations

import select
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from socket import socket
from subprocess import Popen, TimeoutExpired
from typing import Any, Self, final

import rig
from rig.clock import wall_seconds
from rig.errors import BenchError
from rig.platform import prefer_this_victim, start_companion
from rig.safety.errors import RefusedError
from rig.safety.guardian.answers import Answer
from rig.safety.guardian.lines import LineSocket, parse
from rig.safety.guardian.order import Order
from rig.safety.guardian.protocol import ANSWER_S, END_S
from rig.safety.guardian.watch import SILENCE_S as SILENCE_OF_ENGINE_S

COMMAND = (sys.executable, "-m", "rig.safety.guardian", "guard")
SILENCE_S = 1.0
"""A guardian that says nothing for so long is none; it speaks ten times a second."""

READY_S = 20.0
LOOK_S = 0.02


@final
class GuardianLink:
    """The one guardian of an engine process. Made by `start`; not thread-safe.

    `beat`, `alive`, `poll` and whatever returns an id never wait and never raise: the scan may call them.
    `await_ready` and `await_answer` wait, and are for before and after the scan.

    Attributes:
        trouble: why the guardian counts as gone, empty while it does not.
        armed: whether the guardian has said that it watches the heartbeat; no power before.
    """

    def __init__(self, process: Popen[bytes], link: socket, order: Order) -> None:
        self._process = process
        self._link = LineSocket(link)
        self._order = order
        self._last_id = 0
        self._arming = -1
        self._answers: list[Answer] = []
        self._heard: float | None = None
        self._fresh = False
        self.trouble = ""
        self.armed = False

    @classmethod
    def start(cls, order: Order, errors: int | None = None) -> Self:
        """Start the guardian's process and tell it the bench; it prepares itself until `await_ready`.

        Args:
            order: the bench, as the engine uses it.
            errors: descriptor for its stderr, where it alarms; None for the caller's own.

        Raises:
            RefusedError: it cannot be started.
        """
        try:
            process, link = start_companion([*COMMAND], errors)
        except OSError as error:
            raise RefusedError(
                f"starting the guardian: {error}; without a guardian there is no power"
            ) from error
        prefer_this_victim()
        made = cls(process, link, order)
        made._link.send_raw(order.encode())
        return made

    @property
    def pid(self) -> int:
        """The guardian's process."""
        return self._process.pid

    def await_ready(self, timeout_s: float = READY_S) -> None:
        """Wait until it has everything that it needs to act.

        Raises:
            RefusedError: it is not ready in time, says why it cannot be, or is another software than this.
        """
        try:
            answer = self.await_answer(0, timeout_s)
        except BenchError as error:
            raise self._refused(str(error)) from error
        if not answer.done:
            raise self._refused(answer.words)
        here = str(Path(rig.__file__).resolve())
        if answer.words != here:
            raise self._refused(
                f"it runs {answer.words}, the engine runs {here}; start rig from its own folder"
            )

    def beat(self) -> None:
        """The scan runs. Where the link is full the beat is let be."""
        self._link.flush()
        self._link.pulse()

    def alive(self, now: float) -> bool:
        """Whether the guardian still speaks; if not, `trouble` says why, and power has to go off.

        Args:
            now: monotonic seconds of any origin, the same at each call.
        """
        self._receive()
        if self._fresh or self._heard is None:
            self._heard, self._fresh = now, False
        if not self._link.open:
            self.trouble = f"the guardian (process {self.pid}) has ended"
        elif now - self._heard > SILENCE_S:
            self.trouble = f"the guardian (process {self.pid}) has been silent for {now - self._heard:.1f} s"
        else:
            self.trouble = ""
        return not self.trouble

    def poll(self) -> list[Answer]:
        """The answers that have come since it was asked last."""
        self._link.flush()
        self._receive()
        answers, self._answers = self._answers, []
        return answers

    def arm(self, patience_s: float = SILENCE_OF_ENGINE_S) -> int:
        """Power is about to go on: from its answer on, `armed`, the guardian expects a beat every scan.

        Args:
            patience_s: how long a beat may be missing: longer only while at most 1 V is on.
        """
        self._arming = self._ask("arm", patience_s=float(patience_s))
        return self._arming

    def runs(self, folders: Mapping[str, Path]) -> None:
        """The run folders of the lanes from now on, where it writes if it acts."""
        absolute = {slot: str(folder.absolute()) for slot, folder in folders.items()}
        self._send({"do": "runs", "runs": absolute})

    def stand_down(self, *, confirmed: bool) -> int:
        """Power is off; taken only with every output confirmed off. It may be armed again."""
        self._disarm()
        return self._ask("stand_down", confirmed=confirmed)

    def hand_over(self, why: str, slots: Collection[str] = ()) -> int:
        """Off could not be confirmed, and this engine's sessions are closed: the guardian goes on trying.

        Its first answer comes when an attempt has ended on every bus; where that was not confirmed, another
        comes if a later one is. Stay until the first; if the guardian is gone before it, open the bench again
        and go on from here. An engine that lives on for 10 s while off is not confirmed is ended.

        Args:
            why: in words.
            slots: whose outputs could not be confirmed; all of them if none is named. It switches off all.
        """
        self._disarm()
        return self._ask("hand_over", why=why, slots=list(slots))

    def off(self, slots: Collection[str]) -> int:
        """Switch these slots off through the guardian's own sessions, once, beside a worker that hangs."""
        return self._ask("off", slots=list(slots))

    def rehearse(self) -> int:
        """Switch everything off by the guardian's path, as a proof; this engine's sessions must be closed."""
        return self._ask("rehearse")

    def await_answer(self, number: int, timeout_s: float = ANSWER_S) -> Answer:
        """Wait for the answer to a request, beating meanwhile.

        Raises:
            BenchError: the guardian has ended or did not answer in time.
        """
        until = wall_seconds() + timeout_s
        others: list[Answer] = []
        try:
            while wall_seconds() < until:
                for answer in self.poll():
                    if answer.id == number:
                        return answer
                    others.append(answer)
                if not self._link.open:
                    raise BenchError(f"waiting for the guardian (process {self.pid}): it has ended")
                if self.armed:
                    self.beat()
                select.select([self._link], [self._link] if self._link.waiting else [], [], LOOK_S)
        finally:
            self._answers = others + self._answers
        raise BenchError(f"waiting for the guardian (process {self.pid}): no answer within {timeout_s:g} s")

    def close(self, timeout_s: float = END_S) -> bool:
        """Let go of the guardian; whether its process has ended.

        One that stood down ends. One that was handed over goes on without this process until it is confirmed.
        From any other this is the end of the heartbeat: it ends this process and switches off.
        """
        self._link.close()
        try:
            self._process.wait(timeout_s)
        except TimeoutExpired:
            return False
        return True

    def _refused(self, words: str) -> RefusedError:
        self._process.kill()
        self._process.wait()
        self._link.close()
        return RefusedError(f"starting the guardian: {words}; without a guardian there is no power")

    def _disarm(self) -> None:
        self.armed, self._arming = False, -1

    def _ask(self, action: str, **more: Any) -> int:
        self._last_id += 1
        self._send({"do": action, "id": self._last_id, **more})
        return self._last_id

    def _send(self, message: dict[str, Any]) -> None:
        self._link.send(message)

    def _receive(self) -> None:
        for line in self._link.receive():
            self._fresh = True
            answer = Answer.read(parse(line)) if line else None
            if answer is not None:
                self._answers.append(answer)
                if answer.id == self._arming:
                    self.armed = answer.done
