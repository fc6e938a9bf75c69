"""The examples of the catalogue of diagnostics, checked as ``rig check`` does."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rig import shipped
from rig.bench.description import BenchDescription
from rig.bench.loading import load_bench
from rig.documents import Diagnostic, Diagnostics, parse_document, read_document
from rig.documents.catalogue import Code
from rig.documents.examples import file_of, right_argument, right_text, wrong_argument, wrong_text
from rig.documents.yaml_nodes import MAX_BYTES, MAX_DEPTH, MAX_NODES
from rig.plan.check import check_document
from rig.plan.settings import apply_settings

_CONTENTS = {
    "too-large": b" " * (MAX_BYTES + 1),
    "not-utf-8": "plan: é\n".encode("latin-1"),
    "binary": b"\x00\x01\x02\x03",
    "empty": b"# nothing yet\n",
    "too-deep": b"[" * (MAX_DEPTH + 1),
    "too-many": b"- x\n" * (MAX_NODES + 1),
}
_UNREADABLE = Path("/proc/self/mem")
"""A file that opens and cannot be read, not even by root; Linux has it."""


def find_wrong(code: Code) -> list[Diagnostic]:
    """What is found in the wrong example; files are named from the folders that ship."""
    example = code.example
    if example.file is not None:
        return _find_in_file(example.file.text)
    bench = _bench_of("reference" if example.bench is None else example.bench.text)
    return _find(code, wrong_text(code), bench, wrong_argument(example))


def show_wrong(code: Code) -> Diagnostic | None:
    """The diagnostic that the wrong example is there to show; None if this machine cannot make its file."""
    return next((found for found in find_wrong(code) if found.code == code.text), None)


def find_right(code: Code) -> list[Diagnostic]:
    """What is found in the mended example."""
    bench = code.example.bench
    ships = bench is not None and bench.text in shipped.bench_names()
    mended = _bench_of(bench.text if bench and ships else "reference")
    return _find(code, right_text(code), mended, right_argument(code.example))


def _find(code: Code, text: str, bench: BenchDescription, argument: str) -> list[Diagnostic]:
    """What is found in a document, with the argument of the example's option if it has one."""
    option = code.example.option
    key, _, value = argument.partition("=")
    settings = {key: value} if option is not None and option.text == "set" else {}
    slot = argument if option is not None and option.text == "slot" else None
    diagnostics = Diagnostics()
    document = parse_document(text.encode(), str(file_of(code)), diagnostics)
    if document is not None:
        apply_settings(document, settings, diagnostics)
        check_document(document, bench, diagnostics, {}, slot)
    folders = (shipped.test_plans(), shipped.device_catalogue())
    return [_named_from(folders, found) for found in diagnostics.sorted()]


def _find_in_file(what: str) -> list[Diagnostic]:
    diagnostics = Diagnostics()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.yaml"
        if what in _CONTENTS:
            path.write_bytes(_CONTENTS[what])
        elif what == "unreadable":
            _make_unreadable(path)
        read_document(path, diagnostics)
        return [_named_from((Path(folder),), found) for found in diagnostics.sorted()]


def _make_unreadable(path: Path) -> None:
    if _UNREADABLE.exists():
        path.symlink_to(_UNREADABLE)
    else:
        path.touch(mode=0)


def _named_from(folders: tuple[Path, ...], found: Diagnostic) -> Diagnostic:
    for folder in folders:
        start = f"{folder}{os.sep}"
        message = found.message.replace(start, "")
        found = replace(found, file=found.file.removeprefix(start), message=message)
    return found


def _bench_of(name: str) -> BenchDescription:
    """A bench that ships, or the reference bench made into one that does not fit."""
    if name in shipped.bench_names():
        return load_bench(shipped.bench(name))
    bench = load_bench(shipped.bench())
    (slot,) = bench.slots
    changed = {
        "another-device": replace(bench, slots=(replace(slot, device="another-device"),)),
        "one-heater": replace(bench, slots=(replace(slot, heaters=slot.heaters[:1]),)),
        "not-simulated": replace(bench, simulation=None),
    }
    return changed[name]
