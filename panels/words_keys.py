"""Wording of the panel for keys of one's own."""

from __future__ import annotations

from collections.abc import Mapping

from backends import Words

KEYS: Mapping[str, Words] = {
    "own_keys": Words("自带密钥（仅限本次）", "Keys of your own, for this visit"),
    "own_keys_help": Words(
        "只留在服务器内存中，只用于这个标签页的对话与对比，关闭后忘记；不写入磁盘、日志、网址或导出。"
        "研究与批量不使用。",
        "Held in the server's memory for this tab's chat and comparison alone, and forgotten once "
        "it closes; never on disk, in a log, an address or an export. Studies and batches do not "
        "use them.",
    ),
    "own_keys_try": Words(
        "也可以在侧栏的“自带密钥”处填入自己的密钥再试。",
        "You can also give a key under “Keys of your own” in the sidebar and try again.",
    ),
    "own_keys_needs": Words("需要：{sets}", "Needs {sets}"),
    "own_keys_where": Words("发往：{where}", "Goes to {where}"),
    "own_keys_in_clear": Words(
        "该地址不加密，途中的人可以读到密钥。",
        "That address is not encrypted: whoever is on the way can read the key.",
    ),
    "own_keys_forced": Words(
        "这里强制由模拟器回答（TUNEDESK_EMULATED），自带密钥不会被使用。",
        "Emulators answer for everyone here (TUNEDESK_EMULATED): a key of your own is not used.",
    ),
    "own_keys_none": Words("尚未设置。", "None is set."),
    "own_keys_set": Words("已设置：{keys}", "Set: {keys}"),
    "own_keys_save": Words("保存", "Keep"),
    "own_keys_forget": Words("忘记", "Forget"),
    "own_keys_kept": Words(
        "已保存，仅用于这个标签页的调用。", "Kept, for calls of this tab alone."
    ),
    "own_keys_forgotten": Words("已忘记。", "Forgotten."),
    "own_keys_no_tab": Words(
        "无法认出这个标签页，密钥未保存。请重新打开页面。",
        "This tab could not be told from others, so the key was not kept. Open the page anew.",
    ),
    "own_keys_malformed": Words(
        "未能读懂所发送的内容，密钥未保存。请重新打开页面再试。",
        "What arrived could not be read, so no key was kept. Open the page anew and try again.",
    ),
    "own_keys_unreached": Words(
        "没有联系到服务器，密钥未保存。请检查网络后重试。",
        "The server was not reached, so no key was kept. Check the network, then try again.",
    ),
}
