"""What keeps a run from being switched on.

BenchError
├── RefusedError   the bench answers, but power would not be safe or not be what the bench file says
└── LatchedError   the bench has tripped, and no person has acknowledged it
"""

from __future__ import annotations

from rig.errors import BenchError, ExitCode


class RefusedError(BenchError):
    """Power is refused before it was ever on; every reason is listed."""


class LatchedError(BenchError):
    """Stopped for safety before, and not acknowledged since."""

    exit_code = ExitCode.STOPPED
