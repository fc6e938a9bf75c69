"""A thermocouple scanner on its bus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, final

from rig.bench.description import OptionValue, ProbeEntry, RelayEntry, Thermocouples
from rig.bench.messages import OffDetail, Reading, Value
from rig.bench.relay_bank import RelayBank
from rig.bench.stamps import SCANNER, scan_within_s
from rig.bench.stations import Columns, as_bench_errors, columns_of, never_raising, require_same
from rig.clock import Clock

if TYPE_CHECKING:
    from instruments.protocols import Scanner

OPEN_PROBE_OHMS = 5000.0
"""A loop of this resistance or more is no thermocouple [estimate]."""


def is_connected(ohms: float | str) -> bool:
    """Whether a loop of that resistance can be a thermocouple; an open one reads over range, as text."""
    return isinstance(ohms, float) and 0.0 <= ohms < OPEN_PROBE_OHMS


@final
class ScannerStation:
    """A thermocouple scanner: reference block and the probes of all lanes, each channel stamped at its own instant.

    Args:
        probes: by slot, the probes that this scanner reads there, in the order of their channels.
        wires: how temperatures are measured.
        serial: the serial number that it gave.
        relays: those that it holds, of the slots in use.

    Attributes:
        relays: puts them to rest before anything else is done.
    """

    def __init__(
        self,
        source: str,
        driver: Scanner,
        probes: Mapping[str, Sequence[ProbeEntry]],
        wires: Thermocouples,
        clock: Clock,
        *,
        serial: str = "",
        relays: Sequence[RelayEntry] = (),
    ) -> None:
        self.source = self.wired_as = source
        self.driver = driver
        self.off_beat = False
        self._clock = clock
        self._wires = wires
        self._serial = serial
        self._options: Mapping[str, OptionValue] | None = None
        self.relays = RelayBank(source, driver, relays)
        self.outputs: Mapping[str, frozenset[str]] = self.relays.outputs
        self._channels = tuple(sorted(probe.channel for of_slot in probes.values() for probe in of_slot))
        self.columns: Mapping[str, Columns] = {
            slot: self._columns(of_slot) for slot, of_slot in probes.items() if of_slot
        }

    def _columns(self, probes: Sequence[ProbeEntry]) -> Columns:
        """The reference block leads every lane's columns, where there is one."""
        before = () if self._wires.junction_channel is None else (0,)
        places = [len(before) + self._channels.index(probe.channel) for probe in probes]
        return columns_of([*before, *places], len(before) + len(self._channels))

    def probe_ohms(self) -> dict[int, float | str]:
        """Loop resistance of each probe in ohms by channel; an open one reads over range, as text."""
        with as_bench_errors(self.source):
            ohms = self.driver.probe_resistances(self._channels)
        return dict(zip(self._channels, ohms, strict=True))

    def prepare(self, options: Mapping[str, OptionValue]) -> None:
        """Configure the scan: the reference block first where there is one, then the probes in order.

        Raises:
            BenchError: the scanner did not take it.
        """
        from instruments.protocols import ScanChannel

        self._options = options
        wires = self._wires
        scan = [] if wires.junction_channel is None else [ScanChannel(wires.junction_channel, "thermistor")]
        function: Literal["voltage", "thermocouple"] = (
            "voltage" if wires.method == "volts" else "thermocouple"
        )
        scan += [ScanChannel(channel, function, wires.type) for channel in self._channels]
        with as_bench_errors(self.source):
            self.driver.configure(
                scan,
                nplc=float(options["nplc"]),
                line_hz=float(options["line_hz"]),
                open_check=bool(options["open_check"]),
            )

    def read(self) -> Reading:
        """One scan."""
        start = self._clock.now()
        values, offsets = self.driver.scan()
        within_s = scan_within_s(self._clock.now() - start, offsets)
        return Reading(self.source, start, values, offsets, within_s=SCANNER.wider(within_s))

    def carry_out(self, slot: str, output: str, value: Value) -> Value:
        """Close or open a relay, and read it back.

        Raises:
            BenchError: it reads back the contrary.
        """
        return self.relays.carry_out(slot, output, value)

    def rest(self, slot: str) -> str | None:
        """Open the relays of a lane; a link that fails is opened anew, once."""
        trouble = never_raising(lambda: self.relays.rest(slot))
        return trouble and (never_raising(self._reconnect) or never_raising(lambda: self.relays.rest(slot)))

    def begin_off(self, slot: str) -> None:
        """Nothing heats from here: relays come to rest once all is off, see `rest`."""

    def look_off(self, slot: str) -> list[OffDetail]:
        """Nothing to look at."""
        return []

    def recover(self) -> None:
        """Open the link anew and configure the scan again, which an instrument that was off has forgotten.

        Raises:
            BenchError: another instrument answers, it does not take the configuration, or relays have moved.
        """
        self._reconnect()
        if self._options is not None:
            self.driver.drain_errors()  # what was asked of it since it forgot its scan is no refusal of the new one
            self.prepare(self._options)
        self.relays.require_positions()

    def _reconnect(self) -> None:
        self.driver.reopen()
        require_same(self.source, self._serial, self.driver.identify().serial)

    def close(self) -> None:
        """Close the session."""
        never_raising(self.driver.close)
