"""What differs between operating systems: signals, the owner's folder, local sockets.

Linux is tested. Elsewhere the same calls exist, and a live bench asks for its own proof of the stop path.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from subprocess import Popen

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


@contextmanager
def _nothing_raised() -> Iterator[None]:
    """For what the operating system may refuse without harm."""
    try:
        yield
    except (OSError, ValueError):
        return


_FATAL = "SIGINT SIGTERM SIGHUP SIGQUIT SIGPIPE SIGTSTP SIGTTIN SIGTTOU SIGALRM SIGUSR1 SIGUSR2 SIGBREAK"


def ignore_signals() -> None:
    """Let no signal that a terminal, a closed pipe or a person sends end this process; SIGKILL still does."""
    for name in _FATAL.split():
        if hasattr(signal, name):
            with _nothing_raised():
                signal.signal(getattr(signal, name), signal.SIG_IGN)


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


def start_companion(command: list[str], errors: int | None = None) -> tuple[Popen[bytes], socket.socket]:
    """Start a process of its own session that holds the other end of a socket, which is returned with it.

    The command gets the number of its end as one more argument, for `inherited_socket`. Neither a closed
    terminal nor Ctrl-C reaches it.

    Args:
        command: program and arguments.
        errors: descriptor for its stderr, None for the caller's own.

    Raises:
        OSError: it cannot be started.
    """
    import subprocess

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
            with _nothing_raised():
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
