"""The guardian's process: prepares everything that acting needs, says that it is ready, and then only listens."""

from __future__ import annotations

import os
import select
import shlex
import sys
from collections.abc import Collection
from pathlib import Path
from typing import final

import rig
from rig.bench.outputs import OutputPart, output_parts, prepare_library
from rig.bench.ports import machine_ports
from rig.clock import Clock, WallClock
from rig.errors import ExitCode, RigError
from rig.platform import OtherProcess, ignore_signals, inherited_socket, prefer_other_victims
from rig.safety.guardian.announce import Announcer
from rig.safety.guardian.answers import Answer
from rig.safety.guardian.control import ControlSocket
from rig.safety.guardian.duty import Duty
from rig.safety.guardian.lines import LineSocket
from rig.safety.guardian.order import Order
from rig.safety.guardian.watch import State
from rig.safety.latch import Latch
from rig.safety.latching import Latching

TICK_S = 0.05
BUSY_TICK_S = 0.01
PULSE_S = 0.1
ORDER_S = 30.0
LAST_ANSWERS_S = 1.0
MOST_DEFECTS = 20


def guard(number: int) -> int:
    """Guard the bench that the engine at the other end of an inherited socket names; the process's exit code.

    0: the engine stood down. 4: it was switched off and confirmed. 3: a person took over. 2: no order, or one
    that cannot be carried out.
    """
    ignore_signals()
    prefer_other_victims()
    link = LineSocket(inherited_socket(number))
    clock = WallClock()
    lines = _await_lines(link, clock)
    if not lines:
        return ExitCode.WRONG_INPUT
    try:
        guardian = _prepare(link, Order.decode(lines[0]), clock)
    except (RigError, OSError) as error:
        link.send(Answer(0, "ready", False, str(error)).message())
        return ExitCode.WRONG_INPUT
    for line in lines[1:]:
        guardian.duty.hear(line)
    return guardian.run()


def _await_lines(link: LineSocket, clock: WallClock) -> list[bytes]:
    while link.open and clock.now() < ORDER_S:
        select.select([link], [], [], TICK_S)
        lines = link.receive()
        if lines:
            return lines
    return []


def _prepare(link: LineSocket, order: Order, clock: WallClock) -> _Guardian:
    bench, slots = order.bench()
    ports = machine_ports(clock, order.visa)
    manager = prepare_library(bench, slots, ports)

    def parts(wanted: Collection[str]) -> list[OutputPart]:
        return output_parts(bench, [slot for slot in slots if slot.name in wanted], ports, manager)

    announcer = Announcer(clock)
    latching = Latching(Latch(bench), clock, announcer.say)
    control = ControlSocket()
    engine = OtherProcess(order.pid)
    command = [sys.executable, "-m", "rig.safety.guardian", "take-over", str(os.getpid()), "YOUR NAME"]
    duty = Duty(
        parts,
        [slot.name for slot in slots],
        engine,
        send=link.send,
        announcer=announcer,
        clock=clock,
        how=shlex.join(command),
        latch=latching.trip,
    )
    link.send({**Answer(0, "ready", True).message(), "words": str(Path(rig.__file__).resolve())})
    return _Guardian(link, control, duty, engine=engine, clock=clock, latching=latching)


@final
class _Guardian:
    """The loop around a duty."""

    def __init__(
        self,
        link: LineSocket,
        control: ControlSocket,
        duty: Duty,
        *,
        engine: OtherProcess,
        clock: Clock,
        latching: Latching,
    ) -> None:
        self.duty = duty
        self._link = link
        self._control = control
        self._engine = engine
        self._clock = clock
        self._latching = latching
        self._pulse_at = 0.0
        self._defects = 0

    def run(self) -> int:
        """Until it is over.

        A defect in a round is said and does not end it; after many of them a calm guardian leaves, which the
        engine sees, while one that switches off goes on.
        """
        while not self.duty.watch.over and not (self.duty.watch.calm and self._defects > MOST_DEFECTS):
            try:
                self._round()
            except Exception as error:
                self._survive(error)
        self._leave()
        state = self.duty.watch.state
        return {State.STOOD_DOWN: ExitCode.PASSED, State.CONFIRMED: ExitCode.STOPPED}.get(
            state, ExitCode.UNAVAILABLE
        )

    def _round(self) -> None:
        self._wait()
        looked_at = self._clock.now()
        for line in self._link.receive():
            self.duty.hear(line)
        if not self._link.open:
            self.duty.lose_link("the engine's end of the link is closed")
        elif self._engine.ended:
            self.duty.lose_link("the engine's process has ended")
        self.duty.step(looked_at)
        self._control.serve(self.duty.ask)
        self._link.flush()
        now = self._clock.now()
        if now >= self._pulse_at:
            self._pulse_at = now + PULSE_S
            self._link.pulse()

    def _wait(self) -> None:
        waits = [*self._control.sockets()]
        if self.duty.watch.linked:
            waits.append(self._link)
        select.select(waits, [], [], TICK_S if self.duty.watch.calm else BUSY_TICK_S)

    def _survive(self, error: Exception) -> None:
        self._defects += 1
        self.duty.survive(f"a defect of the guardian: {type(error).__name__}: {error}; please report it")
        self._clock.sleep(TICK_S)

    def _leave(self) -> None:
        until = self._clock.now() + LAST_ANSWERS_S
        while self._link.waiting and self._clock.now() < until:
            self._link.flush()
            self._clock.sleep(BUSY_TICK_S)
        self._link.close()
        self._latching.settle()
        self.duty.close()
        self._control.close()
