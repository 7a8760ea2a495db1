"""One call to one provider: the public names of the room.

Light on purpose: importing it loads no pandas, plotly, gradio, streamlit or numpy.
"""

from backends.catalogue import Catalogue
from backends.client import Client, Ledger, explain
from backends.clock import clock_skew
from backends.errors import ProviderError, UnknownModel
from backends.flight import CallInFlight
from backends.params import CATALOGUE, account, parse_value, span
from backends.provider import Access, Provider
from backends.providers.handbook import HANDBOOK
from backends.providers.openai_style import DEEPSEEK
from backends.providers.qianfan import QIANFAN
from backends.providers.qianfan_v1 import QIANFAN_V1
from backends.providers.spark import SPARK
from backends.record import as_json, trace_json
from backends.secrets import Secret, redactor
from backends.types import (
    ANSWERED_STATES,
    OPEN_STATES,
    Call,
    CallError,
    ChatRequest,
    Completion,
    Delta,
    Message,
    ModelSpec,
    ParamSpec,
    ParamTrace,
    RateLimit,
    TokenLogprob,
    Usage,
    WireRequest,
    Words,
)
from backends.watchdog import Deadlines

PROVIDERS: tuple[Provider, ...] = (QIANFAN, QIANFAN_V1, SPARK, DEEPSEEK, HANDBOOK)

__all__ = [
    "ANSWERED_STATES",
    "CATALOGUE",
    "OPEN_STATES",
    "PROVIDERS",
    "Access",
    "Call",
    "CallError",
    "CallInFlight",
    "Catalogue",
    "ChatRequest",
    "Client",
    "Completion",
    "Deadlines",
    "Delta",
    "Ledger",
    "Message",
    "ModelSpec",
    "ParamSpec",
    "ParamTrace",
    "Provider",
    "ProviderError",
    "RateLimit",
    "Secret",
    "TokenLogprob",
    "UnknownModel",
    "Usage",
    "WireRequest",
    "Words",
    "account",
    "as_json",
    "clock_skew",
    "explain",
    "parse_value",
    "redactor",
    "span",
    "trace_json",
]
