"""The table of a topic over all contracts: a row per contract, with the cells of its clauses on the topic.

It is computed on demand, within the limits of the catalog. Cells are extracted by :mod:`.cells`. The usual value is
that of most contracts, if there is one; unknown values are None, and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from archive.comparing.cells import CellName, FoundCell, read_cells
from archive.comparing.clauses import ClauseText, NamedClauseAnswer, with_words
from archive.comparing.templates import NEAR, shared_pairs, word_pairs
from archive.comparing.topic_contracts import LackingContracts, TableFilters, contracts_by_topic
from archive.model import Description, Span
from archive.search.facets import label
from archive.serialization import Id, JsonAnswer, PageRange, Share, WordSpan, attr, rounded, serialize
from archive.store.catalog import Catalog

FEWEST_ALIKE = 3
"""Fewest contracts with a common wording for it to be the usual one, from which others deviate."""


@dataclass(frozen=True, slots=True)
class StatedCell:
    """A cell of a contract, and its place. ``departs``: it differs from the usual value."""

    found: FoundCell
    text: ClauseText
    departs: bool = False

    @property
    def span(self) -> Span:
        """Its words."""
        numbers = self.text.numbers
        reading = self.text.reading
        return Span(reading.document, reading.number, numbers[self.found.first], numbers[self.found.last])

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.text.reading.page_of_word(self.span.first).number


@dataclass(frozen=True, slots=True)
class StatedRow:
    """A contract with its clauses on the topic. ``likeness`` is the similarity to the usual wording; ``departs``: it is
    low, though others have the usual wording."""

    description: Description
    texts: tuple[ClauseText, ...]
    cells: Mapping[CellName, StatedCell]
    likeness: float
    departs: bool


@dataclass(frozen=True, slots=True)
class StatedColumn:
    """The column of a cell: the ``usual`` value as printed, the number of contracts with it, and of unknown values."""

    name: CellName
    usual: str | None
    usual_count: int
    unknown: int


@dataclass(frozen=True, slots=True)
class TopicTable:
    """What contracts state on a topic. ``worded_alike`` counts the rows with the most common wording, 0 where no three
    have one. All else is told by :class:`TopicContracts`."""

    topic: str
    rows: tuple[StatedRow, ...]
    columns: tuple[StatedColumn, ...]
    contracts: int
    without: LackingContracts
    unread: LackingContracts
    unclear: int
    worded_alike: int
    topics: Mapping[str, int]


def topic_table(catalog: Catalog, name: str, asked: TableFilters) -> TopicTable:
    """Return the table of a topic. Errors as for :func:`contracts_by_topic`."""
    found = contracts_by_topic(catalog, name, asked)
    readings = catalog.readings.newest(found.on)
    texts = {
        id_: tuple(with_words(catalog, described, readings[id_], clause) for clause in clauses)
        for id_, (described, clauses) in found.on.items()
    }
    alike = _worded(texts)
    worded = sum(share >= NEAR for share in alike.values())
    worded = worded if worded >= FEWEST_ALIKE else 0
    rows = _marked(list(_rows(texts, alike, is_usual=bool(worded))))
    return TopicTable(
        found.topic,
        rows,
        tuple(_columns(rows)),
        found.contracts,
        found.without,
        found.unread,
        found.unclear,
        worded,
        found.topics,
    )


def _worded(texts: Mapping[str, Sequence[ClauseText]]) -> dict[str, float]:
    """Return the similarity of each contract to the wording that most others are similar to."""
    pairs = {id_: frozenset().union(*(word_pairs(text.words.texts) for text in found)) for id_, found in texts.items()}
    shares = {id_: {other: shared_pairs(own, pairs[other]) for other in pairs} for id_, own in pairs.items()}
    usual = max(shares, key=lambda id_: (sum(one >= NEAR for one in shares[id_].values()), id_), default=None)
    return {} if usual is None else shares[usual]


def _rows(
    texts: Mapping[str, Sequence[ClauseText]], alike: Mapping[str, float], *, is_usual: bool
) -> Iterator[StatedRow]:
    """Yield a row for each contract, before any cell is compared with others."""
    for id_, of_contract in texts.items():
        cells: dict[CellName, StatedCell] = {}
        for text in of_contract:
            for name, found in read_cells(text.words.texts).items():
                cells.setdefault(name, StatedCell(found, text))
        departs = is_usual and alike[id_] < NEAR
        yield StatedRow(of_contract[0].description, tuple(of_contract), cells, alike[id_], departs)


def _usual(rows: Sequence[StatedRow], name: CellName) -> tuple[str | None, int]:
    """Return the value that most contracts state, and their number; None if no two contracts agree, or in a tie."""
    counts = Counter(row.cells[name].found.value for row in rows if name in row.cells).most_common(2)
    if not counts or counts[0][1] < 2 or (len(counts) > 1 and counts[1][1] == counts[0][1]):
        return None, 0
    return counts[0]


def _marked(rows: Sequence[StatedRow]) -> tuple[StatedRow, ...]:
    """Mark the cells that differ from the usual value."""
    usual = {name: _usual(rows, name)[0] for name in CellName}
    return tuple(
        replace(
            row,
            cells={
                name: replace(cell, departs=usual[name] not in (None, cell.found.value))
                for name, cell in row.cells.items()
            },
        )
        for row in rows
    )


def _columns(rows: Sequence[StatedRow]) -> Iterator[StatedColumn]:
    for name in CellName:
        value, count = _usual(rows, name)
        printed = (row.cells[name].found for row in rows if name in row.cells)
        shown = next((found.text for found in printed if found.value == value), None)
        yield StatedColumn(name, shown, count, sum(1 for row in rows if name not in row.cells))


class _CellAnswer(JsonAnswer):
    """What a contract states, in its words. ``value`` is the same for all ways of printing it."""

    text: str = attr("found.text")
    value: str = attr("found.value")
    eid: str = attr("text.clause.eid")
    page: int
    words: WordSpan = attr("span")
    departs: bool


class _ClauseOfRow(NamedClauseAnswer):
    pages: PageRange
    words: WordSpan = attr("clause.span")


class _TableRowAnswer(JsonAnswer):
    """A contract; a cell is null where nothing was read."""

    document: Id = attr("description.id")
    title: str = attr("description.title")
    kind: str | None = attr("description.kind")
    municipality: str | None = attr("description.municipality")
    vendors: tuple[str, ...] = attr(lambda row: row.description.facet_values()["vendor"])
    year: int | None = attr("description.year")
    clauses: tuple[_ClauseOfRow, ...] = attr("texts")
    likeness: Annotated[Share, rounded(4)]
    departs: bool
    cells: Mapping[str, _CellAnswer | None] = attr(lambda row: {str(name): row.cells.get(name) for name in CellName})


class _ColumnAnswer(JsonAnswer):
    name: CellName
    usual: str | None
    usual_count: int
    unknown: int


class TopicTableAnswer(JsonAnswer):
    """A topic over all contracts. ``without`` have no clause on it, ``unread`` no clauses at all; ``unclear`` counts
    clauses of which no topic is known."""

    topic: str
    label: str = attr(lambda table: label("topic", table.topic))
    contracts: int
    columns: tuple[_ColumnAnswer, ...]
    rows: tuple[_TableRowAnswer, ...]
    without: tuple[Id, ...] = attr(lambda table: table.without.ids())
    unread: tuple[Id, ...] = attr(lambda table: table.unread.ids())
    unclear: int
    worded_alike: int


def table_record(table: TopicTable) -> dict[str, Any]:
    """Return the JSON of ``dosije topics TOPIC``."""
    return serialize(TopicTableAnswer, table)
