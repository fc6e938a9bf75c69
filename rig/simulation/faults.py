"""The faults of one simulated bench: those that wait for a reply, and those that come at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, final

from rig.bench.fault_kinds import STAYING, Fault, Role, parse_fault


@dataclass(frozen=True, slots=True)
class LinkFault:
    """What happens to a reply; the shape that the twins of both leaf packages take."""

    kind: Any
    seconds: float = 0.0


@final
class FaultPlan:
    """The faults of one simulated bench; a fault of a reply befalls it, any other is acted out.

    Args:
        targets: what can have faults, and what each is.
        counted: by probe, the device whose replies count for it.
        act: sets a fault off.
    """

    def __init__(
        self, targets: Mapping[str, Role], counted: Mapping[str, str], act: Callable[[Fault], None]
    ) -> None:
        self._targets = targets
        self._counted = counted
        self._act = act
        self._next: dict[str, list[LinkFault]] = {}
        self._numbered: dict[tuple[str, int], list[Fault]] = {}

    def inject(self, text: str) -> None:
        """Add a fault; without ``@n`` one of a reply takes the device's next, and any other comes at once.

        Raises:
            InputError: the text is no fault.
        """
        fault = parse_fault(text, self._targets)
        if fault.reply is not None:
            device = self._counted.get(fault.target, fault.target)
            for reply in range(fault.reply, fault.reply + fault.count):
                self._numbered.setdefault((device, reply), []).append(fault)
        elif fault.kind.of_reply:
            self._next.setdefault(fault.target, []).extend([_of_link(fault)] * fault.count)
        else:
            if fault.kind.name == "mend":
                self._next.pop(fault.target, None)
            self._act(fault)

    def __call__(self, target: str, reply: int) -> LinkFault | None:
        """The fault of that device's reply of that number, counted from 1, if it has one."""
        if not self._next and not self._numbered:
            return None
        found: LinkFault | None = None
        for fault in self._numbered.get((target, reply), ()):
            if fault.kind.of_reply or fault.kind.name in STAYING:
                found = _of_link(fault)
            else:
                self._act(fault)
        waiting = self._next.get(target)
        if waiting:
            found = waiting.pop(0)
            if not waiting:
                del self._next[target]
        return found


def _of_link(fault: Fault) -> LinkFault:
    return LinkFault(fault.kind.name, fault.seconds)
