"""iFlytek Spark over WebSocket: one signed connection, one question frame, answer frames.

Source: https://www.xfyun.cn/doc/spark/Web.html
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Any

from backends.caps import whole
from backends.errors import ErrorTable
from backends.frames import Numbered, Reader, odd_usage
from backends.iflytek import KEYS, answers, check_code, signed
from backends.line import Line
from backends.provider import Access, Closed, id_of, shaped, text_of, usage_of, wire_messages
from backends.providers.spark_errors import ERRORS
from backends.providers.spark_models import MODELS
from backends.reading import as_json, bounded, soft_text
from backends.types import ChatRequest, Delta, ModelSpec, ToolCall, WireRequest, Words
from backends.wire import frames

BASE = "SPARK_BASE_URL"


class Spark(Closed):
    """One connection per call. No rate-limit headers exist; usage is on the last frame only."""

    name = "spark"
    label = Words("讯飞星火", "iFlytek Spark")
    base_urls: Mapping[str, str] = {BASE: "wss://spark-api.xf-yun.com"}
    credentials = (KEYS,)
    models = MODELS
    errors = ERRORS

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """As `Provider.stream`. The service always streams; unasked, its frames come as one."""
        turns = wire_messages(request, system_role=True)
        url = access.url(BASE) + model.endpoint
        answer = frames(
            line,
            signed(url, access),
            question(model, params, turns, access.key(KEYS[0])),
            WireRequest("GET", url, {}, question(model, params, turns, f"${KEYS[0]}"), "spark"),
        )
        yield from answered(answer, ERRORS, streaming=request.stream)


def question(
    model: ModelSpec, params: Mapping[str, Any], turns: list[dict[str, Any]], app_id: str
) -> dict[str, Any]:
    """The question frame. Parameters of its other parts stand in `params` under their names."""
    chat = {name: value for name, value in params.items() if name not in ("header", "payload")}
    if "tools" in chat:
        chat["tools"] = [{"type": kind, kind: tool} for kind, tool in chat["tools"].items()]
    return {
        "header": {"app_id": app_id, **params.get("header", {})},
        "parameter": {"chat": {"domain": model.name, **chat}},
        "payload": {"message": {"text": turns}, **params.get("payload", {})},
    }


def answered(
    frames: Generator[str, None, str], table: ErrorTable, *, streaming: bool
) -> Iterator[Delta]:
    """The answer to a question frame, as deltas or as one.

    Raises:
        ProviderError: the handshake was refused, the service said so, or it closed too early.
    """
    deltas = _deltas(frames, table)
    yield from deltas if streaming else whole(deltas)


def _deltas(frames: Generator[str, None, str], table: ErrorTable) -> Iterator[Delta]:
    reader, numbered = Reader(), Numbered()
    for frame in answers(frames, table, reader):
        read = reader.read(_framed, frame, table)
        if read is None:
            continue
        number, delta = read
        yield numbered.placed(number, delta)
        if delta.finish_reason:
            reader.check()
            return


def _framed(frame: Mapping[str, Any], table: ErrorTable) -> tuple[Any, Delta]:
    """The number of a frame among those with text, and what it adds."""
    header = shaped(lambda header: dict(header), frame.get("header") or {})
    check_code(header, table)
    return shaped(_numbered, frame, header)


def _numbered(frame: Mapping[str, Any], header: Mapping[str, Any]) -> tuple[Any, Delta]:
    choices = (frame.get("payload") or {}).get("choices") or {}
    return choices.get("seq"), _delta(frame, header)


def _delta(frame: Mapping[str, Any], header: Mapping[str, Any]) -> Delta:
    payload = frame.get("payload") or {}
    # Frames with search results carry no choices, middle frames no usage.
    choices = payload.get("choices") or {}
    items = choices.get("text") or []
    calls = tuple(
        ToolCall(place, soft_text(item["function_call"].get("name")),
                 soft_text(item["function_call"].get("arguments")))
        for place, item in enumerate(items)
        if item.get("function_call")
    )  # fmt: skip
    ended = str(choices.get("status")) == "2"
    return Delta(
        text="".join(text_of(item.get("content")) for item in items),
        reasoning="".join(text_of(item.get("reasoning_content")) for item in items),
        finish_reason=("function_call" if calls else "stop") if ended else None,
        usage=usage_of((payload.get("usage") or {}).get("text")),
        request_id=id_of(header.get("sid")),
        tool_calls=calls,
        extras=_found(payload.get("plugins")) | odd_usage((payload.get("usage") or {}).get("text")),
    )


def _found(plugins: Any) -> dict[str, Any]:
    """What a plugin such as the web search reports, by its name."""
    items = plugins.get("text") if isinstance(plugins, Mapping) else None
    found: dict[str, Any] = {}
    for item in items if isinstance(items, list) else []:
        if isinstance(item, Mapping):
            content = item.get("content")
            said = as_json(content.encode()) if isinstance(content, str) else content
            found[soft_text(item.get("name")) or "plugin"] = bounded(said)
    return found


SPARK = Spark()
