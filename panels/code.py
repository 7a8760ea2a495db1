"""A call as code to copy: the same request, runnable once the named variables are set.

Everything comes from the record of what went out (`call.wire`); its `auth` chooses the recipe.
Keys are read from the environment; their values are never in the code.
"""

from __future__ import annotations

import json
import pprint
import re
import shlex
from collections.abc import Mapping
from typing import Any

from backends import Call, WireRequest
from panels.recipes import RECIPES

_VARIABLE = re.compile(r"\$([A-Z][A-Z0-9_]*)")
_EMULATED = "# This call went to Tunedesk's local emulator; put in the provider's own address.\n"


def curl(call: Call) -> str:
    """Shell code; where a shell cannot sign the request, one line that says so."""
    wire = call.wire
    if wire is None or _attached(call):
        return _desk_note(call) + _desk_line(call) + "\n"
    recipe = RECIPES[wire.auth]
    if recipe.shell_only:
        return recipe.shell_only
    headers = "".join(
        f"  -H {_shell_text(f'{name}: {value}')} \\\n" for name, value in wire.headers.items()
    )
    before = recipe.shell_before.replace("${base}", _shell_inner(wire.url.split("/rpc/")[0]))
    return (
        f"{_EMULATED if call.emulated else ''}{before}"
        f"curl -N {shlex.quote(wire.url)}{recipe.shell_query} \\\n{headers}"
        # A quoted heredoc: the shell changes nothing in it, and no line of JSON equals its end.
        f"  --data-binary @- <<'JSON'\n{_json(wire.body)}\nJSON\n"
    )


def python(call: Call) -> str:
    """Python code that needs `requests` alone (for a WebSocket: `websocket-client`)."""
    wire = call.wire
    if wire is None or _attached(call):
        return (
            f"{_desk_note(call)}import subprocess\nimport sys\n\n"
            f"subprocess.run([sys.executable, *{_literal(_desk_arguments(call))}])\n"
        )
    recipe = RECIPES[wire.auth]
    return "".join(
        (
            _EMULATED if call.emulated else "",
            recipe.imports,
            recipe.before,
            f"\nurl = {wire.url!r}\n",
            _python_headers(wire),
            f"body = {_literal(_plain(wire.body))}\n",
            recipe.after,
            recipe.send,
        )
    )


def _python_headers(wire: WireRequest) -> str:
    if not wire.headers:
        return ""
    lines = "".join(
        f"    {name!r}: {_python_text(value)},\n" for name, value in wire.headers.items()
    )
    return f"headers = {{\n{lines}}}\n"


def _python_text(text: str) -> str:
    """A header value in which `$VARIABLE` is read from the environment."""
    parts = _VARIABLE.split(text)
    pieces = [
        f'os.environ["{part}"]' if index % 2 else repr(part)
        for index, part in enumerate(parts)
        if part
    ]
    return " + ".join(pieces) or "''"


def _shell_text(text: str) -> str:
    return f'"{_shell_inner(text)}"'


def _shell_inner(text: str) -> str:
    """Text inside double quotes, in which `$VARIABLE` alone keeps its meaning."""
    escaped = re.sub(r'([\\"`])', r"\\\1", text)
    return re.sub(r"\$(?![A-Z][A-Z0-9_]*)", r"\\$", escaped)


def _plain(body: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(body, ensure_ascii=False))


def _json(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2)


def _literal(value: Any) -> str:
    return pprint.pformat(value, width=96, sort_dicts=False)


def _attached(call: Call) -> list[str]:
    """The files that went with the questions: on record their bytes are not in the request."""
    return [item.name or "FILE" for message in call.messages for item in message.attachments]


def _desk_note(call: Call) -> str:
    """What the command line cannot say: earlier turns."""
    earlier = len(call.messages) - 1
    return (
        f"# Asks the last question alone, without the {earlier} turns before.\n"
        if (earlier > 0)
        else ""
    )


def _desk_line(call: Call) -> str:
    return " ".join(["python", *(shlex.quote(part) for part in _desk_arguments(call))])


def _desk_arguments(call: Call) -> list[str]:
    question = call.messages[-1].content if call.messages else ""
    options = [
        part
        for trace in call.params
        if trace.requested is not None
        for part in ("-p", f"{trace.name}={_option(trace.requested)}")
    ]
    options += ["-s", call.system] if call.system.strip() else []
    options += [] if call.stream else ["--no-stream"]
    options += [part for name in _attached(call) for part in ("--attach", name)]
    asked = [f"{call.provider}/{call.model}", question]
    # After `--` a question may begin with a dash.
    return [
        "desk.py",
        "chat",
        *([*options, "--", *asked] if question.startswith("-") else [*asked, *options]),
    ]


def _option(value: Any) -> str:
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    return json.dumps(value) if isinstance(value, bool | dict | list | tuple) else str(value)
