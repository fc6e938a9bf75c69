"""What keeps a run from being switched on.

BenchError
└── RefusedError   the bench answers, but power would not be safe or not be what the bench file says
"""

from __future__ import annotations

from rig.errors import BenchError


class RefusedError(BenchError):
    """Power is refused before it was ever on; every reason is listed."""
