"""The display of a twin and who may press its keys; nothing else hangs on either.

DISPlay after the E3631A user's guide and the 34970A user's guide; SYSTem:COMMunicate:RLSTate after drivers of the
E36300 series. The forms of the replies are unverified.
"""

from __future__ import annotations

from instruments.simulated.scpi_parser import BOOLEAN, STRING, Parameter, word
from instruments.simulated.scpi_status import Add

_STATE = Parameter(word("LOCal", "REMote", "RWLock"))


class FrontPanel:
    """Text and light of the display, and the state of the keys."""

    def __init__(self) -> None:
        self.reset()
        self._keys = "LOC"

    def reset(self) -> None:
        """As after ``*RST``: the display is on and shows no text."""
        self._text = ""
        self._lit = True

    def add_display(self, add: Add) -> None:
        """Register the DISPlay commands."""
        display = "DISPlay[:WINDow]"
        add(f"{display}[:STATe]", self._light, BOOLEAN)
        add(f"{display}[:STATe]?", lambda: "1" if self._lit else "0")
        add(f"{display}:TEXT[:DATA]", self._show, STRING)
        add(f"{display}:TEXT[:DATA]?", lambda: '"' + self._text.replace('"', '""') + '"')
        add(f"{display}:TEXT:CLEar", lambda: self._show(""))

    def add_remote_state(self, add: Add) -> None:
        """Register SYSTem:COMMunicate:RLSTate and the commands that do the same."""
        add("SYSTem:COMMunicate:RLSTate", self._lock, _STATE)
        add("SYSTem:COMMunicate:RLSTate?", lambda: self._keys)
        add("SYSTem:LOCal", lambda: self._lock("LOC"))
        add("SYSTem:REMote", lambda: self._lock("REM"))
        add("SYSTem:RWLock", lambda: self._lock("RWL"))

    def _light(self, on: bool) -> None:
        self._lit = on

    def _show(self, text: str) -> None:
        self._text = text

    def _lock(self, keys: str) -> None:
        self._keys = keys
