"""The clause desk: a table of contracts by topic, with the words of the clauses in each cell.

The contracts are the hits of a search. A page of them takes a bounded number of queries at any size of the archive. Of
more contracts than :data:`MOST_LOOKED_AT`, the first ones are read, and the desk states the total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from archive.body import body_in
from archive.comparing.clauses import MOST_WORDS, ClauseText, compare_clauses, with_parts
from archive.comparing.sentences import REWORDED
from archive.comparing.templates import Wording, shared_pairs, word_pairs
from archive.comparing.topics import CONTRACTS
from archive.comparing.words import Comparison
from archive.model import Clause, Description, Reading, Span
from archive.model.clauses import path
from archive.search.facets import FacetValue
from archive.search.request import SearchRequest, Unit
from archive.search.results import Hit, SearchResults
from archive.search.service import SearchService
from archive.store.catalog import Catalog
from archive.text.running_lines import WINDOW, RunningLines

USUAL_TOPICS = ("price", "payment", "penalty", "term", "delivery", "warranty", "termination")
"""Default columns: the first ones on which any contract has a clause."""

FOUND = "found"
"""The column of clauses that match a query."""

MOST_TOPICS = 4
ROWS = 10
MOST_LOOKED_AT = 500
CELL_CLAUSES = 3
"""Most clauses of a contract in a cell; further ones are counted."""

_LEAST_SHARED = 0.1
"""Share of common wording below which two clauses differ, without a comparison of words."""


@dataclass(frozen=True, slots=True)
class DeskClause:
    """A clause in a cell, with the ``nearest`` one of the pinned contract; ``compared`` with it if most of their words
    agree, so that marking the differences is meaningful. ``is_cut``: only its first words are loaded, and not
    compared."""

    text: ClauseText
    is_cut: bool = False
    nearest: ClauseText | None = None
    compared: Comparison | None = None


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A contract with its clauses by column. ``more`` counts those in no cell; ``is_read``: it has clauses at all."""

    description: Description
    cells: Mapping[str, tuple[DeskClause, ...]]
    more: Mapping[str, int]
    is_read: bool


@dataclass(frozen=True, slots=True)
class ClauseDesk:
    """``columns`` are topics, or :data:`FOUND`. ``topics`` counts the contracts read with a clause on each topic.
    ``found`` counts the contracts of the search, or the clauses that match a query; the first of them are in
    ``looked_at`` contracts, of which ``having`` have a clause in some column."""

    columns: tuple[str, ...]
    topics: Mapping[str, int]
    facets: Mapping[str, tuple[FacetValue, ...]]
    pinned: DeskRow | None
    rows: tuple[DeskRow, ...]
    found: int
    looked_at: int
    having: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Contracts in display order, and the clauses of each that match a query."""

    described: Mapping[str, Description]
    eids: Mapping[str, frozenset[str]]


def clause_desk(
    catalog: Catalog,
    service: SearchService,
    asked: SearchRequest,
    topics: Sequence[str],
    pinned: str | None,
    first: int,
) -> ClauseDesk:
    """Build the desk of the contracts that a search finds: :data:`ROWS` rows from index ``first``.

    :param service: the search service of the unit of ``asked``: clauses, if matching clauses are the column.
    :param topics: the columns; empty for the default ones, or for the clauses that match the query.
    :param pinned: the contract with which the others are compared.
    :raises UnknownDocument: the pinned contract does not exist.
    """
    found = service.search(replace(asked, filters=_of_contracts(asked), limit=MOST_LOOKED_AT, offset=0, excerpts=0))
    wanted = _wanted(found)
    counts = catalog.clauses.topics_of(wanted.described)
    known = Counter(topic for of_it in counts.values() for topic in of_it if topic)
    usual = [topic for topic in USUAL_TOPICS if topic in known] or USUAL_TOPICS
    columns = (FOUND,) if wanted.eids else tuple(topics or usual)[:MOST_TOPICS]
    having = {id_: len(wanted.eids) or sum(topic in of_it for topic in columns) for id_, of_it in counts.items()}
    order = sorted(wanted.described, key=lambda id_: -having.get(id_, 0))
    described = {id_: wanted.described[id_] for id_ in order[first : first + ROWS]}
    model = None if pinned is None else catalog.documents.find(pinned).id
    if model is not None and model not in described:
        described |= catalog.documents.descriptions([model])
    laid = {row.description.id: row for row in _rows(catalog, described, columns, wanted.eids)}
    top = laid.pop(model) if model is not None else None
    return ClauseDesk(
        columns,
        dict(known.most_common()),
        found.facets,
        top,
        tuple(sorted((_compared(row, top) for row in laid.values()), key=_worded_otherwise)),
        found.total,
        len(order),
        sum(map(bool, having.values())),
        found.total <= MOST_LOOKED_AT,
    )


def _of_contracts(asked: SearchRequest) -> Mapping[str, tuple[str, ...]]:
    return asked.filters if "kind" in asked.filters else {**asked.filters, "kind": CONTRACTS}


def _wanted(found: SearchResults) -> _Wanted:
    hits: Iterable[Hit] = found.hits
    eids: dict[str, set[str]] = {}
    if found.unit is Unit.CLAUSES:
        for hit in hits:
            if hit.clause is not None:
                eids.setdefault(hit.id, set()).add(hit.clause.eid)
    return _Wanted({hit.id: hit.description for hit in hits}, {id_: frozenset(of_it) for id_, of_it in eids.items()})


def _rows(
    catalog: Catalog,
    described: Mapping[str, Description],
    columns: Sequence[str],
    eids: Mapping[str, frozenset[str]],
) -> Iterator[DeskRow]:
    clauses = catalog.clauses.by_document(described)
    chosen = {
        (id_, column): list(_chosen(clauses.get(id_, ()), column, eids.get(id_, frozenset())))
        for id_ in described
        for column in columns
    }
    shown = {place: listed[:CELL_CLAUSES] for place, listed in chosen.items()}
    readings = catalog.readings.newest({id_ for (id_, _), listed in shown.items() if listed})
    texts = _texts(catalog, described, readings, {id_: _clauses_of(shown, id_) for id_ in readings})
    for id_, one in described.items():
        yield DeskRow(
            one,
            {column: tuple(texts[id_, clause.eid] for clause in shown[id_, column]) for column in columns},
            {column: len(chosen[id_, column]) - len(shown[id_, column]) for column in columns},
            id_ in clauses,
        )


def _chosen(clauses: Sequence[Clause], column: str, eids: frozenset[str]) -> Iterator[Clause]:
    """Yield the clauses of a column that are not inside another one of it."""
    if column == FOUND:
        yield from (clause for clause in clauses if clause.eid in eids)
        return
    for clause in clauses:
        if clause.topic == column and all(around.topic != column for around in path(clauses, clause)[:-1]):
            yield clause


def _clauses_of(shown: Mapping[tuple[str, str], Sequence[Clause]], id_: str) -> list[Clause]:
    return [clause for (of_document, _), listed in shown.items() if of_document == id_ for clause in listed]


def _texts(
    catalog: Catalog,
    described: Mapping[str, Description],
    readings: Mapping[str, Reading],
    clauses: Mapping[str, Sequence[Clause]],
) -> dict[tuple[str, str], DeskClause]:
    """Return clauses with their words, by document and eid. Their pages are read at once."""
    spans = {(id_, clause.eid): _shortened(clause.span) for id_, listed in clauses.items() for clause in listed}
    near = {
        (id_, readings[id_].number, number)
        for (id_, _), span in spans.items()
        for number in _pages_near(readings[id_], span)
    }
    pages = catalog.readings.words_of_pages(sorted(near))
    words = {
        id_: {number: of_page for (_, _, number), of_page in of_document}
        for id_, of_document in groupby(sorted(pages.items(), key=lambda item: item[0]), key=lambda item: item[0][0])
    }
    found = {}
    for id_, listed in clauses.items():
        reading, here = readings[id_], words[id_]
        lines = RunningLines(here.__getitem__, len(reading.pages))
        for clause in listed:
            span = spans[id_, clause.eid]
            text = with_parts(described[id_], reading, clause, body_in(reading, span, here, lines))
            found[id_, clause.eid] = DeskClause(text, is_cut=span != clause.span)
    return found


def _shortened(span: Span) -> Span:
    return replace(span, last=min(span.last, span.first + MOST_WORDS - 1))


def _pages_near(reading: Reading, span: Span) -> range:
    first, last = (reading.page_of_word(word).number for word in (span.first, span.last))
    return range(max(1, first - WINDOW), min(len(reading.pages), last + WINDOW) + 1)


def _compared(row: DeskRow, pinned: DeskRow | None) -> DeskRow:
    """Compare the clauses of a row, each with the nearest one in the same column of the pinned contract."""
    if pinned is None:
        return row
    cells = {}
    for column, listed in row.cells.items():
        models = [(one, _wording(one)) for one in pinned.cells[column] if not one.is_cut]
        cells[column] = tuple(_with_nearest_model(one, models) for one in listed)
    return replace(row, cells=cells)


def _worded_otherwise(row: DeskRow) -> int:
    """Return the sort key of rows: those with most clauses similar to the pinned contract's first."""
    return -sum(one.compared is not None for listed in row.cells.values() for one in listed)


def counterparts(
    catalog: Catalog, service: SearchService, asked: SearchRequest, clause: ClauseText, first: int
) -> tuple[ClauseDesk, tuple[DeskClause, ...]]:
    """Return clauses of other contracts to compare a clause with, the most similar first: those that match a query, or
    are on the same topic; with the desk that they are on. Parameters as for :func:`clause_desk`."""
    topics = () if asked.text or clause.clause.topic is None else (clause.clause.topic,)
    desk = clause_desk(catalog, service, asked, topics, None, first)
    own = word_pairs(clause.words.texts)
    others = (one for row in desk.rows for listed in row.cells.values() for one in listed)
    found = [one for one in others if one.text.clause.span != clause.clause.span]
    return desk, tuple(sorted(found, key=lambda one: -shared_pairs(own, _wording(one))))


def _with_nearest_model(one: DeskClause, models: Sequence[tuple[DeskClause, Wording]]) -> DeskClause:
    if one.is_cut or not models:
        return one
    own = _wording(one)
    share, at = max((shared_pairs(own, wording), -at) for at, (_, wording) in enumerate(models))
    nearest = models[-at][0].text
    compared = compare_clauses(nearest, one.text) if share >= _LEAST_SHARED else None
    alike = compared is not None and compared.agreement >= REWORDED
    return replace(one, nearest=nearest, compared=compared if alike else None)


def _wording(one: DeskClause) -> Wording:
    return word_pairs(one.text.words.texts)
