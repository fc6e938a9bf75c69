"""The plugin beside others: workers, reruns, reports; and registered once, however it is loaded."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pytest_plugin.conftest import Session, runs_of
from tests.pytest_plugin.samples import FAILS, PASSES, SWEEP, peaks, plan

Write = Callable[..., None]
CHECK = f"peak_temperature: {PASSES}"
ROOT = Path(__file__).parents[2]
HEAVY = ("rig.engine", "rig.plan", "numpy", "scipy", "pyvisa", "serial", "pint")
PROBE = """
import sys, pytest
code = pytest.main(sys.argv[1:])
print("IMPORTED", sorted(name for name in {heavy} if name in sys.modules))
"""


def apart(folder: Path, *words: str, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Pytest in the folder, in a process of its own; path: more to import from."""
    return subprocess.run(
        [sys.executable, "-c", PROBE.format(heavy=HEAVY), "-p", "no:cacheprovider", *words],
        cwd=folder,
        env={"PYTHONPATH": f"{path}:{ROOT}", "PATH": "", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_of_the_rig_is_imported_where_there_are_no_plans(folder: Path) -> None:
    (folder / "test_mine.py").write_text("def test_mine(): pass\n", encoding="utf-8")
    done = apart(folder, "-p", "rig.pytest_plugin", "-q")
    assert "1 passed" in done.stdout
    assert done.stdout.splitlines()[-1] == "IMPORTED []"


def test_nothing_heavy_is_imported_to_collect(folder: Path, write: Write) -> None:
    write(sweep=SWEEP)
    done = apart(folder, "-p", "rig.pytest_plugin", "-q", "--co")
    assert "4 tests collected" in done.stdout
    assert done.stdout.splitlines()[-1] == "IMPORTED ['rig.engine', 'rig.plan']"


def test_entry_point_and_conftest_are_the_same_plugin(folder: Path, write: Write) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = "".join(f"{name} = {to}\n" for name, to in project["entry-points"]["pytest11"].items())
    installed = folder / "installed" / "probe-1.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: probe\nVersion: 1\n", encoding="utf-8")
    (installed / "entry_points.txt").write_text(f"[pytest11]\n{points}", encoding="utf-8")
    (folder / "conftest.py").write_text('pytest_plugins = ["rig.pytest_plugin"]\n', encoding="utf-8")
    write(one=plan(CHECK))
    done = apart(folder, "-v", path=installed.parent)
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("plans: on bench") == 1
    assert "rig.pytest_plugin" in done.stdout or "probe-1" in done.stdout


@pytest.mark.parametrize(
    "dist",
    [
        "",
        *(
            pytest.param(dist, marks=pytest.mark.slow)
            for dist in ("load", "worksteal", "loadscope", "loadfile", "loadgroup")
        ),
    ],
)
def test_a_plan_stays_on_one_worker(session: Session, write: Write, folder: Path, dist: str) -> None:
    write(
        one=peaks(a=PASSES, b=PASSES, c=PASSES, d=PASSES, e=PASSES),
        sweep=SWEEP,
        three=peaks(a=PASSES, bad=FAILS),
    )
    (folder / "test_mine.py").write_text(
        "import pytest\n@pytest.mark.parametrize('n', range(8))\ndef test_mine(n): pass\n", encoding="utf-8"
    )
    result = session("-n", "2", *([f"--dist={dist}"] if dist else []))
    result.assert_outcomes(passed=20, failed=1)
    assert len(runs_of(folder)) == 3
    result.stdout.fnmatch_lines(["*worst margin*three.yaml::bad*", "*runs          3, 3 of them SIMULATED*"])
    result.stdout.fnmatch_lines(["FAILED plans/three.yaml::bad - FAIL: 3*"])


def test_a_rerun_is_a_new_run_and_both_are_kept(session: Session, write: Write, folder: Path) -> None:
    write(one=peaks(good=PASSES, bad=FAILS, worse=FAILS))
    result = session("-q", "--reruns=1")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["*2 failed, 2 passed, 2 rerun*"])
    assert len(runs_of(folder)) == 2
    assert "runs          2, 2 of them SIMULATED" in result.stdout.str()
    assert ", run 2" in result.stdout.str()


def test_an_item_reports_each_run_in_its_turn_and_loses_none(session: Session, write: Write) -> None:
    write(one=peaks(bad=FAILS, worse=FAILS))
    result = session("-v", "--reruns=1")
    numbers = [line for line in result.outlines if "lane main, run " in line]
    assert [line.split("run ")[1][0] for line in numbers] == ["2", "2"]
    result.stdout.fnmatch_lines(["*::bad RERUN*", "*::bad FAILED*", "*::worse RERUN*", "*::worse FAILED*"])


def test_the_html_report_holds_what_a_failing_check_shows(
    session: Session, write: Write, folder: Path
) -> None:
    write(one=peaks(good=PASSES, bad=FAILS))
    session("-q", "--html=report.html", "--self-contained-html").assert_outcomes(passed=2, failed=1)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "plans/one.yaml::bad" in page
    assert "guard band 1" in page


def test_a_real_bench_is_never_shared(session: Session, write: Write, real_bench: Path, folder: Path) -> None:
    write(one=plan(CHECK))
    result = session("-n", "2", "--live", f"--bench={real_bench}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "a real bench is never shared" in result.stderr.str()
    assert not (folder / "runs").exists()
