"""Queries on what a search could have looked through: pages by how well they were read, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from archive.model import TextSource
from archive.quality import FAIR_CONFIDENCE, GOOD_CONFIDENCE, Quality, grade
from archive.store import failures
from archive.store.failures import Failure
from archive.store.members import OF_MEMBER
from archive.store.sql.database import batches
from archive.store.sql.tables import documents, events, index_records, members, pages
from archive.store.sql.tables import failures as failure_rows


@dataclass(frozen=True, slots=True)
class PageCounts:
    """Newest readings of documents, with their pages by what can be said of their words.

    ``good`` and ``fair`` pages have words of that quality (:mod:`archive.quality`), ``doubtful`` ones have words of
    which every fifth or more is wrong. On ``wordless`` pages nothing went wrong and no word was found: they are blank,
    or pictures. ``unreadable`` pages could not be read at all.
    """

    documents: int = 0
    words: int = 0
    good: int = 0
    fair: int = 0
    doubtful: int = 0
    wordless: int = 0
    unreadable: int = 0

    @property
    def pages(self) -> int:
        """All of them."""
        return self.good + self.fair + self.doubtful + self.wordless + self.unreadable


@dataclass(frozen=True, slots=True)
class DueDocument:
    """A document that the index does not hold as it is now. ``is_held``: it holds an earlier state of it."""

    id: str
    filename: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class LastEvent:
    """The newest event of the log. Its hash covers every event before it (:mod:`archive.store.events`)."""

    number: int
    at: datetime
    hash: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """All of one state of the catalog. ``due_members`` lie in containers and were neither read nor failed yet."""

    archive: PageCounts
    due: tuple[DueDocument, ...]
    failures: tuple[Failure, ...]
    due_members: int
    last_event: LastEvent | None


def survey(connection: Connection, generation: str) -> Coverage:
    """What a search in the index of ``generation`` can and cannot see."""
    unread = select(func.count()).select_from(members.outerjoin(failure_rows, OF_MEMBER))
    is_due = and_(members.c.document.is_(None), failure_rows.c.path.is_(None))
    return Coverage(
        archive=page_counts(connection),
        due=_due(connection, generation),
        failures=failures.every(connection),
        due_members=connection.scalar(unread.where(is_due)) or 0,
        last_event=last_event(connection),
    )


def page_counts(connection: Connection, ids: Collection[str] | None = None) -> PageCounts:
    """The pages of all documents, or of these; unknown ids count nothing."""
    if ids is None:
        return _counted(connection, [true()])
    return _counted(connection, [documents.c.id.in_(batch) for batch in batches(ids)])


def _counted(connection: Connection, conditions: Collection[ColumnElement[bool]]) -> PageCounts:
    # The database puts together pages that cannot be told apart here, so a million pages come as a few rows.
    of_newest = and_(documents.c.id == pages.c.document, documents.c.reading == pages.c.reading)
    has_words, is_flawed = pages.c.word_count > 0, pages.c.note.is_not(None)
    levels = [pages.c.confidence >= level for level in (FAIR_CONFIDENCE, GOOD_CONFIDENCE)]
    alike = (pages.c.source, has_words, is_flawed)
    query = select(*alike, func.min(pages.c.confidence), func.count()).join(documents, of_newest)
    totals = select(func.count(), func.coalesce(func.sum(documents.c.word_count), 0)).select_from(documents)
    by_name: Counter[str] = Counter()
    for condition in conditions:
        of_documents, words = connection.execute(totals.where(condition)).one()
        by_name.update(documents=of_documents, words=int(words))
        for source, worded, flawed, confidence, count in connection.execute(
            query.where(condition).group_by(*alike, *levels)
        ):
            quality = grade(TextSource(source), confidence, has_words=bool(worded), is_flawed=bool(flawed))
            by_name[_name(TextSource(source), quality)] += count
    return PageCounts(**by_name)


def _name(source: TextSource, quality: Quality | None) -> str:
    if source is TextSource.NONE:
        return "unreadable"
    return {None: "wordless", Quality.UNRELIABLE: "doubtful", Quality.FAIR: "fair", Quality.GOOD: "good"}[quality]


def _due(connection: Connection, generation: str) -> tuple[DueDocument, ...]:
    of_generation = and_(index_records.c.document == documents.c.id, index_records.c.generation == generation)
    held = index_records.c.revision
    query = (
        select(documents.c.id, documents.c.filename, held)
        .outerjoin(index_records, of_generation)
        .where(or_(held.is_(None), held != documents.c.revision))
        .order_by(documents.c.filename, documents.c.id)
    )
    return tuple(DueDocument(row.id, row.filename, row.revision is not None) for row in connection.execute(query))


def last_event(connection: Connection, until: datetime | int | None = None) -> LastEvent | None:
    """The newest event, or the newest one before a moment or up to a number; None if there is none."""
    query = select(events.c.seq, events.c.at, events.c.hash).order_by(events.c.seq.desc()).limit(1)
    if until is not None:
        query = query.where(events.c.seq <= until if isinstance(until, int) else events.c.at < until)
    row = connection.execute(query).first()
    return LastEvent(row.seq, row.at, row.hash) if row else None
