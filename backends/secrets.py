"""Secrets that do not print themselves, and one redactor for every text that leaves us."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from backends.disguises import disguised, plainer

STARS = "***"
_SHORTEST = 6
# A text is looked up in steps of so many characters: in whatever is twice as long lies a whole one.
_STEP = 16
_SIGNATURES = 100
# From so many characters on, the end of a text counts as the beginning of a secret.
_HEAD = 4
_URL_SAFE = str.maketrans("+/", "-_")


class Secret:
    """A credential. Printing, formatting, logging, copying to JSON or pickling it shows its hint;
    `reveal()` is for the wire."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        redactor.learn(value)

    def reveal(self) -> str:
        """The value itself; call it in the line that puts it on the wire and nowhere else."""
        return self._value

    @property
    def hint(self) -> str:
        """Stars, and of a value of 12 characters or more the last four, by which one knows it."""
        return STARS + (self._value[-4:] if len(self._value) >= 12 else "")

    def __repr__(self) -> str:
        return self.hint

    __str__ = __repr__

    def __format__(self, form: str) -> str:
        return format(self.hint, form)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (self.hint,)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _: object) -> Secret:
        return self


class Redactor:
    """Replaces every known secret by stars, in whatever form it stands.

    Known forms: as it is, in any case, in hexadecimal, inside base64 at each of its three
    alignments (both alphabets); each of them also URL-encoded, escaped for JSON or HTML, or these
    on top of each other. Whole secrets only: if a half were replaced too, who may see cleaned text
    could find a secret out letter by letter. So clean a text before cutting it.
    """

    def __init__(self) -> None:
        self._keys = _Forms()
        # Made anew for every call and void after minutes: the latest hundreds are enough.
        self._signatures = (_Forms(), _Forms())
        self._lock = threading.Lock()

    def learn(self, value: str) -> None:
        """Remember a key or token for good.

        Under 6 characters nothing is secret, and no word or number of a few more is: a server that
        checks no key is often given its own name for one, and that stands in every text about it.
        """
        if len(value) < _SHORTEST or (len(value) < 12 and (value.isalpha() or value.isdigit())):
            return
        with self._lock:
            self._keys.add(_forms(value))

    def learn_signature(self, value: str) -> None:
        """Remember the signature of one request for as long as it can matter."""
        with self._lock:
            latest, _ = self._signatures
            if len(latest) >= _SIGNATURES:
                self._signatures = (_Forms(), latest)
            self._signatures[0].add([value])

    def clean(self, text: str) -> str:
        """The text with every known secret replaced by `***`."""
        found = self._found(text) if len(text) >= _SHORTEST else ()
        if not found:
            return text
        # The longest first: a form may contain another.
        for form in sorted(found, key=len, reverse=True):
            text = disguised(form).sub(STARS, text)
        # In a disguise that we see through but cannot find the ends of, nothing of it may stay.
        return STARS if self._found(text) else text

    def holds(self, text: str) -> bool:
        """Whether a known secret stands in the text."""
        return len(text) >= _SHORTEST and bool(self._found(text))

    def scrub(self, value: Any) -> Any:
        """A value as JSON knows them, with every text in it cleaned."""
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, Mapping):
            return {self.scrub(key): self.scrub(inner) for key, inner in value.items()}
        return [self.scrub(inner) for inner in value] if isinstance(value, list | tuple) else value

    def begins(self, text: str) -> bool:
        """Whether a key or token may begin in the text, going by its first four characters."""
        text = text.lower()
        heads = [text[at : at + _HEAD] for at in range(len(text) - _HEAD + 1)]
        return not self._keys.heads.keys().isdisjoint(heads)

    def begun(self, text: str) -> int:
        """How many characters at the end of the text may be the beginning of a key or token.

        Four or more of them, or 0. For text that comes in pieces; only undisguised forms count.
        """
        text = text.lower()
        for at in range(len(text) - _HEAD + 1):
            for form in self._keys.heads.get(text[at : at + _HEAD], ()):
                if len(text) - at < len(form) and form.startswith(text[at:]):
                    return len(text) - at
        return 0

    def _found(self, text: str) -> set[str]:
        found: set[str] = set()
        for view in plainer(text):
            parts = [view[at : at + _STEP] for at in range(0, len(view), _STEP)]
            for forms in self._sets():
                found.update(forms.inside(view, parts))
        return found

    def _sets(self) -> tuple[_Forms, ...]:
        return (self._keys, *self._signatures)


class _Forms:
    """Texts to look for, in lower case; finding that none is there takes little time.

    One thread adds at a time; any thread may look meanwhile.
    """

    def __init__(self) -> None:
        self._long: set[str] = set()
        self._short: set[str] = set()
        self._parts: set[str] = set()
        # First characters → the forms that begin so.
        self.heads: dict[str, set[str]] = {}

    def __len__(self) -> int:
        return len(self._long) + len(self._short)

    def add(self, forms: Iterable[str]) -> None:
        """Look for these too."""
        for form in map(str.lower, forms):
            if len(form) < 2 * _STEP - 1:
                self._short.add(form)
            else:
                self._parts |= {form[at : at + _STEP] for at in range(len(form) - _STEP + 1)}
                self._long.add(form)
            self.heads[form[:_HEAD]] = self.heads.get(form[:_HEAD], set()) | {form}

    def inside(self, text: str, parts: Sequence[str]) -> list[str]:
        """Those that stand in the text, which is in lower case; `parts` is the text in steps."""
        found = [form for form in list(self._short) if form in text]
        if not self._parts.isdisjoint(parts):
            found += [form for form in list(self._long) if form in text]
        return found


def _forms(value: str) -> Iterator[str]:
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


redactor = Redactor()
