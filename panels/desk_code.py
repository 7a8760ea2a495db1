"""Code for a call that is no request one could copy: it is made through Tunedesk again.

That is so for the built-in model, for what was refused before it was sent, and where pictures or
recordings went along, whose bytes the record of a request does not hold.
"""

from __future__ import annotations

import json
import pprint
import shlex
from typing import Any

from backends import Attachment, Call, Message

_WHERE = "# It runs through Tunedesk: start it in Tunedesk's folder.\n"


def shell(call: Call) -> str:
    """The command line that asks again; with earlier turns, which that cannot say, Python."""
    if len(call.messages) > 1:
        # A quoted heredoc: the shell changes nothing in it.
        return f"{_WHERE}python - <<'PYTHON'\n{_asked(call)}PYTHON\n"
    return " ".join(["python", *map(shlex.quote, _arguments(call))]) + "\n"


def python(call: Call) -> str:
    """Python that makes the call again, with all turns, the persona and the parameters."""
    return _WHERE + _asked(call)


def _asked(call: Call) -> str:
    files = [item.name for message in call.messages for item in message.attachments]
    reading = "from pathlib import Path\n\n" if files else ""
    names = ["ChatRequest", "Message", *(["attachment_of"] if files else [])]
    turns = "".join(f"    {_turn(message)},\n" for message in call.messages)
    given = {trace.name: trace.requested for trace in call.params if trace.requested is not None}
    return (
        f"{reading}import wiring\nfrom backends import {', '.join(names)}\n\n"
        f"messages = (\n{turns})\n"
        f"params = {pprint.pformat(_plain(given), width=96, sort_dicts=False)}\n"
        f"request = ChatRequest({f'{call.provider}/{call.model}'!r}, messages, "
        f"system={call.system!r}, params=params, stream={call.stream})\n"
        "desk = wiring.desk()\n"
        "call = desk.client.start(request).result()\n"
        "print(call.text)\nif call.error:\n    print(call.error.message.en)\n"
        "desk.close()\n"
    )


def _turn(message: Message) -> str:
    files = "".join(f"{_file(item)}, " for item in message.attachments)
    return (
        f"Message({message.role!r}, {message.content!r}{f', ({files.strip()})' if files else ''})"
    )


def _file(attachment: Attachment) -> str:
    name = attachment.name or "FILE"
    return f"attachment_of(Path({name!r}).read_bytes(), {name!r})"


def _arguments(call: Call) -> list[str]:
    question = call.messages[-1].content if call.messages else ""
    options = [
        part
        for trace in call.params
        if trace.requested is not None
        for part in ("-p", f"{trace.name}={_option(trace.requested)}")
    ]
    options += ["-s", call.system] if call.system.strip() else []
    options += [] if call.stream else ["--no-stream"]
    files = (item for message in call.messages for item in message.attachments)
    options += [part for item in files for part in ("--attach", item.name or "FILE")]
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


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False))
