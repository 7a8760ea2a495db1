"""The wording of the Tune page, part of the catalogue in `panels.words`."""

from __future__ import annotations

from collections.abc import Mapping

from backends import Words

SETUP: Mapping[str, Words] = {
    "page_tune": Words("调参", "Tune"),
    "tune_caption": Words(
        "哪个模型、哪组参数更好？每种设置回答同样的题目，差异够大才下结论。",
        "Which model, which parameters? Every setting answers the same prompts, and a difference "
        "is only called one when the data say so.",
    ),
    "tune_new": Words("新研究", "New study"),
    "tune_studies": Words("已有研究", "Studies"),
    "tune_example": Words("填入示例", "Fill in an example"),
    "tune_example_question": Words(
        "温度高低会影响重复吗？", "Does the temperature change how much it repeats itself?"
    ),
    "tune_question": Words("想回答的问题", "The question"),
    "tune_question_placeholder": Words(
        "例如：温度 0.2 和 0.9，哪个答得更准？",
        "For example: is the answer more often right at temperature 0.2 or 0.9?",
    ),
    "tune_prompts": Words("题目", "Prompts"),
    "tune_prompts_help": Words(
        "每种设置都回答每个题目，比较在同一题目之内进行；题目越多，能分辨的差异越小。",
        "Every setting answers every prompt, and is compared within each; the more prompts, the "
        "smaller the difference that can be told.",
    ),
    "tune_source": Words("题目来源", "Where the prompts come from"),
    "tune_source_lines": Words("逐行输入", "One a line"),
    "tune_source_editor": Words("表格", "Table"),
    "tune_source_file": Words("文件", "File"),
    "tune_lines_placeholder": Words(
        "每行一个题目。参考答案可写在同一行的制表符之后，可直接粘贴电子表格的两列。",
        "One prompt a line. A reference answer may follow behind a tab: paste two columns of a "
        "spreadsheet as they are.",
    ),
    "tune_lines_help": Words(
        "题目本身有多行时，请用表格或文件。",
        "For prompts of several lines use the table or a file.",
    ),
    "tune_prompts_count": Words(
        "{count:,} 个题目，其中 {references:,} 个有参考答案",
        "{count:# prompt|# prompts}, {references:,} with a reference answer",
    ),
    "tune_prompt": Words("题目", "Prompt"),
    "tune_reference": Words("参考答案", "Reference answer"),
    "tune_file_rows": Words("{name}：{rows} 行", "{name}: {rows} rows"),
    "tune_column_prompt": Words("题目列", "Column of prompts"),
    "tune_column_reference": Words("参考答案列", "Column of references"),
    "tune_column_id": Words("编号列", "Column of ids"),
    "tune_column_none": Words("没有", "none"),
    "tune_models": Words("模型", "Models"),
    "tune_models_placeholder": Words("选择一个或几个模型", "Choose one model or several"),
    "tune_factors": Words("参数与人设", "Parameters and persona"),
    "tune_factors_help": Words(
        "一个值：每次调用都发送它。几个值或一个范围：就是要比较的。没有添加的参数不发送。",
        "One value goes with every call. Several values, or a range, are what is compared. A "
        "parameter that is not added is not sent.",
    ),
    "tune_factor_add": Words("添加参数或人设…", "Add a parameter or the persona…"),
    "tune_factor_not_taken": Words("（所选模型不支持）", " (not taken by these models)"),
    "tune_factor_empty": Words(
        "{name} 还没有值。请填写，或移除这一行。",
        "{name} has no value yet. Give it one, or remove it.",
    ),
    "tune_not_taken": Words("不支持", "not taken"),
    "tune_remove": Words("移除", "Remove"),
    "tune_levels_or_range": Words("取值或范围", "Values or a range"),
    "tune_levels": Words("取值", "Values"),
    "tune_range": Words("范围", "Range"),
    "tune_levels_number": Words("用逗号分开，例如 {example}", "Parted by commas, as in {example}"),
    "tune_levels_text": Words("每行一个值{example}", "One value a line{example}"),
    "tune_minimum": Words("最小", "From"),
    "tune_maximum": Words("最大", "To"),
    "tune_range_help": Words(
        "全因子设计取两端和中点；Sobol 与自适应设计在范围内取点。",
        "A full grid takes both ends and the middle; the other designs take points within.",
    ),
    "tune_range_order": Words(
        "{name} 的范围里，最小值要小于最大值。请修改。",
        "In the range of {name}, the first number must be below the second. Change them.",
    ),
    "tune_personas_own": Words(
        "自己写的人设；几个之间用一行 --- 分开", "Personas of your own; a line --- parts them"
    ),
    "tune_level_number": Words(
        "“{level}”不是数字。请写数字，用逗号分开。",
        "“{level}” is no number. Write numbers, parted by commas.",
    ),
    "tune_level_whole": Words(
        "“{level}”不是整数。请写整数，用逗号分开。",
        "“{level}” is no whole number. Write whole numbers, parted by commas.",
    ),
    "tune_level_json": Words(
        "“{level}”不是有效的 JSON。请修改这一行。", "“{level}” is no valid JSON. Change that line."
    ),
    "tune_scores": Words("评分", "Scores"),
    "tune_scores_help": Words(
        "报错、拒答、截断和限流单独统计，从不计作 0 分。",
        "Errors, refusals, cut answers and rate limits are counted apart, and never score 0.",
    ),
    "tune_score_add": Words("添加评分…", "Add a score…"),
    "tune_score_value": Words("值", "Value"),
    "tune_score_optional": Words(
        "留空则用每个题目的参考答案", "Empty: the reference answer of each prompt"
    ),
    "tune_judge": Words("选择评审模型", "Choose the judge"),
    "tune_primary": Words("以哪个评分下结论", "The score that decides"),
    "tune_primary_help": Words(
        "赢家、提前结束和自适应设计都看它；其他评分也会给出结论。",
        "The winner, early ends and adaptive designs go by it; the others get verdicts too.",
    ),
    "tune_design": Words("设计与规则", "Design and rules"),
    "tune_design_grid": Words("全因子", "Full grid"),
    "tune_design_sobol": Words("Sobol 取点", "Sobol points"),
    "tune_design_adaptive": Words("自适应", "Adaptive"),
    "tune_design_grid_help": Words(
        "每个模型的每种参数组合都问。适合两三个参数、每个几个取值。",
        "Every combination of values, under every model. For two or three parameters of a few "
        "values each.",
    ),
    "tune_design_sobol_help": Words(
        "在范围内均匀取点，所有模型用同样的点。适合参数多或范围连续，可拟合曲面。",
        "Points that fill the ranges evenly, the same under every model. For many parameters or "
        "ranges; a surface can be fitted.",
    ),
    "tune_design_adaptive_help": Words(
        "根据已有结果决定下一组参数。适合参数很多、预算较大时。",
        "What has been measured decides what is tried next. For many parameters, larger budgets.",
    ),
    "tune_against": Words("同时权衡的评分", "Traded off against"),
    "tune_against_help": Words(
        "例如质量对成本：寻找两者之间的前沿。",
        "Quality against cost, say: it looks for the front of both.",
    ),
    "tune_against_none": Words("不权衡", "nothing"),
    "tune_repeats": Words("重复次数", "Repeats"),
    "tune_repeats_help": Words(
        "每种设置对每个题目问几次。重复只减小题目内的噪声；增加题目更有用。",
        "How often each setting is asked each prompt. Repeats only reduce the noise within a "
        "prompt; more prompts help more.",
    ),
    "tune_points": Words("点数", "Points"),
    "tune_points_help": Words(
        "每个模型几个 Sobol 点；自适应设计则是试验的总数。",
        "Sobol points of each model; in an adaptive design, trials in all.",
    ),
    "tune_budget": Words("调用上限", "Most calls"),
    "tune_budget_help": Words(
        "到了这个数就结束，未问的不再问。", "At this number it ends; what was not asked stays so."
    ),
    "tune_holdout_none": Words("自动", "automatic"),
    "tune_not_said": Words("未写", "not said"),
    "tune_no_limit": Words("不限", "no limit"),
    "tune_delta": Words("等效界限 δ", "Equivalent within δ"),
    "tune_delta_help": Words(
        "小于它的差异不值得在意。能确定差异在此之内时，结论是“等效”。",
        "A smaller difference does not matter. Where it surely lies within, the verdict is "
        "*equivalent*.",
    ),
    "tune_delta_none": Words("未设", "not set"),
    "tune_delta_zero": Words(
        "等效界限 δ 是 0，没有什么能在 0 之内等效。请填大于 0 的数字，或清空以用通常的值。",
        "*Equivalent within δ* is 0, and nothing is equivalent within 0. Write a number above 0, "
        "or clear it for the usual one.",
    ),
    "tune_remeasure": Words("赢家复测", "Re-measure winner"),
    "tune_remeasure_help": Words(
        "选出赢家后，用没参与选择的题目再问几次。选它时的分数偏高，复测的才算数；0 为不复测。",
        "How often the winner is asked prompts that did not choose it. The figure that chose it is "
        "too good; only a fresh one counts. 0: not at all.",
    ),
    "tune_holdout": Words("留作复测的题目", "Prompts held back"),
    "tune_holdout_help": Words(
        "最后几个题目不参与选择，只用来复测赢家。留空：八个题目以上时留四分之一。",
        "The last prompts do not choose the winner but measure it again. Empty: a quarter of them, "
        "from eight on.",
    ),
    "tune_stop_early": Words("提前结束", "Stop early"),
    "tune_stop_early_help": Words(
        "明显落后的设置不再问，结论确定后停止。随时查看不会增加误判。",
        "Settings that are clearly behind are dropped, and it ends once the verdict is sure. "
        "Watching does not make false alarms more likely.",
    ),
    "tune_preregister": Words("预先登记", "Preregister"),
    "tune_preregister_help": Words(
        "事先写下假设与标准，报告会说明是否遵守。",
        "Write down hypothesis and rules first; the report says whether they were followed.",
    ),
    "tune_hypothesis": Words("假设", "Hypothesis"),
    "tune_hypothesis_placeholder": Words(
        "例如：温度 0.2 的准确率高于 0.9。",
        "For example: at 0.2 it is right more often than at 0.9.",
    ),
    "tune_metric": Words("标准", "Metric"),
    "tune_promised_n": Words("题目数", "Prompts"),
    "tune_promised_n_help": Words("登记要用的题目数。", "How many prompts are promised."),
    "tune_more": Words("更多", "More"),
    "tune_concurrency": Words("同时调用", "Calls at once"),
    "tune_concurrency_help": Words(
        "服务商限流时自动放慢。", "It slows down by itself where a provider limits the rate."
    ),
    "tune_seed": Words("随机种子", "Seed"),
    "tune_seed_help": Words(
        "决定提问顺序和 Sobol 点；同样的种子得到同样的计划。",
        "Decides the order of calls and the Sobol points; the same seed gives the same plan.",
    ),
    "tune_check": Words("下一步：运行前检查", "Next: before it runs"),
    "tune_check_help": Words(
        "先看调用次数、费用和时间，那一页才能开始。",
        "Shows calls, cost and time first; only that page starts it.",
    ),
    "tune_plan_size": Words(
        "{settings:,} 种设置 × {prompts:,} 个题目 × {repeats:,} 次 = {calls:,} 次调用"
        "{most:|，其中最多进行 # 次|，其中最多进行 # 次}",
        "{settings:# setting|# settings} × {prompts:# prompt|# prompts} × "
        "{repeats:# repeat|# repeats} = {calls:# call|# calls}"
        "{most:|, of which at most # is made|, of which at most # are made}",
    ),
    "tune_plan_held": Words(
        "另有 {count:,} 个题目留着，只用来复测赢家。",
        "{count:# more prompt is|# more prompts are} held back, to measure the winner again.",
    ),
    "tune_needs_prompts": Words(
        "还没有题目。请写下至少一个。", "No prompts yet. Write at least one."
    ),
    "tune_needs_hypothesis": Words(
        "预先登记还缺假设。请写下它，或关闭预先登记。",
        "The preregistration lacks its hypothesis. Write it, or switch it off.",
    ),
    "tune_needs_score": Words(
        "预先登记需要一个评分作标准。请添加评分。",
        "A preregistration needs a score to go by. Add one.",
    ),
    "tune_needs_models": Words("还没有模型。请至少选一个。", "No models yet. Choose at least one."),
}

RUNNING: Mapping[str, Words] = {
    "tune_before": Words("运行前检查", "Before it runs"),
    "tune_before_emulated": Words(
        "{models} 由本机模拟器回答：结果用来试流程，不能说明真实模型。",
        "{models}: answered by a local emulator. Good for trying things out; it says nothing about "
        "the real models.",
    ),
    "tune_figure_calls": Words("最多调用", "Calls at most"),
    "tune_figure_input": Words("输入 token", "Input tokens"),
    "tune_figure_output": Words("输出 token", "Output tokens"),
    "tune_figure_cost": Words("费用", "Cost"),
    "tune_figure_time": Words("时间", "Time"),
    "tune_note_judge": Words(
        "其中 {count:,} 次由评审模型打分。",
        "{count:# of these calls is|# of these calls are} the judge's.",
    ),
    "tune_note_confirm": Words(
        "其中 {count:,} 次用来复测赢家。",
        "{count:# of these calls measures|# of these calls measure} the winner again.",
    ),
    "tune_note_assumed": Words(
        "输出 token 是估计：模型还没有调用记录，也没有设最大长度。",
        "Output tokens are a guess: a model was never called here, and no maximum is set.",
    ),
    "tune_note_unpriced": Words(
        "{models} 没有价格，未计入费用。",
        "No price is known of {models}: the cost is without it.",
    ),
    "tune_note_time": Words(
        "时间按最近的耗时、同时调用数和服务商的限流估计。",
        "The time goes by recent calls, calls at once and the providers' rate limits.",
    ),
    "tune_all_honoured": Words(
        "所有模型都会采用全部参数。", "Every model will honour every parameter."
    ),
    "tune_not_honoured": Words(
        "有的模型不会采用这些参数，比较时请留意：",
        "These parameters will not be honoured, so the comparison is not like for like:",
    ),
    "tune_not_sent": Words(
        "带这些值的调用不会发送，也就没有回答。请返回改正：",
        "Calls with these values will not be sent and get no answer. Go back and correct them:",
    ),
    # What the accounts of parameters advise beside, as on pages with such a switch.
    "tune_or_switch_off": Words("，或关闭“发送”", ", or switch *send* off"),
    "tune_settings_count": Words("{count:,} 种设置", "{count:# setting|# settings}"),
    "tune_start": Words("开始（最多 {calls:,} 次调用）", "Start (at most {calls:# call|# calls})"),
    "tune_back": Words("返回修改", "Back to change it"),
    "tune_hours": Words("约 {count} 小时", "≈ {count} h"),
    "tune_minutes": Words("约 {count} 分钟", "≈ {count} min"),
    "tune_seconds": Words("约 {count} 秒", "≈ {count} s"),
    "tune_all_studies": Words("全部研究", "All studies"),
    "tune_no_studies": Words(
        "还没有研究。从“新研究”开始。", "There is no study yet. Begin with *New study*."
    ),
    "tune_studies_hint": Words("选中一行打开它。", "Select a row to open it."),
    "tune_unknown_run": Words(
        "没有编号为 {run} 的研究。请从列表里选择。",
        "There is no study {run}. Choose one of the list.",
    ),
    "tune_column_created": Words("时间", "Created"),
    "tune_column_name": Words("研究", "Study"),
    "tune_column_state": Words("状态", "State"),
    "tune_column_done": Words("完成", "Done"),
    "tune_state_running": Words("进行中", "running"),
    "tune_state_pausing": Words("正在暂停", "pausing"),
    "tune_state_paused": Words("已暂停", "paused"),
    "tune_state_stopping": Words("正在停止", "stopping"),
    "tune_state_stopped": Words("已停止", "stopped"),
    "tune_state_abandoned": Words("已中断", "interrupted"),
    "tune_state_finished": Words("已完成", "finished"),
    "tune_state_pausing_help": Words(
        "正在进行的调用会答完，不再开始新的。", "Calls under way are finished; no new ones begin."
    ),
    "tune_state_paused_help": Words(
        "继续后只问还缺的。", "Resume calls only what is still missing."
    ),
    "tune_state_stopping_help": Words(
        "正在进行的调用已中断，结果马上记下。",
        "Calls under way were cut; what they came to is being recorded.",
    ),
    "tune_state_stopped_help": Words(
        "已有的回答都保留；继续后只问还缺的。",
        "What was answered is kept; resume calls only what is still missing.",
    ),
    "tune_state_abandoned_help": Words(
        "运行它的程序已经退出。已有的回答都在；继续后只问还缺的。",
        "The program that ran it has ended. What was answered is here; resume calls only what is "
        "still missing.",
    ),
    "tune_cut": Words(
        "程序退出时有 {count} 次调用未完成，服务商可能已经计费。",
        "{count} calls were under way when the program ended; the provider may have billed them.",
    ),
    "tune_cut_again": Words("继续时重新调用它们", "Make them again when it resumes"),
    "tune_pause": Words("暂停", "Pause"),
    "tune_resume": Words("继续", "Resume"),
    "tune_stop": Words("停止", "Stop"),
    "tune_progress": Words("{done} / {all} 个回答", "{done} of {all} answers"),
    "tune_calls_made": Words("{count} 次调用", "{count} calls"),
    "tune_left": Words("还需{time}", "{time} left"),
    "state_waiting": Words("等待", "waiting"),
    "state_running": Words("进行中", "running"),
    "state_dropped": Words("不再需要", "not needed"),
    "state_deleted": Words("已删除", "deleted"),
}

RESULTS: Mapping[str, Words] = {
    "tune_view_verdict": Words("结论", "Verdict"),
    "tune_view_plots": Words("图表", "Plots"),
    "tune_view_answers": Words("回答", "Answers"),
    "tune_view_plan": Words("计划与导出", "Plan and export"),
    "tune_nothing_yet": Words("还没有回答。", "No answers yet."),
    "tune_no_verdicts": Words(
        "没有可比较的：至少要两种设置和一个评分。",
        "There is nothing to compare: it takes two settings and a score.",
    ),
    "tune_interim": Words(
        "研究还在进行，结论可能变化；中途查看已计入误差控制。",
        "It is still running, so verdicts may change; looking at them now is accounted for.",
    ),
    "tune_emulated_note": Words(
        "含模拟器的回答，不能说明真实模型。",
        "Emulators answered some of these calls: this says nothing about the real models.",
    ),
    "tune_word_better": Words("更好", "better"),
    "tune_word_worse": Words("更差", "worse"),
    "tune_word_equivalent": Words("等效", "equivalent"),
    "tune_word_cannot_tell": Words("还不能判断", "cannot tell"),
    "tune_word_matters": Words("有影响", "matters"),
    "tune_word_does_not_matter": Words("没有影响", "does not matter"),
    "tune_word_predicted": Words("预测", "predicted"),
    "tune_effects": Words("每个因素的作用", "What each factor does"),
    "tune_winner": Words("赢家：", "Winner:"),
    "tune_settings": Words("设置", "Settings"),
    "tune_column_setting": Words("设置", "Setting"),
    "tune_against_one": Words("**{score}**：与 {b} 相比", "**{score}**, against {b}"),
    "tune_column_verdict": Words("结论", "Verdict"),
    "tune_column_difference": Words("差异 [区间]", "Difference [interval]"),
    "tune_column_prompts": Words("题目", "Prompts"),
    "tune_column_more": Words("还需题目", "More needed"),
    "tune_column_answers": Words("回答", "Answers"),
    "tune_column_trouble": Words("未得到", "Without"),
    "tune_column_tokens": Words("输出 token", "Output tokens"),
    "tune_column_seconds": Words("秒（中位）", "Seconds (p50)"),
    "tune_column_repeat": Words("第几次", "Repeat"),
    "tune_column_outcome": Words("结果", "Outcome"),
    "tune_column_text": Words("开头", "Begins"),
    "tune_missing": Words(
        "没有可评分的回答：{missing} 次调用（占 {share}）。它们不计 0 分；各设置的情况见“图表”里的"
        "“调用结果”。",
        "Calls without an answer that could be scored: {missing} ({share}). They do not count as "
        "0; *What became of the calls*, under *Plots*, shows which settings they are of.",
    ),
    "tune_confirm_mark": Words("复测", "again"),
    "tune_chart_verdicts": Words("差异", "Differences"),
    "tune_chart_verdicts_caption": Words(
        "每行是一种设置减去另一种的差异及其区间；灰带之内算等效。区间不碰零线才有差异。",
        "Each row is one setting minus another, with its interval; within the grey band they count "
        "as equivalent. There is a difference where the interval does not touch zero.",
    ),
    "tune_chart_outcomes": Words("调用结果", "What became of the calls"),
    "tune_chart_outcomes_caption": Words(
        "与评分分开：报错、拒答、截断和限流都不是分数。最多显示 12 种，问题最多的在前。",
        "Apart from scores: errors, refusals, cut answers and rate limits are none. At most 12 "
        "settings, most trouble first.",
    ),
    "tune_chart_main": Words("主效应", "Main effects"),
    "tune_chart_main_caption": Words(
        "每个取值的平均分及区间，其他因素取平均；题目之间的难易已扣除。",
        "The mean at each value with its interval, averaged over the other factors; how hard the "
        "prompts are is taken out.",
    ),
    "tune_chart_interaction": Words("交互作用", "Interaction"),
    "tune_chart_interaction_caption": Words(
        "线不平行，说明一个因素的作用取决于另一个。",
        "Lines that are not parallel: what one factor does depends on the other.",
    ),
    "tune_chart_heat": Words("热图", "Heat map"),
    "tune_chart_heat_caption": Words(
        "两个因素每种组合的平均分；空白是没有问过的。",
        "The mean of every combination of two factors; blank was not asked.",
    ),
    "tune_chart_contour": Words("拟合曲面", "Fitted surface"),
    "tune_chart_contour_caption": Words(
        "二次曲面，其他因素取平均；圆点是问过的设置。",
        "A quadratic surface, the other factors at their mean; points are settings asked.",
    ),
    "tune_chart_parallel": Words("平行坐标", "Parallel coordinates"),
    "tune_chart_parallel_caption": Words(
        "每条线是一种设置；在轴上拖动可以筛选。",
        "Each line is a setting; drag along an axis to filter.",
    ),
    "tune_chart_front": Words("质量、成本与耗时", "Quality, cost and latency"),
    "tune_chart_front_caption": Words(
        "点越大，越可能在前沿上：没有别的设置同时更好又更省。成本未知的不画。",
        "The larger the point, the likelier it is on the front: nothing else is both better and "
        "cheaper. A setting of unknown cost has no point.",
    ),
    "tune_chart_timeline": Words("调用时间线", "Timeline of calls"),
    "tune_chart_timeline_caption": Words(
        "每次调用的时刻与耗时，包括被限流后重试的。空心点是模拟器的回答。",
        "When each call was made and how long it took, tries that were refused included. Hollow "
        "points are emulators'.",
    ),
    "tune_chart_winner": Words("赢家复测", "The winner, measured again"),
    "tune_chart_winner_caption": Words(
        "灰色是选它时的分数，偏高；彩色是新调用测得的。",
        "Grey is the figure that chose it, and too good; in colour what fresh calls measured.",
    ),
    "tune_factor_across": Words("横轴", "Across"),
    "tune_factor_lines": Words("另一因素", "The other factor"),
    "tune_factor_against": Words("质量对比", "Quality against"),
    "axis_cost": Words("每个回答的费用", "Cost of an answer"),
    "axis_seconds": Words("耗时（秒）", "Latency (s)"),
    "axis_tokens": Words("输出 token", "Output tokens"),
    "tune_answers_prompt": Words("题目", "Prompt"),
    "tune_answers_trouble": Words("只看有问题的题目", "Only prompts with trouble"),
    "tune_answers_hint": Words(
        "选中一行看全文，选中两行比较。", "Select a row to read it, two to compare them."
    ),
    "tune_answers_diff": Words("逐词对比", "Word by word"),
    "tune_export_json": Words("下载 JSON（全部）", "Download JSON (all)"),
    "tune_export_csv": Words("下载 CSV（逐格）", "Download CSV (cells)"),
    "tune_export_toml": Words("下载计划 TOML", "Download plan TOML"),
    "tune_export_help": Words(
        "计划可以用命令行再跑一遍：desk.py study run 计划.toml",
        "The plan runs from the command line too: desk.py study run plan.toml",
    ),
    "tune_again": Words("以此为底稿新建", "New study from this one"),
    "tune_promised": Words("预先登记的假设：", "Preregistered:"),
    "tune_followed": Words("研究遵守了登记的内容。", "The study kept to what was declared."),
    "tune_other_scores": Words("其他评分的结论（{count}）", "Verdicts on other scores ({count})"),
    "tune_event_dropped": Words(
        "{prompts} 个题目后不再问：{settings}（明显落后）。",
        "Given up after {prompts} prompts, being clearly behind: {settings}.",
    ),
    "tune_event_settled": Words(
        "{prompts} 个题目后结论已定，提前结束：{settings}。",
        "Ended early after {prompts} prompts, the verdict being sure: {settings}.",
    ),
    "tune_event_alone": Words(
        "{prompts} 个题目后只剩一个设置，提前结束：{settings}。",
        "Ended early after {prompts} prompts, only one setting being left: {settings}.",
    ),
    "tune_event_interrupted": Words(
        "程序退出时有 {calls} 次调用未完成，可能已计费。",
        "{calls} calls were under way when the program ended; they may have been billed.",
    ),
    "chart_partly": Words("部分模拟", "partly emulated"),
    "chart_difference": Words("差异", "Difference"),
    "chart_since": Words("自第一次调用起（秒）", "Since the first call (s)"),
    "chart_calls": Words("调用次数", "Calls"),
    "chart_on_front": Words("在前沿上的概率", "Chance of being on the front"),
    "chart_setting": Words("设置", "setting"),
    "chart_asked": Words("问过的设置", "settings asked"),
    "chart_in_sample": Words("选它时", "when chosen"),
    "chart_remeasured": Words("复测", "measured again"),
    "kind_ok": Words("完整", "whole"),
    "kind_truncated": Words("截断", "cut at the limit"),
    "kind_refused": Words("拒绝", "refused"),
    "kind_limited": Words("限流", "rate limit"),
    "kind_failed": Words("失败", "failed"),
    "kind_cut": Words("中断", "broken off"),
}

TUNE: Mapping[str, Words] = {**SETUP, **RUNNING, **RESULTS}
