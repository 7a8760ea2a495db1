"""The wording of the comparison, part of the catalogue in `panels.words`."""

from __future__ import annotations

from collections.abc import Mapping

from backends import Words

COMPARE: Mapping[str, Words] = {
    "page_compare": Words("对比", "Compare"),
    "compare_empty_title": Words("比较什么？", "What would you like to compare?"),
    "compare_empty_hint": Words(
        "选好模型与设置，输入问题；所有回答并排出现。",
        "Choose models and settings and ask; the answers appear side by side.",
    ),
    "compare_blind_hint": Words(
        "盲评：从下面的模型中抽两个，左右随机，投票后才揭晓。",
        "Blind: two of these models are drawn, on random sides, and named after your vote.",
    ),
    "compare_placeholder": Words("问所有的模型，回车发送", "Ask them all, Enter sends"),
    # Columns
    "compare_count": Words("列数", "Columns"),
    "compare_column": Words("模型 {letter}", "Model {letter}"),
    "compare_settings": Words("设置", "Settings"),
    "compare_settings_help": Words(
        "这一列的人设与参数。", "Persona and parameters of this column."
    ),
    "compare_for_all": Words("用于所有列", "Use for every column"),
    "compare_for_all_help": Words(
        "把这一列的人设与参数复制到其他列；模型不变。",
        "Copy this column's persona and parameters to the others; their models stay.",
    ),
    # Follow-up questions
    "compare_history": Words("追问时带上", "Follow-ups are told"),
    "compare_history_own": Words("各列自己的回答", "each column's own answers"),
    "compare_history_shared": Words("{letter} 的回答，给所有列", "the answers of {letter}, in all"),
    "compare_history_help": Words(
        "下一个问题之前的对话：每列只看到自己的回答，或者所有列都看到同一列的回答。失败的回答谁也看不到。",
        "What goes before the next question: in each column its own answers, or in all of them "
        "those of one column. Answers that failed are told to nobody.",
    ),
    "compare_history_blind": Words(
        "盲评时总是各自的回答。", "Blind rounds always go on with each side's own answers."
    ),
    "compare_scroll": Words("同步滚动", "Scroll together"),
    "compare_new": Words("重新开始", "Start anew"),
    "compare_stop_all": Words("全部停止", "Stop all"),
    "figures_cost": Words("费用 {cost}", "cost {cost}"),
    # Blind rounds and votes
    "compare_blind": Words("盲评", "Blind"),
    "compare_blind_help": Words(
        "隐藏名字，左右随机。对同一对模型的追问保持不变；投票结束这一轮，下一个问题重新抽取。",
        "Names are hidden and sides drawn by lot. Follow-ups stay with the pair; the vote ends the "
        "round, and the next question draws anew.",
    ),
    "compare_side": Words("回答 {letter}", "Answer {letter}"),
    "compare_blind_trouble": Words(
        "这一边没有给出完整回答，无法投票；揭晓后可以看到原因。",
        "This side gave no whole answer, so there is nothing to vote on; reveal to see why.",
    ),
    "vote_left": Words("A 更好", "A is better"),
    "vote_right": Words("B 更好", "B is better"),
    "vote_tie": Words("一样好", "Tie"),
    "vote_both_bad": Words("都不好", "Both bad"),
    "vote_reveal": Words("不投票，揭晓", "Reveal without a vote"),
    "vote_not_yet": Words(
        "两边都有了文字才能投票。请稍等，或停止没有开始的一边后揭晓。",
        "A vote needs text on both sides. Wait a moment, or stop the side that does not begin and "
        "reveal.",
    ),
    "vote_chosen": Words("你的选择", "your choice"),
    "voted_left": Words("你选了 A", "You chose A"),
    "voted_right": Words("你选了 B", "You chose B"),
    "voted_tie": Words("你选了一样好", "You chose a tie"),
    "voted_both_bad": Words("你选了都不好", "You chose both bad"),
    "voted_none": Words("已揭晓，没有投票", "Revealed without a vote"),
    "voted_next": Words(
        "下一个问题重新抽取两个模型，不带历史，也不再等还没说完的回答。",
        "The next question draws two models anew, is told nothing of this, and waits for no answer "
        "still coming.",
    ),
    # Differences and details
    "compare_diff": Words("差异", "Differences"),
    "compare_diff_from": Words("从", "From"),
    "compare_diff_to": Words("到", "To"),
    "compare_diff_of": Words("回答", "Answer"),
    "compare_diff_help": Words(
        "删去的只在前一个回答里，加上的只在后一个里。",
        "Struck out stands in the first answer alone, underlined in the second alone.",
    ),
    "compare_diff_same": Words(
        "两个回答一字不差。", "The two answers are the same, word for word."
    ),
    "compare_diff_none": Words(
        "两个回答都写完后，这里显示差异。",
        "Once two answers have ended, their differences stand here.",
    ),
    "compare_details_hidden": Words(
        "投票之后才显示：它会透露是谁的回答。",
        "Shown after the vote: it would tell whose answer this is.",
    ),
    "compare_more": Words("更多", "More"),
    # The scoreboard
    "scoreboard": Words("排行榜", "Scoreboard"),
    "board": Words("谁更强", "How strong each is"),
    "board_caption": Words(
        "Bradley-Terry 强度，同组平均为 1000；线是 95% 区间，箭头表示这一端还未知。"
        "400 分相当于十比一的胜率。",
        "Bradley-Terry strengths, the mean of a group being 1000; lines are 95 % intervals, arrows "
        "ends not known yet. 400 points are odds of ten to one.",
    ),
    "board_empty": Words(
        "还没有投票。打开“盲评”，提一个问题，再为更好的回答投票。",
        "No votes yet. Switch *Blind* on, ask a question, and vote for the better answer.",
    ),
    "board_kind": Words("谁回答的", "Who answered"),
    "board_mixed": Words(
        "真实回答对模拟回答的票不计入任何排行榜：{count} 票。",
        "On no scoreboard, because a real answer met an emulated one: {count}.",
    ),
    "board_label": Words("模型与设置", "Model and settings"),
    "board_group": Words("组", "Group"),
    "board_strength": Words("强度", "Strength"),
    "board_interval": Words("95% 区间", "95 % interval"),
    "board_open_end": Words("这一端未知", "end not known"),
    "board_votes": Words("票", "Votes"),
    "board_wins": Words("胜", "Wins"),
    "board_losses": Words("负", "Losses"),
    "board_ties": Words("平", "Ties"),
    "board_both_bad": Words("都不好", "Both bad"),
    "download_votes_csv": Words("下载投票 CSV", "Download the votes as CSV"),
    "download_votes_jsonl": Words("下载投票 JSONL", "Download the votes as JSONL"),
}
