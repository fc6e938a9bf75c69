"""The guardian of an engine process, from before its first power to after its last."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import final

from rig.bench.description import BenchDescription, SlotEntry
from rig.clock import wall_seconds
from rig.errors import BenchError
from rig.safety.errors import RefusedError
from rig.safety.guardian.link import GuardianLink
from rig.safety.guardian.order import Order
from rig.safety.session import BenchSession


@final
class Guardianship:
    """Starts the one guardian of a session when it is first needed, and lets it go when all is off."""

    def __init__(self, bench: BenchDescription, slots: Sequence[SlotEntry], session: BenchSession) -> None:
        self._bench = bench
        self._slots = tuple(slot.name for slot in slots)
        self._session = session

    def ensure(self) -> None:
        """See that a guardian is there and ready; one that has ended is replaced.

        Raises:
            RefusedError: it cannot be started, or is not ready in time.
        """
        link = self._session.guardian
        if self._session.handed_over:
            raise RefusedError(
                f"running on {self._bench.name!r}: its guardian has outputs that nobody saw off; look at the bench, "
                f"then take over from the guardian, or wait until it has confirmed"
            )
        if link is not None and link.alive(wall_seconds()):
            return
        self._session.guardian = None
        self._session.rehearsed.clear()
        link = GuardianLink.start(Order(self._bench.file, self._bench.text, self._slots, os.getpid()))
        link.await_ready()
        self._session.guardian = link

    def __enter__(self) -> Guardianship:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is on any more; or the guardian has what nobody saw off, and goes on without this process."""
        link = self._session.guardian
        if link is None:
            return
        if self._session.handed_over:
            link.close(0.0)
            return
        with suppress(BenchError):
            link.await_answer(link.stand_down(confirmed=True))
        link.close()
