"""Arabic and Roman numbers of clauses and chapters, as they are printed."""

from __future__ import annotations

import re

_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50}


def to_number(number: str) -> int:
    """Return the value of an Arabic or small Roman number without its letter ("5a" is 5); 0 for what is neither."""
    digits = re.match(r"\d+", number)
    if digits:
        return int(digits[0])
    values = [_VALUES.get(char, 0) for char in number]
    if not values or 0 in values:
        return 0
    following = [*values[1:], 0]
    total = sum(-value if value < after else value for value, after in zip(values, following, strict=True))
    return total if to_roman(total) == number else 0


def to_roman(value: int) -> str:
    """Return a number below 90 in lower-case Roman digits; empty for another."""
    if not 0 < value < 90:
        return ""
    tens = ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx")[value // 10]
    return tens + ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")[value % 10]
