"""What this was made with: Tunedesk, Python, and the packages that requirements.txt names."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import tomllib
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parents[2]


def versions() -> dict[str, Any]:
    """Names and versions; None for a package that is not installed."""
    project = tomllib.loads((_HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "tunedesk": project["version"],
        "python": platform.python_version(),
        "packages": {name: installed(name) for name, _ in required()},
    }


def required() -> list[tuple[str, str]]:
    """Each package of requirements.txt with the version it asks for."""
    text = (_HERE / "requirements.txt").read_text(encoding="utf-8")
    return re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE)


def installed(name: str) -> str | None:
    """The version of a package; None where it is not installed."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
