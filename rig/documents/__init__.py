"""YAML with positions, diagnostics with carets, and the loaders of device, limit and requirement files."""

from rig.documents.diagnostics import (
    Diagnostic,
    Diagnostics,
    DiagnosticsError,
    Severity,
    Span,
    did_you_mean,
    nearest,
    one_of,
    quoted,
    render,
    some_of,
)
from rig.documents.yaml_nodes import Document, Scalar, parse_document, read_document

__all__ = [
    "Diagnostic",
    "Diagnostics",
    "DiagnosticsError",
    "Document",
    "Scalar",
    "Severity",
    "Span",
    "did_you_mean",
    "nearest",
    "one_of",
    "parse_document",
    "quoted",
    "read_document",
    "render",
    "some_of",
]
