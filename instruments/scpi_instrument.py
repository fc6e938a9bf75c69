"""What the drivers of SCPI instruments have in common: identity, error queue, checked replies, read-back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from instruments import scpi
from instruments.errors import InstrumentError, NotConfirmed, Refused, UnexpectedReply
from instruments.protocols import Identity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from instruments.protocols import Reading
    from instruments.session import Session

SETTING_TOLERANCE = 0.005
"""How far a setting may be read back from what was set, in V or A: five times a supply's 1 mV step."""


SELF_TEST_S = 60.0
"""How long a self-test may take, in s: estimate, unverified."""


class ScpiInstrument:
    """A driver over an open session.

    Attributes:
        MAKER: whose instrument it is, in words for people.
        MAKERS: how the first field of ``*IDN?`` may begin, in lower case and without blanks.
        MODELS: those that the driver knows.
        REMEDY: what to do when a reply does not fit.

    Args:
        session: an open session, owned by this driver from now on.
        model: as the bench file says.

    Raises:
        ValueError: there is no such model here.
    """

    MAKER: ClassVar[str]
    MAKERS: ClassVar[tuple[str, ...]]
    MODELS: ClassVar[Collection[str]]
    REMEDY: ClassVar[str] = (
        "the link is resynchronised before the next exchange; if it comes again, check the model"
    )

    def __init__(self, session: Session, model: str) -> None:
        if model not in self.MODELS:
            raise ValueError(f"no driver for model {model!r}; known are {', '.join(self.MODELS)}")
        self._session = session
        self._model = model

    def identify(self) -> Identity:
        """Who answers.

        Raises:
            UnexpectedReply: it is not the model that was asked for, or of another maker.
        """
        text = self._session.query("*IDN?")
        try:
            identity = scpi.identity(text)
        except ValueError as error:
            raise self._unexpected("asking its identity", text) from error
        maker = "".join(identity.maker.split()).lower()
        if identity.model.upper() != self._model.upper() or not maker.startswith(self.MAKERS):
            raise UnexpectedReply(
                self._session.name,
                f"looking for a {self.MAKER} {self._model}",
                repr(text),
                "correct the model or the resource name in the bench file",
            )
        return identity

    def drain_errors(self) -> list[tuple[int, str]]:
        """Empty the error queue, oldest first, at most ``scpi.ERROR_QUEUE_BOUND`` entries.

        Raises:
            UnexpectedReply: a reply is no error entry.
        """
        try:
            return scpi.drain(self._session.query)
        except ValueError as error:
            raise self._unexpected("emptying the error queue", str(error)) from error

    def self_test(self) -> int:
        """Run ``*TST?`` (IEEE 488.2 §10.38) and return its result: 0 means passed, else the instrument's own code.

        What it switches on the way differs by make, so outputs must be off.

        Raises:
            UnexpectedReply: the reply is no number.
            ReplyTimeout: no reply within `SELF_TEST_S`.
        """
        text = self._session.query("*TST?", SELF_TEST_S)
        return int(self._number("testing itself", text))

    @property
    def due(self) -> float:
        """Bench time in s at which the present exchange has to be over, inf between exchanges."""
        return self._session.due

    def set_deadline(self, seconds: float) -> None:
        """How long one exchange may take from now on, in s; 0.15 while an output is on."""
        self._session.deadline_s = seconds

    def reopen(self) -> None:
        """Close the link and open it again; the instrument keeps its settings.

        Raises:
            LinkLost: it cannot be opened.
        """
        self._session.reopen()

    def close(self) -> None:
        """Close the link; the instrument stays as it is."""
        self._session.close()

    def _raise_refusal(self, doing: str, command: str, text: str) -> None:
        """Raise what the reply to ``SYST:ERR?`` says, if it says that something was refused."""
        try:
            code, words = scpi.error(text)
        except ValueError as error:
            raise self._unexpected(doing, text) from error
        if code != 0:
            self.drain_errors()
            raise Refused(self._session.name, f"{doing} ({command})", code, words)

    def _ask(self, doing: str, message: str, groups: int) -> list[str]:
        """The replies to a message of so many queries."""
        text = self._session.query(message)
        found = text.split(";")
        if len(found) != groups:
            raise self._unexpected(doing, text)
        return found

    def _readings(self, doing: str, text: str, fields: Sequence[str]) -> list[Reading]:
        try:
            return [scpi.reading(field) for field in fields]
        except ValueError as error:
            raise self._unexpected(doing, text) from error

    def _number(self, doing: str, text: str) -> float:
        try:
            return scpi.number(text)
        except ValueError as error:
            raise self._unexpected(doing, text) from error

    def _boolean(self, doing: str, text: str) -> bool:
        try:
            return scpi.boolean(text)
        except ValueError as error:
            raise self._unexpected(doing, text) from error

    def _unexpected(self, doing: str, text: str) -> InstrumentError:
        self._session.distrust()
        return UnexpectedReply(self._session.name, doing, f"a reply that does not fit: {text!r}", self.REMEDY)

    def _require_settings(
        self, doing: str, found: Mapping[str, object], wanted: Mapping[str, object]
    ) -> None:
        """Raise ``NotConfirmed`` that names every setting that was read back differently."""
        wrong = [
            f"{what} reads {found[what]}, not {wanted[what]}"
            for what in wanted
            if found[what] != wanted[what]
        ]
        if wrong:
            raise NotConfirmed(
                self._session.name,
                doing,
                "; ".join(wrong),
                "do not switch on; check the model and the bench file",
            )

    def _still_on(self, doing: str) -> InstrumentError:
        return NotConfirmed(
            self._session.name,
            doing,
            "the output reads on; off was sent again",
            "confirm that it is off, and cut the heater by other means if it is not",
        )

    def _still_tripped(self, doing: str) -> InstrumentError:
        return NotConfirmed(
            self._session.name, doing, "it is still tripped", "remove the cause; the output stays off"
        )


def near(found: float, wanted: float) -> float:
    """What was wanted if the read-back is as good as equal, else the read-back (V or A)."""
    return wanted if abs(found - wanted) <= SETTING_TOLERANCE else found
