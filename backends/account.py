"""The account of what becomes of each parameter in a call.

Whether a value may be sent is decided here alone; both UIs, the CLI and the door ask `account` and
`check_params`.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from backends.brief import brief
from backends.errors import InvalidParam
from backends.once import Once
from backends.params import CATALOGUE
from backends.reading import encodes, strict_json, too_deep
from backends.types import ModelSpec, ParamSpec, ParamTrace, Words

_NO_PARAM = Words(
    "没有名为“{name}”的参数。可用的参数：{known}。",
    "There is no parameter “{name}”. The parameters are: {known}.",
)
_NOT_SUPPORTED = Words(
    "该模型没有这个参数，因此不发送。", "This model has no such parameter, so it is not sent."
)
_NOT_CONVERTED = Words(
    "该模型没有这个参数，因此不发送；它有 {others}，但算法不同，不能换算。",
    "This model has no such parameter, so it is not sent; it has {others}, whose formula differs, "
    "so no value is converted.",
)
_DEFAULT = Words(
    "未发送；服务商使用其默认值 {default}。", "Not sent; the provider's default {default} applies."
)
_OFF = Words("未发送；服务商未说明默认值。", "Not sent; the provider documents no default.")
_NEEDS = Words(
    "{name} 只在 {other} = {wanted} 时可用。请这样设置，或关闭“发送”。",
    "{name} is taken only with {other} = {wanted}. Set it so, or switch *send* off.",
)
_HALF = Words(
    "{name} 里有无法编码的字符（半个字符）。请重新输入，或关闭“发送”。",
    "{name} holds half a character that cannot be encoded. Type it anew, or switch *send* off.",
)
_SHORT = Words(
    "{name} 至少 {limit} 个字符。请补足，或关闭“发送”。",
    "{name} needs at least {limit} characters. Lengthen it, or switch *send* off.",
)
_SENT = Words("以 {wire_name} 发送。", "Sent as {wire_name}.")
_PLACES = {name: place for place, name in enumerate(CATALOGUE)}
# Four penalties of three formulas: none of them can stand in for another.
_PENALTIES = ("penalty_score", "repetition_penalty", "frequency_penalty", "presence_penalty")


def span(spec: ParamSpec) -> str:
    """The range as mathematicians write it: `(0, 1]`, `≥ 2`, or "" where unknown.

    For strings `≤ 4 × 20` means at most 4 strings of at most 20 characters; a choice is its words.
    """
    if spec.kind == "bool":
        return "true / false"
    if spec.choices:
        return " / ".join(spec.choices)
    if spec.kind == "strings":
        counts = [str(n) for n in (spec.max_items, spec.maximum and int(spec.maximum)) if n]
        return f"≤ {' × '.join(counts)}" if counts else ""
    low, high = _number(spec.minimum), _number(spec.maximum)
    if low and high:
        opening, closing = (
            "(" if spec.exclusive_minimum else "[",
            ")" if spec.exclusive_maximum else "]",
        )
        return f"{opening}{low}, {high}{closing}"
    if low:
        return f"{'>' if spec.exclusive_minimum else '≥'} {low}"
    return f"{'<' if spec.exclusive_maximum else '≤'} {high}" if high else ""


def account(model: ModelSpec, requested: Mapping[str, Any]) -> tuple[ParamTrace, ...]:
    """What will become of every parameter of the catalogue if `requested` is sent to `model`.

    Pure; shown before sending, stored with the call. Parameters neither requested nor taken by
    the model have nothing to explain and are left out.

    Raises:
        InvalidParam: for a name that the catalogue does not know.
    """
    if not _LASTING.issuperset(map(type, requested.values())):
        return _account(model, requested)
    # A study's calls are of a few settings. How a value is written tells its type, too.
    try:
        known, asked = _accounts(model), repr(requested)
    except ValueError:  # a number of more digits than Python writes
        return _account(model, requested)
    found = known.get(asked)
    if found is None:
        found = _account(model, requested)
        if len(known) >= _MOST_SETTINGS:
            known.clear()
        if len(asked) <= _LONGEST_SETTING:
            known[asked] = found
    return found


def _account(model: ModelSpec, requested: Mapping[str, Any]) -> tuple[ParamTrace, ...]:
    for name in requested:
        if name not in CATALOGUE:
            raise InvalidParam(_NO_PARAM.whole(name=brief(name), known=", ".join(CATALOGUE)))
    untouched = _untouched(model)
    traces = {**untouched, **{name: _trace(name, model, requested) for name in requested}}
    if len(traces) > len(untouched):
        # What the model does not take has its place in the catalogue too.
        traces = {name: traces[name] for name in sorted(traces, key=_PLACES.__getitem__)}
    return tuple(traces.values())


def _no_accounts(_: ModelSpec) -> dict[str, tuple[ParamTrace, ...]]:
    return {}


# Model → settings as they are written → their account.
_accounts = Once(_no_accounts)
_MOST_SETTINGS, _LONGEST_SETTING = 256, 1_000
# Nobody can change a value of these.
_LASTING = frozenset({bool, int, float, str})


def not_honoured(model: ModelSpec, requested: Mapping[str, Any]) -> tuple[ParamTrace, ...]:
    """The settings among `requested` that `model` will not honour, each with its reason.

    What a comparison or a sweep shows above a model's column before anything is sent.

    Raises:
        InvalidParam: for a name that the catalogue does not know.
    """
    return tuple(
        trace
        for trace in account(model, requested)
        if trace.name in requested and trace.outcome != "sent"
    )


def check_params(traces: Iterable[ParamTrace]) -> None:
    """Refuse what cannot be sent.

    Raises:
        InvalidParam: naming the first parameter out of its range and the range.
    """
    for trace in traces:
        if trace.outcome == "out of range":
            raise InvalidParam(trace.reason)


def wire_params(traces: Iterable[ParamTrace]) -> dict[str, Any]:
    """The body's part with exactly the parameters that are sent; dotted names are nested."""
    body: dict[str, Any] = {}
    for trace in traces:
        if trace.outcome == "sent" and trace.wire_name:
            *path, last = trace.wire_name.split(".")
            place = body
            for step in path:
                place = place.setdefault(step, {})
            place[last] = trace.sent
    return body


def echoed(traces: tuple[ParamTrace, ...], echo: Mapping[str, Any]) -> tuple[ParamTrace, ...]:
    """The account once the answer has told which values it used, by wire name."""
    if not echo:
        return traces
    return tuple(
        replace(trace, echoed=_storable(echo[trace.wire_name]))
        if trace.wire_name is not None and trace.wire_name in echo
        else trace
        for trace in traces
    )


def settings_text(params: Mapping[str, Any], system: str) -> list[str]:
    """What is set beside the question, as `name=value`; of a long persona its beginning."""
    parts = [
        f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in params.items()
    ]
    persona = " ".join(system.split())
    if persona:
        parts.append(f"system={persona if len(persona) <= 24 else persona[:24] + '…'}")
    return parts


def parse_value(name: str, text: str) -> Any:
    """A text as a value of the parameter's kind; left as text where it is none.

    Raises:
        InvalidParam: for a name that the catalogue does not know.
    """
    spec = CATALOGUE.get(name)
    kind = "float" if spec is None else spec.kind
    if kind in ("text", "choice"):
        return text
    if kind == "strings":
        return tuple(part for part in text.split(",") if part)
    if kind == "bool":
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    return parse_json(text) if kind == "json" else _parse_number(text)


def parse_json(text: str) -> Any:
    """A JSON value; left as text where it is none."""
    try:
        return strict_json(text)
    except (ValueError, RecursionError):
        return text


def _parse_number(text: str) -> Any:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _trace(name: str, model: ModelSpec, requested: Mapping[str, Any]) -> ParamTrace:
    value, spec = requested[name], model.param(name)
    if spec is None:
        return ParamTrace(name, _storable(value), None, None, "not supported", _absent(name, model))
    fault = _fault(spec, value) or _unmet(spec, model, requested)
    if fault is not None:
        return ParamTrace(name, _storable(value), spec.wire_name, None, "out of range", fault)
    sent = _normal(spec, value)
    return ParamTrace(name, sent, spec.wire_name, sent, "sent", _sent_as(spec.wire_name))


@functools.lru_cache(256)
def _sent_as(wire_name: str) -> Words:
    return _SENT.format(wire_name=wire_name)


def _unset(spec: ParamSpec) -> ParamTrace:
    if spec.default is None:
        return ParamTrace(spec.name, None, spec.wire_name, None, "off", _OFF)
    reason = _DEFAULT.format(default=_show(spec.default))
    return ParamTrace(spec.name, None, spec.wire_name, None, "provider default", reason)


def _all_unset(model: ModelSpec) -> dict[str, ParamTrace]:
    """The account of a model of which nothing is requested, in the catalogue's order."""
    specs = sorted(model.params, key=lambda spec: _PLACES[spec.name])
    return {spec.name: _unset(spec) for spec in specs}


_untouched = Once(_all_unset)


def _absent(name: str, model: ModelSpec) -> Words:
    others = [other for other in _PENALTIES if model.param(other) is not None]
    if name not in _PENALTIES or not others:
        return _NOT_SUPPORTED
    return _NOT_CONVERTED.format(others=", ".join(others))


def _fault(spec: ParamSpec, value: Any) -> Words | None:
    """Why a value cannot be sent, as a sentence with the range in it; None when it can."""
    match spec.kind:
        case "strings":
            return _strings_fault(spec, value)
        case "bool":
            good = isinstance(value, bool)
            return None if good else _bad(spec, "不是 true 或 false", "is not true or false", value)
        case "choice":
            good = isinstance(value, str) and value in spec.choices
            return None if good else _bad(spec, "不是可选的值", "is not one of the choices", value)
        case "text":
            return _text_fault(spec, value)
        case "json":
            return _json_fault(spec, value)
    return _number_fault(spec, value)


def _unmet(spec: ParamSpec, model: ModelSpec, requested: Mapping[str, Any]) -> Words | None:
    """Why a value cannot be sent beside the others; None when it can."""
    if spec.needs is None:
        return None
    other, wanted = spec.needs
    known = model.param(other)
    if requested.get(other, None if known is None else known.default) == wanted:
        return None
    return _NEEDS.format(name=spec.name, other=other, wanted=_show(wanted))


def _number_fault(spec: ParamSpec, value: Any) -> Words | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _bad(spec, "不是数字", "is not a number", value)
    if isinstance(value, float) and not math.isfinite(value):
        return _bad(spec, "不是有限的数字", "is not a finite number", value)
    if spec.kind == "int" and value != int(value):
        return _bad(spec, "不是整数", "is not a whole number", value)
    low, high = spec.minimum, spec.maximum
    if low is not None and (value < low or (spec.exclusive_minimum and value == low)):
        return _bad(spec, "太小", "is too small", value)
    if high is not None and (value > high or (spec.exclusive_maximum and value == high)):
        return _bad(spec, "太大", "is too large", value)
    return None


def _text_fault(spec: ParamSpec, value: Any) -> Words | None:
    if not isinstance(value, str):
        return _bad(spec, "不是文字", "is not text", value)
    if not encodes(value):
        return _HALF.format(name=spec.name)
    if spec.minimum is not None and len(value) < spec.minimum:
        return _SHORT.format(name=spec.name, limit=int(spec.minimum))
    if spec.maximum is not None and len(value) > spec.maximum:
        limit = int(spec.maximum)
        return Words(
            f"{spec.name} 最多 {limit} 个字符。请缩短。",
            f"{spec.name} may have at most {limit} characters. Shorten it.",
        )
    return None


def _json_fault(spec: ParamSpec, value: Any) -> Words | None:
    if not isinstance(value, Mapping | list | tuple) and value not in spec.choices:
        return _bad(spec, "不是 JSON 列表或对象", "is no JSON list or object", value)
    if spec.max_items is not None and len(value) > spec.max_items:
        return Words(
            f"{spec.name} 最多 {spec.max_items} 项，现在有 {len(value)} 项。请删去一些。",
            f"{spec.name} takes at most {spec.max_items} entries and got {len(value)}. "
            "Remove some.",
        )
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError):
        return _bad(spec, "不能写成 JSON", "cannot be written as JSON", "…")
    if too_deep(value):
        return _bad(spec, "嵌套太深", "is nested too deeply", "…")
    return None


def _strings_fault(spec: ParamSpec, value: Any) -> Words | None:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        return _bad(spec, "应是字符串列表", "must be a list of strings", value)
    if not all(map(encodes, value)):
        return _HALF.format(name=spec.name)
    if spec.max_items is not None and len(value) > spec.max_items:
        return Words(
            f"{spec.name} 最多 {spec.max_items} 个，现在有 {len(value)} 个。请删去一些。",
            f"{spec.name} takes at most {spec.max_items} strings and got {len(value)}. "
            "Remove some.",
        )
    if spec.maximum is not None and any(len(item) > spec.maximum for item in value):
        limit = int(spec.maximum)
        return Words(
            f"{spec.name} 的每个字符串最多 {limit} 个字符。请缩短。",
            f"Each string of {spec.name} may have at most {limit} characters. Shorten it.",
        )
    return None


def _bad(spec: ParamSpec, zh: str, en: str, value: Any) -> Words:
    value, range_ = brief(value), span(spec)
    listed = bool(spec.choices) or spec.kind == "bool"
    zh_step = f"请填写 {range_} 之间的值" if range_ and not listed else "请修改"
    en_step = f"Choose a value in {range_}" if range_ and not listed else "Change it"
    if listed:
        zh_step, en_step = f"请选择 {range_}", f"Choose one of {range_}"
    return Words(
        f"{spec.name} = {value} {zh}。{zh_step}，或关闭“发送”。",
        f"{spec.name} = {value} {en}. {en_step}, or switch *send* off.",
    )


def _normal(spec: ParamSpec, value: Any) -> Any:
    if spec.kind == "strings":
        return list(value)
    return int(value) if spec.kind == "int" else value


def _storable(value: Any) -> Any:
    """A value as the record keeps it; what has no JSON stays readable as text."""
    value = list(value) if isinstance(value, tuple) else value
    try:
        json.dumps(value, allow_nan=False)
        if not too_deep(value):
            return value
    except (TypeError, ValueError, RecursionError):
        pass
    return brief(value, 200)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}" if abs(value) < 1e6 else str(int(value))


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else f"{value}"
