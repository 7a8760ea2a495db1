"""What a service says of itself: its models, the model that answered, functions it asks for."""

from __future__ import annotations

from typing import Any

import pytest

from backends import PROVIDERS, Call, ProviderError
from tests.conftest import SPECS, Rig, ask

LISTING = [provider.name for provider in PROVIDERS if provider.lists_models]
SILENT = [provider.name for provider in PROVIDERS if not provider.lists_models]
TOOLS = [name for name, spec in SPECS.items() if spec.param("tools") or spec.param("functions")]
FUNCTION = {
    "name": "get_weather",
    "description": "The weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}


@pytest.mark.parametrize("provider", LISTING)
def test_a_service_tells_which_models_it_has(rig: Rig, provider: str) -> None:
    names = rig.client.served(provider)
    assert names and all(names)
    assert len(rig.received) >= 1, "it was really asked"


@pytest.mark.parametrize("provider", SILENT)
def test_a_service_without_a_list_says_so(rig: Rig, provider: str) -> None:
    with pytest.raises(ProviderError) as refused:
        rig.client.served(provider)
    assert provider in refused.value.message.en
    assert rig.received == []


def test_a_wrong_key_is_told_when_models_are_asked_for(rig: Rig) -> None:
    rig.wrong_keys = True
    with pytest.raises(ProviderError) as refused:
        rig.client.served("deepseek")
    assert type(refused.value).__name__ == "Authentication"


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("model", ["qianfan/ernie-3.5-8k", "deepseek/deepseek-chat"])
def test_the_model_that_answered_is_on_record(rig: Rig, model: str, stream: bool) -> None:
    call = rig.call(model, stream=stream, params={"max_output_tokens": 5})
    assert call.served_model == call.model


@pytest.mark.parametrize("stream", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("model", TOOLS)
def test_a_function_that_the_model_asks_for_is_an_answer(
    rig: Rig, model: str, stream: bool
) -> None:
    call = _asked_for_weather(rig, model, stream)
    if not call.tool_calls:
        # Its emulator knows no function calls, as its document describes none in full.
        assert call.state in ("ok", "length") and call.text
        return
    [asked] = call.tool_calls
    assert asked.name == "get_weather" and '"city"' in asked.arguments
    assert call.state == "ok"
    assert call.time_to_first_token is not None


def _asked_for_weather(rig: Rig, model: str, stream: bool) -> Call:
    plain = SPECS[model].param("functions")
    params: dict[str, Any] = (
        {"functions": [FUNCTION]}
        if plain
        else {"tools": [{"type": "function", "function": FUNCTION}]}
    )
    request = ask(model, "请用 get_weather 查一下天气。", params=params, stream=stream)
    return rig.client.start(request).result(20)


def test_most_services_were_asked_for_a_function_and_did_ask_back(rig: Rig) -> None:
    """Guards the test above against passing without a single function call."""
    asked = [model for model in TOOLS if _asked_for_weather(rig, model, True).tool_calls]
    services = {model.partition("/")[0] for model in asked}
    assert {"spark", "spark-http", "deepseek", "openai", "moonshot"} <= services


def test_search_sources_over_http_are_kept_and_are_no_function(rig: Rig) -> None:
    search = {"type": "web_search", "web_search": {"enable": True, "show_ref_label": True}}
    call = rig.call("spark-http/4.0Ultra", params={"tools": [search]})
    assert call.state == "ok" and call.text and call.tool_calls == ()
    assert "example" in str(call.extras["web_search"])


def test_search_sources_are_kept_with_the_call(rig: Rig) -> None:
    call = rig.call("spark/4.0Ultra", params={"web_search": True, "show_ref_label": True})
    [source, *_] = call.extras["ifly_search"]
    assert set(source) == {"index", "url", "title"}
    assert call.state == "ok" and call.text


def test_what_the_safety_review_says_is_kept_with_the_call(rig: Rig) -> None:
    rig.running.fault = "content_filter"
    call = rig.call("qianfan-v1/ernie_speed")
    assert (call.state, call.finish_reason) == ("partial", "content_filter")
    assert call.extras["need_clear_history"] is True and "ban_round" in call.extras


def test_the_built_in_model_repeats_what_it_used(rig: Rig) -> None:
    call = rig.call("handbook/ngram", params={"temperature": 0.5})
    echoes = {trace.name: trace.echoed for trace in call.params}
    assert (echoes["temperature"], echoes["top_p"]) == (0.5, 0.7)
