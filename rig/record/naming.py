"""Names of run folders: ``2026-11-21T10-31-07Z_42-c-cut-off_SIM-0042``."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from rig.record.errors import CannotWriteError

if TYPE_CHECKING:
    from pathlib import Path

RUN_FILE = "run.jsonl"
"""The record's name in its folder."""

TORN_FILE = "run.torn"
"""In a run's folder, only while the run is being taken up: the bytes of a line that a crash has torn."""

LEDGER_FILE = "ledger.jsonl"
"""The ledger's name in the folder of runs."""

_LONGEST = 48
_MOST = 10_000


def slug(name: str) -> str:
    """The name in lower-case ASCII letters, digits and hyphens, at most 48 of them.

    A name that leaves none of these (another script) becomes ``plan-`` and 8 digits of its SHA-256.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return _hyphenate(plain) or f"plan-{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def run_id(anchor: datetime, plan: str, device: str) -> str:
    """The id of a run, before it is made unique.

    Args:
        anchor: instant of bench time 0, with its time zone.
        plan: the plan's name.
        device: the serial number of the device, or the slot if it has none. Comes from outside, so it is cut
            down to letters, digits and hyphens and can name no other folder.

    Raises:
        ValueError: the anchor has no time zone.
    """
    if anchor.tzinfo is None:
        raise ValueError("the anchor of a run has no time zone")
    instant = anchor.astimezone(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    return f"{instant}_{slug(plan)}_{_hyphenate(device) or 'device'}"


def iso_utc(anchor: datetime) -> str:
    """The anchor as the head line holds it: ``2026-11-21T10:31:07.250000Z``.

    Raises:
        ValueError: the anchor has no time zone.
    """
    if anchor.tzinfo is None:
        raise ValueError("the anchor of a run has no time zone")
    return anchor.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def make_run_folder(runs: Path, anchor: datetime, plan: str, device: str) -> Path:
    """Make a folder that did not exist before, with ``-2``, ``-3`` … where several runs begin in one second.

    Raises:
        CannotWriteError: the folder cannot be made.
        ValueError: the anchor has no time zone.
    """
    name = run_id(anchor, plan, device)
    try:
        runs.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, _MOST):
            folder = runs / (name if attempt == 1 else f"{name}-{attempt}")
            try:
                folder.mkdir()
            except FileExistsError:
                continue
            return folder
    except OSError as error:
        raise CannotWriteError.because(runs / name, "creation", error) from error
    raise CannotWriteError(runs / name, "creation", f"{_MOST - 1} runs have this name already")


def _hyphenate(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name)[:_LONGEST].strip("-")
