"""What a provider is: a few facts and one method."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from backends import errors
from backends.errors import ErrorTable
from backends.secrets import Secret
from backends.types import ChatRequest, Delta, ModelSpec, RateLimit, Words
from backends.wire import Line


@dataclass(frozen=True, slots=True)
class Access:
    """Where and as whom a provider is called: base URLs and keys by variable name.

    `emulated` marks addresses of a local emulator; every call made so is labelled.
    """

    urls: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, Secret] = field(default_factory=dict)
    emulated: bool = False

    def key(self, name: str) -> str:
        """The value of a key, for the line that puts it on the wire.

        Raises:
            MissingCredential: it is not set.
        """
        if name not in self.keys:
            raise errors.MissingCredential(
                Words(
                    f"缺少密钥 {name}。请在环境变量或 .env 中设置。",
                    f"The key {name} is not set. Set it in the environment or in .env.",
                )
            )
        return self.keys[name].reveal()

    def has(self, *names: str) -> bool:
        """Whether all of these keys are set."""
        return all(name in self.keys for name in names)


class Provider(Protocol):
    """One service. `stream` is its whole behaviour; everything else is data.

    `base_urls`: variable → default address. `credentials`: alternatives, each the variables that
    together suffice; empty where none are needed. `open_models`: the service chooses the model by
    a name in the request, so names without a row are allowed, their facts unknown.
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
    def errors(self) -> ErrorTable: ...

    def unknown_model(self, name: str) -> ModelSpec:
        """The spec of a name without a row; asked only where `open_models`."""

    def stream(
        self,
        request: ChatRequest,
        model: ModelSpec,
        params: Mapping[str, Any],
        access: Access,
        line: Line,
    ) -> Iterator[Delta]:
        """Make the call over `line` and yield what comes back.

        `params` maps wire names to values already checked. With `request.stream` off the same
        answer comes as one delta. Ends normally only when the answer is whole.

        Raises:
            ProviderError: any class of the tree.
        """


def parse(event: str) -> dict[str, Any]:
    """One JSON object of a stream.

    Raises:
        Protocol: it is not a JSON object.
    """
    try:
        parsed = json.loads(event)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise errors.Protocol(said=event[:200])
    return parsed


def wire_messages(request: ChatRequest, *, system_role: bool) -> list[dict[str, str]]:
    """The turns as role/content objects; the persona first where it is a role of its own."""
    turns = [{"role": message.role, "content": message.content} for message in request.messages]
    if system_role and request.system.strip():
        turns.insert(0, {"role": "system", "content": request.system})
    return turns


def count(value: Any) -> int | None:
    """A token count as reported, None when it is no plausible count (fault rows 37 and 38)."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value < 2**63 else None


def rate_limit(headers: Mapping[str, str]) -> RateLimit | None:
    """The limit headers of an answer, names in any case; None when the provider sent none."""
    found = {
        name: value
        for name, value in headers.items()
        if "ratelimit" in name.lower() or name.lower() == "retry-after"
    }
    if not found:
        return None
    by_name = {name.lower(): value for name, value in found.items()}

    def figure(name: str) -> int | None:
        text = by_name.get(f"x-ratelimit-{name}", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    return RateLimit(
        figure("limit-requests"),
        figure("remaining-requests"),
        figure("limit-tokens"),
        figure("remaining-tokens"),
        found,
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header; None when absent or no plain number."""
    text = headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
