"""Qianfan's models as the emulator knows them, written from the documents' tables.

v1: Baidu's model list Jlugqd6pw and its length rules Ultiovtgu; v2: the ids of the migration notice
https://cloud.baidu.com/doc/qianfan/s/rmse4vxp8 with the sizes of v1, and document kmamoewth for the
open models. Where sources differ the newer document holds. Sizes are of messages and `system`
together. No source gives the limits of ernie-4.5, 5.0, X1 and DeepSeek: those are wide guesses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class V1Model:
    """`output` is the range of max_output_tokens, None where the key has no effect."""

    characters: int | None
    tokens: int | None
    output: tuple[int, int] | None = (2, 2048)
    default_output: int | None = 1024
    functions: bool = False
    # min_output_tokens, frequency_penalty and presence_penalty have an effect.
    tuned: bool = False
    top_k: bool = False
    system: bool = True
    # Default temperature and top_p.
    default_sampling: tuple[float, float] = (0.95, 0.7)


def _ernie(*endpoints: str, functions: bool = False) -> dict[str, V1Model]:
    row = V1Model(20_000, 5_120, functions=functions, default_sampling=(0.8, 0.8))
    return dict.fromkeys(endpoints, row)


def _small(*endpoints: str, tuned: bool = True) -> dict[str, V1Model]:
    return dict.fromkeys(endpoints, V1Model(24_000, 6_144, tuned=tuned))


def _open(*endpoints: str) -> dict[str, V1Model]:
    row = V1Model(4_800, None, output=None, default_output=None, top_k=True, system=False)
    return dict.fromkeys(endpoints, row)


V1: Final[dict[str, V1Model]] = {
    **_ernie("completions_pro", "completions", functions=True),
    **_ernie("ernie-4.0-8k-latest", "ernie-4.0-8k-preview", "ernie-4.0-8k-0613"),
    **_ernie("ernie-4.0-8k-0329", "ernie-4.0-8k-0104", "completions_adv_pro"),
    **_ernie("ernie-4.0-turbo-8k", "ernie-4.0-turbo-8k-latest", "ernie-4.0-turbo-8k-preview"),
    **_ernie("ernie-3.5-8k-preview", "ernie-3.5-8k-0205", functions=True),
    **_ernie("ernie-3.5-8k-0613", "ernie-3.5-8k-0701", "qianfan-dynamic-8k", functions=True),
    "ernie-3.5-128k": V1Model(516_096, 126_976, (2, 4096), 4096, functions=True),
    **_small("ernie_speed", "ernie-lite-8k", "ernie-tiny-8k", "ernie-novel-8k"),
    **_small("ernie-speed-pro-8k"),
    **_small("ernie-lite-pro-8k", "ernie-func-8k", tuned=False),
    "ernie-speed-128k": V1Model(516_096, 126_976, (2, 4096), 4096, tuned=True),
    "ernie-speed-pro-128k": V1Model(516_096, 126_976, (2, 4096), 4096, tuned=True),
    "ernie-lite-pro-128k": V1Model(516_096, 126_976, (2, 2048), 1024, tuned=True),
    "eb-instant": V1Model(11_200, 7_168, None, 1024),
    "ernie-char-8k": V1Model(24_000, 6_144, (2, 1024), 1024),
    "ernie-char-fiction-8k": V1Model(24_000, 6_144, (2, 1024), 1024),
    "ai_apaas": V1Model(11_200, 7_168, None, 1024),
    "ai_apaas_lite": V1Model(11_200, 7_168, None, 1024),
    **_open("bloomz_7b1", "llama_2_7b", "llama_2_13b", "llama_2_70b", "llama_3_8b", "llama_3_70b"),
    **_open("chatglm2_6b_32k", "mixtral_8x7b_instruct", "gemma_7b_it", "yi_34b_chat"),
}


@dataclass(frozen=True, slots=True)
class V2Model:
    """`wide` temperature is [0, 2], else (0, 1]; `thinks`: "always", "when asked" or "never"."""

    characters: int
    tokens: int
    output: tuple[int, int] = (2, 2048)
    default_output: int = 1024
    wide: bool = False
    penalty_score: bool = True
    thinks: str = "never"


_LONG: Final = (516_096, 126_976)

V2: Final[dict[str, V2Model]] = {
    **dict.fromkeys(
        ["ernie-4.0-8k", "ernie-4.0-8k-latest", "ernie-4.0-8k-preview", "ernie-4.0-turbo-8k",
         "ernie-3.5-8k"],
        V2Model(20_000, 5_120),
    ),
    **dict.fromkeys(
        ["ernie-speed-8k", "ernie-lite-8k", "ernie-tiny-8k", "ernie-novel-8k"],
        V2Model(24_000, 6_144),
    ),
    "ernie-char-8k": V2Model(24_000, 6_144, (2, 1024)),
    "ernie-4.0-turbo-128k": V2Model(*_LONG, (2, 4096), 4096),
    "ernie-3.5-128k": V2Model(*_LONG, (2, 4096), 4096),
    "ernie-speed-128k": V2Model(*_LONG, (2, 4096), 4096),
    "ernie-speed-pro-128k": V2Model(*_LONG, (2, 4096), 4096),
    "ernie-lite-pro-128k": V2Model(*_LONG, (2, 2048)),
    "ernie-4.5-turbo-128k": V2Model(*_LONG, (1, 65_536), 2048, wide=True),
    "ernie-5.0-thinking-latest": V2Model(*_LONG, (1, 65_536), 2048, wide=True, thinks="always"),
    "ernie-x1-turbo-32k": V2Model(
        126_976, 31_744, (1, 65_536), 2048, wide=True, penalty_score=False, thinks="always"
    ),
    "deepseek-v3": V2Model(*_LONG, (1, 65_536), 4096, wide=True, penalty_score=False),
    "deepseek-v3.1-250821": V2Model(
        *_LONG, (1, 65_536), 4096, wide=True, penalty_score=False, thinks="when asked"
    ),
    "deepseek-r1": V2Model(
        *_LONG, (1, 65_536), 4096, wide=True, penalty_score=False, thinks="always"
    ),
}  # fmt: skip
