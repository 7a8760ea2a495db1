"""The texts in which one secret may stand, and finding that none of them does in little time."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence

# A text is looked up in steps of so many characters: in whatever is twice as long lies a whole one.
STEP = 16
# From so many characters on, the end of a text counts as the beginning of a secret.
HEAD = 4
_URL_SAFE = str.maketrans("+/", "-_")


class Forms:
    """Texts to look for, in lower case; finding that none is there takes little time.

    One thread adds at a time; any thread may look meanwhile.
    """

    def __init__(self) -> None:
        self._long: set[str] = set()
        self._short: set[str] = set()
        self._parts: set[str] = set()
        # Characters of the longest.
        self.longest = 0
        # First characters → the forms that begin so.
        self.heads: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._long) + len(self._short)

    def add(self, forms: Iterable[str]) -> None:
        """Look for these too."""
        for form in map(str.lower, forms):
            if len(form) < 2 * STEP - 1:
                self._short.add(form)
            else:
                self._parts |= {form[at : at + STEP] for at in range(len(form) - STEP + 1)}
                self._long.add(form)
            self.longest = max(self.longest, len(form))
            self.heads[form[:HEAD]] = self.heads.get(form[:HEAD], set()) | {form}

    def inside(self, text: str, parts: Sequence[str]) -> list[str]:
        """Those that stand in the text, which is in lower case; `parts` is the text in steps."""
        found = [form for form in list(self._short) if form in text]
        if not self._parts.isdisjoint(parts):
            found += [form for form in list(self._long) if form in text]
        return found


class Recent:
    """The forms of what came last: `most` additions at least, and twice as many at most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self.generations = (Forms(), Forms())

    def add(self, forms: Iterable[str]) -> None:
        """Take in one more; what is there already does not count."""
        if self._count >= self._most:
            self.generations, self._count = (Forms(), self.generations[0]), 0
        newest, _ = self.generations
        known = len(newest)
        newest.add(forms)
        self._count += len(newest) > known


def forms_of(value: str) -> Iterator[str]:
    """A secret as it is, escaped, in hexadecimal and inside base64."""
    raw = value.encode("utf-8", "surrogatepass")
    yield from (value, value.replace(" ", "+"))
    for ascii_alone in (True, False):
        escaped = json.dumps(value, ensure_ascii=ascii_alone)[1:-1]
        yield from (escaped, json.dumps(escaped, ensure_ascii=ascii_alone)[1:-1])
    yield raw.hex()
    for shift in range(3):
        # Inside a longer base64 text a secret starts at one of three bit alignments; the first
        # and last characters depend on the neighbours, so only those between are its own.
        text = base64.b64encode(b"\0" * shift + raw).decode()
        middle = text[(8 * shift + 5) // 6 : 8 * (shift + len(raw)) // 6]
        yield middle
        yield middle.translate(_URL_SAFE)
