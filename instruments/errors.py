"""What can go wrong with an instrument.

    InstrumentError          anything below, and a reply or a command that has no narrower name
    ├── LinkLost             the link is gone: refused, closed by the far end, unplugged
    ├── ReplyTimeout         no whole reply in time; also a TimeoutError
    ├── UnexpectedReply      a reply arrived, but not of the shape that the question asks for
    ├── Refused              the instrument's error queue names a complaint: code and text
    └── NotConfirmed         read-back differs from what was set

Each carries the resource, what was being done, what came back and what to do next.
"""

from __future__ import annotations


class InstrumentError(Exception):
    """Base of every error that this package raises on purpose.

    Args:
        resource: the session's name, as the bench file has it.
        doing: what was being done, as a phrase: "reading output 2".
        got: what came back, in the instrument's own words where there are any.
        remedy: what to do next.
    """

    def __init__(self, resource: str, doing: str, got: str, remedy: str) -> None:
        super().__init__(f"{resource}: {doing}: {got}; {remedy}")
        self.resource = resource
        self.doing = doing
        self.got = got
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[InstrumentError], tuple[object, ...]]:
        return type(self), (self.resource, self.doing, self.got, self.remedy)


class LinkLost(InstrumentError):
    """The link is gone; nothing more comes until it is opened again."""


class ReplyTimeout(InstrumentError, TimeoutError):
    """No whole reply came before the deadline; a late one is discarded before the next exchange."""


class UnexpectedReply(InstrumentError):
    """A reply came that cannot be the answer to the question."""


class Refused(InstrumentError):
    """The instrument put an error into its queue.

    Args:
        resource: the session's name.
        doing: what was being done.
        code: the SCPI error number, negative for standard errors, never 0.
        text: the instrument's text.
        remedy: what to do next.
    """

    def __init__(
        self,
        resource: str,
        doing: str,
        code: int,
        text: str,
        remedy: str = "correct the value or the wiring in the bench file; nothing was switched on by this",
    ) -> None:
        super().__init__(resource, doing, f'refused with {code},"{text}"', remedy)
        self.code = code
        self.text = text

    def __reduce__(self) -> tuple[type[InstrumentError], tuple[object, ...]]:
        return type(self), (self.resource, self.doing, self.code, self.text, self.remedy)


class NotConfirmed(InstrumentError):
    """The instrument reads back something else than it was told."""
