"""The wording of the scoreboard, part of the catalogue in `panels.words`."""

from __future__ import annotations

from collections.abc import Mapping

from backends import Words

SCOREBOARD: Mapping[str, Words] = {
    "scoreboard": Words("积分榜", "Scoreboard"),
    "scoreboard_help": Words(
        "由盲评投票得出的 Bradley-Terry 强度，Elo 刻度，一组的平均值为 1000；横条是 95% 区间。",
        "Bradley-Terry strengths from the blind votes, on Elo's scale with a mean of 1000; bars "
        "are 95 % intervals.",
    ),
    "scoreboard_none": Words(
        "还没有盲评投票。打开“盲评”，提问，然后投票。",
        "No blind votes yet. Switch *Blind* on, ask, and vote.",
    ),
    "scoreboard_live": Words("真实模型", "Real models"),
    "scoreboard_emulated": Words("模拟器的回答", "Answers of emulators"),
    "scoreboard_group": Words("第 {number} 组", "Group {number}"),
    "scoreboard_name": Words("模型与设置", "Model and settings"),
    "scoreboard_strength": Words("强度", "Strength"),
    "scoreboard_interval": Words("95% 区间", "95 % interval"),
    "scoreboard_votes": Words("票数", "Votes"),
    "scoreboard_wins": Words("胜", "Won"),
    "scoreboard_losses": Words("负", "Lost"),
    "scoreboard_ties": Words("平", "Tie"),
    "scoreboard_both_bad": Words("都不好", "Both bad"),
    "scoreboard_mixed": Words(
        "{count} 票比较的是真实模型与模拟器，不计入积分榜。",
        "{count} votes compared a real model with an emulator, and count nowhere.",
    ),
}
