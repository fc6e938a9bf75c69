"""What the engine process and its client say to each other: JSON lines, and nothing that is not in them.

The standard library's JSON keeps what orjson would turn into null: a number that is not finite.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rig.bench.messages import OffDetail
from rig.checks.judge import Judgement
from rig.checks.verdict import Verdict
from rig.engine.ending import Ending
from rig.engine.run import RunResult
from rig.errors import BenchError, InputError, RecordError, RigError
from rig.safety.errors import LatchedError
from rig.safety.stop import StopRequest
from rig.safety.switch_off import OffReport

BEAT = {"do": "beat"}
"""The request that says that the client lives."""

_ERRORS = {kind.__name__: kind for kind in (InputError, LatchedError, BenchError, RecordError, RigError)}


@dataclass(frozen=True, slots=True)
class EngineOrder:
    """What the engine process is to run; it reads the files itself.

    Attributes:
        documents: SHA-256 by file of every document as the client read it: bench, plans, limits, device profiles.
        resume: folder of the interrupted run that goes on, by its one plan in its one slot.
        script: what is run instead of plans, see `rig.engine.script`; None where there are plans.
        beats_within_s: the client is a screen that beats, from the order on; so long a silence is a stop. None if it
            does not beat.
        record: files that get the wire logs of the plans, one each in their order, or none at all.
    """

    bench_file: str
    plans: tuple[str, ...]
    slots: tuple[str, ...]
    settings: Mapping[str, str]
    out: str
    operator: str | None
    documents: Mapping[str, str]
    nobody_wears: str | None = None
    attended: str | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    resume: str | None = None
    script: Mapping[str, Any] | None = None
    serials: Mapping[str, str] = field(default_factory=dict)
    beats_within_s: float | None = None
    record: tuple[str, ...] = ()


def to_line(document: Mapping[str, Any]) -> bytes:
    """One line of JSON, its end included."""
    return json.dumps(document).encode() + b"\n"


def from_line(line: bytes) -> dict[str, Any]:
    """The document of a line.

    Raises:
        ValueError: it is not JSON.
        TypeError: it is no object.
    """
    document = json.loads(line)
    if not isinstance(document, dict):
        raise TypeError(f"{document!r} is no JSON object")
    return document


def order_line(order: EngineOrder) -> bytes:
    """The order as a line."""
    return to_line(asdict(order))


def read_order(line: bytes) -> EngineOrder:
    """The order of a line.

    Raises:
        InputError: the line is no order.
    """
    try:
        fields = from_line(line)
        lists = {name: tuple(fields[name]) for name in ("plans", "slots", "record")}
        return EngineOrder(**{**fields, **lists})
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"reading the order of the engine process: {error!r}; it is started by `rig run`, with one line of JSON"
        ) from error


def result_to_json(result: RunResult) -> dict[str, Any]:
    """A result with all that is in it."""
    return {**asdict(result), "folder": str(result.folder)}


def result_from_json(fields: Mapping[str, Any]) -> RunResult:
    """The result again, equal to the one that was sent."""
    off, judgement = fields["off"], fields["judgement"]
    details = tuple(OffDetail(**detail) for detail in off["details"])
    judged = None if judgement is None else {**judgement, "verdict": Verdict(judgement["verdict"])}
    return RunResult(
        **{
            **fields,
            "folder": Path(fields["folder"]),
            "ending": Ending(**fields["ending"]),
            "off": OffReport(off["why"], details),
            "judgement": None if judged is None else Judgement(**judged),
        }
    )


def error_to_json(error: RigError) -> dict[str, str]:
    """An error as the nearest kind that the rig's faces know, with its words."""
    kind = next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in _ERRORS)
    return {"kind": kind, "message": str(error)}


def error_from_json(fields: Mapping[str, Any]) -> RigError:
    """The error again: the same words, the same exit code."""
    return _ERRORS[fields["kind"]](fields["message"])


def request_to_json(request: StopRequest | None) -> dict[str, str] | None:
    """Who asked to stop, and how."""
    return None if request is None else asdict(request)


def request_from_json(fields: Mapping[str, str] | None) -> StopRequest | None:
    """The request again."""
    return None if fields is None else StopRequest(**fields)
