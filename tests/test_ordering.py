"""What waits is spread between what computes, and files stay whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.ordering import spread

FILES = [("a", 6), ("b", 2), ("C", 2), ("D", 1), ("E", 1), ("c", 4)]
"""Capital ones wait."""


def ordered(files: list[tuple[str, int]], heavy: str = "") -> str:
    items = [name for name, count in files for _ in range(count)]
    return "".join(spread(items, str, str.isupper, lambda name: 10.0 if name in heavy else 1.0))


def test_what_waits_stands_between_what_computes() -> None:
    assert ordered(FILES) == "CCaaaaaabbDccccE"
    assert ordered(FILES, heavy="c") == "aaaaaabbCCccccDE"
    assert ordered([("a", 3)]) == "aaa"
    assert ordered([]) == ""


@given(st.lists(st.tuples(st.sampled_from("abcABC"), st.integers(1, 5)), max_size=8))
def test_nothing_is_lost_and_each_kind_keeps_its_order(files: list[tuple[str, int]]) -> None:
    before = "".join(name * count for name, count in files)
    after = ordered(files)
    assert [c for c in after if c.isupper()] == [c for c in before if c.isupper()]
    assert [c for c in after if c.islower()] == [c for c in before if c.islower()]
