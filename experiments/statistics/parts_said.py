"""What the sentences on verdicts, effects and winners have in common."""

from __future__ import annotations

from backends import Words
from experiments.statistics.coding import SYSTEM

_PERSONA = Words("人设", "persona")


def filled(words: Words, **values: object) -> Words:
    """The fields filled in; of values that are `Words` each language takes its own."""
    zh, en = (
        text.format(
            **{
                name: value[place] if isinstance(value, Words) else value
                for name, value in values.items()
            }
        )
        for place, text in enumerate(words)
    )
    return Words(zh, en)


def more_prompts(count: int | None) -> Words:
    """The part that says about how many more prompts would tell; empty where nobody knows."""
    if count is None:
        return Words("", "")
    prompts = "prompt" if count == 1 else "prompts"
    return Words(f"，大约还需 {count:,} 个题目", f", about {count:,} more {prompts} needed")


def factor_name(*factors: str) -> Words:
    """What a factor is called, or several that act together: the persona as on every page."""
    named = [_PERSONA if factor == SYSTEM else Words(factor, factor) for factor in factors]
    return Words(*(" × ".join(each) for each in zip(*named, strict=True)))
