"""Probe placement: how many skin probes do not answer to their own heater, and to it alone, with the right sign.

Judged on the steps that energise one heater alone, a *pulse*. A probe's response is the mean of its last readings
before the pulse ends, less the mean of its last readings before it began, less what every skin probe of the lane saw
at least in the same direction (the drift of the room, the phantom and the reference block). A probe answers to the
heater in whose pulse its response is greatest, if that reaches ``rise``, three times its own scatter, and half of what
the probes of a unit typically rise by: the largest among the heaters of the median over a heater's probes, so that a
drift which other probes hide by cooling is not taken for a response. It is right if it answers to its own heater by
rising, and in every other pulse rises by less than half of the smallest rise of that pulse's own probes.

A probe that falls has its wires swapped at the terminals: it reads as far below the reference block as its spot lies
above it. One that rises with another heater sits there, or its channel is exchanged with one that sits here. One that
answers to none is detached, shorted, or on no heater. What cannot be told: an exchange within one heater, whose sites
rise alike, and a probe that is loose but still warmed by ``rise``.

Response by pulses: bench practice, no standard found. ``rise`` 0.3 K, half of the typical and of the smallest rise,
three times the scatter and 10 s of readings for a mean [estimate].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np

from rig.checks.cutoff import currents
from rig.checks.finding import Ask, Finding, Params, UnjudgedError
from rig.checks.verdict import Verdict
from rig.checks.view import RunView
from rig.signals.layout import Layout

MEAN_S = 10.0
"""Readings over so long make the mean at either end of a pulse [estimate]."""

LEAST_READINGS = 3
SCATTERS = 3.0
TYPICAL_SHARE = OTHERS_SHARE = 0.5

Responses = Mapping[str, float]
"""By skin probe, in K."""


@dataclass(frozen=True, slots=True)
class _Pulse:
    """One heater heated alone.

    responses, least: by skin probe, in K; a response below least is none. typical_k: what the probes of a unit rise
    by. drift_k: what was taken off all of them.
    """

    heater: str
    start: float
    end: float
    responses: Responses
    least: Responses
    typical_k: float
    drift_k: float

    def answers(self, probe: str) -> bool:
        """Whether a probe changed by more than nothing, either way."""
        return abs(self.responses[probe]) >= self.least[probe]

    def smallest_rise(self, own: Sequence[str]) -> float:
        """The smallest rise among the heater's own probes that rose; the least that counts as one if none did."""
        rises = [self.responses[probe] for probe in own if self.responses[probe] >= self.least[probe]]
        return min(rises or [self.least[probe] for probe in own])


def needs(layout: Layout, _params: Params) -> list[str]:
    """Signals that must be kept for this check."""
    probes = [layout.signals[i].name for i in layout.skins]
    return [*probes, *(f"supply.{h}.{what}" for h in layout.heaters for what in ("current", "output"))]


def measure(view: RunView, ask: Ask) -> Finding:
    """The number of probes that are wrong."""
    heaters = [heater for heater in view.layout.heaters if view.layout.probes(heater)]
    shared = [heater for heater in heaters if view.layout.shares(heater)]
    if shared:
        words = f"heaters {', '.join(shared)} share a supply output, so none of them is ever heated alone"
        raise UnjudgedError(Verdict.INVALID, words)
    pulses = {pulse.heater: pulse for pulse in _pulses(view, ask)}
    missing = [heater for heater in heaters if heater not in pulses]
    if not heaters or missing:
        words = f"not exercised: no step heats {' or '.join(missing) or 'a heater that has probes'} alone"
        raise UnjudgedError(Verdict.INCONCLUSIVE, words)
    wrong = dict(_wrong(view.layout, pulses, heaters, float(ask.params["rise"])))
    names = [probe for heater in heaters for probe in view.layout.probes(heater)]
    gaps = [view.gap(names, (pulse.start - MEAN_S, pulse.end)) for pulse in pulses.values()]
    gap = next((words for words in gaps if words), "")
    words = "; ".join(f"{probe}: {what}" for probe, what in wrong.items())
    smallest = {h: pulse.smallest_rise(view.layout.probes(h)) for h, pulse in pulses.items()}
    rises = ", ".join(f"{heater} {rise:.2f} K" for heater, rise in smallest.items())
    return Finding(
        float(len(wrong)),
        0.0,
        gap or words or f"each rises with its own heater alone, the least of {rises}",
        Verdict.INVALID if gap else Verdict.PASS,
        detail={
            "wrong": wrong,
            "responses_k": {
                h: {p: round(r, 4) for p, r in pulse.responses.items()} for h, pulse in pulses.items()
            },
            "drift_k": {h: round(pulse.drift_k, 4) for h, pulse in pulses.items()},
        },
    )


def _pulses(view: RunView, ask: Ask) -> Iterator[_Pulse]:
    """The first step of each heater in which it alone took current, long enough for a mean at either end."""
    supply, seen = currents(view), set[str]()
    names = dict.fromkeys(line["step"] for line in view.steps)
    for span in sorted(span for name in names for span in view.step_spans(name)):
        if span[0] < ask.window[0] or span[1] > ask.window[1]:
            continue
        inside = (supply.t >= span[0]) & (supply.t <= min(span[1], view.off_from_s))
        on = {heater: inside & states for heater, states in supply.on.items()}
        heated = [heater for heater, states in on.items() if states.any()]
        if len(heated) != 1 or heated[0] in seen:
            continue
        times = supply.t[on[heated[0]]]
        if times[-1] - times[0] >= 2.0 * MEAN_S:
            seen.add(heated[0])
            yield _pulse(view, heated[0], float(times[0]), float(times[-1]), float(ask.params["rise"]))


def _pulse(view: RunView, heater: str, start: float, end: float, rise_k: float) -> _Pulse:
    changes, least = {}, {}
    for probe in (view.layout.signals[i].name for i in view.layout.skins):
        before, scatter_before = _mean(view, probe, (start - MEAN_S, start))
        after, scatter_after = _mean(view, probe, (end - MEAN_S, end))
        changes[probe] = after - before
        least[probe] = max(rise_k, SCATTERS * hypot(scatter_before, scatter_after))
    drift = _shared_by_all(list(changes.values()))
    responses = {probe: change - drift for probe, change in changes.items()}
    homes = [view.layout.probes(h) for h in view.layout.heaters]
    typical = max(float(np.median([responses[p] for p in own])) for own in homes if own)
    least = {probe: max(value, TYPICAL_SHARE * typical) for probe, value in least.items()}
    return _Pulse(heater, start, end, responses, least, typical, drift)


def _mean(view: RunView, probe: str, window: tuple[float, float]) -> tuple[float, float]:
    """The mean of a probe's readings in °C and its standard deviation in K, about a straight line.

    Raises:
        UnjudgedError: INVALID, there are too few.
    """
    trace = view.trace(probe)
    inside = np.isfinite(trace.value) & (trace.t >= window[0]) & (trace.t <= window[1])
    t, value = trace.t[inside], trace.value[inside]
    if len(t) < LEAST_READINGS:
        words = (
            f"{probe} has fewer than {LEAST_READINGS} readings from {window[0]:.1f} s to {window[1]:.1f} s"
        )
        raise UnjudgedError(Verdict.INVALID, words)
    t = t - t.mean()
    rest = value - value.mean()
    rest = rest - t * float(np.dot(t, rest) / np.dot(t, t))
    freedom = max(1, len(t) - 2)
    return float(value.mean()), sqrt(float(np.dot(rest, rest)) / freedom / len(t))


def _shared_by_all(changes: Sequence[float]) -> float:
    """What every probe changed by at least, in the same direction; 0 if they differ in sign."""
    least, most = min(changes), max(changes)
    return least if least > 0.0 else min(most, 0.0)


def _wrong(
    layout: Layout, pulses: Mapping[str, _Pulse], heaters: Sequence[str], rise_k: float
) -> Iterator[tuple[str, str]]:
    """Each probe that is wrong, and what it looks like."""
    homes = {probe: heater for heater in heaters for probe in layout.probes(heater)}
    answered = {probe: _answered(probe, pulses) for probe in homes}
    limits = {h: OTHERS_SHARE * pulse.smallest_rise(layout.probes(h)) for h, pulse in pulses.items()}
    for probe, home in homes.items():
        found = answered[probe]
        if found is None:
            yield probe, _too_little(probe, pulses[home], rise_k)
        elif found != home:
            yield probe, _elsewhere(probe, homes, answered, reversed_=pulses[found].responses[probe] < 0.0)
        elif pulses[home].responses[probe] < 0.0:
            yield probe, "reversed polarity"
        else:
            also = [h for h, limit in limits.items() if h != home and pulses[h].responses[probe] >= limit]
            if also:
                yield probe, f"rises with heater {', '.join(also)} too"


def _too_little(probe: str, own: _Pulse, rise_k: float) -> str:
    response = own.responses[probe]
    if response < rise_k:
        return "no response"
    return f"weak response, {response:.2f} K where others rise by {own.typical_k:.2f} K"


def _answered(probe: str, pulses: Mapping[str, _Pulse]) -> str | None:
    """The heater in whose pulse a probe responds most, None if it does in none."""
    told = [heater for heater, pulse in pulses.items() if pulse.answers(probe)]
    return max(told, key=lambda heater: abs(pulses[heater].responses[probe]), default=None)


def _elsewhere(
    probe: str, homes: Mapping[str, str], answered: Mapping[str, str | None], *, reversed_: bool
) -> str:
    """Words for a probe that sits on another heater: the probes there that sit on this one's are its partners."""
    there = answered[probe]
    partners = [other for other, home in homes.items() if home == there and answered[other] == homes[probe]]
    words = f"swapped with {' or '.join(partners)}" if partners else f"sits on heater {there}"
    return f"{words}, reversed polarity" if reversed_ else words
