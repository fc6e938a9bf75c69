"""The lanes that are looked at: of this screen's run, of another process's, or of an old run that is shown again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, final

from rig.errors import RecordError
from rig.tui.status import Situation

if TYPE_CHECKING:  # they bring numpy and the engine, which the first frame does without
    from rig.tui.session import RunSession
    from rig.tui.view.pacing import PacedLines
    from rig.tui.view.reader import LaneReader, Source


@dataclass(frozen=True, slots=True)
class Shown:
    """Runs that are looked at, and not controlled; role: ``VIEWER`` or ``SHOWN AGAIN``; says: why, in words."""

    role: str
    folders: tuple[Path, ...]
    says: str = ""


@final
class Watching:
    """A reader for each lane.

    Args:
        now: real time in s.

    Attributes:
        readers: by slot.
        shown: None where what is looked at is this screen's own run.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.readers: dict[str, LaneReader] = {}
        self.shown: Shown | None = None
        self._now = now
        self._folders: Mapping[str, Path] = {}
        self._stopping = False

    def clear(self) -> None:
        """Look at nothing."""
        for reader in self.readers.values():
            reader.close()
        self.readers, self.shown, self._folders = {}, None, {}

    def view(self, folders: Sequence[Path], says: str) -> None:
        """Look at runs as they are written."""
        self.clear()
        self.shown = Shown("VIEWER", tuple(folders), says)
        from rig.tui.view.reader import LiveLines

        for folder in folders:
            self._read(folder, LiveLines(folder))

    def show_again(self, folder: Path, speed: float) -> None:
        """Look at a run as it was."""
        self.clear()
        self.shown = Shown("SHOWN AGAIN", (folder,))
        from rig.tui.view.pacing import PacedLines

        self._read(folder, PacedLines(folder, speed, self._now))

    @property
    def is_again(self) -> bool:
        """Whether an old run is shown, whose time can be slowed down and hastened."""
        return self.shown is not None and self.shown.role == "SHOWN AGAIN"

    @property
    def paced(self) -> list[PacedLines]:
        """What lets its lines through at a speed."""
        if not self.is_again:
            return []
        from rig.tui.view.pacing import PacedLines

        return [reader.source for reader in self.readers.values() if isinstance(reader.source, PacedLines)]

    def stop(self) -> None:
        """Switch off the runs of others that are looked at; never waits."""
        shown = self.shown
        if shown is not None and shown.role == "VIEWER" and not self._stopping:
            self._stopping = True
            Thread(target=self._stop, args=(shown,), name="stop", daemon=True).start()

    def _stop(self, shown: Shown) -> None:
        from rig.tui.remote import stop_runs

        says = f"STOP: {stop_runs(shown.folders)}"
        if self.shown is shown:  # nothing else is looked at by now
            self.shown = replace(shown, says=says)
        self._stopping = False

    def follow(self, session: RunSession | None) -> None:
        """A reader for each lane of this screen's run that has come to have a folder."""
        if session is None or self.shown is not None or session.folders is self._folders:
            return
        from rig.tui.view.reader import LiveLines

        before, self._folders = self._folders, session.folders
        folders = self._folders
        for slot in [slot for slot in self.readers if folders.get(slot) != before.get(slot)]:
            self.readers.pop(slot).close()
        for slot, folder in folders.items():
            if slot not in self.readers:
                self._start(slot, LiveLines(folder))

    def situation(self, session: RunSession | None, *, is_live: bool | None = None) -> Situation:
        """What is known beside the records; is_live: of the bench that is chosen, where nothing was run yet."""
        shown = self.shown
        if shown is not None:
            speeds = [("paused " if source.paused else "") + f"× {source.speed:g}" for source in self.paced]
            return Situation(role=shown.role, speed="".join(speeds[:1]), says=shown.says)
        if session is None:
            return Situation(is_live=is_live)
        return Situation(
            is_live=session.is_live,
            is_running=not session.is_over,
            stopping=session.stopped_by is not None,
            is_over=session.is_over,
            says="" if session.error is None else str(session.error),
        )

    def _read(self, folder: Path, source: Source) -> None:
        from rig.record.tail import read_head

        try:
            slot = str(read_head(folder)["lane"])
        except RecordError:
            slot = folder.name
        self._start(slot if slot not in self.readers else folder.name, source)

    def _start(self, slot: str, source: Source) -> None:
        from rig.tui.view.reader import LaneReader

        self.readers[slot] = LaneReader(source, self._now)
        self.readers[slot].start()
