"""Pages of words, written as text."""

from __future__ import annotations

from archive.model.words import Break, Word, Words


def page(text: str) -> Words:
    """The words of ``text``, a line feed before a word standing for a new line. The page has no boxes."""
    return Words.of(
        Word(word, before=Break.LINE if number and not at else Break.SPACE)
        for number, line in enumerate(text.split("\n"))
        for at, word in enumerate(line.split())
    )
