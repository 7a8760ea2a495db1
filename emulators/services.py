"""The services: their routes, addresses and credentials."""

from __future__ import annotations

from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from . import openai, qianfan_v1, qianfan_v2, spark
from .endpoint import Endpoint
from .exchange import Exchange, Refused
from .qianfan_access import Access, Tokens
from .qianfan_v1_rules import gateway_error
from .stage import Stage

NAMES: Final = ("qianfan", "spark", "openai")
V1: Final = "/rpc/2.0/ai_custom/v1/wenxinworkshop"


def url(name: str, port: int) -> str:
    """The base URL of a service."""
    return {
        "qianfan": f"http://127.0.0.1:{port}",
        "spark": f"ws://127.0.0.1:{port}",
        "openai": f"http://127.0.0.1:{port}/v1",
    }[name]


def environment(urls: dict[str, str]) -> dict[str, str]:
    """The variables with which clients find the services in `urls`."""
    variables: dict[str, str] = {}
    if "qianfan" in urls:
        root = urls["qianfan"]
        variables |= {"QIANFAN_BASE_URL": root, "QIANFAN_V2_BASE_URL": f"{root}/v2"}
        variables |= {"QIANFAN_IAM_BASE_URL": root}
    if "spark" in urls:
        variables["SPARK_BASE_URL"] = urls["spark"]
    if "openai" in urls:
        variables["DEEPSEEK_BASE_URL"] = urls["openai"]
    return variables


def credentials(keys: dict[str, str], urls: dict[str, str]) -> dict[str, str]:
    """Those of `keys` that the services in `urls` accept."""
    prefixes = {"qianfan": "QIANFAN_", "spark": "SPARKAI_", "openai": "DEEPSEEK_"}
    wanted = tuple(prefixes[name] for name in urls)
    return {name: value for name, value in keys.items() if name.startswith(wanted)}


def app(name: str, stage: Stage, tokens: Tokens) -> Starlette:
    """The ASGI application of one service."""
    if name == "qianfan":
        return _qianfan(stage, Access(stage.keys, tokens))
    if name == "spark":
        return _spark(stage)
    return _openai(stage)


def _qianfan(stage: Stage, access: Access) -> Starlette:
    old, new = partial(Endpoint, stage, "qianfan-v1"), partial(Endpoint, stage, "qianfan")
    chat = old(qianfan_v1.Chat(access), qianfan_v1.REFUSALS, faulty=True)
    chat2 = new(qianfan_v2.Chat(access), qianfan_v2.REFUSALS, faulty=True)
    return Starlette(routes=[
        Route("/oauth/2.0/token", old(access.oauth)),
        Route("/v1/BCE-BEARER/token", new(access.iam)),
        Route(V1 + "/chat/{endpoint}", chat),
        Route(V1 + "/{rest:path}", old(_unsupported)),
        Route("/v2/chat/completions", chat2),
        Route("/v2/models", new(partial(qianfan_v2.models, access))),
        Route("/{rest:path}", new(_not_found)),
    ])  # fmt: skip


def _spark(stage: Stage) -> Starlette:
    return Starlette(routes=[
        WebSocketRoute("/{rest:path}", spark.Chat(stage)),
        Route("/{rest:path}", Endpoint(stage, "spark", _no_route)),
    ])  # fmt: skip


def _openai(stage: Stage) -> Starlette:
    here = partial(Endpoint, stage, "openai")
    return Starlette(routes=[
        Route("/v1/chat/completions", here(openai.chat, openai.REFUSALS, faulty=True)),
        Route("/v1/models", here(openai.models)),
        Route("/{rest:path}", here(_not_found)),
    ])  # fmt: skip


async def _unsupported(exchange: Exchange) -> None:
    raise gateway_error(3, "Unsupported openapi method")


async def _not_found(exchange: Exchange) -> None:
    text = f"Invalid URL ({exchange.scope['method']} {exchange.scope['path']})"
    inner = {"code": "not_found", "message": text, "type": "invalid_request_error"}
    raise Refused(404, {"error": inner}, "not_found")


async def _no_route(exchange: Exchange) -> None:
    raise Refused(404, {"message": "no Route matched with those values"})
