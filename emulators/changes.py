"""What faults do to the frames of an answer, in whatever protocol they are written.

A frame is one server-sent event, one text frame of a socket, or a whole JSON answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from .checks import dump
from .faults import Fault
from .faults_rows import NO_UTF8

LONG: Final = 10_000_000
DEEP: Final = b"[" * 2000 + b"]" * 2000
_EVENT: Final = re.compile(rb".+?(?:\r?\n){2}|.+\Z", re.S)
_PARTS: Final = re.compile(rb"(data: ?)?(\{.*\})(\s*)", re.S)


@dataclass(slots=True)
class Frame:
    """One frame: `json` is None where it holds none; `number` counts those before it that do."""

    raw: bytes
    whole: bool
    number: int
    before: bytes = b""
    json: dict[str, Any] | None = None
    after: bytes = b""

    def written(self) -> bytes:
        """The frame with its JSON as it stands now."""
        return self.raw if self.json is None else self.before + dump(self.json) + self.after

    def with_body(self, body: bytes) -> bytes:
        """The frame with this in place of its JSON."""
        return self.before + body + self.after

    @property
    def final(self) -> bool:
        """Whether it is the last one of its answer."""
        return self.json is not None and (self.whole or _ends(self.json))


@dataclass(slots=True)
class Changes:
    """The frames of one answer on their way out."""

    fault: Fault | None
    first: bytes = b""
    held: bytes = b""
    stopped: bool = False
    inserted: bool = False
    _numbers: Iterator[int] = field(default_factory=lambda: iter(range(1 << 62)))

    def made(self, data: bytes, *, whole: bool = False) -> Iterator[bytes]:
        """The bytes to send in place of `data`, in as many pieces as they are to go out."""
        fault = self.fault
        change = None if fault is None or (whole and not fault.whole) else CHANGES.get(fault.name)
        if change is None:
            yield data
            return
        for event in [data] if whole else _EVENT.findall(data):
            if not self.stopped:
                yield from change(self._frame(event, whole), self)

    def _frame(self, raw: bytes, whole: bool) -> Frame:
        found = _PARTS.fullmatch(raw)
        if found is None:
            return Frame(raw, whole, -1)
        before, body, after = (part or b"" for part in found.groups())
        return Frame(raw, whole, next(self._numbers), before, json.loads(body), after)


Change = Callable[[Frame, Changes], Iterator[bytes]]


def _ends(frame: dict[str, Any]) -> bool:
    choices = frame.get("choices")
    reason = isinstance(choices, list) and any(row.get("finish_reason") for row in choices)
    spark = frame.get("payload", {}).get("choices", {}).get("status") == 2
    spark_http = "sid" in frame and "usage" in frame
    return bool(reason or frame.get("is_end") or spark or spark_http)


def _is_done(frame: Frame) -> bool:
    return b"[DONE]" in frame.raw


def _no_done(frame: Frame, _: Changes) -> Iterator[bytes]:
    if not _is_done(frame):
        yield frame.raw


def _no_end(frame: Frame, _: Changes) -> Iterator[bytes]:
    if frame.json is not None:
        for choice in frame.json.get("choices", []):
            choice["finish_reason"] = None
        if "is_end" in frame.json:
            frame.json["is_end"] = False
    if not _is_done(frame):
        yield frame.written()


def _final_twice(frame: Frame, _: Changes) -> Iterator[bytes]:
    yield frame.raw
    if frame.final:
        yield frame.raw


def _twice(frame: Frame, _: Changes) -> Iterator[bytes]:
    yield frame.raw
    if not frame.final:
        yield frame.raw


def _swapped(frame: Frame, so_far: Changes) -> Iterator[bytes]:
    if frame.number == 1 and not frame.final:
        so_far.held = frame.raw
        return
    held, so_far.held = so_far.held, b""
    both = (held, frame.raw) if frame.final else (frame.raw, held)
    yield from (raw for raw in both if raw)


def _late(frame: Frame, so_far: Changes) -> Iterator[bytes]:
    so_far.first = so_far.first or (frame.raw if frame.number == 1 else b"")
    yield frame.raw
    # Spark over HTTP has no end but [DONE].
    if (frame.final and frame.json and "sid" not in frame.json) or _is_done(frame):
        yield so_far.first


def _half(frame: Frame, so_far: Changes) -> Iterator[bytes]:
    so_far.stopped = frame.final
    yield frame.raw[: len(frame.raw) // 2] if frame.final else frame.raw


def _bytes(frame: Frame, _: Changes) -> Iterator[bytes]:
    yield from (frame.raw[at : at + 1] for at in range(len(frame.raw)))


def _no_utf8(frame: Frame, _: Changes) -> Iterator[bytes]:
    yield frame.raw.replace(NO_UTF8.encode(), b"\xff\xfe")


def _crlf_cut(frame: Frame, _: Changes) -> Iterator[bytes]:
    yield from re.split(rb"(?<=\r)(?=\n)", frame.raw.replace(b"\n", b"\r\n"))


def _bom(frame: Frame, so_far: Changes) -> Iterator[bytes]:
    yield frame.raw if so_far.first else b"\xef\xbb\xbf" + frame.raw
    so_far.first = frame.raw


def _no_space(frame: Frame, _: Changes) -> Iterator[bytes]:
    yield re.sub(rb"^data: ", b"data:", frame.raw)


def _data_lines(frame: Frame, _: Changes) -> Iterator[bytes]:
    if frame.json is None:
        yield frame.raw
        return
    lines = json.dumps(frame.json, ensure_ascii=False, indent=0).split("\n")
    yield b"\n".join(b"data: " + line.encode() for line in lines) + b"\n\n"


def _fields(frame: Frame, _: Changes) -> Iterator[bytes]:
    yield b": remark\n:\nevent: message\nid: 7\nretry: 3000\n" + frame.raw


def _bare_cr(frame: Frame, _: Changes) -> Iterator[bytes]:
    yield frame.raw.replace(b"\n", b"\r")


def _inserted(body: bytes) -> Change:
    """Puts `body` before the members of a whole answer, or sends a frame with it in mid-stream."""

    def change(frame: Frame, so_far: Changes) -> Iterator[bytes]:
        spoilt = frame.with_body(b"{" + body + b"," + dump(frame.json)[1:])
        if frame.whole:
            yield spoilt
            return
        # Some first frames hold no text yet.
        if frame.json is not None and (frame.number == 2 or frame.final) and not so_far.inserted:
            so_far.inserted = True
            yield spoilt
        yield frame.raw

    return change


def _long(frame: Frame, so_far: Changes) -> Iterator[bytes]:
    yield from _inserted(b'"padding":"' + b"a" * LONG + b'"')(frame, so_far)


Usage = dict[str, Any]


def _counted(edit: Callable[[Usage], Usage]) -> Change:
    """Reports this in place of each usage."""

    def change(frame: Frame, _: Changes) -> Iterator[bytes]:
        if frame.json is not None:
            for place, name in _usages(frame.json):
                place[name] = edit(place[name])
        # 1e400 is JSON, but no number that Python writes.
        yield frame.written().replace(b":Infinity", b":1e400")

    return change


def _usages(frame: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    places = [(frame, "usage"), (frame.get("payload", {}).get("usage", {}), "text")]
    return [(place, name) for place, name in places if isinstance(place.get(name), dict)]


def _no_usage(frame: Frame, _: Changes) -> Iterator[bytes]:
    if frame.json is not None:
        for place, name in _usages(frame.json):
            del place[name]
    yield frame.written()


def _often(frame: Frame, _: Changes) -> Iterator[bytes]:
    if frame.json is not None and not frame.final:
        so_far = frame.number + 1
        usage = {"prompt_tokens": 1, "completion_tokens": so_far, "total_tokens": 1 + so_far}
        if "payload" in frame.json:
            frame.json["payload"]["usage"] = {"text": usage}
        elif frame.json.get("choices") or "result" in frame.json:
            frame.json["usage"] = usage
    yield frame.written()


def _each(value: Callable[[int], Any]) -> Change:
    return _counted(lambda usage: {
        name: value(count) if isinstance(count, int) else count for name, count in usage.items()
    })  # fmt: skip


CHANGES: Final[dict[str, Change]] = {
    "no_done": _no_done,
    "no_end": _no_end,
    "final_twice": _final_twice,
    "frames_twice": _twice,
    "frames_swapped": _swapped,
    "late_frames": _late,
    "half_frame": _half,
    "broken_frame": _inserted(b'"broken'),
    "single_bytes": _bytes,
    "bad_utf8": _no_utf8,
    "crlf_cut": _crlf_cut,
    "bom": _bom,
    "no_space": _no_space,
    "data_lines": _data_lines,
    "sse_fields": _fields,
    "bare_cr": _bare_cr,
    "long_line": _long,
    "deep_json": _inserted(b'"deep":' + DEEP),
    "duplicate_keys": _inserted(b'"twice":1,"twice":2'),
    "no_usage": _no_usage,
    "usage_often": _often,
    "usage_negative": _each(lambda count: -1 - count),
    "usage_text": _each(str),
    "usage_fraction": _each(lambda count: count + 0.5),
    "usage_nan": _each(lambda _: float("nan")),
    "usage_infinite": _each(lambda _: float("inf")),
    "usage_wrong_total": _counted(lambda usage: usage | {"total_tokens": 7}),
    "usage_too_low": _counted(
        lambda usage: usage | {"completion_tokens": 0, "total_tokens": usage["prompt_tokens"]}
    ),
    "usage_too_big": _each(lambda count: count + 2**70),
}
