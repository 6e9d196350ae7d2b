"""The text analysis shared by all engines: the exact form and the stem of each word of the corpus.

It is the archive's own (:func:`archive.text.analyzer.reading_terms`), of which the other engines get the form and the
first stem of every whole word. Our index also has the words with their diacritics, further stems of ambiguous words,
the parts of compounds and amounts, and look-alikes.
"""

from __future__ import annotations

import json
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive.model.words import Words
from archive.search.entries import LARGE_VOCABULARY
from archive.text.analyzer import reading_terms
from archive.text.vocabulary import IndexField, Vocabulary
from benchmarks.search.feed import CorpusDocument

SAMPLE_EVERY = 97
"""Interval of pages that are sampled for phrases."""


@dataclass(slots=True)
class Analysis:
    """Statistics of an analysed corpus.

    ``stems`` and ``forms`` count pages; ``spellings`` maps a word as written in the corpus to its form and stem.
    ``ambiguous`` are the stems of words that also have another, perhaps in another language.
    """

    pages: int = 0
    seconds: float = 0.0
    stems: Counter[str] = field(default_factory=Counter)
    forms: Counter[str] = field(default_factory=Counter)
    spellings: dict[str, tuple[str, str]] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)
    sampled: list[str] = field(default_factory=list)


def analyse(corpus: Path, analysis: Path) -> Analysis:
    """Analyse a corpus file into a file of the same order: forms and stems of every page, one document per line.

    ``seconds`` is the CPU time of the analysis, without reading, writing and counting.
    """
    result = Analysis()
    known: dict[str, tuple[str, ...]] = {}
    terms = _Terms(known)
    part = analysis.with_suffix(".part")
    with part.open("w", encoding="utf-8") as out:
        for document in _read(corpus):
            began = time.process_time()
            if terms.is_large:
                terms = _Terms(known)
            words = [page_words(page) for page in document.pages]
            forms, stems = terms.of(document.language, words)
            result.seconds += time.process_time() - began
            _count(result, words, forms, stems)
            result.ambiguous |= terms.ambiguous
            joined = [[" ".join(page) for page in pages] for pages in (forms, stems)]
            out.write(json.dumps(joined, ensure_ascii=False) + "\n")
    part.replace(analysis)
    return result


def page_words(page: str) -> Words:
    """Return the words of a page of the corpus."""
    texts = tuple(page.split())
    return Words(texts, array("H"), b"", bytes(len(texts)))


class _Terms:
    """Forms and stems by the numbers of one vocabulary. ``known`` are the stems of all words so far."""

    def __init__(self, known: dict[str, tuple[str, ...]]) -> None:
        self._vocabulary = Vocabulary()
        self._known = known
        self._forms: list[str] = []
        self._stems: list[str] = []
        self.ambiguous: set[str] = set()

    @property
    def is_large(self) -> bool:
        """Whether the vocabulary is large enough to be replaced, as the archive does."""
        return len(self._vocabulary) > LARGE_VOCABULARY

    def of(self, language: str, pages: Sequence[Words]) -> tuple[list[list[str]], list[list[str]]]:
        """Return the form and the stem of every word, page by page."""
        read = reading_terms([(language, page) for page in pages], self._vocabulary)
        for number in range(len(self._forms), len(self._vocabulary)):
            word, aliases = self._vocabulary.words[number], self._vocabulary.aliases[number]
            stems = aliases[IndexField.STEM]
            self._forms.append(aliases[IndexField.FORM][0])
            self._stems.append(stems[0])
            if len({*stems, *self._known.setdefault(word, stems)}) > 1:
                self.ambiguous.update(stems, self._known[word])
        # Of several words at one position, the whole word is first.
        whole: dict[int, int] = {}
        for number, position in zip(read.occurrences.numbers, read.occurrences.positions, strict=True):
            whole.setdefault(position, number)
        forms: list[list[str]] = []
        stems_of: list[list[str]] = []
        start = 0
        for page in pages:
            numbers = [whole[at] for at in range(start, start + len(page.texts))]
            forms.append([self._forms[number] for number in numbers])
            stems_of.append([self._stems[number] for number in numbers])
            start += len(page.texts)
        return forms, stems_of


def _count(result: Analysis, words: Sequence[Words], forms: list[list[str]], stems: list[list[str]]) -> None:
    for page, of_form, of_stem in zip(words, forms, stems, strict=True):
        result.forms.update(set(of_form))
        result.stems.update(set(of_stem))
        for word, form, stem in zip(page.texts, of_form, of_stem, strict=True):
            if word not in result.spellings:
                result.spellings[word] = form, stem
        if result.pages % SAMPLE_EVERY == 0:
            result.sampled.append(" ".join(of_form))
        result.pages += 1


def _read(corpus: Path) -> Iterator[CorpusDocument]:
    with corpus.open(encoding="utf-8") as lines:
        for line in lines:
            yield CorpusDocument(**json.loads(line))
