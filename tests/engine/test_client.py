"""What the client makes of an order that is refused and of an engine that never was one; no bench is needed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rig import shipped
from rig.bench.description import BenchDescription
from rig.engine import client
from rig.engine.process_lines import EngineOrder
from rig.engine.series import RunFailure
from rig.engine.work import Work, link_plans, read_bench
from rig.errors import BenchError, InputError
from rig.simulation.client_bench import client_bench_text
from tests.engine.onlooker import Nobody


@pytest.fixture(autouse=True)
def own_sockets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="rig") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


@pytest.fixture
def work(bench: BenchDescription, tmp_path: Path) -> Work:
    """The cut-off on a bench of real instruments that are not there."""
    file = tmp_path / "real.yaml"
    text = client_bench_text(bench, bench).replace("192.0.2.", "127.0.0.")
    file.write_text(text.replace("simdut://main", str(tmp_path / "tty")), encoding="utf-8")
    return link_plans(read_bench(file, {}), ["cutoff"], [], {})


@pytest.fixture
def order(work: Work, tmp_path: Path) -> EngineOrder:
    return EngineOrder(
        bench_file=work.bench.file,
        plans=work.files,
        slots=(),
        settings={},
        out=str(tmp_path / "runs"),
        operator=None,
        documents=work.documents,
    )


def test_the_order_names_every_document(work: Work) -> None:
    names = {Path(file).name for file in work.documents}
    assert {"real.yaml", "cutoff.yaml", "ir-lumbar-wrap.yaml"} <= names
    assert any(Path(file).is_relative_to(shipped.test_plans() / "limits") for file in work.documents)


@pytest.mark.parametrize("change", ["bench", "plan", "order"])
def test_a_document_that_changed_since_it_was_checked_is_refused(
    work: Work, order: EngineOrder, change: str
) -> None:
    if change == "bench":
        Path(work.bench.file).write_text(work.bench.text + "# touched\n", encoding="utf-8")
    elif change == "plan":
        order = replace(order, documents={**order.documents, work.files[0]: "0" * 64})
    else:
        order = replace(order, documents={})
    onlooker = Nobody()
    with pytest.raises(InputError, match="changed since it was checked") as raised:
        client.run_in_engine_process(work, order, onlooker)
    assert onlooker.told == []
    assert (work.files[0] in str(raised.value)) is (change != "bench")


def test_a_bench_that_is_not_there_is_reported_as_in_process(work: Work, order: EngineOrder) -> None:
    onlooker = Nobody()
    series = client.run_in_engine_process(work, order, onlooker)
    ((_, failure),) = series.outcomes
    assert onlooker.told == ["begins", failure]
    assert series.trouble is None
    assert isinstance(failure, RunFailure)
    assert type(failure.error) is BenchError
    assert "opening the bench" in str(failure.error)
    assert "nothing was switched on" in str(failure.error)


def test_a_process_that_ends_before_it_is_ready_has_switched_nothing_on(
    work: Work, order: EngineOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MODULE", "this")  # prints a poem and ends with 0
    series = client.run_in_engine_process(work, order, Nobody())
    assert series.outcomes == []
    assert series.trouble is not None
    assert "with exit code 0 before it opened the bench" in series.trouble
    assert "nothing was switched on" in series.trouble
