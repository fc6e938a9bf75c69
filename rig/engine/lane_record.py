"""The record of one lane: its folder, file and recorder, from the head line to the seal."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from rig.bench.bench import Bench
from rig.bench.wiring import Wiring
from rig.checks.judge import Judgement, judge
from rig.clock import Worker, wall_seconds
from rig.engine.declare import declare_lines, verdict_lines
from rig.engine.ending import Ending
from rig.engine.head import RunRequest, make_head, make_resumed
from rig.engine.resume import Resume, safe
from rig.errors import RecordError
from rig.plan.program import Program
from rig.record import lines
from rig.record.ledger import Ledger
from rig.record.naming import make_run_folder
from rig.record.reader import read_run
from rig.record.recorder import Recorder
from rig.record.resuming import forget_torn
from rig.record.writer import RunFile
from rig.safety.guardian.record import set_aside
from rig.safety.live import Declared
from rig.safety.proof import Proof
from rig.safety.switch_off import OffReport

RECORDER_END_S = 10.0


@dataclass(frozen=True, slots=True)
class Sealed:
    """What became of a record: its judgement and hash, or the trouble that kept it from being sealed.

    Attributes:
        ending: why the scan ended; a recorder that failed is the worse news.
    """

    ending: Ending
    judgement: Judgement | None
    hash: str | None
    trouble: str | None


@final
class LaneRecord:
    """One lane's run file and its recorder; guardian is the process id of the guardian, None where there is none.

    Attributes:
        folder: where the run file is.
        recorder: takes the lane's lines.

    Raises:
        RecordError: the folder or the file cannot be made.
    """

    def __init__(
        self, request: RunRequest, program: Program, bench: Bench, guardian: int | None = None
    ) -> None:
        resume = request.resume
        self.folder: Path = _new_folder(request, program, bench) if resume is None else resume.folder
        self._request = request
        self._guardian = guardian
        self._program = program
        self._bench = bench
        self._file = RunFile(self.folder, None if resume is None else resume.interrupted)
        at_once = bench.clock.kind == "virtual"
        self.recorder = Recorder(self._file, bench.clock.signal(), wall_seconds, at_once=at_once)
        self._worker: Worker | None = None
        self._writing = False

    def write_head(self, wiring: Wiring, scan_s: float) -> None:
        """The head and the declarations, or how an interrupted run goes on; on the disk before anything is switched on.

        Raises:
            RecordError: they cannot be written.
        """
        if self._request.resume is not None:
            self._write_resumed(self._request.resume)
            return
        self._file.append(
            make_head(
                self._request,
                self._program,
                self._bench,
                wiring,
                scan_s=scan_s,
                run=self.folder.name,
                guardian=self._guardian,
            )
        )
        for line in declare_lines(self._program):
            self._file.append(line)
        self._file.sync()

    def _write_resumed(self, resume: Resume) -> None:
        """Who goes on, when and where; and that every output begins anew from what is safe."""
        before = set_aside(self.folder)
        line = make_resumed(self._request, resume, self._bench, self._guardian, before)
        self._file.append(line)
        for output, value in resume.left.items():
            self._file.append(lines.demand(line["t"], output, value, safe(output, value), "interruption"))
        self._file.sync()
        forget_torn(self.folder)

    def begin(self) -> None:
        """Start the recorder's worker."""
        self._worker = self._bench.clock.spawn("recorder", self.recorder.run)

    def note_readback(self, output: str, value: float | str | bool) -> None:
        """What was read back before the scan."""
        self.recorder.put(lines.readback(self._now(), output, value))

    def note_proof(self, proof: Proof) -> None:
        """That the way off works was proven."""
        data = {"path": proof.path, "seconds": proof.seconds, "seen": list(proof.seen)}
        self.recorder.put(lines.event(self._now(), "bench.off_proven", "bench", data))

    def note_declared(self, declared: Declared) -> None:
        """What persons have said of this run, by name."""
        for who, what in (
            (declared.nobody_wears, "confirmed that nobody wears the device"),
            (declared.attended, "attends the run"),
        ):
            if who is not None:
                self.recorder.put(lines.operator(self._now(), who, what))
        label = declared.serials.get(self._program.slot)
        if label is not None:
            data = {"serial": label}
            who = self._request.operator or getpass.getuser()
            self.recorder.put(lines.operator(self._now(), who, "read the serial number of the label", data))

    def note_off(self, off: OffReport) -> None:
        """What became of the outputs, where no scan could say so."""
        self.recorder.put(off.line(self._now()))

    def end(self) -> None:
        """Let the recorder's worker write what is queued, and end."""
        self.recorder.stop()
        self._writing = self._worker is not None and not self._worker.join(RECORDER_END_S)

    def leave(self, ending: Ending) -> Sealed:
        """Close a run that was to go on and could not be begun, without an end: it can be resumed another time."""
        trouble = None
        data = {"ended": ending.kind, "why": ending.detail}
        try:
            self._finish()
            self._file.append(lines.event(self._now(), "bench.not_resumed", "bench", data))
            self._file.close()
        except RecordError as error:
            trouble = str(error)
        return Sealed(ending, None, None, trouble)

    def seal(self, ending: Ending) -> Sealed:
        """Judge from what is in the file, write the verdicts into it, seal it and enter it in the ledger."""
        now = self._now()
        judgement, digest, trouble = None, None, None
        try:
            self._finish()
            if self.recorder.failed is not None:
                ending = Ending("record", self.recorder.failed)
            self._file.append(lines.outcome(now, ending.recorded, ending.detail))
            self._file.flush()
            judgement = judge(read_run(self.folder).lines())
            for line in verdict_lines(judgement):
                self._file.append(line)
            digest = self._file.seal(now)
            Ledger(self._request.out).enter(self.folder.name, digest, lines=self._file.lines, sealed=True)
        except RecordError as error:
            trouble = str(error)
        except MemoryError:
            trouble = (
                f"{self._file.path}: memory ran out before it was sealed; judge it again with `rig judge`"
            )
        return Sealed(ending, judgement, digest, trouble)

    def state(self) -> dict[str, Any]:
        """For whoever asks where the record is."""
        return {"lane": self._program.slot, "run": str(self.folder.resolve())}

    def _finish(self) -> None:
        """Everything that was queued into the file; from here on the file is this thread's.

        Raises:
            RecordError: the recorder still writes on its own thread.
        """
        if self._writing:
            raise RecordError(
                f"{self._file.path}: the disk is so slow that the recorder still writes; not sealed"
            )
        self.recorder.drain_now()

    def _now(self) -> float:
        return round(self._bench.clock.now(), 6)


def _new_folder(request: RunRequest, program: Program, bench: Bench) -> Path:
    device = bench.devices.get(program.slot)
    who = device.serial if device else program.slot
    return make_run_folder(request.out, bench.clock.anchor, program.name, who)
