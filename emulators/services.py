"""The services there are, with their routes."""

from __future__ import annotations

from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from .chatglm import chatglm, chatglm3
from .endpoint import Endpoint
from .exchange import Exchange, Refused
from .iflytek import iat, ocr, spark, spark_http, spark_http_rules, spark_image
from .keys import QIANFAN_KEYS, SPARK_HTTP_KEYS, SPARK_KEYS
from .openai import chat as openai
from .openai.row import Row
from .openai.rows import ROWS
from .qianfan import v1 as qianfan_v1
from .qianfan import v2 as qianfan_v2
from .qianfan import v2_rules as qianfan_v2_rules
from .qianfan.access import Access, Tokens
from .qianfan.v1_rules import gateway_error
from .service import Service
from .stage import Stage

V1: Final = "/rpc/2.0/ai_custom/v1/wenxinworkshop"


def _qianfan(stage: Stage, tokens: Tokens) -> Starlette:
    access = Access(stage.keys, tokens)
    old, new = partial(Endpoint, stage, "qianfan-v1"), partial(Endpoint, stage, "qianfan")
    chat = old(qianfan_v1.Chat(access), qianfan_v1.REFUSALS, faulty=True)
    chat2 = new(qianfan_v2.Chat(access), qianfan_v2.REFUSALS, faulty=True)
    return Starlette(routes=[
        Route("/oauth/2.0/token", old(access.oauth, mints=True)),
        Route("/v1/BCE-BEARER/token", new(access.iam, mints=True)),
        Route(V1 + "/chat/{endpoint}", chat),
        Route(V1 + "/{rest:path}", old(_unsupported)),
        Route("/v2/chat/completions", chat2),
        Route("/v2/models", new(partial(qianfan_v2.models, access))),
        Route("/{rest:path}", new(_invalid_url)),
    ])  # fmt: skip


def _spark(stage: Stage, tokens: Tokens) -> Starlette:
    return Starlette(routes=[
        WebSocketRoute("/{rest:path}", spark.Chat(stage)),
        Route("/{rest:path}", Endpoint(stage, "spark", _no_route)),
    ])  # fmt: skip


def _openai(row: Row, stage: Stage, tokens: Tokens) -> Starlette:
    here = partial(Endpoint, stage, row.name)
    chat = here(partial(openai.chat, row), openai.refusals(row), faulty=True)
    listed = [Route(f"{row.path}/models", here(partial(openai.models, row)))]
    return Starlette(routes=[
        Route(f"{row.path}/chat/completions", chat),
        *(listed if row.lists != "nothing" else []),
        Route("/{rest:path}", here(partial(openai.not_found, row))),
    ])  # fmt: skip


def _openai_service(row: Row) -> Service:
    keys = {row.key: f"fake-{row.name}-key-0000"} if row.key else {}
    return Service(row.name, partial(_openai, row), {row.variable: row.path}, keys, path=row.path)


def _spark_http(stage: Stage, tokens: Tokens) -> Starlette:
    here = partial(Endpoint, stage, "spark-http")
    v1, v2 = spark_http.Chat(spark_http_rules.V1), spark_http.Chat(spark_http_rules.V2)
    return Starlette(routes=[
        Route("/v1/chat/completions", here(v1, spark_http.REFUSALS, faulty=True)),
        Route("/v2/chat/completions", here(v2, spark_http.REFUSALS, faulty=True)),
        Route("/{rest:path}", here(_no_route)),
    ])  # fmt: skip


def _spark_image(stage: Stage, tokens: Tokens) -> Starlette:
    return Starlette(routes=[
        WebSocketRoute("/{rest:path}", spark_image.Chat(stage)),
        Route("/{rest:path}", Endpoint(stage, "spark-image", _no_route)),
    ])  # fmt: skip


def _iat(stage: Stage, tokens: Tokens) -> Starlette:
    return Starlette(routes=[
        WebSocketRoute("/{rest:path}", iat.Dictation(stage)),
        Route("/{rest:path}", Endpoint(stage, "iat", _no_route)),
    ])  # fmt: skip


def _ocr(stage: Stage, tokens: Tokens) -> Starlette:
    here = partial(Endpoint, stage, "ocr")
    return Starlette(routes=[
        Route(ocr.PATH, here(ocr.Reading(), ocr.REFUSALS, faulty=True)),
        Route("/{rest:path}", here(_no_route)),
    ])  # fmt: skip


def _chatglm(stage: Stage, tokens: Tokens) -> Starlette:
    here, server = partial(Endpoint, stage, "chatglm"), chatglm.Server()
    whole = here(server.whole, chatglm.REFUSALS, faulty=True)
    stream = here(server.stream, chatglm.REFUSALS, faulty=True)
    return Starlette(routes=[
        Route("/", whole, methods=["POST"]),
        Route("/stream", stream, methods=["POST"]),
        *(Route(path, here(chatglm.no_method)) for path in ("/", "/stream")),
        Route("/{rest:path}", here(chatglm.not_found)),
    ])  # fmt: skip


def _chatglm3(stage: Stage, tokens: Tokens) -> Starlette:
    here = partial(Endpoint, stage, "chatglm3")
    chat = here(chatglm3.chat, chatglm.REFUSALS, faulty=True)
    paths = ("/health", "/v1/models", "/v1/chat/completions")
    return Starlette(routes=[
        Route(paths[0], here(chatglm3.health), methods=["GET"]),
        Route(paths[1], here(chatglm3.models), methods=["GET"]),
        Route(paths[2], chat, methods=["POST"]),
        *(Route(path, here(chatglm.no_method)) for path in paths),
        Route("/{rest:path}", here(chatglm.not_found)),
    ])  # fmt: skip


async def _unsupported(exchange: Exchange) -> None:
    raise gateway_error(3, "Unsupported openapi method")


async def _invalid_url(exchange: Exchange) -> None:
    text = f"Invalid URL ({exchange.scope['method']} {exchange.scope['path']})"
    raise qianfan_v2_rules.error(404, "not_found", text)


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
    *map(_openai_service, ROWS),
    Service("spark-http", _spark_http, {"SPARK_HTTP_BASE_URL": "/v1"}, SPARK_HTTP_KEYS, path="/v1"),
    Service("spark-image", _spark_image, {"SPARK_IMAGE_BASE_URL": ""}, SPARK_KEYS, scheme="ws"),
    Service("iat", _iat, {"IAT_BASE_URL": ""}, SPARK_KEYS, scheme="ws"),
    Service("ocr", _ocr, {"OCR_BASE_URL": ""}, SPARK_KEYS),
    Service("chatglm", _chatglm, {"CHATGLM_BASE_URL": ""}),
    Service("chatglm3", _chatglm3, {"CHATGLM3_BASE_URL": ""}),
)
BY_NAME: Final = {service.name: service for service in SERVICES}
