"""What must not stand anywhere in the code, each with what happened where it did."""

from __future__ import annotations

import ast
import functools
import subprocess
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.lock import LOCK, MORE, blocks
from tests.test_rooms import ROOMS, ROOT


@dataclass(frozen=True)
class Gate:
    """`found` says whether a node of the syntax tree is what must not stand there."""

    reason: str
    found: Callable[[ast.AST], bool]
    caught: tuple[str, ...]
    passes: tuple[str, ...] = ()


def _called(node: ast.AST) -> str:
    """The dotted name of what a node calls, "" where it calls nothing that has one."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def _given(node: ast.AST, name: str) -> ast.expr | None:
    """What a call is given for a keyword."""
    if not isinstance(node, ast.Call):
        return None
    return next((item.value for item in node.keywords if item.arg == name), None)


def _keyword(node: ast.AST, name: str, value: object) -> bool:
    given = _given(node, name)
    return isinstance(given, ast.Constant) and given.value is value


def _imports(node: ast.AST, *names: str) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] in names for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in names


def _names(node: ast.AST, *names: str) -> bool:
    found = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)
    return found in names or (isinstance(node, ast.alias) and node.name in names)


def _made_up(text: ast.expr) -> bool:
    """Whether a text is put together from something that is no constant."""
    if isinstance(text, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in text.values)
    if isinstance(text, ast.BinOp):
        # Between constants alone, as in `"a" + ("b" if c else "d")`, nothing comes in.
        return not all(map(_constant, (text.left, text.right)))
    return isinstance(text, ast.Call) and _called(text).endswith((".format", ".join", ".replace"))


def _constant(text: ast.expr) -> bool:
    if isinstance(text, ast.IfExp):
        return _constant(text.body) and _constant(text.orelse)
    names = {part.id for part in ast.walk(text) if isinstance(part, ast.Name)} - {"str"}
    # A module's constant goes by a name in capitals; a PRAGMA binds no parameters.
    return isinstance(text, ast.Constant) or (bool(names) and all(map(str.isupper, names)))


def _fixed(node: ast.AST) -> bool:
    """Whether a call is given nothing but constants, as a style sheet of our own is."""
    return isinstance(node, ast.Call) and all(map(_constant, node.args))


_SQL = ("execute", "executemany", "executescript", "exec_driver_sql", "scalar", "scalars")


def _sql(node: ast.AST) -> bool:
    last = _called(node).rpartition(".")[2]
    if last not in (*_SQL, "text") or not isinstance(node, ast.Call) or not node.args:
        return False
    # `st.text(…)` shows; SQLAlchemy's is called by its bare name or as `sa.text`, with one text.
    if last == "text" and (_called(node) not in ("text", "sa.text") or len(node.args) > 1):
        return False
    return _made_up(node.args[0])


def _columns_of_html(node: ast.AST) -> bool:
    given = _given(node, "datatype")
    return given is not None and any(
        isinstance(part, ast.Constant) and part.value in ("html", "markdown")
        for part in ast.walk(given)
    )


def _shared(node: ast.AST) -> bool:
    """Gradio's launch takes an environment variable for yes, unless it is told no."""
    if not _called(node).endswith(".launch") or "chromium" in _called(node):
        return _keyword(node, "share", True)
    return not _keyword(node, "share", False)


GATES: Mapping[str, Gate] = {
    "certificates are verified": Gate(
        "a source this grew from switched them off (CERT_NONE): any proxy reads the key",
        lambda node: (
            _keyword(node, "verify", False)
            or _keyword(node, "check_hostname", False)
            or _names(node, "CERT_NONE", "_create_unverified_context", "disable_warnings")
            or (isinstance(node, ast.Constant) and node.value == "CERT_NONE")
        ),
        ("get(u, verify=False)", "ssl.CERT_NONE", "from ssl import CERT_NONE", "f('CERT_NONE')"),
        ("get(u, verify=True)",),
    ),
    "no pickles": Gate(
        "loading one runs what is in it",
        lambda node: (
            _imports(
                node, "pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"
            )
            or _names(node, "read_pickle", "to_pickle")
            or _keyword(node, "allow_pickle", True)
        ),
        (
            "import pickle",
            "from joblib import load",
            "pd.read_pickle(f)",
            "load(f, allow_pickle=True)",
        ),
    ),
    "no code from text": Gate(
        "text comes from models, tables and plans",
        lambda node: (
            _called(node) in ("eval", "exec", "compile", "__import__", "os.system", "os.popen")
            or _keyword(node, "shell", True)
        ),
        ("eval(s)", "exec(s)", "os.system(s)", "run(s, shell=True)"),
        ("re.compile(s)", "ast.literal_eval(s)"),
    ),
    "Streamlit escapes": Gate(
        "with unsafe_allow_html 14 of 26 payloads reached out, a meta refresh among them",
        lambda node: (
            (isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html")
            or (isinstance(node, ast.keyword) and node.arg == "unsafe_allow_javascript")
            or (_called(node) in ("st.html", "components.html") and not _fixed(node))
        ),
        ("st.markdown(s, unsafe_allow_html=True)", "st.html(s)", "st.html(f'<b>{_X}{y}')"),
        ("st.html(_STYLE)",),
    ),
    "stored data is no HTML": Gate(
        "Gradio's tables run an onerror in such columns, st.table draws remote images",
        lambda node: _columns_of_html(node) or _called(node) == "st.table",
        (
            "gr.Dataframe(datatype=['str', 'html'])",
            "gr.DataFrame(datatype='markdown')",
            "st.table(f)",
        ),
        ("gr.Dataframe(datatype='str')", "st.dataframe(f)"),
    ),
    "Gradio's own sanitiser stays on": Gate(
        "without it an answer is a page",
        lambda node: _keyword(node, "sanitize_html", False),
        ("gr.Chatbot(sanitize_html=False)",),
    ),
    "SQL has bound parameters": Gate(
        "a header in SQL opened LiteLLM before any login (CVE-2026-42208)",
        _sql,
        (
            "connection.execute(f'select {x}')",
            "text('select ' + x)",
            "sa.text('select %s' % x)",
            "c.exec_driver_sql('select {}'.format(x))",
            "c.execute('PRAGMA x=' + str(x))",
        ),
        (
            "connection.execute(select(calls))",
            "st.text(f'{x}')",
            "c.execute('A' + ('B' if x else 'C'))",
        ),
    ),
    "never shared": Gate(
        "a share link puts the laptop on the internet; an environment variable is enough for one",
        _shared,
        ("demo.launch(share=True)", "demo.launch()", "f(share=True)"),
        ("demo.launch(share=False)",),
    ),
    "nothing is served from disk": Gate(
        "what a visitor may name, he may read",
        lambda node: (
            (isinstance(node, ast.keyword) and node.arg == "allowed_paths")
            or _called(node) in ("gr.load", "gr.set_static_paths")
        ),
        ("demo.launch(allowed_paths=['.'])", "gr.load('models/x')"),
    ),
    "own framing": Gate(
        "84 s for a line of 10 MB; it splits inside JSON at U+2028, and guesses Latin-1",
        lambda node: isinstance(node, ast.Attribute) and node.attr == "iter_lines",
        ("for line in reply.iter_lines(): pass",),
    ),
    "no variables in tracebacks": Gate(
        "loguru's diagnose writes the locals of every frame, keys among them",
        lambda node: (
            _imports(node, "loguru")
            or _keyword(node, "diagnose", True)
            or _keyword(node, "capture_locals", True)
            or _keyword(node, "show_locals", True)
        ),
        ("from loguru import logger", "TracebackException(e, capture_locals=True)"),
    ),
    "no trace of the wire": Gate(
        "it prints the signed address",
        lambda node: _names(node, "enableTrace", "debuglevel"),
        ("websocket.enableTrace(True)", "http.client.HTTPConnection.debuglevel = 1"),
    ),
    "no redirects": Gate(
        "the libraries take X-Api-Key, and on 307 the prompt, to whoever they lead to",
        lambda node: (
            _keyword(node, "allow_redirects", True) or _keyword(node, "follow_redirects", True)
        ),
        ("get(u, allow_redirects=True)",),
    ),
}
# Visitors of the benches read our own servers, to their ends, over clients of their own.
BENCH = {"own framing", "no redirects"}


def _sources() -> Iterator[str]:
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT)
        top = place.parts[0].removesuffix(".py")
        if not top.startswith(".") and top != "tests" and "output" not in place.parts:
            yield place.as_posix()


SOURCES = list(_sources())


@functools.cache
def _nodes(code: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse(code)))


def _lines(gate: Gate, code: str) -> list[int]:
    return [getattr(node, "lineno", 0) for node in _nodes(code) if gate.found(node)]


@pytest.mark.parametrize("name", GATES)
def test_it_stands_nowhere(name: str) -> None:
    gate = GATES[name]
    found = [
        f"{source}:{line}: {name}, for {gate.reason}"
        for source in SOURCES
        if not (source.startswith("bench/") and name in BENCH)
        for line in _lines(gate, (ROOT / source).read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


def test_every_room_is_looked_at() -> None:
    tops = {source.split("/")[0].removesuffix(".py") for source in SOURCES}
    assert {*ROOMS, "bench"} <= tops


@pytest.mark.parametrize(("name", "code"), [(n, code) for n in GATES for code in GATES[n].caught])
def test_a_gate_catches(name: str, code: str) -> None:
    assert _lines(GATES[name], code)


@pytest.mark.parametrize(("name", "code"), [(n, code) for n in GATES for code in GATES[n].passes])
def test_a_gate_lets_pass(name: str, code: str) -> None:
    assert not _lines(GATES[name], code)


# The first version without what is named; the notes have the sources.
FLOORS = {
    "gradio": "6.16",  # file reads by path, GHSA-j36p-7w88-g82j
    "streamlit": "1.54",
    "starlette": "1.1",
    "urllib3": "2.7",  # bombs, CVE-2026-44432
}


@pytest.mark.parametrize("name", FLOORS)
def test_no_dependency_is_older_than_its_mended_version(name: str) -> None:
    pinned = _pins("requirements.txt") | _pins("constraints.txt")
    assert pinned[name] >= Version(FLOORS[name])


def _pins(file: str) -> dict[str, Version]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    asked = [
        Requirement(line.split(" --hash")[0].rstrip("\\ ")) for line in lines if line[:1].isalnum()
    ]
    return {
        one.name.lower().replace("_", "-"): Version(next(iter(one.specifier)).version)
        for one in asked
    }


def test_everything_pinned_is_locked_with_hashes_and_in_that_version() -> None:
    locked = blocks(LOCK.read_text(encoding="utf-8")) | blocks(MORE.read_text(encoding="utf-8"))
    versions = {name: part.split()[0].rpartition("==")[2] for name, part in locked.items()}
    pinned = _pins("requirements.txt") | _pins("requirements-dev.txt") | _pins("constraints.txt")
    assert {name: str(version) for name, version in pinned.items()}.items() <= versions.items()
    assert all("--hash=sha256:" in part for part in locked.values())


def test_streamlit_shows_no_traceback_and_sends_no_statistics() -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["client"]["showErrorDetails"] == "none"
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["address"] == "127.0.0.1"


def test_no_key_file_can_be_committed() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert ".env" in ignored


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ("No known vulnerabilities found", 0, "No known"),
        ("Found 1 known vulnerability in 1 package", 1, "Found 1"),
        ("ERROR:x: Dependency not found and could not be audited", 1, "could not be asked"),
        ("Traceback\nConnectionError: no such host", 1, "could not be asked"),
    ],
)
def test_make_audit_passes_only_what_was_audited(
    tmp_path: Path, said: str, code: int, told: str
) -> None:
    asker = tmp_path / "pip-audit"
    asker.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\necho "{said}" >&2\nexit {code}\n')
    asker.chmod(0o755)
    done = subprocess.run(
        ["make", "--silent", "-o", ".venv/dev.stamp", "audit", f"BIN={tmp_path}"],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    asked = (tmp_path / "asked").read_text().split()
    assert {"--strict", "--require-hashes", "requirements.lock", "requirements-dev.lock"} <= {
        *asked
    }
    assert (done.returncode == 0) == (code == 0)
    assert told in done.stdout + done.stderr
