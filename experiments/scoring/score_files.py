"""What the scores of a plan file refer to beside it: code, and JSON schemas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from backends import Words
from experiments.scoring.score_kinds import ScoreTrouble
from experiments.types import ScoreSpec

_NO_SCHEMA = Words(
    "评分“{label}”的 JSON Schema 文件 {path} 读不出来（{why}）。"
    "路径以计划文件所在目录为准，请修改。",
    "The JSON schema {path} of the score “{label}” cannot be read ({why}). Paths start at the "
    "plan's folder; correct it.",
)


def located(spec: ScoreSpec, folder: Path) -> ScoreSpec:
    """The spec of a plan that its owner read from a file in this folder of this machine.

    A Python score learns the folder that its path starts at. A schema that is named as a `.json`
    file takes the place of its name, so that the run does not depend on the file.

    Raises:
        ScoreTrouble: the schema's file cannot be read.
    """
    if spec.kind == "python":
        return replace(spec, options={**spec.options, "folder": str(folder.resolve())})
    named: Any = spec.options.get("schema", spec.value)
    if spec.kind != "json" or not isinstance(named, str) or not named.endswith(".json"):
        return spec
    path = folder / named
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "not UTF-8"
        raise ScoreTrouble(_NO_SCHEMA.format(label=spec.label, path=path, why=why)) from None
    return replace(spec, value=None, options={**spec.options, "schema": text})
