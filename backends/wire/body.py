"""A question as JSON, for HTTP and WebSocket alike."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# Made once, not for every question.
_WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def written(body: Mapping[str, Any]) -> str:
    """The body as it goes out.

    Raises:
        ValueError: it holds a number that JSON does not know.
    """
    return _WRITER.encode(body)
