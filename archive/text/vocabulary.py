"""The words of a batch of documents, each with a number: what the analyzer hands to an engine instead of strings.

A word stands in an archive thousands of times, so it is analysed once a batch and then counted by its number.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag


class Writing(IntFlag):
    """How a word was found written: kept for every word of the index, all its documents together.

    ``BARE`` is a Latin word on a Serbian page that is typed without diacritics. ``FOREIGN`` is a word on a page of
    another language than Serbian and English, or of none that could be told.
    """

    LATIN = 1
    CYRILLIC = 2
    BARE = 4
    ENGLISH = 8
    FOREIGN = 16


Aliases = Mapping[str, tuple[str, ...]]
"""Field name to the terms of that field by which a word is found, besides the word itself."""


class Vocabulary:
    """Numbered words. One word may have several numbers, one for each way it was found written.

    ``words[n]``, ``writings[n]`` and ``aliases[n]`` belong together; writings are the bits of :class:`Writing`. It only
    ever grows, so numbers stay valid.
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
    """Which word stands where in one document: two columns of 32-bit numbers.

    ``numbers[i]`` is a word of ``vocabulary`` and ``positions[i]`` its position. Several words may stand at one
    position (12/2019-У and its parts). The columns are in no particular order, and a pair comes once.
    """

    vocabulary: Vocabulary
    numbers: array[int]
    positions: array[int]
