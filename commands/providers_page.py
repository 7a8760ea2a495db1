"""PROVIDERS.md, made from the providers' rows: `make docs` writes it, a test compares it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from backends import PROVIDERS, ModelSpec, ParamSpec, Provider, span

_HEAD = """# Services, models and parameters 服务、模型与参数

Made from the rows in `backends/providers/` by `make docs`; do not edit. An empty cell is a fact
that no document we have read states: it is unknown, and the apps show it so. Keys and addresses are
read from the environment or `.env`; a service without them is answered by a local emulator.

本页由 `make docs` 从 `backends/providers/` 生成，请勿手改。空格表示我们读过的文档都没有说明。
密钥与地址取自环境变量或 `.env`；没有设置的服务由本机模拟器回答。
"""
_FEW = 6


def providers_page() -> str:
    """The page as markdown."""
    return "\n".join([_HEAD, *(_section(provider) for provider in PROVIDERS)])


def _section(provider: Provider) -> str:
    label = provider.label
    return "\n".join(
        [
            f"## `{provider.name}/…` {label.zh} · {label.en}",
            "",
            *_access(provider),
            *_models(provider),
            *_parameters(provider),
        ]
    )


def _access(provider: Provider) -> Iterator[str]:
    if not provider.base_urls:
        yield from ("Built in 内置: no address, no key.", "")
        return
    keys = [" + ".join(f"`{name}`" for name in group) or "none" for group in provider.credentials]
    yield f"Keys 密钥: {' or '.join(keys) or 'none'}. Addresses 地址:"
    yield ""
    for name, default in provider.base_urls.items():
        yield f"- `{name}` (default `{default}`)" if default else f"- `{name}` (no default)"
    notes = [
        "any other model name of the service may be used" if provider.open_models else "",
        "it can be asked for its models" if provider.lists_models else "",
        "local mode only" if provider.local_only else "",
    ]
    said = "; ".join(note for note in notes if note)
    yield from ("", f"{said[0].upper()}{said[1:]}." if said else "", "") if said else ("",)


def _models(provider: Provider) -> Iterator[str]:
    if not provider.models:
        return
    yield "| model | label | takes | input limit | persona | status | document |"
    yield "|---|---|---|---|---|---|---|"
    for model in provider.models:
        cells = (
            f"`{model.name}`",
            model.label,
            ", ".join(sorted(model.inputs)),
            _limits(model),
            "yes" if model.takes_system else "no",
            f"retired {model.retired_on}" if model.retired_on else model.status,
            f"[source]({model.source})",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _limits(model: ModelSpec) -> str:
    counts = ((model.max_input_characters, "characters"), (model.max_input_tokens, "tokens"))
    return " / ".join(f"{count:,} {unit}" for count, unit in counts if count is not None)


def _parameters(provider: Provider) -> Iterator[str]:
    found: dict[ParamSpec, list[str]] = {}
    for model in provider.models:
        for spec in model.params:
            found.setdefault(spec, []).append(model.name)
    if not found:
        return
    yield "| parameter | wire name | range | default | models | document |"
    yield "|---|---|---|---|---|---|"
    for spec, names in sorted(found.items(), key=lambda item: item[0].name):
        every = len(names) == len(provider.models)
        cells = (
            spec.name,
            f"`{spec.wire_name}`",
            span(spec),
            "" if spec.default is None else str(spec.default),
            "all" if every else _named(names),
            f"[source]({spec.source})",
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _named(names: list[str]) -> str:
    more = [f"and {len(names) - _FEW} more"] if len(names) > _FEW else []
    return ", ".join([*(f"`{name}`" for name in names[:_FEW]), *more])


if __name__ == "__main__":
    Path("PROVIDERS.md").write_text(providers_page(), encoding="utf-8")
