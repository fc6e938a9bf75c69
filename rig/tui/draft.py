"""What is going to be run, as it is put together on the screen."""

from __future__ import annotations

from dataclasses import dataclass, field

from rig.engine.answers import NO_ANSWERS, Answers
from rig.engine.work import Work, link_plans
from rig.order import Order


@dataclass(frozen=True, slots=True)
class Draft:
    """An order that can still change; screens replace it as a whole (`dataclasses.replace`).

    Attributes:
        order: bench, slots, settings, seed, speed, folder of runs, operator.
        plans: files, or names of plans that ship.
        answers: prepared for what the plans ask.
    """

    order: Order = field(default_factory=Order)
    plans: tuple[str, ...] = ()
    answers: Answers = NO_ANSWERS

    def link(self) -> Work:
        """Read and check everything; takes some tenths of a second, touches no instrument.

        Raises:
            InputError: a document or a setting is wrong, all mistakes at once.
        """
        return link_plans(self.order.read_bench(), self.plans, self.order.slots, self.order.settings)
