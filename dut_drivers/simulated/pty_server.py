"""A belt twin on a pseudo-terminal, for programs that open a serial port by its path. Unix only."""

from __future__ import annotations

import os
import select
import tempfile
import threading
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Final, Self

from dut_drivers.errors import DeviceError
from dut_drivers.protocols import Clock
from dut_drivers.simulated.twin import BeltTwin

_CHUNK: Final = 4096
_PATIENCE_S: Final = 2.0
_SHARED: Final = Path("/dev", "shm")
_FOLDER: Final = _SHARED if os.access(_SHARED, os.W_OK) else None
"""Where the ports stand: under /dev, as programs expect of a serial port, where a user may write there."""

_LOOK_S: Final = 0.05
"""How often to look whether an unplugged twin was plugged in again, in seconds."""


class PtyServer:
    """Serves one twin until closed; the belt keeps its state while hosts come and go.

    Both ends are raw and the server holds the host's end open itself, so nothing is echoed and no read
    fails while no host is there. The port is a link to the terminal, as ``/dev/serial/by-id`` has them: while the
    twin is unplugged it is gone, and the host has lost what it had open; plugged in again it leads to a new one.

    Args:
        twin: the belt.
        clock: wall-clock bench time.
        lock: held while the twin is touched.

    Attributes:
        path: of the port that a host opens.

    Raises:
        DeviceError: this system has no pseudo-terminals.
    """

    def __init__(self, twin: BeltTwin, clock: Clock, lock: AbstractContextManager[object]) -> None:
        self._twin = twin
        self._clock = clock
        self._lock = lock
        self._ours, self._hosts = _open_raw_pair(twin.name)
        self._port = Path(tempfile.mkdtemp(prefix="rig-belt-", dir=_FOLDER)) / "port"
        self.path = str(self._port)
        self._wake_end, self._wake = os.pipe()
        self._show()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name=f"pty {twin.name}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop serving and remove the port; a second call does nothing."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            os.write(self._wake, b"\0")
            self._thread.join(_PATIENCE_S)
            for descriptor in (self._wake, self._wake_end):
                os.close(descriptor)

    def _show(self) -> None:
        """Put the port where hosts look for it."""
        os.set_blocking(self._ours, False)
        self._port.symlink_to(os.ttyname(self._hosts))
        self._opened = self._twin.times_unplugged

    def _take_away(self) -> None:
        self._port.unlink()
        for descriptor in (self._ours, self._hosts):
            os.close(descriptor)

    def _serve(self) -> None:
        try:
            while self._serve_plugged() and self._await_plug():
                self._ours, self._hosts = _open_raw_pair(self._twin.name)
                self._show()
        finally:
            self._port.parent.rmdir()

    def _serve_plugged(self) -> bool:
        """Serve until the twin is unplugged; False when the server is being closed."""
        try:
            while self._is_whole():
                if not self._serve_once():
                    return False
        finally:
            self._take_away()
        return True

    def _is_whole(self) -> bool:
        return self._twin.plugged and self._twin.times_unplugged == self._opened

    def _await_plug(self) -> bool:
        """Wait until the twin is plugged in; False when the server is being closed."""
        while not select.select([self._wake_end], [], [], _LOOK_S)[0]:
            with self._lock:
                if self._twin.is_plugged(self._clock.now()):
                    return True
        return False

    def _serve_once(self) -> bool:
        """Wait for bytes, let the twin answer; False when the server is being closed."""
        ready, _, _ = select.select([self._ours, self._wake_end], [], [])
        if self._wake_end in ready:
            return False
        data = b""
        with suppress(OSError):
            data = os.read(self._ours, _CHUNK)
        with self._lock:
            if not self._is_whole():
                return True
            self._twin.write(data, self._clock.now())
        return self._send_replies()

    def _send_replies(self) -> bool:
        while True:
            with self._lock:
                reply = self._twin.read(self._clock.now())
            if reply is None:
                return True
            ready, data = reply
            if self._woken_before(ready):
                return False
            # A host that reads nothing fills the line; its replies are then lost, as on a real one.
            with suppress(OSError):
                os.write(self._ours, data)

    def _woken_before(self, instant: float) -> bool:
        wait_s = instant - self._clock.now()
        return bool(wait_s > 0 and select.select([self._wake_end], [], [], wait_s)[0])


def _open_raw_pair(name: str) -> tuple[int, int]:
    """The server's and the host's end of a pseudo-terminal, both raw."""
    try:
        import pty
        import tty
    except ImportError as error:
        remedy = "use the simdut:// port in this process instead"
        raise DeviceError(
            f"belt {name}", "opening a pseudo-terminal", "this system has none", remedy
        ) from error
    ours, hosts = pty.openpty()
    tty.setraw(ours)
    tty.setraw(hosts)
    return ours, hosts
