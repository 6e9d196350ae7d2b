"""Cutting text into words that can be addressed: no white space, nothing invisible, always valid Unicode."""

from __future__ import annotations

import re
import sys

_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]")
"""Control characters, soft hyphens, zero-width spaces, direction marks: nobody sees them, so they part no word."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def tokens(text: str) -> list[str]:
    """The words of a text. White space of every kind (also no-break, thin and ideographic spaces) parts them.

    Halves of surrogate pairs, which some PDF fonts yield, become U+FFFD: they could not be written to disk. Each word
    is in memory once, however often it occurs: a long document is made of a few thousand.
    """
    return [sys.intern(word) for word in _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text)).split()]
