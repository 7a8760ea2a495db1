"""One call to one provider: the public names of the room.

Light on purpose: importing it loads no pandas, plotly, gradio, streamlit or numpy.
"""

from backends.account import account, not_honoured, parse_json, parse_value, settings_text, span
from backends.attachments import attachment_of, check_attachments
from backends.brief import brief, listing
from backends.catalogue import Catalogue
from backends.client import Client
from backends.clock import clock_skew
from backends.daily import Daily, Spent
from backends.errors import (
    Cancelled,
    ErrorRow,
    NotRead,
    NotRecorded,
    ProviderError,
    UnknownModel,
    find_row,
    sentence_of,
)
from backends.estimate import estimate_tokens
from backends.flight import CallInFlight
from backends.history import check_history, fitted
from backends.keynames import KeyNames
from backends.ledger import Ledger
from backends.once import Once
from backends.outlets import guard_outlets
from backends.pacing import Key as PaceKey
from backends.pacing import Pacers
from backends.pacing import Profile as PaceProfile
from backends.pacing import State as PaceState
from backends.pacing import from_json as pace_from_json
from backends.pacing import to_json as pace_to_json
from backends.params import CATALOGUE
from backends.provider import Access, Provider, foreign_key, in_clear
from backends.providers import PROVIDERS
from backends.reading import encodes, strict_json
from backends.record import as_json, error_json, message_json, noun_json, trace_json
from backends.route import Route, route
from backends.secrets import Secret, redactor
from backends.steps import Steps, finished
from backends.typed import TypedKeys, key_fields, key_sets
from backends.types import (
    ANSWERED_STATES,
    OPEN_STATES,
    Attachment,
    Auth,
    Billed,
    Call,
    CallError,
    ChatRequest,
    Completion,
    Delta,
    Input,
    Message,
    ModelSpec,
    Outcome,
    Overflow,
    ParamSpec,
    ParamTrace,
    RateLimit,
    Role,
    State,
    TokenLogprob,
    ToolCall,
    Usage,
    WireRequest,
    Words,
)
from backends.visitors import Visitors, addresses
from backends.watchdog import Deadlines

__all__ = [
    "ANSWERED_STATES",
    "CATALOGUE",
    "OPEN_STATES",
    "PROVIDERS",
    "Access",
    "Attachment",
    "Auth",
    "Billed",
    "Call",
    "CallError",
    "CallInFlight",
    "Cancelled",
    "Catalogue",
    "ChatRequest",
    "Client",
    "Completion",
    "Daily",
    "Deadlines",
    "Delta",
    "ErrorRow",
    "Input",
    "KeyNames",
    "Ledger",
    "Message",
    "ModelSpec",
    "NotRead",
    "NotRecorded",
    "Once",
    "Outcome",
    "Overflow",
    "PaceKey",
    "PaceProfile",
    "PaceState",
    "Pacers",
    "ParamSpec",
    "ParamTrace",
    "Provider",
    "ProviderError",
    "RateLimit",
    "Role",
    "Route",
    "Secret",
    "Spent",
    "State",
    "Steps",
    "TokenLogprob",
    "ToolCall",
    "TypedKeys",
    "UnknownModel",
    "Usage",
    "Visitors",
    "WireRequest",
    "Words",
    "account",
    "addresses",
    "as_json",
    "attachment_of",
    "brief",
    "check_attachments",
    "check_history",
    "clock_skew",
    "encodes",
    "error_json",
    "estimate_tokens",
    "find_row",
    "finished",
    "fitted",
    "foreign_key",
    "guard_outlets",
    "in_clear",
    "key_fields",
    "key_sets",
    "listing",
    "message_json",
    "not_honoured",
    "noun_json",
    "pace_from_json",
    "pace_to_json",
    "parse_json",
    "parse_value",
    "redactor",
    "route",
    "sentence_of",
    "settings_text",
    "span",
    "strict_json",
    "trace_json",
]
