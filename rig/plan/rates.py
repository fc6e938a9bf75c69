"""How often a bench can be read."""

from __future__ import annotations

from rig.bench.description import BenchDescription, SlotEntry

CHANNEL_OVERHEAD_S = 0.020
"""Switching and settling of one scanner channel [estimate: 10-50 ms each, unverified]."""

DEFAULT_NPLC = 1.0
DEFAULT_LINE_HZ = 50.0


def scan_time_s(channels: int, nplc: float, line_hz: float) -> float:
    """Seconds that one scan of so many channels takes, each integrated over nplc cycles of the mains."""
    return channels * (nplc / line_hz + CHANNEL_OVERHEAD_S)


def slowest_scan_s(bench: BenchDescription, slot: SlotEntry) -> float:
    """Seconds of the longest scan among the scanners that read the slot's probes."""
    junction = 0 if bench.thermocouples.junction_channel is None else 1
    longest = 0.0
    for name in {probe.scanner for probe in slot.probes}:
        options = bench.instrument(name).options
        channels = junction + sum(probe.scanner == name for probe in slot.probes)
        nplc, line_hz = options.get("nplc", DEFAULT_NPLC), options.get("line_hz", DEFAULT_LINE_HZ)
        longest = max(longest, scan_time_s(channels, float(nplc), float(line_hz)))
    return longest
