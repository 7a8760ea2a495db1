"""Keys of one's own in Gradio: boxes whose content Gradio's server never has.

A component's value goes to the server as state of its session, which Gradio's own routes can show.
So the browser sends what was typed straight to a route of ours, and empties the boxes.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import gradio as gr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from backends import Provider, Words, key_fields, strict_json
from panels.gradio_events import QUIET
from panels.gradio_own import NameList
from panels.gradio_page import word
from panels.gradio_tab import here, tab, visitor
from panels.own_keys import OwnKeys
from panels.words import WORDS, Lang, pick, t

ROUTE = "/tunedesk/keys"
# What comes is a few keys; a longer body is not read to its end.
_MOST = 20_000

_SAVE_JS = """async (lang, provider, ...values) => {
  const unreached = UNREACHED;
  let told = unreached;
  try {
    const answer = await fetch('tunedesk/keys', {
      method: 'POST',
      headers: {'Content-Type': 'application/json'},
      body: JSON.stringify({provider, values: values.map((value) => value ?? '')}),
    });
    told = {...unreached, ...await answer.json()};
  } catch { /* the network; said below */ }
  return [...values.map(() => ''), told[lang]];
}""".replace("UNREACHED", json.dumps(WORDS["own_keys_unreached"]._asdict()))


@dataclass(slots=True)
class KeyPanel:
    """The widgets, in a section that is closed at first."""

    own: OwnKeys
    section: Any = field(init=False)
    provider: Any = field(init=False)
    about: Any = field(init=False)
    boxes: list[Any] = field(init=False)
    save: Any = field(init=False)
    forget: Any = field(init=False)
    said: Any = field(init=False)

    def draw(self) -> None:
        """Draw them, with a box for each field of the provider that has the most."""
        first = self.own.providers[0]
        with gr.Accordion(word("own_keys"), open=False, elem_id="own-keys") as self.section:
            gr.Markdown(word("own_keys_help"), elem_classes="quiet")
            self.provider = NameList(
                self._choices("en"),
                value=first.name,
                label=word("provider"),
                elem_id="own-keys-provider",
                elem_classes="small-list",
            )
            self.about = gr.Markdown(elem_classes="quiet", elem_id="own-keys-about")
            names = key_fields(first)
            self.boxes = [
                _box(names[place] if place < len(names) else "")
                for place in range(self.own.most_fields)
            ]
            with gr.Row():
                self.save = gr.Button(word("own_keys_save"), size="sm", min_width=80)
                self.forget = gr.Button(word("own_keys_forget"), size="sm", min_width=80)
            self.said = gr.Markdown(elem_classes="quiet", elem_id="own-keys-said")

    def wire(self, language: Any, model: Any) -> list[Any]:
        """Connect them; opened, the section is about the provider of the chosen model.

        Returns the events after which another may answer than before.
        """
        shown = [self.provider, self.about, *self.boxes]
        self.section.expand(self._opened, [language, model], shown, **QUIET)
        fit = {"fn": self._shown, "inputs": [language, self.provider], "outputs": shown, **QUIET}
        # The boxes of another provider begin empty.
        self.provider.input(None, None, [*self.boxes, self.said], js=self._empty_js, **QUIET)
        self.provider.input(**fit)
        kept = self.save.click(
            None,
            [language, self.provider, *self.boxes],
            [*self.boxes, self.said],
            js=_SAVE_JS,
            **QUIET,
        ).then(**fit)
        asked = [language, self.provider]
        gone = self.forget.click(self._forget, asked, self.said, **QUIET).then(**fit)
        return [kept, gone]

    @property
    def _empty_js(self) -> str:
        return f"() => {json.dumps([''] * (len(self.boxes) + 1))}"

    def _choices(self, lang: Lang) -> list[tuple[str, str]]:
        return [(pick(each.label, lang), each.name) for each in self.own.providers]

    def _find(self, name: Any) -> Provider | None:
        return next((each for each in self.own.providers if each.name == name), None)

    def _opened(self, lang: Lang, model: str) -> list[Any]:
        found = self._find((model or "").partition("/")[0]) or self.own.providers[0]
        update = gr.update(choices=self._choices(lang), value=found.name)
        return [update, *self._shown(lang, found.name)[1:]]

    def _shown(self, lang: Lang, name: Any) -> list[Any]:
        found = self._find(name)
        if found is None:
            return [gr.skip() for _ in range(2 + len(self.boxes))]
        names = key_fields(found)
        boxes = [
            gr.update(label=names[place] if place < len(names) else "", visible=place < len(names))
            for place in range(len(self.boxes))
        ]
        return [gr.skip(), self.own.about(found, here(), lang), *boxes]

    def _forget(self, lang: Lang, name: Any, request: gr.Request) -> str:
        found = self._find(name)
        if found is not None:
            self.own.typed.forget(visitor(request), found)
        return t("own_keys_forgotten", lang)


def _box(label: str) -> Any:
    return gr.Textbox(
        label=label,
        type="password",
        visible=bool(label),
        max_lines=1,
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
        elem_classes="own-key",
    )


def receiver(own: OwnKeys) -> Callable[[Request], Awaitable[Response]]:
    """What answers at `ROUTE`: it keeps the keys of the tab that sends them, and says so."""

    async def receive(request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _MOST:
                return _told(WORDS["own_keys_malformed"])
        if tab(request) is None:
            return _told(WORDS["own_keys_no_tab"])
        try:
            sent = strict_json(body)
        except (ValueError, RecursionError):
            sent = None
        if not isinstance(sent, dict):
            return _told(WORDS["own_keys_malformed"])
        return _told(own.keep(visitor(request), sent.get("provider"), sent.get("values")))

    return receive


def _told(words: Words) -> Response:
    return JSONResponse(words._asdict(), headers={"Cache-Control": "no-store"})
