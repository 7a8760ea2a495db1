"""What is said to those who are turned away: one sentence, in their language."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, replace

from starlette.datastructures import Headers

from backends import Words


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of the gate's own. `code` names it for programs, `id` finds it in the log."""

    status: int
    code: str
    words: Words
    retry_after: int | None = None
    id: str = ""

    def filled(self, **values: object) -> Refusal:
        """The same with its fields filled in."""
        return replace(self, words=self.words.format(**values))

    def later(self, seconds: float) -> Refusal:
        """The same, to be tried again after so many seconds."""
        whole = max(1, round(seconds + 0.5))
        return replace(self, words=self.words.format(seconds=whole), retry_after=whole)


AWAY = Refusal(
    403,
    "not_local",
    Words(
        "local 模式只接受本机的连接。要让别人使用，请设置 TUNEDESK_MODE=team。",
        "In local mode only this machine is served. For others, set TUNEDESK_MODE=team.",
    ),
)
HOST = Refusal(
    400,
    "unknown_host",
    Words(
        "这里不叫“{host}”。请用它自己的地址打开；管理员可以在 TUNEDESK_HOSTS 中添加名称。",
        "This place is not called “{host}”. Open it under its own address; who runs it can add "
        "names in TUNEDESK_HOSTS.",
    ),
)
FOREIGN = Refusal(
    403,
    "foreign_page",
    Words(
        "请求来自另一个网站的页面，已拒绝。请直接在本页面操作。",
        "The request came from a page of another site and was refused. Use this page itself.",
    ),
)
CLOSED = Refusal(
    404,
    "closed",
    Words(
        "没有这个地址，或者它没有开放。请从首页重新打开。",
        "There is nothing at this address, or it is closed. Start again from the first page.",
    ),
)
LARGE = Refusal(
    413,
    "too_large",
    Words(
        "发送的内容太大，上限是 {most} MB。请减小后再发送。",
        "What was sent is too large; the limit is {most} MB. Make it smaller, then send again.",
    ),
)
NO_UPLOADS = Refusal(
    403,
    "no_uploads",
    Words(
        "公开演示不接收文件。请在自己的电脑上运行 Tunedesk 来使用图片和录音。",
        "This public demo takes no files. Run Tunedesk on your own machine to use pictures and "
        "recordings.",
    ),
)
MANY = Refusal(
    429,
    "too_many_requests",
    Words(
        "你的网络发来的请求太多。请 {seconds} 秒后再试。",
        "Too many requests came from your network. Try again in {seconds} s.",
    ),
)
TABS = Refusal(
    429,
    "too_many_tabs",
    Words(
        "你的网络打开的页面太多。请关闭一些标签页，{seconds} 秒后再试。",
        "Too many pages are open from your network. Close some tabs and try again in {seconds} s.",
    ),
)
FULL = Refusal(
    503,
    "full",
    Words(
        "现在同时使用的人太多。请 {seconds} 秒后再试。",
        "Too many people are here at the moment. Try again in {seconds} s.",
    ),
)
SWAPPED = Refusal(
    403,
    "foreign_session",
    Words(
        "这个会话属于另一位访问者。请重新加载页面，开始自己的会话。",
        "This session belongs to another visitor. Reload the page to start your own.",
    ),
)
UNREADABLE = Refusal(
    400,
    "unreadable",
    Words(
        "请求的内容无法读懂。请重新加载页面后再试。",
        "The request cannot be read. Reload the page, then try again.",
    ),
)
FAILED = Refusal(
    500,
    "failed",
    Words(
        "这里出错了，编号 {id}。请重试；如果再次出错，请把编号告诉管理员。",
        "Something went wrong here, number {id}. Try again; if it happens again, tell the number "
        "to who runs this place.",
    ),
)
NOT_DONE = Refusal(
    400,
    "not_done",
    Words(
        "请求没有被接受（{status}），编号 {id}。请重新加载页面后再试。",
        "The request was not accepted ({status}), number {id}. Reload the page, then try again.",
    ),
)

_PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Tunedesk {status}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font-family: system-ui, 'PingFang SC', 'Microsoft YaHei', sans-serif;
max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem; line-height: 1.6 }}
h1 {{ font-size: 1rem; font-weight: 600; opacity: .65 }}
p {{ font-size: 1.1rem; margin: .4rem 0 }}
.other {{ font-size: .95rem; opacity: .65 }}
</style><h1>Tunedesk 调参台 · {status}</h1>
<p>{first}</p><p class="other" lang="{other_lang}">{other}</p></html>"""


def body(refusal: Refusal, headers: Headers, *, page: bool) -> tuple[str, bytes]:
    """Media type and body of a refusal: a page for people, JSON for programs and scripts."""
    chinese = _chinese(headers.get("accept-language", ""))
    first, other = refusal.words if chinese else (refusal.words.en, refusal.words.zh)
    if page:
        text = _PAGE.format(
            status=refusal.status,
            lang="zh" if chinese else "en",
            other_lang="en" if chinese else "zh",
            first=html.escape(first),
            other=html.escape(other),
        )
        return "text/html; charset=utf-8", text.encode()
    # Gradio's page shows `detail`, its Python client `error`.
    told = {"detail": first, "error": first, "code": refusal.code, "id": refusal.id or None}
    return "application/json", json.dumps(told, ensure_ascii=False).encode()


def _chinese(accepted: str) -> bool:
    return accepted.lstrip().lower().startswith("zh")
