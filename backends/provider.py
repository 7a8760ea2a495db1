"""What a provider is: a few facts and one method."""

from __future__ import annotations

import base64
import functools
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from backends import errors
from backends.clock import seconds_ahead
from backends.errors import ErrorTable, ProviderError
from backends.headers import Headers
from backends.line import Line
from backends.reading import loads, words
from backends.route import is_here
from backends.secrets import Secret, redactor
from backends.types import (
    Attachment,
    ChatRequest,
    Delta,
    Message,
    ModelSpec,
    RateLimit,
    Usage,
    Words,
)
from backends.wire import Reply

_T = TypeVar("_T")

_BAD_URL = Words(
    "基础地址 {name} 不可用：应形如 https://主机/路径，且不含用户名、密码或查询参数。请修改后重试。",
    "The base URL {name} cannot be used: it should read https://host/path, without a user, "
    "password or query. Change it, then try again.",
)
_BAD_KEY = Words(
    "密钥 {name} 里有密钥不会有的字符（可能是占位文字或多余空白）。请重新设置。",
    "The key {name} holds characters that no key has (a placeholder, or stray white space). "
    "Set it again.",
)
_FOREIGN_KEY = Words(
    "密钥 {key} 与基础地址 {url} 不是在同一处设置的（一个在环境变量，一个在 .env），密钥没有发送。"
    "若确实要把这个密钥发往该地址，请把两者设在同一处；否则删除 {url}。",
    "The key {key} and the base URL {url} were not set in the same place (one in the environment, "
    "one in .env); the key was not sent. Set both in one place if it is meant for that address, "
    "else remove {url}.",
)
_NO_API = Words(
    "对方返回的是网页而不是 API 的回答（HTTP {status}）。"
    "请检查基础地址，以及网络或代理是否要求登录。",
    "What came is a web page, not an API reply (HTTP {status}). Check the base URL, and whether "
    "the network or a proxy asks you to log in.",
)
_REDIRECTED = Words(
    "服务商要求跳转到别处，为保护密钥未跟随。请检查基础地址。",
    "The provider redirected elsewhere; to protect the key it was not followed. "
    "Check the base URL.",
)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Access:
    """Where and as whom a provider is called: base URLs and keys by variable name.

    Each is itself alone, whatever another one holds, so that what is known of it can be kept.
    `emulated` marks addresses of a local emulator; every call made so is labelled. `strange` marks
    a visitor's own keys, of which nothing is kept.
    """

    urls: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, Secret] = field(default_factory=dict)
    emulated: bool = False
    strange: bool = False

    def url(self, name: str) -> str:
        """A base URL.

        Raises:
            InvalidRequest: it is no http(s) or ws(s) address, or holds a user, a password or a
                query, which would go on record and may stand in for the key.
        """
        if _is_address(self.urls[name]):
            return self.urls[name]
        raise errors.InvalidRequest(_BAD_URL.format(name=name), code="base_url")

    def key(self, name: str) -> str:
        """The value of a key, for the line that puts it on the wire.

        Raises:
            MissingCredential: it is not set, or cannot be a key.
        """
        if name not in self.keys:
            raise errors.MissingCredential(
                Words(
                    f"缺少密钥 {name}。请在环境变量或 .env 中设置。",
                    f"The key {name} is not set. Set it in the environment or in .env.",
                )
            )
        value = self.keys[name].reveal()
        if not is_key(value):
            raise errors.MissingCredential(_BAD_KEY.format(name=name))
        return value

    def has(self, *names: str) -> bool:
        """Whether all of these keys are set."""
        return all(name in self.keys for name in names)


def foreign_key(key: str, url: str) -> ProviderError:
    """The refusal to send a key to an address that it was not saved for, both by variable name."""
    return errors.InvalidRequest(_FOREIGN_KEY.format(key=key, url=url), code="key_origin")


def is_key(value: str) -> bool:
    """Whether a text could be a key at all: printable ASCII without a space."""
    return bool(value) and value.isascii() and value.isprintable() and " " not in value


@functools.lru_cache(256)
def _is_address(url: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    extra = parts.query or parts.fragment or "@" in parts.netloc
    return parts.scheme in ("http", "https", "ws", "wss") and bool(host) and not extra


def in_clear(url: str) -> bool:
    """Whether what is sent there can be read on the way: neither TLS nor this machine itself."""
    parts = urllib.parse.urlsplit(url)
    return parts.scheme not in ("https", "wss") and not is_here(parts.hostname or "")


class Provider(Protocol):
    """One service. `stream` is its whole behaviour; everything else is data.

    `base_urls`: variable → default address. `credentials`: alternatives, each the variables that
    together suffice; an empty one where the service also answers without a key, none at all where
    it takes no key. `open_models`: the service chooses the model by a name in the request, so
    names without a row are allowed, their facts unknown. `local_only`: its address is the user's
    own, which only a desk on the user's machine may call. `lists_models`: it can be asked which
    models it has.
    """

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> Words: ...
    @property
    def base_urls(self) -> Mapping[str, str]: ...
    @property
    def credentials(self) -> tuple[tuple[str, ...], ...]: ...
    @property
    def models(self) -> tuple[ModelSpec, ...]: ...
    @property
    def open_models(self) -> bool: ...
    @property
    def local_only(self) -> bool: ...
    @property
    def lists_models(self) -> bool: ...
    @property
    def errors(self) -> ErrorTable: ...

    def unknown_model(self, name: str) -> ModelSpec:
        """The spec of a name without a row; asked only where `open_models`."""

    def served(self, access: Access, line: Line) -> tuple[str, ...]:
        """The names of the models that the service says it has; asked only where `lists_models`.

        Raises:
            ProviderError: any class of the tree.
        """

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """Make the call over `line` and yield what comes back.

        `params` is the part of the body with values already checked. With `request.stream` off
        the same answer comes as one delta. Ends normally only when the answer is whole.

        Raises:
            ProviderError: any class of the tree.
        """


def shaped(build: Callable[..., _T], *parts: Any) -> _T:
    """What `build` makes of a provider's JSON.

    Raises:
        Protocol: the JSON has not the shape that its document promises.
    """
    try:
        return build(*parts)
    except (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError) as exc:
        raise errors.Protocol(said=str(parts[0])) from exc


def text_of(value: Any) -> str:
    """A piece of answer text; "" for null.

    Raises:
        TypeError: it is something else.
    """
    if value is None or isinstance(value, str):
        return value or ""
    raise TypeError


def id_of(value: Any) -> str | None:
    """A provider's id for the call, secrets removed; None when it is no text."""
    return redactor.clean(value) if isinstance(value, str) and value else None


def refusal(reply: Reply, table: ErrorTable, code: Any, said: Any, body: bytes) -> ProviderError:
    """The error for a reply that is no answer, in the provider's words where there are any."""
    if 300 <= reply.status < 400:
        return errors.InvalidRequest(_REDIRECTED, code="redirect", status=reply.status)
    own = said if isinstance(said, str) and said else words(body)
    return errors.from_code(
        table,
        None if code is None else str(code),
        status=reply.status,
        said=own,
        retry_after=retry_after(reply.headers),
    )


def no_page(reply: Reply) -> Reply:
    """The same reply, unless it is a web page: no provider answers so, but whoever is in between.

    Raises:
        ProviderError: of the class that its HTTP status says.
    """
    if "html" not in reply.headers.get("content-type", "") or 300 <= reply.status < 400:
        return reply
    sentence, said = _NO_API.format(status=reply.status), words(reply.read())
    if reply.status == 200:
        raise errors.Protocol(sentence, status=200, said=said)
    kind = errors.from_code({}, None, status=reply.status)
    raise type(kind)(
        sentence,
        status=reply.status,
        said=said,
        retry_after=retry_after(reply.headers),
        retryable=kind.retryable,
    )


def parse(event: str) -> dict[str, Any]:
    """One JSON object of a stream.

    Raises:
        Protocol: it is not a JSON object.
    """
    try:
        parsed = loads(event)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise errors.Protocol(said=event)
    return parsed


class Closed:
    """The facts of a provider whose models are those in its rows and which cannot be asked."""

    open_models = False
    local_only = False
    lists_models = False

    def unknown_model(self, name: str) -> ModelSpec:
        """There is no model without a row."""
        raise NotImplementedError(name)

    def served(self, access: Access, line: Line) -> tuple[str, ...]:
        """It cannot be asked."""
        raise NotImplementedError


# How a picture's bytes are written into a body: as they go out, or as they stand on record.
Written = Callable[[Attachment], str]


def base64_text(attachment: Attachment) -> str:
    """The bytes as they go out."""
    return base64.b64encode(attachment.data).decode()


def placeholder(attachment: Attachment) -> str:
    """What stands for the bytes on record."""
    return attachment.placeholder


def wire_messages(
    request: ChatRequest,
    *,
    system_role: bool,
    content: Callable[[Message], Any] = lambda message: message.content,
) -> list[dict[str, Any]]:
    """The turns as role/content objects; the persona first where it is a role of its own."""
    turns: list[dict[str, Any]] = [
        {"role": message.role, "content": content(message)} for message in request.messages
    ]
    if system_role and request.system.strip():
        turns.insert(0, {"role": "system", "content": request.system})
    return turns


def count(value: Any) -> int | None:
    """A token count as reported, None when it is no plausible count (fault rows 37 and 38)."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value < 2**63 else None


# A usage object's counts as OpenAI and Spark name them: of the question, of the answer, of both.
COUNTS = ("prompt_tokens", "completion_tokens", "total_tokens")


def usage_of(reported: Any) -> Usage | None:
    """A usage object as OpenAI and Spark write it; None when absent, or when it holds no count."""
    if not isinstance(reported, Mapping):
        return None
    prompt, completion, total = [count(reported.get(name)) for name in COUNTS]
    if prompt is completion is total is None:
        return None
    if None not in (prompt, completion, total):
        # A total below its parts cannot be right; what was reported is kept beside it.
        total = max(total or 0, (prompt or 0) + (completion or 0))
    groups = [reported.get(name) for name in _DETAILS]
    details = {
        name: number
        for group in groups
        if isinstance(group, Mapping)
        for name, value in group.items()
        if (number := count(value)) is not None
    }
    return Usage(prompt, completion, total, details)


_DETAILS = ("prompt_tokens_details", "completion_tokens_details")


def rate_limit(headers: Headers) -> RateLimit | None:
    """The limit headers of an answer; None when the provider sent none."""
    names = [name for name in headers if "ratelimit" in name or name == "retry-after"]
    if not names:
        return None

    def figure(name: str) -> int | None:
        text = headers.get(f"x-ratelimit-{name}", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    return RateLimit(
        figure("limit-requests"),
        figure("remaining-requests"),
        figure("limit-tokens"),
        figure("remaining-tokens"),
        {headers.written[name]: redactor.clean(headers[name]) for name in names},
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header, which holds seconds or a date; None where it is neither."""
    text = headers.get("retry-after", "")
    if text.isascii() and text.isdigit() and len(text) < 9:
        return float(text)
    ahead = seconds_ahead(text)
    return None if ahead is None else max(0.0, round(-ahead, 1))
