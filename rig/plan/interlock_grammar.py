"""The grammar of interlocks, the same in plans and in bench files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rig.documents import Scalar, Span
from rig.documents.fields import Field, Record, Text
from rig.documents.quantities import Amount
from rig.plan import model
from rig.plan.kinds import ANY, Choice, Kept, Pair, measure
from rig.plan.program import InterlockKind
from rig.units import Dimension

_TEXT = Field(Text())
_LIMIT = Field(ANY, required=True)
_TIME = measure(Dimension.TIME)
_FOR = measure(Dimension.COUNT, Dimension.TIME)


def _interlock(
    kind: InterlockKind, watched: str, limit: str, window: str | None = None
) -> Callable[..., model.InterlockModel]:
    def make(span: Span, name: Scalar | None = None, **values: Any) -> model.InterlockModel:
        return model.InterlockModel(
            span, kind, values[watched], values[limit], values.get(window or ""), name
        )

    return make


def _differ(
    span: Span, differ: tuple[Scalar, Scalar], above: Amount, for_: Amount, name: Scalar | None = None
) -> model.InterlockModel:
    first, second = differ
    return model.InterlockModel(span, InterlockKind.DIFFER, first, above, for_, name, second)


_PATTERN = Field(Text(), required=True)
_KELVIN = measure(Dimension.TEMPERATURE_DIFFERENCE, required=True)
_SECONDS = measure(Dimension.TIME, required=True)

INTERLOCK: Choice[model.InterlockModel] = Choice(
    {
        "detached": Record(
            _interlock(InterlockKind.DETACHED, "detached", "rise", "within"),
            {"detached": _PATTERN, "rise": _KELVIN, "within": _SECONDS, "name": _TEXT},
        ),
        "open": Record(
            _interlock(InterlockKind.OPEN, "open", "jump"),
            {"open": _PATTERN, "jump": _KELVIN, "name": _TEXT},
        ),
        "frozen": Record(
            _interlock(InterlockKind.FROZEN, "frozen", "for_", "for_"),
            {"frozen": _PATTERN, "for": _SECONDS, "name": _TEXT},
        ),
        "spread": Record(
            _interlock(InterlockKind.SPREAD, "spread", "above", "for_"),
            {"spread": _PATTERN, "above": _KELVIN, "for": _TIME, "name": _TEXT},
        ),
        "differ": Record(
            _differ,
            {
                "differ": Field(Pair(), required=True),
                "above": _LIMIT,
                "for": _SECONDS,
                "name": _TEXT,
            },
        ),
        "terminal": Record(
            _interlock(InterlockKind.TERMINAL, "terminal", "within", "for_"),
            {"terminal": _PATTERN, "within": _KELVIN, "for": _SECONDS, "name": _TEXT},
        ),
        "stale": Record(
            _interlock(InterlockKind.STALE, "stale", "after"),
            {"stale": _PATTERN, "after": _SECONDS, "name": _TEXT},
        ),
        "rising": Record(
            _interlock(InterlockKind.RISING, "signal", "rising", "over"),
            {
                "signal": _PATTERN,
                "rising": measure(Dimension.TEMPERATURE_RATE, required=True),
                "over": _SECONDS,
                "name": _TEXT,
            },
        ),
        "above": Record(
            _interlock(InterlockKind.ABOVE, "signal", "above", "for_"),
            {"signal": _PATTERN, "above": _LIMIT, "for": _FOR, "name": _TEXT},
        ),
        "below": Record(
            _interlock(InterlockKind.BELOW, "signal", "below", "for_"),
            {"signal": _PATTERN, "below": _LIMIT, "for": _FOR, "name": _TEXT},
        ),
    }
)

INTERLOCKS = Kept(INTERLOCK)
"""A list of interlocks."""
