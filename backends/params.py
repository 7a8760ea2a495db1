"""The parameters there are, one row each.

A provider file takes a row from here and narrows it with `.but(...)`: wire name, range, default,
source. What becomes of a value is decided in `account.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backends.types import Kind, ParamSpec, Words


def _row(
    name: str, kind: Kind, label: tuple[str, str], help: tuple[str, str], **facts: Any
) -> ParamSpec:
    return ParamSpec(name, kind, Words(*label), Words(*help), **facts)


TEMPERATURE = _row(
    "temperature",
    "float",
    ("温度 temperature", "Temperature"),
    (
        "越高越随机，越低越确定。建议只调温度或 top_p 其中一个。",
        "Higher is more random, lower more certain. Tune temperature or top_p, not both.",
    ),
    neutral=1.0,
    step=0.01,
)
TOP_P = _row(
    "top_p",
    "float",
    ("核采样 top_p", "Top-p (nucleus)"),
    (
        "只在累计概率达到该值的候选词中采样。1 表示不截断。",
        "Sample only from the words that make up this much probability. 1 cuts nothing.",
    ),
    neutral=1.0,
    step=0.01,
)
PENALTY_SCORE = _row(
    "penalty_score",
    "float",
    ("重复惩罚 penalty_score", "Penalty score"),
    (
        "乘法型惩罚：1 不惩罚，越大越少重复。与加法型的频率/存在惩罚不能互相换算。",
        "Multiplicative: 1 does nothing, larger repeats less. It cannot be converted into "
        "the additive frequency and presence penalties.",
    ),
    neutral=1.0,
    step=0.01,
)
MAX_OUTPUT_TOKENS = _row(
    "max_output_tokens",
    "int",
    ("最大输出 max_output_tokens", "Max output tokens"),
    (
        "回答最多多少个 token；超过即截断，状态记为 length。",
        "The answer is cut at this many tokens; its state is then *length*.",
    ),
    step=1,
    unit="token",
)
TOP_K = _row(
    "top_k",
    "int",
    ("候选数 top_k", "Top-k"),
    ("只在概率最高的 k 个候选词中采样。", "Sample only from the k most probable words."),
    step=1,
)
FREQUENCY_PENALTY = _row(
    "frequency_penalty",
    "float",
    ("频率惩罚", "Frequency penalty"),
    (
        "加法型惩罚，随出现次数增加。0 不惩罚。与乘法型惩罚不能互相换算。",
        "Additive, grows with each repetition of a word. 0 does nothing. It cannot be converted "
        "into a multiplicative penalty.",
    ),
    neutral=0.0,
    step=0.1,
)
PRESENCE_PENALTY = _row(
    "presence_penalty",
    "float",
    ("存在惩罚", "Presence penalty"),
    (
        "加法型惩罚，出现过即计一次。0 不惩罚。与乘法型惩罚不能互相换算。",
        "Additive, once for any word already used. 0 does nothing. It cannot be converted "
        "into a multiplicative penalty.",
    ),
    neutral=0.0,
    step=0.1,
)
REPETITION_PENALTY = _row(
    "repetition_penalty",
    "float",
    ("重复惩罚 repetition_penalty", "Repetition penalty"),
    (
        "乘法型惩罚：1 不惩罚。与 penalty_score 的算法和范围不同，不互相代替。",
        "Multiplicative: 1 does nothing. Its formula and range differ from penalty_score's; "
        "neither stands in for the other.",
    ),
    neutral=1.0,
    step=0.01,
)
SEED = _row(
    "seed",
    "int",
    ("随机种子 seed", "Seed"),
    ("相同种子尽量给出相同回答。", "The same seed tries to give the same answer."),
    step=1,
)
STOP = _row(
    "stop",
    "strings",
    ("停止词 stop", "Stop strings"),
    (
        "遇到其中任一字符串即停止，每行一个。",
        "The answer ends before any of these strings; one a line.",
    ),
)
MIN_P = _row(
    "min_p",
    "float",
    ("最小概率 min_p", "Min-p"),
    (
        "去掉概率低于“最可能的词 × 该值”的候选。0 不截断。",
        "Drops words less probable than this share of the most probable one. 0 cuts nothing.",
    ),
    neutral=0.0,
    step=0.01,
)
MIN_OUTPUT_TOKENS = _row(
    "min_output_tokens",
    "int",
    ("最小输出 min_output_tokens", "Min output tokens"),
    ("回答至少多少个 token。", "The answer has at least this many tokens."),
    step=1,
    unit="token",
)
RESPONSE_FORMAT = _row(
    "response_format",
    "choice",
    ("输出格式 response_format", "Response format"),
    (
        "json_object：要求回答是一个 JSON 对象；提示词里也要写明。",
        "json_object asks for one JSON object; the prompt must ask for it too.",
    ),
    choices=("text", "json_object"),
    neutral="text",
)
THINKING = _row(
    "thinking",
    "choice",
    ("深度思考 thinking", "Thinking"),
    (
        "回答前是否先推理；auto 由模型决定。",
        "Whether to reason before answering; with auto the model decides.",
    ),
    choices=("enabled", "disabled", "auto"),
)
ENABLE_THINKING = _row(
    "enable_thinking",
    "bool",
    ("深度思考 enable_thinking", "Enable thinking"),
    ("回答前是否先推理。", "Whether to reason before answering."),
)
THINKING_BUDGET = _row(
    "thinking_budget",
    "int",
    ("思考预算 thinking_budget", "Thinking budget"),
    ("推理过程最多多少个 token。", "At most this many tokens of reasoning."),
    step=1,
    unit="token",
)
REASONING_EFFORT = _row(
    "reasoning_effort",
    "choice",
    ("推理力度 reasoning_effort", "Reasoning effort"),
    ("推理花多少功夫；越高越慢越贵。", "How hard to reason; higher is slower and dearer."),
    choices=("low", "medium", "high"),
)
LOGPROBS = _row(
    "logprobs",
    "bool",
    ("对数概率 logprobs", "Log-probabilities"),
    ("返回每个词的对数概率。", "Report the log-probability of every token."),
)
TOP_LOGPROBS = _row(
    "top_logprobs",
    "int",
    ("候选对数概率 top_logprobs", "Top log-probabilities"),
    (
        "每个位置再列出几个最可能的词；需要打开 logprobs。",
        "How many rivals to list for each token; needs logprobs on.",
    ),
    step=1,
    needs=("logprobs", True),
)
WEB_SEARCH = _row(
    "web_search",
    "bool",
    ("联网搜索 web_search", "Web search"),
    ("回答前是否先搜索网页。", "Whether to search the web before answering."),
)
SEARCH_MODE = _row(
    "search_mode",
    "choice",
    ("搜索模式", "Search mode"),
    ("normal 较快，deep 较全。", "normal is faster, deep more thorough."),
    choices=("normal", "deep"),
)
SHOW_REF_LABEL = _row(
    "show_ref_label",
    "bool",
    ("返回搜索来源 show_ref_label", "Show search sources"),
    ("联网搜索时返回来源链接。", "With web search, report the sources."),
)
DISABLE_SEARCH = _row(
    "disable_search",
    "bool",
    ("关闭搜索 disable_search", "Disable search"),
    (
        "打开后不搜索网页，enable_citation 与 enable_trace 随之无效。",
        "When on, the web is not searched, and enable_citation and enable_trace have no effect.",
    ),
)
ENABLE_CITATION = _row(
    "enable_citation",
    "bool",
    ("角标 enable_citation", "Citations"),
    ("在回答中标出搜索来源的编号。", "Mark the sources of a search in the answer."),
)
ENABLE_TRACE = _row(
    "enable_trace",
    "bool",
    ("溯源 enable_trace", "Search trace"),
    ("返回搜索溯源信息。", "Report what the search found."),
)
TOOLS = _row(
    "tools",
    "json",
    ("工具 tools", "Tools"),
    (
        'JSON 列表，如 [{"type": "function", "function": {…}}]。',
        'A JSON list such as [{"type": "function", "function": {…}}].',
    ),
)
TOOL_CHOICE = _row(
    "tool_choice",
    "json",
    ("工具选择 tool_choice", "Tool choice"),
    (
        '"none"、"auto"、"required"，或指定一个函数的 JSON 对象。',
        '"none", "auto", "required", or a JSON object that names a function.',
    ),
    choices=("none", "auto", "required"),
)
PARALLEL_TOOL_CALLS = _row(
    "parallel_tool_calls",
    "bool",
    ("并行工具调用", "Parallel tool calls"),
    ("一次回答可否要求多个工具。", "Whether one answer may ask for several tools."),
)
TOOL_CALLS_SWITCH = _row(
    "tool_calls_switch",
    "bool",
    ("工具调用为数组 tool_calls_switch", "Tool calls as a list"),
    (
        "打开时 tool_calls 是数组，否则是对象。",
        "When on, tool_calls is a list, otherwise an object.",
    ),
)
FUNCTIONS = _row(
    "functions",
    "json",
    ("函数 functions", "Functions"),
    (
        "JSON 列表：每个函数的 name、description、parameters。",
        "A JSON list: name, description and parameters of each function.",
    ),
)
USER_ID = _row(
    "user_id",
    "text",
    ("用户标识 user_id", "User id"),
    (
        "告诉服务商这是哪个最终用户；不要填真实姓名。",
        "Tells the provider which end user asks; do not put a real name here.",
    ),
)
USER_IP = _row(
    "user_ip",
    "text",
    ("用户地址 user_ip", "User IP"),
    ("最终用户的网络地址。", "The end user's network address."),
)
USER_SETTING = _row(
    "user_setting",
    "text",
    ("人物设定 user_setting", "User setting"),
    ("旧接口里的人设字段。", "An older field for the persona."),
)
ENABLE_SYSTEM_MEMORY = _row(
    "enable_system_memory",
    "bool",
    ("系统记忆 enable_system_memory", "System memory"),
    ("是否使用在千帆控制台保存的系统记忆。", "Whether to use a memory saved in the console."),
)
SYSTEM_MEMORY_ID = _row(
    "system_memory_id",
    "text",
    ("系统记忆编号 system_memory_id", "System memory id"),
    ("使用哪一份系统记忆。", "Which saved memory to use."),
)
METADATA = _row(
    "metadata",
    "json",
    ("附加信息 metadata", "Metadata"),
    ("JSON 对象，随请求保存在服务商处。", "A JSON object kept with the request at the provider."),
)
SUPPRESS_PLUGIN = _row(
    "suppress_plugin",
    "strings",
    ("禁用插件 suppress_plugin", "Suppressed plugins"),
    ("不使用的插件，每行一个。", "Plugins not to be used, one a line."),
)
KEEP_ALIVE = _row(
    "keep_alive",
    "bool",
    ("保持连接 keep_alive", "Keep alive"),
    (
        "非流式时服务端先发空行，直到回答完成。",
        "When not streaming, the server sends blank lines until the answer is ready.",
    ),
)
# Of dictation.
SILENCE_TIMEOUT = _row(
    "silence_timeout",
    "int",
    ("静音断句", "Silence timeout"),
    ("静音多久算说完，毫秒。", "How long a silence ends the speech, in milliseconds."),
    step=100,
    unit="ms",
)
DYNAMIC_CORRECTION = _row(
    "dynamic_correction",
    "choice",
    ("动态修正 dwa", "Dynamic correction"),
    (
        "wpgs：边听边改正前面的文字（仅中文）。",
        "wpgs: earlier words are corrected while listening (Chinese only).",
    ),
    choices=("wpgs",),
)
PUNCTUATION = _row(
    "punctuation",
    "int",
    ("标点 ptt", "Punctuation"),
    ("1 加标点，0 不加。", "1 adds punctuation, 0 does not."),
    step=1,
)
NUMERALS = _row(
    "numerals",
    "int",
    ("阿拉伯数字 nunum", "Arabic numerals"),
    ("1 把数字写成阿拉伯数字，0 不改。", "1 writes numbers as digits, 0 leaves them."),
    step=1,
)
SCRIPT = _row(
    "script",
    "choice",
    ("字形 rlang", "Script"),
    ("zh-cn 简体，zh-hk 繁体。", "zh-cn simplified, zh-hk traditional characters."),
    choices=("zh-cn", "zh-hk"),
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
        REPETITION_PENALTY,
        SEED,
        STOP,
        MIN_P,
        MIN_OUTPUT_TOKENS,
        RESPONSE_FORMAT,
        THINKING,
        ENABLE_THINKING,
        THINKING_BUDGET,
        REASONING_EFFORT,
        LOGPROBS,
        TOP_LOGPROBS,
        WEB_SEARCH,
        SEARCH_MODE,
        SHOW_REF_LABEL,
        DISABLE_SEARCH,
        ENABLE_CITATION,
        ENABLE_TRACE,
        TOOLS,
        TOOL_CHOICE,
        PARALLEL_TOOL_CALLS,
        TOOL_CALLS_SWITCH,
        FUNCTIONS,
        USER_ID,
        USER_IP,
        USER_SETTING,
        ENABLE_SYSTEM_MEMORY,
        SYSTEM_MEMORY_ID,
        METADATA,
        SUPPRESS_PLUGIN,
        KEEP_ALIVE,
        SILENCE_TIMEOUT,
        DYNAMIC_CORRECTION,
        PUNCTUATION,
        NUMERALS,
        SCRIPT,
    )
}
