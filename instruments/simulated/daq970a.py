"""The twin of a Keysight DAQ970A with DAQM901A multiplexers, and DAQM903A relays where it has any.

Commands follow the 34970A/34972A and DAQ970A guides as far as they could be read; the thermistor function is
documented for the sibling 34980A and unverified for the DAQ970A, as is its timing.
CONFigure and MEASure redefine the scan list, reset their channels and switch the reading's extra fields off.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence

from instruments.catalogue import CHANNELS_PER_MODULE
from instruments.simulated.daq970a_channel import (
    OHM_RANGES,
    OPEN,
    VOLT_RANGES,
    Channel,
    ScanInput,
    StuckChannel,
    span_of,
    transducer_type,
)
from instruments.simulated.daq970a_relays import RelayModules
from instruments.simulated.daq970a_scan import Format, Reading, Sampled, ScanReply, ScanRun, list_block
from instruments.simulated.daq970a_settings import add_settings
from instruments.simulated.daq970a_system import add_system
from instruments.simulated.front_panel import FrontPanel
from instruments.simulated.scpi_engine import NOT_A_NUMBER, OVERLOAD, Noise, ScpiTwin, nr3
from instruments.simulated.scpi_parser import (
    BOOLEAN,
    CHANNELS,
    DECIMAL,
    INTEGER,
    OPTIONAL_CHANNELS,
    OPTIONAL_DECIMAL,
    Parameter,
    ScpiError,
    text,
    word,
)

FIRMWARE = "A.02.02-01.00-02.02-00.02-02-01"
"""Firmware field; the shape is the programming guide's (``*IDN?``), the numbers are nobody's."""

REPLY_S = 0.002
"""Time for a query that measures nothing, in s: estimate."""

MOST_SWEEPS = 50_000.0
"""What TRIGger:COUNt MAX stands for (34970A user's guide)."""

_PROBE = Parameter(word("TCouple", "THERmistor", "DEFault"))
_TYPE = Parameter(text, optional=True)
_ONE = Parameter(text, optional=True)
_SOURCE = Parameter(word("IMMediate", "TIMer", "BUS", "EXTernal", "ALARm1"))

Value = float | str


class Daq970aTwin(ScpiTwin):
    """A scanner whose channels are wired to inputs.

    Args:
        serial: must begin with ``SIM``.
        inputs: what is wired to each channel; the other channels of the same modules are open.
        noise: standard normal noise, keyed by channel ("101") and index.
        advance: brings the world to a bench instant.
        line_hz: power-line frequency, 50 or 60 Hz.
        name: what faults call this twin; the serial number unless given.
        relay_slots: slots that hold relays instead of a multiplexer.
        window_s: the world changes only at multiples of this; see ``ScanRun``.

    Raises:
        ValueError: the serial number does not begin with ``SIM``.
    """

    def __init__(
        self,
        serial: str,
        inputs: Mapping[int, ScanInput],
        noise: Noise,
        advance: Callable[[float], None],
        line_hz: float = 50.0,
        *,
        name: str = "",
        relay_slots: Collection[int] = (),
        window_s: float = 0.1,
    ) -> None:
        if not serial.startswith("SIM"):
            raise ValueError(f"a twin's serial number begins with SIM, not {serial!r}")
        idn = f"Keysight Technologies,DAQ970A,{serial},{FIRMWARE}"
        super().__init__(name or serial, idn, advance, REPLY_S)
        slots = sorted({number // 100 for number in inputs} or {1})
        numbers = [100 * slot + place for slot in slots for place in range(1, CHANNELS_PER_MODULE + 1)]
        self.channels = {number: Channel(number, inputs.get(number, OPEN), noise) for number in numbers}
        self.relays = RelayModules(relay_slots)
        self._panel = FrontPanel()
        self.line_hz = line_hz
        self.layout = Format()
        self._stuck: set[int] = set()
        self._kept: dict[tuple[int, str], str] = {}
        self._always: str | None = None
        self._window_s = window_s
        self._scan_list: tuple[int, ...] = ()
        self._run: ScanRun | None = None
        self._monitored: int | None = None
        self._monitoring = False
        self._trigger = "IMM"
        self._interval_s = 0.0
        self._count = 1.0
        self._add_configure()
        self._add_scan()
        self._add_memory()
        add_system(self.tree.add, self)
        add_settings(self.tree.add, self.targets, self.layout)
        self.relays.add_commands(self.tree.add, self._is_idle)
        self._panel.add_display(self.tree.add)

    def targets(self, numbers: Sequence[int] | None) -> list[Channel]:
        """The channels of a list, or of the scan list.

        Raises:
            ScpiError: -222 there is no such channel, or none at all.
        """
        chosen = self._scan_list if numbers is None else numbers
        if not chosen or not self.channels.keys() >= set(chosen):
            raise ScpiError(-222)
        return [self.channels[number] for number in chosen]

    def _is_idle(self, number: int) -> bool:
        return number in self.channels and number not in self._scan_list

    def stick(self, numbers: Collection[int] | None = None, *, overload: bool = False) -> None:
        """From now on those channels, or all, read the same digits for ever, or an overload."""
        self._stuck |= set(self.channels if numbers is None else numbers)
        self._always = OVERLOAD if overload else None

    def unstick(self, numbers: Collection[int] | None = None) -> None:
        """Let those channels, or all, follow their inputs again."""
        self._stuck -= set(self.channels if numbers is None else numbers)
        self._kept = {key: text for key, text in self._kept.items() if key[0] in self._stuck}

    def _reset(self) -> None:
        if self._run is not None:
            self._run.abort()
        for channel in self.channels.values():
            channel.reset()
        self.relays.open_all()
        self._scan_list = ()
        self._run = None
        self._monitoring = False
        self._panel.reset()
        self._restore_trigger()

    def _restore_trigger(self) -> None:
        self.layout.reset()
        self._trigger, self._interval_s, self._count = "IMM", 0.0, 1.0

    def _add_configure(self) -> None:
        add = self.tree.add
        for verb, mark, finish in (("CONFigure", "", _nothing), ("MEASure", "?", self._read)):
            volts = _then(self._configure_volts, finish)
            ohms = _then(self._configure_ohms, finish)
            temperature = _then(self._configure_temperature, finish)
            span = (OPTIONAL_DECIMAL, OPTIONAL_DECIMAL, CHANNELS)
            add(f"{verb}:VOLTage[:DC]{mark}", volts, *span)
            add(f"{verb}:RESistance{mark}", ohms, *span)
            add(f"{verb}:TEMPerature{mark}", temperature, _PROBE, _TYPE, _ONE, OPTIONAL_DECIMAL, CHANNELS)
        add("CONFigure?", self._get_configuration, OPTIONAL_CHANNELS)

    def _configure(self, numbers: Sequence[int]) -> list[Channel]:
        channels = self.targets(numbers)
        if self._running():
            raise ScpiError(-221)
        for channel in channels:
            channel.reset()
        self._scan_list = tuple(sorted(set(numbers)))
        self._run = None
        self._restore_trigger()
        return channels

    def _configure_volts(self, span: Value | None, _resolution: Value | None, numbers: Sequence[int]) -> None:
        volts = span_of(span, VOLT_RANGES)
        for channel in self._configure(numbers):
            channel.function, channel.range = "VOLT", volts

    def _configure_ohms(self, span: Value | None, _resolution: Value | None, numbers: Sequence[int]) -> None:
        ohms = span_of(span, OHM_RANGES)
        for channel in self._configure(numbers):
            channel.function, channel.range = "RES", ohms

    def _configure_temperature(
        self,
        probe: str,
        kind: str | None,
        _one: str | None,
        _resolution: Value | None,
        numbers: Sequence[int],
    ) -> None:
        probe = "TC" if probe == "DEF" else probe
        chosen = transducer_type(probe, kind)
        for channel in self._configure(numbers):
            channel.function, channel.transducer, channel.transducer_type = "TEMP", probe, chosen

    def _get_configuration(self, numbers: Sequence[int] | None) -> str:
        shown = []
        for channel in self.targets(numbers):
            detail = f"{channel.transducer},{channel.transducer_type}"
            if channel.function != "TEMP":
                detail = nr3(channel.range_in_use())
            shown.append(f'"{channel.function} {detail}"')
        return ",".join(shown)

    def _add_scan(self) -> None:
        add = self.tree.add
        add("ROUTe:SCAN", self._set_scan, CHANNELS)
        add("ROUTe:SCAN?", lambda: list_block(self._scan_list))
        add("ROUTe:SCAN:SIZE?", lambda: f"+{len(self._scan_list)}")
        add("TRIGger:SOURce", self._set_trigger, _SOURCE)
        add("TRIGger:SOURce?", lambda: self._trigger)
        add("TRIGger:TIMer", self._set_interval, DECIMAL)
        add("TRIGger:TIMer?", lambda value: nr3(self._interval_of(value)), OPTIONAL_DECIMAL)
        add("TRIGger:COUNt", self._set_count, DECIMAL)
        add("TRIGger:COUNt?", lambda value: nr3(min(9.9e37, self._count_of(value))), OPTIONAL_DECIMAL)
        add("READ?", self._read)
        add("INITiate[:IMMediate]", self._initiate)
        add("ABORt", self._abort)
        add("ROUTe:MONitor", self._monitor, CHANNELS)
        add("ROUTe:MONitor?", lambda: list_block(() if self._monitored is None else (self._monitored,)))
        add("ROUTe:MONitor:STATe", self._switch_monitor, BOOLEAN)
        add("ROUTe:MONitor:STATe?", lambda: "1" if self._monitoring else "0")
        add("ROUTe:MONitor:DATA?", self._monitor_data)

    def _set_scan(self, numbers: Sequence[int]) -> None:
        if numbers:
            self.targets(numbers)
        self._abort()
        self._run = None
        self._scan_list = tuple(sorted(set(numbers)))

    def _set_trigger(self, source: str) -> None:
        self._trigger = source

    def _set_interval(self, seconds: Value) -> None:
        self._interval_s = round(self._interval_of(seconds), 3)

    def _interval_of(self, seconds: Value | None) -> float:
        """The seconds that a parameter names; the setting for None."""
        if seconds is None:
            return self._interval_s
        named = {"MIN": 0.0, "MAX": 359_999.0, "DEF": 10.0}
        value = named.get(seconds) if isinstance(seconds, str) else seconds
        if value is None or not 0.0 <= value <= 359_999.0:
            raise ScpiError(-222)
        return value

    def _set_count(self, count: Value) -> None:
        self._count = self._count_of(count)

    def _count_of(self, count: Value | None) -> float:
        """The number of scans that a parameter names, inf for endless; the setting for None."""
        if count is None:
            return self._count
        named = {"MIN": 1.0, "MAX": MOST_SWEEPS, "DEF": 1.0, "INF": math.inf}
        value = named.get(count) if isinstance(count, str) else float(round(count))
        if value is None or not value >= 1.0:
            raise ScpiError(-222)
        return value

    def _read(self) -> ScanReply:
        if math.isinf(self._count):
            raise ScpiError(-221)
        run = self._begin()
        self._run = None
        return ScanReply(run, self.layout)

    def _initiate(self) -> None:
        self._run = self._begin()

    def _begin(self) -> ScanRun:
        if self._running():
            raise ScpiError(-213)
        if self._trigger not in {"IMM", "TIM"}:
            raise ScpiError(-211)
        channels: Sequence[Sampled] = self.targets(None)
        if self._stuck:
            channels = [self._sampled(channel) for channel in self.targets(None)]
        interval = self._interval_s if self._trigger == "TIM" else 0.0
        return ScanRun(
            channels,
            self.now,
            line_hz=self.line_hz,
            sweeps=self._count,
            interval_s=interval,
            window_s=self._window_s,
            advance_world=self._advance,
        )

    def _sampled(self, channel: Channel) -> Sampled:
        if channel.number not in self._stuck:
            return channel
        return StuckChannel(channel, self._kept, self._always)

    def _running(self) -> bool:
        """Whether an initiated scan goes on; brings its memory up to now."""
        if self._run is not None:
            self._run.advance(self.now)
        return self._run is not None and not self._run.done

    def _pending(self) -> ScanRun | None:
        return self._run if self._running() else None

    def _operation_condition(self) -> int:
        """Bit 4 while it scans (DAQ970A programming guide, standard operation register)."""
        return 16 if self._running() else 0

    def _abort(self) -> None:
        if self._running() and self._run is not None:
            self._run.abort()

    def _monitor(self, numbers: Sequence[int]) -> None:
        self._monitored = self.targets(numbers)[0].number

    def _switch_monitor(self, on: bool) -> None:
        self._monitoring = on

    def _monitor_data(self) -> str:
        if self._monitored is None or not self._monitoring:
            return NOT_A_NUMBER
        return self.channels[self._monitored].measure()

    def _add_memory(self) -> None:
        add = self.tree.add
        add("FETCh?", self._fetch)
        add("R?", self._read_and_erase, Parameter(DECIMAL.convert, optional=True))
        add("DATA:POINts?", self._count_points, OPTIONAL_CHANNELS)
        add("DATA:REMove?", self._remove, INTEGER)
        add("DATA:LAST?", self._last, Parameter(INTEGER.convert, optional=True), OPTIONAL_CHANNELS)

    def _count_points(self, numbers: Sequence[int] | None) -> str:
        counted = [reading for reading in self._memory() if numbers is None or reading.channel in numbers]
        return f"+{len(counted)}"

    def _memory(self) -> Sequence[Reading]:
        self._running()
        return self._run.readings if self._run is not None else ()

    def _fetch(self) -> ScanReply:
        if self._run is None:
            raise ScpiError(-230)
        if self._running() and math.isinf(self._run.end):
            raise ScpiError(-221)
        return ScanReply(self._run, self.layout)

    def _read_and_erase(self, count: Value | None) -> str:
        wanted = count if isinstance(count, float) else math.inf
        content = self.layout.write(self._taken(wanted))
        return f"#{len(str(len(content)))}{len(content)}{content}"

    def _remove(self, count: int) -> str:
        if not 1 <= count <= len(self._memory()):
            raise ScpiError(-222)
        return self.layout.write(self._taken(count))

    def _taken(self, count: float) -> list[Reading]:
        self._memory()
        taken: list[Reading] = []
        while self._run is not None and self._run.readings and len(taken) < count:
            taken.append(self._run.readings.popleft())
        return taken

    def _last(self, count: int | None, numbers: Sequence[int] | None) -> str:
        """The latest of each channel, or so many of one channel, earliest first."""
        wanted = 1 if count is None else count
        if wanted < 1 or (count is not None and len(self.targets(numbers)) > 1):
            raise ScpiError(-222)
        memory = self._memory()
        latest: list[Reading] = []
        for channel in sorted(self.targets(numbers), key=lambda channel: channel.number):
            of_channel = [reading for reading in memory if reading.channel == channel.number]
            latest += of_channel[-wanted:]
            if count is not None and len(of_channel) < wanted:
                raise ScpiError(-222)
        if not latest:
            raise ScpiError(-230)
        return self.layout.write(latest)


def _nothing() -> None:
    """CONFigure ends without a scan."""


def _then(first: Callable[..., None], second: Callable[[], object]) -> Callable[..., object]:
    def both(*arguments: object) -> object:
        first(*arguments)
        return second()

    return both
