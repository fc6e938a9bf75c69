"""What crosses the border of the engine process comes out as it went in."""

from __future__ import annotations

from math import inf, nan
from pathlib import Path

import pytest

from rig.documents.diagnostics import DiagnosticsError
from rig.engine import process_lines as say
from rig.engine.process_lines import EngineOrder
from rig.errors import BenchError, InputError, RecordError, RigError
from rig.record.errors import CannotWriteError
from rig.safety.errors import RefusedError
from rig.safety.stop import StopRequest
from tests.runs import Plan, Run


def test_a_result_comes_out_equal(run: Run, short_plan: Plan) -> None:
    result = run(short_plan("4 s"))
    assert result.judgement is not None
    line = say.to_line(say.result_to_json(result))
    again = say.result_from_json(say.from_line(line))
    assert again == result
    assert type(again.judgement.verdict if again.judgement else None) is type(result.judgement.verdict)


def test_an_order_comes_out_equal() -> None:
    order = EngineOrder(
        "b.yaml",
        ("one.yaml", "zwei.yaml"),
        ("left",),
        {"steps.heat.hold": "2 min"},
        "runs",
        "Ää",
        {"b.yaml": "00"},
    )
    assert say.read_order(say.order_line(order)) == order


@pytest.mark.parametrize("line", [b"", b"{}", b"[1]", b"not json\n", b'{"plans": 3, "slots": []}'])
def test_a_line_that_is_no_order_is_wrong_input(line: bytes) -> None:
    with pytest.raises(InputError, match="with one line of JSON"):
        say.read_order(line)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (InputError("a"), InputError),
        (DiagnosticsError([]), InputError),
        (BenchError("b"), BenchError),
        (RefusedError("c"), BenchError),
        (RecordError("d"), RecordError),
        (CannotWriteError(Path("x"), "writing", "full"), RecordError),
        (RigError("e"), RigError),
    ],
)
def test_an_error_keeps_its_words_and_its_exit_code(error: RigError, kind: type[RigError]) -> None:
    again = say.error_from_json(say.error_to_json(error))
    assert type(again) is kind
    assert (str(again), again.exit_code) == (str(error), error.exit_code)


def test_a_request_comes_out_equal() -> None:
    assert say.request_from_json(say.request_to_json(None)) is None
    request = StopRequest("interrupt", "SIGINT")
    assert say.request_from_json(say.request_to_json(request)) == request


def test_numbers_that_are_not_finite_stay_what_they_are() -> None:
    again = say.from_line(say.to_line({"a": inf, "b": nan}))
    assert again["a"] == inf
    assert again["b"] != again["b"]
