"""Secrets that exist nowhere else, and a search for any part of them in any dress.

Shares nothing with the redactor: what that one overlooks is found here.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import secrets
import urllib.parse
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from emulators import services

# So many characters of a secret in a row are a part of it, and no chance.
_PART = 12


def canaries() -> dict[str, str]:
    """A key of its own for every variable that an emulated service checks."""
    names = {name for service in services.BY_NAME.values() for name in service.keys}
    return {name: f"{secrets.token_urlsafe(24)}/+{secrets.token_urlsafe(6)}=" for name in names}


def accepted(values: Mapping[str, str]) -> Iterator[tuple[dict[str, str], str, str]]:
    """Where each has to be put for the emulators to accept it: (mapping, name, value)."""
    for service in services.BY_NAME.values():
        for name in service.keys:
            yield service.keys, name, values[name]  # type: ignore[misc]


class Scan:
    """Looks for parts of secrets; `hits` are `place: secret` of what it found."""

    def __init__(self, secrets_: Mapping[str, str]) -> None:
        self._parts: dict[bytes, str] = {}
        self.hits: set[str] = set()
        self.places = 0
        for name, value in secrets_.items():
            for form in _dressed(value):
                for at in range(len(form) - _PART + 1):
                    self._parts[form[at : at + _PART]] = name

    def text(self, place: str, text: str | bytes) -> None:
        """Look through a text."""
        data = (text.encode("utf-8", "replace") if isinstance(text, str) else text).lower()
        self.places += 1
        # Every third place is enough for parts two characters longer.
        for at in range(0, len(data) - _PART + 1, 3):
            if name := self._parts.get(data[at : at + _PART]):
                self.hits.add(f"{place}: {name}")

    def texts(self, place: str, texts: Iterable[str | bytes]) -> None:
        """Look through several."""
        for one in texts:
            self.text(place, one)

    def files(self, folder: Path) -> None:
        """Look through every file under a folder, packed ones unpacked, and its name."""
        for path in sorted(folder.rglob("*")):
            self.text("a name", path.name)
            if path.is_file():
                for data in _unpacked(path):
                    self.text(str(path.relative_to(folder)), data)


def _dressed(value: str) -> Iterator[bytes]:
    raw = value.encode()
    yield raw.lower()
    yield raw.hex().encode()
    yield json.dumps(value).replace("/", "\\/").encode().lower()
    for safe in ("", "/"):
        yield urllib.parse.quote(value, safe=safe).encode().lower()
    yield urllib.parse.quote(urllib.parse.quote(value, safe=""), safe="").encode().lower()
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw)[4:-4]
        yield text.lower()
        yield text.translate(bytes.maketrans(b"+/", b"-_")).lower()
        yield urllib.parse.quote(text, safe="").encode().lower()


def _unpacked(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    yield data
    if path.suffix == ".parquet":
        yield repr(pq.read_table(path).to_pylist()).encode("utf-8", "replace")
    elif data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    elif data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
