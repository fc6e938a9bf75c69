"""One output of a bench supply: constant voltage or current, sense, trips and discharge.

The load is resistive and its leads are one resistance, both conductors together.
"""

from __future__ import annotations

import math
from typing import Protocol

from instruments.catalogue import OutputRating

OUTPUT_FARADS = 1e-4
"""Output capacitor: with the bleeder it gives the 0.5 s unloaded fall of the sibling EDU36311A; estimate."""

BLEEDER_OHMS = 1000.0
"""Internal discharge path; estimate, see ``OUTPUT_FARADS``."""

OCP_DELAY_S = 0.05
"""Over-current delay after ``*RST`` in s: estimate. The twin stores the delay but trips at once."""


class Load(Protocol):
    """What is wired to one output; lead_ohms is the loop resistance of the leads, >= 0."""

    @property
    def lead_ohms(self) -> float:
        """Both conductors together."""
        ...

    def resistance_ohms(self) -> float:
        """Resistance at the far end of the leads; inf when open."""
        ...


class Output:
    """State of one output.

    ``enabled`` is what the user asked for. A trip blocks the output without changing it, so that clearing
    the trip puts power back, as the manuals of the E3632A and N6900 say; for the E36300 and the HMP this is
    unverified.

    Defects: ``stuck``: once on, the output takes an off and stays on until the power is lost. ``dead``: it delivers
    nothing; whoever sets that lets the load act.
    """

    __slots__ = (
        "_off_at",
        "_off_volts",
        "amps_limit",
        "dead",
        "enabled",
        "lead_ohms",
        "load",
        "ocp",
        "ocp_delay_s",
        "over_current",
        "over_voltage",
        "ovp_volts",
        "rating",
        "remote_sense",
        "stuck",
        "volts",
    )

    def __init__(self, rating: OutputRating, load: Load) -> None:
        self.rating = rating
        self.load = load
        self.lead_ohms = load.lead_ohms
        self._off_at = -math.inf
        self._off_volts = 0.0
        self.enabled = self.stuck = self.dead = False
        self.reset(0.0)

    def reset(self, now: float) -> None:
        """Go to what ``*RST`` sets; the current limit is the rated one (estimate)."""
        self.stuck = False
        self.switch(False, now)
        self.volts = 0.0
        self.amps_limit = self.rating.amps_rated
        self.ovp_volts = self.rating.ovp_max
        self.ocp = False
        self.ocp_delay_s = OCP_DELAY_S
        self.remote_sense = False
        self.over_voltage = False
        self.over_current = False

    @property
    def live(self) -> bool:
        """Whether the output delivers: asked for, not tripped, not dead."""
        return self.enabled and not (self.over_voltage or self.over_current or self.dead)

    def switch(self, on: bool, now: float) -> None:
        """Ask for on or off at the instant ``now``."""
        if self.enabled and not on:
            if self.stuck:
                return
            if self.live:
                self._off_at, self._off_volts = now, self.measured_volts(now)
            self.enabled = False
        elif on:
            self.enabled = True

    def amps_into(self, ohms: float) -> float:
        """Amps that a resistance draws at the far end of the leads; trips what must trip."""
        if not self.enabled or self.over_voltage or self.over_current or self.dead:
            return 0.0
        lead = self.lead_ohms
        loop = ohms if self.remote_sense else ohms + lead
        amps = self.volts / loop if loop > 0.0 else math.inf
        if amps > self.amps_limit:
            if self.ocp:
                self.over_current = True
                return 0.0
            amps = self.amps_limit
            terminal = amps * (ohms + lead)
        else:
            terminal = self.volts + amps * lead if self.remote_sense else self.volts
        if terminal > self.ovp_volts:
            self.over_voltage = True
            return 0.0
        return amps

    def settle(self) -> float:
        """Let the present load act; return its amps."""
        return self.amps_into(self.load.resistance_ohms())

    def load_volts(self, now: float) -> float:
        """Volts at the far end of the leads."""
        ohms = self.load.resistance_ohms()
        amps = self.amps_into(ohms)
        if not self.live:
            return self._decaying(ohms, now)
        return self.volts if math.isinf(ohms) else amps * ohms

    def measured_volts(self, now: float) -> float:
        """Volts where the instrument measures: at the sense terminals, which are the load's in remote sense."""
        ohms = self.load.resistance_ohms()
        amps = self.amps_into(ohms)
        if not self.live:
            return self._decaying(ohms, now)
        if math.isinf(ohms):
            return self.volts
        return amps * ohms if self.remote_sense else amps * (ohms + self.lead_ohms)

    def condition(self) -> int:
        """Questionable instrument summary: 1 CC, 2 CV, 512 over-voltage, 1024 over-current.

        Bits after the E364xA and E3634A manuals; for the E36300 and the HMP unverified.
        """
        amps = self.settle()
        trips = (512 if self.over_voltage else 0) | (1024 if self.over_current else 0)
        if not self.live:
            return trips
        return trips | (1 if amps >= self.amps_limit else 2)

    def _decaying(self, ohms: float, now: float) -> float:
        if self._off_volts == 0.0:
            return 0.0
        discharge = BLEEDER_OHMS if math.isinf(ohms) else BLEEDER_OHMS * ohms / (BLEEDER_OHMS + ohms)
        if discharge <= 0.0:
            return 0.0
        return self._off_volts * math.exp(-(now - self._off_at) / (discharge * OUTPUT_FARADS))
