"""Settings for every test: the plugins that they use, compiled modules, memory, and hypothesis.

Hypothesis keeps to a bounded time, and its examples are the same on every machine.
"""

from __future__ import annotations

import gc
import os
import signal
import sys

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester", "rig.pytest_plugin"]

settings.register_profile(
    "rig", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rig")

# Tests start hundreds of processes; where Python is told to keep no compiled modules, each would compile the rig anew,
# which costs more than all that most of them do.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Behind nohup, or in the background of a script, these are ignored, and whatever is started inherits that; tests send
# them to processes of their own. A handler that does nothing is not inherited.
for _name in ("SIGHUP", "SIGINT"):
    if hasattr(signal, _name) and signal.getsignal(getattr(signal, _name)) is signal.SIG_IGN:
        signal.signal(getattr(signal, _name), lambda *_: None)


def pytest_collection_finish() -> None:
    """Thousands of tests that were collected stay: the search for garbage need not go through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
