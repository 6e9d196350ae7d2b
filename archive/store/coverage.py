"""Coverage: how much the archive holds, how well it was read, and what a search can and cannot find."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select

from archive.model import Page, TextSource
from archive.model.quality import FAIR_CONFIDENCE, GOOD_CONFIDENCE, Quality, grade
from archive.store.checkpoints import is_after
from archive.store.document_rows import page_of
from archive.store.events import LastEvent, last_event
from archive.store.members import IS_DUE, OF_MEMBER, Failure, all_failures
from archive.store.sql.database import Repository, batches
from archive.store.sql.tables import (
    DOUBTFUL_PAGE,
    UNREAD_PAGE,
    document_totals,
    documents,
    failures,
    index_records,
    members,
    page_totals,
    pages,
)
from archive.store.sql.totals import CONFIDENCES, OF_NEWEST, count_anew, totals_are_right


@dataclass(frozen=True, slots=True)
class Counts:
    """``bytes`` are those of the originals. ``pages_by_source`` has a key for every source, even if it counts 0.

    ``unread_pages`` have no source of words; their notes say why.
    """

    documents: int
    pages: int
    words: int
    failures: int
    bytes: int
    pages_by_source: Mapping[str, int]
    unread_pages: int


@dataclass(frozen=True, slots=True)
class PageCounts:
    """How many documents there are, and the pages of their newest readings by quality.

    ``good`` and ``fair`` pages have words of that quality (:mod:`archive.model.quality`), on ``doubtful`` ones a fifth
    of the words or more is wrong. ``wordless`` pages were read without an error and have no words: they are blank or
    pictures. ``unreadable`` pages could not be read at all.
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
        """The number of all pages."""
        return self.good + self.fair + self.doubtful + self.wordless + self.unreadable


@dataclass(frozen=True, slots=True)
class DueDocument:
    """A document that is not indexed at its current revision. ``is_held``: an earlier revision is indexed."""

    id: str
    filename: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of one catalog snapshot. ``due_members`` are members of containers that were neither read nor failed
    yet."""

    archive: PageCounts
    due: tuple[DueDocument, ...]
    failures: tuple[Failure, ...]
    due_members: int
    last_event: LastEvent | None


@dataclass(frozen=True, slots=True)
class PoorPage:
    """A page of less than good quality, and its document."""

    document: str
    filename: str
    page: Page


class CoverageReports(Repository):
    """Counts over the newest reading of each document, and lists of what a search misses."""

    def counts(self) -> Counts:
        """Return the stored counts of the archive."""
        with self._database.reading() as connection:
            return _counts(connection)

    def are_as_counted(self) -> bool:
        """Return whether the stored counts are equal to fresh ones."""
        with self._database.reading() as connection:
            return totals_are_right(connection)

    def count_anew(self) -> None:
        """Count everything again and replace the stored counts."""
        with self._database.writing() as connection:
            count_anew(connection)

    def survey(self, generation: str) -> Coverage:
        """Return the coverage of the index of ``generation``."""
        unread = select(func.count()).select_from(members.outerjoin(failures, OF_MEMBER)).where(IS_DUE)
        with self._database.reading() as connection:
            return Coverage(
                archive=_all_page_counts(connection),
                due=_due(connection, generation),
                failures=all_failures(connection),
                due_members=connection.scalar(unread) or 0,
                last_event=last_event(connection),
            )

    def page_counts(self, ids: Collection[str]) -> PageCounts:
        """Count the pages of these documents by quality; unknown ids are ignored."""
        with self._database.reading() as connection:
            return _page_counts(connection, [documents.c.id.in_(batch) for batch in batches(ids)])

    def poor_pages(self, limit: int) -> tuple[PoorPage, ...]:
        """Return the worst pages of newest readings: first those without a source of words, then by confidence. Good
        pages are never included."""
        query = (
            select(documents.c.filename, pages)
            .join(documents, OF_NEWEST)
            .order_by(pages.c.confidence, documents.c.filename, pages.c.document, pages.c.number)
        )
        has_confidence = pages.c.confidence.is_not(None)
        # One query per index, so that no other page is read.
        worse_first = (UNREAD_PAGE, and_(DOUBTFUL_PAGE, has_confidence), and_(DOUBTFUL_PAGE, not_(has_confidence)))
        found: list[PoorPage] = []
        with self._database.reading() as connection:
            for condition in worse_first:
                rows = connection.execute(query.where(condition).limit(limit - len(found)))
                found += [PoorPage(row.document, row.filename, page_of(row)) for row in rows]
        return tuple(found)


def _counts(connection: Connection) -> Counts:
    by_source = select(page_totals.c.source, func.sum(page_totals.c.pages)).group_by(page_totals.c.source)
    pages_by_source = {str(source): 0 for source in TextSource}
    pages_by_source |= {row[0]: int(row[1]) for row in connection.execute(by_source)}
    total = connection.execute(_TOTALS).one()
    return Counts(
        documents=int(total.documents),
        pages=sum(pages_by_source.values()),
        words=int(total.words),
        failures=connection.scalar(select(func.count()).select_from(failures)) or 0,
        bytes=int(total.bytes),
        pages_by_source=MappingProxyType(pages_by_source),
        unread_pages=pages_by_source[TextSource.NONE],
    )


_TOTALS = select(
    *(
        func.coalesce(func.sum(column), 0).label(column.name)
        for column in document_totals.c
        if column.name != "collection"
    )
)


def _all_page_counts(connection: Connection) -> PageCounts:
    total = connection.execute(_TOTALS).one()
    by_name: Counter[str] = Counter(documents=int(total.documents), words=int(total.words))
    for row in connection.execute(select(page_totals)):
        source, confidence = TextSource(row.source), CONFIDENCES[row.level]
        quality = grade(source, confidence, has_words=bool(row.has_words), is_flawed=bool(row.is_flawed))
        by_name[_name(source, quality)] += row.pages
    return PageCounts(**by_name)


def _page_counts(connection: Connection, conditions: Collection[ColumnElement[bool]]) -> PageCounts:
    # The database groups pages with equal grades, so a million pages come as a few rows.
    has_words, is_flawed = pages.c.word_count > 0, pages.c.note.is_not(None)
    levels = [pages.c.confidence >= level for level in (FAIR_CONFIDENCE, GOOD_CONFIDENCE)]
    alike = (pages.c.source, has_words, is_flawed)
    query = select(*alike, func.min(pages.c.confidence), func.count()).join(documents, OF_NEWEST)
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
        .where(is_after(generation), or_(held.is_(None), held != documents.c.revision))
        .order_by(documents.c.filename, documents.c.id)
    )
    return tuple(DueDocument(row.id, row.filename, row.revision is not None) for row in connection.execute(query))
