"""The life of a run: open, record, prove, scan, switch off, judge, seal. Every way out passes the safe state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from rig.bench.bench import Bench
from rig.bench.opening import open_bench, periods
from rig.bench.ports import Ports
from rig.bench.wiring import wire
from rig.checks.judge import Judgement, judge
from rig.clock import wall_seconds
from rig.engine.control import ControlServer
from rig.engine.declare import declare_lines, verdict_lines
from rig.engine.head import RunRequest, make_head
from rig.engine.lane import Lane
from rig.engine.scan import Ending, Scan, Watcher
from rig.errors import BenchError, RecordError, RigError
from rig.record import lines
from rig.record.ledger import Ledger
from rig.record.naming import make_run_folder
from rig.record.reader import read_run
from rig.record.recorder import Recorder
from rig.record.writer import RunFile
from rig.safety.before_power import prove_ready
from rig.safety.errors import RefusedError
from rig.safety.interlocks import InterlockSet
from rig.safety.stop import StopBox
from rig.safety.switch_off import OffReport, await_off, off_without_workers, request_off, unconfirmed
from rig.signals.derive import Derivation

RECORDER_END_S = 10.0


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run came to.

    Attributes:
        folder: where its run file is.
        ending: why the scan ended.
        off: whether every output was seen to be off.
        judgement: None where the record could not be judged.
        hash: of the sealed file, None if it could not be sealed.
        duration_s: bench time from first scan to off. scan_wall_s: real time of the same. wall_s: real time of
            the whole run, with the proof before power, the judgement and the seal.
    """

    folder: Path
    ending: Ending
    off: OffReport
    judgement: Judgement | None
    hash: str | None
    simulated: bool
    duration_s: float
    scan_wall_s: float
    wall_s: float
    trouble: str | None = None


def execute(
    request: RunRequest,
    ports: Ports,
    stop: StopBox,
    watcher: Watcher | None = None,
    control: ControlServer | None = None,
) -> RunResult:
    """Run a program on a bench, from opening to seal.

    Whatever happens between opening and seal, the outputs are switched off and looked at before anything else.

    Raises:
        BenchError: the bench could not be opened, or power was refused; nothing was switched on.
        RecordError: the run file cannot be made.
    """
    with open_bench(request.bench, request.slot, ports) as bench:
        life = _Life(request, bench, stop, watcher)
        if control is not None:
            control.state = life.state
        return life.live()


def _kind_of(error: Exception | None) -> str:
    match error:
        case RefusedError():
            return "refused"
        case BenchError():
            return "lost"
    return "error"


@final
class _Life:
    def __init__(self, request: RunRequest, bench: Bench, stop: StopBox, watcher: Watcher | None) -> None:
        self._request = request
        self._bench = bench
        self._stop = stop
        self._watcher = watcher
        self._began = wall_seconds()
        program = request.program
        sampling = program.sampling
        self._periods = periods(
            request.bench,
            {
                "supply": sampling.supply_s,
                "scanner": sampling.thermocouples_s,
                "belt": sampling.belt_s,
            },
        )
        self._wiring = wire(request.bench, request.slot, self._periods)
        self._folder = make_run_folder(
            request.out,
            bench.clock.anchor,
            program.name,
            bench.device.serial if bench.device else request.slot.name,
        )
        self._file = RunFile(self._folder)
        at_once = bench.clock.kind == "virtual"
        self._recorder = Recorder(self._file, bench.clock.signal(), wall_seconds, at_once=at_once)
        self._lane = Lane(program, Derivation(self._wiring), self._recorder.put)
        self._interlocks = InterlockSet(program.interlocks, self._lane.derivation)
        self._scan = Scan(bench, self._lane, self._interlocks, self._recorder, stop)
        self._off: OffReport | None = None
        self._writing = False
        self._scanning = self._scanned_s = 0.0
        self._start = 0.0

    def live(self) -> RunResult:
        if self._watcher is not None:
            self._watcher.began(self._folder)
        self._write_head()
        ending, error = self._guarded(self._until_off)
        if ending is None:
            ending = Ending(_kind_of(error), str(error))
        off = self._off or self._last_off(ending.kind)
        result = self._close_record(ending, off)
        if isinstance(error, RigError):
            raise error
        if error is not None:
            raise RigError(f"the run {self._folder} ended by a defect of the rig: {error!r}") from error
        return result

    @staticmethod
    def _guarded(action: Callable[[], Ending]) -> tuple[Ending | None, Exception | None]:
        try:
            return action(), None
        except Exception as error:
            return None, error

    def _last_off(self, why: str) -> OffReport:
        """Where the way off itself failed: the caller's thread may act only while no worker owns the links."""
        off = unconfirmed(self._bench, why) if self._bench.workers else off_without_workers(self._bench, why)
        self._recorder.put(off.line(round(self._bench.clock.now(), 6)))
        return off

    def _write_head(self) -> None:
        self._file.append(make_head(self._request, self._bench, self._wiring, self._folder.name))
        for line in declare_lines(self._request.program):
            self._file.append(line)
        self._file.sync()

    def _until_off(self) -> Ending:
        """Prove, scan, and switch off on every way out of the scan."""
        bench, clock = self._bench, self._bench.clock
        program = self._request.program
        prove_ready(bench, energises=bool(program.energises), note=self._note_readback)
        recorder = clock.spawn("recorder", self._recorder.run)
        self._start = float(int(clock.now()) + 1)
        bench.start(self._periods, self._start)
        self._scanning = wall_seconds()
        try:
            return self._scan_then_off()
        finally:
            self._recorder.stop()
            self._writing = not recorder.join(RECORDER_END_S)

    def _scan_then_off(self) -> Ending:
        ending = Ending("error", "the scan ended without a reason")
        try:
            ending = self._scan.run(self._start, self._request.program.sampling.scan_s, self._watcher)
        finally:
            self._lane.image.latch()
            request_off(self._bench)
            self._off = await_off(self._bench, ending.kind, self._scan.went_off, self._look)
            self._recorder.put(self._off.line(self._lane.now))
            self._scanned_s = wall_seconds() - self._scanning
        return ending

    def _look(self) -> None:
        self._scan.take(self._bench.clock.now())
        self._scan.record()

    def _note_readback(self, output: str, value: float | str | bool) -> None:
        self._recorder.put(lines.readback(round(self._bench.clock.now(), 6), output, value))

    def state(self) -> dict[str, Any]:
        """What the control socket tells of this run."""
        return {
            "run": str(self._folder.resolve()),
            "step": self._lane.step,
            "t": self._lane.now,
            "off": None if self._off is None else self._off.confirmed,
        }

    def _finish_recording(self) -> None:
        """Everything that was queued into the file; from here on the file is this thread's.

        Raises:
            RecordError: the recorder still writes on its own thread.
        """
        if self._writing:
            raise RecordError(
                f"{self._file.path}: the disk is so slow that the recorder still writes; not sealed"
            )
        self._recorder.drain_now()

    def _close_record(self, ending: Ending, off: OffReport) -> RunResult:
        """Judge from what is in the file, write the verdicts into it, seal it."""
        now = round(self._bench.clock.now(), 6)
        judgement, digest, trouble = None, None, None
        try:
            self._finish_recording()
            if self._recorder.failed is not None:
                ending = Ending("record", self._recorder.failed)
            self._file.append(lines.outcome(now, ending.recorded, ending.detail))
            self._file.flush()
            judgement = judge(read_run(self._folder).lines())
            for line in verdict_lines(judgement):
                self._file.append(line)
            digest = self._file.seal(now)
            Ledger(self._request.out).enter(self._folder.name, digest, lines=self._file.lines, sealed=True)
        except RecordError as error:
            trouble = str(error)
        return RunResult(
            folder=self._folder,
            ending=ending,
            off=off,
            judgement=judgement,
            hash=digest,
            simulated=self._bench.simulated,
            duration_s=max(0.0, now - self._start),
            scan_wall_s=self._scanned_s,
            wall_s=wall_seconds() - self._began,
            trouble=trouble,
        )
