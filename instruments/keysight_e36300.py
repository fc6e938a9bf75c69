"""Driver of the Keysight E36300 series (E36312A, E36313A): triple-output supplies, 20-deep error queue.

Commands after the drivers of libsigrok, PyMeasure, QCoDeS and goivi. Remote sense (``VOLT:SENS:SOUR``) is
documented for the sibling E36100 series and what clearing a trip does for the E3632A and N6900; both are
unverified for the E36300. None of this series is known to have a communication watchdog.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from instruments import scpi
from instruments.catalogue import E36300
from instruments.protocols import OutputSetup, OutputState, Reading
from instruments.scpi_instrument import ScpiInstrument, near

if TYPE_CHECKING:
    from instruments.session import Session


class KeysightE36300(ScpiInstrument):
    """A supply of the series over an open session.

    Every command that changes something carries ``SYST:ERR?`` in the same message, so that a refusal is known at
    once and costs no second exchange. ``*RST`` is never sent: other outputs may feed something else.

    Args:
        session: an open session, owned by this driver from now on.
        model: ``E36312A`` or ``E36313A``, as the bench file says.

    Raises:
        ValueError: there is no such model here.
    """

    MAKER = "Keysight"
    MAKERS = ("keysight", "agilent")
    MODELS = E36300

    def __init__(self, session: Session, model: str) -> None:
        super().__init__(session, model)
        self._polls: dict[tuple[int, ...], str] = {}

    def prepare(self, setups: Mapping[int, OutputSetup]) -> None:
        """Switch off, 0 V, then program over-voltage level, over-current trip and sense, and read all back.

        Raises:
            Refused: the instrument refuses a value.
            NotConfirmed: a read-back differs.
        """
        for output, setup in setups.items():
            doing = f"preparing output {output}"
            self._change(doing, f"OUTP OFF,(@{output})")
            self._change(doing, f"VOLT 0,(@{output})")
            self._change(doing, f"VOLT:PROT {setup.volts_limit_ovp:.6g},(@{output})")
            self._change(doing, f"CURR:PROT:STAT {'ON' if setup.ocp else 'OFF'},(@{output})")
            self._change(doing, f"VOLT:SENS:SOUR {'EXT' if setup.remote_sense else 'INT'},(@{output})")
            self._confirm_setup(doing, output, setup)

    def set_voltage(self, output: int, volts: float) -> None:
        """Program the voltage of one output, in V.

        Raises:
            Refused: out of range.
        """
        self._change(f"setting output {output} to {volts:g} V", f"VOLT {volts:.6g},(@{output})")

    def set_current_limit(self, output: int, amps: float) -> None:
        """Program the current limit of one output, in A.

        Raises:
            Refused: out of range.
        """
        self._change(f"limiting output {output} to {amps:g} A", f"CURR {amps:.6g},(@{output})")

    def set_output(self, output: int, on: bool) -> None:
        """Switch one output on or off.

        Raises:
            Refused: the instrument refuses.
        """
        word = "ON" if on else "OFF"
        self._change(f"switching output {output} {word.lower()}", f"OUTP {word},(@{output})")

    def state(self, output: int) -> OutputState:
        """What one output is programmed to."""
        doing = f"reading the settings of output {output}"
        volts, amps, on = self._ask(doing, f"VOLT? (@{output});:CURR? (@{output});:OUTP? (@{output})", 3)
        return OutputState(self._number(doing, volts), self._number(doing, amps), self._boolean(doing, on))

    def measure(self, outputs: Sequence[int]) -> list[Reading]:
        """Volts of all, amps of all, on (1.0 or 0.0) of all, in one exchange.

        Raises:
            UnexpectedReply: the reply has another shape; the link is resynchronised before the next exchange.
        """
        key = tuple(outputs)
        message = self._polls.get(key)
        if message is None:
            listed = scpi.channel_list(key)
            message = self._polls[key] = f"MEAS:VOLT? {listed};:MEAS:CURR? {listed};:OUTP? {listed}"
        text = self._session.query(message)
        groups = text.split(";")
        count = len(key)
        if len(groups) != 3:
            raise self._unexpected("measuring", text)
        volts, amps, states = (group.split(",") for group in groups)
        if not len(volts) == len(amps) == len(states) == count:
            raise self._unexpected("measuring", text)
        try:
            readings: list[Reading] = [scpi.reading(field) for field in (*volts, *amps)]
            readings += [1.0 if scpi.boolean(field) else 0.0 for field in states]
        except ValueError as error:
            raise self._unexpected("measuring", text) from error
        return readings

    def switch_off(self, outputs: Sequence[int]) -> None:
        """Output off, then 0 V, in one message that waits for no reply; ``off_state`` tells whether it worked."""
        listed = scpi.channel_list(outputs)
        self._session.write(f"OUTP OFF,{listed};:VOLT 0,{listed}")

    def off_state(self, outputs: Sequence[int]) -> list[tuple[bool, float, float]]:
        """On, measured volts and measured amps of each output.

        An unloaded output takes about 0.5 s to fall (sibling EDU36311A): wait on the volts, not on time.

        Raises:
            UnexpectedReply: another shape, or a reading that is no number.
        """
        doing = "confirming that the outputs are off"
        listed = scpi.channel_list(outputs)
        groups = self._ask(doing, f"OUTP? {listed};:MEAS:VOLT? {listed};:MEAS:CURR? {listed}", 3)
        states, volts, amps = (group.split(",") for group in groups)
        if not len(states) == len(volts) == len(amps) == len(outputs):
            raise self._unexpected(doing, ";".join(groups))
        return [
            (self._boolean(doing, on), self._number(doing, high), self._number(doing, flow))
            for on, high, flow in zip(states, volts, amps, strict=True)
        ]

    def clear_protection(self, output: int) -> None:
        """Clear a trip without letting power back on.

        On sibling supplies clearing restores the state before the trip, that is, on. So: 0 V, off, confirm off,
        clear, confirm that nothing is tripped and that the output is still off.

        Raises:
            NotConfirmed: still tripped, or on; in either case off was sent again.
        """
        doing = f"clearing the protection of output {output}"
        self._change(doing, f"VOLT 0,(@{output})")
        self._change(doing, f"OUTP OFF,(@{output})")
        self._confirm_off(doing, output)
        self._change(doing, f"OUTP:PROT:CLE (@{output})")
        self._confirm_off(doing, output)
        over_voltage, over_current = self._ask(
            doing, f"VOLT:PROT:TRIP? (@{output});:CURR:PROT:TRIP? (@{output})", 2
        )
        if self._boolean(doing, over_voltage) or self._boolean(doing, over_current):
            self.switch_off([output])
            raise self._still_tripped(doing)

    def _change(self, doing: str, command: str) -> None:
        self._raise_refusal(doing, command, self._session.query(f"{command};:SYST:ERR?"))

    def _confirm_setup(self, doing: str, output: int, setup: OutputSetup) -> None:
        at = f"(@{output})"
        on, volts, ovp, ocp, sense = self._ask(
            doing,
            f"OUTP? {at};:VOLT? {at};:VOLT:PROT? {at};:CURR:PROT:STAT? {at};:VOLT:SENS:SOUR? {at}",
            5,
        )
        found = {
            "output": "on" if self._boolean(doing, on) else "off",
            "voltage": near(self._number(doing, volts), 0.0),
            "over-voltage level": near(self._number(doing, ovp), setup.volts_limit_ovp),
            "over-current trip": self._boolean(doing, ocp),
            "remote sense": self._is_remote(doing, sense),
        }
        wanted = {
            "output": "off",
            "voltage": 0.0,
            "over-voltage level": setup.volts_limit_ovp,
            "over-current trip": setup.ocp,
            "remote sense": setup.remote_sense,
        }
        self._require_settings(doing, found, wanted)

    def _confirm_off(self, doing: str, output: int) -> None:
        (on,) = self._ask(doing, f"OUTP? (@{output})", 1)
        if self._boolean(doing, on):
            self.switch_off([output])
            raise self._still_on(doing)

    def _is_remote(self, doing: str, text: str) -> bool:
        """INT or EXT, or 0 and 1 as the E36100 manual has them."""
        word = text.strip().upper()
        if word in {"INT", "EXT"}:
            return word == "EXT"
        return self._boolean(doing, text)
