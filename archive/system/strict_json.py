"""Strict parsing of untrusted JSON by the rules of I-JSON (RFC 7493).

Python's parser also accepts NaN, numbers that overflow to infinity, duplicate names, and lone surrogates, and raises
:class:`RecursionError` at deep nesting.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

MOST_NESTING = 64
"""Most nested arrays and objects."""

LARGEST = 2**63 - 1
"""The largest integer: the range of databases and most programs."""


def read_json(data: str | bytes) -> Any:
    """Parse a JSON text.

    :raises ValueError: it is invalid, or breaks a rule of I-JSON; the message says which.
    """
    text = data if isinstance(data, str) else data.decode("utf-8")
    try:
        value = json.loads(
            text, parse_constant=_constant, parse_float=_fraction, parse_int=_whole, object_pairs_hook=_object
        )
    except RecursionError as error:
        raise _too_deep() from error
    _refuse_depth(value)
    if not _is_encodable(text, value):
        raise ValueError("a text has a half of a character (a lone surrogate)")
    return value


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _fraction(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:20]} is too large")
    return number


def _whole(text: str) -> int:
    if len(text) > 20 or abs(number := int(text)) > LARGEST:
        raise ValueError(f"the number {text[:20]} is too large")
    return number


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice[:40]!r} is given twice in one object")
    return made


def _too_deep() -> ValueError:
    return ValueError(f"more than {MOST_NESTING} arrays or objects are inside each other")


def _refuse_depth(value: Any) -> None:
    layer = [value]
    for _ in range(MOST_NESTING + 1):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not layer:
            return
    raise _too_deep()


def _is_encodable(text: str, value: Any) -> bool:
    """Return whether all texts can be encoded in UTF-8; escapes or callers may bring lone surrogates."""
    try:
        text.encode()
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
