"""Secrets that do not print themselves, and one redactor for every text that leaves us."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

from backends.disguises import disguised, plainer
from backends.secret_forms import HEAD, STEP, Forms, Recent, forms_of

STARS = "***"
_SHORTEST = 6
_SIGNATURES = 100
# Tokens live for half an hour to a month; of one that so many others came after nothing is left.
_TOKENS = 100
# Keys that were given back stay known until so many others were.
_GIVEN_BACK = 300
# Names come again with every call: so many texts, each up to this long, are looked through once.
_REMEMBERED, _NAME = 256, 64


class Secret:
    """A credential. Printing, formatting, logging, copying to JSON or pickling it shows its hint;
    `reveal()` is for the wire."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        redactor.learn(value)

    @classmethod
    def borrowed(cls, value: str, *, strange: bool) -> Secret:
        """One that is only visiting: who has done with it calls `give_back`.

        A `strange` one comes from whoever likes to type something.
        """
        made = cls.__new__(cls)
        made._value = value
        redactor.borrow(value, strange=strange)
        return made

    def give_back(self) -> None:
        """Nobody will use this borrowed secret again."""
        redactor.give_back(self._value)

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
        self._keys = Forms()
        # Made anew for every call and void after minutes: the latest hundreds are enough.
        self._signatures, self._tokens = Recent(_SIGNATURES), Recent(_TOKENS)
        # What visitors typed: anybody may, so what is kept of those who left is bounded.
        self._visiting = Forms()
        self._borrowed: Counter[str] = Counter()
        self._given_back: deque[str] = deque(maxlen=_GIVEN_BACK)
        self._added = 0
        self._lock = threading.Lock()
        # Without any secret known so far; a new one begins a new set.
        self._harmless: set[str] = set()

    def learn(self, value: str) -> None:
        """Remember a key for good.

        Under 6 characters nothing is secret, and no word or number of a few more is: a server that
        checks no key is often given its own name for one, and that stands in every text about it.
        """
        if _is_secret(value):
            with self._lock:
                self._keys.add(forms_of(value))
                self._harmless = set()

    def borrow(self, value: str, *, strange: bool) -> None:
        """Remember a key until it is given back as often, and a good while after that.

        Of what strangers type, only what looks as keys do: any of them could have a word starred
        in everybody's answers by saying that it is a key.
        """
        if _is_secret(value) and (not strange or _looks_random(value)):
            with self._lock:
                self._borrowed[value] += 1
                self._visiting.add(forms_of(value))
                self._harmless = set()
                self._added += 1

    def give_back(self, value: str) -> None:
        """One borrower less of a key."""
        with self._lock:
            if value not in self._borrowed:
                return
            self._borrowed[value] -= 1
            # Answers of calls that just ended may still hold it.
            self._given_back.append(value)
            self._borrowed += Counter()  # drops those that nobody has
            if self._added > 2 * (len(self._borrowed) + _GIVEN_BACK):
                kept = {*self._borrowed, *self._given_back}
                visiting = Forms()
                for each in kept:
                    visiting.add(forms_of(each))
                self._visiting, self._added = visiting, len(kept)

    def learn_token(self, value: str) -> None:
        """Remember what was minted from a key until hundreds of others were."""
        if _is_secret(value):
            with self._lock:
                self._tokens.add(forms_of(value))
                self._harmless = set()

    def learn_signature(self, value: str) -> None:
        """Remember the signature of one request for as long as it can matter."""
        with self._lock:
            self._signatures.add([value])
            self._harmless = set()

    def clean(self, text: str) -> str:
        """The text with every known secret replaced by `***`."""
        # Whoever learns meanwhile begins another set.
        harmless = self._harmless
        if len(text) < _SHORTEST or text in harmless:
            return text
        found = self._found(text)
        if not found:
            if len(text) <= _NAME:
                if len(harmless) >= _REMEMBERED:
                    harmless.clear()
                harmless.add(text)
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
        heads = [text[at : at + HEAD] for at in range(len(text) - HEAD + 1)]
        for forms in self._lasting():
            if forms.heads and not forms.heads.keys().isdisjoint(heads):
                return True
        return False

    def begun(self, text: str) -> int:
        """How many characters at the end of the text may be the beginning of a key or token.

        Four or more of them, or 0. For text that comes in pieces; only undisguised forms count.
        """
        longest = max(known.longest for known in self._lasting())
        text = text[-longest:].lower()
        if not self.begins(text):
            return 0
        for at in range(len(text) - HEAD + 1):
            for known in self._lasting():
                for form in known.heads.get(text[at : at + HEAD], ()):
                    if len(text) - at < len(form) and form.startswith(text[at:]):
                        return len(text) - at
        return 0

    def _found(self, text: str) -> set[str]:
        found: set[str] = set()
        for view in plainer(text):
            parts = [view[at : at + STEP] for at in range(0, len(view), STEP)]
            for forms in self._sets():
                found.update(forms.inside(view, parts))
        return found

    def _sets(self) -> list[Forms]:
        return [forms for forms in (*self._lasting(), *self._signatures.generations) if forms.heads]

    def _lasting(self) -> tuple[Forms, ...]:
        return (self._keys, self._visiting, *self._tokens.generations)


def _is_secret(value: str) -> bool:
    plain = len(value) < 12 and (value.isalpha() or value.isdigit())
    return len(value) >= _SHORTEST and not plain


def _looks_random(value: str) -> bool:
    letters = [each for each in value if each.isalpha()]
    cases = {each.isupper() for each in letters}
    mixed = any(map(str.isdigit, value)) or (len(value) >= 24 and len(cases) == 2)
    return len(value) >= 16 and len(letters) >= 4 and mixed


redactor = Redactor()
