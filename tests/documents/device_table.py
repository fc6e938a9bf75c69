"""The table of devices in docs/plan-language.md, made from their profiles.

Run ``python -m tests.documents.device_table`` in the project's folder after a change of a profile.
"""

from __future__ import annotations

from rig import shipped
from rig.bench.data import shipped_profile
from rig.documents.device import DeviceProfile
from rig.units import Dimension, format_value
from tests.documents.code_table import PAGE

START, END = "<!-- devices -->\n", "<!-- end of devices -->\n"
HEAD = "Made by `python -m tests.documents.device_table` from `dut_drivers/catalogue/`; do not edit.\n\n"


def make_table() -> str:
    """What a plan can name of each device."""
    profiles = (shipped_profile(name) for name in shipped.device_names())
    return HEAD + "".join(_table(profile) for profile in profiles if profile is not None)


def make_page(page: str) -> str:
    """The page with its table made anew."""
    before, after = page.split(START)
    return before + START + make_table() + after[after.index(END) :]


def _table(profile: DeviceProfile) -> str:
    levels = (f"`{name}` {_degc(degc)}" for name, degc in profile.levels_degc.items())
    rows = {
        "heaters": ", ".join(f"`{unit}`" for unit in profile.units),
        "`rated`": f"{_volts(profile.rated_volts)}: {profile.unit_watts:g} W a heater, "
        f"{profile.rated_volts / profile.unit_ohms:.2g} A; with 1.1 × rated "
        f"{1.1 * profile.rated_volts / profile.unit_ohms:.2g} A",
        "at most": f"{_volts(profile.max_volts)}, {profile.max_amps:g} A",
        "levels": ", ".join(levels),
        "sessions": ", ".join(format_value(seconds, Dimension.TIME) for seconds in profile.sessions_s),
        "`cutoff`": f"{profile.cutoff_degc:g} ± {profile.cutoff_tolerance_k:g} °C, by the belt's own sensor",
        "`rearm`": f"below {_degc(profile.rearm_degc)}",
        "host watchdog": f"{profile.host_watchdog_s:g} s without a frame",
    }
    body = "".join(f"| {name} | {words} |\n" for name, words in rows.items())
    return f"| `{profile.name}` | {profile.title} |\n| --- | --- |\n{body}"


def _degc(value: float) -> str:
    return format_value(value, Dimension.TEMPERATURE)


def _volts(value: float) -> str:
    return format_value(value, Dimension.VOLTAGE)


if __name__ == "__main__":
    PAGE.write_text(make_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
