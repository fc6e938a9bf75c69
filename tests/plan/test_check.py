"""Checking files and folders: every kind of file, every kind of bad input, and never a traceback."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.documents import DiagnosticsError, Severity, parse_document
from rig.documents.diagnostics import Diagnostics
from rig.plan.check import check_paths
from rig.plan.library import Cache
from rig.plan.loading import link_document, load_program
from rig.plan.program import Check, Program

PLAN = (shipped.test_plans() / "cutoff" / "cutoff.yaml").read_text(encoding="utf-8")
BENCH = load_bench(shipped.bench())


def codes(path: Path, **more: Any) -> list[str]:
    return [found.code for found in check_paths([path], **more)[0] if found.severity != "note"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "yaml/empty"),
        (b"\x00\x01\x02\x03", "yaml/binary"),
        (b"plan: x\n\tsteps: []\n", "yaml/tab"),
        (b"plan: x\nplan: y\n", "yaml/duplicate-key"),
        (b"a: &a [x]\nb: *a\n", "yaml/alias"),
        (b"[" * 100_000, "yaml/too-deep"),
        ("plan: é\n".encode("latin-1"), "yaml/encoding"),
        (b"- a\n- b\n", "yaml/kind"),
        (b"just words\n", "yaml/kind"),
        (b"paln: x\n", "yaml/kind"),
        (b"plan: [1\n", "yaml/syntax"),
        (b" " * (50 * 1024 * 1024), "yaml/too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_bad_files_end_in_a_diagnostic(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(data)
    diagnostics, plans, _ = check_paths([path])
    assert code in [found.code for found in diagnostics]
    assert all(found.help and found.file == str(path) for found in diagnostics)
    assert plans == []
    with pytest.raises(DiagnosticsError):
        load_program(path, BENCH)


def test_a_plan_with_windows_line_ends_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_bytes(PLAN.replace("\n", "\r\n").encode())
    assert codes(path) == []
    assert load_program(path, BENCH).duration_s == 2015.0


def test_folders_are_searched_and_every_kind_of_file_is_checked(tmp_path: Path) -> None:
    (tmp_path / "limits").mkdir()
    (tmp_path / "plan.yaml").write_text(PLAN.replace("level: high", "level: hot"))
    (tmp_path / "bench.yml").write_text("bench: b\n")
    (tmp_path / "limits" / "l.yaml").write_text("limits: l\nitems: {x: {at_most: 3 K}}\n")
    (tmp_path / "r.yaml").write_text("requirements: r\nitems: {X-1: {text: t}}\n")
    (tmp_path / "d.yaml").write_text("device: d\nlimits: {voltage: 9 V, current: 1 A}\n")
    found = {(Path(item.file).name, item.code) for item in check_paths([tmp_path])[0]}
    assert {
        ("plan.yaml", "plan/unknown-level"),
        ("bench.yml", "bench/missing-key"),
        ("l.yaml", "limits/missing-key"),
        ("r.yaml", "requirements/missing-key"),
        ("d.yaml", "device/missing-key"),
    } <= found


def test_missing_paths_and_empty_folders_are_said(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["yaml/missing"]
    assert codes(tmp_path / "none.yaml") == ["yaml/missing"]


def test_a_broken_bench_is_reported_once_and_plans_by_their_grammar(tmp_path: Path) -> None:
    bench = tmp_path / "bench.yaml"
    bench.write_text(shipped.bench().read_text().replace("drawn", "dawn"))
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(PLAN.replace("hold: 1 min", "hold: 1 V"))
    found = check_paths([tmp_path], bench)[0]
    assert [item.code for item in found] == [
        "bench/unknown-word",
        "plan/wrong-dimension",
        "plan/wrong-dimension",
    ]


def test_limits_beside_a_plan_come_first(tmp_path: Path) -> None:
    (tmp_path / "limits").mkdir()
    (tmp_path / "plan.yaml").write_text(PLAN)
    (tmp_path / "limits" / "ir-lumbar-wrap.yaml").write_text(
        "limits: ir-lumbar-wrap\nitems:\n"
        "  skin-peak: {at_most: 41 degC, source: ours, clause: 4.2, edition: 2024,\n"
        "    confirmed_by: A. Person, confirmed_on: 2026-06-01}\n"
        "  sensor-agreement: {at_most: 1 K, source: ours}\n"
    )
    program = load_program(tmp_path / "plan.yaml", BENCH)
    limit = program.checks[0].limit
    assert limit is not None
    assert (limit.value, limit.clause, limit.edition, limit.confirmed_by, limit.confirmed_on) == (
        41.0,
        "4.2",
        "2024",
        "A. Person",
        "2026-06-01",
    )


@pytest.mark.parametrize(
    ("id_", "remedy"),
    [
        ("42 degC", "a limit is an id; write the number as at_most: 42 degC, or as the metric names it"),
        ("skin-peak", "write ir-lumbar-wrap/skin-peak"),
        ("ir-lumbar-wrp/skin-peak", 'did you mean "ir-lumbar-wrap"?'),
    ],
)
def test_an_id_without_a_file_has_a_remedy(id_: str, remedy: str, tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN.replace("ir-lumbar-wrap/skin-peak", id_))
    (found,) = (item for item in check_paths([tmp_path])[0] if item.code == "plan/unknown-limit")
    assert found.help == remedy


def test_a_plan_without_its_name_is_still_a_plan(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN.replace("\nplan:", "\nname:"))
    assert codes(tmp_path) == ["plan/missing-key", "plan/unknown-key"]


def test_a_mistake_in_a_limits_file_is_reported_in_that_file(tmp_path: Path) -> None:
    (tmp_path / "limits").mkdir()
    (tmp_path / "plan.yaml").write_text(PLAN)
    limits = tmp_path / "limits" / "ir-lumbar-wrap.yaml"
    limits.write_text(
        "limits: l\nitems: {skin-peak: {source: ours}, sensor-agreement: {source: o, at_most: 1 K}}\n"
    )
    found = check_paths([tmp_path])[0]
    assert [(item.code, item.file) for item in found if item.severity == "error"] == [
        ("limits/one-value", str(limits))
    ]


def test_a_mistake_in_a_limits_file_spoils_every_plan_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "limits").mkdir()
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(PLAN)
    (tmp_path / "limits" / "ir-lumbar-wrap.yaml").write_text(
        "limits: l\nitems: {skin-peak: {source: ours}}\n"
    )
    found, plans, _ = check_paths([tmp_path])
    assert "limits/one-value" in [item.code for item in found]
    assert plans == []


def test_plans_that_share_a_limits_file_all_keep_its_text(tmp_path: Path) -> None:
    cache: Cache = {}
    programs = []
    for name in ("one.yaml", "two.yaml"):
        document = parse_document(PLAN.encode(), str(tmp_path / name), diagnostics := Diagnostics())
        assert document is not None
        programs.append(link_document(document, BENCH, None, diagnostics, cache))
    one, two = programs
    assert one is not None
    assert two is not None
    assert one.checks == replace_file(two.checks, tmp_path / "two.yaml", tmp_path / "one.yaml")
    assert [source.role for source in one.sources] == [source.role for source in two.sources]
    assert len(cache) == 3


def replace_file(checks: tuple[Check, ...], old: Path, new: Path) -> tuple[Check, ...]:
    assert all(check.place.file == str(old) for check in checks)
    return tuple(replace(check, place=replace(check.place, file=str(new))) for check in checks)


def test_a_bench_that_lacks_a_probe_is_named(tmp_path: Path) -> None:
    text = (
        shipped.bench().read_text().replace("      phantom: {channel: scanner/113, site: back plate}\n", "")
    )
    bench = tmp_path / "bench.yaml"
    bench.write_text(text)
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.replace("signal: supply.*.current, above: 1.1 A", "signal: phantom, above: 45 degC"))
    found = [item for item in check_paths([plan], bench)[0] if item.severity == "error"]
    assert [item.code for item in found] == ["plan/unknown-signal", "plan/unknown-signal"]
    assert '"phantom"' in found[0].message


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("skin", "write one of them, e.g. skin.hottest, or skin.* where a pattern can stand"),
        ("belt.a", "write one of them, e.g. belt.a.sensor, or belt.a.* where a pattern can stand"),
        ("skim.a1", 'did you mean "skin.a1"?'),
    ],
)
def test_the_first_part_of_a_name_is_told_what_it_lacks(name: str, remedy: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.replace("signal: supply.*.current, above: 1.1 A", f"signal: {name}, above: 45 degC"))
    found = [item for item in check_paths([plan])[0] if item.code == "plan/unknown-signal"]
    assert [item.help for item in found] == [remedy]


PIECES = [
    "skin.*",
    "belt",
    "9 V",
    "41 degC",
    "0.5 K",
    "{}",
    "[]",
    "{a: b}",
    "- x",
    "rated",
    "on",
    ":",
    "'",
    "☃",
    "*",
    "%",
]


@settings(max_examples=150)
@given(st.data())
def test_mutated_plans_give_diagnostics_or_a_program(data: st.DataObject) -> None:
    lines = PLAN.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        words = lines[number].split(" ")
        word = data.draw(st.integers(0, len(words) - 1))
        how = data.draw(st.sampled_from(["delete", "replace", "swap", "drop line", "repeat line"]))
        if how == "drop line":
            del lines[number]
        elif how == "repeat line":
            lines.insert(number, lines[number])
        else:
            other = data.draw(st.sampled_from(PIECES))
            words[word : word + 1] = {"delete": [], "replace": [other], "swap": [*words[word:][:1], other]}[
                how
            ]
            lines[number] = " ".join(words)
    assert_judged("\n".join(lines), BENCH)


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_any_text_gives_diagnostics_or_a_program(text: str) -> None:
    assert_judged(text, BENCH)


def assert_judged(text: str, bench: BenchDescription) -> None:
    diagnostics = Diagnostics()
    document = parse_document(text.encode("utf-8", "surrogatepass"), "plan.yaml", diagnostics)
    program = None if document is None else link_document(document, bench, None, diagnostics)
    assert isinstance(program, Program) is not diagnostics.has_errors
    assert all(found.line >= 1 and found.column >= 1 and str(found) for found in diagnostics.sorted())


def test_a_supply_that_is_too_weak_is_found_before_anything_is_opened(tmp_path: Path) -> None:
    """E36312A: 1.03 A on outputs 2 and 3 (libsigrok profile, seen in its data sheet)."""
    weak = tmp_path / "weak.yaml"
    text = shipped.bench().read_text(encoding="utf-8")
    weak.write_text(text.replace("model: E36313A", "model: E36312A"), encoding="utf-8")
    found, plans, _ = check_paths([shipped.test_plans() / "cutoff"], weak)
    errors = [item for item in found if item.severity is Severity.ERROR]
    assert {item.code for item in errors} == {"plan/beyond-device"}
    assert all("1.03 A" in item.message for item in errors)
    assert plans == []
