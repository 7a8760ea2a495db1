"""Spark over HTTP, like OpenAI's service but not quite.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from ..exchange import Exchange, Refused
from ..limits import Exceeded
from .spark_http_answer import Answer
from .spark_http_rules import error, invalid_user, read
from .spark_models import Model

REFUSALS: Final[dict[str, Callable[[], Refused]]] = {
    "unavailable": lambda: error(10008, "service capacity is not enough"),
    "rate_limited": lambda: error(11202, "AppIdQpsOverFlowError"),
    "quota": lambda: error(11200, "AppIdNoAuthError"),
    "expired_token": invalid_user,
    "too_long": lambda: error(10907, "the context is too long"),
    "bad_param": lambda: error(10005, "invalid param temperature"),
}


class Chat:
    """`POST /v1/chat/completions`, or /v2/, with the models that are served there."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self.models = models

    async def __call__(self, exchange: Exchange) -> None:
        if exchange.scope["method"] != "POST":
            raise Refused(404, {"message": "no Route matched with those values"})
        credential = authorize(exchange)
        request = read(exchange, self.models)
        try:
            exchange.stage.windows.tick(credential)
        except Exceeded as exceeded:
            raise REFUSALS["rate_limited"]() from exceeded
        exchange.record.input_tokens = request.tokens
        answer = Answer(exchange, request)
        await (answer.stream() if request.stream else answer.whole())


def authorize(exchange: Exchange) -> str:
    """The Bearer credential, the password or `APIKey:APISecret`; Refused for any other."""
    keys, given = exchange.stage.keys, exchange.bearer()
    pair = f"{keys['SPARKAI_API_KEY']}:{keys['SPARKAI_API_SECRET']}"
    if given not in (keys["SPARK_API_PASSWORD"], pair):
        raise invalid_user()
    return given
