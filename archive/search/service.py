"""Searching: from a request to a page of results, whatever the engine."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence

from archive.description import Description
from archive.errors import Message
from archive.model import Reading
from archive.search.building import Building
from archive.search.engine import EngineHit, SearchEngine
from archive.search.facets import list_values
from archive.search.narrowing import engine_request
from archive.search.near_duplicates import NearDuplicates
from archive.search.parser import parse
from archive.search.request import SNIPPET_PAGES, SearchRequest
from archive.search.results import PARTIAL, Hit, PageHit, SearchResults, Snippet
from archive.search.snippets import make_snippet
from archive.search.spellings import as_spelled
from archive.search.standing import count_not_searched
from archive.store.catalog import Catalog

_NO_SNIPPET = Snippet("", ())


class SearchService:
    """Answers search requests. Safe to use from many threads."""

    def __init__(self, catalog: Catalog, engine: SearchEngine, building: Building | None = None) -> None:
        """:param building: tells how far a missing index is made."""
        self._catalog = catalog
        self._engine = engine
        self._building = building
        self._near_duplicates = NearDuplicates(catalog)

    def search(
        self, request: SearchRequest, among: frozenset[str] | None = None, *, may_be_partial: bool = False
    ) -> SearchResults:
        """Answer a request, of these documents only if ``among`` names any.

        Pages of a hit come in page order, and the words of a :class:`PageHit` all stand on its page: a phrase that
        runs over a page break is shown on both pages, on each with its words there. Pages after the first
        ``request.excerpts`` of a hit have an empty snippet; a note says so to those who asked for no fewer than usual.

        :param may_be_partial: take an answer that lacks a part of the index; a note says so.
        :raises archive.errors.IndexDamaged: the index cannot be read.
        :raises archive.errors.IndexMissing: it is gone.
        :raises archive.errors.EngineUnavailable: it does not answer.
        :raises archive.errors.QueryTooBroad: the query asks for more than the limits allow.
        """
        not_searched = self.not_searched()
        started = time.perf_counter()
        parsed = parse(request.text, request.exact, request.look_alikes)
        asked = engine_request(self._catalog, request, parsed.query, among, may_be_partial=may_be_partial)
        found = self._engine.search(asked)
        if not found.total:
            # Nothing is found in an index that has just gone, either.
            not_searched = self.not_searched()
        notes = [*parsed.notes, *([PARTIAL] if found.partial else ())]
        duplicates = self._near_duplicates.near_identical(hit.id for hit in found.hits)
        hits = tuple(make_hit(hit, request.excerpts, duplicates.get(hit.id, ())) for hit in found.hits)
        if request.excerpts >= SNIPPET_PAGES and any(len(hit.pages) > request.excerpts for hit in hits):
            notes.append(
                Message(
                    "Excerpts are shown for the first %(count)s matching pages of a document.", count=request.excerpts
                )
            )
        return SearchResults(
            query=request.text,
            total=found.total,
            took_ms=(time.perf_counter() - started) * 1000,
            notes=tuple(notes),
            hits=hits,
            facets={facet: list_values(facet, counts) for facet, counts in found.facets.items()},
            not_searched=not_searched,
        )

    def not_searched(self) -> int:
        """How many documents were added or changed and are not indexed yet. Errors as for :meth:`search`."""
        return count_not_searched(self._catalog, self._engine, building=self._building)

    def is_waiting(self, document_id: str) -> bool:
        """Whether a document was added or changed and is not indexed since, so that no match in it means nothing."""
        return self._catalog.is_due(document_id, self._engine.generation)

    def matches(
        self, document_id: str, text: str, exact: bool = False, reading: int | None = None, look_alikes: bool = False
    ) -> tuple[tuple[int, int], ...]:
        """The (first, last) word numbers at which a query matches a reading of one document, ascending.

        The newest reading, unless ``reading`` names another. A phrase is one match. There is none in a reading that the
        index does not hold: an old one, or one so new that it is not indexed yet.
        """
        query = as_spelled(self._catalog, parse(text, exact, look_alikes).query)
        if reading is None:
            newest = self._catalog.readings([document_id]).get(document_id)
            reading = newest.number if newest else None
        return () if query is None or reading is None else self._engine.matches(query, document_id, reading)

    def matches_in(
        self, reading: Reading, text: str, exact: bool = False, look_alikes: bool = False
    ) -> dict[int, list[tuple[int, int]]]:
        """The same for a reading, by page: page number to the matches on it, each cut at page breaks."""
        matches = self.matches(reading.document, text, exact, reading.number, look_alikes)
        return matches_by_page([page.first_word for page in reading.pages], reading.word_count, matches)


def make_hit(found: EngineHit, excerpts: int, duplicates: tuple[str, ...] = ()) -> Hit:
    """What an engine found, put under its pages, the first ``excerpts`` of them with a snippet."""
    pages = page_hits(found, excerpts)
    return Hit(found.id, found.reading, found.score, Description.from_bytes(found.shown), pages, duplicates)


def page_hits(
    found: EngineHit, excerpts: int, first_page: int = 1, first_word: int = 0, left_out: Collection[int] = ()
) -> tuple[PageHit, ...]:
    """The pages of what an engine found on which it matches, the first ``excerpts`` of them with a snippet.

    :param first_page: the number of the page on which it begins.
    :param first_word: the number of its first word.
    :param left_out: words that snippets do not show.
    """
    text = found.text
    starts = text.first_words
    pages: list[PageHit] = []
    for number, words in matches_by_page(starts, text.word_count, found.matches).items():
        snippet = _NO_SNIPPET
        if len(pages) < excerpts:
            start = starts[number - 1]
            texts, matches = text.words(number), [(first - start, last - start) for first, last in words]
            kept = [at for at in range(len(texts)) if at + start + first_word not in left_out] if left_out else None
            snippet = make_snippet(texts, matches) if kept is None else _snippet_of(texts, matches, kept)
        place = tuple((first + first_word, last + first_word) for first, last in words)
        pages.append(PageHit(number + first_page - 1, snippet, place))
    return tuple(pages)


def _snippet_of(texts: Sequence[str], matches: Iterable[tuple[int, int]], kept: Sequence[int]) -> Snippet:
    """A snippet of the ``kept`` words of a page alone."""
    among = [(bisect_left(kept, first), bisect_right(kept, last) - 1) for first, last in matches]
    return make_snippet([texts[at] for at in kept], [(first, last) for first, last in among if first <= last])


def matches_by_page(
    first_words: Sequence[int], word_count: int, matches: Iterable[tuple[int, int]]
) -> dict[int, list[tuple[int, int]]]:
    """Ascending matches, each cut at page breaks and put under the pages it stands on, in page order.

    :param first_words: the number of the first word of each page.
    :param word_count: words of the document; words beyond are passed over.
    """
    by_page: dict[int, list[tuple[int, int]]] = {}
    start = end = 0
    words: list[tuple[int, int]] = []
    for match in matches:
        first, last = match
        while first <= min(last, word_count - 1):
            # Most matches stand on the page of the one before.
            if not start <= first < end:
                # Pages without words begin where the next page does, so the last page that begins here has the word.
                number = bisect_right(first_words, first)
                start = first_words[number - 1]
                end = first_words[number] if number < len(first_words) else word_count
                words = by_page.setdefault(number, [])
            words.append((first, min(last, end - 1)))
            first = end
    return by_page
