"""A viewer in browsers: each connection gets a process of its own that follows the run file, and controls nothing."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from rig.errors import ExitCode, RigError


class CannotServeError(RigError):
    """What serves screens to browsers is not installed."""

    exit_code = ExitCode.UNAVAILABLE


def viewer_command(run: Path, theme: str, *, ascii_only: bool) -> str:
    """The command of one viewer, as a shell takes it."""
    words = [sys.executable, "-m", "rig.cli", "tui", "--view", str(run.resolve())]
    words += ["--theme", theme] if theme else []
    words += ["--ascii"] if ascii_only else []
    return shlex.join(words)


def serve(run: Path, host: str, port: int, theme: str, *, ascii_only: bool) -> None:
    """Serve viewers of a run until interrupted.

    Args:
        run: its folder or file.
        host: address to listen on; any other than a loopback one lets others in the network look, and press STOP.
        port: to listen on.
        theme: of `rig.tui.themes.THEMES`, '' for the default.
        ascii_only: no braille, no box signs.

    Raises:
        CannotServeError: textual-serve is not installed.
    """
    try:
        from textual_serve.server import Server
    except ImportError as error:
        raise CannotServeError(
            f"serving a viewer of {run}: {error}; install it: pip install 'heat-belt-rig[serve]'"
        ) from error
    Server(
        viewer_command(run, theme, ascii_only=ascii_only), host=host, port=port, title="rig viewer"
    ).serve()
