"""The data files that a plan refers to: device profiles, limits, requirements; each read once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from rig import shipped
from rig.documents import Diagnostics, Document, Scalar, Span, did_you_mean, quoted, read_document
from rig.documents.device import DeviceProfile, read_device
from rig.documents.fields import Reader
from rig.documents.limits import (
    LimitEntry,
    LimitsFile,
    RequirementsFile,
    read_limits,
    read_requirements,
)
from rig.plan.program import SourceText

T = TypeVar("T")

LONGEST_NAME = 100
"""Characters in the name of a file that a plan refers to; file systems have none beyond 255 bytes."""

Cache = dict[Path, tuple[SourceText, Any]]
"""Files without mistakes by path: their text, and what was read from it."""


class Library:
    """Finds the files that a plan names.

    Limits and requirements are looked for in ``limits/`` and ``requirements/`` beside the plan, then beside
    the plan's folder, then among those that ship. ``sources`` holds every file that was read. A cache that
    several plans share holds the sound files, so that each is read once.
    """

    def __init__(self, plan: Path, diagnostics: Diagnostics, cache: Cache | None = None) -> None:
        self._cache = {} if cache is None else cache
        self._folders = (plan.parent, plan.parent.parent, shipped.test_plans())
        self._diagnostics = diagnostics
        self._limits: dict[str, LimitsFile | None] = {}
        self.sources: list[SourceText] = []

    def device(self, name: Scalar, reader: Reader) -> DeviceProfile | None:
        """The profile of a device; None after reporting if there is none or it holds mistakes."""
        path = shipped.device_profile(name.text)
        if name.text not in shipped.device_names():
            message = f"unknown device {quoted(name.text)}"
            reader.error(
                "unknown-device", name.span, message, did_you_mean(name.text, shipped.device_names())
            )
            return None
        return self._read(path, "device", read_device)

    def limit(self, name: Scalar, reader: Reader) -> LimitEntry | None:
        """The limit of an id such as ``ir-lumbar-wrap/skin-peak``; None after reporting."""
        group, _, item = name.text.partition("/")
        if group not in self._limits:
            path = self._find("limits", group)
            self._limits[group] = None if path is None else self._read(path, "limits", read_limits)
            if path is None:
                message = f"there is no limits file {quoted(group)}"
                reader.error("unknown-limit", name.span, message, self._remedy(name.text))
        file = self._limits[group]
        if file is None:
            return None
        entries = {key.text: entry for key, entry in file.items.items()}
        if item not in entries:
            message = f"limits file {quoted(group)} has no limit {quoted(item)}"
            reader.error("unknown-limit", name.span, message, did_you_mean(item, entries))
        return entries.get(item)

    def requirements(self, device: str, span: Span, reader: Reader) -> RequirementsFile | None:
        """The requirements of a device; None after reporting if there are none or they hold mistakes."""
        path = self._find("requirements", device)
        if path is None:
            message = f"there is no requirements file for {quoted(device)}"
            reader.error(
                "unknown-requirement", span, message, f"add requirements/{device}.yaml beside the plan"
            )
            return None
        return self._read(path, "requirements", read_requirements)

    def _remedy(self, text: str) -> str:
        """What would be right where an id names no file: a number has a key of its own, an id its file's name."""
        if text[:1].isdigit():
            return f"a limit is an id; write the number as at_most: {text}, or as the metric names it"
        known, (group, slash, _) = self._known("limits"), text.partition("/")
        return did_you_mean(group, known) if slash or len(known) != 1 else f"write {min(known)}/{text}"

    def _find(self, kind: str, name: str) -> Path | None:
        plain = name.replace("-", "").replace("_", "").replace(".", "")
        if not plain.isalnum() or len(name) > LONGEST_NAME:
            return None
        paths = (folder / kind / f"{name}.yaml" for folder in self._folders)
        return next((path for path in paths if path.is_file()), None)

    def _known(self, kind: str) -> set[str]:
        return {path.stem for folder in self._folders for path in (folder / kind).glob("*.yaml")}

    def _read(self, path: Path, role: str, read: Callable[[Document, Diagnostics], T | None]) -> T | None:
        if path in self._cache:
            source, kept = self._cache[path]
            self.sources.append(source)
            return cast("T", kept)
        errors = self._diagnostics.error_count
        document = read_document(path, self._diagnostics)
        if document is None:
            return None
        source = SourceText(role, document.file, document.text, document.sha256)
        self.sources.append(source)
        value = read(document, self._diagnostics)
        if self._diagnostics.error_count == errors:
            self._cache[path] = (source, value)
        return value
