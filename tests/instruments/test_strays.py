"""An instrument that says more than it was asked for is never an answer behind."""

from __future__ import annotations

import os
import pty
import socket
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from typing import Any

import pytest
import pyvisa

from instruments.session import Session
from instruments.strays import CHUNK, MOST_CHUNKS, discard
from rig.clock import WallClock


def twice(read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
    """Each question is answered by its number, two times over, in one piece."""
    for number in count(1):
        if not read():
            return
        write(f"{number}\n".encode() * 2)


@contextmanager
def over_tcp() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            peer, _ = server.accept()
            with peer:
                twice(lambda: peer.recv(100), peer.sendall)

        threading.Thread(target=serve, daemon=True).start()
        yield f"TCPIP0::127.0.0.1::{server.getsockname()[1]}::SOCKET"


@contextmanager
def over_a_serial_line() -> Iterator[str]:
    main, other = pty.openpty()
    tty.setraw(other)

    def read() -> bytes:
        try:
            return os.read(main, 100)
        except OSError:
            return b""

    threading.Thread(target=twice, args=(read, lambda data: os.write(main, data)), daemon=True).start()
    try:
        yield f"ASRL{os.ttyname(other)}::INSTR"
    finally:
        os.close(other)
        os.close(main)


@pytest.mark.parametrize("link", [over_tcp, over_a_serial_line])
def test_each_question_is_answered_by_its_own_answer(link: Any) -> None:
    manager: Any = pyvisa.ResourceManager("@py")
    with link() as name, closing(Session(lambda: manager.open_resource(name), name, WallClock())) as session:
        assert [session.query("?") for _ in range(5)] == ["1", "2", "3", "4", "5"]


def test_without_it_the_answers_fall_behind() -> None:
    manager: Any = pyvisa.ResourceManager("@py")
    with over_tcp() as name, closing(manager.open_resource(name, read_termination="\n")) as resource:
        assert [resource.query("?") for _ in range(3)] == ["1", "1", "2"]


class Link:
    """What pyvisa-py keeps of a raw socket."""

    def __init__(self, interface: socket.socket) -> None:
        self.interface = interface


def test_who_talks_without_end_holds_nobody() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * MOST_CHUNKS * CHUNK)
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * MOST_CHUNKS * CHUNK)
        for _ in range(MOST_CHUNKS):
            theirs.send(b"x" * CHUNK)
        with pytest.raises(OSError, match="without end"):
            discard(Link(ours))
        discard(Link(ours))
