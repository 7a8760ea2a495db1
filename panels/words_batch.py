"""The wording of the Batch page, part of the catalogue in `panels.words`."""

from __future__ import annotations

from collections.abc import Mapping

from backends import Words

BATCH: Mapping[str, Words] = {
    "page_batch": Words("批量", "Batch"),
    "batch_caption": Words(
        "一张表，每行问一次：用模板把列填进问题，回答成为新的列。",
        "A table, asked row by row: a template puts its columns into the question, and the answers "
        "become new columns.",
    ),
    "batch_parts": Words("新的或已有", "New or earlier"),
    "batch_new": Words("新批量", "New batch"),
    "batch_list": Words("已有批量", "Batches"),
    "batch_example": Words("填入示例", "Fill in an example"),
    # What is asked
    "batch_table": Words("表格", "Table"),
    "batch_table_help": Words(
        "CSV、XLSX 或 JSONL，首行是列名；最多 20 MB、十万行。",
        "CSV, XLSX or JSONL whose first row names the columns; at most 20 MB and 100,000 rows.",
    ),
    "batch_sheet": Words("工作表", "Sheet"),
    "batch_table_facts": Words(
        "{name}：{rows} 行，{columns} 列（{read_as}）",
        "{name}: {rows} rows, {columns} columns ({read_as})",
    ),
    "batch_table_first": Words("显示前 {count} 行。", "The first {count} rows are shown."),
    "batch_table_remove": Words("换一张表", "Another table"),
    "batch_template": Words("提示词模板", "Prompt template"),
    "batch_template_help": Words(
        "{field} 会换成每一行的值；花括号本身写两个，例如 {brace}。",
        "{field} becomes each row's value; a brace itself is written twice, as in {brace}.",
    ),
    "batch_template_field": Words("列名", "column"),
    "batch_template_placeholder": Words(
        "例如：这条评价是好评还是差评？{field}",
        "For example: is this review positive or negative? {field}",
    ),
    "batch_fields": Words("点列名插入", "Click a column to insert it"),
    "batch_fields_more": Words(
        "另有 {count} 列，可以直接写列名。", "{count} more columns; write their names yourself."
    ),
    "batch_preview": Words("将要问的", "What will be asked"),
    "batch_preview_from": Words("从第几行起", "From row"),
    "batch_row": Words("第 {number} 行", "Row {number}"),
    "batch_row_missing": Words("没有值：{names}", "no value: {names}"),
    "batch_use_row": Words("用作示例", "Use as example"),
    "batch_examples": Words("示例问答", "Examples"),
    "batch_examples_help": Words(
        "每行提问之前先给模型看这些问答，照样发送，不套模板。",
        "Shown to the model before each row, as they are: the template is not applied to them.",
    ),
    "batch_example_add": Words("添加示例", "Add an example"),
    "batch_example_question": Words("示例 {number}：问", "Example {number}: question"),
    "batch_example_answer": Words("示例 {number}：答", "Example {number}: answer"),
    "batch_example_remove": Words("移除示例 {number}", "Remove example {number}"),
    "batch_example_incomplete": Words(
        "示例 {number} 缺问题或回答。请补全，或移除它。",
        "Example {number} lacks its question or its answer. Complete it, or remove it.",
    ),
    # Who is asked
    "batch_models": Words("模型", "Models"),
    "batch_models_help": Words(
        "几个模型各问一遍，各有自己的列。", "Each model is asked every row, in columns of its own."
    ),
    "batch_knob_not_taken": Words("不支持", "not taken"),
    "batch_knob_any": Words("范围未说明", "range not documented"),
    "batch_concurrency": Words("同时调用", "Calls at once"),
    # Before it runs
    "batch_needs_table": Words("还没有表格。请上传一张。", "No table yet. Upload one."),
    "batch_needs_template": Words(
        "还没有模板。请写下要问的。", "No template yet. Write what is to be asked."
    ),
    "batch_needs_models": Words(
        "还没有模型。请在侧栏选择。", "No model yet. Choose one in the sidebar."
    ),
    "batch_size": Words(
        "{rows} 行 × {models} = {calls} 次调用", "{rows} rows × {models} = {calls} calls"
    ),
    "batch_size_models": Words("{count} 个模型", "{count} models"),
    "batch_way": Words(
        "模型、人设和参数在侧栏设置。", "Models, persona and parameters are set in the sidebar."
    ),
    "batch_check": Words("下一步：运行前检查", "Next: before it runs"),
    "batch_gaps": Words(
        "“{column}”列有 {count} 行没有值（第 {rows} 行），照样会问，那里是空的。",
        "Nothing in “{column}” on row {rows} ({count} in all). Asked all the same, with nothing in "
        "its place.",
    ),
    "batch_clash": Words(
        "表里已有“{plain}”列，结果放在“{name}”列。",
        "The table has a column “{plain}” already; the result goes to “{name}”.",
    ),
    # While it runs, and after
    "batch_unknown_run": Words(
        "没有编号为 {run} 的批量。请从列表里选择。",
        "There is no batch {run}. Choose one of the list.",
    ),
    "batch_all": Words("全部批量", "All batches"),
    "batch_none": Words("还没有批量。从“新批量”开始。", "No batch yet. Begin with *New batch*."),
    "batch_how": Words("模板与设置", "Template and settings"),
    "batch_retry": Words("只重试失败的（{count}）", "Retry the failed ones ({count})"),
    "batch_retry_help": Words(
        "只重新问没有得到回答的，其余不动。",
        "Asks again only those without an answer; nothing else is touched.",
    ),
    "batch_shown": Words("显示哪些行", "Which rows"),
    "batch_shown_all": Words("全部", "All"),
    "batch_shown_answered": Words("已回答", "Answered"),
    "batch_shown_failed": Words("失败", "Failed"),
    "batch_shown_open": Words("待问", "To go"),
    "batch_shown_none": Words("没有这样的行。", "There are no such rows."),
    "batch_rows_hint": Words(
        "选中一行，查看完整的提问和回答。", "Select a row to read its question and answer in full."
    ),
    "batch_column_row": Words("行", "Row"),
    "batch_column_answer": Words("回答", "Answer"),
    "batch_column_state": Words("状态", "State"),
    "batch_column_error": Words("错误", "Error"),
    "batch_column_table": Words("表格", "Table"),
    "batch_column_models": Words("模型", "Models"),
    "batch_asked": Words("提问", "Asked"),
    "batch_no_call": Words("还没有问。", "Not asked yet."),
    "batch_record": Words("调用记录", "Record of the call"),
    "batch_tokens": Words("token：输入 {input}，输出 {output}", "Tokens: {input} in, {output} out"),
    "batch_cost": Words("费用：{cost}", "Cost: {cost}"),
    "batch_cost_partly": Words(
        "费用：{cost}，另有 {count} 个回答价格未知",
        "Cost: {cost}, and {count} answers of unknown price",
    ),
    "batch_download": Words("下载 {form}", "Download {form}"),
    "batch_download_help": Words(
        "原表加上回答、状态、token、费用和错误；随时可以下载已有的部分。",
        "The table with answers, states, tokens, cost and errors; at any time, as far as it is.",
    ),
}

# A table to try things out with: CSV.
EXAMPLE = Words(
    "编号,门店,评价\n"
    "1,东门店,上菜很快，味道也好，下次还来。\n"
    '2,东门店,"等了一个小时，菜还是凉的。"\n'
    "3,西门店,环境干净，价格公道。\n"
    "4,西门店,服务员态度很差。\n"
    "5,南门店,\n"
    "6,南门店,一般般，没有什么特别的。\n",
    "id,shop,review\n"
    '1,East,"Quick service and good food, I will be back."\n'
    '2,East,"An hour of waiting, and the food was cold."\n'
    '3,West,"Clean, and the prices are fair."\n'
    "4,West,The waiter was rude.\n"
    "5,South,\n"
    '6,South,"It was all right, nothing special."\n',
)
EXAMPLE_TEMPLATE = Words(
    "这条评价是好评还是差评？只回答“好评”或“差评”。\n{评价}",
    "Is this review positive or negative? Answer with one word.\n{review}",
)
EXAMPLE_TURN = (
    Words(
        "这条评价是好评还是差评？只回答“好评”或“差评”。\n太好吃了！",
        "Is this review positive or negative? Answer with one word.\nDelicious!",
    ),
    Words("好评", "positive"),
)
EXAMPLE_NAME = Words("评价.csv", "reviews.csv")
