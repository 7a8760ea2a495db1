"""A token count where the provider gave none. Always labelled an estimate, never shown as fact."""

from __future__ import annotations

import math
import re

from backends.types import ChatRequest, Usage

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[A-Za-z0-9]+|[^\sA-Za-z0-9\u3400-\u9fff\uf900-\ufaff]")


def estimate_tokens(text: str) -> int:
    """0.625 per Han character and 1 per word or sign, rounded up.

    The formula of the Qianfan SDK's local tokenizer:
    https://github.com/baidubce/bce-qianfan-sdk (resources/tools/tokenizer.py)
    """
    # Counted without a list of them: an answer may be of megabytes.
    _, han = _HAN.subn("", text)
    _, words = _WORD.subn("", text)
    return math.ceil(0.625 * han + words)


def estimate_usage(request: ChatRequest, answer: str) -> Usage:
    """What a call cost, roughly: everything sent, and the answer as far as it came."""
    sent = estimate_tokens(request.system) + sum(
        estimate_tokens(message.content) for message in request.messages
    )
    received = estimate_tokens(answer)
    return Usage(sent, received, sent + received, source="estimate")
