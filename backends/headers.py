"""The header lines of an answer."""

from __future__ import annotations

from collections.abc import Iterable


class Headers(dict[str, str]):
    """Header lines by their names in lower case; `written` has each name as it came.

    Of several lines of one name the values are joined by commas (RFC 9110, 5.2:
    https://www.rfc-editor.org/rfc/rfc9110#name-field-lines-and-combined-fi).
    """

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self.written: dict[str, str] = {}
        for name, value in lines:
            known = name.lower()
            if known in self:
                value = f"{self[known]}, {value}"
            self[known] = value
            self.written[known] = name
