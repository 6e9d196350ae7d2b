"""Phrases of the gazetteer as regular expressions over folded text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from archive.text.folding import fold


def phrase(text: str) -> str:
    """The expression for one phrase: ``*`` stands for any ending (alone: any word); anything may part words."""
    words = [r"\w+" if word == "*" else r"\w*".join(map(re.escape, fold(word).split("*"))) for word in text.split()]
    return r"[\W_]+".join(words)


def any_of(phrases: Iterable[str]) -> str:
    """The expression for any of several phrases, as whole words, without a group of its own."""
    return rf"(?<!\w)(?:{'|'.join(map(phrase, phrases))})(?!\w)"


def compiled(phrases: Iterable[str]) -> re.Pattern[str]:
    """:func:`any_of`, compiled."""
    return re.compile(any_of(phrases))
