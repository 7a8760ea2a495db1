"""Secrets that do not print themselves, and one redactor for every text that leaves us."""

from __future__ import annotations

import base64
import threading
import urllib.parse


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
        self._forms: set[str] = set()
        self._lock = threading.Lock()

    def learn(self, value: str) -> None:
        """Remember a secret or a value derived from one. Under 6 characters nothing is secret."""
        if len(value) < 6:
            return
        forms = {value, urllib.parse.quote(value, safe=""), urllib.parse.quote_plus(value)}
        for shift in range(3):
            # Inside a longer base64 text a secret starts at one of three bit alignments; the
            # first and last group depend on the neighbours, so only the middle is its own.
            middle = base64.b64encode(b"\0" * shift + value.encode()).decode()[4:-4]
            if len(middle) >= 8:
                forms.add(middle)
        with self._lock:
            self._forms = self._forms | forms

    def clean(self, text: str) -> str:
        """The text with every known secret replaced by `***`."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, "***")
        return text


redactor = Redactor()
