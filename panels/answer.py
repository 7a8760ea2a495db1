"""What stands under an answer: one quiet line of figures, the account, the request, the why."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable
from typing import Any

from backends import (
    ANSWERED_STATES,
    PROVIDERS,
    Call,
    Completion,
    Message,
    ParamTrace,
    TokenLogprob,
    Usage,
    brief,
)
from panels.markdown import answer_markdown as answer_markdown
from panels.markdown import plain as plain
from panels.models import built_in
from panels.words import Lang, pick, t

UNKNOWN = "–"
# Seconds of a wait for the limit that a reader notices.
_NOTICED = 0.5
_BUILT_IN = frozenset(provider.name for provider in PROVIDERS if built_in(provider))
# What a provider says who does not accept the key.
_OF_THE_KEY = ("Authentication", "MissingCredential", "ExpiredCredential")
_VISIBLE = {"\n": "⏎", "\t": "⇥", " ": "␠", "\r": "␍"}


def continues(call: Call | None) -> bool:
    """Whether a later question is sent together with this call's answer.

    Answers that failed or were cut by trouble stay on the screen alone; one that the user stopped
    was read as far as it goes, so it counts.
    """
    return (
        call is not None
        and (call.state in ANSWERED_STATES or call.state == "cancelled")
        and bool(call.text.strip())
    )


def footer(call: Call, lang: Lang) -> str:
    """One line: where the answer comes from, its state unless ok, how long it waited for the limit,
    tokens, times, tokens/s."""
    parts = [_mark(call, lang), "" if call.state == "ok" else t(f"state_{call.state}", lang)]
    if call.waited is not None and call.waited >= _NOTICED:
        parts.append(t("figures_waited", lang, seconds=seconds(call.waited, lang)))
    if call.phase == "waiting":
        parts.append(t("figures_unsent", lang))
    elif call.state != "refused":
        parts += [
            _tokens(call, lang),
            t("figures_first", lang, seconds=seconds(call.time_to_first_token, lang)),
            t("figures_total", lang, seconds=seconds(call.total_time, lang)),
            _rate(call, lang),
            t("left_out", lang, count=call.left_out) if call.left_out else "",
            _served(call, lang),
        ]
    return " · ".join(part for part in parts if part)


def error_text(call: Call, lang: Lang) -> str:
    """Cause and next step, then the provider's code and own words; "" when nothing is wrong.

    Safe to render as markdown. A stopped call has a text too: it says that it was stopped.
    """
    error = call.error
    if error is None:
        return ""
    said = plain(error.said)
    detail = ": ".join(part for part in (plain(error.code or ""), said) if part)
    sentence = answer_markdown(pick(error.message, lang))
    return sentence + (t("error_said", lang, said=detail) if detail else "")


def error_here(call: Call, lang: Lang) -> str:
    """`error_text` on a page that takes keys of one's own: where the key is the trouble, it says
    that another can be given there."""
    wanted = call.error is not None and call.error.kind in _OF_THE_KEY and not call.emulated
    return error_text(call, lang) + (f"\n\n{t('own_keys_try', lang)}" if wanted else "")


def account_rows(call_or_traces: Call | Iterable[ParamTrace], lang: Lang) -> list[dict[str, str]]:
    """The parameter account line by line, under headings in the language.

    What the answer repeats has a column only where it repeats anything.
    """
    traces = tuple(call_or_traces.params if isinstance(call_or_traces, Call) else call_or_traces)
    echoes = any(trace.echoed is not None for trace in traces)
    return [
        {
            t("account_parameter", lang): trace.name,
            t("account_requested", lang): _value(trace.requested),
            t("account_wire_name", lang): trace.wire_name or UNKNOWN,
            t("account_sent", lang): _value(trace.sent),
            **({t("account_echoed", lang): _value(trace.echoed)} if echoes else {}),
            t("account_outcome", lang): t(f"outcome_{trace.outcome.replace(' ', '_')}", lang),
            t("account_reason", lang): pick(trace.reason, lang),
        }
        for trace in traces
    ]


def notices(call: Call, lang: Lang) -> list[str]:
    """Sentences about what the provider reports beside the answer and the reader must act on."""
    found = _heard_in_part(call, lang)
    if not call.extras.get("need_clear_history"):
        return found
    round_ = call.extras.get("ban_round")
    named = isinstance(round_, int) and round_ >= 0
    which = t("clear_round", lang, round=round_) if named else t("clear_this", lang)
    return [*found, t("clear_history", lang, which=which)]


def _heard_in_part(call: Call, lang: Lang) -> list[str]:
    sent, whole = call.extras.get("seconds_sent"), call.extras.get("seconds")
    if not isinstance(sent, float) or not isinstance(whole, float) or sent >= whole:
        return []
    return [t("heard_in_part", lang, sent=f"{sent:.1f}", seconds=f"{whole:.1f}")]


def tool_calls_text(call: Call | Completion) -> str:
    """The functions that the model asks for, as code; "" when it asks for none."""
    return "\n".join(f"{asked.name}({asked.arguments})" for asked in call.tool_calls)


def reports_text(call: Call) -> str:
    """What the provider reported beside the answer, as JSON; "" when it reported nothing."""
    return json.dumps(call.extras, ensure_ascii=False, indent=2) if call.extras else ""


def attachments_text(message: Message, lang: Lang) -> str:
    """The pictures and recordings of a turn, by name; safe to render as markdown."""
    names = (item.name or item.media_type for item in message.attachments)
    return " · ".join(t("picture_sent", lang, name=plain(brief(name))) for name in names)


def wire_text(call: Call) -> str:
    """The request as it went out, as JSON; keys stand as `$VARIABLE`. "" when nothing was sent."""
    if call.wire is None:
        return ""
    shown = dataclasses.asdict(call.wire)
    shown.pop("auth")
    return json.dumps(shown, ensure_ascii=False, indent=2)


def why_rows(call: Call, lang: Lang) -> list[dict[str, Any]]:
    """Per token: its visible form, log-probability, probability, nucleus size and rivals."""
    return [
        {
            t("why_text", lang): visible(token.text),
            t("why_logprob", lang): round(token.logprob, 3),
            t("why_probability", lang): _percent(math.exp(token.logprob)),
            t("why_nucleus", lang): token.nucleus_size,
            t("why_rivals", lang): _rivals(token),
        }
        for token in call.logprobs
    ]


def visible(text: str) -> str:
    """A token in which spaces and line ends can be seen."""
    return "".join(_VISIBLE.get(character, character) for character in text)


def seconds(value: float | None, lang: Lang) -> str:
    """A duration with as many digits as one reads; unknown stays unknown."""
    if value is None:
        return UNKNOWN
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return t("unit_seconds", lang, value=f"{value:.{digits}f}")


def _mark(call: Call, lang: Lang) -> str:
    if call.emulated:
        return t("mark_emulated", lang)
    if call.provider in _BUILT_IN:
        return t("mark_builtin", lang)
    # A refused call may not have got as far as knowing who would have answered.
    return "" if call.state == "refused" else t("mark_live", lang)


def _served(call: Call, lang: Lang) -> str:
    """The model that the answer names, where that is another than was asked."""
    served = call.served_model
    if not served or served == call.model:
        return ""
    return t("served_model", lang, model=plain(brief(served)))


def _tokens(call: Call, lang: Lang) -> str:
    usage = call.usage
    return t(
        "figures_tokens",
        lang,
        input=_count(usage, usage.input_tokens if usage else None),
        output=_count(usage, usage.output_tokens if usage else None),
    )


def _rate(call: Call, lang: Lang) -> str:
    """Tokens a second while the answer grew; "" where that was not seen."""
    tokens = call.usage.output_tokens if call.usage else None
    first, total = call.time_to_first_token, call.total_time
    # An answer that came in one piece has no time of growing, only of waiting.
    if not tokens or first is None or total is None or not call.longest_gap or total <= first:
        return ""
    rate = tokens / (total - first)
    return t("figures_rate", lang, rate=_about(call.usage) + f"{rate:.{0 if rate >= 10 else 1}f}")


def _count(usage: Usage | None, tokens: int | None) -> str:
    return UNKNOWN if tokens is None else f"{_about(usage)}{tokens:,}"


def _about(usage: Usage | None) -> str:
    return "≈" if usage is not None and usage.source == "estimate" else ""


def _value(value: Any) -> str:
    if value is None:
        return UNKNOWN
    plain_json = isinstance(value, bool | dict | list | tuple)
    return json.dumps(value, ensure_ascii=False) if plain_json else str(value)


def _percent(probability: float) -> str:
    return f"{probability:.1%}"


def _rivals(token: TokenLogprob) -> str:
    rivals = [rival for rival in token.rivals if rival[0] != token.text][:3]
    return " · ".join(f"{visible(text)} {_percent(probability)}" for text, probability in rivals)
