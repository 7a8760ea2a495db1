"""A picture or a recording on its way to become text: one call like any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backends import Attachment, Call, CallInFlight, ChatRequest, Message
from backends import attachment_of as attachment_of
from panels import answer
from panels.words import Lang, t

# The readers' own names for what they do; they are on record as the calls' tags.
_TAGS = {"image": "ocr", "audio": "iat"}

# One speaks with pauses, and wants to see the text grow: what a model does not take of this, its
# account says.
_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "image": {},
    "audio": {"silence_timeout": 10_000, "dynamic_correction": "wpgs"},
}

Start = Callable[[ChatRequest], CallInFlight]


def recognition(
    start: Start, model: str, attachment: Attachment, user: str, tag: str | None = None
) -> CallInFlight:
    """Have a reader (see `panels.models.readers`) read an attachment; its answer is the text.

    It goes through the door, so it is on record. Without a tag, one that says what is read.
    """
    return start(
        ChatRequest(
            model,
            (Message("user", "", (attachment,)),),
            params=_SETTINGS[attachment.kind],
            tag=tag or _TAGS[attachment.kind],
            user=user,
        )
    )


def recognised_text(call: Call) -> str:
    """What was read, for the message box; what was heard before trouble or Stop counts."""
    return call.text.strip()


def usual(readers: Sequence[str], lang: Lang) -> str:
    """Of the readers' full names the one for the language, else the first."""
    own = (name for name in readers if name.partition("/")[2].startswith(lang))
    return next(own, readers[0])


def outcome(call: Call, lang: Lang) -> tuple[str, bool]:
    """What to say when it has ended, and whether that is trouble."""
    if call.error is not None and call.state != "cancelled":
        return answer.error_text(call, lang), True
    if not recognised_text(call) and call.state != "cancelled":
        return t("recognised_nothing", lang), True
    # Who pressed Stop knows why the rest was not heard.
    notices = [] if call.state == "cancelled" else answer.notices(call, lang)
    if notices:
        return " ".join(notices), True
    return t("recognised_with", lang, figures=answer.footer(call, lang)), False


def joined(typed: str, recognised: str) -> str:
    """The message box's text once something was recognised: after what was typed."""
    return "\n".join(part for part in (typed.rstrip(), recognised) if part)
