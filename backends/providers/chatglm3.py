"""ChatGLM3's OpenAI-style demo server, with the traps of its stream.

Source: https://github.com/THUDM/ChatGLM3 (openai_api_demo/api_server.py)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from backends import errors, params
from backends.errors import ErrorTable, row
from backends.line import Line
from backends.provider import Access
from backends.providers.openai_style import OpenAIStyle
from backends.types import Delta, ModelSpec, Words
from backends.wire import Reply

DOC = "https://github.com/THUDM/ChatGLM3"

_LOGS = Words("请查看服务器日志。", "Look into the server's log.")
_TURNS = Words("请从最后一个问题重新发送。", "Resend the last question.")
_SWALLOWED = Words(
    "服务器的流是空的：ChatGLM3 的示例服务器会吞掉 7 个字以内的回答。请关闭“流式输出”再发送。",
    "The server's stream was empty: ChatGLM3's demo server swallows answers of up to 7 "
    "characters. Switch streaming off, then send again.",
)

ERRORS: ErrorTable = {
    "400": row(errors.InvalidHistory, "对话为空，或最后一轮不是问题。",
               "The conversation is empty, or its last turn is no question.", _TURNS),
    "422": row(errors.InvalidRequest, "请求格式不被接受。", "The request's form is not accepted.",
               _LOGS),
    "500": row(errors.Unavailable, "服务器内部错误。", "The server had an internal error.", _LOGS,
               retryable=True),
}  # fmt: skip

_PARAMS = (
    params.TEMPERATURE.but(
        wire_name="temperature",
        minimum=0,
        default=0.8,
        help=Words(
            "不大于 0.00001 时总是取最可能的词。",
            "At most 0.00001 means: always the most probable word.",
        ),
        source=DOC,
    ),
    params.TOP_P.but(wire_name="top_p", minimum=0, maximum=1, default=0.8, source=DOC),
    # A 0 is replaced by the default.
    params.MAX_OUTPUT_TOKENS.but(wire_name="max_tokens", minimum=1, default=1024, source=DOC),
    params.REPETITION_PENALTY.but(
        wire_name="repetition_penalty", minimum=0, exclusive_minimum=True, default=1.1, source=DOC
    ),
    params.TOOLS.but(wire_name="tools", source=DOC),
)


class ChatGLM3(OpenAIStyle):
    """As any OpenAI-style service at a server's root, but for how its stream can end."""

    def served(self, access: Access, line: Line) -> tuple[str, ...]:
        """As `Provider.served`."""
        return self._listed(access, line, "/v1/models")

    def url(self, access: Access, model: ModelSpec) -> str:
        """As `OpenAIStyle.url`."""
        return access.url(self.url_variable) + "/v1/chat/completions"

    def event(self, event: str, reply: Reply, params: Mapping[str, Any]) -> Delta:
        """As `OpenAIStyle.event`. Plain text is the whole answer, and its end."""
        if not event.strip() or event.lstrip().startswith("{"):
            return super().event(event, reply, params)
        return Delta(text=event, replaces=True, finish_reason="stop")

    def deltas(self, reply: Reply, params: Mapping[str, Any]) -> Iterator[Delta]:
        """As `OpenAIStyle.deltas`."""
        shown, finished, pieces = "", False, 0
        try:
            for pieces, delta in enumerate(super().deltas(reply, params)):  # noqa: B007
                if delta.replaces and finished:
                    # Half of an end marker, not an answer.
                    return
                if delta.replaces and not (shown and delta.text.startswith(shown)):
                    raise errors.Protocol(said=delta.text)
                shown += delta.text
                finished = finished or delta.finish_reason is not None
                yield delta
        except errors.Protocol:
            # The first piece is of the headers.
            if pieces == 0 and not reply.is_json:
                raise errors.Protocol(_SWALLOWED) from None
            raise


CHATGLM3 = ChatGLM3(
    "chatglm3",
    Words("ChatGLM3 服务器", "ChatGLM3 server"),
    "CHATGLM3_BASE_URL",
    "http://127.0.0.1:8000",
    "",
    models=(ModelSpec("chatglm3-6b", "ChatGLM3-6B", _PARAMS, source=DOC),),
    known=_PARAMS,
    errors=ERRORS,
    source=DOC,
    asks_usage=False,
    reports=(),
)
