"""The wording of the usage pages, part of the catalogue in `panels.words`."""

from __future__ import annotations

from collections.abc import Mapping

from backends import Words

FILTERS: Mapping[str, Words] = {
    "usage_filters": Words("筛选", "Filters"),
    "usage_month": Words("最近 30 天", "Last 30 days"),
    "usage_days": Words("自选日期", "Days of my choice"),
    "usage_first": Words("从", "From"),
    "usage_last": Words("到（含当天）", "To (included)"),
    "usage_models": Words("模型", "Model"),
    "usage_states": Words("状态", "State"),
    "usage_more_filters": Words("运行、标签、用户、密钥", "Run, tag, user, key"),
    "usage_run": Words("运行", "Run"),
    "usage_tag": Words("标签", "Tag"),
    "usage_user": Words("用户", "User"),
    "usage_credential": Words("密钥", "Key"),
    "usage_credential_help": Words(
        "名字由密钥算出，用来区分多把密钥；由名字推不回密钥。访客自带的密钥都记作 key-visitors。",
        "A name computed from the key, to tell several keys apart; it does not lead back to it. "
        "All keys that visitors bring are recorded as key-visitors.",
    ),
    "usage_clear": Words("清除筛选", "Clear the filters"),
    "usage_filtered": Words("只看：{what}", "Only: {what}"),
    "usage_days_shown": Words("{first} 至 {last}", "{first} to {last}"),
    "usage_any_day": Words("不限", "any day"),
    "usage_newest_only": Words(
        "按运行、标签或用户筛选时，图表只统计最近 {count} 次调用。",
        "Filtered by run, tag or user, the figures count the latest {count} calls alone.",
    ),
    "usage_newest_spreads": Words(
        "按状态筛选时，耗时与限额只统计最近 {count} 次调用。",
        "Filtered by state, timings and limits are of the latest {count} calls alone.",
    ),
}

SECTIONS: Mapping[str, Words] = {
    "usage_section": Words("看什么", "What to look at"),
    "usage_view_overview": Words("总览", "Overview"),
    "usage_view_tokens": Words("Token 明细", "Tokens"),
    "usage_view_limits": Words("速率限制", "Rate limits"),
    "usage_view_speed": Words("速度", "Speed"),
    "usage_view_errors": Words("错误", "Errors"),
    "usage_view_cost": Words("费用", "Cost"),
    "usage_view_calls": Words("调用记录", "Calls"),
    "usage_about_overview": Words(
        "用了多少、花了多少、有没有出问题，一眼看清；真实与模拟从不相加。",
        "How much was used, what it cost and whether anything went wrong; real and emulated are "
        "never added up.",
    ),
    "usage_about_tokens": Words(
        "每次调用、每小时、每天用了多少 token，按种类、服务商或模型。",
        "How many tokens each call, hour and day took, by kind, provider or model.",
    ),
    "usage_about_limits": Words(
        "服务商随回答报告的限额：还剩多少，何时被拒，何时等待，多久恢复。",
        "The limits that providers report with their answers: what is left, when calls were "
        "refused or waited, how soon it came back.",
    ),
    "usage_about_speed": Words(
        "等到第一个字、等到全部、每秒多少 token：一半的回答快于 p50，每百次约有 5 次慢于 p95。",
        "Time to the first token, in all, and tokens a second. Half of the answers are quicker "
        "than p50; about 5 in 100 are slower than p95.",
    ),
    "usage_about_errors": Words(
        "哪些调用没有得到完整回答、为什么、下一步怎么办。",
        "Which calls brought no whole answer, why, and what to do.",
    ),
    "usage_about_cost": Words(
        "按注明日期与出处的价目表计算；价格未知就是未知，绝不当作 0。",
        "From price tables with a date and a source; an unknown price is unknown, never 0.",
    ),
    "usage_about_calls": Words(
        "每一次调用，由新到旧，未发送的也在内；可搜索问题与回答，可打开任何一次。",
        "Every call, newest first, those that were not sent among them; search questions and "
        "answers, open any of them.",
    ),
}

FIGURES: Mapping[str, Words] = {
    "chart_cached_tokens": Words("缓存输入", "Cached input"),
    "chart_input_tokens": Words("输入", "Input"),
    "chart_reasoning_tokens": Words("思考", "Reasoning"),
    "chart_output_tokens": Words("输出", "Output"),
    "chart_others": Words("其他", "Others"),
    "chart_key_unknown": Words("密钥未知", "key not known"),
    "chart_share": Words("占回答的比例", "Share of answers"),
    "chart_headroom": Words("剩余比例", "Share left"),
    "chart_lowest_remaining": Words("最少剩余", "Least left"),
    "chart_refused": Words("被限流拒绝", "Refused for the rate"),
    "chart_waited": Words("为限额等待", "Waited for the limit"),
    "chart_since_question": Words("提问后的秒数", "Seconds since the question"),
    "chart_characters": Words("字符", "Characters"),
    "chart_answer": Words("回答", "Answer"),
    "chart_reasoning": Words("思考", "Reasoning"),
    "chart_unit_requests": Words("请求数", "Requests"),
    "chart_unit_tokens": Words("Token 数", "Tokens"),
    "chart_unit_input-tokens": Words("输入 token", "Input tokens"),
    "chart_unit_output-tokens": Words("输出 token", "Output tokens"),
    "usage_over_time": Words("一段时间内的 token", "Tokens over time"),
    "usage_over_time_caption": Words(
        "每根柱是 {width}的合计；缓存是输入的一部分，思考是输出的一部分；斜纹是模拟器的回答。",
        "Each bar is the sum of {width}. Cached tokens are part of the input, reasoning ones of "
        "the output; hatched bars were answered by an emulator.",
    ),
    "usage_over_time_none": Words(
        "这些调用都没有报告 token 数。", "None of these calls reported tokens."
    ),
    "usage_per_call": Words("最近的每一次调用", "The latest calls, one by one"),
    "usage_per_call_caption": Words(
        "每根柱是一次调用，由早到晚，最多 {count} 次；没有计数的调用没有柱。",
        "One bar per call, earliest first, {count} at most; a call without a count has no bar.",
    ),
    "usage_per_call_none": Words(
        "这些调用都没有报告 token 数。", "None of these calls reported tokens."
    ),
    "usage_headroom": Words("每个模型的余量", "Headroom of each model"),
    "usage_headroom_caption": Words(
        "每个模型最紧的一项限额在每段时间里剩得最少时的比例；降到 0 就会被拒绝。"
        "同一模型用过多把密钥时，每把一条线。",
        "Of each model's tightest limit, the share that was left at worst in each stretch of "
        "time; at 0 calls are refused. A model called with several keys has a line for each.",
    ),
    "usage_headroom_none": Words(
        "这些调用的服务商没有返回速率限制头。",
        "The providers of these calls sent no rate-limit headers.",
    ),
    "usage_limit_requests": Words("请求数", "Requests"),
    "usage_limit_tokens": Words("Token 数", "Tokens"),
    "usage_limit_caption": Words(
        "虚线是上限，实线是每段时间里最少的剩余；叉是被限流拒绝的调用，三角是等待过的调用。",
        "Dashed is the limit, solid the least that was left in each stretch; crosses are calls "
        "refused for their rate, triangles calls that waited.",
    ),
    "usage_limit_none": Words(
        "该服务商没有报告这一项。", "The provider reports nothing of this kind."
    ),
    "usage_quantiles": Words("一段时间内", "Over time"),
    "usage_quantiles_caption": Words(
        "每 {width}一个点，只计得到回答的调用；虚线是模拟器的回答。",
        "Each point is of {width}, of answered calls alone; dotted lines are of an emulator.",
    ),
    "usage_quantiles_none": Words(
        "没有得到回答的调用，画不出来。", "None of these calls was answered."
    ),
    "usage_distribution": Words("分布", "Distribution"),
    "usage_distribution_caption": Words(
        "横轴是对数刻度；线高是落在那一格的回答所占比例。",
        "The axis is logarithmic; the height is the share of answers that fall into the bin.",
    ),
    "usage_distribution_none": Words(
        "没有得到回答的调用，画不出来。", "None of these calls was answered."
    ),
    "usage_money": Words("费用（{currency}）", "Cost in {currency}"),
    "usage_money_caption": Words(
        "每根柱是 {width}的合计；价格或 token 数未知的调用不在其中；"
        "斜纹是模拟器的回答，没有真花钱。",
        "Each bar is the sum of {width}. Calls of unknown price or tokens are not in it; hatched "
        "bars were answered by an emulator and cost nothing.",
    ),
    "usage_money_none": Words(
        "没有以这种货币产生的费用。", "Nothing cost anything in this currency."
    ),
    "usage_timeline": Words("回答是怎样到来的", "How the answer came"),
    "usage_timeline_caption": Words(
        "每一级台阶是收到的一块；平的地方是在等。",
        "Each step is a piece that arrived; flat stretches are waiting.",
    ),
    "usage_timeline_none": Words("没有收到任何内容。", "Nothing came."),
    "usage_per_auto": Words("自动", "Auto"),
    "usage_per_hour": Words("每小时", "Per hour"),
    "usage_per_day": Words("每天", "Per day"),
    "usage_per": Words("合计", "Sums"),
    "usage_by": Words("按什么分", "Split by"),
    "usage_by_kind": Words("token 种类", "kind of token"),
    "usage_by_provider": Words("服务商", "provider"),
    "usage_by_model": Words("模型", "model"),
    "usage_time_s": Words("{count} 秒", "{count} seconds"),
    "usage_time_min": Words("{count} 分钟", "{count} minutes"),
    "usage_time_h": Words("{count} 小时", "{count} hours"),
    "usage_time_d": Words("{count} 天", "{count} days"),
    "usage_one_s": Words("1 秒", "a second"),
    "usage_one_min": Words("1 分钟", "a minute"),
    "usage_one_h": Words("1 小时", "an hour"),
    "usage_one_d": Words("1 天", "a day"),
    "usage_measure": Words("量什么", "Measure"),
    "usage_measure_time_to_first_token": Words("首字时间", "First token"),
    "usage_measure_total_time": Words("总时间", "Total time"),
    "usage_measure_tokens_per_second": Words("每秒 token", "Tokens a second"),
    "usage_save_figure": Words("保存图", "Save the figure"),
    "usage_save_help": Words(
        "图上的相机按钮存成这种格式，由浏览器画出，不离开本机；HTML 可离线打开、可交互。",
        "What the camera on a figure saves; your browser draws it, nothing leaves this machine. "
        "HTML files open offline and stay interactive.",
    ),
}

TABLES: Mapping[str, Words] = {
    "usage_by_model_table": Words("按模型", "By model"),
    "column_calls": Words("调用", "Calls"),
    "column_reasoning": Words("思考", "Reasoning"),
    "column_cached": Words("缓存", "Cached"),
    "column_unit": Words("项目", "Unit"),
    "column_limit": Words("上限", "Limit"),
    "column_remaining": Words("剩余", "Left"),
    "column_share": Words("余量", "Headroom"),
    "column_lowest": Words("最低余量", "Lowest"),
    "column_refill": Words("见到恢复", "Seen to refill"),
    "column_refused": Words("被拒", "Refused"),
    "column_waits": Words("等待", "Waited"),
    "column_last": Words("最近报告", "Last report"),
    "column_class": Words("类别", "Class"),
    "column_code": Words("代码", "Code"),
    "column_meaning": Words("含义与下一步", "What it means, what to do"),
    "column_cost": Words("费用", "Cost"),
    "column_currency": Words("货币", "Currency"),
    "column_unknown": Words("价格未知", "Price unknown"),
    "column_in_price": Words("输入/百万", "Input per million"),
    "column_out_price": Words("输出/百万", "Output per million"),
    "column_cached_price": Words("缓存/百万", "Cached per million"),
    "column_from": Words("自", "From"),
    "column_source": Words("出处", "Source"),
    "column_excerpt": Words("问题", "Question"),
    "column_found": Words("找到之处", "Where it was found"),
    "column_tag": Words("标签", "Tag"),
    "column_minute": Words("近 1 分钟", "Last minute"),
    "column_hour": Words("近 1 小时", "Last hour"),
    "usage_refill_within": Words("≤ {seconds}（{count} 次）", "≤ {seconds} ({count} times)"),
    "usage_limits_table": Words("现在还剩多少", "What is left now"),
    "usage_limits_table_caption": Words(
        "“见到恢复”是相邻两次回答之间额度回升的最短间隔，由最近 {count} 次调用观察得出。",
        "*Seen to refill*: the shortest time between two answers in which more was left again, as "
        "observed in the latest {count} calls.",
    ),
    "usage_limits_line": Words("看哪个模型（与密钥）", "Which model (and key)"),
    "usage_no_headers": Words("服务商不返回限额", "Providers that send none"),
    "usage_no_headers_caption": Words(
        "这些服务商不返回限额，剩余未知；以下是调参台自己的计数。",
        "These providers send no limits, so what is left is unknown; this is our own count.",
    ),
    "usage_errors_table": Words("原因与下一步", "Why, and what to do"),
    "usage_errors_none": Words("没有出错的调用。", "No call ended in an error."),
    "usage_errors_more": Words(
        "另有 {count} 种，见导出。", "{count} more kinds are in the export."
    ),
    "usage_apart": Words("不算服务商的失败", "No failures of the provider"),
    "usage_apart_length": Words("因长度上限截断", "Cut at the token limit"),
    "usage_apart_refused": Words("未发送（本机检查）", "Not sent (checked here)"),
    "usage_apart_cancelled": Words("你停下的", "Stopped by you"),
    "usage_apart_partial": Words("中途断开", "Cut on the way"),
    "usage_cost_table": Words("按模型与货币", "By model and currency"),
    "usage_cost_none": Words("还没有可以计价的调用。", "No calls to put a price on yet."),
    "usage_cost_unknown": Words("未知", "unknown"),
    "usage_cost_would": Words(
        "模拟器的回答按真实价格估算，没有真花钱。",
        "What an emulator answered is put at the real price; nothing was paid.",
    ),
    "usage_cost_some_unknown": Words(
        "{count} 次调用可能计费而费用未知，没有算进来。",
        "{count} calls may be billed at a cost that is not known; they are not in these sums.",
    ),
    "usage_prices": Words("价目表", "The price table"),
    "usage_prices_help": Words(
        "要改价或加价：写一个 TOML 文件，用 TUNEDESK_PRICES 指向它，每个价格一条 "
        "[[price]]，含 models、currency、input、output、valid_from、source。",
        "To change or add prices, point TUNEDESK_PRICES to a TOML file of [[price]] rows with "
        "models, currency, input, output, valid_from and source.",
    ),
    "usage_budgets": Words("预算与免费额度", "Budgets and free tiers"),
    "usage_budgets_help": Words(
        "只计真实调用，按各自的周期（UTC），与筛选无关；"
        "在价目表文件里以 [[budget]] 与 [[free]] 写下。",
        "Real calls alone, each in its own period (UTC), whatever is filtered; they are [[budget]] "
        "and [[free]] rows of the price file.",
    ),
    "usage_budget": Words(
        "{name}：{per}已用 {used} / {limit} {unit}（{state}）",
        "{name}: {used} of {limit} {unit} {per} ({state})",
    ),
    "usage_free": Words(
        "{name}：免费额度{per}已用 {used} / {limit} {unit}（{state}；[出处]({source})，{since}）",
        "{name}: {used} of {limit} free {unit} {per} ({state}; [source]({source}), {since})",
    ),
    "usage_budget_unknown": Words("，另有 {count} 次用量未知", ", and {count} calls unknown"),
    "usage_unit_CNY": Words("元", "CNY"),
    "usage_unit_USD": Words("美元", "USD"),
    "usage_unit_tokens": Words("个 token", "tokens"),
    "usage_unit_calls": Words("次调用", "calls"),
    "usage_in_day": Words("今天", "today"),
    "usage_in_week": Words("本周", "this week"),
    "usage_in_month": Words("本月", "this month"),
    "card_trouble": Words("未成功", "Trouble"),
    "card_trouble_help": Words(
        "失败、未发送、中途断开、被中断或结果未知的调用。",
        "Calls that failed, were not sent, were cut or interrupted, or whose outcome is unknown.",
    ),
    "card_cost": Words("费用", "Cost"),
    "card_cost_help": Words(
        "由价目表算出；“≥”表示还有调用的价格或 token 数未知。",
        "From the price table; ≥ means that there are calls whose price or tokens are unknown.",
    ),
}

LIST: Mapping[str, Words] = {
    "usage_search": Words("搜索问题与回答", "Search questions and answers"),
    "usage_search_help": Words(
        '词之间用空格隔开，每个都要出现；用 "双引号" 表示整句。不分大小写。',
        'Words apart by blanks must all occur; put a phrase in "double quotes". Case is ignored.',
    ),
    "usage_sort": Words("排序", "Sort by"),
    "usage_sort_started_ms": Words("时间", "time"),
    "usage_sort_time_to_first_token": Words("首字时间", "first token"),
    "usage_sort_total_time": Words("总时间", "total time"),
    "usage_sort_input_tokens": Words("输入 token", "input tokens"),
    "usage_sort_output_tokens": Words("输出 token", "output tokens"),
    "usage_up": Words("从小到大", "Smallest first"),
    "usage_up_help": Words(
        "关闭时从大到小，时间则由新到旧。", "When off: largest first, and newest first."
    ),
    "usage_listed": Words("{count} 次调用", "{count} calls"),
    "usage_listed_newest": Words(
        "最近 {count} 次调用；更早的请缩小时间范围，或导出。",
        "The latest {count} calls; for older ones narrow the time, or export.",
    ),
    "usage_found": Words(
        "找到 {count} 次，看了全部 {looked} 次调用。", "{count} found in all {looked} calls."
    ),
    "usage_found_part": Words(
        "找到 {count} 次；只看了最近 {looked} 次调用就停下了。",
        "{count} found; the search stopped after the latest {looked} calls.",
    ),
    "usage_further": Words("再往前找", "Look further back"),
    "usage_found_none": Words("没有调用同时含有这些词。", "No call holds all of these words."),
    "usage_own_calls": Words(
        "这里只列出您自己的调用；数字与图表是所有访客的。",
        "Listed are your own calls alone; figures and charts are those of all visitors.",
    ),
    "usage_call_gone": Words(
        "没有编号为 {call} 的调用；它可能已被删除。",
        "There is no call {call}; it may have been deleted.",
    ),
    "usage_call_came": Words("收到了什么", "What came back"),
    "usage_call_came_help": Words(
        "回答之外随响应到达并记录下来的一切。",
        "All that came with the answer and is on record.",
    ),
    "usage_call_timeline": Words("到达时间线", "Timeline"),
    "usage_role_system": Words("人设", "Persona"),
    "usage_open_chat": Words("在对话中打开", "Open in chat"),
    "usage_open_chat_help": Words(
        "对话页接手它的模型、参数、人设与全部消息。",
        "The chat page takes over its model, parameters, persona and messages.",
    ),
    "usage_open_chat_not": Words(
        "这是识别，不是对话，无法在对话中打开。",
        "This was a recognition, not a conversation; there is nothing to open in chat.",
    ),
    "usage_again": Words("再次调用", "Call again"),
    "usage_again_help": Words(
        "以同样的消息、人设和参数再调用一次，会新增一条记录（标签 again:…）。",
        "Makes one more call with the same messages, persona and parameters; it is a record of "
        "its own, tagged again:….",
    ),
    "usage_again_not": Words(
        "附件没有保存，无法再次调用。", "Its attachments were not kept, so it cannot be repeated."
    ),
    "usage_again_beside": Words("再次调用的结果", "Called again"),
    "usage_again_first": Words("当初", "Then"),
    "usage_again_now": Words("现在", "Now"),
    "usage_again_diff": Words("逐词比较", "Compare word by word"),
    "usage_again_of": Words("这是对另一次调用的重复。", "This call repeats another one."),
    "usage_again_origin": Words("打开当初那次", "Open the first one"),
    "usage_delete": Words("删除", "Delete"),
    "usage_delete_what": Words(
        "永久删除这次调用、它的各次尝试和同一对话的各轮；研究、批量与投票保留，但不再有问答内容。",
        "Deletes this call, its attempts and the turns of the same conversation for good. Studies, "
        "batches and votes stay, without what was asked.",
    ),
    "usage_delete_really": Words("永久删除", "Delete for good"),
    "usage_deleted": Words(
        "已删除 {count} 次调用，保留 {kept} 次。", "Calls deleted: {count}. Calls kept: {kept}."
    ),
    "usage_exports": Words("导出筛选结果", "Export what is filtered"),
    "usage_exports_help": Words(
        "CSV 与 XLSX 中的公式已中和，数字仍是数字；JSONL 不丢失任何内容。",
        "Formulas in CSV and XLSX are neutralised, numbers stay numbers; JSONL loses nothing.",
    ),
    "usage_exports_many": Words(
        "调用很多：JSONL 与 CSV 会压缩成 .gz。更大的量请用命令行：",
        "There are many calls: JSONL and CSV come compressed as .gz. For more, use the command "
        "line:",
    ),
    "usage_exports_command": Words("同样的导出，用命令行：", "The same on the command line:"),
}

CLASSES: Mapping[str, Words] = {
    "error_class_RateLimit": Words("限流", "rate limit"),
    "error_class_Quota": Words("额度", "quota"),
    "error_class_Timeout": Words("超时", "timeout"),
    "error_class_Unavailable": Words("不可用", "unavailable"),
    "error_class_Authentication": Words("认证", "authentication"),
    "error_class_MissingCredential": Words("缺少密钥", "missing key"),
    "error_class_ExpiredCredential": Words("令牌失效", "expired token"),
    "error_class_InvalidRequest": Words("请求有误", "invalid request"),
    "error_class_InvalidParam": Words("参数有误", "invalid parameter"),
    "error_class_ContextLength": Words("对话过长", "too long"),
    "error_class_InvalidHistory": Words("轮次有误", "invalid turns"),
    "error_class_UnknownModel": Words("没有该模型", "unknown model"),
    "error_class_ContentFilter": Words("安全审核", "safety review"),
    "error_class_Transport": Words("连接", "connection"),
    "error_class_Protocol": Words("协议", "protocol"),
    "error_class_Cancelled": Words("已停止", "stopped"),
    "error_class_ProviderError": Words("其他", "other"),
}

GLANCE: Mapping[str, Words] = {
    "glance_caption": Words(
        "最近 7 天，随调用更新；真实与模拟从不相加。",
        "The last 7 days, updated while calls run; real and emulated are never added up.",
    ),
    "glance_full": Words("完整用量页 ↗", "The full usage page ↗"),
    "glance_tokens": Words("每小时的 token", "Tokens per hour"),
    "glance_headroom": Words("每个模型的余量", "Headroom of each model"),
    "glance_latest": Words("最近的调用", "Latest calls"),
    "glance_latest_own": Words("您最近的调用", "Your latest calls"),
    "glance_nothing_lately": Words("最近 7 天没有调用。", "No calls in the last 7 days."),
}

USAGE: Mapping[str, Words] = {
    **FILTERS,
    **SECTIONS,
    **FIGURES,
    **TABLES,
    **LIST,
    **CLASSES,
    **GLANCE,
}
