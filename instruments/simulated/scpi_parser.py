"""SCPI program messages: from text to bound handlers, by IEEE 488.2 §7 and SCPI-1999 vol. 1 §5 and §6.

A pattern such as ``[SOURce:]VOLTage[:LEVel]`` or ``STATus:QUEStionable:INSTrument:ISUMmary#:CONDition``
names a command; brackets mark what may be left out, capitals the short form, ``#`` a numeric suffix.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Handler = Callable[..., Any]


class ScpiError(Exception):
    """An SCPI error on its way to the error queue; code is negative."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Parameter(NamedTuple):
    """One parameter of a command: how its text becomes a value, and whether it may be left out.

    listing: it is a channel list, the only kind of parameter that may begin with ``(@``.
    """

    convert: Callable[[str], Any]
    optional: bool = False
    listing: bool = False


class Unit(NamedTuple):
    """One program message unit, ready to run: what to call and with what."""

    handler: Handler
    arguments: tuple[Any, ...]


@dataclass(slots=True)
class _Leaf:
    handler: Handler
    parameters: tuple[Parameter, ...]


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    suffixed: bool = False
    command: _Leaf | None = None
    query: _Leaf | None = None


_HEADER = re.compile(
    r"(:?)((?:\*[A-Za-z]+|[A-Za-z][A-Za-z0-9_]*(?::[A-Za-z][A-Za-z0-9_]*)*))(\??)(?=$|[\s(,])"
)
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:\s*[eE]\s*[+-]?\d+)?)\s*([A-Za-z]*)$")
_SUFFIX = re.compile(r"(.*?[^0-9])(\d*)$")
_SHORT = re.compile(r"[^a-z]+")
_UNITS = {prefix + unit: factor for unit in "VAS" for prefix, factor in (("", 1.0), ("M", 1e-3), ("U", 1e-6))}
_UNITS |= {"": 1.0, "OHM": 1.0, "KOHM": 1e3, "KV": 1e3, "PLC": 1.0, "C": 1.0, "HZ": 1.0}
_LIMITS = {"MIN": "MIN", "MINIMUM": "MIN", "MAX": "MAX", "MAXIMUM": "MAX", "DEF": "DEF", "DEFAULT": "DEF"}
_EXTRA = {"INF": "INF", "INFINITY": "INF", "AUTO": "AUTO", "UP": "UP", "DOWN": "DOWN"}
MOST_SUFFIX_DIGITS = 4
"""Digits that the number behind a keyword may have."""

MAX_CHANNELS = 400
"""Channels that a list may hold; more are -222."""


class CommandTree:
    """All commands of one instrument, and the way from text to handlers.

    Handlers are called with the numeric suffixes of the header, then the parameters; absent optional ones
    are None. A query's handler returns the reply.
    """

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, pattern: str, handler: Handler, *parameters: Parameter) -> None:
        """Register a command, or a query if the pattern ends in ``?``."""
        leaf = _Leaf(handler, parameters)
        is_query = pattern.endswith("?")
        for words in _spellings(pattern.rstrip("?")):
            node = self._root
            for word in words:
                node = _descend(node, word)
            if is_query:
                node.query = leaf
            else:
                node.command = leaf

    def compile(self, message: str) -> tuple[Unit, ...]:
        """Units of a program message in order; a command error stands as a unit that raises it.

        An undefined header or a wrong parameter skips its unit only (what a real one does with the rest of
        the message is unverified); text that cannot be told apart ends the message.
        """
        units: list[Unit] = []
        path = self._root
        for piece in _split(message, ";"):
            if not piece.strip():
                continue
            unit, path = self._unit_or_fault(piece.strip(), path)
            units.append(unit)
            if unit.arguments in _HOPELESS and unit.handler is _raise:
                break
        return tuple(units)

    def _unit_or_fault(self, piece: str, path: _Node) -> tuple[Unit, _Node]:
        try:
            return self._unit(piece, path)
        except ScpiError as fault:
            return Unit(_raise, (fault.code,)), path

    def _unit(self, text: str, path: _Node) -> tuple[Unit, _Node]:
        match = _HEADER.match(text)
        if match is None:
            raise ScpiError(-101 if not text.isascii() or not text.isprintable() else -102)
        colon, header, mark = match.groups()
        rest = text[match.end() :]
        if rest[:1] not in {"", " ", "\t"}:
            raise ScpiError(-103)
        common = header.startswith("*")
        start = self._root if colon or common else path
        leaf, parent, suffixes = _find(start, header.upper(), query=bool(mark))
        return Unit(leaf.handler, (*suffixes, *_bind(leaf.parameters, rest))), path if common else parent


_HOPELESS = {(-101,), (-102,)}


def _raise(code: int) -> None:
    raise ScpiError(code)


def _descend(node: _Node, word: str) -> _Node:
    suffixed = word.endswith("#")
    word = word.rstrip("#")
    short = word if word.startswith("*") else "".join(_SHORT.findall(word))
    child = node.children.get(short) or node.children.get(word.upper()) or _Node()
    child.suffixed = child.suffixed or suffixed
    node.children[short.upper()] = child
    node.children[word.upper()] = child
    return child


def _spellings(pattern: str) -> Iterator[list[str]]:
    """Every way to write a pattern, with and without its optional nodes."""
    bracket = re.search(r"\[([^\[\]]*)\]", pattern)
    if bracket is None:
        yield [word for word in pattern.split(":") if word]
        return
    before, after = pattern[: bracket.start()], pattern[bracket.end() :]
    yield from _spellings(before + bracket[1] + after)
    yield from _spellings(before + after)


def _find(start: _Node, header: str, *, query: bool) -> tuple[_Leaf, _Node, list[int]]:
    node, parent, suffixes = start, start, []
    for word in header.split(":"):
        parent = node
        child = node.children.get(word)
        number = ""
        if child is None and (match := _SUFFIX.match(word)) is not None:
            number = match[2]
            child = node.children.get(match[1])
            if child is not None and not child.suffixed:
                raise ScpiError(-114)
        if child is None:
            raise ScpiError(-113)
        if child.suffixed:
            if len(number) > MOST_SUFFIX_DIGITS:
                raise ScpiError(-114)
            suffixes.append(int(number or 1))
        node = child
    leaf = node.query if query else node.command
    if leaf is None:
        raise ScpiError(-113)
    return leaf, parent, suffixes


def _split(text: str, separator: str) -> list[str]:
    """Split outside quotes and parentheses."""
    if not any(mark in text for mark in "\"'("):
        return text.split(separator)
    parts, start, depth, quote = [], 0, 0, ""
    for index, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "()":
            depth = max(0, depth + (1 if letter == "(" else -1))
        elif letter == separator and not depth:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return parts


def _bind(parameters: Sequence[Parameter], text: str) -> list[Any]:
    tokens = [token.strip() for token in _split(text, ",")] if text.strip() else []
    if any(not token or _glued(token) for token in tokens):
        raise ScpiError(-103)
    bound: list[Any] = []
    position = 0
    for parameter in parameters:
        token = tokens[position] if position < len(tokens) else None
        if token is None or token.startswith("(@") != parameter.listing:
            if not parameter.optional:
                raise ScpiError(-109 if token is None else -104)
            bound.append(None)
            continue
        bound.append(parameter.convert(token))
        position += 1
    if position < len(tokens):
        raise ScpiError(-108)
    return bound


def _glued(token: str) -> bool:
    """Whether a channel list follows another value without its comma."""
    return "(@" in token[1:] and token[0] not in "\"'"


def decimal(token: str) -> float | str:
    """A number with an optional unit, or 'MIN', 'MAX', 'DEF', 'INF', 'AUTO', 'UP', 'DOWN'.

    Raises:
        ScpiError: -104 no number, -131 unknown unit.
    """
    match = _NUMBER.match(token)
    if match is None:
        word = _LIMITS.get(token.upper()) or _EXTRA.get(token.upper())
        if word is None:
            raise ScpiError(-104)
        return word
    factor = _UNITS.get(match[2].upper())
    if factor is None:
        raise ScpiError(-131)
    value = float("".join(match[1].split())) * factor
    if not abs(value) <= 9.9e37:
        raise ScpiError(-222)
    return value


def integer(token: str) -> int:
    """A number rounded to an integer, as IEEE 488.2 §7.7.2.4.4 has it.

    Raises:
        ScpiError: -104 no number, -131 unknown unit.
    """
    value = decimal(token)
    if isinstance(value, str):
        raise ScpiError(-104)
    return round(value)


def boolean(token: str) -> bool:
    """``ON``, ``OFF`` or a number that counts as on unless it rounds to 0.

    Raises:
        ScpiError: -104 neither.
    """
    word = token.upper()
    if word in {"ON", "OFF"}:
        return word == "ON"
    return integer(token) != 0


def word(*spellings: str) -> Callable[[str], str]:
    """A converter for character data: long or short form of one of the spellings, returned in short form.

    The converter raises -224 for another word and -104 for what is no word.
    """
    table = {}
    for spelling in spellings:
        short = "".join(re.findall(r"[^a-z]+", spelling))
        table[short] = table[spelling.upper()] = short

    def convert(token: str) -> str:
        found = table.get(token.upper())
        if found is None:
            raise ScpiError(-224 if token[0].isalnum() else -104)
        return found

    return convert


def text(token: str) -> str:
    """Anything, as it stands."""
    return token


def string(token: str) -> str:
    """What stands between single or double quotes; a quote that is meant stands twice (IEEE 488.2 §7.7.5).

    Raises:
        ScpiError: -101 not of ASCII, -104 it does not begin with a quote, -151 it does not end with the same.
    """
    if not token.isascii() or not token.isprintable():
        raise ScpiError(-101)
    quote = token[0]
    if quote not in "\"'":
        raise ScpiError(-104)
    if len(token) < 2 or token[-1] != quote:
        raise ScpiError(-151)
    return token[1:-1].replace(2 * quote, quote)


def channels(token: str) -> tuple[int, ...]:
    """Channel numbers of ``(@101,103:105)``, in the order given; ``(@)`` is empty.

    Raises:
        ScpiError: -102 not of this form, -222 more than ``MAX_CHANNELS``.
    """
    if not token.endswith(")"):
        raise ScpiError(-102)
    found: list[int] = []
    inner = token[2:-1].strip()
    for part in inner.split(",") if inner else ():
        first, colon, last = (piece.strip() for piece in part.partition(":"))
        if not _is_channel(first) or (colon and not _is_channel(last)):
            raise ScpiError(-102)
        low, high = int(first), int(last) if colon else int(first)
        step = 1 if high >= low else -1
        if abs(high - low) >= MAX_CHANNELS - len(found):
            raise ScpiError(-222)
        found.extend(range(low, high + step, step))
    return tuple(found)


def _is_channel(piece: str) -> bool:
    return piece.isascii() and piece.isdigit() and len(piece) <= 4


CHANNELS = Parameter(channels, optional=False, listing=True)
OPTIONAL_CHANNELS = Parameter(channels, optional=True, listing=True)
DECIMAL = Parameter(decimal)
OPTIONAL_DECIMAL = Parameter(decimal, optional=True)
INTEGER = Parameter(integer)
BOOLEAN = Parameter(boolean)
STRING = Parameter(string)
