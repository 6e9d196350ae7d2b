"""Marks on paper that are no words: table rules read as | and _, specks read as punctuation.

Nothing with a letter or a digit is ever dropped, however unsure the model was: what a stamp or a signature left of a
printed name may be all there is of it. Such words keep their low confidence instead, which says what they are worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from archive.model.words import Break
from indexer.ocr.recognition import SeenWord

_TALL = 1.5
"""A rule is this many times as high as the words of the page. A letter I read as | is not."""

_SPECK = 60
"""Punctuation that stands alone is dropped below this confidence."""


def without_marks(words: Sequence[SeenWord]) -> Iterator[SeenWord]:
    """The words of a page without rules and specks. A break before one of those stands before the next word."""
    tall = _TALL * median([_height(word) for word in words if word.letters] or [0])
    pending = Break.SPACE
    for word in words:
        pending = max(pending, word.before)
        if any(map(str.isalnum, word.text)) or not _is_mark(word, tall):
            yield replace(word, before=pending)
            pending = Break.SPACE


def _is_mark(word: SeenWord, tall: float) -> bool:
    return (
        word.confidence < _SPECK
        or set(word.text) <= set("_~")
        or (set(word.text) <= set("|[]") and _height(word) > tall)
    )


def _height(word: SeenWord) -> int:
    return word.rectangle[3] - word.rectangle[1]
