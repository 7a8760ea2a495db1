"""The parameters there are, and the account of what becomes of each in a call.

A provider file takes a row from here and narrows it with `.but(...)`: wire name, range, default,
source. Whether a value may be sent is decided here alone; both UIs, the CLI and the door ask
`account` and `check_params`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from backends.errors import InvalidParam
from backends.types import ModelSpec, ParamSpec, ParamTrace, Words

TEMPERATURE = ParamSpec(
    "temperature",
    "float",
    Words("温度 temperature", "Temperature"),
    Words(
        "越高越随机，越低越确定。建议只调温度或 top_p 其中一个。",
        "Higher is more random, lower more certain. Tune temperature or top_p, not both.",
    ),
    neutral=1.0,
    step=0.01,
)
TOP_P = ParamSpec(
    "top_p",
    "float",
    Words("核采样 top_p", "Top-p (nucleus)"),
    Words(
        "只在累计概率达到该值的候选词中采样。1 表示不截断。",
        "Sample only from the words that make up this much probability. 1 cuts nothing.",
    ),
    neutral=1.0,
    step=0.01,
)
TOP_K = ParamSpec(
    "top_k",
    "int",
    Words("候选数 top_k", "Top-k"),
    Words("只在概率最高的 k 个候选词中采样。", "Sample only from the k most probable words."),
    step=1,
)
PENALTY_SCORE = ParamSpec(
    "penalty_score",
    "float",
    Words("重复惩罚 penalty_score", "Penalty score"),
    Words(
        "乘法型惩罚：1 不惩罚，越大越少重复。与加法型的频率/存在惩罚不能互相换算。",
        "Multiplicative: 1 does nothing, larger repeats less. It cannot be converted into "
        "the additive frequency and presence penalties.",
    ),
    neutral=1.0,
    step=0.01,
)
FREQUENCY_PENALTY = ParamSpec(
    "frequency_penalty",
    "float",
    Words("频率惩罚", "Frequency penalty"),
    Words(
        "加法型惩罚，随出现次数增加。0 不惩罚。",
        "Additive, grows with each repetition of a word. 0 does nothing.",
    ),
    neutral=0.0,
    step=0.1,
)
PRESENCE_PENALTY = ParamSpec(
    "presence_penalty",
    "float",
    Words("存在惩罚", "Presence penalty"),
    Words(
        "加法型惩罚，出现过即计一次。0 不惩罚。",
        "Additive, once for any word already used. 0 does nothing.",
    ),
    neutral=0.0,
    step=0.1,
)
MAX_OUTPUT_TOKENS = ParamSpec(
    "max_output_tokens",
    "int",
    Words("最大输出 max_output_tokens", "Max output tokens"),
    Words(
        "回答最多多少个 token；超过即截断，状态记为 length。",
        "The answer is cut at this many tokens; its state is then *length*.",
    ),
    step=1,
    unit="token",
)
SEED = ParamSpec(
    "seed",
    "int",
    Words("随机种子 seed", "Seed"),
    Words("相同种子尽量给出相同回答。", "The same seed tries to give the same answer."),
    step=1,
)
STOP = ParamSpec(
    "stop",
    "strings",
    Words("停止词 stop", "Stop strings"),
    Words(
        "遇到其中任一字符串即停止，每行一个。",
        "The answer ends before any of these strings; one a line.",
    ),
)

CATALOGUE: Mapping[str, ParamSpec] = {
    spec.name: spec
    for spec in (
        TEMPERATURE,
        TOP_P,
        PENALTY_SCORE,
        MAX_OUTPUT_TOKENS,
        TOP_K,
        FREQUENCY_PENALTY,
        PRESENCE_PENALTY,
        SEED,
        STOP,
    )
}

_NOT_SUPPORTED = Words(
    "该模型没有这个参数，因此不发送。", "This model has no such parameter, so it is not sent."
)
_DEFAULT = Words(
    "未发送；服务商使用其默认值 {default}。", "Not sent; the provider's default {default} applies."
)
_OFF = Words("未发送；服务商未说明默认值。", "Not sent; the provider documents no default.")
_SENT = Words("以 {wire_name} 发送。", "Sent as {wire_name}.")


def span(spec: ParamSpec) -> str:
    """The range as mathematicians write it: `(0, 1]`, `≥ 2`, or "" where unknown.

    For strings `≤ 4 × 20` means at most 4 strings of at most 20 characters.
    """
    if spec.kind == "strings":
        counts = [str(n) for n in (spec.max_items, spec.maximum and int(spec.maximum)) if n]
        return f"≤ {' × '.join(counts)}" if counts else ""
    low, high = _number(spec.minimum), _number(spec.maximum)
    if low and high:
        return f"{'(' if spec.exclusive_minimum else '['}{low}, {high}]"
    if low:
        return f"{'>' if spec.exclusive_minimum else '≥'} {low}"
    return f"≤ {high}" if high else ""


def account(model: ModelSpec, requested: Mapping[str, Any]) -> tuple[ParamTrace, ...]:
    """What will become of every parameter of the catalogue if `requested` is sent to `model`.

    Pure; shown before sending, stored with the call. Parameters neither requested nor taken by
    the model have nothing to explain and are left out.

    Raises:
        InvalidParam: for a name that the catalogue does not know.
    """
    for name in requested:
        if name not in CATALOGUE:
            known = ", ".join(CATALOGUE)
            raise InvalidParam(
                Words(
                    f"没有名为“{name}”的参数。可用的参数：{known}。",
                    f"There is no parameter “{name}”. The parameters are: {known}.",
                )
            )
    traces = (
        _trace(name, model.param(name), name in requested, requested.get(name))
        for name in CATALOGUE
    )
    return tuple(trace for trace in traces if trace is not None)


def check_params(traces: Iterable[ParamTrace]) -> None:
    """Refuse what cannot be sent.

    Raises:
        InvalidParam: naming the first parameter out of its range and the range.
    """
    for trace in traces:
        if trace.outcome == "out of range":
            raise InvalidParam(trace.reason)


def wire_params(traces: Iterable[ParamTrace]) -> dict[str, Any]:
    """Wire name → value, of exactly the parameters that are sent."""
    return {
        trace.wire_name: trace.sent
        for trace in traces
        if trace.outcome == "sent" and trace.wire_name
    }


def parse_value(name: str, text: str) -> Any:
    """A command-line text as a value of the parameter's kind; left as text where it is none.

    Raises:
        InvalidParam: for a name that the catalogue does not know.
    """
    spec = CATALOGUE.get(name)
    if spec is not None and spec.kind == "strings":
        return tuple(part for part in text.split(",") if part)
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _trace(name: str, spec: ParamSpec | None, requested: bool, value: Any) -> ParamTrace | None:
    if spec is None:
        if not requested:
            return None
        return ParamTrace(name, _storable(value), None, None, "not supported", _NOT_SUPPORTED)
    if not requested:
        if spec.default is None:
            return ParamTrace(name, None, spec.wire_name, None, "off", _OFF)
        reason = _DEFAULT.format(default=_show(spec.default))
        return ParamTrace(name, None, spec.wire_name, None, "provider default", reason)
    fault = _fault(spec, value)
    if fault is not None:
        return ParamTrace(name, _storable(value), spec.wire_name, None, "out of range", fault)
    sent = _normal(spec, value)
    return ParamTrace(
        name, sent, spec.wire_name, sent, "sent", _SENT.format(wire_name=spec.wire_name)
    )


def _fault(spec: ParamSpec, value: Any) -> Words | None:
    """Why a value cannot be sent, as a sentence with the range in it; None when it can."""
    if spec.kind == "strings":
        return _strings_fault(spec, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _bad(spec, "不是数字", "is not a number", value)
    if isinstance(value, float) and not math.isfinite(value):
        return _bad(spec, "不是有限的数字", "is not a finite number", value)
    if spec.kind == "int" and value != int(value):
        return _bad(spec, "不是整数", "is not a whole number", value)
    low, high = spec.minimum, spec.maximum
    if low is not None and (value < low or (spec.exclusive_minimum and value == low)):
        return _bad(spec, "太小", "is too small", value)
    if high is not None and value > high:
        return _bad(spec, "太大", "is too large", value)
    return None


def _strings_fault(spec: ParamSpec, value: Any) -> Words | None:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        return _bad(spec, "应是字符串列表", "must be a list of strings", value)
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
    range_ = span(spec)
    zh_step = f"请填写 {range_} 之间的值" if range_ else "请修改"
    en_step = f"Choose a value in {range_}" if range_ else "Change it"
    return Words(
        f"{spec.name} = {value} {zh}。{zh_step}，或关闭“发送”。",
        f"{spec.name} = {value} {en}. {en_step}, or switch *send* off.",
    )


def _normal(spec: ParamSpec, value: Any) -> Any:
    if spec.kind == "strings":
        return list(value)
    return int(value) if spec.kind == "int" else value


def _storable(value: Any) -> Any:
    """NaN and infinities have no JSON; as text they stay readable in the record."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}" if abs(value) < 1e6 else str(int(value))


def _show(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else f"{value}"
