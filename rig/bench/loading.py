"""Bench files: YAML into a checked ``BenchDescription``. Reads the one file, opens nothing."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rig import shipped
from rig.bench import grammar
from rig.bench.addresses import Addresses, Known
from rig.bench.certified import read_calibration, read_components
from rig.bench.corrections import check_named, read_corrections, read_points
from rig.bench.data import known_defects, shipped_profile, surroundings_names
from rig.bench.description import (
    BenchDescription,
    IndependentCutoff,
    InstrumentEntry,
    OptionValue,
    ProbeEntry,
    SimulationEntry,
    SlotEntry,
    Thermocouples,
)
from rig.bench.drivers import DRIVERS
from rig.bench.feeding import Feeding
from rig.bench.relays import check_simulated, read_relays
from rig.bench.resources import example_like, is_resource
from rig.documents import Diagnostics, Document, did_you_mean, one_of, quoted, read_document
from rig.documents.dates import read_date
from rig.documents.fields import Part, Reader

if TYPE_CHECKING:
    from rig.documents import Scalar

CUTOFF_RANGE_DEGC = (43.0, 60.0)
"""Where an independent cut-off may stand: above the skin's 42 degC, below what burns in seconds [estimate]."""

PERFUSION_RANGE = (0.5, 8.0)
"""Perfusion relative to skin at rest that the phantom's model covers: 1 at rest, 4 vasodilated."""


SCANNER_DEFAULTS: Mapping[str, OptionValue] = {"nplc": 1.0, "line_hz": 50.0, "open_check": True}
"""Integration over one cycle of 50 Hz mains, open-thermocouple check on."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)
_SKIN = re.compile(r"skin\.([a-z][a-z0-9]*?)(\d+)", re.ASCII)
_OTHER_PLACES = ("ambient", "phantom", "case")


def load_bench(path: Path | str) -> BenchDescription:
    """The bench that a file describes.

    Raises:
        DiagnosticsError: the file cannot be read or holds mistakes; all of them, each with its place.
    """
    diagnostics = Diagnostics()
    document = read_document(Path(path), diagnostics)
    bench = None if document is None else describe_bench(document, diagnostics)
    diagnostics.raise_if_errors()
    assert bench is not None, "what cannot be described has errors"
    return bench


def describe_bench(document: Document, diagnostics: Diagnostics) -> BenchDescription | None:
    """The bench of a document that has been read; None after reporting if it holds mistakes."""
    before = diagnostics.error_count
    reader = Reader(document, "bench", diagnostics)
    description = _Describer(reader).describe(grammar.read_bench(document, reader), document)
    return None if document.has_duplicates or diagnostics.error_count > before else description


class _Describer:
    """Turns a model into a description and reports what does not fit together."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._addresses = Addresses(reader)
        self._feeding = Feeding(reader, self._addresses)

    def describe(self, model: grammar.BenchModel, document: Document) -> BenchDescription | None:
        """The description, None if a part is absent; every part that is there is checked."""
        instruments = tuple(self._instrument(name, entry) for name, entry in model.instruments.items())
        thermocouples = None if model.thermocouples is None else self._thermocouples(model.thermocouples)
        for name in model.corrections:
            self._check_name(name, "a correction")
        budget = None if thermocouples is None else thermocouples.budget
        corrections = read_corrections(model.corrections, budget, self._reader)
        slots = tuple(self._slot(name, slot) for name, slot in (model.slots or {}).items())
        wires = [probe.correction for slot in (model.slots or {}).values() for probe in slot.probes.values()]
        check_named(wires, model.corrections, self._reader)
        self._feeding.check_alone()
        names = [slot.name for slot in slots]
        for name in model.relays:
            self._check_name(name, "a relay")
        relays = read_relays(model.relays, names, self._addresses, self._reader)
        if model.slots == {} and not self._reader.lost:
            self._reader.error("no-slot", model.span, "the bench has no slot", "add a slot for a device")
        simulation = None if model.simulation is None else self._simulation(model.simulation, slots)
        if model.bench is None or thermocouples is None:
            return None
        bench = BenchDescription(
            model.bench.text,
            document.file,
            document.text,
            instruments,
            slots,
            thermocouples,
            simulation,
            None if model.interlocks is None else Part(document, model.interlocks),
            relays,
            corrections,
        )
        check_simulated(model.relays, bench, self._reader)
        return bench

    def _instrument(self, name: Scalar, entry: grammar.InstrumentModel) -> InstrumentEntry:
        self._check_name(name, "an instrument")
        driver = DRIVERS.get(entry.driver.text)
        role = "" if driver is None else driver.role
        if driver is None:
            message = f"unknown driver {quoted(entry.driver.text)}"
            self._reader.error(
                "unknown-driver", entry.driver.span, message, did_you_mean(entry.driver.text, DRIVERS)
            )
        elif entry.model.text not in driver.models:
            message = f"{entry.driver.text} does not drive {quoted(entry.model.text)}"
            remedy = did_you_mean(entry.model.text, driver.models)
            self._reader.error("unknown-model", entry.model.span, message, remedy)
        outputs = 0 if driver is None else driver.outputs
        self._addresses.add(name.text, Known(role, entry.model.text, outputs))
        self._check_resource(entry.resource)
        options = dict(SCANNER_DEFAULTS) if role == "scanner" else {}
        if entry.options is not None:
            options.update(self._options(entry.options, role))
        calibration = read_calibration(name, entry.calibration, self._reader)
        return InstrumentEntry(
            name=name.text,
            role=role,
            driver=entry.driver.text,
            model=entry.model.text,
            resource=entry.resource.text,
            options=options,
            calibration=calibration,
            serial=None if entry.serial is None else entry.serial.text,
        )

    def _options(self, model: grammar.OptionsModel, role: str) -> dict[str, OptionValue]:
        if role == "supply":
            self._reader.error("option", model.span, "a supply has no such options", "remove them")
        options: dict[str, OptionValue] = {}
        if model.nplc is not None:
            options["nplc"] = model.nplc.value
        if model.line is not None:
            if model.line.value not in (50.0, 60.0):
                message = f"{quoted(model.line.text)} is no mains frequency"
                self._reader.error("option", model.line.span, message, "write 50 Hz or 60 Hz")
            options["line_hz"] = model.line.value
        if model.open_check is not None:
            options["open_check"] = model.open_check.value
        return options

    def _check_resource(self, resource: Scalar) -> None:
        if not is_resource(resource.text):
            message = f"{quoted(resource.text)} is no VISA resource"
            self._reader.error(
                "resource", resource.span, message, f"write e.g. {example_like(resource.text)}"
            )
        self._addresses.claim("resource " + resource.text, resource)

    def _cutoff(self, model: grammar.CutoffModel | None) -> IndependentCutoff | None:
        if model is None:
            return None
        low, high = CUTOFF_RANGE_DEGC
        degc = model.trips_at.value
        if not low <= degc <= high:
            message = f"a cut-off at {quoted(model.trips_at.text)} protects no skin, or opens in every test"
            remedy = f"write {low:g} to {high:g} degC"
            self._reader.error("independent-cutoff", model.trips_at.span, message, remedy)
        read_date(model.proven, self._reader, "independent-cutoff")
        return IndependentCutoff(model.kind.text, degc, model.place.text, model.proven.text, model.by.text)

    def _thermocouples(self, model: grammar.ThermocouplesModel) -> Thermocouples:
        channel = None
        if model.method.text == "volts" and model.junction is None:
            message = "method volts needs the channel of the reference junction"
            self._reader.error("junction", model.method.span, message, 'add "junction: scanner/101"')
        elif model.method.text == "function" and model.junction is not None:
            message = "the scanner's own function uses its internal junction"
            self._reader.error(
                "junction", model.junction.span, message, 'remove it, or write "method: volts"'
            )
        elif model.junction is not None:
            _, channel = self._addresses.channel(model.junction)
        budget = read_components(model.budget, self._reader)
        return Thermocouples(model.type.text, model.method.text, channel, model.budget.name.text, budget)

    def _slot(self, name: Scalar, model: grammar.SlotModel) -> SlotEntry:
        self._check_name(name, "a slot")
        devices, profile = shipped.device_names(), None
        if model.device.text not in devices:
            message = f"unknown device {quoted(model.device.text)}"
            self._reader.error(
                "unknown-device", model.device.span, message, did_you_mean(model.device.text, devices)
            )
        else:
            profile = shipped_profile(model.device.text)
        self._addresses.claim("link " + model.link.text, model.link)
        for key in model.heaters:
            self._check_name(key, "a heater")
        heaters = self._feeding.heaters(model.heaters, profile)
        names = tuple(heater.name for heater in heaters)
        probes = tuple(self._probe(key, probe, names) for key, probe in model.probes.items())
        ordered = tuple(sorted(probes, key=lambda probe: (probe.scanner, probe.channel)))
        cutoff = self._cutoff(model.independent_cutoff)
        return SlotEntry(name.text, model.device.text, model.link.text, heaters, ordered, cutoff)

    def _probe(self, name: Scalar, model: grammar.ProbeModel, heaters: tuple[str, ...]) -> ProbeEntry:
        place, heater = self._place(name, heaters)
        scanner, channel = self._addresses.channel(model.channel)
        site = model.site.text if heater is None else f"unit {heater}, {model.site.text}"
        correction = None if model.correction is None else model.correction.text
        return ProbeEntry(name.text, scanner, channel, place, site, heater, correction)

    def _place(self, name: Scalar, heaters: tuple[str, ...]) -> tuple[str, str | None]:
        if name.text in _OTHER_PLACES:
            return name.text, None
        match = _SKIN.fullmatch(name.text)
        if match is None:
            remedy = "write skin.a1 (heater a, site 1), ambient, phantom or case"
            self._reader.error("probe", name.span, f"{quoted(name.text)} is no place for a probe", remedy)
            return "skin", None
        if match[1] not in heaters and match[1] not in self._reader.lost:
            message = f"{quoted(name.text)} is on heater {match[1]}, which the slot lacks"
            self._reader.error("probe", name.span, message, one_of(heaters))
        return "skin", match[1]

    def _check_name(self, name: Scalar, what: str) -> None:
        if not _NAME.fullmatch(name.text):
            message = f"{quoted(name.text)} cannot name {what}"
            self._reader.error("name", name.span, message, "use a-z, 0-9, - and _, a letter first")

    def _simulation(self, model: grammar.SimulationModel, slots: Sequence[SlotEntry]) -> SimulationEntry:
        low, high = PERFUSION_RANGE
        if not low <= model.perfusion.value <= high:
            message = f"perfusion {model.perfusion.text} is outside of the model"
            self._reader.error(
                "out-of-range", model.perfusion.span, message, f"write a number from {low:g} to {high:g}"
            )
        known = known_defects([slot.name for slot in slots]) if model.defects else ()
        for defect in model.defects:
            if defect.text not in known:
                message = f"unknown defect {quoted(defect.text)}"
                self._reader.error("unknown-defect", defect.span, message, did_you_mean(defect.text, known))
        around = model.surroundings
        if around is not None and around.text not in surroundings_names():
            message = f"unknown surroundings {quoted(around.text)}"
            remedy = did_you_mean(around.text, surroundings_names())
            self._reader.error("unknown-surroundings", around.span, message, remedy)
        return SimulationEntry(
            ambient_degc=model.ambient.value,
            perfusion=model.perfusion.value,
            tolerances=model.tolerances.text,
            defects=tuple(defect.text for defect in model.defects),
            surroundings=None if around is None else around.text,
            wire_errors=self._wire_errors(model, slots),
        )

    def _wire_errors(
        self, model: grammar.SimulationModel, slots: Sequence[SlotEntry]
    ) -> dict[str, tuple[tuple[float, float], ...]]:
        """Tables by probe; a key may be a pattern, such as skin.*."""
        probes = sorted({probe.signal for slot in slots for probe in slot.probes})
        errors: dict[str, tuple[tuple[float, float], ...]] = {}
        for pattern, points in (model.wire_errors or {}).items():
            meant = fnmatch.filter(probes, pattern.text)
            if not meant and not self._reader.lost:
                message = f"{quoted(pattern.text)} is no probe of the bench"
                self._reader.error("unknown-probe", pattern.span, message, did_you_mean(pattern.text, probes))
            errors |= dict.fromkeys(meant, read_points(pattern, points, self._reader))
        return errors
