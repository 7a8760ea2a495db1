"""A score that the plan's author wrote in Python: loaded from a file beside the plan, run safely.

The function is `function(text: str, prompt: Mapping) -> float`: the answer, and of the prompt
`id`, `text`, `reference` and `columns`. Whatever it raises ends in an answer without this score.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import math
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from backends import Words, brief
from experiments.scoring.score_kinds import Case, Option, ScoreKind, ScoreTrouble
from experiments.types import ScoreSpec

T = TypeVar("T")
Function = Callable[[str, Mapping[str, Any]], Any]

_NOT_LOCAL = Words(
    "评分“{label}”会运行 Python 代码，只能用在本机命令行读取的计划文件里。"
    "请用 desk.py study run 运行它。",
    "The score “{label}” runs Python code, which only a plan file read by the command line on this "
    "machine may ask for. Run it with desk.py study run.",
)
_BAD_NAME = Words(
    "Python 评分应写成“文件.py:函数名”，现在是“{value}”。请修改。",
    "A Python score is written file.py:function, not “{value}”. Correct it.",
)
_NO_FILE = Words(
    "找不到 Python 评分的文件 {path}。路径以计划文件所在目录为准，请修改。",
    "The file {path} of a Python score is not there. Paths start at the plan's folder; correct it.",
)
_BROKEN_FILE = Words(
    "Python 评分的文件 {path} 运行出错（{why}）。请修正后再运行。",
    "The file {path} of a Python score fails ({why}). Correct it, then run.",
)
_NO_FUNCTION = Words(
    "文件 {path} 里没有名为 {name} 的函数。请修改计划或文件。",
    "The file {path} has no function {name}. Correct the plan or the file.",
)
_RAISED = Words(
    "评分“{label}”的函数对提示词 {prompt} 的一个回答出错（{why}），"
    "该回答没有这项评分。请检查函数。",
    "The function of the score “{label}” failed on an answer to prompt {prompt} ({why}), which "
    "does not have this score. Check the function.",
)
_NO_NUMBER = Words(
    "评分“{label}”的函数对提示词 {prompt} 的一个回答没有返回有限的数（{why}），"
    "该回答没有这项评分。请检查函数。",
    "The function of the score “{label}” returned no finite number for an answer to prompt "
    "{prompt} ({why}), which does not have this score. Check the function.",
)


def load_function(value: str, folder: Path) -> Function:
    """The function that `file.py:function` names, the path starting at the plan's folder.

    Raises:
        ScoreTrouble: not written so, no such file or function, or the file itself fails.
    """
    path_text, _, name = value.rpartition(":")
    if not path_text.endswith(".py") or not name.isidentifier():
        raise ScoreTrouble(_BAD_NAME.format(value=value))
    return _load((folder / path_text).resolve(), name)


def check_function(spec: ScoreSpec, local: bool) -> None:
    """Refuse code that does not come with a plan file of this machine, or cannot be loaded."""
    folder = spec.options.get("folder")
    if not local or not isinstance(folder, str):
        raise ScoreTrouble(_NOT_LOCAL.format(label=spec.label))
    load_function(spec.value or "", Path(folder))


def own(case: Case) -> float | None:
    """What the author's function says of the answer; None, with a sentence told, if it cannot."""
    facts = {"label": brief(case.spec.label), "prompt": brief(case.prompt.id)}
    try:
        function = load_function(case.spec.value or "", Path(case.option("folder", ".")))
    except ScoreTrouble as exc:
        case.tell(exc.message)
        return None
    shown = {
        "id": case.prompt.id,
        "text": case.prompt.text,
        "reference": case.prompt.reference,
        "columns": dict(case.prompt.columns),
    }
    value, failure = _attempt(lambda: _number(function(case.call.text, shown)))
    if failure is not None:
        case.tell(_RAISED.whole(why=brief(_said(failure), 200), **facts))
    elif value is not None and not math.isfinite(value):
        case.tell(_NO_NUMBER.format(why=value, **facts))
    else:
        return value
    return None


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


@functools.cache
def _load(path: Path, name: str) -> Function:
    if not path.is_file():
        raise ScoreTrouble(_NO_FILE.format(path=path))
    # A name of its own, so that it hides no module and no module hides it.
    alias = f"tunedesk_score_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(alias, path)
    if spec is None or spec.loader is None:
        raise ScoreTrouble(_NO_FILE.format(path=path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[alias] = module
    loader = spec.loader
    _, failure = _attempt(lambda: loader.exec_module(module))
    if failure is not None:
        raise ScoreTrouble(_BROKEN_FILE.whole(path=path, why=brief(_said(failure), 200)))
    function = getattr(module, name, None)
    if not callable(function):
        raise ScoreTrouble(_NO_FUNCTION.format(path=path, name=name))
    found: Function = function
    return found


def _attempt(run: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    """What a stranger's code returned, and what it raised, be it SystemExit."""
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(run)
        failure = done.exception()
        return (None, failure) if failure is not None else (done.result(), None)


def _said(failure: BaseException) -> str:
    return f"{type(failure).__name__}: {failure}"


OWN_KINDS: Mapping[str, ScoreKind] = {
    "python": ScoreKind(
        label=Words("自己的 Python 函数", "Own Python function"),
        help=Words(
            "计划文件旁边的 Python 文件里的函数，写成 文件.py:函数名；只能从命令行使用。",
            "A function of a Python file beside the plan, written file.py:function; command line "
            "only.",
        ),
        value="required",
        value_help=Words("文件.py:函数名", "file.py:function"),
        options={"folder": Option("text", Words("计划所在目录", "the plan's folder"))},
        score=own,
    ),
}
