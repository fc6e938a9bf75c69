"""One output of an HMP4040: its own switch behind the master, a fuse that may take others along, wired sense."""

from __future__ import annotations

from typing import final

from instruments.catalogue import OutputRating
from instruments.simulated.supply_output import Load, Output

FUSE_DELAY_MOST_S = 0.25
"""Longest fuse delay in s (HAMEG drivers: 0 to 250 ms). The twin stores the delay but trips at once."""

VOLTS_STEP = 1.0
"""What VOLT UP adds unless told otherwise, in V (PyMeasure's HMP4040)."""

AMPS_STEP = 0.1
"""What CURR UP adds unless told otherwise, in A: estimate, unverified."""


@final
class HmpOutput(Output):
    """State of one output.

    ``selected`` is the output's own switch; the twin derives ``enabled`` from it and the master. A trip blocks
    the output without changing either. ``linked`` are the outputs whose fuses open with this one. ``volts_step`` and
    ``amps_step`` are by how much UP and DOWN move a setting.

    Args:
        rating: what it can do.
        load: what is wired to it.
        four_wire: whether its sense terminals are wired to the load; there is no command for that.
    """

    __slots__ = ("amps_step", "four_wire", "linked", "selected", "volts_step")

    def __init__(self, rating: OutputRating, load: Load, *, four_wire: bool) -> None:
        self.four_wire = four_wire
        self.linked: set[HmpOutput] = set()
        self.selected = False
        super().__init__(rating, load)

    def reset(self, now: float) -> None:
        """Go to what ``*RST`` sets: off, fuse off and unlinked (estimate); the wires stay."""
        super().reset(now)
        self.selected = False
        self.volts_step, self.amps_step = VOLTS_STEP, AMPS_STEP
        self.linked.clear()
        self.remote_sense = self.four_wire

    @property
    def shown_on(self) -> bool:
        """What ``OUTP:SEL?`` tells: its own switch is on and it has not tripped (unverified)."""
        selected = self.selected or (self.stuck and self.enabled)
        return selected and not (self.over_voltage or self.over_current)

    def amps_into(self, ohms: float) -> float:
        """Amps that a resistance draws at the far end of the leads; trips what must trip, linked fuses too."""
        opened = self.over_current
        amps = super().amps_into(ohms)
        if self.over_current and not opened:
            for other in self.linked:
                other.over_current = True
        return amps

    def open_fuse_forgotten(self) -> None:
        """Switching the fuse off forgets that it opened; power comes back where both switches are on (unverified)."""
        self.ocp = False
        self.over_current = False
        self.settle()
