"""Faults of links as data: which device, what happens, and from which reply on.

Text form, for the fault port: ``scanner:hang@4`` (from the fourth reply on), ``supply:delay=1.5@10``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, final, get_args

from rig.errors import InputError

Kind = Literal["hang", "delay", "drop", "garble", "truncate", "cut"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PATTERN = re.compile(r"(?P<target>[\w.-]+):(?P<kind>\w+)(=(?P<seconds>\d+(\.\d+)?))?(@(?P<reply>\d+))?")


@dataclass(frozen=True, slots=True)
class LinkFault:
    """What happens to a reply; the shape that the twins of both leaf packages take."""

    kind: Kind
    seconds: float = 0.0


@final
class FaultPlan:
    """The faults of one simulated bench; each befalls one reply, and a twin that hangs or is cut stays so."""

    def __init__(self, targets: Collection[str], faults: Iterable[str] = ()) -> None:
        self._targets = sorted(targets)
        self._next: dict[str, LinkFault] = {}
        self._numbered: dict[tuple[str, int], LinkFault] = {}
        for fault in faults:
            self.inject(fault)

    def inject(self, text: str) -> None:
        """Add a fault; without ``@n`` it takes the device's next reply.

        Raises:
            InputError: the text is no fault.
        """
        match = PATTERN.fullmatch(text)
        kind = next((kind for kind in KINDS if match and match["kind"] == kind), None)
        if match is None or kind is None:
            raise InputError(
                f"injecting the fault {text!r}: it is not of the form device:kind[=seconds][@reply] with kind "
                f"one of {', '.join(KINDS)}; write e.g. scanner:hang@4"
            )
        if match["target"] not in self._targets:
            raise InputError(
                f"injecting the fault {text!r}: the bench has no {match['target']!r}; "
                f"it has {', '.join(self._targets)}"
            )
        fault = LinkFault(kind, float(match["seconds"] or 0.0))
        if match["reply"]:
            self._numbered[match["target"], int(match["reply"])] = fault
        else:
            self._next[match["target"]] = fault

    def __call__(self, target: str, reply: int) -> LinkFault | None:
        """The fault of that device's reply of that number, counted from 1, if it has one."""
        if not self._next and not self._numbered:
            return None
        return self._next.pop(target, None) or self._numbered.get((target, reply))
