"""Nodes with their places as JSON, so that a part of a document can be handed from one process to another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from rig.documents.diagnostics import Span
from rig.documents.yaml_nodes import mapping_node, scalar_node, sequence_node, span_of


def node_to_json(node: Node, file: str) -> dict[str, Any]:
    """The node and all in it, of a document of that name; each part says where it stands."""
    span = span_of(node, file)
    at = {"at": [span.file, span.line, span.column, span.length]}
    if isinstance(node, MappingNode):
        return {
            "map": [[node_to_json(key, file), node_to_json(value, file)] for key, value in node.value],
            **at,
        }
    if isinstance(node, SequenceNode):
        return {"list": [node_to_json(item, file) for item in node.value], **at}
    return {"text": node.value, **at}


def node_from_json(found: Mapping[str, Any]) -> MappingNode | SequenceNode | ScalarNode:
    """The node again.

    Raises:
        KeyError: the object is no node.
    """
    file, line, column, length = found["at"]
    span = Span(file, line, column, length)
    if "map" in found:
        return mapping_node(
            [(node_from_json(key), node_from_json(value)) for key, value in found["map"]], span
        )
    if "list" in found:
        return sequence_node([node_from_json(item) for item in found["list"]], span)
    return scalar_node(found["text"], span)
