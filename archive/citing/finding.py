"""Looking for a quotation without an address: in which documents it stands, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from archive.body import running_words
from archive.citing.verdicts import Standing
from archive.errors import QueryTooBroad
from archive.model import Reading, Span
from archive.search.request import SearchRequest
from archive.search.results import Hit, SearchResults
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.text.aligning import likeness
from archive.text.carrying import Finder, How, Place
from archive.text.quoting import letters

DOCUMENTS = 20
"""Documents in which a quotation is looked for. That there are more is said."""

NEAREST = 5
"""Documents, and pages of each, that are looked at for a quotation that stands nowhere as it is."""

PAGES = 50
"""Pages of a document on which a quotation is looked for."""

LEAST_WORDS = 4
"""Words of a quotation at least for which something like it is worth looking for."""

_CHUNK = 8
"""Words of a quotation that are searched as one phrase."""

_MARKS = '"„“”«»‟″'

AS_QUOTED = frozenset({How.EXACT, How.EDGES, How.SPACING, How.SCRIPT})
"""What counts as the same words in a quotation that was copied by hand: script, white space and the punctuation at its
edges make no difference."""


class QuotationSearch:
    """Finds quotations in the readings of documents. ``is_cut`` says that more documents have such words than were
    looked at."""

    def __init__(self, catalog: Catalog, search: SearchService) -> None:
        self._catalog, self._search = catalog, search
        self.is_cut = False

    def places(self, words: Sequence[str]) -> list[Standing]:
        """Where these words stand in newest readings, script, case, diacritics, punctuation and spaces aside; the
        surest first."""
        order = list(How)
        other_form: list[Standing] = []
        for results in self._searches(words):
            found = [standing for hit in results.hits for standing in self._on_pages(hit, words)]
            found.sort(key=lambda standing: order.index(standing.how))
            if found and found[0].how in AS_QUOTED:
                self.is_cut = results.total > DOCUMENTS
                return found
            other_form = other_form or found
        return other_form

    def nearest(self, words: Sequence[str]) -> list[Standing]:
        """The place whose words are most like these, where something is like them at all.

        The index knows the newest readings only; an earlier one may have the very words.
        """
        if len(words) < LEAST_WORDS:
            return []
        longest = sorted(set(filter(_can_be_asked, words)), key=len, reverse=True)[:_CHUNK]
        results = self._answer(" OR ".join(_phrase((word,)) for word in longest), NEAREST) if longest else None
        hits = results.hits if results else ()
        found = [standing for hit in hits for standing in self._in_earlier_readings(hit.id, words)]
        found = found or [standing for hit in hits for standing in self._like(hit, words)]
        return sorted(found, key=lambda standing: -likeness(words, standing.words))[:1]

    def _searches(self, words: Sequence[str]) -> Iterator[SearchResults]:
        """Searches that the documents with these words should pass, the narrowest first."""
        runs = [list(run) for can_be_asked, run in groupby(words, _can_be_asked) if can_be_asked]
        run = max(runs, key=len, default=[])
        middle = max(0, len(run) // 2 - _CHUNK // 2)
        chunks = {tuple(run[at : at + _CHUNK]): None for at in (0, middle, max(0, len(run) - _CHUNK))}
        queries = [_phrase(chunk) for chunk in chunks if chunk]
        asked = dict.fromkeys(word for each in runs for word in each)
        queries.append(" ".join(_phrase((word,)) for word in list(asked)[: 2 * _CHUNK]))
        for query in queries:
            if query and (results := self._answer(query, DOCUMENTS)):
                yield results

    def _answer(self, query: str, limit: int) -> SearchResults | None:
        try:
            return self._search.search(SearchRequest(query, limit=limit, exact=True, excerpts=0))
        except QueryTooBroad:  # The next query is another one; none of them decides alone.
            return None

    def _on_pages(self, hit: Hit, words: Sequence[str]) -> Iterator[Standing]:
        """The places on the pages of a hit where most of the query stands, and on those beside them."""
        reading = self._catalog.reading(hit.id, hit.reading)
        standing = standing_in(self._catalog, reading)
        for first, last in _stretches(_best_pages(hit, PAGES), len(reading.pages)):
            numbers, start = range(first, last + 1), reading.pages[first - 1].first_word
            skipped = {word - start for word in running_words(self._catalog, reading, first, last)}
            finder = Finder([self._catalog.words(hit.id, number, hit.reading).texts for number in numbers], skipped)
            for place in finder.places(words):
                moved = replace(place, first=place.first + start, last=place.last + start)
                yield standing(moved, finder.text(place))

    def _in_earlier_readings(self, document_id: str, words: Sequence[str]) -> list[Standing]:
        for number in range(self._catalog.find(document_id).reading - 1, 0, -1):
            reading = self._catalog.reading(document_id, number)
            finder = finder_of(self._catalog, reading)
            places = [place for place in finder.places(words) if place.how in AS_QUOTED]
            if places:
                standing = standing_in(self._catalog, reading)
                return [standing(place, finder.text(place)) for place in places]
        return []

    def _like(self, hit: Hit, words: Sequence[str]) -> Iterator[Standing]:
        reading = self._catalog.reading(hit.id, hit.reading)
        standing = standing_in(self._catalog, reading)
        for number in _best_pages(hit, NEAREST):
            finder = Finder([self._catalog.words(hit.id, number, hit.reading).texts])
            if place := finder.nearest(words, 1):
                start = reading.pages[number - 1].first_word
                moved = replace(place, first=place.first + start, last=place.last + start)
                yield standing(moved, finder.text(place))


def _best_pages(hit: Hit, count: int) -> list[int]:
    """The pages of a hit on which most of the query stands."""
    return [page.number for page in sorted(hit.pages, key=lambda page: -len(page.words))[:count]]


def _stretches(pages: Iterable[int], page_count: int) -> Iterator[tuple[int, int]]:
    """These pages and the ones beside them, as first and last page of each run."""
    wanted = {number for page in pages for number in (page - 1, page, page + 1) if 1 <= number <= page_count}
    for number in sorted(wanted):
        if number - 1 not in wanted:
            last = number
            while last + 1 in wanted:
                last += 1
            yield number, last


def finder_of(catalog: Catalog, reading: Reading) -> Finder:
    """What finds words in a reading."""
    pages = [words.texts for words in catalog.all_words(reading.document, reading.number)]
    return Finder(pages, running_words(catalog, reading))


def standing_in(catalog: Catalog, reading: Reading) -> Callable[[Place, tuple[str, ...]], Standing]:
    """What makes standings of places in a reading and the words that stand there.

    The document is described once: a short quotation may stand at thousands of places in one of thousands of facts.
    """
    document, title = catalog.find(reading.document), catalog.describe([reading.document])[reading.document].title

    def standing(place: Place, words: tuple[str, ...]) -> Standing:
        span = Span(document.id, reading.number, place.first, place.last)
        return Standing(document, title, span, reading.page_of_word(place.first).number, words, place.how)

    return standing


def _can_be_asked(word: str) -> bool:
    """Whether a phrase can hold a word: it has letters, and no quotation marks inside, which would end the phrase."""
    return bool(letters(word)) and not any(mark in word.strip(_MARKS) for mark in _MARKS)


def _phrase(words: Sequence[str]) -> str:
    """A phrase in the query language."""
    return f'"{" ".join(word.strip(_MARKS) for word in words)}"'
