"""A bench session: what holds from one plan to the next on the same bench, in the same process."""

from __future__ import annotations

from dataclasses import dataclass, field

from rig.safety.guardian.protocol import Guardian
from rig.safety.latch import Latch
from rig.safety.live import Declared


@dataclass(slots=True)
class BenchSession:
    """What a run needs to know of the session that it is a part of.

    Attributes:
        declared: what persons have said, by name.
        latch: of a real or served bench; an in-process bench is born unlatched each run and has none.
        guardian: the process that watches; an in-process bench has none.
        proven: slots whose way off has been proven in this session. rehearsed: the same for the guardian's path.
        handed_over: whether the guardian has outputs that nobody saw off; nothing is switched on any more.
    """

    declared: Declared = field(default_factory=Declared)
    latch: Latch | None = None
    guardian: Guardian | None = None
    proven: set[str] = field(default_factory=set)
    rehearsed: set[str] = field(default_factory=set)
    handed_over: bool = False
