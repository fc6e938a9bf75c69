"""The table of codes in docs/plan-language.md, made from the catalogue.

Run ``python -m tests.documents.code_table`` in the project's folder after a change of the catalogue.
"""

from __future__ import annotations

from pathlib import Path

from rig.documents.catalogue import Code, read_catalogue

PAGE = Path(__file__).parents[2] / "docs" / "plan-language.md"
START, END = "<!-- codes -->\n", "<!-- end of codes -->\n"
HEAD = (
    "Made by `python -m tests.documents.code_table` from `rig/documents/codes/`; do not edit.\n\n"
    "| code | in | meaning |\n| --- | --- | --- |\n"
)


def make_table() -> str:
    """One row for each name, with the kinds of file that have it."""
    names: dict[str, list[Code]] = {}
    for code in sorted(
        read_catalogue(), key=lambda code: (code.kind != "yaml", code.kind != "plan", code.kind)
    ):
        names.setdefault(code.name, []).append(code)
    return HEAD + "".join(map(_row, names.values()))


def make_page(page: str) -> str:
    """The page with its table made anew."""
    before, after = page.split(START)
    return before + START + make_table() + after[after.index(END) :]


def _row(codes: list[Code]) -> str:
    first = codes[0]
    mark = "" if first.severity == "error" else f"{first.severity.value}: "
    return f"| `{first.name}` | {', '.join(code.kind for code in codes)} | {mark}{first.means} |\n"


if __name__ == "__main__":
    PAGE.write_text(make_page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
