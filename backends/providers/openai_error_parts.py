"""What the error tables of the OpenAI-compatible services are made of: next steps and a row."""

from __future__ import annotations

from backends.errors import ErrorRow, ProviderError, row
from backends.types import Words

KEY = Words("请检查密钥。", "Check the key.")
ACCOUNT = Words("请到服务商控制台查看账户。", "Look at the account in the provider's console.")
OPEN = Words("请到服务商控制台开通。", "Open it in the provider's console.")
TOP_UP = Words("请到服务商控制台充值。", "Top it up in the provider's console.")
MODEL = Words("请换一个模型。", "Choose another model.")
FIX = Words("请按面板上的范围调整参数。", "Adjust the parameters to the ranges in the panel.")
SHORTEN = Words(
    "请缩短问题、人设或开始新对话。", "Shorten the question or persona, or start a new chat."
)
REPHRASE = Words("请改写后再发送。", "Rephrase it, then send again.")
WAIT = Words("请等到下一分钟再发送。", "Wait for the next minute, then send again.")
AGAIN = Words("请重新发送。", "Send it anew.")
LATER = Words("请稍后重试。", "Try again a little later.")
TIMES = Words("请到额度重置后再发送。", "Send again once the allowance is renewed.")


def many(
    codes: str, kind: type[ProviderError], zh: str, en: str, todo: Words
) -> dict[str, ErrorRow]:
    """One meaning under several codes; what passes by itself may be tried again."""
    passes = todo in (WAIT, LATER)
    return {code: row(kind, zh, en, todo, retryable=passes) for code in codes.split()}
