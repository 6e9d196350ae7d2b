"""In how many documents of some kinds each topic of clauses is, counted in blocks of changes.

A document is in the block of its newest change. One that changes leaves its block for the newest, so a block that has
as many documents as before has the same, and only the others are counted again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    literal_column,
    not_,
    null,
    select,
    union_all,
)

from archive.store.checkpoints import newest_sequence
from archive.store.sql.database import grouped
from archive.store.sql.tables import clauses, decided_facts, decisions, documents, facts
from archive.store.sql.totals import count_of_documents

OF_NEWEST = and_(documents.c.id == clauses.c.document, documents.c.reading == clauses.c.reading)
IS_UNCLEAR = (clauses.c.is_unit, clauses.c.topic.is_(None))


@dataclass(frozen=True, slots=True)
class TopicCounts:
    """How many documents of some kinds there are, in how many of them each topic is, how many are ``unread`` (have no
    clauses), and how many units have no topic; without those that are ``left``, whose kind and title are not what one
    rule said each and nobody else."""

    documents: int
    topics: Mapping[str, int]
    unread: int
    unclear: int
    left: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Counted:
    """Counts as of a change, with so many ``documents``: how many are in each block that has any (``sizes``), what is
    counted there, and the ``total``."""

    newest: int
    documents: int
    sizes: Mapping[int, int]
    counts: Mapping[int, TopicCounts]
    total: TopicCounts


class TopicBlocks:
    """The latest counts of documents of each set of kinds, in blocks of ``size`` changes. Any number of threads may
    ask."""

    def __init__(self, size: int = 1024, share: int = 10) -> None:
        """:param share: with one in so many documents in blocks to be counted again, all are counted: contracts among
        all are found faster than among some.
        """
        self._size, self._share = size, share
        self._counted: dict[frozenset[str], _Counted] = {}

    def count(self, connection: Connection, kinds: Collection[str]) -> TopicCounts:
        """Count the documents of these kinds by topic; blocks that are as they were are not counted again."""
        key = frozenset(kinds)
        counted = self._counted[key] = self._count(connection, kinds, self._counted.get(key))
        return counted.total

    def _count(self, connection: Connection, kinds: Collection[str], before: _Counted | None) -> _Counted:
        # The number tells those that became hidden.
        newest, all_ = newest_sequence(connection), count_of_documents(connection)
        if before is not None and (before.newest, before.documents) == (newest, all_):
            return before
        sizes = _sizes(connection, newest, self._size)
        same = set[int]()
        if before is not None and before.newest <= newest:
            # Those that changed since may be in the newest block of before, in the place of as many that left it.
            same = {block for block, size in sizes.items() if before.sizes.get(block) == size}
            same -= {before.newest // self._size} if before.newest < newest else set()
        due = sizes.keys() - same
        if before is None or sum(sizes[block] for block in due) > all_ // self._share:
            counts = _counts(connection, kinds, self._size)
        else:
            counts = {block: one for block, one in before.counts.items() if block in same}
            for block in due:
                counts |= _counts(connection, kinds, self._size, block)
        return _Counted(newest, all_, sizes, counts, _total(counts.values()))


def _sizes(connection: Connection, newest: int, size: int) -> dict[int, int]:
    """Count the documents of each block that has any, each by the index of changes."""
    blocks = select(literal(0).label("block")).cte("blocks", recursive=True)
    blocks = blocks.union_all(select(blocks.c.block + 1).where(blocks.c.block < newest // size))
    first = blocks.c.block * size
    count = select(func.count()).where(documents.c.sequence.between(first, first + size - 1)).scalar_subquery()
    return {block: found for block, found in connection.execute(select(blocks.c.block, count)) if found}


def _total(counts: Iterable[TopicCounts]) -> TopicCounts:
    every, topics = list(counts), Counter[str]()
    for one in every:
        topics.update(one.topics)
    left = frozenset[str]().union(*(one.left for one in every))
    documents_, unread, unclear = (
        sum(getattr(one, name) for one in every) for name in ("documents", "unread", "unclear")
    )
    return TopicCounts(documents_, topics, unread, unclear, left)


_TOPIC, _UNREAD, _ALL, _LEFT = range(4)


def _counts(
    connection: Connection, kinds: Collection[str], size: int, block: int | None = None
) -> dict[int, TopicCounts]:
    """Count the documents of a block of so many changes, or of all, by block."""
    found = {}
    by_block = grouped((row.block, row) for row in connection.execute(_topic_counts(kinds, size, block)))
    for number, of_block in by_block.items():
        rows = grouped((row.counted, row) for row in of_block)
        all_, unread = (sum(row.documents for row in rows.get(name, ())) for name in (_ALL, _UNREAD))
        topics = {row.told: row.documents for row in rows.get(_TOPIC, ()) if row.told is not None}
        unclear = sum(row.unclear for row in rows.get(_TOPIC, ()))
        left = frozenset(row.told for row in rows.get(_LEFT, ()))
        found[number] = TopicCounts(all_, topics, unread, unclear, left)
    return found


def _topic_counts(kinds: Collection[str], size: int, block: int | None) -> CompoundSelect[Any]:
    """Select what :class:`TopicCounts` has, by block: what is counted, the topic or the document, documents, and units
    without a topic."""
    nothing, no_text = literal(0), cast(null(), Text)
    among = None
    if block is not None:
        among = select(documents.c.id).where(documents.c.sequence.between(block * size, block * size + size - 1))
    plain = plain_documents(kinds, among).cte("plain").prefix_with("MATERIALIZED")
    any_clause = select(clauses.c.eid).join(documents, OF_NEWEST).where(clauses.c.document == plain.c.document)
    changes: ColumnElement[int] = literal_column(str(size))
    block_of, of_it = documents.c.sequence // changes, plain.c.sequence // changes
    by_topic = select(
        block_of.label("block"),
        literal(_TOPIC).label("counted"),
        clauses.c.topic.label("told"),
        func.count(clauses.c.document.distinct()).label("documents"),
        func.count().filter(*IS_UNCLEAR).label("unclear"),
    )

    def of_plain(counted: int, *which: ColumnElement[bool]) -> Select[Any]:
        return select(of_it, literal(counted), no_text, func.count(), nothing).where(*which).group_by(of_it)

    def left(said: FromClause, *which: ColumnElement[bool]) -> Select[Any]:
        query = select(block_of, literal(_LEFT), said.c.document, nothing, nothing)
        query = query.join_from(said, documents, documents.c.id == said.c.document)
        return query.where(*_of_kinds(said, kinds, among), *which)

    return union_all(
        by_topic.join(documents, OF_NEWEST)
        .where(clauses.c.document.in_(select(plain.c.document)))
        .group_by(block_of, clauses.c.topic),
        of_plain(_UNREAD, not_(any_clause.exists())),
        of_plain(_ALL),
        left(facts, facts.c.document.not_in(select(plain.c.document))),
        left(decided_facts),
    )


def _of_kinds(said: FromClause, kinds: Collection[str], among: Select[Any] | None) -> list[ColumnElement[bool]]:
    """Return the conditions that something says one of these kinds, of any document or of these."""
    if among is None:
        return [said.c.field == "kind", said.c.value.in_(kinds)]
    # Behind a function as in :func:`plain_documents`, so that SQLite begins with the documents.
    return [said.c.document.in_(among), func.coalesce(said.c.field, "") == "kind", said.c.value.in_(kinds)]


def plain_documents(kinds: Collection[str], among: Select[Any] | None = None) -> Select[Any]:
    """Select the documents of these kinds, all or ``among`` some, of which one rule, and nobody else, said the kind,
    and one the title; with that, and their newest change."""
    kind, title, said, decision = facts.alias(), facts.alias(), facts.alias(), decisions.alias()
    decided = select(1).where(decision.c.document == kind.c.document, decision.c.field.in_(_PLAIN))

    def of_field(fact: FromClause, *fields: str) -> ColumnElement[bool]:
        # Behind a function, the field does not tempt SQLite to go through all facts of that field for each document.
        return and_(fact.c.document == kind.c.document, func.coalesce(fact.c.field, "").in_(fields))

    both = select(func.count()).select_from(said).where(of_field(said, *_PLAIN)).scalar_subquery() == 2
    return (
        select(kind.c.document, title.c.value.label("title"), documents.c.sequence)
        .join(title, of_field(title, "title"))
        .join(documents, documents.c.id == kind.c.document)
        .where(*_of_kinds(kind, kinds, among), both, not_(decided.exists()))
    )


_PLAIN = ("kind", "title")
