"""YAML into nodes that know their places; nothing is ever constructed from them but text.

A document is guarded before it is composed: size, encoding, control characters, then an event pass that
refuses deep nesting, too many nodes, anchors, aliases and tags. Composing unguarded input can end the process
(100,000 brackets overflow libyaml's caller's stack). Scalars stay text, so that ``on``, ``12:30`` and ``010``
mean what they say; the tables of each grammar decide what they are.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from rig.documents.diagnostics import CONTROL, Diagnostics, Span, quoted

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 64
MAX_NODES = 200_000

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIGITS = re.compile(r"[+-]?\d+", re.ASCII)
_DIGIT = re.compile(r"\d", re.ASCII)
_TAB_INDENT = re.compile(r"^ *\t\s*[^\s#]", re.MULTILINE)

# libyaml's words for what people do most often, and what they should do instead.
_REMEDIES = (
    ("mapping values are not allowed", "put quotes around text that holds a colon, or check the indentation"),
    ("could not find expected ':'", 'write "key: value", with a blank after the colon'),
    ("did not find expected key", "check the indentation of this line and the one above"),
    ("did not find expected ',' or ']'", "close the list with ]"),
    ("did not find expected ',' or '}'", "close the mapping with }"),
    ("cannot start any token", "put quotes around text that begins with this character"),
    ("while scanning an alias", "put quotes around text that begins with this character"),
    ("found unexpected end of stream", "close the quotation mark"),
)

_BEGUN = ("while scanning a quoted scalar", "while scanning a simple key", "while scanning an alias")
"""What is reported where it begins: where YAML notices it may be many lines further down."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text and where it stands."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read.

    root is the top node, sha256 that of the file's bytes. has_duplicates: a key was given twice or is no plain
    text, or a number has a decimal comma; that has been reported, and the document can be checked further but not used.
    """

    file: str
    text: str
    sha256: str
    root: Node
    has_duplicates: bool = False

    def span(self, node: Node) -> Span:
        """The place of a node: the whole of a scalar on one line, the first character of anything else."""
        return span_of(node, self.file)


def read_document(path: Path, diagnostics: Diagnostics) -> Document | None:
    """Read and compose a YAML file; None if that is impossible, and then ``diagnostics`` says why.

    Duplicate keys are reported as well, with both places; the first of them stays in force.
    """
    name = str(path)
    data = _read_bytes(path, name, diagnostics)
    return None if data is None else parse_document(data, name, diagnostics)


def parse_document(data: bytes, file: str, diagnostics: Diagnostics) -> Document | None:
    """As ``read_document``, from bytes; file is the name that diagnostics give."""
    text = _decode(data, file, diagnostics)
    if text is None:
        return None
    diagnostics.know(file, text)
    root = _compose(text, file, diagnostics)
    if root is None:
        return None
    errors = diagnostics.error_count
    _check_keys(root, file, diagnostics)
    has_duplicates = diagnostics.error_count > errors
    return Document(file, text, hashlib.sha256(data).hexdigest(), root, has_duplicates)


def span_of(node: Node, file: str) -> Span:
    """The place of a node in the file of that name; a node that was set from outside knows its own."""
    start, end = node.start_mark, node.end_mark
    if isinstance(start, OwnMark):
        file = start.name
    length = 1
    if isinstance(node, ScalarNode) and start.line == end.line:
        length = max(1, end.column - start.column)
    return Span(file, start.line + 1, start.column + 1, length)


class OwnMark(yaml.Mark):
    """The mark of a node that stands elsewhere than in the document that it is a part of: its name is that file's."""

    @classmethod
    def at(cls, span: Span, column: int = 0) -> OwnMark:
        """The mark of a span's beginning, or of another column (from 0) of its line."""
        return cls(span.file, 0, span.line - 1, column or span.column - 1, None, 0)


OVERRIDE = "--set "
"""Names of nodes that the command line set begin with this."""


def is_setting(span: Span) -> bool:
    """Whether what stands there was set by the command line."""
    return span.file.startswith(OVERRIDE)


def override_node(key: str, text: str) -> ScalarNode:
    """A scalar that does not stand in the file but was set as ``key=text``."""
    return scalar_node(text, Span(OVERRIDE + key, 1, 1, len(text)))


def scalar_node(text: str, span: Span) -> ScalarNode:
    """A text that stands elsewhere than in the document that it becomes a part of."""
    end = OwnMark.at(span, span.column - 1 + span.length)
    return ScalarNode("tag:yaml.org,2002:str", text, OwnMark.at(span), end, style='"')


def mapping_node(entries: list[tuple[Node, Node]], span: Span) -> MappingNode:
    """A mapping of the kind of `scalar_node`."""
    return MappingNode("tag:yaml.org,2002:map", entries, OwnMark.at(span), OwnMark.at(span))


def sequence_node(items: list[Node], span: Span) -> SequenceNode:
    """A list of the kind of `scalar_node`."""
    return SequenceNode("tag:yaml.org,2002:seq", items, OwnMark.at(span), OwnMark.at(span))


def _read_bytes(path: Path, name: str, diagnostics: Diagnostics) -> bytes | None:
    start = Span(name, 1, 1)
    try:
        if not path.exists():
            diagnostics.error("yaml/missing", start, "there is no such file", "check the path")
            return None
        if not path.is_file():
            diagnostics.error(
                "yaml/missing", start, "this is not a regular file", "give the path of a YAML file"
            )
            return None
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        diagnostics.error(
            "yaml/unreadable", start, f"the file cannot be read: {error}", "check its permissions"
        )
        return None
    if len(data) > MAX_BYTES:
        diagnostics.error(
            "yaml/too-large",
            start,
            "the file is larger than 2 MiB",
            "give a plan, bench or limits file, not a data file",
        )
        return None
    return data


def _decode(data: bytes, file: str, diagnostics: Diagnostics) -> str | None:
    start = Span(file, 1, 1)
    if data.startswith(_UTF16):
        diagnostics.error("yaml/encoding", start, "the file is UTF-16, not UTF-8", "save it again as UTF-8")
        return None
    if b"\0" in data:
        diagnostics.error("yaml/binary", start, "this is a binary file, not YAML", "give a YAML text file")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", errors="replace")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        diagnostics.error(
            "yaml/encoding",
            Span(file, line, column),
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            "save the file again as UTF-8",
        )
        return None
    bad = _CONTROL.search(text)
    if bad is not None:
        line, column = _position(text, bad.start())
        diagnostics.error(
            "yaml/binary",
            Span(file, line, column),
            f"control character U+{ord(bad[0]):04X} in the file",
            "remove it; plans are plain text",
        )
        return None
    return text


def _compose(text: str, file: str, diagnostics: Diagnostics) -> Node | None:
    try:
        if not _events_are_safe(text, file, diagnostics):
            return None
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        _report_syntax(error, text, file, diagnostics)
        return None
    except yaml.YAMLError as error:
        diagnostics.error(
            "yaml/syntax", Span(file, 1, 1), f"not YAML: {error}", "check the file in an editor"
        )
        return None
    if root is None:
        diagnostics.error(
            "yaml/empty", Span(file, 1, 1), "the file is empty", 'begin with "plan:" or "bench:"'
        )
        return None
    return root


def _events_are_safe(text: str, file: str, diagnostics: Diagnostics) -> bool:
    depth = nodes = documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        fault = None
        if isinstance(event, yaml.CollectionStartEvent):
            depth, nodes = depth + 1, nodes + 1
            fault = _fault_of(event, depth, nodes)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.NodeEvent):
            nodes += 1
            fault = _fault_of(event, depth, nodes)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                fault = ("yaml/several-documents", "a second document begins here", 'remove the line "---"')
        if fault is not None:
            diagnostics.error(fault[0], _span_of_mark(event.start_mark, file), *fault[1:])
            return False
    return True


def _fault_of(event: yaml.NodeEvent, depth: int, nodes: int) -> tuple[str, str, str] | None:
    if depth > MAX_DEPTH:
        return (
            "yaml/too-deep",
            f"nested deeper than {MAX_DEPTH} levels",
            "close brackets; a plan needs five levels",
        )
    if nodes > MAX_NODES:
        return ("yaml/too-many", f"more than {MAX_NODES} values", "split the file")
    if isinstance(event, yaml.AliasEvent):
        return ("yaml/alias", f"alias *{event.anchor}: aliases are not used", "write the value out")
    if event.anchor is not None:
        return (
            "yaml/alias",
            f"anchor &{event.anchor}: anchors are not used",
            "remove it and write values out",
        )
    tag = getattr(event, "tag", None)
    if tag is not None:
        return (
            "yaml/tag",
            f"tag {tag}: tags are not used",
            "remove it; the grammar knows what each value is",
        )
    return None


def _report_syntax(error: yaml.MarkedYAMLError, text: str, file: str, diagnostics: Diagnostics) -> None:
    tabs = [match.end() - 1 for match in _TAB_INDENT.finditer(text)]
    for end in tabs[:100]:
        line, _ = _position(text, end)
        column = text.split("\n", line)[line - 1].index("\t") + 1
        diagnostics.error(
            "yaml/tab", Span(file, line, column), "a tab in the indentation", "indent with blanks"
        )
    if tabs:
        return
    problem = " ".join(part for part in (error.context, error.problem) if part) or "not YAML"
    marks = (error.problem_mark, error.context_mark)
    first, other = reversed(marks) if error.context in _BEGUN else marks
    span = _span_of_mark(first or other, file)
    remedy = next(
        (words for known, words in _REMEDIES if known in problem), "check this line and the one above"
    )
    diagnostics.error("yaml/syntax", span, problem, remedy)


def _span_of_mark(mark: object, file: str) -> Span:
    return Span(file, getattr(mark, "line", 0) + 1, getattr(mark, "column", 0) + 1)


def _check_keys(root: Node, file: str, diagnostics: Diagnostics) -> None:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, MappingNode):
            _check_mapping(node, file, diagnostics)
            waiting.extend(value for _, value in node.value)


def is_plain(node: Node, text: str, file: str, diagnostics: Diagnostics, *, allowed: str = "") -> bool:
    """Whether a text holds no control character but those allowed; reports it at the node if it does."""
    bad = next((found for found in CONTROL.findall(text) if found not in allowed), None)
    if bad is not None:
        message = f"control character U+{ord(bad):04X} in {quoted(text)}"
        remedy = "remove it, and write text on one line; names end up on terminals and in reports"
        diagnostics.error("yaml/control", span_of(node, file), message, remedy)
    return bad is None


def _check_commas(node: MappingNode, file: str, diagnostics: Diagnostics) -> None:
    """Join ``{voltage: 7,4 V}``, which YAML reads as 7 and a key ``4 V``, after reporting it."""
    entries: list[tuple[Node, Node]] = []
    for key, value in node.value:
        before = entries[-1][1] if entries else None
        if isinstance(before, ScalarNode) and _continues(before, key, value):
            text = f"{before.value}.{key.value}"
            span = replace(span_of(before, file), length=len(text))
            message = f"{quoted(text.replace('.', ','))} is two entries to YAML"
            remedy = f"the decimal sign is a point, and thousands have none: write {text}"
            diagnostics.error("yaml/decimal-comma", span, message, remedy)
            joined = ScalarNode(before.tag, text, before.start_mark, key.end_mark)
            entries[-1] = (entries[-1][0], joined)
        else:
            entries.append((key, value))
    node.value = entries


def _continues(before: ScalarNode, key: Node, value: Node) -> bool:
    return (
        isinstance(key, ScalarNode)
        and isinstance(value, ScalarNode)
        and not (value.value or value.style or before.style or key.style)
        and before.end_mark.index + 1 == key.start_mark.index
        and _DIGITS.fullmatch(before.value) is not None
        and _DIGIT.match(key.value) is not None
    )


def _check_mapping(node: MappingNode, file: str, diagnostics: Diagnostics) -> None:
    _check_commas(node, file, diagnostics)
    first: dict[str, Node] = {}
    for key, _ in node.value:
        if not isinstance(key, ScalarNode):
            diagnostics.error("yaml/key", span_of(key, file), "a key must be a text", "write key: value")
            continue
        if not is_plain(key, key.value, file, diagnostics):
            key.value = CONTROL.sub("", key.value)
        if key.value in first:
            line, column = first[key.value].start_mark.line + 1, first[key.value].start_mark.column + 1
            diagnostics.error(
                "yaml/duplicate-key",
                span_of(key, file),
                f"{quoted(key.value)} is given twice; the first stands at {file}:{line}:{column}",
                "keep one of them",
            )
        else:
            first[key.value] = key


def _position(text: str, index: int) -> tuple[int, int]:
    before = text[:index]
    return before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1
