"""Secrets that do not print themselves, and one redactor for every text that leaves us."""

from __future__ import annotations

import base64
import threading
import urllib.parse
from collections import deque


class Secret:
    """A credential. Printing, formatting or logging it shows stars; `reveal()` is for the wire."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        redactor.learn(value)

    def reveal(self) -> str:
        """The value itself; call it in the line that puts it on the wire and nowhere else."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__


class Redactor:
    """Replaces every known secret, in the forms it can take on a wire, by stars."""

    def __init__(self) -> None:
        self._keys: frozenset[str] = frozenset()
        # Made anew for every call and void after minutes: the latest are enough.
        self._signatures: deque[frozenset[str]] = deque(maxlen=200)
        self._lock = threading.Lock()

    def learn(self, value: str) -> None:
        """Remember a key or token for good.

        Under 6 characters nothing is secret, and no word of a few letters is: a server that checks
        no key is often given its own name for one, and that stands in every text about it.
        """
        with self._lock:
            self._keys = self._keys | _forms(value)

    def learn_signature(self, value: str) -> None:
        """Remember the signature of one request for as long as it can matter."""
        with self._lock:
            self._signatures.append(_forms(value))

    def clean(self, text: str) -> str:
        """The text with every known secret replaced by `***`."""
        with self._lock:
            known = self._keys.union(*self._signatures)
        # The longest first: a form may contain another.
        for form in sorted((form for form in known if form in text), key=len, reverse=True):
            text = text.replace(form, "***")
        return text


def _forms(value: str) -> frozenset[str]:
    if len(value) < 6 or (len(value) < 12 and value.isalpha()):
        return frozenset()
    forms = {value, urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value)}
    for shift in range(3):
        # Inside a longer base64 text a secret starts at one of three bit alignments; the first
        # and last group depend on the neighbours, so only the middle is its own.
        middle = base64.b64encode(b"\0" * shift + value.encode()).decode()[4:-4]
        if len(middle) >= 8:
            forms.add(middle)
    return frozenset(forms)


redactor = Redactor()
