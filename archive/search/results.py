"""The results of a search, for documents and for clauses, and their JSON (design, section 4)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from archive.errors import Message
from archive.model.description import Description
from archive.search.facets import FacetValue, FacetValues
from archive.search.query_language.parsed_query import ParsedQuery
from archive.search.request import CLAUSE_FACETS, ResolvedFilters, Unit
from archive.serialization import (
    DocumentKind,
    Id,
    JsonAnswer,
    PropertyNames,
    SchemaKeywords,
    WordSpan,
    attr,
    rounded,
    serialize,
)

if TYPE_CHECKING:
    from archive.search.did_you_mean import MisspeltWord

PARTIAL = Message("A part of the search server did not answer: documents may be missing from this list and its counts.")
"""The note of an answer that lacks a part of the index."""


def not_searched_note(count: int) -> tuple[str, ...]:
    """Return the note that documents are waiting to be indexed, if there are any."""
    if not count:
        return ()
    return (Message("Documents added or changed that are not searched yet: %(count)s.", count=f"{count:,}"),)


@dataclass(frozen=True, slots=True)
class Snippet:
    """An excerpt of a page that shows why it matched. Text and marks, never HTML.

    ``marks`` are (start, end) character offsets into ``text``.
    """

    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PageHit:
    """A page with matches; ``words`` are their (first, last) word numbers in the document, inclusive."""

    number: int
    snippet: Snippet
    words: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ShownClause:
    """The clause of a hit. Words and pages are numbered as in its document; ``left_out`` are words of running heads and
    feet, which snippets omit."""

    eid: str
    label: str
    heading: str | None
    topic: str | None
    first_word: int
    last_word: int
    first_page: int
    left_out: Sequence[int] = ()

    def to_bytes(self, described: Description) -> bytes:
        """Serialize the clause and its document, as stored data of the index."""
        return json.dumps(asdict(self), ensure_ascii=False).encode() + b"\n" + described.to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> tuple[ShownClause, Description]:
        """Parse what :meth:`to_bytes` wrote. JSON contains no raw line feed, so the first one separates the two."""
        clause, _, described = data.partition(b"\n")
        return cls(**json.loads(clause)), Description.from_bytes(described)


@dataclass(frozen=True, slots=True)
class Hit:
    """A matching document, or a matching ``clause`` of it.

    ``id`` is that of the document, ``pages`` are the matching pages of reading ``reading`` in page order, and
    ``duplicates`` the ids of near-identical documents, matching or not. ``lacking`` are the words of the query, as
    typed, that it does not have.
    """

    id: str
    reading: int
    score: float
    description: Description
    pages: tuple[PageHit, ...]
    duplicates: tuple[str, ...] = ()
    clause: ShownClause | None = None
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResults:
    """Results of a search for documents or clauses (``unit``); ``total`` and ``facets`` count those.

    ``partly`` are partial matches, which lack some of the words; they fill the slice after the hits. ``total_partly``
    counts all of them; None if they were not searched for, because they were not requested or hits follow this slice.
    ``is_likely``: some of them have the likely correction of a word that no document has; ``misspelt`` are probably
    misspelt words, None if they were not searched for. Each facet is counted without its own selection. ``notes`` are
    sentences on how the query was interpreted. ``not_searched`` counts documents that are not indexed at their current
    revision. ``parsed`` is the parsed text of the request, ``filters`` are its resolved filters.
    """

    query: str
    total: int
    took_ms: float
    notes: tuple[str, ...]
    hits: tuple[Hit, ...]
    facets: FacetValues = field(default_factory=lambda: FacetValues({}))
    not_searched: int = 0
    partly: tuple[Hit, ...] = ()
    total_partly: int | None = None
    is_likely: bool = False
    misspelt: tuple[MisspeltWord, ...] | None = None
    unit: Unit = Unit.DOCUMENTS
    parsed: ParsedQuery = field(default_factory=lambda: ParsedQuery(None))
    filters: ResolvedFilters = field(default_factory=lambda: ResolvedFilters({}))

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes, and the number of documents that were not searched, if any."""
        return (*self.notes, *not_searched_note(self.not_searched))


@dataclass(frozen=True, slots=True)
class CloseHit:
    """A document with a passage that is close in meaning to a query, whatever its words.

    ``words`` are the first and the last word of the passage on page ``page`` of reading ``reading``, ``text`` is all of
    it, ``snippet`` an excerpt with the words of the query marked; ``similarity`` is the cosine of the vectors of query
    and passage.
    """

    id: str
    reading: int
    similarity: float
    description: Description
    page: int
    words: tuple[int, int]
    text: str
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class ClosePassages:
    """The documents closest in meaning to a query, beside those that match its words and in none of their counts.
    ``not_compared`` counts documents whose passages are not built yet."""

    hits: tuple[CloseHit, ...]
    not_compared: int


class _PageHitAnswer(JsonAnswer):
    number: int
    snippet: str = attr("snippet.text")
    words: tuple[WordSpan, ...]


Pages = Annotated[tuple[_PageHitAnswer, ...], SchemaKeywords(description="The matching pages.")]
Facets = Annotated[
    Mapping[str, tuple[FacetValue, ...]],
    PropertyNames(CLAUSE_FACETS),
    SchemaKeywords(description="For each facet its values, those in most documents first."),
]


class _FoundAnswer(JsonAnswer):
    id: Id
    title: str = attr("description.title")
    kind: DocumentKind | None = attr("description.kind")
    municipality: str | None = attr("description.municipality")
    vendors: tuple[str, ...] = attr(lambda hit: [vendor.name for vendor in hit.description.vendors])
    year: int | None = attr("description.year")
    reading: int


class HitAnswer(_FoundAnswer):
    """A matching document."""

    score: Annotated[float, rounded(4)]
    near_identical: tuple[Id, ...] = attr("duplicates")
    pages: Pages


class PartlyHitAnswer(HitAnswer):
    """A document that lacks some of the words."""

    lacking: tuple[str, ...]


class CloseHitAnswer(_FoundAnswer):
    """A document with a passage close in meaning."""

    similarity: Annotated[float, rounded(4)]
    page: int
    words: WordSpan
    text: str


class ClosePassagesAnswer(JsonAnswer):
    """Documents with a passage close in meaning to the query, the closest first; in no total and no facet."""

    not_compared: int
    hits: tuple[CloseHitAnswer, ...]


PARTLY = (
    "Documents behind the exact ones that lack some of the words, in the room that is left; not in total or facets."
)
TOTAL_PARTLY = "Documents that lack some of the words; null where they were not looked for: the exact ones go on."


class ResultsAnswer(JsonAnswer):
    """Documents."""

    query: str
    total: int
    took_ms: Annotated[float, rounded(1)]
    notes: tuple[str, ...] = attr("remarks")
    not_searched: int
    hits: tuple[HitAnswer, ...]
    total_partly: Annotated[int | None, SchemaKeywords(description=TOTAL_PARTLY)]
    partly: Annotated[tuple[PartlyHitAnswer, ...], SchemaKeywords(description=PARTLY)]
    facets: Facets


class ClauseHitAnswer(JsonAnswer):
    """A matching clause."""

    id: Id
    eid: str = attr("clause.eid")
    label: str = attr("clause.label")
    heading: str | None = attr("clause.heading")
    topic: str | None = attr("clause.topic")
    words: WordSpan = attr(lambda hit: (hit.clause.first_word, hit.clause.last_word))
    title: str = attr("description.title")
    kind: DocumentKind | None = attr("description.kind")
    municipality: str | None = attr("description.municipality")
    vendors: tuple[str, ...] = attr(lambda hit: [vendor.name for vendor in hit.description.vendors])
    year: int | None = attr("description.year")
    reading: int
    score: Annotated[float, rounded(4)]
    pages: Pages


class PartlyClauseHitAnswer(ClauseHitAnswer):
    """A clause that lacks some of the words."""

    lacking: tuple[str, ...]


class ClauseResultsAnswer(JsonAnswer):
    """Clauses."""

    query: str
    unit: Literal["clauses"]
    total: int
    took_ms: Annotated[float, rounded(1)]
    notes: tuple[str, ...] = attr("remarks")
    not_searched: int
    hits: tuple[ClauseHitAnswer, ...]
    total_partly: Annotated[int | None, SchemaKeywords(description=TOTAL_PARTLY)]
    partly: Annotated[tuple[PartlyClauseHitAnswer, ...], SchemaKeywords(description=PARTLY)]
    facets: Facets


def hit_record(hit: Hit) -> dict[str, Any]:
    """Return a hit as in ``dosije search --json``."""
    return serialize(ClauseHitAnswer if hit.clause else HitAnswer, hit)
