"""Settings for every test: the plugins that they use, and hypothesis.

It keeps to a bounded time, and its examples are the same on every machine.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = ["pytester", "rig.pytest_plugin"]

settings.register_profile(
    "rig", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rig")
