"""A topic over all contracts: one row a contract, with what its clauses on the topic state, cell by cell.

Computed when it is asked for, of at most as many clauses as the catalog allows. Cells are read by :mod:`.cells`. What
most contracts state is the usual value, if there is one; what is unknown is None, and counted.
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
from archive.store.sql.database import batches
from archive.text.folding import fold

TABLES = ("penalty", "payment", "security", "warranty", "termination", "confidentiality", "data_protection", "damages",
          "disputes", "term")  # fmt: skip
"""The topics that tables are made for, as they are listed. Any other topic of clauses has a table, too."""

FEWEST_ALIKE = 3
"""Contracts that share a wording at least for it to be the most common one, from which others depart."""

_CALLED = {"penalties": "penalty", "guarantees": "security", "liability": "damages", "jurisdiction": "disputes",
           "duration": "term", "personal_data": "data_protection"}  # fmt: skip
_WITH = {"disputes": ("governing_law",)}


@dataclass(frozen=True, slots=True)
class TableFilters:
    """Which contracts are wanted: of a vendor, a municipality, a year, or made on one template with a document."""

    vendor: str | None = None
    municipality: str | None = None
    year: int | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class StatedCell:
    """What a contract states, and where. It ``departs`` if it is not what most of the others state."""

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
    """A contract with its clauses on the topic. ``likeness`` is how much of their wording the usual one has; it
    ``departs`` if that is little, and others have the usual one."""

    description: Description
    texts: tuple[ClauseText, ...]
    cells: Mapping[CellName, StatedCell]
    likeness: float
    departs: bool


@dataclass(frozen=True, slots=True)
class StatedColumn:
    """What contracts state under a name: the ``usual`` value as printed, how many have it, how many are unknown."""

    name: CellName
    usual: str | None
    usual_count: int
    unknown: int


@dataclass(frozen=True, slots=True)
class TopicTable:
    """``without`` have clauses and none on the topic, ``unread`` have no clauses at all; ``unclear`` counts clauses of
    the ``contracts`` that no topic is known of: one of them may be on this. ``worded_alike`` counts the rows with the
    most common wording, 0 where no three have one. ``topics`` counts the contracts that have a clause on each topic."""

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
    """Return the topic that somebody calls by one of its names."""
    plain = name.strip().casefold().replace(" ", "_").replace("-", "_")
    return _CALLED.get(plain, plain)


def count_topics(catalog: Catalog, asked: TableFilters) -> tuple[int, Mapping[str, int]]:
    """Return how many contracts there are, and in how many of them each topic is. Where nothing is filtered, some
    are in memory at a time."""
    if asked != TableFilters():
        described = _contracts(catalog, asked)
        return len(described), _counted(catalog.clauses.topics_of(described).values())
    contracts, counts = 0, Counter[str]()
    for some in batches(sorted(catalog.facts.documents_of_kinds(CONTRACTS)), _AT_ONCE):
        known = catalog.documents.descriptions(some)
        ids = [id_ for id_, one in known.items() if one.kind in CONTRACTS]
        contracts += len(ids)
        counts.update(_counted(catalog.clauses.topics_of(ids).values()))
    return contracts, _in_order(counts)


_AT_ONCE = 1_000


def _counted(topics: Iterable[Iterable[str | None]]) -> Mapping[str, int]:
    """Return in how many contracts each topic is, of the topics of each contract."""
    return _in_order(Counter(topic for listed in topics for topic in set(listed) if topic))


def _in_order(counts: Counter[str]) -> Mapping[str, int]:
    """Return the topics of tables first, then the most frequent."""
    return {**{name: counts[name] for name in TABLES}, **dict(counts.most_common())}


def topic_table(catalog: Catalog, name: str, asked: TableFilters) -> TopicTable:
    """Return the table of a topic.

    :raises UsageError: no contract has a clause on it; a filter names what no contract is of; or there are too many.
    """
    topic = topic_named(name)
    described = _contracts(catalog, asked)
    clauses = catalog.clauses.by_document(described)
    wanted = {topic, *_WITH.get(topic, ())}
    topics = _counted([one.topic for one in listed] for listed in clauses.values())
    if topic not in topics:
        raise UsageError(
            "No contract has a clause on %(topic)s.",
            "Topics of clauses are: %(topics)s.",
            topic=repr(name),
            topics=", ".join(topics),
        )
    chosen = {id_: found for id_, listed in clauses.items() if (found := list(_on(listed, wanted)))}
    _check_count(catalog, topic, sum(map(len, chosen.values())))
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


def _contracts(catalog: Catalog, asked: TableFilters) -> dict[str, Description]:
    """Return the contracts that are asked for, by their ids, in the order of their titles."""
    if asked.vendor is not None:
        ids: Iterable[str] = contracts_of(catalog, catalog.vendors.find(asked.vendor))
    elif asked.template is not None:
        ids = _on_template(catalog, asked.template)
    else:
        ids = catalog.facts.documents_of_kinds(CONTRACTS)
    if asked.vendor is not None and asked.template is not None:
        ids = set(ids) & set(_on_template(catalog, asked.template))
    described = catalog.documents.descriptions(ids)
    found = {id_: one for id_, one in described.items() if one.kind in CONTRACTS}
    for field, value in (("municipality", asked.municipality), ("year", asked.year)):
        if value is None:
            continue
        kept = {id_: one for id_, one in found.items() if _is(getattr(one, field), value)}
        if not kept:
            values = sorted({str(getattr(one, field)) for one in found.values() if getattr(one, field) is not None})
            raise UsageError(
                "No such contract is of %(value)s.", "There are: %(values)s.", value=value, values=", ".join(values)
            )
        found = kept
    return dict(sorted(found.items(), key=lambda item: (item[1].title, item[0])))


def _is(has: str | int | None, wanted: str | int) -> bool:
    return has is not None and fold(str(has)) == fold(str(wanted))


def _on_template(catalog: Catalog, named: str) -> list[str]:
    """Return the documents made on one template with this one."""
    id_ = catalog.documents.find(named).id
    for template in find_templates(catalog):
        ids = [template.model.id, *(member.description.id for member in template.members)]
        if id_ in ids:
            return ids
    raise UsageError("Document %(id)s is on no template.", "See them with: dosije templates", id=id_[:12])


def _on(clauses: Sequence[Clause], topics: set[str]) -> Iterator[Clause]:
    """Yield the clauses on these topics that are in no other such clause, and can be read whole."""
    for clause in clauses:
        is_read = clause.topic in topics and clause.span.last - clause.span.first < MOST_WORDS
        if is_read and all(around.topic not in topics for around in path(clauses, clause)[:-1]):
            yield clause


def _check_count(catalog: Catalog, topic: str, count: int) -> None:
    if count > (most := catalog.limits.topic_clauses):
        raise UsageError(
            "There are %(count)s clauses on %(topic)s; %(most)s are compared at once.",
            "Ask for a vendor, a municipality, a year or a template.",
            count=f"{count:,}",
            topic=repr(topic),
            most=f"{most:,}",
        )


def _worded(texts: Mapping[str, Sequence[ClauseText]]) -> dict[str, float]:
    """Return how much of its wording each contract shares with the one that most others are worded like."""
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
    """Yield a row for each contract, before any cell is compared with others."""
    for id_ in sorted(texts, key=lambda id_: (described[id_].title, id_)):
        cells: dict[CellName, StatedCell] = {}
        for text in texts[id_]:
            for name, found in read_cells(text.words.texts).items():
                cells.setdefault(name, StatedCell(found, text))
        yield StatedRow(described[id_], tuple(texts[id_]), cells, alike[id_], is_usual and alike[id_] < NEAR)


def _usual(rows: Sequence[StatedRow], name: CellName) -> tuple[str | None, int]:
    """Return the value that most contracts state, and how many; None where no two state the same, or as many
    another."""
    counts = Counter(row.cells[name].found.value for row in rows if name in row.cells).most_common(2)
    if not counts or counts[0][1] < 2 or (len(counts) > 1 and counts[1][1] == counts[0][1]):
        return None, 0
    return counts[0]


def _marked(rows: Sequence[StatedRow]) -> tuple[StatedRow, ...]:
    """Return the same rows, with every cell marked that is not what most contracts state."""
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
    """Return what ``dosije topics TOPIC --json`` gives."""
    return serialize(TopicTableAnswer, table)
