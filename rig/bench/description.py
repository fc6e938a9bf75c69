"""A bench file, read and checked: what is on the bench and what is wired to what. No I/O, no driver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rig.documents.fields import Part

OptionValue = str | float | bool

RELAY = "relay."
"""What the outputs of relays begin with in a lane's image; they heat nothing."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A calibration certificate; dates are ISO 8601 (YYYY-MM-DD)."""

    certificate: str
    date: str
    due: str


@dataclass(frozen=True, slots=True)
class InstrumentEntry:
    """An instrument: driver is a name in the registry, resource a VISA resource, role 'supply' or 'scanner'.

    serial: the serial number that must answer there, None if any unit of the model may.
    """

    name: str
    role: str
    driver: str
    model: str
    resource: str
    options: Mapping[str, OptionValue]
    calibration: Calibration | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class HeaterEntry:
    """One heater of the device and the supply output that feeds it.

    lead_ohms: resistance of the loop, both conductors; it carries the currents of all heaters on the output.
    sharing: how many heaters the output feeds in parallel, this one included.
    """

    name: str
    supply: str
    output: int
    lead_ohms: float
    remote_sense: bool
    over_voltage_volts: float
    sharing: int = 1


@dataclass(frozen=True, slots=True)
class ProbeEntry:
    """A thermocouple: signal is its lane signal (``skin.a1``, ``ambient``), heater the unit it sits on, if any.

    place: 'skin', 'ambient', 'phantom' or 'case'. site: words for people, 'unit a, centre'. correction: the name of
    that of its wire, None for a wire that is used as it is.
    """

    signal: str
    scanner: str
    channel: int
    place: str
    site: str
    heater: str | None = None
    correction: str | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """One line of an uncertainty budget.

    half_width_k with distribution 'rectangular', or standard_k with 'normal', both in kelvin at 42 °C.
    common: the error is shared by all channels and cancels in differences. dof: degrees of freedom, inf if None.
    correlation: how far any two channels share an error that is not common, 0 … 1. averages_out: whether a mean over
    channels makes it smaller.
    """

    name: str
    standard_k: float
    distribution: str
    common: bool
    dof: float | None = None
    correlation: float = 0.0
    averages_out: bool = True

    @property
    def shared(self) -> float:
        """The correlation coefficient between two channels, 1 for what is common to them."""
        return 1.0 if self.common else self.correlation


@dataclass(frozen=True, slots=True)
class CorrectionEntry:
    """What a calibration of wires found: by how much their readings are corrected, and how certain that is.

    points: reading in °C and correction in K (true = reading + correction), by rising reading. held_k: how far beyond
    its outermost points it still holds. standard_k: its standard uncertainty. in_place_of: the component of the budget
    that it takes the place of, None if it stands beside them all. calibration: None if nobody certified it.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    held_k: float
    standard_k: float
    in_place_of: str | None
    calibration: Calibration | None


@dataclass(frozen=True, slots=True)
class Thermocouples:
    """How temperatures are measured: wire type (T), method 'volts' or 'function', and the channel's budget.

    junction_channel: scanner channel of the reference block's thermistor, for method 'volts'.
    """

    type: str
    method: str
    junction_channel: int | None
    budget_name: str
    budget: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class IndependentCutoff:
    """What opens the heater's lead at a temperature without rig, supply or device: never what is inside the device.

    kind: 'thermostat', 'thermal fuse' or 'relay'. trips_at_degc: where it opens. place: in which lead and on what
    it sits, in words. proven: ISO 8601 date of its last proof (YYYY-MM-DD), by whom.
    """

    kind: str
    trips_at_degc: float
    place: str
    proven: str
    by: str


@dataclass(frozen=True, slots=True)
class SlotEntry:
    """A place for one device: link is a pyserial URL or port, heaters by name, probes in channel order."""

    name: str
    device: str
    link: str
    heaters: tuple[HeaterEntry, ...]
    probes: tuple[ProbeEntry, ...]
    cutoff: IndependentCutoff | None = None


@dataclass(frozen=True, slots=True)
class RelayEntry:
    """A relay that makes a fault on a bench, at rest when it is open.

    scanner: the instrument that holds it. slot: whose lane owns it. about: what it does, in words.
    closing, opening: on a simulated bench, the faults that befall it then, by the names of the slot; '' for none.
    """

    name: str
    scanner: str
    channel: int
    slot: str
    about: str
    closing: str = ""
    opening: str = ""

    @property
    def output(self) -> str:
        """Its name in the lane's image."""
        return RELAY + self.name


@dataclass(frozen=True, slots=True)
class SimulationEntry:
    """The world behind a simulated bench.

    tolerances: 'drawn' from the seed or 'nominal'. defects: names in the device's defect table.
    perfusion: φ, 1 (rest) to 4 (vasodilated). surroundings: a name in the table of surroundings, None for a back.
    wire_errors: by probe, of every slot: what its wire reads too much, in K, at true temperatures in °C.
    """

    ambient_degc: float
    perfusion: float
    tolerances: str
    defects: tuple[str, ...]
    surroundings: str | None = None
    wire_errors: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BenchDescription:
    """A whole bench file. simulation is None for a bench of real (or served) instruments.

    interlocks: those that hold for every slot and plan, as they were written: `rig/plan` reads them with each plan.
    """

    name: str
    file: str
    text: str
    instruments: tuple[InstrumentEntry, ...]
    slots: tuple[SlotEntry, ...]
    thermocouples: Thermocouples
    simulation: SimulationEntry | None
    interlocks: Part | None = field(default=None, compare=False, repr=False)
    relays: tuple[RelayEntry, ...] = ()
    corrections: tuple[CorrectionEntry, ...] = ()

    def instrument(self, name: str) -> InstrumentEntry:
        """The instrument of that name.

        Raises:
            KeyError: the bench has none of that name.
        """
        for entry in self.instruments:
            if entry.name == name:
                return entry
        raise KeyError(name)

    def correction(self, name: str) -> CorrectionEntry:
        """The correction of that name.

        Raises:
            KeyError: the bench has none of that name.
        """
        for entry in self.corrections:
            if entry.name == name:
                return entry
        raise KeyError(name)

    def relays_of(self, slot: str) -> tuple[RelayEntry, ...]:
        """The relays that the lane of a slot owns."""
        return tuple(relay for relay in self.relays if relay.slot == slot)

    def slot(self, name: str) -> SlotEntry:
        """The slot of that name.

        Raises:
            KeyError: the bench has none of that name.
        """
        for entry in self.slots:
            if entry.name == name:
                return entry
        raise KeyError(name)
