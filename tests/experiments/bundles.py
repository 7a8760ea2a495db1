"""Bundles taken apart, changed and put together again."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def parts(path: Path) -> dict[str, bytes]:
    """The parts of a bundle, the manifest among them."""
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def put(path: Path, held: Mapping[str, bytes]) -> Path:
    """A zip of these parts as they are."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in held.items():
            packed.writestr(name, data)
    return path


def signed(held: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same parts with a manifest that says they are right."""
    manifest = json.loads(held["manifest.json"])
    others = {name: data for name, data in held.items() if name != "manifest.json"}
    manifest["files"] = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in others.items()
    }
    return {**others, "manifest.json": json.dumps(manifest).encode()}


def lines(data: bytes) -> list[Any]:
    """The values of a part that has one a line."""
    return [json.loads(line) for line in data.splitlines()]


def as_lines(values: list[Any]) -> bytes:
    """And back."""
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)
