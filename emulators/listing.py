"""The list of faults for people and programs."""

from __future__ import annotations

import json

from .faults_rows import ELSEWHERE, ROWS


def listed(*, as_json: bool = False) -> str:
    """Every fault with its rows in the catalogue and the protocols it has an effect on."""
    if as_json:
        rows = [
            {"name": row.name, "numbers": row.numbers, "protocols": row.on, "what": row.sentence}
            for row in ROWS
        ]
        return json.dumps(rows, ensure_ascii=False)
    lines = [
        f"{', '.join(map(str, row.numbers)):>6}  {row.name:<22} {' '.join(row.on):<18} "
        f"{row.sentence}"
        for row in ROWS
    ]
    others = [
        f"{number:>6}  no mode: {what}; see {test}" for number, (what, test) in ELSEWHERE.items()
    ]
    return "\n".join([*lines, *others])
