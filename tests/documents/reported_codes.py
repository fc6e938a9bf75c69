"""Every code that the source can report, found by reading it.

A reporter is a method that hands one of its parameters on as the code of a diagnostic: it begins with those of
``Diagnostics``, and ``Reader.error``, ``Scope.error``, ``Subject.blame`` and others are found because they call one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).parents[2] / "rig"
PACKAGES = ("documents", "plan", "bench")
"""Where documents are read; nothing above them reports a mistake in one."""

_COLLECTOR = {"error", "warning", "note"}
_FEWEST = 3
"""Code, place, and message with remedy, which may be one starred argument: who calls with fewer, reports nothing."""


class Reported(NamedTuple):
    """A code, with its kind of document or without, and the module that reports it."""

    code: str
    module: str


class Unclear(NamedTuple):
    """An expression that is handed on as a code and that nobody can read as one."""

    expression: str
    module: str


class _Function(NamedTuple):
    node: ast.FunctionDef
    module: str


def find_codes() -> tuple[set[Reported], set[Unclear]]:
    """Every code that any module reports, and every expression for a code that is no text and no parameter."""
    functions = list(_functions())
    reporters = dict.fromkeys(_COLLECTOR, 0)
    while True:
        found = {name: position for each in functions for name, position in _handed_on(each, reporters)}
        if found.keys() <= reporters.keys():
            break
        reporters = found | reporters
    reported, unclear = set(), set()
    for function in functions:
        parameters = _parameters(function.node)
        for expression in _codes_of(function.node, reporters):
            texts = list(_texts(expression))
            reported |= {Reported(text, function.module) for text in texts}
            if not texts and _parameter_in(expression) not in parameters:
                unclear.add(Unclear(ast.unparse(expression), function.module))
        reported |= {Reported(text, function.module) for text in _defaults(function.node, reporters)}
    return reported, unclear


def find_texts(module: str, start: str) -> set[str]:
    """Every text of a module that begins so."""
    tree = ast.parse((SOURCE.parent / module).read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {text for text in texts if isinstance(text, str) and text.startswith(start)}


def _functions() -> Iterator[_Function]:
    for path in sorted(path for package in PACKAGES for path in (SOURCE / package).rglob("*.py")):
        module = path.relative_to(SOURCE.parent).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield _Function(node, module)


def _parameters(function: ast.FunctionDef) -> list[str]:
    names = [argument.arg for argument in function.args.args]
    return names[1:] if names[:1] == ["self"] else names


def _handed_on(function: _Function, reporters: dict[str, int]) -> Iterator[tuple[str, int]]:
    """The function's own name, and which parameter it hands on as a code."""
    parameters = _parameters(function.node)
    for expression in _codes_of(function.node, reporters):
        name = _parameter_in(expression)
        if name in parameters:
            yield function.node.name, parameters.index(name)


def _codes_of(function: ast.FunctionDef, reporters: dict[str, int]) -> Iterator[ast.expr]:
    """What a function hands to reporters as codes."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        position = reporters.get(name)
        if position is not None and len(node.args) > max(position, _FEWEST - 1):
            yield node.args[position]


def _parameter_in(expression: ast.expr) -> str:
    """The name that stands for a code, alone or behind a kind: ``name``, ``f"{self.role}/{name}"``."""
    if isinstance(expression, ast.JoinedStr) and isinstance(expression.values[-1], ast.FormattedValue):
        expression = expression.values[-1].value
    return expression.id if isinstance(expression, ast.Name) else ""


def _texts(expression: ast.expr) -> Iterator[str]:
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        yield expression.value
    elif isinstance(expression, ast.IfExp):
        yield from _texts(expression.body)
        yield from _texts(expression.orelse)


def _defaults(function: ast.FunctionDef, reporters: dict[str, int]) -> Iterator[str]:
    parameters, defaults = _parameters(function), function.args.defaults
    position = reporters.get(function.name)
    if position is not None and position < len(parameters) <= position + len(defaults):
        yield from _texts(defaults[position - len(parameters)])
