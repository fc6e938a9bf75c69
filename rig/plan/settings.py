"""``--set key=value``: a value of a plan replaced from outside, before the plan is modelled.

A key is the name of a parameter, or the path to a value, its parts joined by dots; an item of a list is named by
its ``name`` or its number from 1: ``drive``, ``sampling.belt``, ``steps.drive to cut-off.within``,
``interlocks.1.above``.
"""

from __future__ import annotations

from collections.abc import Mapping

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from rig.documents import Diagnostics, Document, Span, did_you_mean, quoted
from rig.documents.fields import pairs
from rig.documents.yaml_nodes import OVERRIDE, override_node


def apply_settings(document: Document, settings: Mapping[str, str], diagnostics: Diagnostics) -> None:
    """Replace the values of a document that the settings name; reports keys that lead nowhere."""
    for key, text in settings.items():
        file = OVERRIDE + key
        diagnostics.know(file, text)
        _set(document.root, key, text, Span(file, 1, 1, max(1, len(text))), diagnostics)


def _set(root: Node, key: str, text: str, span: Span, diagnostics: Diagnostics) -> None:
    if _set_parameter(_children(root).get("parameters"), key, text):
        return
    node, path = root, key.split(".")
    while len(path) > 1:
        found = _child(node, path)
        if found is None:
            _report(node, path[0], key, span, diagnostics)
            return
        node, path = found
    if isinstance(node, MappingNode) and _replace(node, path[0], override_node(key, text)):
        return
    _report(node, path[0], key, span, diagnostics)


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
    if isinstance(node, MappingNode):
        return {key.value: value for key, value in pairs(node)}
    if isinstance(node, SequenceNode):
        numbered = {str(number): item for number, item in enumerate(node.value, 1)}
        return numbered | {_name(item): item for item in node.value if _name(item)}
    return {}


def _name(node: Node) -> str:
    name = _children(node).get("name") if isinstance(node, MappingNode) else None
    return name.value if isinstance(name, ScalarNode) else ""


def _replace(node: MappingNode, name: str, replacement: ScalarNode) -> bool:
    for index, (key, value) in enumerate(node.value):
        if isinstance(key, ScalarNode) and key.value == name and isinstance(value, ScalarNode):
            node.value[index] = (key, replacement)
            return True
    return False


def _known(node: Node) -> list[str]:
    """What the path could go on with, the parameters among it at the top of a plan."""
    children = _children(node)
    parameters = children.get("parameters")
    return [*children, *(_children(parameters) if isinstance(parameters, MappingNode) else ())]


def _report(node: Node, part: str, key: str, span: Span, diagnostics: Diagnostics) -> None:
    message = f"the plan has no value {quoted(key)}"
    diagnostics.error("plan/unknown-setting", span, message, did_you_mean(part, _known(node)))
