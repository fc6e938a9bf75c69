"""One conversation with one instrument over any pyvisa resource, with the library's many errors made few.

A session has one owner; it takes no lock. pyvisa itself is not thread safe.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from math import inf
from typing import Any, Protocol

from pyvisa.constants import ControlFlow, StatusCode
from pyvisa.errors import Error as PyvisaError
from pyvisa.errors import VisaIOError

from instruments.errors import InstrumentError, LinkLost, ReplyTimeout, UnexpectedReply
from instruments.protocols import Clock
from instruments.strays import discard, link_of

DEADLINE_S = 2.0
"""Deadline of an exchange unless told otherwise, in s (pyvisa's own default)."""

QUIET_S = 0.1
"""How long a serial line must say nothing to count as quiet, in s."""

DRAIN_BOUND = 64
"""Stale replies to throw away at most before the link is opened anew."""

CHUNK = 20 * 1024
"""Bytes to read at once (pyvisa's own chunk size)."""

Exchange = Callable[[str, str, str | None, float, float], None]
"""Called with session name, text sent, reply or None, and the bench seconds at start and end."""


class Library(Protocol):
    """What a session uses of ``pyvisa.highlevel.VisaLibraryBase``."""

    def read(self, session: Any, count: int, /) -> tuple[bytes, StatusCode]:
        """Receive up to so many bytes of a message; the status says whether there is more (viRead)."""
        ...


class Resource(Protocol):
    """What a session uses of ``pyvisa.resources.MessageBasedResource``; timeout is in ms.

    Most replies are one viRead long and are read from the library itself: what ``read_raw`` adds to that call,
    its warnings filter and its debug log, costs 5 % of a whole simulated run.
    """

    session: Any
    timeout: float
    flow_control: ControlFlow
    read_termination: str | None
    write_termination: str

    @property
    def visalib(self) -> Library:
        """The library that opened it."""
        ...

    def write_raw(self, message: bytes) -> int:
        """Send bytes as they are."""
        ...

    def read_raw(self, size: int | None = None) -> bytes:
        """Receive bytes up to the end of a message."""
        ...

    def clear(self) -> None:
        """Device clear, or what the interface has for it."""
        ...

    def close(self) -> None:
        """End the conversation."""
        ...


_LINK_ERRORS: tuple[type[BaseException], ...] = (PyvisaError, OSError)
with contextlib.suppress(
    ImportError
):  # Unix only, and an error of its own kind: serial lines raise it when unplugged
    import termios

    _LINK_ERRORS = (*_LINK_ERRORS, termios.error)
_CLEAR_ERRORS: tuple[type[BaseException], ...] = (NotImplementedError, *_LINK_ERRORS)


class Session:
    """Text out, text in, under a deadline.

    After a time-out or a reply that makes no sense the next exchange is preceded by a resynchronisation, so
    that a late reply is never taken for the answer to a later question:

    1. device clear, where the interface has one (USB, GPIB, VXI-11, HiSLIP): it empties the instrument's
       output;
    2. on a serial line, read until quiet;
    3. else, and on a raw socket always, close and open again: the late reply dies with the old connection.
       (What pyvisa-py calls clear on a socket only waits 0.1 s for stray bytes; a later one would still
       come through.)

    What has come before a question is sent is no answer to it, and is thrown away (see `instruments.strays`).

    Args:
        open_resource: opens the pyvisa resource; called again by ``reopen``.
        name: what errors call this resource.
        clock: bench time, for the stamps of ``on_exchange``.
        deadline_s: how long an exchange may take, in s.

    Attributes:
        due: bench time in s at which the present exchange has to be over, inf between exchanges. Another thread may
            look: an exchange that is past it is in a library that does not keep its time-out.

    Raises:
        LinkLost: the resource cannot be opened.
    """

    __slots__ = (
        "_link",
        "_name",
        "_open_resource",
        "_resource",
        "_rts_cts",
        "_suspect",
        "_timeout_s",
        "clock",
        "deadline_s",
        "due",
        "on_exchange",
        "timeouts_in_a_row",
    )

    def __init__(
        self, open_resource: Callable[[], Resource], name: str, clock: Clock, deadline_s: float = DEADLINE_S
    ) -> None:
        self._open_resource = open_resource
        self._name = name
        self._resource: Resource | None = None
        self._link: Any = None
        self._rts_cts = False
        self._suspect = False
        self._timeout_s = -1.0
        self.clock = clock
        self.deadline_s = deadline_s
        self.due = inf
        self.on_exchange: Exchange | None = None
        self.timeouts_in_a_row = 0
        self.reopen()

    @property
    def name(self) -> str:
        """What errors call this resource."""
        return self._name

    def query(self, text: str, deadline_s: float | None = None) -> str:
        """Send one message and return its reply without the line end.

        Args:
            text: the message, ASCII, without line end.
            deadline_s: for this exchange only, in s.

        Raises:
            ReplyTimeout: no whole reply in time.
            UnexpectedReply: the reply is cut short or not ASCII.
            LinkLost: the link is gone.
        """
        if self.on_exchange is None:
            return self._query(text, deadline_s)
        started = self.clock.now()
        reply: str | None = None
        try:
            reply = self._query(text, deadline_s)
        finally:
            self.on_exchange(self._name, text, reply, started, self.clock.now())
        return reply

    def write(self, text: str) -> None:
        """Send one message that has no reply.

        Raises:
            ReplyTimeout: the link took no bytes in time.
            LinkLost: the link is gone.
        """
        started = self.clock.now()
        self.due = started + self.deadline_s
        try:
            self._ready(self.deadline_s).write_raw(text.encode("ascii") + b"\n")
        except _LINK_ERRORS as failure:
            raise self._translated(failure, f"sending {text!r}") from failure
        finally:
            self.due = inf
        if self.on_exchange is not None:
            self.on_exchange(self._name, text, None, started, self.clock.now())

    def use_rts_cts(self) -> None:
        """Hand shake on a serial line, now and after each reopening; nothing on any other link.

        Raises:
            LinkLost: the line cannot do it.
        """
        self._rts_cts = True
        if self._resource is not None:
            try:
                _hand_shake(self._resource)
            except _LINK_ERRORS as failure:
                raise self._translated(failure, "switching RTS/CTS on") from failure

    def distrust(self) -> None:
        """Say that the last reply made no sense: resynchronise before the next exchange."""
        self._suspect = True

    def reopen(self) -> None:
        """Close the link, if there is one, and open it anew.

        Raises:
            LinkLost: it cannot be opened.
        """
        self.close()
        try:
            resource = self._open_resource()
            _set_up(resource)
            if self._rts_cts:
                _hand_shake(resource)
        except _LINK_ERRORS as failure:
            raise LinkLost(
                self._name,
                "opening the link",
                str(failure) or type(failure).__name__,
                "check that it is switched on, its cable, and its resource name in the bench file",
            ) from failure
        self._resource, self._link = resource, link_of(resource)
        self._suspect = False
        self._timeout_s = -1.0

    def close(self) -> None:
        """Close the link; errors in doing so say nothing new and are dropped."""
        resource, self._resource = self._resource, None
        if resource is not None:
            with contextlib.suppress(*_LINK_ERRORS):
                resource.close()

    def _query(self, text: str, deadline_s: float | None) -> str:
        limit_s = self.deadline_s if deadline_s is None else deadline_s
        self.due = self.clock.now() + limit_s
        try:
            resource = self._ready(limit_s)
            if self._link is not None:
                discard(self._link)
            resource.write_raw(text.encode("ascii") + b"\n")
            reply, status = resource.visalib.read(resource.session, CHUNK)
            if status == StatusCode.success_max_count_read:
                reply += resource.read_raw()
        except _LINK_ERRORS as failure:
            raise self._translated(failure, f"asking {text!r}") from failure
        finally:
            self.due = inf
        if reply[-1:] != b"\n" or not reply.isascii():
            self._suspect = True
            raise UnexpectedReply(
                self._name,
                f"asking {text!r}",
                f"a damaged reply {reply!r}",
                "check cable and interface; the link is resynchronised before the next exchange",
            )
        self.timeouts_in_a_row = 0
        return reply[:-1].rstrip(b"\r").decode("ascii")

    def _ready(self, deadline_s: float) -> Resource:
        """The resource, synchronised and with its time-out set."""
        if self._suspect:
            self._resynchronise()
        resource = self._resource
        if resource is None:
            raise LinkLost(self._name, "using the link", "it is closed", "reopen the instrument")
        if deadline_s != self._timeout_s:
            resource.timeout = max(1, round(deadline_s * 1000))
            self._timeout_s = deadline_s
        return resource

    def _translated(self, failure: BaseException, doing: str) -> InstrumentError:
        self._suspect = True
        timed_out = isinstance(failure, VisaIOError) and failure.error_code == StatusCode.error_timeout
        if timed_out or isinstance(failure, TimeoutError):
            self.timeouts_in_a_row += 1
            return ReplyTimeout(
                self._name,
                doing,
                f"no whole reply within {self._timeout_s:g} s",
                "check that the instrument is alive; the link is resynchronised before the next exchange",
            )
        return LinkLost(
            self._name, doing, str(failure) or type(failure).__name__, "check cable and power, then reopen it"
        )

    def _resynchronise(self) -> None:
        resource = self._resource
        if resource is None or not _resynchronised(resource):
            self.reopen()
        self._suspect = False
        self._timeout_s = -1.0


def _set_up(resource: Resource) -> None:
    """Both terminations LF; no Nagle delay where pyvisa-py lets its socket be reached (it has no attribute)."""
    resource.read_termination = "\n"
    resource.write_termination = "\n"
    interface = getattr(link_of(resource), "interface", None)
    if isinstance(interface, socket.socket):
        interface.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _hand_shake(resource: Resource) -> None:
    if _is_serial(resource):
        resource.flow_control = ControlFlow.rts_cts


def _is_serial(resource: Resource) -> bool:
    return str(getattr(resource, "resource_name", "")).upper().startswith("ASRL")


def _resynchronised(resource: Resource) -> bool:
    """Whether the stale reply is certainly gone without opening the link anew."""
    name = str(getattr(resource, "resource_name", "")).upper()
    if name.endswith("::SOCKET"):
        return False
    try:
        resource.clear()
    except _CLEAR_ERRORS:
        return False
    return not _is_serial(resource) or _is_quiet(resource)


def _is_quiet(resource: Resource) -> bool:
    """Throw away what a serial line still says; whether it fell silent."""
    resource.timeout = round(QUIET_S * 1000)
    try:
        for _ in range(DRAIN_BOUND):
            resource.read_raw()
    except VisaIOError as failure:
        return failure.error_code == StatusCode.error_timeout
    except _LINK_ERRORS:
        return False
    return False
