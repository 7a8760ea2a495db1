"""A bundle as one file: a zip of JSON with a manifest of digests, read as a stranger's is read.

The same contents make the same bytes. Nothing is unpacked that has not the name of a part of a
bundle, and no more than a bundle may hold.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backends import Words
from experiments.bundles.bundle_parts import BundleTrouble, as_text, bad_part, plain, read_part
from usage.shapes import anything, mapping, one_of, record, text, whole

MANIFEST = "manifest.json"
FORMAT = "tunedesk-bundle"
# Raised whenever an older reader would misread what is written.
VERSION = 1
MOST_PACKED = 512 << 20
MOST_UNPACKED = 2 << 30
MOST_PARTS = 200

_PARTS = re.compile(
    r"(manifest|plan|prices|results|versions|words)\.json|(prompts|cells|calls)\.jsonl"
    r"|(tables|charts)/[a-z_0-9]{1,40}\.json"
)
# The earliest moment that a zip can say.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PIECE = 1 << 20
# The record that ends a zip, and the one before it where there is more than that can say:
# https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.15 and 4.3.16.
_END = struct.Struct("<4s4H2LH")
_LARGER = 20
_DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, RuntimeError,
    ValueError, LookupError, OverflowError,
)  # fmt: skip

_UNREADABLE = Words(
    "{path} 读不出来（{why}）。请检查路径。", "{path} cannot be read ({why}). Check the path."
)
_NO_BUNDLE = Words(
    "{path} 不是调参台的研究包，或已损坏。请用 study export --bundle 重新导出。",
    "{path} is no bundle of a study, or is damaged. Export it again with study export --bundle.",
)
_TOO_LARGE = Words(
    "{path} 超过研究包的大小上限，没有打开。请确认它来自调参台。",
    "{path} is larger than a bundle may be and was not opened. Make sure that it is one.",
)
_FOREIGN = Words(
    "{path} 里的“{name}”不是研究包的一部分，没有打开。请用 study export --bundle 重新导出。",
    "{path} holds “{name}”, which is no part of a bundle, and was not opened. Export it again with "
    "study export --bundle.",
)
_NEWER = Words(
    "{path} 是第 {version} 版格式的研究包，本程序只读第 {known} 版。请换用写出它的调参台版本。",
    "{path} is a bundle of format {version}, and this Tunedesk reads format {known}. Use the "
    "Tunedesk that wrote it.",
)
_CHANGED = Words(
    "研究包里的 {name} 与清单不符，可能被改动或损坏。请重新取得这个文件。",
    "In the bundle, {name} is not what the manifest says: it was changed or damaged. Get the file "
    "again.",
)

_MANIFEST = record(
    {
        "format": one_of(FORMAT),
        "version": whole,
        "run": text,
        "name": text,
        "files": mapping(record({"sha256": text, "bytes": whole})),
    }
)
Files = dict[str, dict[str, Any]]


def pack(folder: Path, target: Path, **facts: str) -> None:
    """Write the parts in a folder as one file, in order of their names, the manifest last.

    `facts` are said in the manifest. What was at `target` is replaced once all is written.

    Raises:
        OSError: it cannot be written.
    """
    half = target.with_name(target.name + ".part")
    files: Files = {}
    try:
        with zipfile.ZipFile(half, "w") as packed:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                name = path.relative_to(folder).as_posix()
                with path.open("rb") as source, packed.open(_entry(name), "w") as out:
                    files[name] = _copied(source, out.write)
            manifest = {"format": FORMAT, "version": VERSION, **facts, "files": files}
            packed.writestr(_entry(MANIFEST), as_text(manifest))
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def unpack(path: Path, folder: Path) -> None:
    """Unpack a bundle into an empty folder, every part as the manifest says it is.

    Raises:
        BundleTrouble: the file cannot be read, is no bundle or too large, or a part was changed.
    """
    try:
        _check_end(path)
        with zipfile.ZipFile(path) as packed:
            found = _unpacked(path, packed, folder)
    except OSError as exc:
        raise BundleTrouble(_UNREADABLE.format(path=path, why=exc.strerror or "?")) from None
    except _DAMAGED:
        raise BundleTrouble(_NO_BUNDLE.format(path=path)) from None
    _check_manifest(path, folder, found)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    return entry


def _copied(source: Any, put: Callable[[bytes], Any], most: int = MOST_UNPACKED) -> dict[str, Any]:
    """Copy little more than so many bytes; the digest and the size of what was copied."""
    digest, size = hashlib.sha256(), 0
    while size <= most and (piece := source.read(_PIECE)):
        digest.update(piece)
        size += len(piece)
        put(piece)
    return {"sha256": digest.hexdigest(), "bytes": size}


def _check_end(path: Path) -> None:
    """Refuse by its last bytes what would have the zip library read a directory without end."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _END.size - _LARGER))
        tail = file.read()
    if len(tail) < _END.size:
        raise BundleTrouble(_NO_BUNDLE.format(path=path))
    mark, _, _, _, entries, directory, _, comment = _END.unpack(tail[-_END.size :])
    if mark != b"PK\5\6" or comment or tail.startswith(b"PK\6\7"):
        raise BundleTrouble(_NO_BUNDLE.format(path=path))
    if size > MOST_PACKED or entries > MOST_PARTS or directory > MOST_PARTS * 1000:
        raise BundleTrouble(_TOO_LARGE.format(path=path))


def _unpacked(path: Path, packed: zipfile.ZipFile, folder: Path) -> Files:
    found: Files = {}
    left = MOST_UNPACKED
    for entry in packed.infolist():
        name = entry.filename
        if not _PARTS.fullmatch(name) or name in found:
            raise BundleTrouble(_FOREIGN.format(path=path, name=plain(name)))
        if entry.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
            raise BundleTrouble(_NO_BUNDLE.format(path=path))
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        with packed.open(entry) as source, target.open("wb") as out:
            found[name] = _copied(source, out.write, left)
        left -= found[name]["bytes"]
        if left < 0:
            raise BundleTrouble(_TOO_LARGE.format(path=path))
    return found


def _check_manifest(path: Path, folder: Path, found: Files) -> None:
    """Refuse a bundle of another format, and any part that is not as the manifest says."""
    if found.pop(MANIFEST, None) is None:
        raise BundleTrouble(_NO_BUNDLE.format(path=path))
    manifest = read_part(folder, MANIFEST, mapping(anything))
    version = manifest.get("version")
    if manifest.get("format") != FORMAT or whole(version) is not None:
        raise BundleTrouble(_NO_BUNDLE.format(path=path))
    if version != VERSION:
        raise BundleTrouble(_NEWER.format(path=path, version=version, known=VERSION))
    if (where := _MANIFEST(manifest)) is not None:
        raise bad_part(MANIFEST, where)
    files = manifest["files"]
    for name in sorted(files.keys() | found.keys()):
        if files.get(name) != found.get(name):
            raise BundleTrouble(_CHANGED.format(name=plain(name)))
