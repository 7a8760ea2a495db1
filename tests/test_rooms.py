"""Who may import whom, read from the imports themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backends import wire

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "backends",
    "handbook",
    "emulators",
    "usage",
    "experiments",
    "panels",
    "pages",
    "commands",
    "gate",
    "wiring",
    "desk",
    "ui_gradio",
    "ui_streamlit",
)
PUBLIC = {"backends", "panels", "experiments", "usage", "wiring", "gate"}
ALLOWED = {
    "handbook": set(),
    "backends": {"handbook"},
    "emulators": {"handbook"},
    "usage": {"backends"},
    "experiments": {"backends", "usage"},
    "panels": {"backends"},
    "gate": {"backends"},
    "wiring": {"backends", "usage", "experiments", "emulators", "gate"},
    "pages": PUBLIC,
    "ui_gradio": PUBLIC,
    "commands": PUBLIC,
    "desk": PUBLIC | {"commands", "emulators"},
    "ui_streamlit": {"wiring", "panels", "gate"},
}
# Third-party or standard modules that one place alone may touch.
RESERVED = {
    "requests": {f"backends/wire/{name}.py" for name in ("exchange", "trust", "http1")},
    "websocket": {"backends/wire/websockets.py", "backends/wire/failures.py"},
    "urllib3": {"backends/wire/dial.py", "backends/wire/idle.py"},
    "sqlite3": {"usage/engine.py"},
    "dotenv": {"wiring/settings.py"},
    "uvicorn": {"gate/serve.py", "emulators/server.py", "emulators/bare.py"},
}


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        if (ROOT / f"{room}.py").exists():
            yield ROOT / f"{room}.py"
        yield from sorted((ROOT / room).rglob("*.py"))


SOURCES = [str(path.relative_to(ROOT)) for path in _sources()]


def _imports(source: str) -> set[str]:
    """Full dotted names of the absolute imports of a file."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / source).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _room(source: str) -> str:
    return source.split("/")[0].removesuffix(".py")


@pytest.mark.parametrize("source", SOURCES)
def test_imports_stay_within_the_rules(source: str) -> None:
    ours = {name.split(".")[0] for name in _imports(source)} & set(ROOMS)
    assert ours <= ALLOWED[_room(source)] | {_room(source)}


@pytest.mark.parametrize("source", SOURCES)
def test_the_handbook_is_opened_by_its_provider_alone(source: str) -> None:
    if _room(source) == "backends" and "handbook" in {
        name.split(".")[0] for name in _imports(source)
    }:
        assert source == "backends/providers/handbook.py"


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_reserved_is_touched_in_its_place_alone(source: str) -> None:
    for name in _imports(source):
        place = RESERVED.get(name.split(".")[0])
        assert place is None or source in place, f"{source} imports {name}"


@pytest.mark.parametrize("source", SOURCES)
def test_the_network_is_reached_by_the_one_door_to_it(source: str) -> None:
    if not source.startswith("backends/wire/"):
        inner = [name for name in _imports(source) if name.startswith("backends.wire.")]
        assert all(name.count(".") == 2 and name.split(".")[2] in wire.__all__ for name in inner)


@pytest.mark.parametrize("source", SOURCES)
def test_other_rooms_use_public_names_of_backends(source: str) -> None:
    if _room(source) == "backends":
        return
    inner = [
        name for name in _imports(source) if name.startswith("backends.") and name.count(".") > 1
    ]
    assert not inner, f"{source} reaches into {inner}"


@pytest.mark.parametrize("source", SOURCES)
def test_the_environment_is_read_by_wiring_alone(source: str) -> None:
    tree = ast.parse((ROOT / source).read_text(encoding="utf-8"))
    touched = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert source.startswith("wiring/") or not touched & {"environ", "getenv"}


@pytest.mark.parametrize("source", SOURCES)
def test_nothing_asks_for_a_provider_by_name_in_a_page(source: str) -> None:
    if _room(source) in ("pages", "panels", "ui_gradio", "ui_streamlit"):
        assert "if provider ==" not in (ROOT / source).read_text(encoding="utf-8")


def test_importing_backends_stays_light() -> None:
    code = (
        "import sys, backends; print([m for m in "
        "('pandas', 'plotly', 'gradio', 'streamlit', 'numpy', 'sqlalchemy') "
        "if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
