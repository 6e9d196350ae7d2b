"""What the archive holds, counted over the newest reading of each document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection, and_, func, select

from archive.model import TextSource
from archive.store.sql.tables import documents, failures, pages


@dataclass(frozen=True, slots=True)
class Counts:
    """``bytes`` are those of the originals. ``pages_by_source`` has every source, also one that counts 0.

    ``unread_pages`` are those without a source of words: their notes say why.
    """

    documents: int
    pages: int
    words: int
    failures: int
    bytes: int
    pages_by_source: Mapping[str, int]
    unread_pages: int


def count(connection: Connection) -> Counts:
    """Count everything in one state of the catalog."""
    total = connection.execute(
        select(
            func.count(documents.c.id),
            func.coalesce(func.sum(documents.c.page_count), 0),
            func.coalesce(func.sum(documents.c.word_count), 0),
            func.coalesce(func.sum(documents.c.size), 0),
        )
    ).one()
    of_newest = and_(documents.c.id == pages.c.document, documents.c.reading == pages.c.reading)
    by_source = select(pages.c.source, func.count()).join(documents, of_newest).group_by(pages.c.source)
    pages_by_source = {str(source): 0 for source in TextSource}
    pages_by_source |= {row[0]: row[1] for row in connection.execute(by_source)}
    return Counts(
        documents=total[0],
        pages=int(total[1]),
        words=int(total[2]),
        failures=connection.scalar(select(func.count()).select_from(failures)) or 0,
        bytes=int(total[3]),
        pages_by_source=MappingProxyType(pages_by_source),
        unread_pages=pages_by_source[TextSource.NONE],
    )
