"""Text that every database and file can hold: whole characters of Unicode, and no NUL.

A lone surrogate is half a character. Broken fonts yield it, and so does Python for bytes that are no UTF-8; no encoding
can store it. SQLite can store NUL, PostgreSQL cannot.
"""

from __future__ import annotations

import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_FIRST_ESCAPED_BYTE, _LAST_ESCAPED_BYTE, _BYTES = 0xDC80, 0xDCFF, 0xDC00
"""The surrogates that stand for bytes which are no UTF-8 (PEP 383)."""


def is_storable(text: str) -> bool:
    """Return whether a text can be stored as it is."""
    return _UNSTORABLE.search(text) is None


def storable(text: str) -> str:
    r"""Return a text with an escape (``\xff``, ``\ud800``) for each character that cannot be stored."""
    return _UNSTORABLE.sub(lambda found: _escape(ord(found[0])), text)


def _escape(code: int) -> str:
    if _FIRST_ESCAPED_BYTE <= code <= _LAST_ESCAPED_BYTE:
        return f"\\x{code - _BYTES:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
