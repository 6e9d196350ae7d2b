"""The table of a topic over all contracts: a row per contract, with the cells of its clauses on the topic.

It is computed on demand, within the limits of the catalog. Cells are extracted by :mod:`.cells`. The usual value is
that of most contracts, if there is one; unknown values are None, and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from archive.comparing.cells import CellName, FoundCell, read_cells
from archive.comparing.clauses import MOST_WORDS, ClauseText, NamedClauseAnswer, with_words
from archive.comparing.templates import NEAR, find_templates, shared_pairs, word_pairs
from archive.comparing.topics import CONTRACTS, contracts_of
from archive.errors import UsageError
from archive.model import Clause, Description, Span
from archive.model.clauses import path, units
from archive.search.facets import label
from archive.serialization import Id, JsonAnswer, PageRange, Share, WordSpan, attr, rounded, serialize
from archive.store.catalog import Catalog
from archive.text.folding import fold

TABLES = ("penalty", "payment", "security", "warranty", "termination", "confidentiality", "data_protection", "damages",
          "disputes", "term")  # fmt: skip
"""Topics with tables, in display order. Any other topic of clauses has a table, too."""

FEWEST_ALIKE = 3
"""Fewest contracts with a common wording for it to be the usual one, from which others deviate."""

_PORTION = 200
"""Contracts per batch."""

_CALLED = {"penalties": "penalty", "guarantees": "security", "liability": "damages", "jurisdiction": "disputes",
           "duration": "term", "personal_data": "data_protection"}  # fmt: skip
_WITH = {"disputes": ("governing_law",)}


@dataclass(frozen=True, slots=True)
class TableFilters:
    """Filters of contracts: by vendor, municipality, year, or template of a document."""

    vendor: str | None = None
    municipality: str | None = None
    year: int | None = None
    template: str | None = None


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
    """``without`` are contracts with clauses but none on the topic, ``unread`` those without any clauses; ``unclear``
    counts clauses of the ``contracts`` without a known topic. ``worded_alike`` counts the rows with the usual wording,
    0 if there is none. ``topics`` counts the contracts with a clause on each topic."""

    topic: str
    rows: tuple[StatedRow, ...]
    columns: tuple[StatedColumn, ...]
    contracts: int
    without: tuple[Description, ...]
    unread: tuple[Description, ...]
    unclear: int
    worded_alike: int
    topics: Mapping[str, int]


def topic_named(name: str) -> str:
    """Return the topic with this name or synonym."""
    plain = name.strip().casefold().replace(" ", "_").replace("-", "_")
    return _CALLED.get(plain, plain)


def count_topics(catalog: Catalog, asked: TableFilters) -> tuple[int, Mapping[str, int]]:
    """Return the number of contracts, and of those with each topic. Without filters, the database counts the contracts
    whose kind is stated once."""
    if asked != TableFilters():
        return _count(catalog, _contracts(catalog, asked))
    sure = catalog.clauses.count_topics(CONTRACTS)
    others, topics = _count(catalog, _described(catalog, sure.left))
    return sure.documents + others, _ordered(Counter(sure.topics) + Counter(topics))


def _count(catalog: Catalog, portions: Iterable[Mapping[str, Description]]) -> tuple[int, Counter[str]]:
    contracts, topics = 0, Counter[str]()
    for portion in portions:
        contracts += len(portion)
        topics.update(topic for counts in catalog.clauses.topics_of(portion).values() for topic in counts if topic)
    return contracts, topics


def _ordered(counts: Counter[str]) -> Mapping[str, int]:
    """Sort topics: those with tables first, then by frequency."""
    return {**{name: counts[name] for name in TABLES}, **dict(counts.most_common())}


def topic_table(catalog: Catalog, name: str, asked: TableFilters) -> TopicTable:
    """Return the table of a topic.

    :raises UsageError: no contract has a clause on it, a filter value has no contracts, or there are too many clauses.
    """
    topic = topic_named(name)
    wanted = {topic, *_WITH.get(topic, ())}
    described: dict[str, Description] = {}
    clauses: dict[str, tuple[Clause, ...]] = {}
    chosen: dict[str, list[Clause]] = {}
    for portion in _contracts(catalog, asked):
        of_portion = catalog.clauses.by_document(portion)
        described |= portion
        clauses |= of_portion
        chosen |= {id_: found for id_, listed in of_portion.items() if (found := list(_outermost_on(listed, wanted)))}
        _check_count(catalog, topic, sum(map(len, chosen.values())))
    described = dict(sorted(described.items(), key=lambda item: (item[1].title, item[0])))
    chosen = {id_: chosen[id_] for id_ in described if id_ in chosen}
    topics = _ordered(Counter(one for listed in clauses.values() for one in {c.topic for c in listed} if one))
    if topic not in topics:
        raise UsageError(
            "No contract has a clause on %(topic)s.",
            "Topics of clauses are: %(topics)s.",
            topic=repr(name),
            topics=", ".join(topics),
        )
    readings = catalog.readings.newest(chosen)
    texts = {
        id_: tuple(with_words(catalog, described[id_], readings[id_], clause) for clause in found)
        for id_, found in chosen.items()
    }
    alike = _worded(texts)
    worded = sum(share >= NEAR for share in alike.values())
    worded = worded if worded >= FEWEST_ALIKE else 0
    rows = _marked(list(_rows(texts, described, alike, is_usual=bool(worded))))
    return TopicTable(
        topic,
        rows,
        tuple(_columns(rows)),
        len(described),
        tuple(one for id_, one in described.items() if id_ in clauses and id_ not in chosen),
        tuple(one for id_, one in described.items() if id_ not in clauses),
        sum(1 for listed in clauses.values() for clause in units(listed) if clause.topic is None),
        worded,
        topics,
    )


def _contracts(catalog: Catalog, asked: TableFilters) -> Iterator[dict[str, Description]]:
    """Yield the requested contracts by id, in batches."""
    filters = [(field, value) for field in ("municipality", "year") if (value := getattr(asked, field)) is not None]
    values: dict[str, set[str]] = {field: set() for field, _ in filters}
    passed = set[str]()
    for portion in _described(catalog, _ids(catalog, asked)):
        found = portion
        for field, value in filters:
            values[field] |= {str(getattr(one, field)) for one in found.values() if getattr(one, field) is not None}
            found = {id_: one for id_, one in found.items() if _equals(getattr(one, field), value)}
            passed |= {field} if found else set()
        yield found
    for field, value in filters:
        if field not in passed:
            raise UsageError(
                "No such contract is of %(value)s.",
                "There are: %(values)s.",
                value=value,
                values=", ".join(sorted(values[field])),
            )


def _ids(catalog: Catalog, asked: TableFilters) -> Iterable[str]:
    """Return the documents that may be requested."""
    vendors = None if asked.vendor is None else contracts_of(catalog, catalog.vendors.find(asked.vendor))
    template = None if asked.template is None else _on_template(catalog, asked.template)
    if vendors is not None and template is not None:
        return set(vendors) & set(template)
    if vendors is not None or template is not None:
        return vendors or template or ()
    if asked.municipality is not None:
        spelled = catalog.facts.values_like("municipality", asked.municipality, has_all=True)
        there = {
            id_ for value in spelled for id_ in catalog.facts.documents_of_kinds(CONTRACTS, ("municipality", value))
        }
        if there:
            return there
    return catalog.facts.documents_of_kinds(CONTRACTS)


def _described(catalog: Catalog, ids: Iterable[str]) -> Iterator[dict[str, Description]]:
    """Yield those of these documents that are contracts, in batches."""
    listed = sorted(ids)
    for at in range(0, len(listed), _PORTION):
        described = catalog.documents.descriptions(listed[at : at + _PORTION])
        yield {id_: one for id_, one in described.items() if one.kind in CONTRACTS}


def _equals(has: str | int | None, wanted: str | int) -> bool:
    return has is not None and fold(str(has)) == fold(str(wanted))


def _on_template(catalog: Catalog, named: str) -> list[str]:
    """Return the documents on the same template as this one."""
    id_ = catalog.documents.find(named).id
    for template in find_templates(catalog):
        ids = [template.model.id, *(member.description.id for member in template.members)]
        if id_ in ids:
            return ids
    raise UsageError("Document %(id)s is on no template.", "See them with: dosije templates", id=id_[:12])


def _outermost_on(clauses: Sequence[Clause], topics: set[str]) -> Iterator[Clause]:
    """Yield the outermost clauses on these topics that are not too long."""
    for clause in clauses:
        is_read = clause.topic in topics and clause.span.last - clause.span.first < MOST_WORDS
        if is_read and all(around.topic not in topics for around in path(clauses, clause)[:-1]):
            yield clause


def _check_count(catalog: Catalog, topic: str, count: int) -> None:
    if count > (most := catalog.limits.topic_clauses):
        raise UsageError(
            "There are more clauses on %(topic)s than the %(most)s that are compared at once.",
            "Ask for a vendor, a municipality, a year or a template.",
            topic=repr(topic),
            most=f"{most:,}",
        )


def _worded(texts: Mapping[str, Sequence[ClauseText]]) -> dict[str, float]:
    """Return the similarity of each contract to the wording that most others are similar to."""
    pairs = {id_: frozenset().union(*(word_pairs(text.words.texts) for text in found)) for id_, found in texts.items()}
    shares = {id_: {other: shared_pairs(own, pairs[other]) for other in pairs} for id_, own in pairs.items()}
    usual = max(shares, key=lambda id_: (sum(one >= NEAR for one in shares[id_].values()), id_), default=None)
    return {} if usual is None else shares[usual]


def _rows(
    texts: Mapping[str, Sequence[ClauseText]],
    described: Mapping[str, Description],
    alike: Mapping[str, float],
    *,
    is_usual: bool,
) -> Iterator[StatedRow]:
    """Yield a row for each contract, without comparison of cells."""
    for id_ in sorted(texts, key=lambda id_: (described[id_].title, id_)):
        cells: dict[CellName, StatedCell] = {}
        for text in texts[id_]:
            for name, found in read_cells(text.words.texts).items():
                cells.setdefault(name, StatedCell(found, text))
        yield StatedRow(described[id_], tuple(texts[id_]), cells, alike[id_], is_usual and alike[id_] < NEAR)


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
    without: tuple[Id, ...] = attr(lambda table: [one.id for one in table.without])
    unread: tuple[Id, ...] = attr(lambda table: [one.id for one in table.unread])
    unclear: int
    worded_alike: int


def table_record(table: TopicTable) -> dict[str, Any]:
    """Return the JSON of ``dosije topics TOPIC``."""
    return serialize(TopicTableAnswer, table)
