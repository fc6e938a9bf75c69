"""The life of a run: open, record, prove, scan, switch off, judge, seal. Every way out passes the safe state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, final

from rig.bench.bench import Bench
from rig.bench.opening import open_bench, periods
from rig.bench.ports import Ports
from rig.bench.wiring import wire
from rig.checks.judge import Judgement
from rig.clock import wall_seconds
from rig.engine.control import ControlServer
from rig.engine.desk import Asker, Desk
from rig.engine.ending import Ending
from rig.engine.guarding import Guarding
from rig.engine.head import RunRequest
from rig.engine.lane import Lane
from rig.engine.lane_record import LaneRecord, Sealed
from rig.engine.lane_scan import LaneScan
from rig.engine.scan import Scan, Watcher
from rig.errors import BenchError, RigError
from rig.plan.program import Program
from rig.safety.before_power import prove_ready
from rig.safety.errors import RefusedError
from rig.safety.interlocks import InterlockSet
from rig.safety.latching import Latching
from rig.safety.off_now import switch_everything_off
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox, StopRequested
from rig.safety.switch_off import LaneOff, OffReport, off_without_workers
from rig.signals.derive import Derivation

LET_GO_S = 0.5
"""How long links are waited for that the guardian needs: whose workers still move have seen their outputs off."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What the run of a lane came to.

    Attributes:
        lane: its slot.
        folder: where its run file is.
        ending: why the scan ended.
        off: whether every output was seen to be off.
        judgement: None where the record could not be judged.
        hash: of the sealed file, None if it could not be sealed.
        duration_s: bench time from first scan to off. scan_wall_s: real time of the same. wall_s: real time of
            the whole run, with the proof before power, the judgement and the seal.
        guardian: what it said of outputs that were handed over to it, None if it stood down or there is none.
    """

    lane: str
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
    guardian: str | None = None


def execute(
    request: RunRequest,
    ports: Ports,
    stop: StopBox,
    watcher: Watcher | None = None,
    *,
    control: ControlServer | None = None,
    session: BenchSession | None = None,
    asker: Asker | None = None,
) -> list[RunResult]:
    """Run programs on a bench, one a lane, from opening to seal; a result for each, in their order.

    Whatever happens between opening and seal, the outputs are switched off and looked at before anything else.

    Raises:
        BenchError: the bench is latched, could not be opened, or power was refused; nothing was switched on.
        RecordError: a run file cannot be made.
        InputError: the bench is not the one that an interrupted run was begun on.
    """
    session = session or BenchSession()
    if session.latch is not None:
        session.latch.require_free()
    with open_bench(request.bench, request.slots, ports) as bench:
        life = _Life(request, bench, session, stop, watcher, asker=asker)
        if control is not None:
            control.state = life.state
            control.desks.lanes = life.desks
        try:
            return life.live()
        finally:
            if stop.request is not None:
                ports.pace.stopped(stop.request.who)


def _kind_of(error: Exception | None) -> str:
    match error:
        case RefusedError():
            return "refused"
        case BenchError():
            return "lost"
    return "error"


def _shared_sampling(programs: Sequence[Program]) -> dict[str, float]:
    """Sources are shared: each is read as often as the lane that wants it most often."""
    samplings = [program.sampling for program in programs]
    return {
        "supply": min(sampling.supply_s for sampling in samplings),
        "scanner": min(sampling.thermocouples_s for sampling in samplings),
        "belt": min(sampling.belt_s for sampling in samplings),
    }


@final
class _Life:
    def __init__(
        self,
        request: RunRequest,
        bench: Bench,
        session: BenchSession,
        stop: StopBox,
        watcher: Watcher | None,
        *,
        asker: Asker | None,
    ) -> None:
        self._request = request
        self._bench = bench
        self._session = session
        self._stop = stop
        self._watcher = watcher
        self._began = wall_seconds()
        sampling_s = _shared_sampling(request.programs)
        self._periods = periods(request.bench, sampling_s)
        self._scan_s = min(sampling_s.values())
        guardian = session.guardian.pid if session.guardian is not None else None
        self._wirings = {
            program.slot: wire(request.bench, request.bench.slot(program.slot), self._periods)
            for program in request.programs
        }
        if request.resume is not None:
            (wiring,) = self._wirings.values()
            request.resume.require_same_bench(bench, wiring, self._scan_s)
        self._records = {
            program.slot: LaneRecord(request, program, bench, guardian) for program in request.programs
        }
        self._latching = Latching(session.latch, bench.clock)
        self._lanes = [self._make_lane(program) for program in request.programs]
        self._guarding = Guarding(session.guardian)
        self._scan = Scan(bench, self._lanes, stop, self._guarding, asker)
        self._scanning = self._scanned_s = 0.0
        self._start = 0.0

    def _make_lane(self, program: Program) -> LaneScan:
        recorder = self._records[program.slot].recorder
        derivation = Derivation(self._wirings[program.slot])
        lane = Lane(program, derivation, recorder.put, self._bench.ports.inject)
        lane.desk = self._make_desk(program)
        interlocks = InterlockSet(program.interlocks, lane.derivation)
        latch = partial(self._latching.trip, program.slot, self._records[program.slot].folder)
        dictation = self._request.dictations.get(program.slot)
        return LaneScan(
            self._bench,
            lane,
            interlocks,
            recorder,
            period_s=self._scan_s,
            latch=latch,
            resume=self._request.resume,
            dictation=dictation,
        )

    def _make_desk(self, program: Program) -> Desk:
        slot = program.slot
        device = self._bench.devices.get(slot)
        answers = self._request.answers
        desk = Desk(answers.of(slot), answers.by, answers.folder)
        desk.serial = device.serial if device else None
        desk.folder = self._records[slot].folder
        desk.keep_prepared(program.questions)
        return desk

    def live(self) -> list[RunResult]:
        for slot, record in self._records.items():
            if self._watcher is not None:
                self._watcher.began(slot, record.folder)
        self._guarding.follow({slot: record.folder for slot, record in self._records.items()})
        for slot, record in self._records.items():
            record.write_head(self._wirings[slot], self._scan_s)
        error = self._attempt(self._until_off)
        for scan in self._lanes:
            if scan.off is None:
                kind = scan.ending.kind if scan.ending is not None else _kind_of(error)
                scan.off = self._last_off(self._records[scan.lane.slot], scan.lane.slot, kind)
        if not self._guarding.ended:
            self._end_guarding()
        # sealed before anything is waited for: the guardian ends an engine that handed over and lives on
        sealed = [self._seal(scan, error) for scan in self._lanes]
        self._latching.settle()
        if self._session.handed_over:
            self._bench.close()
        guardian = self._guarding.word(self._switch_off_anew)
        results = [self._result(*each, guardian) for each in zip(self._lanes, sealed, strict=True)]
        error = error or next((scan.error for scan in self._lanes if scan.error is not None), None)
        if isinstance(error, RigError):
            raise error
        if error is not None:
            folders = ", ".join(str(record.folder) for record in self._records.values())
            raise RigError(f"the run {folders} ended by a defect of the rig: {error!r}") from error
        return results

    @staticmethod
    def _attempt(action: Callable[[], None]) -> Exception | None:
        try:
            action()
        except Exception as error:
            return error
        return None

    def _until_off(self) -> None:
        """Prove, scan, and switch off on every way out of the scan."""
        bench, clock, records = self._bench, self._bench.clock, self._records
        try:
            self._prove()
        except StopRequested as asked:
            for scan in self._lanes:
                scan.ending = Ending(asked.request.ending, asked.request.who)
            return
        for record in records.values():
            record.note_declared(self._session.declared)
            record.begin()
        self._start = bench.ports.pace.starts_at(float(int(clock.now()) + 1))
        bench.start(self._periods, self._start)
        self._scanning = wall_seconds()
        try:
            self._scan_then_off()
        finally:
            for record in records.values():
                record.end()

    def _prove(self) -> None:
        """That what protects is programmed, and that off works, before anything is hot."""
        records = self._records
        proofs = prove_ready(
            self._bench,
            self._session,
            self._stop,
            energises=any(program.energises for program in self._request.programs),
            note=lambda slot, *what: records[slot].note_readback(*what),
        )
        for proof in proofs:
            records[proof.slot].note_proof(proof)

    def _scan_then_off(self) -> None:
        self._guarding.arm()
        try:
            self._scan.run(self._start, self._scan_s, self._watcher)
        except BaseException as error:
            self._put_out(Ending("error", repr(error)))
            raise
        finally:
            self._scanned_s = wall_seconds() - self._scanning
            self._end_guarding()

    def _end_guarding(self) -> None:
        """The guardian stands down once every output was seen off; what was not, it is handed."""
        unseen = [scan.lane.slot for scan in self._lanes if scan.off is None or not scan.off.confirmed]
        if not unseen:
            self._guarding.stand_down()
            return
        why = f"the engine has not seen the outputs of {', '.join(unseen)} off"
        self._session.handed_over = True
        self._guarding.hand_over(why, unseen, self._switch_off_anew)
        if self._guarding.watched:
            self._bench.let_go(LET_GO_S)

    def _switch_off_anew(self) -> bool:
        self._bench.let_go(LET_GO_S)
        try:
            offs = switch_everything_off(self._bench.description, self._bench.ports)
        except BenchError:
            return False
        return all(off.confirmed for off in offs)

    def _put_out(self, ending: Ending) -> None:
        try:
            self._scan.switch_all_off(ending)
        finally:
            self._scan.give_up()

    def _seal(self, scan: LaneScan, error: Exception | None) -> Sealed:
        record = self._records[scan.lane.slot]
        ending = scan.ending or Ending(_kind_of(error), str(error))
        return record.leave(ending) if self._goes_on_later(scan.off) else record.seal(ending)

    def _result(self, scan: LaneScan, sealed: Sealed, guardian: str | None) -> RunResult:
        slot = scan.lane.slot
        record = self._records[slot]
        off = scan.off
        assert off is not None, "every lane was looked at"
        return RunResult(
            lane=slot,
            folder=record.folder,
            ending=replace(sealed.ending, section=scan.section),
            off=off,
            judgement=sealed.judgement,
            hash=sealed.hash,
            simulated=self._request.is_simulated(self._bench),
            duration_s=max(0.0, scan.lane.now - self._start),
            scan_wall_s=self._scanned_s,
            wall_s=wall_seconds() - self._began,
            trouble=sealed.trouble or self._latching.trouble,
            guardian=None if off.confirmed and self._session.handed_over else guardian,
        )

    def _last_off(self, record: LaneRecord, slot: str, why: str) -> OffReport:
        """Where no scan saw to it: the caller's thread may act only while no worker owns the links."""
        bench = self._bench
        off = LaneOff(bench, slot, why).unseen() if bench.workers else off_without_workers(bench, slot, why)
        if not self._goes_on_later(off):
            record.note_off(off)
        if not off.confirmed:
            self._latching.trip(slot, record.folder, f"NOT CONFIRMED off after {why}")
        return off

    def _goes_on_later(self, off: OffReport | None) -> bool:
        """Whether a run that was to go on was refused before its first scan: nothing was on, and nothing is lost."""
        return self._request.resume is not None and self._start == 0.0 and off is not None and off.confirmed

    @property
    def desks(self) -> dict[str, Desk]:
        """By lane, where people answer and note."""
        return {scan.lane.slot: scan.lane.desk for scan in self._lanes}

    def state(self) -> dict[str, Any]:
        """What the control socket tells of this run, lane by lane."""
        return {"lanes": [{**self._records[scan.lane.slot].state(), **_state(scan)} for scan in self._lanes]}


def _state(scan: LaneScan) -> dict[str, Any]:
    off = None if scan.off is None else scan.off.confirmed
    asked = scan.lane.desk.asked
    asks = None if asked is None else asked.message()
    return {"step": scan.lane.step, "t": scan.lane.now, "off": off, "asks": asks}
