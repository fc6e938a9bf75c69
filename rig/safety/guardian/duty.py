"""The guardian at work: what it hears goes into the watch, what the watch decides is done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

from rig.bench.outputs import OutputPart
from rig.clock import Clock
from rig.platform import OtherProcess
from rig.safety.guardian.act import SwitchOff
from rig.safety.guardian.announce import Announcer
from rig.safety.guardian.answers import Answer
from rig.safety.guardian.bus_off import Attempt
from rig.safety.guardian.lines import parse
from rig.safety.guardian.record import Recording
from rig.safety.guardian.watch import SILENCE_S, State, Watch

ALARM_EVERY_S = 5.0
ALARM_AFTER_S = 1.0
"""A port that the engine held is free some moments after its end: the second attempt is not yet an alarm."""

LINKS_CLOSED_S = 6.0
"""The same of an engine that handed over and closes its links meanwhile."""

ENGINE_END_S = 0.5
HANDED_OVER_S = 10.0
"""How long an engine that handed over may live on while off is not confirmed: it may still hold a link."""

Parts = Callable[[Collection[str]], list[OutputPart]]


@dataclass(frozen=True, slots=True)
class _Job:
    """Something that the engine asked for while it is in charge."""

    id: int
    to: str
    off: SwitchOff


@final
class Duty:
    """One engine's guardian. Not thread-safe: one loop calls it, and nothing in it waits.

    Args:
        parts: what owns the outputs of those slots.
        slots: the slots in use.
        engine: its process.
        send: takes each answer to the engine.
        how: what a person has to do to take over, for the alarm.
        latch: keeps the bench from being switched on again, by lane, run folder and reason; called once off is on its
            way, must return at once. Without a run lane is empty, and the folder has no name.
    """

    def __init__(
        self,
        parts: Parts,
        slots: Collection[str],
        engine: OtherProcess,
        *,
        send: Callable[[dict[str, Any]], None],
        announcer: Announcer,
        clock: Clock,
        how: str,
        latch: Callable[[str, Path, str], None] = lambda _lane, _folder, _why: None,
    ) -> None:
        self.watch = Watch()
        self._parts = parts
        self._slots = tuple(slots)
        self._engine = engine
        self._send = send
        self._announcer = announcer
        self._clock = clock
        self._how = how
        self._latch = latch
        self._record = Recording(clock, announcer.say)
        self._runs: dict[str, Path] = {}
        self._jobs: list[_Job] = []
        self._off: SwitchOff | None = None
        self._recording = self._killed = False
        self._handed_over = 0
        self._unseen: frozenset[str] = frozenset()
        self._alarm_at = 0.0

    def hear(self, line: bytes) -> None:
        """One line of the engine; an empty one is a heartbeat."""
        now = self._clock.now()
        if not line:
            self.watch = self.watch.beat(now)
            return
        message = parse(line)
        number = message.get("id")
        number = number if isinstance(number, int) else 0
        match message:
            case {"do": "arm"}:
                patience_s = message.get("patience_s", SILENCE_S)
                self.watch = self.watch.arm(now, patience_s if isinstance(patience_s, float) else SILENCE_S)
                self._answer(number, "arm", done=self.watch.state is State.ARMED)
            case {"do": "stand_down", "confirmed": bool(confirmed)}:
                self.watch = self.watch.stand_down(confirmed=confirmed)
                self._answer(number, "stand_down", done=self.watch.state is State.STOOD_DOWN)
            case {"do": "hand_over", "why": str(why)}:
                self._handed_over = number
                self._unseen = frozenset(map(str, message.get("slots", ())))
                self.watch = self.watch.hand_over(why)
            case {"do": "runs", "runs": dict(runs)}:
                self._runs = {str(slot): Path(str(folder)) for slot, folder in runs.items()}
            case {"do": "rehearse"}:
                self._begin_job(number, "rehearse", self._slots)
            case {"do": "off", "slots": list(slots)}:
                self._begin_job(number, "off", [str(slot) for slot in slots])
            case _:
                self._answer(number, "?", done=False, words=f"not understood: {line[:80]!r}")

    def lose_link(self, why: str) -> None:
        """The engine has ended, or closed its end."""
        if self.watch.linked:
            self.watch = self.watch.lose_link(why)

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """What a person asks over the control socket, and what is told."""
        who = str(request.get("who", ""))
        match request.get("do"):
            case "off":
                self.watch = self.watch.order_off(who or "somebody")
            case "take_over":
                if not who.strip():
                    return {**self.state(), "error": "say who takes over: a name"}
                self._take_over(who)
                if self.watch.state is not State.TAKEN_OVER:
                    return {
                        **self.state(),
                        "error": f"there is no alarm: the guardian is {self.watch.state.value}",
                    }
            case "state":
                pass
            case other:
                return {
                    **self.state(),
                    "error": f"unknown action {other!r}; known are state, off and take_over",
                }
        return self.state()

    def state(self) -> dict[str, Any]:
        """Where it stands, for people."""
        outputs = [] if self._off is None else [asdict(seen) for seen in self._off.seen]
        return {
            "guardian": self.watch.state.value,
            "why": self.watch.why,
            "engine": self._engine.pid,
            "slots": list(self._slots),
            "runs": {slot: str(folder) for slot, folder in self._runs.items()},
            "outputs": outputs,
        }

    def step(self, looked_at: float) -> None:
        """Let time pass: the heartbeat, the way off, the alarm.

        Args:
            looked_at: bench time in s before the link was last emptied: every beat that was sent until then has been
                heard, so silence up to then is the engine's, however long this process has stood still since.
        """
        self.watch = self.watch.tick(looked_at)
        now = self._clock.now()
        if self.watch.calm:
            self._end_jobs(now)
        elif not self.watch.over:
            self._follow(self._off or self._begin_off(), now)

    def survive(self, words: str) -> None:
        """Say what went wrong in the guardian itself."""
        self._announcer.say(words, loud=True)

    def close(self) -> None:
        """Write and say what is left."""
        if self._off is not None:
            self._off.cancel()
        self._record.close()
        self._announcer.close()

    def _begin_off(self) -> SwitchOff:
        """End the engine and switch off, before anything is written or said."""
        trouble = self._engine.end() if self.watch.kills else None
        self._off = SwitchOff(self._parts(self._slots), self._clock, self._doubt)
        for job in self._jobs:
            job.off.cancel()
            self._answer_job(job, "given up: the guardian is switching off by itself")
        self._jobs.clear()
        self._announcer.say(f"switching off: {self.watch.why}" + (f"; {trouble}" if trouble else ""))
        return self._off

    def _doubt(self) -> str | None:
        """Why read-back may still change."""
        if not self.watch.kills or self._engine.ended:
            return None
        return f"the engine, process {self._engine.pid}, was told to end and has not ended yet"

    def _follow(self, off: SwitchOff, now: float) -> None:
        if not self._recording:
            self._begin_record(now - off.began)
            return
        self._see_engine_end(now - off.began)
        for attempt in off.poll(now):
            self._note(attempt)
        if off.confirmed:
            self.watch = self.watch.look(confirmed=True)
            seconds = round(now - off.began, 3)
            self._record.put({"k": "confirmed", "seconds": seconds})
            self._announcer.say(f"every output is off, confirmed by read-back after {seconds:.2f} s")
            self._answer_hand_over(off, done=True)
        elif self.watch.state is State.ALARM:
            if now >= self._alarm_at:
                self._alarm(off, now)
        elif off.reported(now) and now - off.began >= (ALARM_AFTER_S if self.watch.kills else LINKS_CLOSED_S):
            self.watch = self.watch.look(confirmed=False)
            self._record.put({"k": "alarm", "what": _unconfirmed(off)})
            self._answer_hand_over(off, done=False)
            self._alarm(off, now)

    def _begin_record(self, waited_s: float) -> None:
        """Once the engine writes no more, or soon: its last line is what the record follows."""
        ended = self._engine.ended
        if self.watch.kills and not ended and waited_s <= ENGINE_END_S:
            return
        self._recording = True
        self._record.begin(self._runs, self.watch.why)
        for lane, folder in self._latched().items():
            self._latch(lane, folder, f"the guardian switched off: {self.watch.why}")
        if self.watch.kills:
            self._note_kill(waited_s, ended=ended)

    def _latched(self) -> Mapping[str, Path]:
        """The runs whose lanes are to be latched: of an engine that handed over, those that it did not see off."""
        handed = {} if self.watch.kills else {s: f for s, f in self._runs.items() if s in self._unseen}
        return handed or self._runs or {"": Path()}

    def _see_engine_end(self, waited_s: float) -> None:
        """One that would not end is told again; one that handed over is told when it still may hold a link."""
        if self._engine.ended:
            return
        if self.watch.kills:
            self._engine.end()
        elif waited_s > HANDED_OVER_S and not self._killed:
            trouble = self._engine.end()
            self._note_kill(waited_s, ended=trouble is None)

    def _note_kill(self, waited_s: float, *, ended: bool) -> None:
        self._killed = True
        line = {"k": "killed", "pid": self._engine.pid, "ended": ended, "seconds": round(waited_s, 3)}
        self._record.put(line)

    def _note(self, attempt: Attempt) -> None:
        for slot in {seen.slot for seen in attempt.seen}:
            detail = [asdict(seen) for seen in attempt.seen if seen.slot == slot]
            confirmed = all(seen.confirmed for seen in attempt.seen if seen.slot == slot)
            line = {"k": "off", "bus": attempt.bus, "attempt": attempt.number}
            self._record.put({**line, "confirmed": confirmed, "detail": detail}, slot)

    def _alarm(self, off: SwitchOff, now: float) -> None:
        self._alarm_at = now + ALARM_EVERY_S
        self._announcer.say(
            f"ALARM: NOT CONFIRMED off: {_unconfirmed(off)}. Use the physical switch now. It goes on trying; "
            f"once you have seen that nothing heats, take over by name: {self._how}",
            loud=True,
        )

    def _take_over(self, who: str) -> None:
        before, self.watch = self.watch, self.watch.take_over(who)
        if before is not self.watch:
            self._record.put({"k": "taken_over", "who": self.watch.who})
            self._announcer.say(f"{self.watch.who} has taken over")

    def _begin_job(self, number: int, to: str, slots: Collection[str]) -> None:
        unknown = set(slots) - set(self._slots)
        if unknown or not slots or not self.watch.calm:
            words = f"no such slot: {', '.join(sorted(unknown)) or 'none was named'}"
            words = words if self.watch.calm else "it is switching off by itself"
            self._answer(number, to, done=False, words=words)
            return
        off = SwitchOff(self._parts(slots), self._clock, lambda: None, insists=False)
        self._jobs.append(_Job(number, to, off))

    def _end_jobs(self, now: float) -> None:
        for job in list(self._jobs):
            job.off.poll(now)
            if job.off.reported(now):
                self._jobs.remove(job)
                job.off.cancel()
                self._answer_job(
                    job, "" if job.off.confirmed else f"NOT CONFIRMED off: {_unconfirmed(job.off)}"
                )

    def _answer_job(self, job: _Job, words: str) -> None:
        self._answer(job.id, job.to, done=not words, words=words, off=job.off)

    def _answer_hand_over(self, off: SwitchOff, *, done: bool) -> None:
        if self._handed_over:
            words = "" if done else f"NOT CONFIRMED off: {_unconfirmed(off)}; it goes on trying"
            self._answer(self._handed_over, "hand_over", done=done, words=words, off=off)

    def _answer(
        self, number: int, to: str, *, done: bool, words: str = "", off: SwitchOff | None = None
    ) -> None:
        seconds = 0.0 if off is None else self._clock.now() - off.began
        if not done and not words:
            words = f"the guardian is {self.watch.state.value}"
        self._send(Answer(number, to, done, words, seconds, () if off is None else off.seen).message())


def _unconfirmed(off: SwitchOff) -> str:
    return "; ".join(str(seen) for seen in off.seen if not seen.confirmed)
