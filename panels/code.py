"""A call as code to copy: the same request, runnable once the named variables are set.

Everything comes from the record of what went out (`call.wire`); its `auth` chooses the recipe.
Keys are read from the environment; their values are never in the code.
"""

from __future__ import annotations

import json
import pprint
import re
import shlex
import urllib.parse
from collections.abc import Mapping
from typing import Any

from backends import Call, WireRequest
from panels import desk_code
from panels.recipes import RECIPES

_VARIABLE = re.compile(r"\$([A-Z][A-Z0-9_]*)")
_EMULATED = "# This call went to Tunedesk's local emulator; put in the provider's own address.\n"


def curl(call: Call) -> str:
    """Shell code; where a shell cannot sign the request, one line that says so."""
    wire = call.wire
    if wire is None or _attached(call):
        return desk_code.shell(call)
    recipe = RECIPES[wire.auth]
    if recipe.shell_only:
        return recipe.shell_only
    headers = "".join(
        f"  -H {_shell_text(f'{name}: {value}')} \\\n" for name, value in wire.headers.items()
    )
    return (
        f"{_EMULATED if call.emulated else ''}{_before(recipe.shell_before, wire)}"
        f"curl -N {shlex.quote(wire.url)}{recipe.shell_query} \\\n{headers}{recipe.shell_headers}"
        # A quoted heredoc: the shell changes nothing in it, and no line of JSON equals its end.
        f"  --data-binary @- <<'JSON'\n{_json(wire.body)}\nJSON\n"
    )


def python(call: Call) -> str:
    """Python code that needs `requests` alone (for a WebSocket: `websocket-client`)."""
    wire = call.wire
    if wire is None or _attached(call):
        return desk_code.python(call)
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


def _before(text: str, wire: WireRequest) -> str:
    """What a shell does first, with the parts of the address that it needs."""
    parts = urllib.parse.urlsplit(wire.url)
    known = {
        "base": wire.url.split("/rpc/")[0],
        "path": parts.path,
        "host": urllib.parse.quote(parts.netloc, safe="-._~"),
    }
    for name, value in known.items():
        text = text.replace(f"${{{name}}}", _shell_inner(value))
    return text


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


def _attached(call: Call) -> bool:
    """Whether files went with the questions, whose bytes are not in the recorded request."""
    return any(message.attachments for message in call.messages)
