"""Thermocouples of a simulated bench: what the terminals see of the world, with the errors of the budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import inf, nan, sqrt
from statistics import NormalDist
from typing import final

from dut_drivers.simulated.belt_world import BeltWorld
from rig.bench.corrections import channel_budget
from rig.bench.description import BenchDescription, Component, ProbeEntry, SlotEntry
from rig.signals.correction import Correction
from rig.signals.thermocouple import TYPES, Thermocouple
from rig.simulation.noise import NoiseOf, NoiseStream, silent, uniform

BLOCK_ABOVE_AMBIENT_K = 1.0
PROBE_OHMS = 12.0
REPEATABILITY = "repeatability"
RESOLUTION = "resolution"


@final
class Block:
    """The isothermal block that all terminals of a scanner sit on."""

    __slots__ = ("_degc", "_emf_mv", "_true", "_wire")

    def __init__(self, true: Callable[[], float], wire: Thermocouple) -> None:
        self._true, self._wire = true, wire
        self._degc = self._emf_mv = nan

    def degc(self) -> float:
        """Its temperature in °C."""
        return self._true()

    def emf_mv(self) -> float:
        """What the wire gives between 0 °C and the block, in mV; it is the same for all probes of an instant."""
        degc = self._true()
        if degc != self._degc:
            self._degc, self._emf_mv = degc, self._wire.emf_mv(degc)
        return self._emf_mv


@final
class Probe:
    """One scanner input. Its error is drawn once, its repeatability at each reading.

    Attributes: what a fault or a careless hand can change.
        open: whether the wire is broken.
        reversed: whether the two wires are swapped at the terminals; it then reads as far below the block as it
            should read above it.
        drift_k: what its wire has come to read too much, in K.
        sits_on: tells the true temperature in °C of the spot that it sits on.
    """

    __slots__ = (
        "_block",
        "_channel",
        "_error_k",
        "_index",
        "_noise",
        "_noise_k",
        "_wire",
        "_wire_error",
        "drift_k",
        "open",
        "reversed",
        "sits_on",
    )

    def __init__(
        self,
        true: Callable[[], float],
        block: Block,
        wire: Thermocouple,
        *,
        error_k: float,
        noise_k: float,
        noise: NoiseOf,
        channel: str,
        wire_error: Correction | None = None,
    ) -> None:
        self.sits_on, self._block, self._wire = true, block, wire
        self._error_k, self._noise_k = error_k, noise_k
        self._noise, self._channel, self._index = noise, channel, 0
        self._wire_error = wire_error
        self.open = self.reversed = False
        self.drift_k = 0.0

    def degc(self) -> float:
        """What the scanner makes of the probe with its own thermocouple function, in °C."""
        return 2.0 * self._block.degc() - self._spot_degc() if self.reversed else self._spot_degc()

    def volts(self) -> float:
        """Voltage at the terminals, in V, against the reference block's temperature."""
        volts = (self._wire.emf_mv(self._spot_degc()) - self._block.emf_mv()) * 1e-3
        return -volts if self.reversed else volts

    def _spot_degc(self) -> float:
        """The spot's temperature with the probe's error and noise; each call is one reading."""
        self._index += 1
        degc = self.sits_on()
        # wires that touch at the terminals are not in the circuit, and neither is what is wrong with them
        if self.sits_on != self._block.degc:
            degc = (degc if self._wire_error is None else self._wire_error.corrected(degc)) + self.drift_k
        return degc + self._error_k + self._noise_k * self._noise(self._channel, self._index)

    def resistance_ohms(self) -> float:
        """Loop resistance of the wire; infinite when it is broken."""
        return inf if self.open else PROBE_OHMS


def block_of(bench: BenchDescription, world: BeltWorld) -> Block:
    """The block of a scanner that stands in the ambient of a world."""
    return Block(lambda: world.ambient_degc() + BLOCK_ABOVE_AMBIENT_K, TYPES[bench.thermocouples.type])


def make_probes(
    bench: BenchDescription,
    slot: SlotEntry,
    scanner: str,
    *,
    world: BeltWorld,
    block: Block,
    seed: int,
    nominal: bool,
) -> dict[int, Probe]:
    """The inputs of one scanner that a slot's probes hang on, by channel, with errors drawn from the bench's budget.

    A common component is one draw for all channels, an individual one a draw for each, one that is shared in part both.
    The budget's repeatability is noise; its resolution is the twin's own. Nominal benches have no errors but those that
    the simulation says its wires have.
    """
    wires = bench.thermocouples
    wire = TYPES[wires.type]
    draw = uniform(seed, f"{scanner}.errors")
    noise: NoiseOf = silent if nominal else NoiseStream(seed, f"{scanner}.probes")
    noise_k = sum(part.standard_k for part in wires.budget if part.name == REPEATABILITY)
    probes = {}
    for probe in slot.probes:
        if probe.scanner == scanner:
            correction = None if probe.correction is None else bench.correction(probe.correction)
            budget = channel_budget(wires.budget, correction)
            error = 0.0 if nominal else _error(budget, draw, f"{slot.name}/{probe.signal}")
            probes[probe.channel] = Probe(
                _true_of(probe, world),
                block,
                wire,
                error_k=error,
                noise_k=noise_k,
                noise=noise,
                channel=f"{slot.name}/{probe.signal}",
                wire_error=_wire_error(bench, probe),
            )
    if wires.junction_channel is not None:
        probes[wires.junction_channel] = Probe(
            block.degc, block, wire, error_k=0.0, noise_k=0.0, noise=silent, channel="junction"
        )
    return probes


def _wire_error(bench: BenchDescription, probe: ProbeEntry) -> Correction | None:
    points = {} if bench.simulation is None else bench.simulation.wire_errors
    return Correction("error", points[probe.signal]) if probe.signal in points else None


def _error(budget: tuple[Component, ...], draw: Callable[[str], float], signal: str) -> float:
    total = 0.0
    for part in budget:
        if part.name not in (REPEATABILITY, RESOLUTION):
            shared = _standardised(part.distribution, draw(part.name))
            own = _standardised(part.distribution, draw(f"{part.name}\x1f{signal}"))
            total += part.standard_k * (sqrt(part.shared) * shared + sqrt(1.0 - part.shared) * own)
    return total


def _standardised(distribution: str, share: float) -> float:
    """A draw of unit standard deviation from a uniform number."""
    if distribution == "normal":
        return NormalDist().inv_cdf(min(max(share, 1e-9), 1 - 1e-9))
    return (2.0 * share - 1.0) * sqrt(3.0)


def _true_of(probe: ProbeEntry, world: BeltWorld) -> Callable[[], float]:
    places: Mapping[str, Callable[[], float]] = {
        "ambient": world.ambient_degc,
        "phantom": world.phantom_degc,
        "case": world.case_degc,
    }
    if probe.place in places:
        return places[probe.place]
    heater = probe.heater or ""
    site = int(probe.signal.removeprefix(f"skin.{heater}")) - 1
    return partial(world.site_degc, heater, site)
