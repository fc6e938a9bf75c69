"""``--set key=value``: a value of a plan replaced from outside, before the plan is modelled.

A key is the name of a parameter, or the path to a value, its parts joined by dots: ``drive``, ``sampling.belt``,
``steps.drive to cut-off.within``, ``steps.sweep.heat.hold``, ``interlocks.1.above``,
``checks.response_delay.at_most``. An item of a list is named by its ``name``, a check also by its metric, or by its
number from 1; the steps of a block follow its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from rig.documents import Diagnostics, Document, Span, quoted
from rig.documents.fields import pairs
from rig.documents.yaml_nodes import OVERRIDE, override_node

MOST_PATHS = 2000
"""Paths of a plan that are looked at for the nearest to one that leads nowhere."""

_NAMED = 5


def apply_settings(document: Document, settings: Mapping[str, str], diagnostics: Diagnostics) -> None:
    """Replace the values of a document that the settings name; reports keys that lead nowhere."""
    for key, text in settings.items():
        file = OVERRIDE + key
        diagnostics.know(file, text)
        if not _set(document.root, key, text):
            span = Span(file, 1, 1, max(1, len(text)))
            message = f"the plan has no value {quoted(key)}"
            diagnostics.error("plan/unknown-setting", span, message, _nearest_paths(document.root, key))


def _set(root: Node, key: str, text: str) -> bool:
    if _set_parameter(_children(root).get("parameters"), key, text):
        return True
    node, path = root, key.split(".")
    while len(path) > 1:
        found = _child(node, path)
        if found is None:
            return False
        node, path = found
    return isinstance(node, MappingNode) and _replace(node, path[0], override_node(key, text))


def _set_parameter(parameters: Node | None, name: str, text: str) -> bool:
    """Set what stands under ``parameters``: the value itself, or the ``default`` of a mapping."""
    if not isinstance(parameters, MappingNode):
        return False
    default = _children(parameters).get(name)
    if isinstance(default, MappingNode):
        return _replace(default, "default", override_node(name, text))
    return _replace(parameters, name, override_node(name, text))


def _child(node: Node, path: list[str]) -> tuple[Node, list[str]] | None:
    """The node that the next parts of the path name, and the rest; a step's name may hold dots."""
    children = _children(node)
    for size in range(1, len(path)):
        child = children.get(".".join(path[:size]))
        if child is not None:
            return child, path[size:]
    return None


def _children(node: Node) -> dict[str, Node]:
    """What the next part of a path may name; in a block, its own keys come before the names of its steps."""
    if isinstance(node, SequenceNode):
        return {str(number): item for number, item in enumerate(node.value, 1)} | _named(node)
    if not isinstance(node, MappingNode):
        return {}
    children = dict(_children_of(node))
    steps = children.get("steps")
    return _named(steps) | children if "name" in children and isinstance(steps, SequenceNode) else children


def _named(items: SequenceNode) -> dict[str, Node]:
    """The items of a list that have a name; of two of one name the first."""
    named: dict[str, Node] = {}
    for item in items.value:
        for name, node in _names(item):
            named.setdefault(name, node)
    return named


def _names(item: Node) -> Iterator[tuple[str, Node]]:
    """By what an item goes: its ``name``; a check by its own or by its metric, which lead to its parameters."""
    entries = list(pairs(item)) if isinstance(item, MappingNode) else []
    for key, value in entries:
        if key.value == "name" and isinstance(value, ScalarNode):
            yield value.value, item
        elif len(entries) == 1 and isinstance(value, MappingNode):
            yield from ((name, value) for name, _ in _names(value))
            yield key.value, value


def _replace(node: MappingNode, name: str, replacement: ScalarNode) -> bool:
    for index, (key, value) in enumerate(node.value):
        if isinstance(key, ScalarNode) and key.value == name and isinstance(value, ScalarNode):
            node.value[index] = (key, replacement)
            return True
    return False


def _nearest_paths(root: Node, key: str) -> str:
    """Whole paths that work, those most like the key first."""
    paths = dict.fromkeys(_paths(root))
    close = get_close_matches(key[:200], paths, n=1, cutoff=0.8)
    if close:
        return f'did you mean "{close[0]}"?'
    few = get_close_matches(key[:200], paths, n=_NAMED, cutoff=0.0)
    return f"e.g. {', '.join(few)} can be set" if few else "the plan has no value that can be set"


def _paths(root: Node) -> list[str]:
    parameters = _children(root).get("parameters")
    names = _children(parameters) if isinstance(parameters, MappingNode) else {}
    found = [*names, *_below(root, "")]
    return [path for path in found if not path.startswith("parameters.")][:MOST_PATHS]


def _below(node: Node, path: str) -> Iterator[str]:
    """The paths to the values below a node: by name where an item has one, else by number."""
    if isinstance(node, ScalarNode):
        yield path
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.value, 1):
            name, named = next(_names(item), (str(number), item))
            if not isinstance(item, ScalarNode):
                yield from _below(named, _joined(path, name))
    elif isinstance(node, MappingNode):
        entries = dict(_children_of(node))
        for name, child in entries.items():
            yield from _below(child, path if name == "steps" and "name" in entries else _joined(path, name))


def _children_of(node: MappingNode) -> Iterator[tuple[str, Node]]:
    return ((key.value, value) for key, value in pairs(node))


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
