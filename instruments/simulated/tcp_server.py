"""Twins on TCP: raw SCPI sockets as the instruments have them on port 5025, for clients of any make."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Self

from instruments.protocols import Clock
from instruments.simulated.faults import Faults, Gate, Line
from instruments.simulated.scpi_engine import Conversation
from instruments.simulated.visa_library import Twin

RECEIVE_BYTES = 65_536
JOIN_S = 2.0
"""How long ``close`` waits for each thread, in s."""


class TwinServer:
    """Serves twins on loopback; a thread waits for clients of each twin, and each client has one.

    A client that is slow, hung up or killed disturbs nobody: its thread alone waits, and never with the lock.
    What the twins hold outlives every client. Use it as a context manager, or call ``close``.

    Args:
        twins: what to serve, by a name of the caller's choice.
        clock: bench time; must be a clock that threads may sleep on.
        lock: held while a twin's state is touched, never while sleeping or sending.
        faults: asked before each reply; None for sound links.
        host: interface to listen on.
        ports: port by name; any free one where it is missing or 0.

    Attributes:
        endpoints: host and port by name.
        gates: by the twins' names, what their clients and replies pass through.

    Raises:
        OSError: a port is taken.
    """

    def __init__(
        self,
        twins: Mapping[str, Twin],
        clock: Clock,
        lock: AbstractContextManager[Any] | None = None,
        faults: Faults | None = None,
        *,
        host: str = "127.0.0.1",
        ports: Mapping[str, int] | None = None,
    ) -> None:
        self._clock = clock
        self._lock: AbstractContextManager[Any] = nullcontext() if lock is None else lock
        self._guard = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self.endpoints: dict[str, tuple[str, int]] = {}
        self.gates: dict[str, Gate] = {}
        try:
            for name, twin in twins.items():
                gate = self.gates[twin.name] = Gate(twin.name, faults)
                self._listen(name, twin, gate, host, (ports or {}).get(name, 0))
        except OSError:
            self.close()
            raise

    def resource(self, name: str) -> str:
        """The VISA resource name of a twin: ``TCPIP0::127.0.0.1::PORT::SOCKET``."""
        host, port = self.endpoints[name]
        return f"TCPIP0::{host}::{port}::SOCKET"

    def close(self) -> None:
        """Hang up on every client, stop listening and wait for the threads."""
        self._closing.set()
        with self._guard:
            for link in self._open:
                _hang_up(link)
        for thread in list(self._threads):
            thread.join(JOIN_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _listen(self, name: str, twin: Twin, gate: Gate, host: str, port: int) -> None:
        listener = socket.create_server((host, port))
        self._keep(listener)
        self.endpoints[name] = listener.getsockname()[:2]
        self._start(f"{name} listener", self._accept, listener, twin, gate)

    def _start(self, name: str, target: Any, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, name=name, daemon=True)
        with self._guard:
            self._threads = [known for known in self._threads if known.is_alive() or known.ident is None]
            self._threads.append(thread)
        thread.start()

    def _keep(self, link: socket.socket) -> None:
        with self._guard:
            self._open.add(link)

    def _accept(self, listener: socket.socket, twin: Twin, gate: Gate) -> None:
        with listener, contextlib.suppress(OSError):
            while not self._closing.is_set():
                link, _ = listener.accept()
                if self._closing.is_set() or not gate.is_open(self._clock.now()):
                    link.close()
                    continue
                self._keep(link)
                self._start(f"{twin.name} client", self._serve, link, twin, gate)

    def _serve(self, link: socket.socket, twin: Twin, gate: Gate) -> None:
        """One client until it hangs up or is cut."""
        with self._lock:
            conversation = twin.connect(streaming=True)
        line = gate.connect(lambda: _hang_up(link))
        try:
            with link, contextlib.suppress(OSError):
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while not line.broken and (data := link.recv(RECEIVE_BYTES)):
                    if line.works:
                        with self._lock:
                            conversation.write(data, self._clock.now())
                        self._answer(link, conversation, gate, line)
        finally:
            with self._guard:
                self._open.discard(link)

    def _answer(self, link: socket.socket, conversation: Conversation, gate: Gate, line: Line) -> None:
        """Send every reply that the last bytes asked for, each when it is ready."""
        while not self._closing.is_set():
            now = self._clock.now()
            with self._lock:
                item = conversation.read(now)
            if item is None:
                return
            ready, reply = item
            if not reply:
                self._clock.sleep(max(0.0, ready - now))
                continue
            delivered = gate.deliver(ready, reply)
            if line.broken:
                return
            if delivered is not None:
                self._clock.sleep(max(0.0, delivered[0] - self._clock.now()))
                link.sendall(delivered[1])


def _hang_up(link: socket.socket) -> None:
    """Wake whoever waits on a socket."""
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        link.close()
