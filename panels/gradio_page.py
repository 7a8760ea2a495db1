"""The Gradio page around the widgets: its language, its looks, and what it may load.

Gradio translates static texts in the browser by `navigator.language`, which it reads when its
bundle loads; `launch(head=)` runs later than that. A choice of language must therefore be in the
page before any other script: the gate puts it there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import gradio as gr

from backends import CATALOGUE, Words
from panels.gradio_compare_style import COMPARE_CSS
from panels.gradio_patience import PATIENT_CSS, PATIENT_SCRIPT
from panels.gradio_stream import STREAM_SCRIPT
from panels.gradio_style import CSS
from panels.gradio_tab import ONCE_SCRIPT, PAGE_SCRIPT, TAB_SCRIPT
from panels.words import WORDS

TITLE = "Tunedesk 调参台"

# What Gradio leaves nameless, has no place for, or says in English only.
_NAMES = {
    lang: {
        "nameless": [
            [f"{box} .{button}-button", said]
            for box in ("#question", "#compare-question")
            for button, said in (("submit", send), ("stop", stop))
        ],
        "tips": [
            [f".knob-{name} .knob-send label", spec.help.zh if lang == "zh-CN" else spec.help.en]
            for name, spec in CATALOGUE.items()
        ],
        "translated": translated,
    }
    for lang, send, stop, translated in (
        ("en", WORDS["send"].en, WORDS["stop"].en, []),
        (
            "zh-CN",
            WORDS["send"].zh,
            WORDS["stop"].zh,
            [
                ["Copy message", "复制"],
                ["Copied message", "已复制"],
                ["Copy", "复制"],
                ["Toggle Sidebar", "展开或收起侧栏"],
                ["number input for", "数值："],
                ["range slider for", "滑块："],
                ["Code input container", "代码"],
                ["chatbot conversation", "对话"],
                ["user's message", "问题"],
                ["bot's message", "回答"],
                ["Upload file", "上传文件"],
                ["Paste from clipboard", "从剪贴板粘贴"],
                ["Record audio", "录音"],
            ],
        ),
    )
}

# Sets the language before Gradio's bundle asks for it: the address, else an earlier choice, else
# the browser's own. Everything that is not Chinese is shown in English.
FIRST_SCRIPT = """<script>(() => {
  const asked = new URLSearchParams(location.search).get('lang');
  let kept = null;
  try {
    if (asked) localStorage.setItem('tunedesk.lang', asked);
    kept = localStorage.getItem('tunedesk.lang');
  } catch { /* storage may be forbidden */ }
  const lang = /^zh/i.test(asked || kept || navigator.language) ? 'zh-CN' : 'en';
  Object.defineProperty(navigator, 'language', {get: () => lang});
  Object.defineProperty(navigator, 'languages', {get: () => [lang]});
  document.documentElement.lang = lang;
  addEventListener('DOMContentLoaded', () => {
    const names = NAMES[lang];
    const name = (node) => {
      for (const [selector, text] of names.nameless)
        if (node.matches(selector) && node.ariaLabel !== text) node.ariaLabel = text;
      for (const [selector, text] of names.tips)
        if (node.matches(selector) && node.title !== text) node.title = text;
      for (const attribute of ['aria-label', 'title']) {
        const said = node.getAttribute(attribute) || '';
        const found = names.translated.find(([english]) => said.startsWith(english));
        if (found) node.setAttribute(attribute, found[1] + said.slice(found[0].length));
      }
    };
    const look = (root) => root.querySelectorAll?.('button, input, label, [aria-label]')
      .forEach(name);
    new MutationObserver((changes) => changes.forEach((change) => {
      change.addedNodes.forEach((node) => { if (node.matches) name(node); look(node); });
      if (change.attributeName) name(change.target);
    })).observe(document.body, {childList: true, subtree: true,
                                attributeFilter: ['aria-label', 'title', 'class']});
  });
})()</script>"""

# Gradio tells screen readers this at the end of an act, by a name that is not in its catalogue.
_THEIRS = {"common.complete": Words("已完成", "Complete")}
LANGUAGE_JS = "() => document.documentElement.lang.startsWith('zh') ? 'zh' : 'en'"
WIDTH_JS = "() => window.innerWidth"
SWITCH_JS = """(lang) => {
  const url = new URL(location.href);
  url.searchParams.set('lang', lang);
  location.href = url;
}"""


def word(key: str) -> Any:
    """A static text by its key of `words`, for a label that the browser translates."""
    if key not in _texts():
        raise KeyError(key)
    return gr.I18n()(key)


def mount_options() -> dict[str, Any]:
    """What `gr.mount_gradio_app` needs for this page; no request leaves loopback with these."""
    return {
        "i18n": gr.I18n(
            en={key: words.en for key, words in _texts().items()},
            zh={key: words.zh for key, words in _texts().items()},
            **{"zh-CN": {key: words.zh for key, words in _texts().items()}},
        ),
        "theme": gr.themes.Default(),
        "css": CSS + COMPARE_CSS + PATIENT_CSS,
        "footer_links": [],
        "run_history": False,
        # A failure is told in words of ours, or not at all.
        "show_error": False,
        # A minute of stereo WAV has 11 MB; pictures are limited further by each model.
        "max_file_size": "20mb",
        "ssr_mode": False,
    }


def _texts() -> Mapping[str, Words]:
    """The catalogue's texts that need no filling in, the knobs' labels, and one of Gradio's own."""
    fixed = {key: words for key, words in WORDS.items() if "{" not in words.en}
    return fixed | {f"knob_{name}": spec.label for name, spec in CATALOGUE.items()} | _THEIRS


def first_script() -> bytes:
    """What stands at the top of the page, before Gradio's own scripts."""
    return (
        PATIENT_SCRIPT
        + STREAM_SCRIPT
        + TAB_SCRIPT
        + ONCE_SCRIPT
        + PAGE_SCRIPT
        + FIRST_SCRIPT.replace("NAMES", json.dumps(_NAMES), 1)
    ).encode()
