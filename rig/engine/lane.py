"""A lane: one device on one slot, with its outputs, signals, interlocks and the step that is active."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, final

from rig.bench.messages import DeviceEvent, Value
from rig.bench.ports import no_faults
from rig.engine.desk import Desk
from rig.engine.image import OutputImage
from rig.plan.program import Demand, Place, Program
from rig.record import lines
from rig.safety.commands import CommandLog
from rig.safety.interlocks import awaited_events
from rig.signals.derive import Derivation

Note = Callable[[dict[str, Any]], None]


@final
class Lane:
    """What steps see and act on.

    Attributes:
        slot: where its device is.
        now: bench time of the present scan in s.
        events: what the device reported since the last scan.
        watch: called with the indices of each reading's signals, by the step that waits for one of them.
        section: the part of the plan that is being run, ``setup``, ``steps`` or ``teardown``; empty before the first.
        step: name of the active step, empty before the first. place: where it was written.
        commands: what the outputs were commanded to be, as its interlocks see it.
        note: hands a line to the recorder.
        inject: sets off a fault by name, where the bench can.
        desk: where it asks people.
        answer: what was answered last.
        awaited: the events that steps wait for, those of steps to come included where they are known.
    """

    def __init__(
        self, program: Program, derivation: Derivation, note: Note, inject: Callable[[str], None] = no_faults
    ) -> None:
        self.program = program
        self.slot = program.slot
        self.derivation = derivation
        self.image = OutputImage()
        self.commands = CommandLog()
        self.note = note
        self.inject = inject
        self.desk = Desk()
        self.answer: str | float | bool | None = None
        self.awaited = awaited_events(program.walk())
        self.now = 0.0
        self.section = ""
        self.step = ""
        self.place: Place | None = None
        self.events: list[DeviceEvent] = []
        self.watch: Callable[[Sequence[int]], None] | None = None
        self.failure: str | None = None

    @property
    def whereabouts(self) -> str:
        """What went wrong in the active step, or its name, and where it was written."""
        words = self.failure or self.step
        return words if self.place is None else f"{words} ({self.place})"

    def demand(self, demands: Sequence[Demand]) -> None:
        """Set demands in the image, each with a line in the record."""
        for demand in demands:
            self.set_output(demand.output, demand.value, by=self.step)

    def set_output(self, output: str, value: Value, by: str) -> None:
        """Set one demand, with a line in the record."""
        old = self.image.demand(output, value)
        self.commands.demand(self.now, output, value)
        self.note(lines.demand(self.now, output, old, value, by))

    def confirm(self, output: str, value: Value, readback: Value) -> None:
        """A demand was carried out: for the image what was demanded, for interlocks and record what was read back."""
        self.image.confirm(output, value)
        self.commands.confirm(self.now, output, readback)
        self.note(lines.readback(self.now, output, readback))

    def signal(self, name: str) -> int:
        """Index of a signal in the derivation."""
        return self.derivation.index[name]
