"""Search for a quotation without an address in all documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from archive.body import running_words
from archive.citing.matching import Match, QuotationMatcher
from archive.citing.quotation import Quotation
from archive.citing.verdicts import QuotedPassage
from archive.citing.wording import BRACKETED, Remark, RemarkKind, unbroken
from archive.errors import QueryTooBroad
from archive.model import Document, Reading, Span
from archive.model.clauses import units
from archive.search.query import And, Or, Query
from archive.search.query_language.grammar import joined
from archive.search.query_language.parsed_query import ParsedQuery
from archive.search.query_language.word_shapes import exact_phrase
from archive.search.request import SearchRequest
from archive.search.results import Hit, SearchResults
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.text.alignment import letters, word_similarity
from archive.text.anchoring import Finder, PassagePlace, compare_words

DOCUMENTS = 20
"""Most documents in which a quotation is searched for; the answer notes if there are more."""

NEAREST = 5
"""Most documents, and pages of each, that are searched for words similar to a quotation without exact matches."""

PAGES = 50
"""Most pages of a document on which a quotation is searched for."""

LEAST_WORDS = 4
"""Fewest words of a quotation for which similar words are searched for."""

_CHUNK = 8
"""Most words of a quotation that are searched as one phrase."""

_MARKS = '"„“”«»‟″'


@dataclass(frozen=True, slots=True)
class QuotationMatch:
    """A place of a quotation, with the alterations of its citer."""

    passage: QuotedPassage
    match: Match


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The words of consecutive pages, from word number ``start``; those at the indices ``skipped`` are running
    lines."""

    start: int
    pages: Sequence[Sequence[str]]
    skipped: frozenset[int]


class QuotationSearch:
    """Finds quotations in the readings of documents. ``is_cut``: more documents than were searched have such words."""

    def __init__(self, catalog: Catalog, search: SearchService) -> None:
        self._catalog, self._search = catalog, search
        self.is_cut = False

    def found(self, quotation: Quotation) -> list[QuotationMatch]:
        """Return the places of a quotation in newest readings, the least altered first."""
        for wording in quotation.wordings():
            for results in self._searches(wording.pieces):
                places = [place for hit in results.hits for place in self._on_pages(hit, quotation)]
                if places:
                    self.is_cut = results.total > DOCUMENTS
                    return sorted(places, key=lambda place: len(place.match.alterations))
        return []

    def other_forms(self, words: Sequence[str]) -> list[QuotedPassage]:
        """Return the places of words with equal letters in other forms."""
        for results in self._searches([words]):
            places = [passage for hit in results.hits for passage in self._in_other_form(hit, words)]
            if places:
                return places
        return []

    def nearest(self, words: Sequence[str]) -> list[QuotedPassage]:
        """Return the place with the most similar words, if any are similar enough."""
        hits = self._by_longest_words(words)
        found = [passage for hit in hits for passage in self._like(hit, words)]
        return sorted(found, key=lambda passage: -word_similarity(words, passage.words))[:1]

    def in_earlier_readings(self, quotation: Quotation) -> list[QuotationMatch]:
        """Return the places of a quotation in earlier readings, which are not indexed."""
        for hit in self._by_longest_words(quotation.words):
            for number in range(self._catalog.documents.find(hit.id).reading - 1, 0, -1):
                reading = self._catalog.readings.get(hit.id, number)
                pages = [words.texts for words in self._catalog.readings.all_words(hit.id, number)]
                skipped = running_words(self._catalog, reading)
                if found := list(self._among(_Stretch(0, pages, skipped), reading, quotation)):
                    return found
        return []

    def _by_longest_words(self, words: Sequence[str]) -> Sequence[Hit]:
        """Return the documents with most of the longest words."""
        if len(words) < LEAST_WORDS:
            return ()
        longest = sorted(set(filter(_can_be_asked, words)), key=len, reverse=True)[:_CHUNK]
        results = self._answer(joined(Or, [_phrase((word,)) for word in longest]), NEAREST) if longest else None
        return results.hits if results else ()

    def _searches(self, pieces: Sequence[Sequence[str]]) -> Iterator[SearchResults]:
        """Yield searches that documents with these words should match, the strictest first."""
        runs = [
            list(run)
            for piece in pieces
            for can_be_asked, run in groupby(unbroken(piece), _can_be_asked)
            if can_be_asked
        ]
        run = max(runs, key=len, default=[])
        middle = max(0, len(run) // 2 - _CHUNK // 2)
        chunks = {tuple(run[at : at + _CHUNK]): None for at in (0, middle, max(0, len(run) - _CHUNK))}
        queries = [_phrase(chunk) for chunk in chunks if chunk]
        asked = list(dict.fromkeys(word for each in runs for word in each))[: 2 * _CHUNK]
        if asked:
            queries.append(joined(And, [_phrase((word,)) for word in asked]))
        for query in queries:
            if results := self._answer(query, DOCUMENTS):
                yield results

    def _answer(self, query: Query, limit: int) -> SearchResults | None:
        try:
            return self._search.search(SearchRequest(limit=limit, excerpts=0), parsed=ParsedQuery(query))
        except QueryTooBroad:  # The other queries are tried; none of them decides alone.
            return None

    def _on_pages(self, hit: Hit, quotation: Quotation) -> Iterator[QuotationMatch]:
        """Yield the places on the best pages of a hit and adjacent ones."""
        reading = self._catalog.readings.get(hit.id, hit.reading)
        for stretch in self._stretches_of(hit, reading):
            yield from self._among(stretch, reading, quotation)

    def _in_other_form(self, hit: Hit, words: Sequence[str]) -> Iterator[QuotedPassage]:
        reading = self._catalog.readings.get(hit.id, hit.reading)
        make_passage = passage_maker(self._catalog, reading)
        for stretch in self._stretches_of(hit, reading):
            finder = Finder(stretch.pages, stretch.skipped)
            for place in finder.places(words):
                moved = replace(place, first=place.first + stretch.start, last=place.last + stretch.start)
                yield make_passage(moved, finder.text(place))

    def _stretches_of(self, hit: Hit, reading: Reading) -> Iterator[_Stretch]:
        for first, last in _stretches(_best_pages(hit, PAGES), len(reading.pages)):
            pages = [
                self._catalog.readings.words(hit.id, number, hit.reading).texts for number in range(first, last + 1)
            ]
            start = reading.pages[first - 1].first_word
            skipped = frozenset(word - start for word in running_words(self._catalog, reading, first, last))
            yield _Stretch(start, pages, skipped)

    def _among(self, stretch: _Stretch, reading: Reading, quotation: Quotation) -> Iterator[QuotationMatch]:
        """Yield the places among words of a reading: without running lines, or else with them."""
        texts, skipped = [text for page in stretch.pages for text in page], stretch.skipped
        kept = [at for at in range(len(texts)) if at not in skipped]
        found = list(self._matches([texts[at] for at in kept], [stretch.start + at for at in kept], reading, quotation))
        yield from found
        if found or not skipped:
            return
        numbers = range(stretch.start, stretch.start + len(texts))
        for one in self._matches(texts, numbers, reading, quotation):
            places = range(one.match.first - stretch.start, one.match.last - stretch.start + 1)
            running = [texts[at] for at in places if at in skipped]
            told = (Remark(RemarkKind.RUNNING, " ".join(running)),) if 0 < len(running) < len(places) else ()
            yield replace(one, match=replace(one.match, alterations=(*one.match.alterations, *told)))

    def _matches(
        self, texts: Sequence[str], numbers: Sequence[int], reading: Reading, quotation: Quotation
    ) -> Iterator[QuotationMatch]:
        make_passage = passage_maker(self._catalog, reading)
        together = self._together(reading)
        for match in QuotationMatcher(texts).matches(
            quotation, lambda first, last: together(numbers[first], numbers[last])
        ):
            words = tuple(texts[match.first : match.last + 1])
            moved = replace(match, first=numbers[match.first], last=numbers[match.last])
            place = PassagePlace(moved.first, moved.last, compare_words(quotation.words, words))
            yield QuotationMatch(make_passage(place, words), moved)

    def _together(self, reading: Reading) -> Callable[[int, int], bool]:
        """Return the function that tells whether two words may belong to one quotation with an ellipsis: on adjacent
        pages, or in one clause."""

        def near(first: int, last: int) -> bool:
            if reading.page_of_word(last).number - reading.page_of_word(first).number <= 1:
                return True
            clauses = self._catalog.clauses.of(reading.document, reading.number)
            return any(one.span.first <= first and last <= one.span.last for one in units(clauses))

        return near

    def _like(self, hit: Hit, words: Sequence[str]) -> Iterator[QuotedPassage]:
        reading = self._catalog.readings.get(hit.id, hit.reading)
        make_passage = passage_maker(self._catalog, reading)
        for number in _best_pages(hit, NEAREST):
            finder = Finder([self._catalog.readings.words(hit.id, number, hit.reading).texts])
            if place := finder.nearest(words, 1):
                start = reading.pages[number - 1].first_word
                moved = replace(place, first=place.first + start, last=place.last + start)
                yield make_passage(moved, finder.text(place))


def _best_pages(hit: Hit, count: int) -> list[int]:
    """Return the pages of a hit with most matches."""
    return [page.number for page in sorted(hit.pages, key=lambda page: -len(page.words))[:count]]


def _stretches(pages: Iterable[int], page_count: int) -> Iterator[tuple[int, int]]:
    """Yield these pages and adjacent ones, as first and last page of each run."""
    wanted = {number for page in pages for number in (page - 1, page, page + 1) if 1 <= number <= page_count}
    for number in sorted(wanted):
        if number - 1 not in wanted:
            last = number
            while last + 1 in wanted:
                last += 1
            yield number, last


def finder_of(catalog: Catalog, reading: Reading) -> Finder:
    """Return the finder of words in a reading."""
    pages = [words.texts for words in catalog.readings.all_words(reading.document, reading.number)]
    return Finder(pages, running_words(catalog, reading))


def passage_maker(catalog: Catalog, reading: Reading) -> Callable[[PassagePlace, tuple[str, ...]], QuotedPassage]:
    """Return a function that makes a passage from a place in a reading and its words.

    The document is loaded on first use and cached: a short quotation may have thousands of places, most searches have
    none.
    """

    @cache
    def described() -> tuple[Document, str]:
        title = catalog.documents.descriptions([reading.document])[reading.document].title
        return catalog.documents.find(reading.document), title

    def make_passage(place: PassagePlace, words: tuple[str, ...]) -> QuotedPassage:
        document, title = described()
        span = Span(document.id, reading.number, place.first, place.last)
        return QuotedPassage(document, title, span, reading.page_of_word(place.first).number, words, place.how)

    return make_passage


def _can_be_asked(word: str) -> bool:
    """Return whether a phrase can contain a word: it has letters, and no inner quotation marks, which would end the
    phrase."""
    return bool(letters(word)) and not any(mark in word.strip(_MARKS) for mark in (*_MARKS, "…"))


def _phrase(words: Sequence[str]) -> Query:
    """Return the phrase query for these words."""
    return exact_phrase([word.replace(BRACKETED, "").strip(_MARKS) for word in words])
