"""The way of one run through the screens: what is prepared, begun, and shown as a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, final

from rig.errors import InputError

if TYPE_CHECKING:  # the first frame does without them
    from rig.bench.description import BenchDescription
    from rig.bench.health import Finding
    from rig.engine.work import Work
    from rig.safety.stop import StopBox
    from rig.tui.app import RigApp
    from rig.tui.draft import Draft
    from rig.tui.session import RunSession


CHECKLIST = "checklist: "
"""What the note of a checklist begins with."""

MOST_LOOKS = 5
"""Frames for which the end of a run waits for the screen of the run, which may only be coming up."""


@final
class Workflow:
    """What screens hand on to each other.

    Attributes:
        prepared: linked, and to be begun from the checklist.
        resulting: folders whose results are shown; empty for those of the run of this screen.
        jogged: the plan files of the last jog, so that its screens lead back to the form it came from.
        is_live: whether the bench that is chosen is not simulated in this process; None where it cannot be read.
        examining: stops the doctor, who has the bench; None where he has not.
        examined: what the doctor has found, on which bench file; None before.
    """

    def __init__(self, app: RigApp) -> None:
        self._app = app
        self.prepared: Work | None = None
        self.resulting: Sequence[Path] = ()
        self.jogged: Sequence[str] = ()
        self.examining: StopBox | None = None
        self.is_live: bool | None = None
        self.examined: tuple[Path | None, tuple[Finding, ...]] | None = None
        self._told: RunSession | None = None
        self._looks = 0

    @property
    def is_free(self) -> bool:
        """Whether something may be begun."""
        return not self._app.is_busy and self.examining is None

    def stop_examination(self, who: str | None) -> bool:
        """Outputs off where the doctor has the bench, and whether he has; from any thread, never waits."""
        examining = self.examining
        if examining is not None:
            examining.stop(who or self._app.draft.who)
        return examining is not None

    def end_examination(self) -> None:
        """The doctor has left the bench; a STOP that ended it is latched as that of a run is."""
        examining, self.examining = self.examining, None
        if examining is not None and examining.request is not None:
            self._app.latch = f"STOP by {examining.request.who}"

    def choose_bench(self, file: Path) -> None:
        """Another bench; what was prepared and found was for the one before."""
        from rig.tui.models.benches import on_bench

        self._app.draft = on_bench(self._app.draft, file)
        self.prepared, self.examined = None, None
        self.read_bench()

    def read_bench(self) -> BenchDescription | None:
        """The bench that is chosen, None where its file holds mistakes; the two lines on top say of what kind it is."""
        try:
            bench = self._app.draft.order.read_bench()
        except InputError:
            bench = None
        self.is_live = None if bench is None else bench.simulation is None
        return bench

    def needs_names(self) -> bool:
        """Whether nobody has said yet what a bench that is not simulated needs to be told before power."""
        bench = self.read_bench()
        live = bench is not None and bench.simulation is None
        return live and self._app.draft.order.declared.nobody_wears is None

    def start(self, draft: Draft, work: Work, remark: str) -> None:
        """Begin what was prepared; what was ticked goes into the record as soon as the run takes notes.

        Where another process has the bench, its run is shown instead.
        """
        from rig.tui.remote import folders_on
        from rig.tui.session import RunSession

        app = self._app
        app.draft = draft
        self.resulting = ()
        of_others = [note for note in app.first_notes if not note.startswith(CHECKLIST)]
        app.first_notes = [*of_others, f"{CHECKLIST}{remark}"] if remark else of_others
        taken = [] if work.bench.simulation is not None else folders_on(work.bench)
        if taken:
            app.view(taken, "the bench is in use: a viewer")
            return
        app.start(RunSession(draft, work))

    def show_results(self, folders: Sequence[Path]) -> None:
        """What runs of the list came to."""
        self.resulting = folders
        self._app.action_show("result")

    def next_device(self) -> None:
        """The same again without the serial numbers of the device before."""
        app = self._app
        declared = replace(app.draft.order.declared, serials={}, nobody_wears=None)
        app.draft = replace(app.draft, order=replace(app.draft.order, declared=declared))
        app.action_show("jog" if self.is_jog else "prepare")

    @property
    def is_jog(self) -> bool:
        """Whether what is prepared, or was run, is manual control."""
        return bool(self.jogged) and self._app.draft.plans == self.jogged

    def tick(self) -> None:
        """With each frame: lead to the result once a run is over."""
        session = self._app.session
        if session is None:
            return
        if not session.is_over or self._told is session:
            self._looks = 0
            return
        on_top = self._app.screen in {self._app.get_screen(name) for name in ("run", "lanes")}
        self._looks += 1
        if on_top or self._looks >= MOST_LOOKS:
            self._told = session
            self.resulting = ()
            if on_top:
                self._app.action_show("result")
            elif self._app.code:
                words = (
                    ", ".join(lane.verdict or lane.ended or "ERROR" for lane in self._app.lanes) or "ERROR"
                )
                self._app.notify(f"the run is over: {words}", severity="warning", timeout=30, markup=False)
