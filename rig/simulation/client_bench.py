"""The bench file for clients of a served bench: the same text with the servers' addresses, and nothing simulated."""

from __future__ import annotations

from rig.bench.description import BenchDescription

SIMULATION = "simulation"


def client_bench_text(served: BenchDescription, original: BenchDescription) -> str:
    """The original file's text with every resource and link replaced, and without its ``simulation`` part.

    Comments and order stay as they are.
    """
    text = original.text
    for mine, theirs in zip(original.instruments, served.instruments, strict=True):
        text = text.replace(mine.resource, theirs.resource)
    for my_slot, their_slot in zip(original.slots, served.slots, strict=True):
        text = text.replace(my_slot.link, their_slot.link)
    return _without_part(text, SIMULATION)


def _without_part(text: str, key: str) -> str:
    """The text without a top-level key and the indented lines under it."""
    kept: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        if line.startswith(f"{key}:"):
            inside = True
        elif inside and line.strip() and not line[0].isspace():
            inside = False
        if not inside:
            kept.append(line)
    return "".join(kept)
