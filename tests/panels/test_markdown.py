"""An answer loads nothing from elsewhere, whatever the model wrote, and code stays code."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from panels.answer import answer_markdown, error_text, plain
from panels.markdown import JOINER, as_typed, typed_markdown
from tests.panels.calls import failed

RENDER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
LOADS = re.compile(
    r"<(img|picture|source|iframe|script|style|link|object|embed|svg|video|audio|"
    r"input|body|div)\b",
    re.I,
)

PIECES = st.sampled_from(
    [
        "![a](http://e.vil/x.png)",
        "![",
        "](http://e.vil/x)",
        "![a][r]",
        "[r]: http://e.vil/x",
        "![r]",
        "!",
        "<img src=http://e.vil/x>",
        "<IMG\tsrc='//e.vil'>",
        "<div style='",
        "'>",
        "<svg>",
        "<style>",
        "<!--",
        "-->",
        "<http://e.vil/>",
        "```",
        "````",
        "~~~",
        "``",
        "`",
        "```html",
        "\\",
        "\n",
        "\n\n",
        "\r",
        "\r\n",
        "    ",
        "  ",
        "\t",
        "- ",
        "1. ",
        "> ",
        "* ",
        "a",
        "word ",
        "|",
        "| a | b |\n| - | - |\n",
        "$$",
        "$",
        ":::",
        "\u2028",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        "#",
        "vector<int>",
        "`vector<int>`",
        "---",
        '"',
        "title",
        "   ",
        "10. ",
    ]
)
TEXTS = st.lists(PIECES, max_size=24).map("".join) | st.text(max_size=60)


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
@example("!![a](http://e.vil/x)")
@example("- a\n  ```\n<img src=x>\n```")
@example("- a\n  ```\n  b\n<div>\n  ```\n  <div>")
@example("foo `\n` ![a](http://e.vil/x) `")
@example("| ` | ` <img src=x> ` |\n| - | - |")
@example("foo\n    ```\n    <img src=x>\n    ```")
@example("```a`\n<img src=x>")
@example("```\\| a | b |\n| - | - |\n![a](http://e.vil/x.png)")
@example("   ```\n <img src=x>\n      ```\n<img src=y>")
def test_nothing_is_ever_loaded(text: str) -> None:
    rendered = RENDER.render(answer_markdown(text))
    assert not LOADS.search(rendered), rendered
    typed = typed_markdown(text)
    assert not LOADS.search(RENDER.render(typed)), typed
    assert as_typed(typed) == text


def test_a_typed_diagram_is_its_source_wherever_a_line_may_begin() -> None:
    for break_ in ("\n", "\r", "\r\n"):
        shown = typed_markdown(f"a{break_}```mermaid{break_}graph{break_}```")
        assert "mermaid" not in shown
        assert as_typed(shown) == f"a{break_}```mermaid{break_}graph{break_}```"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("![cat](http://e.vil/c.png)", "[cat](http://e.vil/c.png)"),
        ('See ![](http://e.vil/c.png "t").', "See [http://e.vil/c.png](http://e.vil/c.png)."),
        ("<b>bold</b>", f"<{JOINER}b>bold<{JOINER}/b>"),
        ("1 < 2 and a <3", "1 < 2 and a <3"),
        ("use `![a](u)`", f"use `!{JOINER}[a](u)`"),
        ("**fine** [link](https://example.org)", "**fine** [link](https://example.org)"),
        ("a `vector<int>` b", "a `vector<int>` b"),
        ("```mermaid\ngraph TD\n```", "```text\ngraph TD\n```"),
        ("[r]: http://e.vil/x", f"[r]{JOINER}: http://e.vil/x"),
    ],
)
def test_how_it_looks(written: str, shown: str) -> None:
    assert answer_markdown(written) == shown


@pytest.mark.parametrize(
    "code",
    [
        '```html\n<img src="x">\n![a](b)\n```',
        "text\n```cpp\nstd::vector<int> a;\n\n  b<T>();\n```\nmore",
        "~~~\n<div>\n```\n<b>\n~~~\n",
        "````md\n```html\n<img>\n```\n````",
        "1. Write this:\n   ```html\n   <div>\n     <b>\n\n   </div>\n   ```\n2. Then:\n\n"
        "   ```html\n   <p>\n   ```",
        "- a\n\n  - b\n\n    ```html\n    <p>\n    ```\n",
        "$$\nx = 1\n$$\n\n```html\n<p>\n```",
        "```html\n<img src=still-open>",
    ],
)
def test_fenced_code_can_be_copied_as_it_is(code: str) -> None:
    assert answer_markdown(code) == code


@pytest.mark.parametrize("opening", ["$$\n```\n$$", ":::note\n```\n:::", "    $$\n$$\n```"])
def test_maths_and_directives_cannot_hide_a_picture(opening: str) -> None:
    shown = answer_markdown(f"{opening}\n<img src=x> ![a](http://e.vil)")
    assert "<img" not in shown and "![" not in shown


def test_a_definition_that_would_swallow_a_fence_is_none() -> None:
    assert f"[a]{JOINER}: /u" in answer_markdown('[a]: /u "\n```\n"\n<img src=x>')


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_foreign_words_are_words(text: str) -> None:
    rendered = RENDER.renderInline(f"before ({plain(text)}) after")
    text = text.replace("\0", "")
    rest = (
        rendered.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
        .replace("&quot;", '"')
    )
    assert " ".join(rest.split()) == " ".join(f"before ({' '.join(text.split())}) after".split())


def test_a_providers_words_are_plain_text() -> None:
    shown = error_text(failed("![x](http://e.vil/p) <img src=x>\n# **big** invalid_model"), "en")
    rendered = RENDER.render(shown)
    assert "<img" not in rendered and "<strong>" not in rendered and "<h1>" not in rendered
    assert "invalid_model" in shown
