"""Heaters in parallel on one supply output: how a bench file says so, and each mistake where it is."""

from __future__ import annotations

import pytest

from rig import shipped
from rig.bench.loading import load_bench
from tests.bench.test_loading import describe

REFERENCE = shipped.bench().read_text(encoding="utf-8")
HEATERS = REFERENCE[REFERENCE.index("      a: {output") : REFERENCE.index("    probes:")]
SECOND_SLOT = """\
  other:
    device: ir-lumbar-wrap
    link: simdut://other
    heaters:
{heaters}    probes:
      skin.a1: {{channel: scanner/201, site: centre}}
      skin.b1: {{channel: scanner/202, site: centre}}

"""

A = "      a: {output: supply/2, leads: 0.1 ohm, sense: remote, over_voltage: 9 V, shared: yes}\n"
B = "      b: {output: supply/2, leads: 0.1 ohm, sense: remote, over_voltage: 9 V, shared: yes}\n"


def with_heaters(*lines: str, other: str = "") -> str:
    text = REFERENCE.replace(HEATERS, "".join(lines))
    slot = SECOND_SLOT.format(heaters=other) if other else ""
    return text.replace("simulation:", slot + "simulation:")


def found_in(text: str) -> list[tuple[str, str]]:
    """Code of each diagnostic and the text that its caret stands at."""
    bench, found = describe(text)
    assert (bench is None) is bool(found)
    lines = text.splitlines()
    return [(item.code, lines[item.line - 1][item.column - 1 :]) for item in found]


def test_heaters_that_all_say_so_share_an_output() -> None:
    bench, found = describe(with_heaters(A, B))
    assert found == []
    assert bench is not None
    assert [(h.name, h.output, h.sharing, h.lead_ohms) for h in bench.slot("main").heaters] == [
        ("a", 2, 2, 0.1),
        ("b", 2, 2, 0.1),
    ]


def test_heaters_with_outputs_of_their_own_share_nothing() -> None:
    assert [heater.sharing for heater in load_bench(shipped.bench()).slot("main").heaters] == [1, 1]
    assert found_in(with_heaters(A.replace("yes", "no"), B.replace("yes", "no").replace("/2", "/3"))) == []


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        ((A.replace(", shared: yes", ""), B.replace(", shared: yes", "")), "b"),
        ((A, B.replace(", shared: yes", "")), "b"),
        ((A.replace(", shared: yes", ""), B), "b"),
        ((A, B.replace("yes", "no")), "b"),
    ],
)
def test_an_output_that_is_not_said_to_be_shared_by_all_is_used_twice(
    lines: tuple[str, str], at: str
) -> None:
    text = with_heaters(*lines)
    _, (found,) = describe(text)
    assert found.code == "bench/used-twice"
    assert "shared: yes" in str(found.help)
    line = text.splitlines()[found.line - 1]
    assert line.strip().startswith(f"{at}:")
    assert line[found.column - 1 :].startswith("supply/2")


@pytest.mark.parametrize(
    ("old", "new"),
    [("leads: 0.1 ohm", "leads: 0.2 ohm"), ("remote", "local"), ("over_voltage: 9 V", "over_voltage: 8 V")],
)
def test_heaters_on_one_output_agree_on_what_is_the_outputs(old: str, new: str) -> None:
    ((code, at),) = found_in(with_heaters(A, B.replace(old, new)))
    assert code == "bench/sharing"
    assert at.startswith(new.rpartition(": ")[2])


def test_the_same_leads_in_other_words_agree() -> None:
    assert found_in(with_heaters(A, B.replace("leads: 0.1 ohm", "leads: 0.10 ohm"))) == []


def test_sharing_with_nobody_is_a_mistake() -> None:
    ((code, at),) = found_in(with_heaters(A, B.replace("/2", "/3").replace(", shared: yes", "")))
    assert (code, at) == ("bench/sharing", "yes}")


def test_sharing_with_a_heater_that_could_not_be_read_is_not_reported_as_well() -> None:
    assert [code for code, _ in found_in(with_heaters(A, B.replace("leads", "leeds")))] == [
        "bench/unknown-key"
    ]


def test_slots_share_no_output() -> None:
    own = A.replace(", shared: yes", "").replace
    text = with_heaters(A, own("a:", "b:").replace("/2", "/3"), other=B + own("/2", "/4"))
    text = text.replace("keysight-e36300", "rohde-schwarz-hmp").replace("E36313A", "HMP4040")
    ((code, at),) = found_in(text)
    assert (code, at[:8]) == ("bench/used-twice", "supply/2")
    assert [code for code, _ in found_in(with_heaters(A, B, other=A + B))] == ["bench/used-twice"]


def test_an_output_written_with_a_leading_zero_is_the_same_output() -> None:
    codes = [code for code, _ in found_in(REFERENCE.replace("output: supply/3", "output: supply/02"))]
    assert codes == ["bench/used-twice"]
