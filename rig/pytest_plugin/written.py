"""What a test writes in Python as nodes of a plan: the same words, each with its place in the test's source.

A call's arguments become a mapping; where they are written out in the call, each key and text is found there, so that
a diagnostic stands under the very text. What a variable holds stands where the call does.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from yaml.nodes import Node

from rig.documents import Document, Span
from rig.documents.yaml_nodes import mapping_node, scalar_node, sequence_node
from rig.errors import InputError

HERE = __name__.rpartition(".")[0]

_Range = tuple[int | None, ...]


class Source(NamedTuple):
    """A file of Python: its name as people know it, its text with the hash of its bytes, and its calls by place."""

    file: str
    text: str
    sha256: str
    lines: list[str]
    calls: dict[_Range, ast.Call]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the rig by a test: where it stands, and its arguments as written, as far as they are."""

    source: Source
    span: Span
    positional: tuple[ast.expr, ...] = ()
    keywords: tuple[ast.keyword, ...] = ()

    def text(self, index: int, value: object, what: str) -> Node:
        """A positional argument as a node."""
        written = self.positional[index] if index < len(self.positional) else None
        return self._node(value, written, what)

    def list_of(self, values: Sequence[object], what: str) -> Node:
        """The positional arguments as a list."""
        return sequence_node([self.text(i, value, what) for i, value in enumerate(values)], self.span)

    def arguments(self, given: Mapping[str, Any]) -> list[tuple[Node, Node]]:
        """The keyword arguments as entries of a mapping; ``for_`` stands for ``for``."""
        written = {keyword.arg: keyword for keyword in self.keywords}
        entries = []
        for name, value in given.items():
            keyword = written.get(name)
            key = name.rstrip("_")
            span = self.span if keyword is None else self._span(keyword, len(name))
            entries.append(
                (_key(key, span), self._node(value, None if keyword is None else keyword.value, key))
            )
        return entries

    def mapping(self, entries: list[tuple[Node, Node]]) -> Node:
        """A mapping that stands where the call does."""
        return mapping_node(entries, self.span)

    def entry(self, key: str, value: Node) -> tuple[Node, Node]:
        """An entry whose key the call stands for."""
        return _key(key, self.span), value

    def _node(self, value: object, written: ast.expr | None, what: str) -> Node:
        span = self.span if written is None else self._span(written)
        if isinstance(value, Mapping):
            keys = written.keys if isinstance(written, ast.Dict) and len(written.keys) == len(value) else ()
            values = written.values if keys and isinstance(written, ast.Dict) else ()
            return mapping_node(
                [
                    (self._node(str(key), _at(keys, i), what), self._node(item, _at(values, i), str(key)))
                    for i, (key, item) in enumerate(value.items())
                ],
                span,
            )
        if isinstance(value, (list, tuple)):
            items = written.elts if isinstance(written, (ast.List, ast.Tuple)) else ()
            return sequence_node([self._node(v, _at(items, i), what) for i, v in enumerate(value)], span)
        return scalar_node(_text(value, what, self.span), self._inside(written, value, span))

    def _inside(self, written: ast.expr | None, value: object, span: Span) -> Span:
        """The text between the quotation marks, where it stands there as it is."""
        line = self.source.lines[span.line - 1] if span.line <= len(self.source.lines) else ""
        at = line.find(value, span.column - 1) if isinstance(value, str) and value else -1
        if not isinstance(written, ast.Constant) or not isinstance(value, str) or at != span.column:
            return span
        return Span(span.file, span.line, at + 1, len(value))

    def _span(self, written: ast.expr | ast.keyword, length: int = 1) -> Span:
        line = self.source.lines[written.lineno - 1]
        column = len(line.encode()[: written.col_offset].decode(errors="replace"))
        return Span(self.source.file, written.lineno, column + 1, length)


def _key(text: str, span: Span) -> Node:
    return scalar_node(text, span)


def _at(written: Any, index: int) -> ast.expr | None:
    return written[index] if index < len(written) else None


def _text(value: object, what: str, span: Span) -> str:
    match value:
        case bool():
            return "on" if value else "off"
        case str():
            return value
        case int() | float():
            return repr(value)
    raise InputError(
        f"{span.file}:{span.line}: {what} is {value!r}, a {type(value).__name__}; write it as a plan does, a text "
        f'such as "5 min", a number, True or False, a list or a dict'
    )


def calling(*, beyond: str = HERE) -> Call:
    """The call that has led here from outside of this package."""
    frame = inspect.currentframe()
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith(beyond):
        frame = frame.f_back
    assert frame is not None, "somebody outside of this package called"
    return _call_of(frame)


def _call_of(frame: FrameType) -> Call:
    source = read_source(frame.f_code.co_filename)
    found = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), (None,) * 4)
    call = source.calls.get(found)
    span = Span(source.file, frame.f_lineno, 1)
    if call is None:
        return Call(source, span)
    line = source.lines[call.lineno - 1]
    column = len(line.encode()[: call.col_offset].decode(errors="replace"))
    span = Span(source.file, call.lineno, column + 1)
    return Call(source, span, tuple(call.args), tuple(call.keywords))


def read_source(path: str) -> Source:
    """A file of Python as it now is; one that cannot be read, such as what was typed in a terminal, has no text."""
    try:
        return _read_source(path, Path(path).stat().st_mtime_ns)
    except OSError:
        return _read_source(path, 0)


@cache
def _read_source(path: str, _changed_ns: int) -> Source:
    name = _name(path)
    try:
        data = Path(path).read_bytes()
        text = data.decode("utf-8-sig")
        tree = ast.parse(text)
    except (OSError, SyntaxError, ValueError):
        return Source(name, "", hashlib.sha256(b"").hexdigest(), [], {})
    calls: dict[_Range, ast.Call] = {
        (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset): node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    return Source(name, text, hashlib.sha256(data).hexdigest(), text.split("\n"), calls)


def document_of(path: str) -> Document:
    """The test's file as the document that its plan is written in; its root is empty."""
    source = read_source(path)
    here = Span(source.file, 1, 1)
    return Document(source.file, source.text, source.sha256, mapping_node([], here))


def _name(path: str) -> str:
    """Relative to the working folder, if it lies in there."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive
        return path
    return path if relative.startswith(os.pardir) else relative
