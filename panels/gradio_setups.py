"""What is set in each column of Gradio's comparison, as the browser keeps it.

The page sends it along with every event, so it is whatever a browser may send: everything is
checked here again, and the door checks what is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backends import ChatRequest, ModelSpec, Words
from panels import gradio_knobs, knobs, personas
from panels.compare import FEWEST, MOST, Column
from panels.gradio_persona import OWN
from panels.gradio_settings import Settings, overflow_of
from panels.words import Lang

# Model, persona, stream, overflow; behind them come the switches and values of the knobs.
_FIRST = 4


@dataclass(frozen=True, slots=True)
class Setup:
    """One column as its widgets hold it. `params` are those whose *send* is on."""

    model: str
    system: str
    stream: bool
    overflow: str
    params: Mapping[str, Any]

    @property
    def column(self) -> Column:
        """What the column asks for."""
        asked = knobs.requested(self.params, dict.fromkeys(self.params, True))
        return Column(self.model, asked, self.system, self.stream, overflow_of(self.overflow))

    @property
    def kept(self) -> dict[str, Any]:
        """The form that the browser keeps."""
        return {
            "model": self.model,
            "system": self.system,
            "stream": self.stream,
            "overflow": self.overflow,
            "params": dict(self.params),
        }


def of_model(model: str) -> Setup:
    """A column that asks a model and sets nothing."""
    return Setup(model, "", True, "stop", {})


def of_request(asked: ChatRequest) -> Setup:
    """The column that asks as a question was asked."""
    params = {name: knobs.held_form(name, value) for name, value in asked.params.items()}
    return Setup(asked.model, asked.system, asked.stream, asked.overflow, params)


def edited(settings: Settings, arrived: Sequence[Any]) -> Setup:
    """What stands in the panel, from the values of `settings.own`."""
    model, system, stream, overflow = arrived[:_FIRST]
    values, sends = settings.panel.read(arrived[_FIRST:])
    params = {name: value for name, value in values.items() if sends[name]}
    return Setup(_text(model), _text(system), bool(stream), overflow_of(overflow), params)


def kept(settings: Settings, arrived: Any) -> list[Setup] | None:
    """The columns from what the browser kept; None where that is nothing of ours."""
    if not isinstance(arrived, list) or not FEWEST <= len(arrived) <= MOST:
        return None
    if not all(isinstance(each, dict) for each in arrived):
        return None
    return [_kept(settings, each) for each in arrived]


def _kept(settings: Settings, each: Mapping[str, Any]) -> Setup:
    params = each.get("params")
    known = params if isinstance(params, dict) else {}
    return Setup(
        _text(each.get("model")),
        _text(each.get("system")),
        bool(each.get("stream")),
        overflow_of(each.get("overflow")),
        {name: known[name] for name in settings.panel.names if name in known},
    )


def outputs(settings: Settings) -> list[Any]:
    """What `loaded` updates."""
    return [
        *settings.own[:_FIRST],
        settings.persona.library,
        *settings.models.facts,
        *settings.panel.outputs,
        settings.panel.more,
    ]


def loaded(settings: Settings, setup: Setup, lang: Lang) -> dict[Any, Any]:
    """Updates that show a column in the panel."""
    spec = settings.models.find(setup.model)
    facts = settings.models.described(setup.model, lang)
    return {
        settings.models.choose: setup.model,
        settings.persona.text: setup.system,
        settings.persona.library: _persona(setup.system),
        settings.stream: setup.stream,
        settings.overflow: setup.overflow,
        **dict(zip(settings.models.facts, facts, strict=True)),
        **({} if isinstance(spec, Words) else _knobs(settings, spec, setup, lang)),
    }


def _knobs(settings: Settings, spec: ModelSpec, setup: Setup, lang: Lang) -> dict[Any, Any]:
    wanted = {
        knob.name: (setup.params[knob.name], True)
        if knob.name in setup.params
        else (knob.start, False)
        for knob in knobs.knobs(spec)
    }
    updates = gradio_knobs.preset(settings.panel, spec, lang, wanted)
    return {
        **dict(zip(settings.panel.outputs, updates, strict=True)),
        **more_sent(settings, setup, lang),
    }


def more_sent(settings: Settings, setup: Setup, lang: Lang) -> dict[Any, Any]:
    """The heading over the further knobs, which says how many of them are sent."""
    sends = {name: name in setup.params for name in settings.panel.names}
    return {settings.panel.more: gradio_knobs.more_update(settings.panel, sends, lang)}


def _persona(text: str) -> Any:
    """Where a text comes from: the library in either language, or one's own hand."""
    for persona in personas.PERSONAS:
        if text in (persona.text.zh, persona.text.en):
            return persona.key
    return OWN


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
