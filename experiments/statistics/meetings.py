"""Who met whom in votes: only those that met, if by way of others, can be ranked together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

# A left label, a right label, and who won: left, right, tie, both bad.
Ballot = tuple[str, str, str]


def beaten_by(votes: Sequence[Ballot]) -> dict[str, set[str]]:
    """Of each label, those that took a point or half a point off it."""
    found: dict[str, set[str]] = {label: set() for vote in votes for label in vote[:2]}
    for left, right, winner in votes:
        if winner != "left":
            found[left].add(right)
        if winner != "right":
            found[right].add(left)
    return found


def groups(beaten: Mapping[str, set[str]]) -> list[list[str]]:
    """The labels that met, directly or by way of others; the largest group first."""
    met = {label: set(others) for label, others in beaten.items()}
    for label, others in beaten.items():
        for other in others:
            met[other].add(label)
    found = {tuple(sorted(reached(label, met))) for label in met}
    return [list(group) for group in sorted(found, key=lambda group: (-len(group), group))]


def reached(label: str, steps: Mapping[str, Collection[str]]) -> set[str]:
    """The label and those that steps from it lead to."""
    found, ahead = {label}, [label]
    while ahead:
        new = set(steps[ahead.pop()]) - found
        found |= new
        ahead += new
    return found
