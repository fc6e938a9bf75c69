"""A VISA library whose resources are twins: pyvisa, and whatever is built on it, runs on it unchanged.

Waiting is done on the given clock, so time-outs, too, are bench time.
"""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol, Self

import pyvisa
from pyvisa import constants, rname
from pyvisa.constants import ResourceAttribute, StatusCode
from pyvisa.highlevel import VisaLibraryBase
from pyvisa.typing import VISAEventContext, VISARMSession, VISASession
from pyvisa.util import LibraryPath

from instruments.protocols import Clock
from instruments.simulated.faults import Faults, Gate, Line
from instruments.simulated.scpi_engine import Conversation

_INFINITE_MS = 0xFFFFFFFF
_SUCCESS = StatusCode.success
_TERMINATED = StatusCode.success_termination_character_read
_FULL = StatusCode.success_max_count_read
_TICK_S = 1e-9


class Twin(Protocol):
    """What the library needs of a simulated instrument."""

    @property
    def name(self) -> str:
        """What faults call it."""
        ...

    def connect(self, *, streaming: bool = False) -> Conversation:
        """A new client's conversation."""
        ...


class _Client:
    """One open session."""

    __slots__ = (
        "attributes", "conversation", "gate", "inbox", "line", "rest", "socket", "termchar", "timeout_s",
    )  # fmt: skip

    def __init__(self, name: str, conversation: Conversation, gate: Gate, *, socket: bool) -> None:
        parsed = rname.parse_resource_name(name)
        self.conversation = conversation
        self.gate = gate
        self.line: Line = gate.connect()
        self.socket = socket
        self.timeout_s = 2.0
        self.termchar: int | None = None
        self.inbox: deque[tuple[float, bytes]] = deque()
        self.rest = b""
        self.attributes: dict[int, Any] = {
            ResourceAttribute.timeout_value: 2000,
            ResourceAttribute.termchar: 10,
            ResourceAttribute.termchar_enabled: False,
            ResourceAttribute.resource_name: name,
            ResourceAttribute.resource_class: parsed.resource_class,
            ResourceAttribute.interface_type: parsed.interface_type_const,
            ResourceAttribute.resource_manufacturer_name: "heat-belt-rig",
        }


class SimulatedVisaLibrary(VisaLibraryBase):
    """Twins behind VISA resource names.

    Names ending in ``::SOCKET`` stream: replies follow each other and end only by the termination character.
    Others are message based: a new message throws an unread reply away, and a short reply is seen as short.

    Args:
        key: tells libraries of one process apart; it is part of pyvisa's registry until ``close_library``.
        twins: what answers under each resource name.
        clock: bench time.
        lock: held while a twin's state is touched, never while sleeping.
        faults: asked before each reply; None for a sound link.

    Attributes:
        gates: by the twins' names, what their clients and replies pass through.

    Raises:
        ValueError: another library of that key is open.
    """

    def __new__(cls, key: str, *_arguments: object, **_keywords: object) -> Self:
        """Register under the key alone; the other arguments are for ``__init__``."""
        path = LibraryPath(f"simulated:{key}", "user specified")
        if (cls, path) in cls._registry:
            raise ValueError(
                f"a simulated VISA library {key!r} is open already; close it or take another key"
            )
        library = super().__new__(cls, path)
        if not isinstance(library, cls):
            raise TypeError(f"pyvisa made a {type(library).__name__}")
        return library

    def __init__(
        self,
        key: str,
        twins: Mapping[str, Twin],
        clock: Clock,
        lock: AbstractContextManager[Any] | None = None,
        faults: Faults | None = None,
    ) -> None:
        self.key = key
        self._twins = {_canonical(name): twin for name, twin in twins.items()}
        self._names = tuple(twins)
        self._clock = clock
        self._lock: AbstractContextManager[Any] = nullcontext() if lock is None else lock
        self._gates = {name: Gate(twin.name, faults) for name, twin in self._twins.items()}
        self.gates: Mapping[str, Gate] = {self._twins[name].name: gate for name, gate in self._gates.items()}
        self._clients: dict[int, _Client] = {}
        self._handles = itertools.count(1)

    def close_library(self) -> None:
        """Close its resource manager and every session, and free the key."""
        if self.resource_manager is not None:
            self.resource_manager.close()
        self._clients.clear()
        self._registry.pop((type(self), self.library_path), None)

    def open_default_resource_manager(self) -> tuple[VISARMSession, StatusCode]:
        """Open the resource manager (viOpenDefaultRM)."""
        handle = VISARMSession(next(self._handles))
        return handle, self.handle_return_value(handle, _SUCCESS)

    def list_resources(self, session: VISARMSession, query: str = "?*::INSTR") -> tuple[str, ...]:
        """The names that match a VISA expression."""
        return rname.filter(self._names, query)

    def open(
        self,
        session: VISARMSession,
        resource_name: str,
        access_mode: constants.AccessModes = constants.AccessModes.no_lock,
        open_timeout: int = constants.VI_TMO_IMMEDIATE,
    ) -> tuple[VISASession, StatusCode]:
        """Open a session (viOpen).

        error_resource_not_found for a name without a twin and for a link that was cut, error_resource_busy for
        one that refuses.
        """
        name = _canonical(resource_name)
        twin = self._twins.get(name)
        if twin is None or not self._gates[name].is_open(self._clock.now()):
            busy = twin is not None and self._gates[name].turns_away
            status = StatusCode.error_resource_busy if busy else StatusCode.error_resource_not_found
            self.handle_return_value(session, status)
            raise KeyError(resource_name)
        handle = VISASession(next(self._handles))
        socket = name.endswith("::SOCKET")
        conversation = twin.connect(streaming=socket)
        self._clients[handle] = _Client(name, conversation, self._gates[name], socket=socket)
        return handle, self.handle_return_value(handle, _SUCCESS)

    def close(self, session: VISASession | VISAEventContext | VISARMSession) -> StatusCode:
        """Close a session (viClose)."""
        self._clients.pop(session, None)
        return _SUCCESS

    def write(self, session: VISASession, data: bytes) -> tuple[int, StatusCode]:
        """Send (viWrite): the twin acts at once."""
        client = self._client(session)
        if not client.line.works:
            return self._write_in_vain(session, client, data)
        if not client.socket:
            client.inbox.clear()
            client.rest = b""
            if data[-1:] != b"\n":
                data += b"\n"
        with self._lock:
            client.conversation.write(data, self._clock.now())
        self._last_status_in_session[session] = _SUCCESS
        return len(data), _SUCCESS

    def read(self, session: VISASession, count: int) -> tuple[bytes, StatusCode]:
        """Receive (viRead): waits on the clock until the reply is ready or the time-out is over."""
        client = self._client(session)
        if not client.rest:
            client.rest = self._receive(session, client)
        rest = client.rest
        end = len(rest)
        if client.termchar is not None:
            found = rest.find(client.termchar)
            end = found + 1 if found >= 0 else end
        taken = min(end, count)
        data, client.rest = rest[:taken], rest[taken:]
        if client.termchar is not None and data[-1] == client.termchar:
            status = _TERMINATED
        elif end > count or (client.socket and client.rest):
            status = _FULL
        else:
            status = _SUCCESS
        self._last_status_in_session[session] = status
        return data, status

    def clear(self, session: VISASession) -> StatusCode:
        """Clear (viClear): a device clear; on a socket, as pyvisa-py has it, only what has arrived is dropped."""
        client = self._client(session)
        client.rest = b""
        if client.socket:
            now = self._clock.now()
            client.inbox = deque(item for item in client.inbox if item[0] > now)
            with self._lock:
                while (item := client.conversation.read(now)) is not None and item[1]:
                    pass
        else:
            client.inbox.clear()
            with self._lock:
                client.conversation.clear()
        return self.handle_return_value(session, _SUCCESS)

    def read_stb(self, session: VISASession) -> tuple[int, StatusCode]:
        """Poll the status byte (viReadSTB); not on sockets, which have no serial poll."""
        client = self._client(session)
        if client.socket:
            self.handle_return_value(session, StatusCode.error_nonsupported_operation)
        with self._lock:
            byte = client.conversation.status_byte(self._clock.now())
        return byte, self.handle_return_value(session, _SUCCESS)

    def flush(self, session: VISASession, mask: constants.BufferOperation) -> StatusCode:
        """Flush (viFlush): forget what was received."""
        self._client(session).rest = b""
        return self.handle_return_value(session, _SUCCESS)

    def get_attribute(
        self,
        session: VISASession | VISAEventContext | VISARMSession,
        attribute: constants.ResourceAttribute | constants.EventAttribute,
    ) -> tuple[Any, StatusCode]:
        """Read an attribute (viGetAttribute); 0 for what was never set."""
        client = self._clients.get(session)
        value = 0 if client is None else client.attributes.get(attribute, 0)
        return value, self.handle_return_value(session, _SUCCESS)

    def set_attribute(
        self, session: VISASession, attribute: constants.ResourceAttribute, attribute_state: Any
    ) -> StatusCode:
        """Set an attribute (viSetAttribute)."""
        client = self._client(session)
        client.attributes[attribute] = attribute_state
        if attribute == ResourceAttribute.timeout_value:
            client.timeout_s = math.inf if attribute_state >= _INFINITE_MS else attribute_state / 1000
        enabled = client.attributes[ResourceAttribute.termchar_enabled]
        client.termchar = client.attributes[ResourceAttribute.termchar] if enabled else None
        return self.handle_return_value(session, _SUCCESS)

    def disable_event(
        self,
        session: VISASession,
        event_type: constants.EventType,
        mechanism: constants.EventMechanism,
    ) -> StatusCode:
        """Disable an event (viDisableEvent); there are none."""
        return self.handle_return_value(session, _SUCCESS)

    def discard_events(
        self,
        session: VISASession,
        event_type: constants.EventType,
        mechanism: constants.EventMechanism,
    ) -> StatusCode:
        """Discard events (viDiscardEvents); there are none."""
        return self.handle_return_value(session, _SUCCESS)

    def _write_in_vain(self, session: VISASession, client: _Client, data: bytes) -> tuple[int, StatusCode]:
        """The line is broken, or nobody at its other end hears."""
        if client.line.broken:
            self.handle_return_value(session, StatusCode.error_connection_lost)
        self._last_status_in_session[session] = _SUCCESS
        return len(data), _SUCCESS

    def _client(self, session: VISASession) -> _Client:
        client = self._clients.get(session)
        if client is None:
            self.handle_return_value(None, StatusCode.error_invalid_object)
            raise KeyError(session)
        return client

    def _receive(self, session: VISASession, client: _Client) -> bytes:
        """The next reply, waited for; ends in a VisaIOError at the time-out or on a cut link."""
        clock = self._clock
        deadline = clock.now() + client.timeout_s
        if not (client.socket or client.inbox or client.conversation.message_available):
            client.conversation.unterminated()
        while True:
            now = clock.now()
            wake = self._collect(client, now)
            if client.line.broken:
                self.handle_return_value(session, StatusCode.error_connection_lost)
            if client.inbox and client.inbox[0][0] <= now + _TICK_S:
                reply = client.inbox.popleft()[1]
                if reply[-1:] == b"\n" or not client.socket:
                    return reply
                continue
            if now >= deadline - _TICK_S:
                self.handle_return_value(session, StatusCode.error_timeout)
            self._wait(deadline, wake, client)

    def _collect(self, client: _Client, now: float) -> float | None:
        """Take ready replies from the twin; the instant at which to ask again, None if nothing is pending."""
        with self._lock:
            while (item := client.conversation.read(now)) is not None:
                ready, reply = item
                if not reply:
                    return ready
                delivered = client.gate.deliver(ready, reply)
                if delivered is not None:
                    client.inbox.append(delivered)
        return None

    def _wait(self, deadline: float, wake: float | None, client: _Client) -> None:
        """Sleep until something can have happened, at most to the deadline."""
        until = deadline if wake is None or wake > deadline else wake
        if client.inbox and client.inbox[0][0] < until:
            until = client.inbox[0][0]
        now = self._clock.now()
        if until == math.inf:
            until = now + 1.0
        self._clock.sleep(max(0.0, until - now))


def make_resource_manager(library: SimulatedVisaLibrary) -> pyvisa.ResourceManager:
    """The one resource manager of a library."""
    return pyvisa.ResourceManager(library)


def _canonical(name: str) -> str:
    """A resource name as pyvisa writes it out, so that all ways to write one find the same twin."""
    try:
        return str(rname.ResourceName.from_string(name)).upper()
    except rname.InvalidResourceName:
        return name.upper()
