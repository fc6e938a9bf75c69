from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import dut_drivers

FOLDER = Path(dut_drivers.__file__).parent
SOURCES = sorted(FOLDER.rglob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_the_leaf_imports_neither_rig_nor_instruments_nor_the_time(source: Path) -> None:
    imported = re.findall(r"^\s*(?:from|import) ([\w.]+)", source.read_text("utf-8"), re.MULTILINE)
    assert not {"rig", "instruments", "time", "datetime"} & {name.partition(".")[0] for name in imported}


def test_profile_and_driver_load_nothing_heavy() -> None:
    code = (
        "import sys, dut_drivers.profile, dut_drivers.ir_lumbar_wrap; dut_drivers.profile.shipped_profile();"
        "print(sorted({'numpy', 'scipy', 'pint', 'pyvisa', 'serial', 'textual'} & sys.modules.keys()))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=FOLDER.parent
    )
    assert shown.stdout.strip() == "[]"
