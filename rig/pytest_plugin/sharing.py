"""With pytest-xdist: the items of a plan stay on one worker, so that it is run once, and a real bench is not shared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rig.pytest_plugin import PLAN_SUFFIXES

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a real bench where tests are distributed."""
    is_named = config.getoption("bench") or config.getini("rig_bench")
    if not is_distributed(config) or not is_named or config.getoption("rig_replay"):
        return
    from rig.errors import InputError
    from rig.pytest_plugin.live import require_alone
    from rig.pytest_plugin.session import bench_of

    try:
        require_alone(bench_of(config))
    except InputError as error:
        raise pytest.UsageError(str(error)) from error


def is_distributed(config: pytest.Config) -> bool:
    """Whether pytest-xdist hands tests to several processes."""
    return config.getoption("dist", "no") != "no" and bool(config.getoption("tx", None))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """The scheduler that was asked for, with the items of a plan as one unit; `each` and `loadfile` are so anyway."""
    from xdist.scheduler import LoadGroupScheduling, LoadScopeScheduling

    class Single(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return nodeid

    base = {
        "load": Single,
        "worksteal": Single,
        "loadscope": LoadScopeScheduling,
        "loadgroup": LoadGroupScheduling,
    }.get(config.getoption("dist"))
    if base is None:
        return None

    class KeepingPlans(base):  # type: ignore[misc,valid-type]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            whole: str = file if file.endswith(PLAN_SUFFIXES) else super()._split_scope(nodeid)
            return whole

    scheduler: LoadScopeScheduling = KeepingPlans(config, log)
    return scheduler
