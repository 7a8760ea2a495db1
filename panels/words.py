"""The one catalogue of wording: every text of both user interfaces, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from backends import Words
from panels.words_batch import BATCH
from panels.words_compare import COMPARE
from panels.words_compare_page import COMPARE_PAGE
from panels.words_keys import KEYS
from panels.words_scoreboard import SCOREBOARD
from panels.words_tune import TUNE
from panels.words_usage import USAGE

Lang = Literal["zh", "en"]


def t(key: str, lang: Lang, **values: object) -> str:
    """The text of `key`, its {fields} filled in.

    Raises:
        KeyError: no such key, or a field without a value.
    """
    text = pick(WORDS[key], lang)
    return text.format(**values) if values else text


def pick(words: Words, lang: Lang) -> str:
    """One of the two languages."""
    return words.zh if lang == "zh" else words.en


def language(preferred: str | None) -> Lang:
    """The language for an Accept-Language value or a locale such as `zh-CN`; English if unsure.

    Of several, the one the browser likes best decides, if we speak it.
    """
    ranked: list[tuple[float, int, Lang]] = []
    for position, part in enumerate((preferred or "").split(",")):
        name, _, quality = part.strip().partition(";")
        code = name.replace("_", "-").partition("-")[0].lower()
        weight = _quality(quality)
        if weight > 0 and code in ("zh", "en"):
            ranked.append((-weight, position, "zh" if code == "zh" else "en"))
    return min(ranked)[2] if ranked else "en"


def _quality(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


WORDS: Mapping[str, Words] = {
    # The product and its pages
    "app_title": Words("调参台", "Tunedesk"),
    "page_chat": Words("对话", "Chat"),
    "page_usage": Words("用量", "Usage"),
    "language": Words("语言", "Language"),
    "language_zh": Words("中文", "中文"),
    "language_en": Words("English", "English"),
    "theme": Words("主题", "Theme"),
    # Sidebar: model
    "model": Words("模型", "Model"),
    "model_help": Words(
        "没有密钥的服务商由本机模拟器回答，并标明“模拟”。",
        "Providers without a key are answered by a local emulator, and say so.",
    ),
    "provider": Words("服务商", "Provider"),
    "mark_live": Words("真实", "live"),
    "mark_emulated": Words("模拟", "emulated"),
    "mark_builtin": Words("内置", "built-in"),
    "mark_retired": Words("{date} 下线", "retired {date}"),
    "emulated_help": Words(
        "没有设置该服务商的密钥，回答来自本机模拟器，不是真实模型。",
        "No key is set for this provider: the answer comes from a local "
        "emulator, not from the real model.",
    ),
    "limit_input": Words("输入上限", "Input limit"),
    "limit_characters": Words("{count} 字符", "{count} characters"),
    "limit_tokens": Words("{count} token", "{count} tokens"),
    "limit_unknown": Words("未说明", "not documented"),
    "status_live": Words("在役", "in service"),
    "status_retired": Words("已于 {date} 下线", "retired on {date}"),
    "status_unknown": Words("不在目录中，取值范围未知", "not in the catalogue, ranges unknown"),
    "no_system": Words("不支持人设", "takes no persona"),
    "source": Words("文档", "source"),
    # Sidebar: persona
    "persona": Words("人设", "Persona"),
    "persona_library": Words("人设库", "Persona library"),
    "persona_text": Words("人设内容", "Persona text"),
    "persona_placeholder": Words(
        "告诉模型它是谁、怎样回答；留空则不发送。",
        "Tell the model who it is and how to answer; empty sends none.",
    ),
    "persona_own": Words("自定义", "My own"),
    "persona_not_taken": Words(
        "该模型不支持人设，请清空后再发送。",
        "This model takes no persona; clear it before you send.",
    ),
    # Sidebar: parameters
    "parameters": Words("参数", "Parameters"),
    "parameters_help": Words(
        "只有打开“发送”的参数才会发给服务商。",
        "Only parameters whose *send* is on go to the provider.",
    ),
    "knob_send": Words("发送 {name}", "Send {name}"),
    "neutral": Words("全部中性", "Neutral"),
    "neutral_help": Words(
        "把每个参数设为不起作用的值并发送；没有中性值的不发送。",
        "Set and send the value that does nothing; where there is none, send nothing.",
    ),
    "defaults": Words("服务商默认", "Provider defaults"),
    "defaults_help": Words(
        "显示服务商文档中的默认值，并且什么也不发送。",
        "Show the documented defaults and send none of them.",
    ),
    "range": Words("范围 {range}", "range {range}"),
    "range_unknown": Words("范围未说明", "range not documented"),
    "range_items": Words("最多 {count} 个", "up to {count}"),
    "range_item_length": Words("每个最多 {count} 个字符", "each up to {count} characters"),
    "default": Words("默认 {value}", "default {value}"),
    "default_unknown": Words("默认值未说明", "default not documented"),
    "stream": Words("流式输出", "Stream the answer"),
    "stream_help": Words(
        "关闭后等整段回答完成再显示。", "When off, the answer appears only once it is whole."
    ),
    "stop_placeholder": Words("每行一个", "One a line"),
    # Chat
    "chat_placeholder": Words("输入问题，回车发送", "Ask something, Enter sends"),
    "chat_empty_title": Words("想问什么？", "What would you like to ask?"),
    "chat_empty_hint": Words(
        "选一个模型，输入问题；左侧可以调参数和人设。",
        "Choose a model and ask; parameters and persona are on the left.",
    ),
    "example_1": Words("温度和 top_p 有什么区别？", "How do temperature and top_p differ?"),
    "example_2": Words("用三句话介绍千帆。", "Introduce Qianfan in three sentences."),
    "example_3": Words("出现 336501 错误该怎么办？", "What should I do about error 336501?"),
    "example_4": Words("怎样减少重复？", "How do I get less repetition?"),
    "send": Words("发送", "Send"),
    "stop": Words("停止", "Stop"),
    "retry": Words("重试", "Retry"),
    "undo": Words("撤销", "Undo"),
    "edit": Words("编辑", "Edit"),
    "copy": Words("复制", "Copy"),
    "cancel": Words("取消", "Cancel"),
    "close": Words("关闭", "Close"),
    "new_chat": Words("新对话", "New chat"),
    "assistant": Words("回答", "Answer"),
    "waiting": Words("等待回答…", "Waiting for the answer…"),
    "waiting_limit": Words("等待限额，{seconds} 秒…", "Waiting for the limit, {seconds} s…"),
    "reasoning": Words("思考过程", "Reasoning"),
    "no_answer": Words("没有收到回答。", "No answer came."),
    # Under an answer
    "details": Words("详情", "Details"),
    "figures_tokens": Words("{input} → {output} token", "{input} → {output} tokens"),
    "figures_first": Words("首字 {seconds}", "first token {seconds}"),
    "figures_total": Words("总计 {seconds}", "total {seconds}"),
    "figures_waited": Words("等限额 {seconds}", "waited {seconds} for the limit"),
    "figures_unsent": Words("没有发出", "nothing was sent"),
    "figures_rate": Words("{rate} token/s", "{rate} tokens/s"),
    "account": Words("参数账目", "Parameter account"),
    "account_help": Words(
        "每个参数：你要什么，实际发了什么，为什么。",
        "For each parameter: what you asked for, what was sent, and why.",
    ),
    "account_parameter": Words("参数", "Parameter"),
    "account_requested": Words("要求", "Requested"),
    "account_wire_name": Words("线上名称", "Wire name"),
    "account_sent": Words("已发送", "Sent"),
    "account_outcome": Words("结果", "Outcome"),
    "account_reason": Words("说明", "Reason"),
    "outcome_sent": Words("已发送", "sent"),
    "outcome_not_supported": Words("不支持", "not supported"),
    "outcome_out_of_range": Words("超出范围", "out of range"),
    "outcome_off": Words("未发送", "off"),
    "outcome_provider_default": Words("服务商默认", "provider default"),
    "account_empty": Words("这次调用没有参数。", "This call had no parameters."),
    "wire": Words("实际请求", "Wire request"),
    "wire_help": Words(
        "实际发出的请求，密钥以变量名代替。",
        "The request as it went out; keys stand as variable names.",
    ),
    "wire_none": Words("没有请求离开本机。", "No request left this machine."),
    "code": Words("复制为代码", "Copy as code"),
    "code_curl": Words("curl", "curl"),
    "code_python": Words("Python", "Python"),
    "code_help": Words(
        "设好代码里写到的环境变量即可运行。",
        "Runs as it is once the environment variables it names are set.",
    ),
    "why": Words("为什么是这个词", "Why this word"),
    "why_help": Words(
        "每个词被选中的概率，以及当时的其他候选。",
        "How probable each word was, and what else could have come.",
    ),
    "why_none": Words("该服务商不返回对数概率。", "This provider reports no log-probabilities."),
    "why_text": Words("词", "Token"),
    "why_logprob": Words("对数概率", "Log-probability"),
    "why_probability": Words("概率", "Probability"),
    "why_nucleus": Words("候选数", "Nucleus size"),
    "why_rivals": Words("其他候选", "Rivals"),
    "request_id": Words("请求编号", "Request id"),
    "call_id": Words("调用编号", "Call id"),
    "call_credential": Words("密钥名", "Name of the key"),
    # States of a call
    "state": Words("状态", "State"),
    "state_reserved": Words("准备中", "reserved"),
    "state_sent": Words("进行中", "running"),
    "state_ok": Words("完成", "ok"),
    "state_length": Words("因长度上限截断", "cut at the token limit"),
    "state_partial": Words("不完整", "incomplete"),
    "state_cancelled": Words("已停止", "stopped"),
    "state_failed": Words("失败", "failed"),
    "state_unknown": Words("结果未知", "outcome unknown"),
    "state_refused": Words("未发送", "not sent"),
    "state_interrupted": Words("被中断", "interrupted"),
    "billed_yes": Words("已计费", "billed"),
    "billed_possible": Words("可能已计费", "possibly billed"),
    "billed_no": Words("未计费", "not billed"),
    # Trouble
    "error": Words("出错了", "Something went wrong"),
    "error_not_sent": Words("没有发送", "Not sent"),
    "chat_busy": Words(
        "上一个回答还没有结束。请等它结束，或者先停止它。",
        "The last answer is still coming. Wait for its end, or stop it first.",
    ),
    "answers_full": Words(
        "现在进行中的回答太多。问题已保留，请过一会儿再发送。",
        "Too many answers are on their way here. Your question is kept; send it again in a while.",
    ),
    "shown_in_part": Words(
        "这里只显示前 {most} 个字符。全文已记录，可在“用量”页导出。",
        "Only the first {most} characters are shown here. All of it is on record; the usage page "
        "exports it.",
    ),
    "asks_again": Words(
        "本页会自动重试，请不要关闭。", "This page asks again by itself; leave it open."
    ),
    "answer_goes_on": Words("回答仍在进行", "The answer is still coming"),
    "watching_full": Words(
        "现在打开的页面太多，暂时无法在这里继续显示。请过一会儿重新加载页面，查看完整回答。",
        "Too many pages are being shown answers for it to be shown here. Reload the page in a "
        "while to see it whole.",
    ),
    "error_provider": Words("服务商报错", "The provider reported an error"),
    "error_cut": Words("回答不完整", "The answer is incomplete"),
    "error_said": Words("（{said}）", " ({said})"),
    "page_failed": Words(
        "页面收到了无法处理的内容，详情见日志，没有发送任何内容。请重新打开本页。",
        "The page was given something it cannot work with; the log has the details, and nothing "
        "was sent. Open the page anew.",
    ),
    "no_desk": Words(
        "现在无法打开记录调用的数据库。请稍后重试；如果仍然不行，请告诉管理员，原因在日志里。",
        "The store that calls are recorded in cannot be opened at the moment. Try again later; if "
        "that does not help, tell who runs this place: the log has the reason.",
    ),
    "page_mended": Words(
        "页面收到了无法处理的内容，已恢复到之前的状态，没有发送任何内容。详情见日志。",
        "The page was given something it cannot work with, and went back to what stood before; "
        "nothing was sent. The log has the details.",
    ),
    "error_internal": Words(
        "调参台自身出错，详情见日志。问题已保留，可以重试。",
        "Tunedesk itself failed; the log has the details. Your question is kept; try again.",
    ),
    # Beside an answer
    "left_out": Words("省去最早的 {count} 条消息", "{count} oldest messages left out"),
    "served_model": Words("实际模型 {model}", "served by {model}"),
    "account_echoed": Words("服务商回显", "Echoed"),
    "tool_calls": Words("模型要求调用函数", "The model asks for a function"),
    "tool_calls_help": Words(
        "调台不会执行函数；名称和参数是模型的原文。",
        "Tunedesk runs no function; name and arguments are the model's own.",
    ),
    "notice": Words("请注意", "Please note"),
    "reports": Words("服务商另外报告", "Reported besides"),
    "reports_help": Words(
        "随回答返回的其他字段，原文。", "Other fields that came with the answer, verbatim."
    ),
    "clear_history": Words(
        "服务商要求清除对话历史：{which}未通过安全审核。请开始新对话，否则之后的提问也会被拒绝。",
        "The provider asks you to clear the history: {which} did not pass its safety review. "
        "Start a new chat, or later questions are refused too.",
    ),
    "clear_this": Words("当前问题", "this question"),
    "clear_round": Words("第 {round} 轮", "turn {round}"),
    # Before sending
    "overflow": Words("对话太长时", "When the conversation is too long"),
    "overflow_stop": Words("停下并告诉我", "Stop and tell me"),
    "overflow_drop_oldest": Words("省去最早的几轮", "Leave out the oldest turns"),
    "overflow_note": Words(
        "{model} 装不下整个对话，将不发送最早的 {count} 条消息：{turns}",
        "{model} cannot take the whole conversation; the {count} oldest messages will not be sent: "
        "{turns}",
    ),
    # Pictures and recordings
    "attach": Words("图片与语音", "Picture and voice"),
    "picture": Words("图片", "Picture"),
    "picture_help": Words(
        "上传或粘贴；随下一个问题发送给接受图片的模型，也可以只读出其中的文字。",
        "Upload or paste. It goes with the next question to a model that takes pictures; or have "
        "just its text read.",
    ),
    "picture_question": Words("问问这张图片", "Ask about the picture"),
    "picture_sent": Words("附图片：{name}", "with a picture: {name}"),
    "recording": Words("语音", "Voice"),
    "recording_help": Words(
        "录音或上传 WAV、MP3、PCM，最长 60 秒；转写放进输入框，可以改了再发。",
        "Record, or upload WAV, MP3 or PCM, up to 60 s; the transcript lands in the message box "
        "for editing.",
    ),
    "transcribe_pcm": Words("上传 PCM 并转成文字", "Transcribe a PCM file"),
    "transcribe": Words("转成文字", "Transcribe"),
    "read_picture": Words("读出文字", "Read its text"),
    "reader": Words("由谁识别", "Recognised by"),
    "recognising": Words("正在识别…", "Recognising…"),
    "recognised_nothing": Words(
        "没有识别出文字。请靠近麦克风或换一张更清晰的图片再试。",
        "No text was recognised. Speak closer to the microphone, or try a clearer picture.",
    ),
    "heard_in_part": Words(
        "只识别了前 {sent} 秒（共 {seconds} 秒）：服务在停顿处认为说完了。"
        "可把“静音断句”调长，或分段录音。",
        "Only the first {sent} s of {seconds} s were heard: the service took a pause for the end. "
        "Raise the silence timeout, or record in parts.",
    ),
    "recognised_with": Words("识别完成 · {figures}", "Recognised · {figures}"),
    "remove": Words("移除", "Remove"),
    # The models of a service
    "discover": Words("询问服务有哪些模型", "Ask the service for its models"),
    "discovered": Words(
        "{provider} 报告了 {count} 个模型，已加入列表。",
        "{provider} reports {count} models; they are in the list now.",
    ),
    "more_parameters": Words("更多参数", "More parameters"),
    "more_sent": Words("发送其中 {count} 个", "{count} of them sent"),
    "more_sent_names": Words("其中发送：{names}", "Sent of these: {names}"),
    "not_taken": Words("该模型不接受：{names}", "This model does not take: {names}"),
    "not_honoured": Words("不会照办", "Not honoured"),
    "honoured": Words("全部照办", "All honoured"),
    "page_models": Words("模型", "Models"),
    "models_caption": Words(
        "同样的设置，每个模型会怎样处理：发送、不支持、或超出范围。什么也不会发出。",
        "The same settings under each model: sent, not supported, or out of range. Nothing is "
        "sent from here.",
    ),
    "models_choose": Words("选择 2 到 6 个模型", "Choose 2 to 6 models"),
    "models_settings": Words("要比较的设置", "Settings to compare"),
    "models_taken": Words("每个模型接受什么", "What each model takes"),
    "models_none": Words(
        "至少选一个模型，并打开一个参数。", "Choose at least one model and switch a parameter on."
    ),
    "yes": Words("是", "yes"),
    "no": Words("否", "no"),
    # Usage page
    "usage_title": Words("用量", "Usage"),
    "usage_empty": Words(
        "还没有调用。先到“对话”页问一个问题。",
        "No calls yet. Ask something on the Chat page first.",
    ),
    "usage_nothing_matches": Words("没有符合筛选条件的调用。", "No call matches the filters."),
    "card_calls": Words("调用", "Calls"),
    "card_input": Words("输入 token", "Input tokens"),
    "card_output": Words("输出 token", "Output tokens"),
    "chart_limits_requests": Words("剩余请求数", "Requests left"),
    "chart_input": Words("输入", "Input"),
    "chart_output": Words("输出", "Output"),
    "chart_limit": Words("上限", "Limit"),
    "chart_remaining": Words("剩余", "Remaining"),
    "chart_first": Words("首字时间", "First token"),
    "chart_total": Words("总时间", "Total time"),
    "chart_time": Words("时间", "Time"),
    "chart_call": Words("调用", "Call"),
    "filter_all": Words("全部", "All"),
    "filter_emulated": Words("真实或模拟", "Live or emulated"),
    "refresh": Words("刷新", "Refresh"),
    "export": Words("导出", "Export"),
    "column_time": Words("时间", "Time"),
    "column_model": Words("模型", "Model"),
    "column_kind": Words("来源", "Source"),
    "column_state": Words("状态", "State"),
    "column_input": Words("输入", "Input"),
    "column_output": Words("输出", "Output"),
    "column_first": Words("首字", "First token"),
    "column_total": Words("总时间", "Total"),
    "column_error": Words("错误", "Error"),
    # Units and small words
    "unit_seconds": Words("{value} 秒", "{value} s"),
    "unit_token": Words("token", "tokens"),
    "unit_per_second": Words("token/s", "tokens/s"),
    "seconds": Words("秒", "seconds"),
    "unknown": Words("未知", "unknown"),
    "none": Words("无", "none"),
    # Gradio's page
    "preview": Words("将要发送什么", "What will be sent"),
    # Streamlit's pages
    "turn_not_sent_on": Words(
        "这一轮没有得到完整回答，之后的提问不会带上它。",
        "This turn has no whole answer; later questions are sent without it.",
    ),
    "preview_talk": Words(
        "历史 {turns} 轮，人设 {characters} 个字符，加上新的问题。",
        "{turns} earlier turns, a persona of {characters} characters, and the new question.",
    ),
    "card_first_short": Words("首字 p50", "First token p50"),
    "kind_live": Words("真实服务", "Live"),
    "kind_emulated": Words("模拟器", "Emulated"),
    "kind_built_in": Words("内置模型", "Built-in"),
    "filter_time": Words("时间", "Time"),
    "filter_hour": Words("最近 1 小时", "Last hour"),
    "filter_day": Words("最近 24 小时", "Last 24 hours"),
    "filter_week": Words("最近 7 天", "Last 7 days"),
    "table_open_hint": Words(
        "选中一行，查看这次调用的全部记录。",
        "Select a row to see everything on record about that call.",
    ),
    "call_question": Words("问题", "Question"),
    "call_answer": Words("回答", "Answer"),
    "headers": Words("速率限制头", "Rate-limit headers"),
    "headers_help": Words("服务商返回的原文。", "Verbatim, as the provider sent them."),
    "headers_none": Words("这次调用没有返回速率限制头。", "This call came back without any."),
    "header_name": Words("名称", "Name"),
    "header_value": Words("值", "Value"),
    "knobs_help": Words(
        "勾选即“发送”，改动数值会自动勾选；没勾选的参数不发送，由服务商用它的默认值。",
        "A tick means *send*; changing a value sets it. A parameter without one is not sent, and "
        "the provider's default applies.",
    ),
    "cut_by_review": Words(
        "服务商的安全审核截断了回答。请改写问题或开始新对话。",
        "The provider's safety review cut the answer. Rephrase the question or start a new chat.",
    ),
    "details_none": Words("还没有回答。", "No answer yet."),
    # The comparison
    **COMPARE,
    **COMPARE_PAGE,
    **KEYS,
    **SCOREBOARD,
    # Studies
    **TUNE,
    # Batches
    **BATCH,
    # Usage
    **USAGE,
}


def chart_words(lang: Lang) -> Mapping[str, str]:
    """The words of the figures, by the names `usage.charts` asks for."""
    return {
        "input_tokens": t("chart_input", lang),
        "output_tokens": t("chart_output", lang),
        "tokens": t("unit_token", lang),
        "emulated": t("mark_emulated", lang),
        "call": t("chart_call", lang),
        "limit": t("chart_limit", lang),
        "remaining": t("chart_remaining", lang),
        "time": t("chart_time", lang),
        "requests": t("chart_limits_requests", lang),
        "seconds": t("seconds", lang),
        "time_to_first_token": t("chart_first", lang),
        "total_time": t("chart_total", lang),
    }


def usage_words(lang: Lang) -> Mapping[str, str]:
    """The words of the usage page's figures, by the names that `usage.charts_*` ask for."""
    own = (
        "cached_tokens", "input_tokens", "reasoning_tokens", "output_tokens", "others", "share",
        "headroom", "lowest_remaining", "limit", "refused", "waited", "since_question",
        "characters", "answer", "reasoning", "key_unknown",
    )  # fmt: skip
    units = ("requests", "tokens", "input-tokens", "output-tokens")
    return {
        **chart_words(lang),
        **{name: t(f"chart_{name}", lang) for name in own},
        **{unit: t(f"chart_unit_{unit}", lang) for unit in units},
    }


def study_words(lang: Lang) -> Mapping[str, str]:
    """The words of a study's figures, by the names its charts ask for."""
    own = {
        name: t(f"chart_{name}", lang)
        for name in (
            "difference",
            "calls",
            "on_front",
            "setting",
            "asked",
            "in_sample",
            "remeasured",
        )
    }
    kinds = ("ok", "truncated", "refused", "limited", "failed", "cut")
    words = ("better", "worse", "equivalent", "cannot tell")
    return {
        **chart_words(lang),
        **own,
        "partly_emulated": t("chart_partly", lang),
        "since_start": t("chart_since", lang),
        **{f"axis_{name}": t(f"axis_{name}", lang) for name in ("cost", "seconds", "tokens")},
        **{f"kind_{kind}": t(f"kind_{kind}", lang) for kind in kinds},
        **{word: t(f"tune_word_{word.replace(' ', '_')}", lang) for word in words},
    }


def board_words(lang: Lang) -> Mapping[str, str]:
    """The words of the scoreboard's figure."""
    return {
        "strength": t("board_strength", lang),
        "emulated": t("mark_emulated", lang),
        "open_end": t("board_open_end", lang),
        "group": t("board_group", lang),
    }
