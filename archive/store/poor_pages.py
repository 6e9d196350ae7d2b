"""The query for the pages that can be relied on least."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, or_, select

from archive.model import Page, TextSource
from archive.quality import GOOD_CONFIDENCE
from archive.store.readings import page_of
from archive.store.sql.tables import documents, pages


@dataclass(frozen=True, slots=True)
class PoorPage:
    """A page that is not good, and the document it belongs to."""

    document: str
    filename: str
    page: Page


def worst(connection: Connection, limit: int) -> tuple[PoorPage, ...]:
    """The worst pages of newest readings: first those without a source of words, then by confidence."""
    of_newest = and_(documents.c.id == pages.c.document, documents.c.reading == pages.c.reading)
    is_unread = pages.c.source == str(TextSource.NONE)
    is_doubtful = or_(pages.c.confidence < GOOD_CONFIDENCE, pages.c.note.is_not(None))
    query = (
        select(documents.c.filename, pages)
        .join(documents, of_newest)
        .where(or_(is_unread, and_(pages.c.word_count > 0, is_doubtful)))
        .order_by(
            case((is_unread, 0), else_=1),
            pages.c.confidence.is_(None),
            pages.c.confidence,
            documents.c.filename,
            pages.c.document,
            pages.c.number,
        )
        .limit(limit)
    )
    return tuple(PoorPage(row.document, row.filename, page_of(row)) for row in connection.execute(query))
