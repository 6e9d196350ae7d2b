"""The documents of one slice of results, with their printed words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from archive.search.evaluating.printed import PrintedWords, WordsOfPage
from archive.search.opensearch_engine.packing import TextTerms
from archive.search.opensearch_engine.sources import decoded


class FoundText:
    """The printed words of a document: :class:`archive.search.engine.HitText`, unpacked when they are asked for."""

    def __init__(self, terms: TextTerms, printed: str) -> None:
        """:param printed: as the index gives them back."""
        self._encoded = printed
        self.word_count = terms.word_count
        self.first_words: Sequence[int] = terms.first_words.tolist()

    @cached_property
    def _printed(self) -> PrintedWords:
        return PrintedWords(decoded(self._encoded))

    def words(self, page: int) -> Sequence[str]:
        """The words of a page, which is numbered from 1."""
        first = self.first_words[page - 1]
        end = self.first_words[page] if page < len(self.first_words) else self.word_count
        return WordsOfPage(self._printed, first, end - first)
