"""A thermocouple scanner on its bus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, final

from rig.bench.description import OptionValue, Thermocouples
from rig.bench.messages import OffDetail, Reading, Value
from rig.bench.stations import as_bench_errors, never_raising
from rig.clock import Clock
from rig.errors import BenchError

if TYPE_CHECKING:
    from instruments.protocols import Scanner


@final
class ScannerStation:
    """A thermocouple scanner: reference block and probes, each channel stamped at its own instant."""

    outputs: frozenset[str] = frozenset()

    def __init__(self, source: str, driver: Scanner, clock: Clock) -> None:
        self.source = source
        self.driver = driver
        self._clock = clock

    def probe_ohms(self, channels: Sequence[int]) -> list[float | str]:
        """Loop resistance of each probe in ohms; an open one reads over range, as text."""
        with as_bench_errors(self.source):
            return self.driver.probe_resistances(channels)

    def prepare(
        self, wires: Thermocouples, channels: Sequence[int], options: Mapping[str, OptionValue]
    ) -> None:
        """Configure the scan: the reference block first where there is one, then the probes in order.

        Raises:
            BenchError: the scanner did not take it.
        """
        from instruments.protocols import ScanChannel

        scan = [] if wires.junction_channel is None else [ScanChannel(wires.junction_channel, "thermistor")]
        function: Literal["voltage", "thermocouple"] = (
            "voltage" if wires.method == "volts" else "thermocouple"
        )
        scan += [ScanChannel(channel, function, wires.type) for channel in channels]
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
        return Reading(self.source, start, values, offsets)

    def carry_out(self, output: str, value: Value) -> Value:
        """A scanner carries out nothing.

        Raises:
            BenchError: always.
        """
        raise BenchError(f"setting {output} to {value}: the scanner {self.source} has no outputs")

    def switch_off(self) -> list[OffDetail]:
        """Nothing to switch off."""
        return []

    def recover(self) -> None:
        """Open the link anew and configure the scan again."""
        self.driver.reopen()

    def close(self) -> None:
        """Close the session."""
        never_raising(self.driver.close)
