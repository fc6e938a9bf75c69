"""Bytes that nobody asked for, on links that carry bytes and not messages: raw sockets and serial lines of pyvisa-py.

An instrument, or an adapter before it, that answers twice would be one answer behind for ever after, and the next
question of the same form would be answered by an old reading.
"""

from __future__ import annotations

import select
import socket
from typing import Any

CHUNK = 4096
MOST_CHUNKS = 16
"""More than so much waiting is no answer given twice: whoever talks without end must not hold a bus worker."""


def link_of(resource: Any) -> Any:
    """What pyvisa-py keeps of an open resource; None of other libraries, which do not show it."""
    sessions = getattr(getattr(resource, "visalib", None), "sessions", None)
    return sessions.get(getattr(resource, "session", None)) if isinstance(sessions, dict) else None


def discard(link: Any) -> None:
    """Throw away what has come before a question is sent.

    Args:
        link: as `link_of` found it.

    Raises:
        OSError: the link is gone, or does not stop talking; a serial line raises errors of its own kind too.
    """
    interface: Any = getattr(link, "interface", None)
    held = getattr(link, "_pending_buffer", None)
    if isinstance(held, bytearray):
        held.clear()
    if isinstance(interface, socket.socket):
        _empty(interface)
    elif getattr(interface, "in_waiting", 0):
        interface.reset_input_buffer()


def _empty(link: socket.socket) -> None:
    for _ in range(MOST_CHUNKS):
        if not select.select([link], [], [], 0.0)[0] or not link.recv(CHUNK):
            return  # nothing waits, or it is closed at the other end, which the exchange will say
    raise OSError("it sends without end what nobody asked for")
