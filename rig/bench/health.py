"""How each part of an open bench is: who it is, what it complains of, how fast it answers, what it can be set to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING, Any

from rig.bench.belt_station import BeltStation
from rig.bench.bench import Bench
from rig.bench.description import BenchDescription, Calibration, InstrumentEntry, SlotEntry
from rig.bench.scanner_station import ScannerStation, is_connected
from rig.bench.stations import Station, never_raising
from rig.bench.supply_station import SupplyStation
from rig.clock import Clock

if TYPE_CHECKING:
    from dut_drivers.protocols import BeltIdentity

COVERED_DEGC = (20.0, 45.0)
"""What a heating test goes through: from the ambient to above the limit."""

EXCHANGES = 20
PACE_S = 0.02
"""Between two exchanges: a belt may be polled 50 times a second."""


class State(StrEnum):
    """What a finding means for the bench."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"
    CALIBRATION = "calibration"
    LATCHED = "latched"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        part: of the bench: an instrument, a device, a slot, the bench itself.
        what: was looked at.
        state: what it means.
        words: what was found, for people.
        data: the same in numbers, the unit in each name.
    """

    part: str
    what: str
    state: State
    words: str
    data: dict[str, Any] = field(default_factory=dict)


Looked = tuple[State, str, dict[str, Any]]


def unanswered(source: str, trouble: str) -> Finding:
    """A part that does not answer, or is somebody else."""
    return Finding(source, "identity", State.WRONG, trouble)


def examine_instrument(bench: Bench, entry: InstrumentEntry, *, self_test: bool) -> Iterator[Finding]:
    """Everything about an instrument that has answered; its outputs are switched off on the way.

    Args:
        bench: the open bench, workers not started.
        entry: the instrument.
        self_test: whether it tests itself, which may take seconds.
    """
    who = next(item.identity for item in bench.identified if item.entry is entry)
    words = f"{who.maker} {who.model}, serial {who.serial}, firmware {who.firmware}"
    yield Finding(
        entry.name, "identity", State.OK, words, {"resource": entry.resource, "simulated": who.simulated}
    )
    station = _station(bench, entry.name)
    driver = _driver(station)
    if self_test:
        yield _attempt(entry.name, "self-test", lambda: _self_test(station))
    yield _attempt(entry.name, "exchange", lambda: _timed(bench.clock, driver.identify))
    if isinstance(station, SupplyStation):
        yield _attempt(entry.name, "protections", lambda: _protections(bench, entry, station))
    if isinstance(station, ScannerStation):
        yield _attempt(entry.name, "probes", lambda: _probes(station))
    yield _attempt(entry.name, "error queue", lambda: _errors(driver))


def examine_device(bench: Bench, slot: SlotEntry, source: str) -> Iterator[Finding]:
    """Everything about a device that has answered."""
    who: BeltIdentity = bench.devices[slot.name]
    words = f"{who.model}, serial {who.serial}, firmware {who.firmware}, last started by {who.reset_cause}"
    same = who.model.casefold() == slot.device.casefold()
    state = State.OK if same else State.NOTE
    data = {"link": slot.link, "simulated": who.simulated, "reset_cause": who.reset_cause}
    yield Finding(source, "identity", state, words, data)
    driver = _driver(_station(bench, source))
    yield _attempt(source, "poll", lambda: _timed(bench.clock, driver.poll))


def examine_calibration(description: BenchDescription, entry: InstrumentEntry, today: date) -> Finding:
    """Whether an instrument is in calibration on a day."""
    return Finding(entry.name, "calibration", *_certified(description, entry.calibration, today))


def examine_corrections(description: BenchDescription, slot: SlotEntry, today: date) -> Iterator[Finding]:
    """Whether the corrections of a slot's wires hold on a day, and where.

    A table that does not cover what a heating test goes through is worth a note: what goes beyond it is INVALID.
    """
    for entry in description.corrections:
        probes = [probe.signal for probe in slot.probes if probe.correction == entry.name]
        if not probes:
            continue
        state, words, data = _certified(description, entry.calibration, today)
        low, high = entry.points[0][0] - entry.held_k, entry.points[-1][0] + entry.held_k
        words = f"{', '.join(probes)}: {low:g} to {high:g} degC, {words}"
        if low > COVERED_DEGC[0] or high < COVERED_DEGC[1]:
            least, most = COVERED_DEGC
            words += f"; it does not cover {least:g} to {most:g} degC, and what is beyond it is INVALID"
            state = State.NOTE if state is State.OK else state
        data |= {"probes": probes, "low_degc": low, "high_degc": high}
        yield Finding(slot.name, f"correction {entry.name}", state, words, data)


def _certified(description: BenchDescription, calibration: Calibration | None, today: date) -> Looked:
    """Whether a certificate holds on a day."""
    if calibration is None:
        words = f"no certificate in {description.file}: results are INVALID; add calibration:"
        return State.CALIBRATION, words, {}
    left = (date.fromisoformat(calibration.due) - today).days
    data = {"date": calibration.date, "due": calibration.due, "days_left": left}
    if left >= 0:
        words = f"{calibration.certificate} of {calibration.date}, due {calibration.due}, {left} days left"
        return State.OK, words, data
    words = f"{calibration.certificate} was due {calibration.due}, {-left} days ago: results are INVALID"
    return State.CALIBRATION, words, data


def _station(bench: Bench, source: str) -> Station:
    return next(station for station in bench.stations if station.source == source)


def _driver(station: Station) -> Any:
    assert isinstance(station, (SupplyStation, ScannerStation, BeltStation)), "these are all that there are"
    return station.driver


def _attempt(part: str, what: str, look: Callable[[], Looked]) -> Finding:
    looked: list[Looked] = []
    trouble = never_raising(lambda: looked.append(look()))
    return (
        Finding(part, what, State.WRONG, trouble) if trouble is not None else Finding(part, what, *looked[0])
    )


def _self_test(station: Station) -> Looked:
    """What a self-test switches on the way differs by make, so the outputs are off, and prepared anew after it."""
    from instruments.protocols import HasSelfTest

    driver = _driver(station)
    if not isinstance(driver, HasSelfTest):
        return State.NOTE, "its driver has none", {}
    if isinstance(station, SupplyStation):
        station.prepare()
    code = driver.self_test()
    passed = code == 0
    return State.OK if passed else State.WRONG, "passed" if passed else f"*TST? gave {code}", {"code": code}


def _timed(clock: Clock, exchange: Callable[[], object]) -> Looked:
    taken = []
    for _ in range(EXCHANGES):
        start = clock.now()
        exchange()
        taken.append(1e3 * (clock.now() - start))
        clock.sleep(PACE_S)
    least, middle, most = min(taken), median(taken), max(taken)
    words = f"{least:.1f} / {middle:.1f} / {most:.1f} ms (min / median / max of {EXCHANGES})"
    data = {"min_ms": round(least, 3), "median_ms": round(middle, 3), "max_ms": round(most, 3)}
    return State.OK, words, data


def _errors(driver: Any) -> Looked:
    errors: list[tuple[int, str]] = driver.drain_errors()
    words = "; ".join(f"{code} {text}" for code, text in errors)
    return State.NOTE if errors else State.OK, words or "empty", {"errors": [list(error) for error in errors]}


def _protections(bench: Bench, entry: InstrumentEntry, station: SupplyStation) -> Looked:
    station.prepare()
    heaters = [h for slot in bench.description.slots for h in slot.heaters if h.supply == entry.name]
    volts = {f"output {heater.output}": heater.over_voltage_volts for heater in heaters}
    levels = ", ".join(f"{output} {level:g} V" for output, level in volts.items())
    watchdog = "with" if station.has_watchdog else "without"
    words = f"over-voltage {levels}; over-current and sense; read back; {watchdog} a communication watchdog"
    return State.OK, words, {"over_voltage_volts": volts, "watchdog": station.has_watchdog}


def _probes(station: ScannerStation) -> Looked:
    ohms = station.probe_ohms()
    sound = {channel: value for channel, value in ohms.items() if is_connected(value)}
    data = {"ohms": {str(channel): value for channel, value in ohms.items()}}
    broken = [str(channel) for channel in ohms if channel not in sound]
    if broken:
        return State.WRONG, f"open on channel {', '.join(broken)}: look for a broken wire", data
    most = max((float(value) for value in sound.values()), default=0.0)
    return State.OK, f"{len(sound)} connected, at most {most:.1f} ohm", data
