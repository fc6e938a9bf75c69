"""What is going to be run, as it is put together on the screen."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rig.order import Order

if TYPE_CHECKING:  # the first frame does without the engine
    from rig.engine.answers import Answers
    from rig.engine.work import Work


@dataclass(frozen=True, slots=True)
class Draft:
    """An order that can still change; screens replace it as a whole (`dataclasses.replace`).

    Attributes:
        order: bench, slots, settings, seed, speed, folder of runs, operator.
        plans: files, or names of plans that ship.
        answers: prepared for what the plans ask, None if none were.
    """

    order: Order = field(default_factory=Order)
    plans: tuple[str, ...] = ()
    answers: Answers | None = None

    @property
    def who(self) -> str:
        """The operator, or where none is named who is logged in."""
        return self.order.operator or getpass.getuser()

    def link(self) -> Work:
        """Read and check everything; takes some tenths of a second, touches no instrument.

        Raises:
            InputError: a document or a setting is wrong, all mistakes at once.
        """
        from rig.engine.work import link_plans

        return link_plans(self.order.read_bench(), self.plans, self.order.slots, self.order.settings)
