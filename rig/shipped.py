"""Where the data that ships lies: plans, benches, limits and requirements, and the device catalogue.

Found through the import system, so that a checkout and an installed wheel answer alike.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

REFERENCE_BENCH = "reference"

_DATA_FOLDERS = ("answers", "benches", "limits", "requirements", "populations", "mappings")
_FAULT_MATRIX = "drill/faults.yaml"


LEAVES = ("instruments", "dut_drivers")


def foreign_leaves() -> list[str]:
    """Leaf packages that would be imported from elsewhere: ``instruments`` is also InstrumentKit's import name.

    Nothing is imported. Each entry names the package and where it was found.
    """
    home = Path(__file__).resolve().parents[1]
    foreign = []
    for name in LEAVES:
        spec = find_spec(name)
        origin = None if spec is None or spec.origin is None else Path(spec.origin).resolve()
        if origin is None or origin.parents[1] != home:
            foreign.append(f"{name} at {origin or 'nowhere'}")
    return foreign


def _folder(package: str) -> Path:
    # loaded here and not with the module: it takes as long as all else that a command needs before its first word
    from importlib.resources import files

    return Path(str(files(package)))


@cache
def test_plans() -> Path:
    """The folder of the plans that ship, with ``benches/``, ``limits/`` and ``requirements/`` under it."""
    return _folder("test_plans")


@cache
def device_catalogue() -> Path:
    """The folder of the device profiles, one YAML file a device."""
    return _folder("dut_drivers") / "catalogue"


def device_profile(device: str) -> Path:
    """The profile of a device; the file need not exist."""
    return device_catalogue() / f"{device}.yaml"


def device_names() -> tuple[str, ...]:
    """The devices that have a profile, in alphabetical order."""
    return _stems(device_catalogue())


def bench(name: str = REFERENCE_BENCH) -> Path:
    """The bench file of that name; it need not exist. Without a name, the simulated bench of reference."""
    return test_plans() / "benches" / f"{name}.yaml"


def bench_names() -> tuple[str, ...]:
    """The benches that ship, in alphabetical order."""
    return _stems(test_plans() / "benches")


def plans() -> dict[str, Path]:
    """The plans that ship by name, which is the file's without its ending; in the order of their folders."""
    found = sorted(test_plans().glob("*/*.yaml"))
    return {
        path.stem: path for path in found if path.parent.name not in _DATA_FOLDERS and path != fault_matrix()
    }


def mapping(name: str) -> Path:
    """The mapping of that name for records of other loggers; it need not exist."""
    return test_plans() / "mappings" / f"{name}.yaml"


def fault_matrix() -> Path:
    """The faults of the drill, which lie beside the plan that they befall."""
    return test_plans() / _FAULT_MATRIX


def find_plan_file(name: str) -> Path | None:
    """The plan that ships under a name, e.g. ``cutoff``; None if there is none."""
    return plans().get(name)


def surroundings_table() -> Path:
    """The table of what a simulated device can lie in, one key each."""
    return _folder("dut_drivers") / "simulated" / "surroundings.yaml"


def defect_table() -> Path:
    """The table of the defects that a simulated device can have, one key a defect."""
    return _folder("dut_drivers") / "simulated" / "defects.yaml"


def _stems(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))
