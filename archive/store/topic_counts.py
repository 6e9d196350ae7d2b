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

_BLOCK = 1024
"""Changes of a block."""

_SHARE = 10
"""With one in so many documents in blocks to be counted again, all are counted: contracts among all are found faster
than among some."""


def _block_of() -> ColumnElement[int]:
    return documents.c.sequence // literal_column(str(_BLOCK))


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
class CountedBlocks:
    """Counts as of a change, with so many ``documents``: how many are in each block that has any (``sizes``), what is
    counted there, and the ``total``."""

    newest: int
    documents: int
    sizes: Mapping[int, int]
    counts: Mapping[int, TopicCounts]
    total: TopicCounts


def counted_blocks(connection: Connection, kinds: Collection[str], before: CountedBlocks | None) -> CountedBlocks:
    """Count the documents of these kinds by topic; blocks that are as they were ``before`` are not counted again."""
    # The number tells those that became hidden.
    newest, all_ = newest_sequence(connection), count_of_documents(connection)
    if before is not None and (before.newest, before.documents) == (newest, all_):
        return before
    sizes = _sizes(connection, newest)
    same = set[int]()
    if before is not None and before.newest <= newest:
        # Those that changed since may be in the newest block of before, in the place of as many that left it.
        same = {block for block, size in sizes.items() if before.sizes.get(block) == size}
        same -= {before.newest // _BLOCK} if before.newest < newest else set()
    due = sizes.keys() - same
    if before is None or sum(sizes[block] for block in due) > all_ // _SHARE:
        counts = _counts(connection, kinds)
    else:
        counts = {block: one for block, one in before.counts.items() if block in same}
        for block in due:
            counts |= _counts(connection, kinds, block)
    return CountedBlocks(newest, all_, sizes, counts, _total(counts.values()))


def _sizes(connection: Connection, newest: int) -> dict[int, int]:
    """Count the documents of each block that has any, each by the index of changes."""
    blocks = select(literal(0).label("block")).cte("blocks", recursive=True)
    blocks = blocks.union_all(select(blocks.c.block + 1).where(blocks.c.block < newest // _BLOCK))
    first = blocks.c.block * _BLOCK
    size = select(func.count()).where(documents.c.sequence.between(first, first + _BLOCK - 1)).scalar_subquery()
    return {block: count for block, count in connection.execute(select(blocks.c.block, size)) if count}


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


def _counts(connection: Connection, kinds: Collection[str], block: int | None = None) -> dict[int, TopicCounts]:
    """Count the documents of a block, or of all, by block."""
    found = {}
    by_block = grouped((row.block, row) for row in connection.execute(_topic_counts(kinds, block)))
    for number, of_block in by_block.items():
        rows = grouped((row.counted, row) for row in of_block)
        all_, unread = (sum(row.documents for row in rows.get(name, ())) for name in (_ALL, _UNREAD))
        topics = {row.told: row.documents for row in rows.get(_TOPIC, ()) if row.told is not None}
        unclear = sum(row.unclear for row in rows.get(_TOPIC, ()))
        left = frozenset(row.told for row in rows.get(_LEFT, ()))
        found[number] = TopicCounts(all_, topics, unread, unclear, left)
    return found


def _topic_counts(kinds: Collection[str], block: int | None) -> CompoundSelect[Any]:
    """Select what :class:`TopicCounts` has, by block: what is counted, the topic or the document, documents, and units
    without a topic."""
    nothing, no_text = literal(0), cast(null(), Text)
    plain = plain_documents(kinds, block).cte("plain").prefix_with("MATERIALIZED")
    any_clause = select(clauses.c.eid).join(documents, OF_NEWEST).where(clauses.c.document == plain.c.document)
    block_of = _block_of()
    by_topic = select(
        block_of.label("block"),
        literal(_TOPIC).label("counted"),
        clauses.c.topic.label("told"),
        func.count(clauses.c.document.distinct()).label("documents"),
        func.count().filter(*IS_UNCLEAR).label("unclear"),
    )

    def of_plain(counted: int, *which: ColumnElement[bool]) -> Select[Any]:
        query = select(plain.c.block, literal(counted), no_text, func.count(), nothing).where(*which)
        return query.group_by(plain.c.block)

    def left(said: FromClause, *which: ColumnElement[bool]) -> Select[Any]:
        query = select(block_of, literal(_LEFT), said.c.document, nothing, nothing)
        is_kind = func.coalesce(said.c.field, "") == "kind" if block is not None else said.c.field == "kind"
        query = query.join_from(said, documents, documents.c.id == said.c.document)
        return query.where(is_kind, said.c.value.in_(kinds), *which, *_within(said, block))

    return union_all(
        by_topic.join(documents, OF_NEWEST)
        .where(clauses.c.document.in_(select(plain.c.document)))
        .group_by(block_of, clauses.c.topic),
        of_plain(_UNREAD, not_(any_clause.exists())),
        of_plain(_ALL),
        left(facts, facts.c.document.not_in(select(plain.c.document))),
        left(decided_facts),
    )


def _within(said: FromClause, block: int | None) -> list[ColumnElement[bool]]:
    """Return the condition that what is said is of a document of a block."""
    if block is None:
        return []
    here = documents.c.sequence.between(block * _BLOCK, block * _BLOCK + _BLOCK - 1)
    return [said.c.document.in_(select(documents.c.id).where(here))]


def plain_documents(kinds: Collection[str], block: int | None = None) -> Select[Any]:
    """Select the documents of these kinds of which one rule, and nobody else, said the kind, and one the title; with
    that, and the block of each."""
    kind, title, said, decision = facts.alias(), facts.alias(), facts.alias(), decisions.alias()
    decided = select(1).where(decision.c.document == kind.c.document, decision.c.field.in_(_PLAIN))

    def of_field(fact: FromClause, *fields: str) -> ColumnElement[bool]:
        # Behind a function, the field does not tempt SQLite to go through all facts of that field for each document.
        return and_(fact.c.document == kind.c.document, func.coalesce(fact.c.field, "").in_(fields))

    both = select(func.count()).select_from(said).where(of_field(said, *_PLAIN)).scalar_subquery() == 2
    is_kind = kind.c.field == "kind" if block is None else func.coalesce(kind.c.field, "") == "kind"
    return (
        select(kind.c.document, title.c.value.label("title"), _block_of().label("block"))
        .join(title, of_field(title, "title"))
        .join(documents, documents.c.id == kind.c.document)
        .where(is_kind, kind.c.value.in_(kinds), both, not_(decided.exists()), *_within(kind, block))
    )


_PLAIN = ("kind", "title")
