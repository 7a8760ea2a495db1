"""Faults that take the place of an answer over HTTP, whatever the protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

from . import bare
from .exchange import JSON, Exchange, Refused

# No such host can exist: https://www.rfc-editor.org/rfc/rfc2606.
ELSEWHERE: Final = "http://elsewhere.invalid/v1/chat/completions"
LOG_IN: Final = b"<!doctype html>\n<html><body><h1>Please log in</h1></body></html>\n"
BAD_GATEWAY: Final = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)
HTML: Final = (("Content-Type", "text/html"),)

Start = Callable[[Exchange], Awaitable[None]]


async def _hold(exchange: Exchange) -> None:
    await asyncio.Event().wait()


async def _reset(exchange: Exchange) -> None:
    exchange.record.close("reset_before_headers")
    await bare.reset(exchange.transport)


async def _close(exchange: Exchange) -> None:
    exchange.record.close("close_before_headers")
    await bare.close(exchange.transport)


def _answer(status: int, body: bytes, headers: tuple[tuple[str, str], ...]) -> Start:
    async def start(exchange: Exchange) -> None:
        assert exchange.fault is not None
        await exchange.tell(status, [body], headers, exchange.fault.name)

    return start


async def _other_form(exchange: Exchange) -> None:
    if exchange.json is not None:
        exchange.json = {**exchange.json, "stream": not exchange.json.get("stream")}
        exchange.json.pop("stream_options", None)


STARTS: Final[dict[str, Start]] = {
    "silent": _hold,
    "html": _answer(502, BAD_GATEWAY, HTML),
    "html_ok": _answer(200, LOG_IN, HTML),
    "reset_before_headers": _reset,
    "close_before_headers": _close,
    "redirect": _answer(307, b"", (("Location", ELSEWHERE),)),
    "error_500": _answer(500, b'{"oops":true}', (JSON,)),
    "error_500_empty": _answer(500, b"", ()),
    "other_form": _other_form,
    "token_down": _answer(503, BAD_GATEWAY, HTML),
    "token_refused": _answer(
        401, b'{"error":"invalid_client","error_description":"Client authentication failed"}',
        (JSON,),
    ),
}  # fmt: skip


def limited(name: str, refused: Refused) -> Refused:
    """The refusal for this minute with the Retry-After header that a fault is named after."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    values = {"seconds": "2", "date": date, "day": "86400", "garbage": "soon"}
    value = values[name.removeprefix("retry_after_")]
    refused.headers = (*refused.headers, ("Retry-After", value))
    return refused
