"""Checks before power: who is on the bench, protections read back, relays at rest, probes connected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from rig.bench.bench import Bench
from rig.bench.description import ProbeEntry, SlotEntry
from rig.bench.scanner_station import OPEN_PROBE_OHMS, is_connected
from rig.bench.stations import as_bench_errors
from rig.safety.errors import RefusedError
from rig.safety.guardian.watch import PROOF_S
from rig.safety.live import Declared, reasons_against_heating
from rig.safety.proof import Proof, prove_off
from rig.safety.proof_watch import ProofWatch
from rig.safety.rehearsal import rehearse
from rig.safety.session import BenchSession
from rig.safety.stop import StopBox

Readback = Callable[[str, str, float | str | bool], None]


def prove_ready(
    bench: Bench, session: BenchSession, stop: StopBox, *, energises: bool, note: Readback
) -> list[Proof]:
    """Program what protects without a computer, prove that off works, and refuse power where anything is amiss.

    Args:
        bench: the open bench, workers not started yet.
        session: what holds for every plan of the session.
        stop: looked at between any two settings.
        energises: whether the plan of any lane can switch a heater on.
        note: takes what was read back, by slot and name, for the record.

    Returns:
        The proofs that were made now; none where nothing can be energised or all was proven in this session.

    Raises:
        RefusedError: with every reason.
        BenchError: an instrument did not answer, or did not take its protection.
        StopRequested: somebody asked to stop; what was on at 1 V has been switched off.
    """
    reasons = [*_wrong_identities(bench), *_wrong_devices(bench, session.declared)]
    if energises:
        today = (bench.clock.anchor + timedelta(seconds=bench.clock.now())).date()
        reasons += reasons_against_heating(
            bench, session.declared, guarded=session.guardian is not None, today=today
        )
    if reasons:
        _refuse(bench, reasons)
    stop.require_none()
    _protect_outputs(bench, note)
    stop.require_none()
    _rest_relays(bench, note)
    stop.require_none()
    reasons = [*_open_probes(bench, note)]
    if reasons:
        _refuse(bench, reasons)
    for station in bench.scanners:
        station.prepare(bench.description.instrument(station.source).options)
    stop.require_none()
    return _prove_off(bench, session, stop) if energises else []


def _prove_off(bench: Bench, session: BenchSession, stop: StopBox) -> list[Proof]:
    unproven = tuple(slot.name for slot in bench.slots if slot.name not in session.proven)
    if session.guardian is not None and unproven:
        answer = session.guardian.await_answer(session.guardian.arm(PROOF_S))
        if not answer.done:
            _refuse(bench, [f"the guardian does not watch: {answer.words}"])
    with ProofWatch(session.guardian if unproven else None, unproven, stop) as look:
        proofs = prove_off(bench, unproven, look)
    session.proven.update(unproven)
    if session.guardian is not None:
        unrehearsed = [slot.name for slot in bench.slots if slot.name not in session.rehearsed]
        proofs += rehearse(bench, unrehearsed, session.guardian, stop) if unrehearsed else []
        session.rehearsed.update(unrehearsed)
    return proofs


def _refuse(bench: Bench, reasons: list[str]) -> None:
    raise RefusedError(
        f"power is refused on the bench {bench.description.name!r} ({bench.description.file}):\n  "
        + "\n  ".join(reasons)
        + "\nnothing was switched on"
    )


def _wrong_identities(bench: Bench) -> Iterator[str]:
    for item in bench.identified:
        if item.identity.model.casefold() != item.entry.model.casefold():
            yield (
                f"{item.entry.name} at {item.entry.resource} says it is a {item.identity.maker} "
                f"{item.identity.model}, the bench file says {item.entry.model}; correct one of them"
            )
        if item.entry.serial is not None and item.identity.serial != item.entry.serial:
            yield (
                f"{item.entry.name} at {item.entry.resource} says it is serial number {item.identity.serial}, the "
                f"bench file says {item.entry.serial}; its calibration is another's: correct the file or the cable"
            )
    if bench.mixed:
        yield "real and simulated parts on one bench: a real output must not be judged by simulated probes"


def _wrong_devices(bench: Bench, declared: Declared) -> Iterator[str]:
    for slot, label in declared.serials.items():
        found = bench.devices[slot].serial
        if found != label:
            yield (
                f"the device in slot {slot} reports serial number {found}, its label was read as {label}; "
                f"look which device is on the bench, and read its label again"
            )


def _protect_outputs(bench: Bench, note: Readback) -> None:
    for station in bench.supplies:
        station.prepare()
    for slot in bench.slots:
        for heater in slot.heaters:
            note(slot.name, f"supply.{heater.name}.over_voltage", heater.over_voltage_volts)
            note(slot.name, f"supply.{heater.name}.over_current_protection", True)
            note(slot.name, f"supply.{heater.name}.remote_sense", heater.remote_sense)


def _rest_relays(bench: Bench, note: Readback) -> None:
    """Whatever a run before this one left closed. The supplies are off by now, so that no lead comes back live."""
    for station in bench.scanners:
        with as_bench_errors(station.source):
            rested = station.relays.prepare()
        for slot, outputs in rested.items():
            for output in outputs:
                note(slot, output, False)


def _open_probes(bench: Bench, note: Readback) -> Iterator[str]:
    for station in bench.scanners:
        ohms = station.probe_ohms()
        for slot in bench.slots:
            for probe in slot.probes:
                if probe.scanner == station.source:
                    value = ohms[probe.channel]
                    note(slot.name, f"{probe.signal}.resistance", value)
                    if not is_connected(value):
                        yield _open_probe(slot, probe, value)


def _open_probe(slot: SlotEntry, probe: ProbeEntry, value: float | str) -> str:
    return (
        f"probe {probe.signal} on channel {probe.channel} of {probe.scanner}, in slot {slot.name}, reads "
        f"{value} ohm, which is no thermocouple (below {OPEN_PROBE_OHMS:g} ohm); look for an open wire"
    )
