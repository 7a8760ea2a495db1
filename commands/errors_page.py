"""ERRORS.md, made from the providers' tables: `make docs` writes it, a test compares it."""

from __future__ import annotations

from pathlib import Path

from backends import PROVIDERS, ErrorRow, Provider

_HEAD = """# Errors of every service 各服务的错误码

Made from the tables in `backends/providers/` by `make docs`; do not edit.
The same number means different things in different products: look under the product that answered.
`python desk.py explain PROVIDER CODE` prints one row. *Retry* says whether sending the same again
later can help; Tunedesk itself repeats a call only where the provider provably did not process it.

本页由 `make docs` 从 `backends/providers/` 中的表生成，请勿手改。同一个数字在不同产品里含义不同，
请在给出它的产品下查找。“重试”指稍后原样再发是否可能成功。
"""


def errors_page() -> str:
    """The page as markdown."""
    return "\n".join([_HEAD, *(_section(provider) for provider in PROVIDERS if provider.errors)])


def _section(provider: Provider) -> str:
    label = provider.label
    rows = [_line(code, row) for code, row in provider.errors.items()]
    return "\n".join(
        [
            f"## `{provider.name}` {label.zh} · {label.en}",
            "",
            "| code | class | 原因与办法 | cause and what to do | retry |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _line(code: str, row: ErrorRow) -> str:
    words = row.cause.then(row.todo)
    cells = (f"`{code}`", row.kind.__name__, words.zh, words.en, "yes" if row.retryable else "no")
    return f"| {' | '.join(cell.replace('|', '·') for cell in cells)} |"


if __name__ == "__main__":
    Path("ERRORS.md").write_text(errors_page(), encoding="utf-8")
