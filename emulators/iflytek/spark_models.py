"""Spark's models: their limits, and what each of them can do.

https://github.com/iFLYTEK-OP/websdk-java doc/spark/sparkchat.md holds the provider's document;
X1's numbers are from https://www.xfyun.cn/doc/spark/X1http.html of 2025-11-03.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Model:
    """One row: a path, its domain, its limits in tokens, and what it can do.

    What a model cannot do it ignores, `system` excepted: that is refused. `searches` is looking
    things up in the web, `cites` is naming what was found when asked to.
    """

    path: str
    domain: str
    context: int
    output: int
    default_output: int
    system: bool = True
    thinks: bool = False
    calls: bool = False
    searches: bool = False
    cites: bool = False


MODELS: Final = (
    Model("/v1.1/chat", "lite", 8_192, 4_096, 4_096, system=False),
    Model("/v2.1/chat", "generalv2", 8_192, 8_192, 2_048),
    Model("/v3.1/chat", "generalv3", 8_192, 8_192, 4_096, calls=True, searches=True),
    Model("/chat/pro-128k", "pro-128k", 131_072, 4_096, 4_096, calls=True),
    Model("/v3.5/chat", "generalv3.5", 8_192, 8_192, 4_096, calls=True, searches=True, cites=True),
    Model("/chat/max-32k", "max-32k", 32_768, 8_192, 4_096, calls=True),
    Model("/v4.0/chat", "4.0Ultra", 8_192, 8_192, 4_096, calls=True, searches=True, cites=True),
    Model("/v1/x1", "spark-x", 65_536, 65_535, 65_535, thinks=True, calls=True, searches=True),
    Model("/v1.1/chat_kjwx", "kjwx", 8_192, 8_192, 4_096, system=False),
    Model("/v1.1/chat_multilang", "multilang", 8_192, 8_192, 4_096, system=False),
)
BY_PATH: Final = {model.path: model for model in MODELS}
BY_DOMAIN: Final = {model.domain: model for model in MODELS}
