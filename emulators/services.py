"""The services there are, with their routes."""

from __future__ import annotations

from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from . import openai, qianfan_v1, qianfan_v2, spark
from .endpoint import Endpoint
from .exchange import Exchange, Refused
from .keys import OPENAI_KEYS, QIANFAN_KEYS, SPARK_KEYS
from .qianfan_access import Access, Tokens
from .qianfan_v1_rules import gateway_error
from .service import Service
from .stage import Stage

V1: Final = "/rpc/2.0/ai_custom/v1/wenxinworkshop"


def _qianfan(stage: Stage, tokens: Tokens) -> Starlette:
    access = Access(stage.keys, tokens)
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
        Route("/{rest:path}", new(openai.not_found)),
    ])  # fmt: skip


def _spark(stage: Stage, tokens: Tokens) -> Starlette:
    return Starlette(routes=[
        WebSocketRoute("/{rest:path}", spark.Chat(stage)),
        Route("/{rest:path}", Endpoint(stage, "spark", _no_route)),
    ])  # fmt: skip


def _openai(stage: Stage, tokens: Tokens) -> Starlette:
    here = partial(Endpoint, stage, "openai")
    return Starlette(routes=[
        Route("/v1/chat/completions", here(openai.chat, openai.REFUSALS, faulty=True)),
        Route("/v1/models", here(openai.models)),
        Route("/{rest:path}", here(openai.not_found)),
    ])  # fmt: skip


async def _unsupported(exchange: Exchange) -> None:
    raise gateway_error(3, "Unsupported openapi method")


async def _no_route(exchange: Exchange) -> None:
    raise Refused(404, {"message": "no Route matched with those values"})


SERVICES: Final = (
    Service(
        "qianfan",
        _qianfan,
        {"QIANFAN_BASE_URL": "", "QIANFAN_V2_BASE_URL": "/v2", "QIANFAN_IAM_BASE_URL": ""},
        QIANFAN_KEYS,
    ),
    Service("spark", _spark, {"SPARK_BASE_URL": ""}, SPARK_KEYS, scheme="ws"),
    Service("openai", _openai, {"DEEPSEEK_BASE_URL": "/v1"}, OPENAI_KEYS, path="/v1"),
)
BY_NAME: Final = {service.name: service for service in SERVICES}
