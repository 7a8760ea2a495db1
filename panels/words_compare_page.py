"""What the comparison says in Gradio alone, part of the catalogue in `panels.words`."""

from __future__ import annotations

from collections.abc import Mapping

from backends import Words

COMPARE_PAGE: Mapping[str, Words] = {
    "compare_columns": Words("列", "Columns"),
    "compare_add": Words("复制为新的一列", "Copy to a new column"),
    "compare_remove": Words("移除这一列", "Remove this column"),
    "compare_edit": Words("设置", "Set up"),
    "compare_answering": Words("正在回答…", "Answering…"),
    "compare_busy": Words(
        "上一个问题还在回答。请等它结束，或按停止。",
        "The last question is still being answered. Wait for it, or press Stop.",
    ),
    "compare_changed": Words(
        "这个问题之前的对话不再带上：盲评切换后从头开始。",
        "The next question begins anew: blind and open rounds do not share a conversation.",
    ),
    "compare_diff_sides": Words(
        "标记的文字只在这一边的回答里。", "What is marked stands in the answer on that side alone."
    ),
    "vote_keys": Words(
        "按键投票：A、B、T（一样好）、X（都不好）；回答还没写完也可以。",
        "Keys: A, B, T for a tie, X for both bad; also while the answers still come.",
    ),
    "compare_blind_pool": Words(
        "下面的 A、B 是从上面的模型里随机抽出的两个，先后也随机。",
        "A and B below are two of the models above, drawn by lot, in any order.",
    ),
    "compare_blind_emulated": Words(
        "这一轮的回答都来自本机模拟器。", "Both answers of this round come from a local emulator."
    ),
    "compare_blind_mixed": Words(
        "有的模型由本机模拟器回答；是哪一个，投票后揭晓。",
        "Some of these models are answered by a local emulator; which, you see after the vote.",
    ),
}
