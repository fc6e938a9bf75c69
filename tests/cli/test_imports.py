"""What answers at once imports nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rig import shipped

HEAVY = ("pyvisa", "pyvisa_py", "textual", "scipy", "numpy", "pint", "serial")
COMMANDS = {
    "help": ["--help"],
    "check": ["check", str(shipped.test_plans())],
    "check help": ["check", "--help"],
    "explain": ["explain", "plan/wrong-dimension"],
    "schema": ["schema", "plan"],
    "run help": ["run", "--help"],
    "bench help": ["bench", "--help"],
    "doctor help": ["bench", "doctor", "--help"],
    "discover help": ["bench", "discover", "--help"],
    "jog help": ["bench", "jog", "--help"],
    "off help": ["bench", "off", "--help"],
    "tui help": ["tui", "--help"],
}
PROBE = """
import sys
from rig.cli import guarded
code = guarded(sys.argv[1:])
print("HEAVY", sorted(name for name in {heavy} if name in sys.modules))
sys.exit(code)
"""
SHADOWED = """
import sys
from rig.cli import guarded
sys.path.insert(0, sys.argv[1])
sys.exit(guarded(["--help"]))
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_heavy_is_imported(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(heavy=HEAVY), *COMMANDS[name]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_a_foreign_instruments_package_is_named_and_ends_with_3(tmp_path: Path) -> None:
    foreign = tmp_path / "instruments"
    foreign.mkdir()
    (foreign / "__init__.py").write_text("", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SHADOWED, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert str(foreign) in done.stderr
