"""`make lock`: the versions that constraints.txt pins, with the hashes of all their files."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK, MORE = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"


def resolved(requirements: str) -> dict[str, str]:
    """Package → its lines in a lock, for every platform and Python from 3.11 on."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "lock"
        subprocess.run(
            [Path(sys.executable).with_name("uv"), "pip", "compile", "--quiet", "--universal",
             "--python-version", "3.11", "--no-strip-extras", "--generate-hashes",
             "--no-annotate", "--no-header",
             "-c", "constraints.txt", requirements, "-o", out],
            cwd=ROOT, check=True,
        )  # fmt: skip
        return blocks(out.read_text(encoding="utf-8"))


def blocks(text: str) -> dict[str, str]:
    """A lock by its packages."""
    parts = re.split(r"\n(?=[a-z0-9])", text.strip())
    return {re.split(r"[=\[]", part, maxsplit=1)[0]: part for part in parts}


def main() -> None:
    """Write both locks; the second has only what the first has not."""
    run, everything = resolved("requirements.txt"), resolved("requirements-dev.txt")
    more = {name: part for name, part in everything.items() if name not in run}
    for path, parts in ((LOCK, run), (MORE, more)):
        path.write_text("\n".join(parts.values()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
