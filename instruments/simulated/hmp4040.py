"""The twin of a Rohde & Schwarz HMP4040 four-output supply.

Commands follow R&S's ``hmp4000`` IVI driver and open drivers (libsigrok, PyMeasure, QCoDeS-contrib). All settings
are about the selected output, and the selection is one for all clients and the front panel. What a trip shows, how
it is cleared, the summary bits and the form of the replies are unverified; so are 160 W and 384 W, which are not
modelled.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from instruments.catalogue import HMP, HMP_QUERY_S, OutputRating
from instruments.simulated.hmp4040_output import AMPS_STEP, FUSE_DELAY_MOST_S, VOLTS_STEP, HmpOutput
from instruments.simulated.scpi_engine import Noise
from instruments.simulated.scpi_parser import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    OPTIONAL_DECIMAL,
    Parameter,
    ScpiError,
    word,
)
from instruments.simulated.supply_output import Load
from instruments.simulated.supply_twin import (
    LEVEL,
    SupplyTwin,
    Value,
    amps_of,
    ovp_of,
    resolved,
    set_amps,
    set_ovp,
    set_volts,
    volts_of,
)

FIRMWARE = "HW50020003/SW2.70"
"""Firmware field of a real HMP4040 (one capture)."""

_OUTPUT = Parameter(word(*(f"{name}{number}" for name in ("OUTPut", "OUT") for number in range(1, 5))))
_MODE = Parameter(word("MEASured", "PROTected"))


class Hmp4040Twin(SupplyTwin[HmpOutput]):
    """A supply of the series: every command is about the selected output.

    Args:
        model: ``HMP4040``.
        serial: must begin with ``SIM``.
        loads: what is wired to each output; one that is missing is open.
        noise: standard normal noise, keyed by channel ("2.volts") and index.
        advance: brings the world to a bench instant.
        four_wire: outputs whose sense terminals are wired to the load.
        maker: as older units spell it, ``HAMEG``, or newer ones.
        name: what faults call this twin; the serial number unless given.
    """

    MODELS = HMP
    MAKER = "ROHDE&SCHWARZ"
    FIRMWARE = FIRMWARE
    QUERY_S = HMP_QUERY_S

    def __init__(
        self,
        model: str,
        serial: str,
        loads: Mapping[int, Load],
        noise: Noise,
        advance: Callable[[float], None],
        *,
        four_wire: Collection[int] = (),
        maker: str = "",
        name: str = "",
    ) -> None:
        self._four_wire = frozenset(four_wire)
        super().__init__(model, serial, loads, noise, advance, maker=maker, name=name)
        self._master = False
        self._modes = dict.fromkeys(self.outputs, "MEAS")

    def _make_output(self, number: int, rating: OutputRating, load: Load) -> HmpOutput:
        return HmpOutput(rating, load, four_wire=number in self._four_wire)

    def _add_commands(self) -> None:
        self._add_source()
        self._add_steps()
        self._add_switches()
        self._add_over_voltage()
        self._add_fuse()
        self._add_system()

    @property
    def _output(self) -> HmpOutput:
        return self.outputs[self._selected]

    def come_on(self, volts: float) -> None:
        """A defect: as with every supply, by the switches of all outputs and the master."""
        self._master = True
        for output in self.outputs.values():
            output.selected = True
        super().come_on(volts)

    def _reset(self) -> None:
        super()._reset()
        self._master = False
        self._modes = dict.fromkeys(self.outputs, "MEAS")

    def _add_source(self) -> None:
        add = self.tree.add
        volts, amps = LEVEL.format("VOLTage"), LEVEL.format("CURRent")
        add(volts, self._set_volts, DECIMAL)
        add(volts + "?", lambda value: _volts(volts_of(self._output, value)), OPTIONAL_DECIMAL)
        add(amps, self._set_amps, DECIMAL)
        add(amps + "?", lambda value: _amps(amps_of(self._output, value)), OPTIONAL_DECIMAL)
        add("APPLy", self._apply, DECIMAL, OPTIONAL_DECIMAL)
        add("APPLy?", lambda: f"{_volts(self._output.volts)}, {_amps(self._output.amps_limit)}")
        add("INSTrument[:SELect]", self._select_word, _OUTPUT)
        add("INSTrument[:SELect]?", lambda: f"OUTP{self._selected}")
        add("MEASure[:SCALar][:VOLTage][:DC]?", lambda: _volts(self._volts_reading(self._selected)))
        add("MEASure[:SCALar]:CURRent[:DC]?", lambda: _amps(self._amps_reading(self._selected)))

    def _add_steps(self) -> None:
        """VOLT UP and DOWN and their step (SCPI-1999 vol. 1 §7.2.1.3, PyMeasure)."""
        add = self.tree.add
        volts, amps = "[SOURce:]VOLTage[:LEVel]:STEP", "[SOURce:]CURRent[:LEVel]:STEP"
        add(f"{volts}[:INCRement]", self._set_volts_step, DECIMAL)
        add(f"{volts}[:INCRement]?", lambda value: _volts(self._volts_step_of(value)), OPTIONAL_DECIMAL)
        add(f"{amps}[:INCRement]", self._set_amps_step, DECIMAL)
        add(f"{amps}[:INCRement]?", lambda value: _amps(self._amps_step_of(value)), OPTIONAL_DECIMAL)

    def _set_volts_step(self, value: Value) -> None:
        self._output.volts_step = self._volts_step_of(value)

    def _volts_step_of(self, value: Value | None) -> float:
        output = self._output
        return (
            output.volts_step if value is None else resolved(value, 0.0, output.rating.volts_max, VOLTS_STEP)
        )

    def _set_amps_step(self, value: Value) -> None:
        self._output.amps_step = self._amps_step_of(value)

    def _amps_step_of(self, value: Value | None) -> float:
        output = self._output
        return output.amps_step if value is None else resolved(value, 0.0, output.rating.amps_max, AMPS_STEP)

    def _set_volts(self, value: Value) -> None:
        output = self._output
        wanted = _moved(value, output.volts, output.volts_step)
        set_volts([output], [round(volts_of(output, wanted), 3)])

    def _set_amps(self, value: Value) -> None:
        output = self._output
        wanted = _moved(value, output.amps_limit, output.amps_step)
        set_amps([output], [_stepped(amps_of(output, wanted))])

    def _apply(self, volts: Value, amps: Value | None) -> None:
        limit = amps_of(self._output, amps)
        self._set_volts(volts)
        self._set_amps(limit)

    def _select_word(self, output: str) -> None:
        self._selected = int(output[-1])

    def _add_switches(self) -> None:
        add = self.tree.add
        add("OUTPut[:STATe]", self._switch_with_master, BOOLEAN)
        add("OUTPut[:STATe]?", self._get_switch)
        add("OUTPut:SELect", self._switch, BOOLEAN)
        add("OUTPut:SELect?", self._get_switch)
        add("OUTPut:GENeral", self._switch_master, BOOLEAN)
        add("OUTPut:GENeral?", lambda: "1" if self._master else "0")

    def _switch(self, on: bool) -> None:
        self._output.selected = on
        self._let_act()

    def _switch_with_master(self, on: bool) -> None:
        """On brings the master with it, off leaves it (R&S's IVI driver)."""
        self._output.selected = on
        self._master = self._master or on
        self._let_act()

    def _switch_master(self, on: bool) -> None:
        self._master = on
        self._let_act()

    def _let_act(self) -> None:
        for output in self.outputs.values():
            output.switch(self._master and output.selected, self.now)
        for output in self.outputs.values():
            output.settle()

    def _get_switch(self) -> str:
        self._output.settle()
        return "1" if self._output.shown_on and self.lie != "off" else "0"

    def _add_over_voltage(self) -> None:
        add = self.tree.add
        level = "[SOURce:]VOLTage:PROTection"
        add(level + "[:LEVel]", lambda value: set_ovp([self._output], [ovp_of(self._output, value)]), DECIMAL)
        add(level + "[:LEVel]?", lambda value: _volts(ovp_of(self._output, value)), OPTIONAL_DECIMAL)
        add(level + ":MODE", self._set_mode, _MODE)
        add(level + ":MODE?", lambda: self._modes[self._selected])
        add(level + ":TRIPped?", self._over_voltage)
        add(level + ":CLEar", self._clear_over_voltage)

    def _set_mode(self, mode: str) -> None:
        self._modes[self._selected] = mode

    def _over_voltage(self) -> str:
        self._output.settle()
        return "1" if self._output.over_voltage else "0"

    def _clear_over_voltage(self) -> None:
        self._output.over_voltage = False
        self._output.settle()

    def _add_fuse(self) -> None:
        add = self.tree.add
        add("FUSE[:STATe]", self._switch_fuse, BOOLEAN)
        add("FUSE[:STATe]?", lambda: "1" if self._output.ocp else "0")
        add("FUSE:DELay", self._set_fuse_delay, DECIMAL)
        add("FUSE:DELay?", lambda value: f"{self._fuse_delay_ms(value):.0f}", OPTIONAL_DECIMAL)
        add("FUSE:LINK", lambda number: self._output.linked.add(self._other(number)), INTEGER)
        add("FUSE:LINK?", lambda number: "1" if self._other(number) in self._output.linked else "0", INTEGER)
        add("FUSE:UNLink", lambda number: self._output.linked.discard(self._other(number)), INTEGER)
        add("FUSE:TRIPped?", self._over_current)

    def _switch_fuse(self, on: bool) -> None:
        if on:
            self._output.ocp = True
            self._output.settle()
        else:
            self._output.open_fuse_forgotten()

    def _set_fuse_delay(self, milliseconds: Value) -> None:
        self._output.ocp_delay_s = self._fuse_delay_ms(milliseconds) / 1000

    def _fuse_delay_ms(self, value: Value | None) -> float:
        present = self._output.ocp_delay_s * 1000
        return present if value is None else resolved(value, 0.0, FUSE_DELAY_MOST_S * 1000, 0.0)

    def _other(self, number: int) -> HmpOutput:
        if number not in self.outputs or number == self._selected:
            raise ScpiError(-222)
        return self.outputs[number]

    def _over_current(self) -> str:
        self._output.settle()
        return "1" if self._output.over_current else "0"

    def _add_system(self) -> None:
        self.tree.add("SYSTem:MIX", lambda: None)

    def _next_error(self) -> str:
        return super()._next_error().removeprefix("+")


def _moved(value: Value, present: float, step: float) -> Value:
    """What UP and DOWN stand for; any other value as it is."""
    direction = {"UP": 1, "DOWN": -1}.get(value) if isinstance(value, str) else None
    return value if direction is None else present + direction * step


def _volts(value: float) -> str:
    return f"{value:.3f}"


def _amps(value: float) -> str:
    return f"{_stepped(value):.4f}"


def _stepped(amps: float) -> float:
    """Currents go in steps of 0.2 mA below 1 A and of 1 mA from there (data sheet)."""
    return round(amps * 5000) / 5000 if abs(amps) < 1.0 else round(amps, 3)
