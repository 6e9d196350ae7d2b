"""Searching: from a request to a page of results, whatever the engine."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from archive.model import Reading
from archive.search.engine import EngineHit, EngineRequest, SearchEngine
from archive.search.facets import list_values
from archive.search.parser import parse
from archive.search.request import SearchRequest
from archive.search.results import Hit, PageHit, SearchResults, Snippet
from archive.search.snippets import make_snippet
from archive.store.catalog import Catalog

SNIPPET_PAGES = 10
"""Pages of one hit that get a snippet. Every matching page is listed, but a page's words cost about a millisecond to
load, and a common word stands on each of a tender's five hundred pages. A note says when this happens."""

_NO_SNIPPET = Snippet("", ())


class SearchService:
    """Answers search requests. Safe to use from many threads."""

    def __init__(self, catalog: Catalog, engine: SearchEngine) -> None:
        self._catalog = catalog
        self._engine = engine

    def search(self, request: SearchRequest) -> SearchResults:
        """Answer a request.

        Pages of a hit come in page order, and the words of a :class:`PageHit` all stand on its page: a phrase that
        runs over a page break is shown on both pages, on each with its words there. Pages after the first
        :data:`SNIPPET_PAGES` of a hit have an empty snippet.

        :raises archive.errors.IndexDamaged: the index cannot be read.
        """
        started = time.perf_counter()
        parsed = parse(request.text, request.exact)
        found = self._engine.search(
            EngineRequest(parsed.query, request.filters, request.sort, request.limit, request.offset)
        )
        notes = list(parsed.notes)
        hits = self._hits(found.hits, notes)
        if any(len(hit.pages) > SNIPPET_PAGES for hit in hits):
            notes.append(f"Excerpts are shown for the first {SNIPPET_PAGES} matching pages of a document.")
        return SearchResults(
            query=request.text,
            total=found.total,
            took_ms=(time.perf_counter() - started) * 1000,
            notes=tuple(notes),
            hits=hits,
            facets={facet: list_values(facet, counts) for facet, counts in found.facets.items()},
        )

    def matches(
        self, document_id: str, text: str, exact: bool = False, reading: int | None = None
    ) -> tuple[tuple[int, int], ...]:
        """The (first, last) word numbers at which a query matches a reading of one document, ascending.

        The newest reading, unless ``reading`` names another. A phrase is one match. There is none in a reading that the
        index does not hold: an old one, or one so new that it is not indexed yet.
        """
        query = parse(text, exact).query
        if reading is None:
            newest = self._catalog.readings([document_id]).get(document_id)
            reading = newest.number if newest else None
        return () if query is None or reading is None else self._engine.matches(query, document_id, reading)

    def _hits(self, found: Sequence[EngineHit], notes: list[str]) -> tuple[Hit, ...]:
        descriptions = self._catalog.describe(hit.id for hit in found)
        readings = self._catalog.readings(hit.id for hit in found if hit.matches)
        hits: list[Hit] = []
        stale = 0
        for hit in found:
            # An index ahead of its catalog (one restored from a backup) names documents that are not there to show.
            if hit.id in descriptions:
                # Word numbers mean something only in their own reading, and pages are shown in the newest.
                is_stale = bool(hit.matches) and readings[hit.id].number != hit.reading
                pages = self._pages(readings[hit.id], hit.matches) if hit.matches and not is_stale else ()
                hits.append(Hit(hit.id, hit.score, descriptions[hit.id], pages))
                stale += is_stale
        if stale:
            notes.append(f"{stale} documents were read again; their pages are listed once the new words are indexed.")
        return tuple(hits)

    def _pages(self, reading: Reading, matches: Iterable[tuple[int, int]]) -> tuple[PageHit, ...]:
        pages: list[PageHit] = []
        for number, words in matches_by_page(reading, matches).items():
            snippet = _NO_SNIPPET
            if len(pages) < SNIPPET_PAGES:
                texts = self._catalog.words(reading.document, number, reading.number).texts
                start = reading.pages[number - 1].first_word
                snippet = make_snippet(texts, [(first - start, last - start) for first, last in words])
            pages.append(PageHit(number, snippet, tuple(words)))
        return tuple(pages)


def matches_by_page(reading: Reading, matches: Iterable[tuple[int, int]]) -> dict[int, list[tuple[int, int]]]:
    """Ascending matches, each cut at page breaks and put under the pages it stands on, in page order.

    Words that the reading does not have are passed over.
    """
    starts = [page.first_word for page in reading.pages]
    by_page: dict[int, list[tuple[int, int]]] = {}
    for match in matches:
        first = match[0]
        while first <= min(match[1], reading.word_count - 1):
            # Pages without words begin where the next page does, so the last page that begins here has the word.
            page = reading.pages[bisect_right(starts, first) - 1]
            last = min(match[1], page.first_word + page.word_count - 1)
            by_page.setdefault(page.number, []).append((first, last))
            first = last + 1
    return by_page
