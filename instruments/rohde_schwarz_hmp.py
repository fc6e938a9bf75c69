"""Driver of the Rohde & Schwarz (formerly HAMEG) HMP4040: four outputs behind one master switch.

Commands after R&S's ``hmp4000`` IVI driver and the drivers of libsigrok, PyMeasure and QCoDeS-contrib. The HMP is
modal: ``INST:NSEL`` selects the output that all else is about, and the selection is shared with the front panel
and every other client. So each message selects first and asks ``INST:NSEL?`` back: a reply or a command that
concerned another output is an error, never a reading. R&S advises to put commands and queries in separate messages
because their order within one is not promised; that the HMP keeps it is unverified, and proved by every reply.

Power flows while an output's own switch (``OUTP:SEL``) and the master (``OUTP:GEN``) are both on. Outputs are
switched by their own switch, at once and without touching the others. The master goes on with the first output,
after all other outputs have been deselected, so that nothing else gets power by it, and off with the last.

Unverified: that a tripped output reads off, what clearing a trip does, that ``FUSE:DEL`` is in ms, one reply line
for a message of several queries. None of the series is known to have a communication watchdog. On RS-232 it loses
commands without RTS/CTS (three public drivers), so the driver asks for it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from instruments.catalogue import HMP, HMP_OUTPUTS_PER_MESSAGE
from instruments.errors import UnexpectedReply
from instruments.protocols import OutputSetup, OutputState, Reading
from instruments.scpi_instrument import ScpiInstrument, near

if TYPE_CHECKING:
    from instruments.session import Session

FUSE_DELAY_MS = 50
"""How long an output may stay at its current limit before the fuse opens, in ms (0 to 250 on the HMP).

Long enough for the charging of a controller's input capacitors, as on the E36300 after ``*RST``.
"""


class RohdeSchwarzHmp(ScpiInstrument):
    """A supply of the series over an open session.

    Every command that changes something carries ``SYST:ERR?`` in the same message. ``*RST`` is never sent: other
    outputs may feed something else; nor is ``SYST:LOC``, after which an HMP2030 answered no more (PyMeasure #636).

    Args:
        session: an open session, owned by this driver from now on.
        model: ``HMP4040``, as the bench file says.

    Raises:
        ValueError: there is no such model here.
    """

    MAKER = "Rohde & Schwarz"
    MAKERS = ("rohde&schwarz", "hameg")
    MODELS = HMP

    def __init__(self, session: Session, model: str) -> None:
        super().__init__(session, model)
        session.use_rts_cts()
        self._numbers = tuple(HMP[model])
        self._polls: dict[tuple[int, ...], list[tuple[str, tuple[int, ...]]]] = {}

    def prepare(self, setups: Mapping[int, OutputSetup]) -> None:
        """Switch off, 0 V, then program over-voltage level and fuse, free the fuse, and read all back.

        Over-voltage protection acts on the measured voltage (mode MEAS). The fuse is unlinked from the other
        outputs both ways, so that a trip stays with its output. There is no command for remote sense: the
        instrument senses where its sense terminals are wired (unverified), so either value is taken as told.

        Raises:
            Refused: the instrument refuses a value.
            NotConfirmed: a read-back differs.
        """
        for output, setup in setups.items():
            doing = f"preparing output {output}"
            self._change(doing, output, "OUTP:SEL 0")
            self._change(doing, output, "VOLT 0")
            self._change(doing, output, f"VOLT:PROT:LEV {setup.volts_limit_ovp:.6g}")
            self._change(doing, output, "VOLT:PROT:MODE MEAS")
            for fuse, other in self._links(doing, output):
                self._change(doing, fuse, f"FUSE:UNL {other}")
            self._change(doing, output, f"FUSE:DEL {FUSE_DELAY_MS}")
            self._change(doing, output, f"FUSE:STAT {'ON' if setup.ocp else 'OFF'}")
            self._confirm_setup(doing, output, setup)

    def set_voltage(self, output: int, volts: float) -> None:
        """Program the voltage of one output, in V.

        Raises:
            Refused: out of range.
        """
        self._change(f"setting output {output} to {volts:g} V", output, f"VOLT {volts:.6g}")

    def set_current_limit(self, output: int, amps: float) -> None:
        """Program the current limit of one output, in A.

        Raises:
            Refused: out of range.
        """
        self._change(f"limiting output {output} to {amps:g} A", output, f"CURR {amps:.6g}")

    def set_output(self, output: int, on: bool) -> None:
        """Switch one output on or off; the others keep their state.

        Off acts with the first message. The master follows: on with the first output, off with the last.

        Raises:
            Refused: the instrument refuses.
        """
        doing = f"switching output {output} {'on' if on else 'off'}"
        if on:
            master = self._master_or_alone(doing, output)
            self._change(doing, output, "OUTP:SEL 1" if master else "OUTP:SEL 1;:OUTP:GEN 1")
            return
        self._change(doing, output, "OUTP:SEL 0")
        selected, master = self._switches(doing)
        if master and not selected:
            self._change(doing, output, "OUTP:GEN 0")

    def state(self, output: int) -> OutputState:
        """What one output is programmed to; on only if its own switch and the master are."""
        doing = f"reading the settings of output {output}"
        volts, amps, selected, master = self._ask_of(
            doing, output, "VOLT?", "CURR?", "OUTP:SEL?", "OUTP:GEN?"
        )
        on = self._boolean(doing, selected) and self._boolean(doing, master)
        return OutputState(self._number(doing, volts), self._number(doing, amps), on)

    def measure(self, outputs: Sequence[int]) -> list[Reading]:
        """Volts of all, amps of all, on (1.0 or 0.0) of all; one exchange for two outputs.

        Raises:
            UnexpectedReply: the reply has another shape or concerns other outputs; the link is resynchronised
                before the next exchange.
        """
        doing = "measuring"
        seen = self._look(doing, outputs)
        fields = [volts for volts, *_ in seen] + [amps for _, amps, *_ in seen]
        readings = self._readings(doing, ",".join(fields), fields)
        readings += [1.0 if selected and master else 0.0 for *_, selected, master in seen]
        return readings

    def switch_off(self, outputs: Sequence[int]) -> None:
        """Each output off, then 0 V, waiting for no reply; ``off_state`` tells whether it worked.

        The master stays: other lanes may be on.
        """
        for output in outputs:
            self._session.write(f"INST:NSEL {output};:OUTP:SEL 0;:VOLT 0")

    def off_state(self, outputs: Sequence[int]) -> list[tuple[bool, float, float]]:
        """On, measured volts and measured amps of each output.

        An output whose own switch is on counts as on, though the master be off: another lane may switch that on.

        Raises:
            UnexpectedReply: another shape, another output, or a reading that is no number.
        """
        doing = "confirming that the outputs are off"
        return [
            (selected, self._number(doing, volts), self._number(doing, amps))
            for volts, amps, selected, _ in self._look(doing, outputs)
        ]

    def clear_protection(self, output: int) -> None:
        """Clear a trip without letting power back on.

        On many supplies clearing restores the state before the trip, that is, on. So: 0 V, off, confirm off, clear
        (the HMP forgets an opened fuse when the fuse is switched off, unverified; it is armed again in the same
        message), confirm that nothing is tripped, the fuse as before and the output still off.

        Raises:
            NotConfirmed: still tripped, the fuse not armed again, or on; off was sent again where it was on.
        """
        doing = f"clearing the protection of output {output}"
        self._change(doing, output, "VOLT 0")
        self._change(doing, output, "OUTP:SEL 0")
        (fuse,) = self._confirm_off(doing, output, "FUSE:STAT?")
        armed = self._boolean(doing, fuse)
        again = ";:FUSE:STAT ON" if armed else ""
        self._change(doing, output, f"VOLT:PROT:CLE;:FUSE:STAT OFF{again}")
        fuse, *trips = self._confirm_off(doing, output, "FUSE:STAT?", "VOLT:PROT:TRIP?", "FUSE:TRIP?")
        if any(self._boolean(doing, trip) for trip in trips):
            self.switch_off([output])
            raise self._still_tripped(doing)
        self._require_settings(doing, {"fuse": self._boolean(doing, fuse)}, {"fuse": armed})

    def _master_or_alone(self, doing: str, output: int) -> bool:
        """Whether the master is on; if not, the other outputs have been deselected, so that it may go on."""
        selected, master = self._switches(doing)
        if not master:
            for stray in sorted(selected - {output}):
                self._change(doing, stray, "OUTP:SEL 0")
        return master

    def _switches(self, doing: str) -> tuple[set[int], bool]:
        """Outputs whose own switch is on, and whether the master is."""
        asked = ";:".join(f"INST:NSEL {number};:INST:NSEL?;:OUTP:SEL?" for number in self._numbers)
        *fields, master = self._ask(doing, f"{asked};:OUTP:GEN?", 2 * len(self._numbers) + 1)
        selected: set[int] = set()
        for number, echo, state in zip(self._numbers, fields[0::2], fields[1::2], strict=True):
            self._require_echo(doing, number, echo)
            if self._boolean(doing, state):
                selected.add(number)
        return selected, self._boolean(doing, master)

    def _look(self, doing: str, outputs: Sequence[int]) -> list[tuple[str, str, bool, bool]]:
        """Volts, amps, own switch and master of each output."""
        seen: list[tuple[str, str, bool, bool]] = []
        for message, numbers in self._messages(tuple(outputs)):
            *fields, general = self._ask(doing, message, 4 * len(numbers) + 1)
            master = self._boolean(doing, general)
            for index, number in enumerate(numbers):
                echo, volts, amps, selected = fields[4 * index : 4 * index + 4]
                self._require_echo(doing, number, echo)
                seen.append((volts, amps, self._boolean(doing, selected), master))
        return seen

    def _messages(self, outputs: tuple[int, ...]) -> list[tuple[str, tuple[int, ...]]]:
        """Messages that ask about outputs, each with those that it is about."""
        made = self._polls.get(outputs)
        if made is None:
            step = HMP_OUTPUTS_PER_MESSAGE
            parts = [outputs[first : first + step] for first in range(0, len(outputs), step)]
            made = self._polls[outputs] = [(_poll(part), part) for part in parts]
        return made

    def _change(self, doing: str, output: int, command: str) -> None:
        text = self._session.query(f"INST:NSEL {output};:{command};:INST:NSEL?;:SYST:ERR?")
        echo, _, complaint = text.partition(";")
        self._require_echo(doing, output, echo)
        self._raise_refusal(doing, command, complaint)

    def _ask_of(self, doing: str, output: int, *queries: str) -> list[str]:
        """Replies to queries about one output."""
        message = ";:".join((f"INST:NSEL {output}", "INST:NSEL?", *queries))
        echo, *replies = self._ask(doing, message, 1 + len(queries))
        self._require_echo(doing, output, echo)
        return replies

    def _require_echo(self, doing: str, output: int, echo: str) -> None:
        """Raise ``UnexpectedReply`` unless the reply speaks for that output."""
        try:
            selected = int(echo)
        except ValueError as error:
            raise self._unexpected(doing, echo) from error
        if selected != output:
            self._session.distrust()
            raise UnexpectedReply(
                self._session.name,
                doing,
                f"output {selected} was selected, not {output}",
                "end other programs that use this supply; if there is none, its firmware does not keep the order "
                "within a message, and it cannot be used here",
            )

    def _links(self, doing: str, output: int) -> list[tuple[int, int]]:
        """Links between the fuse of an output and others, as (fuse that opens, output that it takes along)."""
        others = [number for number in self._numbers if number != output]
        found = []
        replies = self._ask_of(doing, output, *(f"FUSE:LINK? {other}" for other in others))
        for other, reply in zip(others, replies, strict=True):
            if self._boolean(doing, reply):
                found.append((output, other))
            if self._boolean(doing, self._ask_of(doing, other, f"FUSE:LINK? {output}")[0]):
                found.append((other, output))
        return found

    def _confirm_setup(self, doing: str, output: int, setup: OutputSetup) -> None:
        queries = ("OUTP:SEL?", "VOLT?", "VOLT:PROT:LEV?", "VOLT:PROT:MODE?", "FUSE:STAT?", "FUSE:DEL?")
        on, volts, level, mode, fuse, delay = self._ask_of(doing, output, *queries)
        found = {
            "output": "on" if self._boolean(doing, on) else "off",
            "voltage": near(self._number(doing, volts), 0.0),
            "over-voltage level": near(self._number(doing, level), setup.volts_limit_ovp),
            "over-voltage mode": mode.strip().upper()[:4],
            "fuse": self._boolean(doing, fuse),
            "fuse delay in ms": self._number(doing, delay),
            "linked fuses": self._links(doing, output),
        }
        wanted = {
            "output": "off",
            "voltage": 0.0,
            "over-voltage level": setup.volts_limit_ovp,
            "over-voltage mode": "MEAS",
            "fuse": setup.ocp,
            "fuse delay in ms": float(FUSE_DELAY_MS),
            "linked fuses": [],
        }
        self._require_settings(doing, found, wanted)

    def _confirm_off(self, doing: str, output: int, *queries: str) -> list[str]:
        """Replies to further queries about an output that must read off."""
        on, *replies = self._ask_of(doing, output, "OUTP:SEL?", *queries)
        if self._boolean(doing, on):
            self.switch_off([output])
            raise self._still_on(doing)
        return replies


def _poll(outputs: tuple[int, ...]) -> str:
    """The message that asks for volts, amps and own switch of each output, and for the master."""
    asked = (f"INST:NSEL {number};:INST:NSEL?;:MEAS:VOLT?;:MEAS:CURR?;:OUTP:SEL?" for number in outputs)
    return ";:".join((*asked, "OUTP:GEN?"))
