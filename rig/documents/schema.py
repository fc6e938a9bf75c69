"""JSON Schema (2020-12) of documents, for editors: each kind of value says its own, this page puts them together.

An editor's reader makes ``on`` a text or a truth and ``12`` a number, where ours keeps both as text: a schema accepts
either. Only what draft 7 has as well is used, for that is what most editors read, and ``patternErrorMessage``, which
their language server shows in place of a pattern.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

Schema = dict[str, Any]
"""A JSON Schema, or a part of one."""

_NESTED = ("items", "additionalProperties")
_TRUTHS = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


def any_text() -> Schema:
    """A text that is not blank; a number or a truth is one as well."""
    return {"title": "a text", "type": ["string", "number", "boolean"], "pattern": r"\S"}


def a_name() -> Schema:
    """A name that a plan gives to something."""
    return {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}


def word_among(words: Iterable[str]) -> Schema:
    """One of some words, and what YAML readers make of them."""
    known = list(words)
    numbers = [int(word) for word in known if word.isascii() and word.isdigit()]
    truths = dict.fromkeys(_TRUTHS[word] for word in known if word in _TRUTHS)
    return {"enum": [*known, *numbers, *truths]}


def make_document(
    title: str,
    schema: Schema,
    words: Mapping[str, str],
    definitions: Mapping[str, tuple[str, Schema]] = MappingProxyType({}),
) -> Schema:
    """The schema of a whole document from that of its root.

    Args:
        title: what the document is.
        schema: of the root, as the tables of its grammar say it.
        words: descriptions that editors show, by path: the keys from the root, joined by points; ``checks.*.of``
            stands for every path that begins with ``checks`` and ends with ``of`` and has no entry of its own. The
            empty path is the document.
        definitions: what refers to itself, by the name under ``$defs``: the path of its descriptions, and its schema.

    Raises:
        LookupError: a key has no description.
    """
    shared: dict[str, Schema] = {}
    body = _share(_describe(schema, words, ()), shared)
    for name, (path, definition) in definitions.items():
        shared[name] = _share(_describe(definition, words, tuple(path.split("."))), shared)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": words[""],
        **body,
        "$defs": dict(sorted(shared.items())),
    }


def to_json(schema: Schema) -> str:
    """The schema as a file holds it."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _describe(schema: Schema, words: Mapping[str, str], path: tuple[str, ...]) -> Schema:
    """The schema with a description at every key; lists, free keys and alternatives are no part of a path."""
    described = dict(schema)
    for name in _NESTED:
        if isinstance(described.get(name), dict):
            described[name] = _describe(described[name], words, path)
    if "anyOf" in described:
        described["anyOf"] = [_describe(each, words, path) for each in described["anyOf"]]
    if "properties" in described:
        described["properties"] = {
            key: {"description": _words_for((*path, key), words), **_describe(value, words, (*path, key))}
            for key, value in described["properties"].items()
        }
    return described


def _words_for(path: tuple[str, ...], words: Mapping[str, str]) -> str:
    exact, general = ".".join(path), f"{path[0]}.*.{path[-1]}"
    found = words.get(exact) or words.get(general)
    if found is None:
        raise LookupError(f"no description of {exact}: add it to rig/documents/descriptions.yaml")
    return found


def _share(part: Any, shared: dict[str, Schema]) -> Any:
    """The part with each schema that has a title moved to ``shared``, and a reference in its place."""
    if isinstance(part, list):
        return [_share(each, shared) for each in part]
    if not isinstance(part, dict):
        return part
    inner = {key: _share(value, shared) for key, value in part.items() if key != "description"}
    description = {"description": part["description"]} if "description" in part else {}
    title = part.get("title")
    if not isinstance(title, str):
        return description | inner
    name = re.sub(r"[^a-z0-9]+", "-", title.lower())
    if shared.setdefault(name, inner) != inner:
        raise ValueError(f"two kinds of values are both called {title!r}: give one of them another title")
    return description | {"$ref": f"#/$defs/{name}"}
