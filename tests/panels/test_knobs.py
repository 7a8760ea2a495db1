"""The panel: what each model takes, drawn so that no widget can lie about what is sent."""

from __future__ import annotations

import math

import pytest

from backends import CATALOGUE, PROVIDERS, ModelSpec, ParamSpec, Words, account
from backends.account import check_params
from backends.errors import InvalidParam
from panels.bounds import NUMBERS
from panels.knobs import (
    Knob,
    default_values,
    knob_caption,
    knobs,
    neutral_values,
    requested,
    union,
)
from panels.words import Lang

MODELS = [model for provider in PROVIDERS for model in provider.models]
LOOSE = [provider.unknown_model("brand-new") for provider in PROVIDERS if provider.open_models]
EVERY = pytest.mark.parametrize("model", [*MODELS, *LOOSE], ids=lambda model: str(model.name))


def knob(model: ModelSpec, name: str) -> Knob:
    return next(one for one in knobs(model) if one.name == name)


def named(name: str) -> ModelSpec:
    return next(model for model in MODELS if model.name == name)


@EVERY
def test_nothing_is_hidden(model: ModelSpec) -> None:
    assert [one.name for one in knobs(model)] == list(CATALOGUE)
    for one in knobs(model):
        assert one.enabled != bool(one.reason.zh)
        assert one.enabled == (model.param(one.name) is not None)
        assert bool(one.wire_name) == one.enabled


@EVERY
def test_a_knob_starts_where_it_can_stand(model: ModelSpec) -> None:
    for one in knobs(model):
        if one.kind not in NUMBERS:
            wanted = {"bool": (True, False), "choice": one.choices}.get(one.kind)
            assert isinstance(one.start, str) if wanted is None else one.start in wanted
            continue
        assert one.minimum <= one.start <= one.maximum
        numbers = (one.minimum, one.maximum, one.step, one.start)
        assert all(math.isfinite(number) for number in numbers)
        # Streamlit refuses a slider whose numbers are of different types.
        assert len({type(number) for number in numbers}) == 1


@EVERY
def test_whatever_the_widget_can_say_the_door_accepts(model: ModelSpec) -> None:
    for one in knobs(model):
        if one.enabled and one.kind in NUMBERS:
            for value in (one.minimum, one.maximum, one.start):
                spec = model.param(one.name)
                needed = dict([spec.needs]) if spec is not None and spec.needs else {}
                check_params(account(model, {**needed, one.name: value}))
        for word in one.choices if one.enabled and one.kind == "choice" else ():
            check_params(account(model, {one.name: word}))


@EVERY
@pytest.mark.parametrize("preset", [neutral_values, default_values])
def test_both_buttons_set_what_the_door_accepts(model: ModelSpec, preset: object) -> None:
    assert callable(preset)
    values = preset(model)
    assert list(values) == list(CATALOGUE)
    asked = requested(
        {name: value for name, (value, _) in values.items()},
        {name: send for name, (_, send) in values.items()},
    )
    traces = account(model, asked)
    check_params(traces)
    assert {trace.outcome for trace in traces} <= {"sent", "provider default", "off"}


@EVERY
def test_defaults_send_nothing_and_show_what_is_documented(model: ModelSpec) -> None:
    for name, (value, send) in default_values(model).items():
        spec = model.param(name)
        assert not send
        if spec is not None and spec.default is not None:
            assert value == spec.default, name


def test_neutral_sends_only_values_that_do_nothing() -> None:
    values = neutral_values(named("ernie-speed-8k"))
    assert values["temperature"] == (1.0, True)
    assert values["frequency_penalty"] == (0.0, True)
    assert values["seed"][1] is False and values["stop"] == ("", False)
    spark = neutral_values(named("generalv3.5"))
    assert spark["top_k"] == (6, True)
    assert spark["top_p"][1] is False


def test_a_neutral_value_outside_the_range_is_not_sent() -> None:
    narrow = CATALOGUE["temperature"].but(wire_name="t", minimum=0, maximum=0.5, default=0.2)
    assert neutral_values(ModelSpec("m", "M", (narrow,)))["temperature"] == (0.2, False)


def test_an_open_range_starts_one_step_above() -> None:
    assert knob(named("ernie-speed-8k"), "temperature").minimum == 0.01
    seed = knob(named("ernie-speed-8k"), "seed")
    assert (seed.minimum, type(seed.minimum), seed.slides) == (1, int, False)
    assert knob(named("ernie-speed-8k"), "temperature").slides


def test_without_documented_bounds_the_widget_is_wide_and_the_text_says_so() -> None:
    one = knob(named("ernie-4.5-turbo-128k"), "temperature")
    assert (one.range, one.default) == ("", None)
    assert one.maximum > 2
    assert "range not documented" in knob_caption(one, "en")
    assert "默认值未说明" in knob_caption(one, "zh")


def test_the_union_covers_every_model() -> None:
    covering = {one.name: one for one in union([*MODELS, *LOOSE])}
    for model in [*MODELS, *LOOSE]:
        for one in knobs(model):
            wide = covering[one.name]
            if one.enabled:
                assert wide.enabled
                assert wide.minimum <= one.minimum and one.maximum <= wide.maximum
            if one.kind in NUMBERS:
                assert wide.minimum <= wide.start <= wide.maximum
    assert [one.name for one in union([])] == list(CATALOGUE)
    assert not any(one.enabled for one in union([]))


def test_only_what_is_switched_on_is_requested_and_as_it_is() -> None:
    values = {
        "temperature": math.nan,
        "top_p": 7,
        "stop": "完\r\n two words \n\n",
        "seed": None,
        "future": 1,
    }
    send = dict.fromkeys(values, True) | {"top_p": False}
    asked = requested(values, send)
    assert math.isnan(asked.pop("temperature"))
    assert asked == {"stop": ("完", " two words "), "seed": None, "future": 1}
    assert requested(values, {}) == {}


@pytest.mark.parametrize("value", [math.nan, math.inf, None, "warm", 0, 3.5])
def test_the_door_refuses_what_the_panel_lets_through(value: object) -> None:
    asked = requested({"temperature": value}, {"temperature": True})
    with pytest.raises(InvalidParam):
        check_params(account(named("ernie-speed-8k"), asked))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_captions(lang: Lang) -> None:
    caption = knob_caption(knob(named("ernie-speed-8k"), "max_output_tokens"), lang)
    assert "`max_tokens`" in caption and "[2, 2048]" in caption and "1024" in caption
    assert "](https://cloud.baidu.com/doc/" in caption
    assert "\n" not in caption
    off = knob_caption(knob(named("lite"), "seed"), lang)
    assert (
        off
        == {
            "zh": "该模型没有这个参数，因此不发送。",
            "en": "This model has no such parameter, so it is not sent.",
        }[lang]
    )


def test_stop_strings_are_limited_in_number_and_length() -> None:
    stop = knob(named("ernie-speed-8k"), "stop")
    assert "最多 4 个，每个最多 20 个字符" in knob_caption(stop, "zh")
    assert "up to 16" in knob_caption(knob(named("deepseek-chat"), "stop"), "en")


def test_a_parameter_of_tomorrow_gets_a_usable_knob() -> None:
    spec = ParamSpec(
        "temperature",
        "float",
        Words("新", "New"),
        Words("", ""),
        wire_name="t",
        minimum=0.1,
        exclusive_minimum=True,
        step=0.2,
    )
    one = knob(ModelSpec("m", "M", (spec,)), "temperature")
    assert one.minimum == 0.3


def test_json_is_read_and_what_is_none_is_refused_with_a_sentence() -> None:
    model = named("ernie-3.5-8k")
    asked = requested({"tools": '[{"type": "function"}]'}, {"tools": True})
    assert asked == {"tools": [{"type": "function"}]}
    check_params(account(model, asked))
    with pytest.raises(InvalidParam, match="JSON"):
        check_params(account(model, requested({"tools": "[{"}, {"tools": True})))


def test_what_one_tunes_is_drawn_openly() -> None:
    openly = [one.name for one in knobs(named("ernie-speed-8k")) if one.main]
    assert openly[:4] == ["temperature", "top_p", "penalty_score", "max_output_tokens"]
    assert "user_id" not in openly and "stop" in openly


def test_a_penalty_of_another_kind_is_explained_not_converted() -> None:
    [trace] = [
        trace
        for trace in account(named("deepseek-r1"), {"penalty_score": 1.2})
        if trace.name == "penalty_score"
    ]
    assert (trace.outcome, trace.sent) == ("not supported", None)
    assert "repetition_penalty" in trace.reason.zh and "converted" in trace.reason.en


def test_what_needs_another_setting_says_which() -> None:
    model = named("gpt-4.1")
    [told] = [
        trace for trace in account(model, {"top_logprobs": 3}) if trace.outcome == "out of range"
    ]
    assert "logprobs = true" in told.reason.en and "logprobs = true" in told.reason.zh
    check_params(account(model, {"top_logprobs": 3, "logprobs": True}))
