"""What differs between operating systems: signals, processes, the owner's folder, local sockets, locks.

Linux is tested. Elsewhere the same calls exist, and a live bench asks for its own proof of the stop path.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import final

from rig.platform.signals import (
    end_as_interrupted,
    ignore_interrupts,
    ignore_signals,
    signals_as_requests,
)

__all__ = [
    "LockedFile",
    "OtherProcess",
    "connect_local",
    "end_as_interrupted",
    "how_it_ended",
    "ignore_interrupts",
    "ignore_signals",
    "inherited_socket",
    "is_locked",
    "listen_local",
    "lock",
    "never_block",
    "prefer_other_victims",
    "prefer_this_victim",
    "runtime_folder",
    "signals_as_requests",
    "start_apart",
    "start_companion",
    "state_folder",
]


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

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, note: str) -> str | None:
        """Take the lock and leave a note for those who come later; None, or the note of who has it.

        Raises:
            OSError: the file system knows no locks, or the note cannot be written.
        """
        if not lock(self._descriptor):
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            return os.read(self._descriptor, 4096).decode(errors="replace")
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.write(self._descriptor, note.encode())
        return None

    def close(self) -> None:
        """Give the lock back."""
        os.close(self._descriptor)


_LOCKED_BYTE = 1 << 40
"""The byte that Windows locks, beyond what is ever written, which others may read."""


def lock(descriptor: int, *, shared: bool = False) -> bool:
    """Lock an open file for this process as long as it holds the descriptor; whether nobody else had it.

    Args:
        descriptor: of the file.
        shared: whether others may lock it in the same way; Windows knows no such lock.

    Raises:
        OSError: the file system knows no locks.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def is_locked(path: Path) -> bool:
    """Whether a living process has locked a file; False where nobody can know."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return not lock(descriptor, shared=True)
    except OSError:
        return False
    finally:
        os.close(descriptor)


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


def prefer_other_victims() -> bool:
    """Ask the system to end other processes first when memory runs out; whether it took the wish (root only)."""
    if _set_out_of_memory_score(-900):
        return True
    _set_out_of_memory_score(0)  # not the score of the process that started this one
    return False


def prefer_this_victim() -> bool:
    """Ask the system to end this process first when memory runs out; whether it took the wish."""
    return _set_out_of_memory_score(500)


def _set_out_of_memory_score(score: int) -> bool:
    try:
        Path("/proc/self/oom_score_adj").write_text(str(score), encoding="ascii")
    except OSError:
        return False
    return True


def start_companion(
    command: list[str], errors: int | None = None
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start a process of its own session that holds the other end of a socket, which is returned with it.

    The command gets the number of its end as one more argument, for `inherited_socket`. Neither a closed
    terminal nor Ctrl-C reaches it.

    Args:
        command: program and arguments.
        errors: descriptor for its stderr, None for the caller's own.

    Raises:
        OSError: it cannot be started.
    """
    ours, theirs = socket.socketpair()
    number = theirs.fileno()
    with theirs:
        theirs.set_inheritable(True)
        try:
            if sys.platform == "win32":
                process = subprocess.Popen(
                    [*command, str(number)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    close_fds=False,
                    creationflags=subprocess.CREATE_NEW_PROCESS_GROUP,
                )
            else:
                process = subprocess.Popen(
                    [*command, str(number)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    pass_fds=(number,),
                    start_new_session=True,
                )
        except OSError:
            ours.close()
            raise
    return process, ours


def inherited_socket(number: int) -> socket.socket:
    """The end of `start_companion`'s socket that this process was given; its own children do not get it.

    Raises:
        OSError: there is no such socket.
    """
    link = socket.socket(fileno=number)
    link.set_inheritable(False)
    return link


@final
class OtherProcess:
    """A process of this user that may have to be ended; never another one that got its number later.

    Where the system has process descriptors, one is held from now on; elsewhere the start time is compared.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._birth = _birth_of(pid)
        self.descriptor: int | None = None
        if hasattr(os, "pidfd_open"):
            with suppress(OSError, ValueError):
                self.descriptor = os.pidfd_open(pid)

    @property
    def ended(self) -> bool:
        """Whether it runs no more; a zombie has ended."""
        if self.descriptor is not None:
            return bool(select.select([self.descriptor], [], [], 0.0)[0])
        birth = _birth_of(self.pid)
        return birth is None or birth != self._birth

    def end(self) -> str | None:
        """End it without asking; what went wrong in words, None if it was told or had ended."""
        if self.ended:
            return None
        try:
            if self.descriptor is not None and hasattr(signal, "pidfd_send_signal"):
                signal.pidfd_send_signal(self.descriptor, signal.SIGKILL)
            else:
                os.kill(self.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        except ProcessLookupError:
            return None
        except OSError as error:
            return f"ending process {self.pid}: {error}"
        return None

    def close(self) -> None:
        """Let go of it."""
        descriptor, self.descriptor = self.descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def _birth_of(pid: int) -> str | None:
    """What tells this process from a later one of the same number; empty where unknown, None if it has ended."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _unknown_birth(pid)
    except OSError:
        return None
    state, *fields = text.rpartition(")")[2].split()
    return None if state in ("Z", "X") else fields[18]


def _unknown_birth(pid: int) -> str | None:
    if sys.platform == "win32":
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except OSError:
        pass
    return ""
