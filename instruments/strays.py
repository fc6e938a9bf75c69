"""Bytes that nobody asked for, on links that carry bytes and not messages: raw sockets and serial lines of pyvisa-py.

An instrument, or an adapter before it, that answers twice would be one answer behind for ever after, and the next
question of the same form would be answered by an old reading.
"""

from __future__ import annotations

import select
import socket
from typing import Any

CHUNK = 4096


def link_of(resource: Any) -> Any:
    """What pyvisa-py keeps of an open resource; None of other libraries, which do not show it."""
    sessions = getattr(getattr(resource, "visalib", None), "sessions", None)
    return sessions.get(getattr(resource, "session", None)) if isinstance(sessions, dict) else None


def discard(link: Any) -> int:
    """Throw away what has come before a question is sent; how many bytes.

    Args:
        link: as `link_of` found it.

    Raises:
        OSError: the link is gone; a serial line raises errors of its own kind too.
    """
    interface: Any = getattr(link, "interface", None)
    held = getattr(link, "_pending_buffer", None)
    count = 0
    if isinstance(held, bytearray):
        count = len(held)
        held.clear()
    if isinstance(interface, socket.socket):
        return count + _received(interface)
    waiting = getattr(interface, "in_waiting", 0)
    if isinstance(waiting, int) and waiting:
        interface.reset_input_buffer()
        count += waiting
    return count


def _received(link: socket.socket) -> int:
    count = 0
    while select.select([link], [], [], 0.0)[0]:
        got = len(link.recv(CHUNK))
        if not got:  # closed at the other end; the exchange will say so
            break
        count += got
    return count
