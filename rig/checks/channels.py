"""The budgets of a record's thermocouple channels: the bench's own, and those of wires that have a correction.

What several channels tell together has a budget that is nowhere below that of one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from math import hypot
from operator import and_
from typing import Any

from rig.checks.budget import Budget, Component, read_budget
from rig.errors import RecordError
from rig.signals.layout import Layout


@dataclass(frozen=True, slots=True)
class Channels:
    """The budget of each channel in K.

    own: of a channel whose wire has no correction. corrected: by signal, of the others.
    """

    own: Budget
    corrected: Mapping[str, Budget] = field(default_factory=dict)

    def of(self, names: Iterable[str]) -> Budget:
        """The budget of a value that is taken from any or all of the channels of these signals.

        That of the channel if they are alike. Else what they have in common, and the greatest of what else a channel
        has, which then neither cancels in a difference nor shrinks in a mean.
        """
        budgets = dict.fromkeys(self.corrected.get(name, self.own) for name in names)
        return envelope(tuple(budgets)) if budgets else self.own


def read_channels(entry: Mapping[str, Any] | None, layout: Layout) -> Channels:
    """The budgets in a record's head.

    Raises:
        RecordError: a component lacks a field or is negative, or a correction of the wiring has no budget.
    """
    own = read_budget(entry)
    tables = (entry or {}).get("corrected", {})
    # a bench that declares no budget judges nothing, whatever is known of its wires
    lacking = [table.name for table in layout.corrections.values() if table.name not in tables]
    if lacking and own.components:
        raise RecordError(
            f"reading the uncertainty budgets: correction {lacking[0]!r} of the wiring has none; "
            "the run file is damaged or of another schema, run `rig verify` on it"
        )
    budgets = {
        name: read_budget(tables[table.name]) if own.components else own
        for name, table in layout.corrections.items()
    }
    return Channels(own, budgets)


def envelope(budgets: Sequence[Budget]) -> Budget:
    """A budget that is nowhere below any of these, alone, in a mean, a difference or a rise.

    Raises:
        ValueError: there is none.
    """
    shared, rests = _parted(budgets)
    if not any(rests):
        return budgets[0]
    differing = Component(
        "what differs between the channels",
        max(hypot(*(part.standard for part in rest)) for rest in rests),
        dof=min(part.dof for rest in rests for part in rest),
        averages_out=all(part.averages_out and part.correlation == 0.0 for rest in rests for part in rest),
    )
    return shared.plus(differing)


def least(budgets: Sequence[Budget]) -> Budget:
    """What all of these budgets hold, so that none of them is below it.

    Raises:
        ValueError: there is none.
    """
    return _parted(budgets)[0]


def _parted(budgets: Sequence[Budget]) -> tuple[Budget, list[list[Component]]]:
    """What all budgets hold, and what each holds beside that."""
    counts = [Counter(budget.components) for budget in budgets]
    if not counts:
        raise ValueError("no channel has no budget")
    shared = reduce(and_, counts)
    return Budget(tuple(shared.elements())), [list((count - shared).elements()) for count in counts]
