"""The two servers of ChatGLM-6B: its `api.py`, and the `<^>` stream that people added to it.

Source: https://github.com/THUDM/ChatGLM-6B (api.py). Neither takes a key, counts tokens or limits
its rate, and each answers one question at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from backends import errors, params
from backends.caps import whole
from backends.errors import ErrorTable, row
from backends.line import Line
from backends.provider import Access, Closed, no_page, refusal, shaped, text_of
from backends.reading import as_json, words
from backends.types import ChatRequest, Delta, ModelSpec, Words
from backends.wire import Reply, post

DOC = "https://github.com/THUDM/ChatGLM-6B"
BASE = "CHATGLM_BASE_URL"
WHOLE = "/"

_NO_END = Words(
    "这个流没有结束标记，连接关闭也不说明长度，回答可能不完整。请让服务器直接回答，不经旧式代理。",
    "This stream has no end marker and the connection tells no length, so the answer may be "
    "incomplete. Reach the server without an old proxy in between.",
)
_LOGS = Words("请查看服务器日志。", "Look into the server's log.")

ERRORS: ErrorTable = {
    "404": row(errors.UnknownModel, "服务器没有这个路径。", "The server has no such path.",
               Words("请检查基础地址。", "Check the base URL.")),
    "422": row(errors.InvalidRequest, "请求格式不被接受。", "The request's form is not accepted.",
               _LOGS),
    "500": row(errors.Unavailable, "服务器内部错误。", "The server had an internal error.", _LOGS,
               retryable=True),
}  # fmt: skip

# The server replaces a 0 by its default (`or`), so a 0 cannot be sent.
_PARAMS = (
    params.TEMPERATURE.but(
        wire_name="temperature", minimum=0, exclusive_minimum=True, default=0.95, source=DOC
    ),
    params.TOP_P.but(
        wire_name="top_p", minimum=0, exclusive_minimum=True, maximum=1, default=0.7, source=DOC
    ),
    params.MAX_OUTPUT_TOKENS.but(
        wire_name="max_length",
        minimum=1,
        default=2048,
        help=Words(
            "这里的 max_length 把问题和回答合在一起计算。",
            "Here max_length counts question and answer together.",
        ),
        source=DOC,
    ),
)


class ChatGLM(Closed):
    """Both at one root; `api` answers whole, `stream` repeats the text so far."""

    name = "chatglm"
    label = Words("ChatGLM-6B 服务器", "ChatGLM-6B server")
    base_urls: ClassVar[Mapping[str, str]] = {BASE: "http://127.0.0.1:8000"}
    credentials: tuple[tuple[str, ...], ...] = ()
    models = (
        ModelSpec("api", "ChatGLM-6B api.py", _PARAMS, WHOLE, takes_system=False, source=DOC),
        ModelSpec(
            "stream", "ChatGLM-6B <^> stream", _PARAMS, "/stream", takes_system=False, source=DOC
        ),
    )
    errors = ERRORS

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """As `Provider.stream`."""
        turns = [message.content for message in request.messages]
        body = {
            "prompt": turns[-1],
            "history": [list(pair) for pair in zip(turns[:-1:2], turns[1::2], strict=True)],
            **params,
        }
        reply = no_page(post(line, access.url(BASE) + model.endpoint, body, auth="none"))
        if reply.status != 200:
            text = reply.read()
            detail = as_json(text)
            said = detail.get("detail") if isinstance(detail, dict) else None
            raise refusal(reply, ERRORS, reply.status, said, text)
        if model.endpoint == WHOLE:
            yield _whole(reply)
        else:
            deltas = _cumulative(reply)
            yield from deltas if request.stream else whole(deltas)


def _whole(reply: Reply) -> Delta:
    body = reply.read()
    answer = as_json(body)
    if not isinstance(answer, dict) or "response" not in answer:
        raise errors.Protocol(said=words(body))
    return Delta(text=shaped(text_of, answer["response"]))


def _cumulative(reply: Reply) -> Iterator[Delta]:
    shown = ""
    for text in reply.cumulative():
        adds = text.startswith(shown)
        yield Delta(text=text[len(shown) :] if adds else text, replaces=not adds)
        shown = text
    if not shown:
        raise errors.Protocol()
    if not reply.has_end:
        raise errors.Protocol(_NO_END)


CHATGLM = ChatGLM()
