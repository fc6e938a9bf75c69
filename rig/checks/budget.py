"""Measurement uncertainty after the GUM (JCGM 100): components to standard, expanded and timing uncertainty.

First-order propagation of independent components; coverage 95.45 %, so that k is 2.000 with many degrees of
freedom. A component says how far channels share its error: whole (the reference junction, the meter), in part (wires
of one reel), or not at all. What is shared stays in means and cancels in differences (JCGM 100 5.2, F.1.2.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from math import hypot, inf, isfinite, nan, sqrt
from typing import Any

from rig.errors import RecordError

COVERAGE = 0.9545
"""Probability that the expanded interval covers; two standard deviations of a normal distribution."""

RISE_OF_BUDGET_K = 19.0
"""From an ambient of 23 °C to the 42 °C at which a channel's budget stands: estimate of how its own errors grow."""

SCATTER = ("repeatability", "noise")
"""Words by which a budget names how readings of one channel scatter."""

_MANY = 1000.0
_BLOM = 0.375


@dataclass(frozen=True, slots=True)
class Component:
    """One line of a budget.

    standard: standard uncertainty in the unit of the quantity, ≥ 0. correlation: r between any two channels, 0 … 1;
    with 1 it is common to all of them. dof: degrees of freedom, inf if it is known. averages_out: whether a mean over
    channels makes it smaller, as it does of errors that are each channel's own; those of wires cut from one reel are
    alike, and perhaps not quite.
    """

    name: str
    standard: float
    correlation: float = 0.0
    dof: float = inf
    averages_out: bool = True


@dataclass(frozen=True, slots=True)
class Budget:
    """Independent components of one quantity's uncertainty."""

    components: tuple[Component, ...]

    @property
    def standard(self) -> float:
        """Combined standard uncertainty, nan if there is no component or one is not a number."""
        if not self.components:
            return nan
        return hypot(*(c.standard for c in self.components))

    @property
    def dof(self) -> float:
        """Effective degrees of freedom, Welch and Satterthwaite (JCGM 100 G.4.1); inf if all are known."""
        below = sum(c.standard**4 / c.dof for c in self.components if isfinite(c.dof))
        return self.standard**4 / below if below > 0.0 else inf

    @property
    def k(self) -> float:
        """Coverage factor: 2.000 from 1000 effective degrees of freedom, else the t quantile for 95.45 %."""
        return coverage_factor(self.dof)

    @property
    def expanded(self) -> float:
        """U = k u, nan if unknown."""
        return self.k * self.standard

    def plus(self, *components: Component) -> Budget:
        """This budget with further independent components."""
        return Budget((*self.components, *components))

    def of_mean(self, n: int) -> Budget:
        """The budget of a mean over n channels: what they share or does not average out stays, the rest shrinks by √n.

        Its variance is that of one channel times r + (1 - r) / n, and two such means share r of one channel's.

        Raises:
            ValueError: n is below 1.
        """
        if n < 1:
            raise ValueError(f"a mean needs at least one channel, not {n}")
        return Budget(tuple(_of_mean(component, n) for component in self.components))

    def of_difference(self) -> Budget:
        """The budget of a difference between two channels, or of two readings of different channels.

        What they share cancels, the rest counts twice: the variance is that of one channel times 2 (1 - r).
        """
        own = (_own(component) for component in self.components)
        return Budget(tuple(_scaled(c, sqrt(2.0)) for c in own if c is not None))

    def of_range(self, n: int) -> Budget:
        """The budget of the difference between the hottest and the coldest of n channels.

        That of a difference, and how far the extremes of n channels with errors of their own lie further apart than
        those of the truth, rectangular.
        """
        difference = self.of_difference()
        apart = 2.0 * expected_maximum(n) * difference.standard / sqrt(2.0)
        return difference.plus(Component(f"extremes of {n} sites", rectangular(apart)))

    def of_rise(self, rise_k: float) -> Budget:
        """The budget of a rise that one channel saw within one run, in K.

        What all channels share does not change within a run and cancels. A channel's own errors are taken to
        grow with the temperature above ambient, so a rise has its share of them, all of them from 19 K on
        (estimate). Scatter of its own stays whole.
        """
        share = min(1.0, abs(rise_k) / RISE_OF_BUDGET_K)
        own = (_own(component) for component in self.components)
        return Budget(tuple(c if _is_scatter(c) else _scaled(c, share) for c in own if c is not None))


def _scaled(component: Component, factor: float) -> Component:
    return replace(component, standard=component.standard * factor)


def _of_mean(component: Component, n: int) -> Component:
    r = component.correlation
    if r == 1.0 or not component.averages_out:
        return component
    if r == 0.0:
        return _scaled(component, 1.0 / sqrt(n))
    left = r + (1.0 - r) / n
    return replace(_scaled(component, sqrt(left)), correlation=r / left)


def _own(component: Component) -> Component | None:
    """What a channel does not share with another, None if it is nothing."""
    r = component.correlation
    if r == 1.0:
        return None
    return component if r == 0.0 else replace(_scaled(component, sqrt(1.0 - r)), correlation=0.0)


def coverage_factor(dof: float) -> float:
    """The coverage factor k for 95.45 % (JCGM 100 table G.2).

    Args:
        dof: effective degrees of freedom, ≥ 1; inf for known. From 1000 up k is 2.000.

    Returns:
        k, or nan if dof is below 1 or not a number.
    """
    if dof >= _MANY:
        return 2.0
    if not dof >= 1.0:
        return nan
    special = import_module("scipy.special")
    return float(special.stdtrit(dof, 0.5 + 0.5 * COVERAGE))


def read_budget(entry: Mapping[str, Any] | None) -> Budget:
    """The thermocouple channel's budget in a record's head, in K; empty if the head has none.

    Raises:
        RecordError: a component lacks a field or is negative.
    """
    if not entry:
        return Budget(())
    try:
        components = tuple(_component(c) for c in entry["components"])
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(
            f"reading the uncertainty budget {entry.get('name')!r}: {type(error).__name__}: {error}; "
            "the run file is damaged or of another schema, run `rig verify` on it"
        ) from error
    return Budget(components)


def _component(cell: Mapping[str, Any]) -> Component:
    standard = float(cell["standard_k"])
    if not standard >= 0.0:
        raise ValueError(f"component {cell['name']!r} has the standard uncertainty {standard}")
    dof = cell.get("dof")
    correlation = 1.0 if cell["common"] else float(cell.get("correlation", 0.0))
    if not 0.0 <= correlation <= 1.0:
        raise ValueError(f"component {cell['name']!r} has the correlation {correlation}")
    return Component(
        cell["name"],
        standard,
        correlation,
        inf if dof is None else float(dof),
        bool(cell.get("averages_out", True)),
    )


def expected_maximum(n: int) -> float:
    """Expected maximum of n standard normal readings after Blom; 0 for n up to 1.

    G. Blom 1958, unverified.
    """
    if n <= 1:
        return 0.0
    statistics = import_module("statistics")
    return float(statistics.NormalDist().inv_cdf((n - _BLOM) / (n + 1.0 - 2.0 * _BLOM)))


def rectangular(half_width: float) -> float:
    """Standard uncertainty of a value known to lie within ± half_width (JCGM 100 4.3.7)."""
    return half_width / sqrt(3.0)


def timing(*widths_s: float) -> Budget:
    """The budget of an interval whose ends lie somewhere in brackets of these widths, in seconds."""
    return Budget(tuple(Component("reading interval", rectangular(0.5 * w)) for w in widths_s))


def time_of_temperature(standard_k: float, slope_k_per_s: float) -> float:
    """Standard uncertainty in seconds of the instant at which a ramp crosses a level: u_T / |slope|.

    inf on a level trace, where a crossing has no instant.
    """
    return standard_k / abs(slope_k_per_s) if slope_k_per_s else inf


def find_repeatability(budget: Budget) -> float | None:
    """The component that says how readings of one channel scatter, in K; None if the budget names none."""
    return next((c.standard for c in budget.components if _is_scatter(c)), None)


def _is_scatter(component: Component) -> bool:
    return any(word in component.name.lower() for word in SCATTER)


def expanded_of(budget: Budget) -> float | None:
    """U of a budget; None if there is none, so that nothing passes without an uncertainty."""
    return budget.expanded if budget.components else None
