"""Why a lane was switched off."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ending:
    """Why the scan of a lane ended.

    Attributes:
        kind: completed, timeout, interlock, stop, interrupt, lost, error or record.
        detail: in words.
        section: the part of the plan in which it came, ``setup``, ``steps`` or ``teardown``; empty before the first.
    """

    kind: str
    detail: str = ""
    section: str = ""

    @property
    def recorded(self) -> str:
        """The word of the record's outcome line: a recorder that failed or lagged is a part of the bench lost."""
        return "lost" if self.kind == "record" else self.kind
