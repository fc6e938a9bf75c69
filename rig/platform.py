"""What differs between operating systems: signals, processes, the owner's folder, local sockets, locks.

Linux is tested. Elsewhere the same calls exist, and a live bench asks for its own proof of the stop path.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import final

STOP_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextmanager
def signals_as_requests(request: Callable[[str], None], but: Sequence[str] = ()) -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP into calls of request(name) while the block runs; those in but stay as set.

    The handler only takes note: it must be safe at any moment, also while an earlier one is handled.
    In a thread other than the main one nothing is changed, because Python allows handlers there alone.
    """

    def note(number: int, _frame: FrameType | None) -> None:
        request(signal.Signals(number).name)

    try:
        before = {number: signal.signal(number, note) for number in STOP_SIGNALS if number.name not in but}
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore_interrupts() -> None:
    """Ctrl-C is for the process that started this one, which tells it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def start_apart(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process that the terminal's keys and its hanging up do not reach, with pipes on stdin and stdout.

    It inherits stderr and the working folder. The pipe to its stdin is this process's alone, so that the other
    end reads its end however this process ends.
    """
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=dict(environment),
        start_new_session=sys.platform != "win32",
        creationflags=flags,
    )


def never_block(descriptor: int) -> None:
    """Let writes to a pipe fail instead of waiting, where the system can."""
    with suppress(OSError, AttributeError):  # Windows before Python 3.12 cannot
        os.set_blocking(descriptor, False)


def how_it_ended(returncode: int) -> str:
    """The end of a process in words: by which signal, or with which exit code."""
    if returncode >= 0:
        return f"with exit code {returncode}"
    try:
        return f"by {signal.Signals(-returncode).name} (signal {-returncode})"
    except ValueError:
        return f"by signal {-returncode}"


@final
class LockedFile:
    """A file whose lock belongs to one process at a time; the system gives it back when that process dies.

    The file stays: removing it would let two processes lock two files of one name.

    Raises:
        OSError: the file cannot be made.
    """

    _AT = 1 << 20  # the byte that Windows locks, beyond what is written, which others may read

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, note: str) -> str | None:
        """Take the lock and leave a note for those who come later; None, or the note of who has it.

        Raises:
            OSError: the file system knows no locks, or the note cannot be written.
        """
        try:
            self._lock()
        except (BlockingIOError, PermissionError):
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            return os.read(self._descriptor, 4096).decode(errors="replace")
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, note.encode())
        return None

    def close(self) -> None:
        """Give the lock back."""
        os.close(self._descriptor)

    def _lock(self) -> None:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(self._descriptor, self._AT, os.SEEK_SET)
            msvcrt.locking(self._descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def runtime_folder() -> Path:
    """The folder of this user's control sockets and locks, readable by its owner alone; made where it lacks.

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
