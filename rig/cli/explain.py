"""``rig explain``: what a code of ``rig check`` means, why it is a mistake, and an example, wrong and right."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from rig.cli.options import json_option
from rig.errors import ExitCode

if TYPE_CHECKING:
    from rig.documents.catalogue import Code


@click.command()
@click.argument("code", required=False)
@json_option
def command(code: str | None, as_json: bool) -> int:
    """Explain a CODE, e.g. plan/unbounded-wait or unbounded-wait; list all codes without one."""
    from rig.documents.catalogue import read_catalogue

    codes = read_catalogue()
    chosen = codes if code is None else [each for each in codes if code in (each.text, each.name)]
    if not chosen:
        click.echo(f"explaining {code}: there is no such code; {_suggestion(code or '', codes)}", err=True)
        return ExitCode.WRONG_INPUT
    if as_json:
        _print_json([_to_json(each, whole=code is not None) for each in chosen])
    elif code is not None and len(chosen) == 1:
        click.echo(_explanation(chosen[0]))
    else:
        _print_list(chosen)
        click.echo(f"\none of them with an example: rig explain {chosen[0].text}")
    return ExitCode.PASSED


def _suggestion(code: str, codes: Sequence[Code]) -> str:
    from rig.documents import nearest

    close = nearest(code, (each.text if "/" in code else each.name for each in codes))
    return "rig explain lists them all" if close is None else f'did you mean "{close}"?'


def _explanation(code: Code) -> str:
    """The whole of an entry, with the diagnostic that ``rig check`` prints for its example."""
    from rig.documents.examples import right_lines, wrong_lines
    from rig.plan.examples import show_wrong

    shown = show_wrong(code)
    found = "this machine cannot make the example's file" if shown is None else str(shown)
    wrong = "\n\n".join(part for part in (wrong_lines(code), found) if part)
    means = f"{code.severity.value}[{code.text}]: {code.means}"
    return f"{means}\n\n{code.why}\n\nwrong:\n\n{wrong}\n\nright:\n\n{right_lines(code)}"


def _print_list(codes: Sequence[Code]) -> None:
    width = max(len(code.text) for code in codes)
    for kind, of_kind in groupby(codes, key=lambda code: code.kind):
        click.echo(f"{kind}:")
        for code in of_kind:
            mark = "" if code.severity == "error" else f"{code.severity.value}: "
            click.echo(f"  {code.text:<{width}}  {mark}{code.means}")


def _to_json(code: Code, *, whole: bool) -> dict[str, Any]:
    entry = {"code": code.text, "severity": code.severity.value, "means": code.means, "why": code.why}
    if not whole:
        return entry
    from rig.documents.examples import right_lines
    from rig.plan.examples import show_wrong

    shown = show_wrong(code)
    return {**entry, "wrong": None if shown is None else shown.to_json(), "right": right_lines(code)}


def _print_json(entries: list[dict[str, Any]]) -> None:
    import orjson

    sys.stdout.write(orjson.dumps({"codes": entries}, option=orjson.OPT_INDENT_2).decode() + "\n")
