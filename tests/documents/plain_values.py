"""A YAML document as other readers see it: all as text, by the core schema of YAML 1.2, or with YAML 1.1's truths."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from rig.documents.schema import Schema

Resolve = Callable[[str], Any]

_NULL = re.compile(r"null|Null|NULL|~|")
_TRUTH = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_OLD_TRUTHS = {"on": True, "yes": True, "off": False, "no": False}


def as_text(text: str) -> Any:
    """A plain scalar as text, or null."""
    return None if _NULL.fullmatch(text) else text


def as_core(text: str) -> Any:
    """A plain scalar by the core schema of YAML 1.2, chapter 10.3."""
    if _NULL.fullmatch(text):
        return None
    if _TRUTH.fullmatch(text):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def as_old(text: str) -> Any:
    """As by the core schema, with the truths of YAML 1.1."""
    return _OLD_TRUTHS.get(text, as_core(text))


READERS: dict[str, Resolve] = {"text": as_text, "core": as_core, "1.1": as_old}


def load(text: str, resolve: Resolve) -> Any:
    """The values of a document."""
    return _value(yaml.compose(text, Loader=yaml.CSafeLoader), resolve)


def _value(node: Node | None, resolve: Resolve) -> Any:
    match node:
        case MappingNode():
            return {key.value: _value(value, resolve) for key, value in node.value}
        case SequenceNode():
            return [_value(item, resolve) for item in node.value]
        case ScalarNode():
            return node.value if node.style else resolve(node.value)
    raise TypeError(f"no node of YAML: {node!r}")


def complaints(schema: Schema, text: str, resolve: Resolve) -> list[str]:
    """What a validator says against a document."""
    from jsonschema import Draft202012Validator

    return [error.message for error in Draft202012Validator(schema).iter_errors(load(text, resolve))]
