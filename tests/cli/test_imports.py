"""What answers at once imports nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rig import shipped

HEAVY = ("pyvisa", "pyvisa_py", "textual", "scipy", "numpy", "pint", "serial")
COMMANDS = {
    "help": ["--help"],
    "check": ["check", str(shipped.test_plans())],
    "check help": ["check", "--help"],
    "run help": ["run", "--help"],
}
PROBE = """
import sys
from rig.cli import guarded
code = guarded(sys.argv[1:])
print("HEAVY", sorted(name for name in {heavy} if name in sys.modules))
sys.exit(code)
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
