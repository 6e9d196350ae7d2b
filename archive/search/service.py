"""The search service: from a request to a page of results, with any engine."""

from __future__ import annotations

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archive.errors import ArchiveBusy, Message, UsageError
from archive.model import Description, Reading
from archive.search.engine import EngineHit, EngineRequest, EngineResults, PageExtent, SearchEngine
from archive.search.facets import FacetValues
from archive.search.filters import as_spelled, engine_request, resolve_filters, with_names
from archive.search.index_state import Building, count_not_searched
from archive.search.near_duplicates import NearDuplicateLinker
from archive.search.query import And, Not, Or, Query, is_one_word, some_of
from archive.search.query_language.grammar import has_places
from archive.search.query_language.parsed_query import Factor, ParsedQuery
from archive.search.query_language.parser import parse
from archive.search.request import MAX_LIMIT, SNIPPET_PAGES, SearchRequest, Unit
from archive.search.results import PARTIAL, Hit, PageHit, SearchResults, ShownClause, Snippet
from archive.search.snippets import make_snippet
from archive.store.catalog import Catalog
from archive.store.indexing import is_key
from archive.text.analyzer import is_marked

if TYPE_CHECKING:
    from archive.search.did_you_mean import MisspeltWord

MOST_EXPORTED = 10_000
"""Most results of an export. A search with more is refused, never truncated."""

FIRST_PIECE = 100
"""Results of the first batch of an export, which is sent before the others are searched for."""

_NO_SNIPPET = Snippet("", ())

_PUNCTUATION = ".,;:!?"
"""Trailing punctuation that is stripped from a lacking word when it is shown."""


@dataclass(frozen=True, slots=True)
class Nearly:
    """The number of units with ``some`` but not all words of a query; and for each word the number of units that lack
    only that one."""

    some: int
    lacking_one: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Filling:
    """The search for partial matches, which fill a slice after the units with all words.

    ``parts`` are those that a hit may lack; ``instead`` has pairs of a typed word that no document has and its
    correction.
    """

    query: Query
    parts: tuple[Query, ...]
    instead: tuple[tuple[str, str], ...] = ()

    @property
    def notes(self) -> tuple[Message, ...]:
        """Notes on the corrections."""
        sentence = "“%(typed)s” is in no document; below is what has “%(meant)s”."
        return tuple(Message(sentence, typed=typed, meant=meant) for typed, meant in self.instead)


class SearchService:
    """Answers search requests with documents, or with clauses. Thread-safe."""

    def __init__(
        self, catalog: Catalog, engine: SearchEngine, building: Building | None = None, unit: Unit = Unit.DOCUMENTS
    ) -> None:
        """:param engine: the engine of these units.
        :param building: the progress of building a missing index.
        """
        self._catalog = catalog
        self._engine = engine
        self._building = building
        self._unit = unit
        self._near_duplicates = NearDuplicateLinker(catalog)

    def search(
        self,
        request: SearchRequest,
        among: frozenset[str] | None = None,
        *,
        may_be_partial: bool = False,
        filled_up: bool = False,
        parsed: ParsedQuery | None = None,
    ) -> SearchResults:
        """Answer a request, among these units only if ``among`` is not None.

        A unit must have all words of a query; ``title:`` of a clause is its heading. Pages of a hit are in page order,
        and all words of a :class:`PageHit` are on its page: a phrase across a page break is shown on both pages, on
        each with its words there. Pages after the first ``request.excerpts`` of a hit have an empty snippet; a note
        says so unless fewer than the default were requested.

        :param may_be_partial: accept an answer without a part of the index; a note says so.
        :param filled_up: fill the slice with partial matches.
        :param parsed: the parsed query, if known; it replaces the request's text.
        :raises archive.errors.IndexDamaged: the index cannot be read.
        :raises archive.errors.IndexMissing: it does not exist.
        :raises archive.errors.EngineUnavailable: it does not answer.
        :raises archive.errors.QueryTooBroad: the query exceeds the limits.
        """
        not_searched = self.not_searched()
        started = time.perf_counter()
        if parsed is None:
            parsed = parse(request.text, request.exact, request.look_alikes)
        filters = resolve_filters(self._catalog, request.filters)
        request = replace(request, filters=filters)
        asked = engine_request(self._catalog, request, parsed.query, among, may_be_partial=may_be_partial)
        found = self._engine.search(asked)
        if not found.total:
            # A search in an index that has just been deleted finds nothing, too.
            not_searched = self.not_searched()
        notes = [*parsed.notes, *([PARTIAL] if found.partial else ())]
        rest: tuple[EngineHit, ...] = ()
        total_partly = None
        filling = misspelt = None
        if filled_up:
            misspelt = self._misspelt(request, parsed, found.total)
            filling = _filling(parsed, misspelt)
            rest, total_partly = self._partly(request, asked, filling, found)
            notes += filling.notes if filling and rest else ()
        hits = self._hits((*found.hits, *rest), request.excerpts, parsed)
        if (
            self._unit is Unit.DOCUMENTS
            and request.excerpts >= SNIPPET_PAGES
            and any(len(hit.pages) > request.excerpts for hit in hits)
        ):
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
            hits=hits[: len(found.hits)],
            facets=FacetValues(with_names(self._catalog, found.facets)),
            not_searched=not_searched,
            partly=hits[len(found.hits) :],
            total_partly=total_partly,
            is_likely=bool(filling and filling.instead),
            misspelt=misspelt,
            unit=self._unit,
            parsed=parsed,
            filters=filters,
        )

    def _partly(
        self, request: SearchRequest, asked: EngineRequest, filling: Filling | None, exact: EngineResults
    ) -> tuple[tuple[EngineHit, ...], int | None]:
        """Return partial matches that fill the slice after the exact ones, the best first; and their total."""
        room = request.limit - len(exact.hits)
        if request.offset + request.limit < exact.total:
            return (), None
        if filling is None:
            return (), 0
        if not room:
            return (), self._count(request, filling.query, asked.among, may_be_partial=asked.may_be_partial)
        sliced = replace(request, sort="relevance", limit=room, offset=max(0, request.offset - exact.total))
        relaxed = engine_request(self._catalog, sliced, filling.query, asked.among, may_be_partial=asked.may_be_partial)
        found = self._engine.search(replace(relaxed, facets=(), parts=filling.parts))
        return found.hits, found.total

    def _misspelt(self, request: SearchRequest, parsed: ParsedQuery, total: int) -> tuple[MisspeltWord, ...] | None:
        """Return the misspelt words of a request with ``total`` hits; None if they are not searched for."""
        if total or request.exact:
            return None
        from archive.search.did_you_mean import misspelt_words  # noqa: PLC0415 - most searches find something

        return misspelt_words(parsed.words, self._engine, marked=is_marked(request.text))

    def count(self, request: SearchRequest) -> int:
        """Count the hits of a request, even if a part of the index is missing. Errors of the engine as above."""
        parsed = parse(request.text, request.exact, request.look_alikes)
        return self._count(request, parsed.query, may_be_partial=True)

    def total_partly(self, request: SearchRequest, exact: SearchResults) -> int:
        """Count the partial matches of a request with ``exact`` hits. Errors as above."""
        filling = _filling(exact.parsed, self._misspelt(request, exact.parsed, exact.total))
        return self._count(replace(request, filters=exact.filters), filling.query) if filling else 0

    def nearly(self, request: SearchRequest, exact: SearchResults) -> Nearly:
        """Count the units that have some of the typed words, and those that lack just one. Errors as above."""
        wanted, others = divided(exact.parsed)
        if len(wanted) < 2:
            return Nearly(0, ())
        resolved = replace(request, filters=exact.filters)
        parts = [factor.query for factor in wanted]
        lacking_one = []
        for at, factor in enumerate(wanted):
            query = And((*parts[:at], *parts[at + 1 :], Not(factor.query), *others))
            lacking_one.append((shown(factor), self._count(resolved, query)))
        return Nearly(self._count(resolved, some_of(tuple(parts), others)), tuple(lacking_one))

    def _count(
        self,
        request: SearchRequest,
        query: Query | None,
        among: frozenset[str] | None = None,
        *,
        may_be_partial: bool = False,
    ) -> int:
        """Count the hits of a query with the filters of a request, without ranking."""
        counted = replace(request, sort="newest", limit=1, offset=0)
        asked = engine_request(self._catalog, counted, query, among, may_be_partial=may_be_partial)
        return self._engine.search(replace(asked, facets=())).total

    def _hits(self, found: Sequence[EngineHit], excerpts: int, parsed: ParsedQuery) -> tuple[Hit, ...]:
        alike = parsed.query is not None and is_one_word(parsed.query)
        if self._unit is Unit.CLAUSES:
            hits = [_clause_hit(hit, excerpts, alike) for hit in found]
        else:
            duplicates = self._near_duplicates.near_identical(hit.id for hit in found)
            hits = [make_hit(hit, excerpts, duplicates.get(hit.id, ()), alike) for hit in found]
        words = [shown(factor) for factor in divided(parsed)[0]]
        lacking = (tuple(words[at] for at in hit.lacking) for hit in found)
        named = self._named([hit.description for hit in hits])
        return tuple(
            replace(hit, description=described, lacking=lacks)
            for hit, described, lacks in zip(hits, named, lacking, strict=True)
        )

    def _named(self, described: Sequence[Description]) -> list[Description]:
        """Replace the keys of vendors by names."""
        keys = {key for one in described for key in one.vendor_entities if is_key(key)}
        if not keys:
            return list(described)
        called = self._catalog.indexing.vendors_called(keys)
        named = []
        for one in described:
            names = (called.get(key) or ("" if is_key(key) else key) for key in one.vendor_entities)
            named.append(replace(one, vendor_entities=tuple(dict.fromkeys(filter(None, names)))))
        return named

    def all_results(
        self, request: SearchRequest, most: int = MOST_EXPORTED, piece: int = MAX_LIMIT
    ) -> tuple[SearchResults, ...]:
        """Return all that :meth:`in_pieces` yields."""
        return tuple(self.in_pieces(request, most, piece, piece))

    def in_pieces(
        self, request: SearchRequest, most: int = MOST_EXPORTED, piece: int = MAX_LIMIT, first_piece: int = FIRST_PIECE
    ) -> Iterator[SearchResults]:
        """Yield every result of a request, ignoring its slice, in batches; at least one, which may be empty.

        :raises archive.errors.UsageError: there are more than ``most``; nothing is truncated.
        :raises archive.errors.ArchiveBusy: the index changed between two batches, so hits could be missing or repeated.
        """
        first = self.search(replace(request, limit=min(most, first_piece), offset=0))
        if first.total > most:
            raise UsageError(
                "The search finds %(total)s %(our_unit)s; an export has at most %(most)s.",
                "Narrow it by a filter, such as the year.",
                total=f"{first.total:,}",
                our_unit=request.unit,
                most=f"{most:,}",
            )
        found, seen = first, set[tuple[str, str | None]]()
        for offset in (*range(first_piece, first.total, piece), first.total):
            seen.update((hit.id, hit.clause.eid if hit.clause else None) for hit in found.hits)
            if len(seen) != min(offset, first.total):
                raise ArchiveBusy("The archive was changed while the results were gathered.", "Try again.")
            yield found
            if offset < first.total:
                part = replace(request, filters=first.filters, limit=piece, offset=offset)
                found = self.search(part, parsed=first.parsed)

    def not_searched(self) -> int:
        """Count the documents that are not indexed at their current revision. Errors as for :meth:`search`."""
        return count_not_searched(self._catalog, self._engine, self._unit, self._building)

    def is_waiting(self, document_id: str) -> bool:
        """Return whether a document is not indexed at its current revision, so that a missing match proves nothing."""
        return self._catalog.indexing.is_due(document_id, self._engine.generation)

    def matches(
        self, document_id: str, text: str, exact: bool = False, reading: int | None = None, look_alikes: bool = False
    ) -> tuple[tuple[int, int], ...]:
        """Return the (first, last) word numbers at which a query matches a reading of one document, ascending.

        The newest reading, unless ``reading`` names another. A phrase is one match. Empty for a reading that is not
        indexed: an old one, or a new one that is due.
        """
        query = as_spelled(self._catalog, parse(text, exact, look_alikes).query)
        if reading is None:
            newest = self._catalog.readings.newest([document_id]).get(document_id)
            reading = newest.number if newest else None
        return () if query is None or reading is None else self._engine.matches(query, document_id, reading)

    def matches_in(
        self, reading: Reading, text: str, exact: bool = False, look_alikes: bool = False
    ) -> dict[int, list[tuple[int, int]]]:
        """Return the matches in a reading by page number, each split at page breaks."""
        return self._on_pages(reading, self.matches(reading.document, text, exact, reading.number, look_alikes))

    def partial_matches_in(
        self, reading: Reading, text: str, exact: bool = False, look_alikes: bool = False
    ) -> dict[int, list[tuple[int, int]]]:
        """Return what a partial match of the query has of it in a reading, also by corrections of words that no
        document has; as :meth:`matches_in`."""
        parsed = parse(text, exact, look_alikes)
        filling = _filling(parsed, self._misspelt(SearchRequest(text, exact=exact), parsed, total=0))
        query = as_spelled(self._catalog, filling.query if filling else None)
        return self._on_pages(reading, self._engine.matches(query, reading.document, reading.number) if query else ())

    def _on_pages(self, reading: Reading, matches: Sequence[tuple[int, int]]) -> dict[int, list[tuple[int, int]]]:
        first_words = [page.first_word for page in reading.pages]
        by_page = _by_page(
            lambda word: PageExtent.at(word, first_words, reading.word_count), reading.word_count, matches
        )
        return {page.number: words for page, words in by_page.items()}


def _filling(parsed: ParsedQuery, misspelt: Iterable[MisspeltWord] | None) -> Filling | None:
    """Return the search for partial matches: of units with some of the words, or with the correction of a word that no
    document has.

    :param misspelt: the misspelt words, if no unit has all words; else no word can be missing everywhere.
    """
    wanted, others = divided(parsed)
    parts = tuple(factor.query for factor in wanted)
    meant = {word.typed: word.corrections[0].meant for word in misspelt or () if not word.documents}
    instead = {typed: word for typed, word in meant.items() if typed in map(shown, wanted)}
    if instead:
        meanings = {typed: parse(word, exact=False).query for typed, word in instead.items()}
        asked = tuple(meanings.get(shown(each)) or each.query for each in wanted)
        return Filling(And((Or(asked), *others)), parts, tuple(instead.items()))
    return Filling(some_of(parts, others), parts) if len(wanted) > 1 else None


def divided(parsed: ParsedQuery) -> tuple[tuple[Factor, ...], tuple[Query, ...]]:
    """Return the parts of a query that a partial match may lack, and those that stay required: fields and
    exclusions."""
    wanted = tuple(factor for factor in parsed.factors if has_places(factor.query))
    return wanted, tuple(factor.query for factor in parsed.factors if factor not in wanted)


def shown(factor: Factor) -> str:
    return factor.text.rstrip(_PUNCTUATION)


def make_hit(found: EngineHit, excerpts: int, duplicates: tuple[str, ...] = (), alike: bool = False) -> Hit:
    """Build the hit of a document, with snippets on its first ``excerpts`` matching pages.

    :param alike: as for :func:`archive.search.snippets.make_snippet`.
    """
    pages = _page_hits(found, excerpts, alike)
    return Hit(found.id, found.reading, found.score, Description.from_bytes(found.shown), pages, duplicates)


def _clause_hit(found: EngineHit, excerpts: int, alike: bool) -> Hit:
    clause, described = ShownClause.from_bytes(found.shown)
    pages = _page_hits(found, excerpts, alike, clause.first_page, clause.first_word, frozenset(clause.left_out))
    return Hit(described.id, found.reading, found.score, described, pages, clause=clause)


def _page_hits(
    found: EngineHit,
    excerpts: int,
    alike: bool,
    first_page: int = 1,
    first_word: int = 0,
    left_out: Collection[int] = (),
) -> tuple[PageHit, ...]:
    """Return the matching pages of an engine's hit, the first ``excerpts`` of them with a snippet.

    :param first_page: the number of the page on which it begins.
    :param first_word: the number of its first word.
    :param left_out: words that snippets omit.
    """
    text = found.text
    pages: list[PageHit] = []
    for page, words in _by_page(text.page_at, text.word_count, found.matches).items():
        number, start = page.number, page.start
        snippet = _NO_SNIPPET
        if len(pages) < excerpts:
            texts, matches = text.words(number), [(first - start, last - start) for first, last in words]
            kept = [at for at in range(len(texts)) if at + start + first_word not in left_out] if left_out else None
            snippet = make_snippet(texts, matches, alike) if kept is None else _snippet_of(texts, matches, kept, alike)
        place = tuple((first + first_word, last + first_word) for first, last in words) if first_word else tuple(words)
        pages.append(PageHit(number + first_page - 1, snippet, place))
    return tuple(pages)


def _snippet_of(texts: Sequence[str], matches: Iterable[tuple[int, int]], kept: Sequence[int], alike: bool) -> Snippet:
    """Return a snippet of a page, made of its ``kept`` words only."""
    among = [(bisect_left(kept, first), bisect_right(kept, last) - 1) for first, last in matches]
    return make_snippet([texts[at] for at in kept], [(first, last) for first, last in among if first <= last], alike)


def _by_page(
    page_at: Callable[[int], PageExtent], word_count: int, matches: Iterable[tuple[int, int]]
) -> dict[PageExtent, list[tuple[int, int]]]:
    """Split ascending matches at page breaks and group them by page, in page order.

    :param page_at: returns the page of a word.
    :param word_count: number of words of the document; positions beyond are ignored.
    """
    by_page: dict[PageExtent, list[tuple[int, int]]] = {}
    page = PageExtent(0, 0, 0)
    words: list[tuple[int, int]] = []
    for match in matches:
        first, last = match
        while first <= last and first < word_count:
            # Most matches are on the page of the previous one.
            if not page.start <= first < page.end:
                page = page_at(first)
                words = by_page.setdefault(page, [])
            if last < page.end:
                words.append(match if first == match[0] else (first, last))
                break
            words.append((first, page.end - 1))
            first = page.end
    return by_page
