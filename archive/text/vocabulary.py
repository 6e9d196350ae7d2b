"""Terms, and the numbered words of a batch of documents, as passed from the analyzer to an engine.

A word occurs thousands of times, so it is analysed once per batch and then referred to by number.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag, StrEnum


class IndexField(StrEnum):
    """A field of terms.

    The first five are of words on pages: an engine stores ``WORD`` with positions, and a term of the other four stands
    for all words with that alias. The others are for facts of the document and have no positions.
    """

    WORD = "word"
    """The word as written, in lower-case Latin with its diacritics."""
    FORM = "form"
    """The exact form: script, case and diacritics folded."""
    STEM = "stem"
    """The stem of the word as written."""
    BARE_STEM = "bare_stem"
    """The stem of the exact form, for queries typed without diacritics."""
    LOOK_ALIKE = "look_alike"
    """The skeleton shared by words that OCR confuses (:mod:`archive.text.forms`)."""
    TITLE = "title"
    TITLE_STEM = "title_stem"
    VENDOR = "vendor"
    VENDOR_STEM = "vendor_stem"
    REFERENCE = "reference"
    IDENTIFIER = "identifier"
    """PIB and matični broj of the vendors, digits only."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of one field. ``weight`` multiplies its score."""

    field: IndexField
    text: str
    weight: float = 1.0


class Writing(IntFlag):
    """How a word is written, over all documents of the index.

    ``BARE``: a Latin word on a Serbian page typed without diacritics. ``FOREIGN``: on a page of a language other than
    Serbian and English, or of an unknown one.
    """

    LATIN = 1
    CYRILLIC = 2
    BARE = 4
    ENGLISH = 8
    FOREIGN = 16


Aliases = Mapping[str, tuple[str, ...]]
"""Terms by which a word is found besides itself, by field name."""


class Vocabulary:
    """Numbered words. A word has a number for each way in which it is written.

    ``words[n]``, ``writings[n]`` and ``aliases[n]`` belong together; writings are the bits of :class:`Writing`.
    Append-only, so numbers stay valid.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.writings: list[int] = []
        self.aliases: list[Aliases] = []

    def __len__(self) -> int:
        return len(self.words)

    def add(self, word: str, writing: int, aliases: Aliases) -> int:
        """Give a word the next number."""
        self.words.append(word)
        self.writings.append(writing)
        self.aliases.append(aliases)
        return len(self.words) - 1


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The words of one document with their positions: two columns of 32-bit numbers.

    ``numbers[i]`` is a word of ``vocabulary`` and ``positions[i]`` its position. Several words may share a position
    (12/2019-У and its parts). Pairs are unordered and distinct.
    """

    vocabulary: Vocabulary
    numbers: array[int]
    positions: array[int]
