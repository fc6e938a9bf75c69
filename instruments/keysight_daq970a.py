"""Driver of the Keysight DAQ970A with DAQM901A multiplexers and DAQM903A relays.

Commands after the 34970A/34972A and DAQ970A guides. Thermistor channels (``CONF:TEMP THER,5000``) are documented
for the sibling 34980A and unverified for the DAQ970A. CONFigure and MEASure redefine the scan list, reset the
channels' other settings and switch the reading's extra fields off, so they come first here and all else after.

ROUTe:CLOSe, OPEN and CLOSe? after the 34970A guide (switch control commands); unverified on a DAQ970A. CLOSe? tells
what was commanded, not what the contacts do. Open, a DAQM903A connects COM and NC (user's guide, actuators). Its relays
stay as they stand when the module is pulled (service guide, contact resistance), so without power as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from instruments import scpi
from instruments.catalogue import channel_time_s, scan_time_s
from instruments.errors import InstrumentError, NotConfirmed, UnexpectedReply
from instruments.protocols import Reading, ScanChannel
from instruments.scpi_instrument import ScpiInstrument

if TYPE_CHECKING:
    from instruments.session import Session

PROBE_OHMS_RANGE = 10_000
"""Range on which probe loops are measured, in ohms: a thermocouple has tens, an open one overloads it."""

RELAY_MODULE = "DAQM903A"
"""The module with changeover relays: 20 of form C, 1 A (user's guide)."""

_LONGEST_SLACK_S = 2.0
_SLACK = 1.5


@dataclass(frozen=True, slots=True)
class _Setup:
    """A configured scan; the instrument scans in ascending order, ``order`` leads back to the configured one."""

    channels: tuple[ScanChannel, ...]
    nplc: float
    line_hz: float
    open_check: bool
    expected: list[str]
    order: list[int]
    time_s: float


class KeysightDaq970a(ScpiInstrument):
    """A scanner over an open session.

    Args:
        session: an open session, owned by this driver from now on.
        model: as the bench file says.
    """

    MAKER = "Keysight"
    MAKERS = ("keysight", "agilent")
    MODELS = ("DAQ970A",)
    REMEDY = "configure the scan again: someone at the front panel or a restart may have changed it"

    def __init__(self, session: Session, model: str = "DAQ970A") -> None:
        super().__init__(session, model)
        self._setup: _Setup | None = None

    def configure(
        self, channels: Sequence[ScanChannel], nplc: float, line_hz: float, open_check: bool
    ) -> None:
        """Set up a scan and read back what decides its quality.

        Args:
            channels: in the order in which ``scan`` returns them; each number once.
            nplc: integration in power-line cycles, 0.02 to 200; below 1 the line is not rejected.
            line_hz: power-line frequency, 50 or 60, for the expected scan time.
            open_check: the open-thermocouple check, for thermocouple channels.

        Raises:
            ValueError: no channels, or one twice.
            Refused: the instrument refuses a setting.
            NotConfirmed: integration, check or scan list read back differently.
        """
        numbers = [channel.number for channel in channels]
        if not numbers or len(set(numbers)) != len(numbers):
            raise ValueError(f"a scan needs channels, each once: {numbers}")
        self._setup = None
        for command, members in _configurations(channels):
            self._change(f"{command},{scpi.channel_list(members)}")
        self._set_integration(channels, nplc)
        self._set_thermocouples(channels, open_check)
        self._set_scan(sorted(numbers))
        self._setup = _setup(channels, nplc, line_hz, open_check=open_check)

    def probe_resistances(self, channels: Sequence[int]) -> list[Reading]:
        """Loop resistance of each probe in ohms, in the order asked; text where a loop is open.

        Measuring resistance undoes the configuration of these channels; it is made again afterwards.

        Raises:
            UnexpectedReply: another number of readings.
        """
        ascending = sorted(channels)
        deadline_s = _deadline_s(scan_time_s(len(ascending), 1.0, 50.0, open_check=False))
        text = self._session.query(f"MEAS:RES? {PROBE_OHMS_RANGE},{scpi.channel_list(ascending)}", deadline_s)
        doing = "measuring the probes' resistances"
        fields = text.split(",")
        if len(fields) != len(ascending):
            raise self._unexpected(doing, text)
        found = dict(zip(ascending, self._readings(doing, text, fields), strict=True))
        setup = self._setup
        if setup is not None:
            self.configure(setup.channels, setup.nplc, setup.line_hz, setup.open_check)
        return [found[number] for number in channels]

    def scan(self) -> tuple[list[Reading], list[float]]:
        """One scan: values (V or °C) and seconds after the scan's start, per channel in configured order.

        Raises:
            UnexpectedReply: before ``configure``, or fields or channel numbers are not those of the scan list.
        """
        setup = self._setup
        if setup is None:
            raise UnexpectedReply(
                self._session.name, "scanning", "no scan is configured", "configure it first"
            )
        text = self._session.query("READ?", _deadline_s(setup.time_s))
        fields = text.split(",")
        channels = [field.strip().removeprefix("+") for field in fields[2::3]]
        if channels != setup.expected or len(fields) != 3 * len(setup.expected):
            raise self._unexpected("scanning", text)
        values = self._readings("scanning", text, fields[0::3])
        try:
            times = [float(field) for field in fields[1::3]]
        except ValueError as error:
            raise self._unexpected("scanning", text) from error
        return [values[index] for index in setup.order], [times[index] for index in setup.order]

    def require_relays(self, channels: Sequence[int]) -> None:
        """Ask what is fitted in the slots of these channels.

        Raises:
            NotConfirmed: a slot holds another module than a DAQM903A, or none.
        """
        for slot in sorted({100 * (number // 100) for number in channels}):
            question = f"SYST:CTYP? {slot}"
            text = self._session.query(question, _deadline_s(0.0))
            if RELAY_MODULE not in [field.strip().upper() for field in text.split(",")]:
                raise NotConfirmed(
                    self._session.name,
                    f"looking for relays in slot {slot} ({question})",
                    f"{text!r} instead of a {RELAY_MODULE}",
                    "fit the module, or correct the relays' channels in the bench file",
                )

    def switch_relays(self, channels: Sequence[int], *, closed: bool) -> None:
        """Close or open relays; the scan list stays as it is.

        Raises:
            ValueError: one of them is a channel of the scan, whose module would take the command as one of its own.
            Refused: the instrument refuses; then none of them has moved.
        """
        scanned = () if self._setup is None else [channel.number for channel in self._setup.channels]
        if set(channels) & set(scanned):
            raise ValueError(f"relays {list(channels)} are scanned: {scanned}")
        command = f"ROUT:{'CLOS' if closed else 'OPEN'} {scpi.channel_list(channels)}"
        text = self._session.query(f"{command};:SYST:ERR?", _deadline_s(0.0))
        self._raise_refusal("switching relays", command, text)

    def relay_states(self, channels: Sequence[int]) -> list[bool]:
        """Whether each relay is closed, in the order asked.

        Raises:
            UnexpectedReply: another number of states, or no states.
        """
        doing = "reading relays back"
        text = self._session.query(f"ROUT:CLOS? {scpi.channel_list(channels)}", _deadline_s(0.0))
        fields = text.split(",")
        if len(fields) != len(channels):
            raise self._unexpected(doing, text)
        return [self._boolean(doing, field) for field in fields]

    @property
    def scan_time_s(self) -> float:
        """How long the configured scan takes by the catalogue, in s; 0 before ``configure``."""
        return 0.0 if self._setup is None else self._setup.time_s

    def _set_integration(self, channels: Sequence[ScanChannel], nplc: float) -> None:
        volts = [channel.number for channel in channels if channel.function == "voltage"]
        degc = [channel.number for channel in channels if channel.function != "voltage"]
        for header, members in (("SENS:VOLT:DC:NPLC", volts), ("SENS:TEMP:NPLC", degc)):
            if members:
                listed = scpi.channel_list(members)
                self._change(f"{header} {nplc:g},{listed}")
                self._confirm(f"{header}? {listed}", [nplc] * len(members))
        if degc:
            self._change(f"UNIT:TEMP C,{scpi.channel_list(degc)}")

    def _set_thermocouples(self, channels: Sequence[ScanChannel], open_check: bool) -> None:
        couples = [channel.number for channel in channels if channel.function == "thermocouple"]
        if not couples:
            return
        listed = scpi.channel_list(couples)
        self._change(f"SENS:TEMP:TRAN:TC:RJUN:TYPE INT,{listed}")
        self._change(f"SENS:TEMP:TRAN:TC:CHEC {'ON' if open_check else 'OFF'},{listed}")
        question = f"SENS:TEMP:TRAN:TC:CHEC? {listed}"
        text = self._session.query(question)
        states = [self._boolean(f"reading back ({question})", field) for field in text.split(",")]
        if states != [open_check] * len(couples):
            raise self._not_confirmed(question, text, f"{[open_check] * len(couples)}")

    def _set_scan(self, ascending: Sequence[int]) -> None:
        listed = scpi.channel_list(ascending)
        self._change(f"ROUT:SCAN {listed}")
        text = self._session.query("ROUT:SCAN?")
        if "".join(text[text.find("(") :].split()) != listed:
            raise self._not_confirmed("ROUT:SCAN?", text, listed)
        for command in ("TRIG:SOUR IMM", "TRIG:COUN 1"):
            self._change(command)
        for field, state in (("CHAN", "ON"), ("TIME", "ON"), ("UNIT", "OFF"), ("ALAR", "OFF")):
            self._change(f"FORM:READ:{field} {state}")
        self._change("FORM:READ:TIME:TYPE REL")

    def _change(self, command: str) -> None:
        text = self._session.query(f"{command};:SYST:ERR?")
        self._raise_refusal("configuring", command, text)

    def _confirm(self, question: str, wanted: list[float]) -> None:
        text = self._session.query(question)
        found = self._readings(f"reading back ({question})", text, text.split(","))
        if found != wanted:
            raise self._not_confirmed(question, text, str(wanted))

    def _not_confirmed(self, question: str, text: str, wanted: str) -> InstrumentError:
        return NotConfirmed(
            self._session.name,
            f"reading back the configuration ({question})",
            f"{text!r} instead of {wanted}",
            "check firmware and module; the scan is not configured",
        )


def _configurations(channels: Sequence[ScanChannel]) -> list[tuple[str, list[int]]]:
    """CONFigure commands and the channels that share each."""
    groups: dict[str, list[int]] = {}
    for channel in channels:
        command = {
            "voltage": f"CONF:VOLT:DC {channel.range_volts:g}",
            "thermocouple": f"CONF:TEMP TC,{channel.thermocouple_type}",
            "thermistor": f"CONF:TEMP THER,{channel.thermistor_ohms}",
        }[channel.function]
        groups.setdefault(command, []).append(channel.number)
    return list(groups.items())


def _setup(channels: Sequence[ScanChannel], nplc: float, line_hz: float, *, open_check: bool) -> _Setup:
    ascending = sorted(channel.number for channel in channels)
    time_s = sum(
        channel_time_s(nplc, line_hz, open_check and channel.function == "thermocouple")
        for channel in channels
    )
    return _Setup(
        channels=tuple(channels),
        nplc=nplc,
        line_hz=line_hz,
        open_check=open_check,
        expected=[str(number) for number in ascending],
        order=[ascending.index(channel.number) for channel in channels],
        time_s=time_s,
    )


def _deadline_s(scan_s: float) -> float:
    """How long to wait for a scan: half as long again, and 2 s."""
    return _LONGEST_SLACK_S + _SLACK * scan_s
