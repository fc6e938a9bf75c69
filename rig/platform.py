"""What differs between operating systems: signals, the owner's folder, local sockets.

Linux is tested. Elsewhere the same calls exist, and a live bench asks for its own proof of the stop path.
"""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextmanager
def signals_as_requests(request: Callable[[str], None]) -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into calls of request(name) while the block runs.

    The handler only takes note: it must be safe at any moment, also while an earlier one is handled.
    In a thread other than the main one nothing is changed, because Python allows handlers there alone.
    """

    def note(number: int, _frame: FrameType | None) -> None:
        request(signal.Signals(number).name)

    try:
        before = {number: signal.signal(number, note) for number in STOP_SIGNALS}
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def runtime_folder() -> Path:
    """The folder of this user's control sockets, readable by its owner alone; made where it lacks.

    Raises:
        PermissionError: the folder belongs to somebody else or is open to others.
    """
    base = os.environ.get("XDG_RUNTIME_DIR")
    name = "rig" if base else f"rig-{os.getuid() if hasattr(os, 'getuid') else os.getlogin()}"
    folder = Path(base or tempfile.gettempdir()) / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "getuid"):
        status = folder.stat()
        if status.st_uid != os.getuid() or status.st_mode & 0o077:
            raise PermissionError(
                f"the folder for control sockets, {folder}, belongs to another user or is open to others; "
                f"remove it or set XDG_RUNTIME_DIR to a folder of your own"
            )
    return folder


def listen_local(path: Path) -> socket.socket:
    """A listening stream socket that only this user can reach.

    Raises:
        OSError: the socket cannot be made there.
    """
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        server.bind(str(path))
        path.chmod(0o600)
        server.listen(4)
    except OSError:
        server.close()
        raise
    return server


def connect_local(path: Path, timeout_s: float) -> socket.socket:
    """A connection to a socket made by `listen_local`.

    Raises:
        OSError: nobody listens there.
    """
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(timeout_s)
    try:
        client.connect(str(path))
    except OSError:
        client.close()
        raise
    return client


def state_folder() -> Path:
    """The folder in which this user's benches keep what must outlive a restart; made where it lacks.

    Raises:
        OSError: it cannot be made.
    """
    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    folder = base / "rig"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
