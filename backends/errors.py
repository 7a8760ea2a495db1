"""What can go wrong with a call, as a tree. Classes say what kind; sentences are rows.

The class of an error is chosen by the provider's code, then by HTTP status, never by message text.
Every sentence names the cause and the next step, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from backends.secrets import redactor
from backends.types import Words


class ProviderError(Exception):
    """A call that did not end well.

    `message`: our sentence (default: the class's own); `said`: the provider's own words, known
    secrets removed; `code`: the provider's code; `status`: HTTP status; `retry_after`: seconds the
    provider asked for; `retryable`: trying the same again later can help.
    """

    default: ClassVar[Words] = Words(
        "服务商拒绝了这次请求。请查看下方服务商的原话。",
        "The provider refused this request. See its own words below.",
    )

    def __init__(
        self,
        message: Words | None = None,
        *,
        code: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        retryable: bool = False,
        said: str = "",
    ) -> None:
        self.message = _cleaned(message) if message else self.default
        self.code = None if code is None else redactor.clean(code)[:64]
        self.status = status
        self.retry_after = retry_after
        self.retryable = retryable
        # Cleaned before it is cut: half a key would not be recognised.
        self.said = redactor.clean(said)[:500]
        super().__init__(self.message.en)


def _cleaned(message: Words) -> Words:
    """A sentence may repeat what was typed or received."""
    return Words(redactor.clean(message.zh), redactor.clean(message.en))


class InvalidRequest(ProviderError):
    """The request itself is wrong; sending it again unchanged never helps."""

    default = Words(
        "请求内容不被接受。请检查参数和对话后再发送。",
        "The request was not accepted. Check its parameters and turns, then send again.",
    )


class InvalidParam(InvalidRequest):
    """A parameter value outside what the model takes."""

    default = Words(
        "有参数超出了该模型的取值范围。请按面板上的范围调整。",
        "A parameter is outside this model's range. Adjust it to the range shown in the panel.",
    )


class ContextLength(InvalidRequest):
    """Persona, history and question together are longer than the model takes."""

    default = Words(
        "对话超过了该模型的长度上限。请缩短问题或人设，或开始新对话。",
        "The conversation is longer than this model takes. "
        "Shorten the question or persona, or start a new conversation.",
    )


class InvalidHistory(InvalidRequest):
    """The turns break the provider's rules (order, roles, empty content)."""

    default = Words(
        "对话轮次不合规则。请从最后一个问题重新发送，或开始新对话。",
        "The turns break the provider's rules. Resend the last question or start a new chat.",
    )


class UnknownModel(InvalidRequest):
    """No such provider, or no such model where the provider cannot be asked by name."""


class Authentication(ProviderError):
    """The provider does not accept the credentials."""

    default = Words(
        "服务商不接受这个密钥。请检查密钥是否正确、是否已开通该模型。",
        "The provider does not accept the key. Check that it is right and allowed for this model.",
    )


class MissingCredential(Authentication):
    """A live call was asked for and a key is not set."""


class ExpiredCredential(Authentication):
    """A short-lived token ran out; a fresh one may be fetched and the call made once more."""

    default = Words(
        "访问令牌已失效，换新后仍被拒绝。请检查 API Key 与 Secret Key。",
        "The access token expired and a fresh one was refused too. Check API Key and Secret Key.",
    )


class RateLimit(ProviderError):
    """Too many requests or tokens for now."""

    default = Words(
        "已达到速率上限。请等到下一分钟再发送。",
        "The rate limit is reached. Wait for the next minute, then send again.",
    )


class Quota(ProviderError):
    """The account's allowance is used up or unpaid; waiting a minute does not help."""

    default = Words(
        "账户额度已用完或欠费。请到服务商控制台查看。",
        "The account's quota is used up or unpaid. Look in the provider's console.",
    )


class ContentFilter(ProviderError):
    """The provider's safety review stopped the question or the answer."""

    default = Words(
        "内容未通过服务商的安全审核。请改写问题或开始新对话。",
        "The provider's safety review stopped it. Rephrase the question or start a new chat.",
    )


class NotRecorded(ProviderError):
    """The store cannot be written, so the call was not made: every call is on record first."""

    default = Words(
        "数据库无法写入，这次提问没有记录，所以没有发送。请检查数据目录后重试。",
        "The store cannot be written, so the question was not recorded and not sent. "
        "Check the data folder, then retry.",
    )


class NotRead(ProviderError):
    """The store cannot be read, so what was asked for cannot be shown."""

    default = Words(
        "数据库无法读取。请检查数据目录后重试。",
        "The store cannot be read. Check the data folder, then retry.",
    )


class Unavailable(ProviderError):
    """The provider is down or overloaded."""

    default = Words(
        "服务商暂时不可用。请稍后重试。",
        "The provider is unavailable at the moment. Try again a little later.",
    )


class Transport(ProviderError):
    """The connection failed; what the provider did with the request may be unknown."""

    default = Words(
        "连接中断。请检查网络后重试。",
        "The connection failed. Check the network, then try again.",
    )


class Timeout(Transport):
    """A deadline of ours passed."""

    default = Words(
        "服务商在规定时间内没有回应，这次请求可能已计费。可以重试。",
        "The provider did not answer in time; the request may have been billed. You can retry.",
    )


class Protocol(Transport):
    """The provider's bytes are not what its protocol says, or the answer was cut."""

    default = Words(
        "服务商返回的内容不符合协议，回答可能不完整。可以重试。",
        "The reply breaks the provider's protocol; the answer may be incomplete. You can retry.",
    )


class Cancelled(Transport):
    """The user pressed Stop."""

    default = Words("已停止。", "Stopped.")


NOTHING = Words("", "")


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One documented code of one provider: its class, its meaning, what to do about it."""

    kind: type[ProviderError]
    cause: Words
    todo: Words = NOTHING
    retryable: bool = False

    def error(
        self,
        code: str,
        *,
        status: int | None = None,
        said: str = "",
        retry_after: float | None = None,
    ) -> ProviderError:
        """The exception this row describes."""
        return self.kind(
            self.cause.then(self.todo),
            code=code,
            status=status,
            said=said,
            retry_after=retry_after,
            retryable=self.retryable,
        )


ErrorTable = Mapping[str, ErrorRow]


def row(
    kind: type[ProviderError], zh: str, en: str, todo: Words, *, retryable: bool = False
) -> ErrorRow:
    """A row of a provider's table: the cause in both languages, then what to do."""
    return ErrorRow(kind, Words(zh, en), todo, retryable)


_BY_STATUS: Mapping[int, type[ProviderError]] = {
    400: InvalidRequest,
    401: Authentication,
    402: Quota,
    403: Authentication,
    404: UnknownModel,
    413: ContextLength,
    422: InvalidRequest,
    429: RateLimit,
}


def find_row(table: ErrorTable, code: str) -> ErrorRow | None:
    """The row of a code, which may be finer than it: `InvalidParameter.model` is found under
    `InvalidParameter`. None where there is none."""
    return table.get(code) or table.get(code.partition(".")[0])


def sentence_of(kind: str) -> Words:
    """What an error of the class so named means where no code says more."""
    return _defaults(ProviderError).get(kind, ProviderError.default)


def _defaults(root: type[ProviderError]) -> dict[str, Words]:
    found = {root.__name__: root.default}
    for each in root.__subclasses__():
        found |= _defaults(each)
    return found


def from_code(
    table: ErrorTable,
    code: str | None,
    *,
    status: int | None = None,
    said: str = "",
    retry_after: float | None = None,
) -> ProviderError:
    """The error for a provider's code, else for its HTTP status, else the bare ProviderError."""
    if code is not None:
        found = find_row(table, code)
        if found is not None:
            return found.error(code, status=status, said=said, retry_after=retry_after)
    kind = _BY_STATUS.get(status or 0, ProviderError)
    if status is not None and status >= 500:
        kind = Unavailable
    return kind(
        code=code,
        status=status,
        said=said,
        retry_after=retry_after,
        retryable=kind in (RateLimit, Unavailable),
    )
