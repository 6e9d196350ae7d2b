"""Queries on documents and the paths they came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, tuple_, update

from archive.errors import CatalogError, Message, UnknownDocument
from archive.model import Document, Reading
from archive.store.database import BATCH, Database, batches
from archive.store.tables import documents, sources

LEAST_PREFIX = 8
"""Digits an id prefix needs: enough that it is a copied id and not a typing slip."""

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Source:
    """A path from which a document's bytes came, and when it was first seen."""

    path: str
    seen_at: datetime


def insert_document(connection: Connection, document: Document) -> None:
    """Add the row of a document.

    :raises CatalogError: the document is already there.
    """
    if is_known(connection, document.id):
        raise CatalogError(
            "Document %(id)s is already in the catalog.", "Add its path as another source.", id=document.id
        )
    connection.execute(insert(documents).values(asdict(document)))


def point_to_reading(connection: Connection, reading: Reading) -> None:
    """Make a reading the newest of its document, which search must learn of."""
    connection.execute(
        update(documents)
        .where(documents.c.id == reading.document)
        .values(
            reading=reading.number,
            revision=documents.c.revision + 1,
            page_count=len(reading.pages),
            word_count=reading.word_count,
        )
    )


def revise(connection: Connection, ids: Iterable[str]) -> None:
    """Have search learn that something is known otherwise of these documents."""
    for batch in batches(ids):
        of_batch = update(documents).where(documents.c.id.in_(batch))
        connection.execute(of_batch.values(revision=documents.c.revision + 1))


def insert_source(connection: Connection, document_id: str, path: str) -> bool:
    """Remember another path of the same bytes; returns whether it was new."""
    known = select(sources.c.path).where(sources.c.document == document_id, sources.c.path == path)
    if connection.scalar(known) is not None:
        return False
    connection.execute(insert(sources).values(document=document_id, path=path, seen_at=datetime.now(UTC)))
    return True


def sources_of(connection: Connection, document_id: str) -> tuple[Source, ...]:
    """The paths of a document, the first seen first."""
    query = (
        select(sources.c.path, sources.c.seen_at)
        .where(sources.c.document == document_id)
        .order_by(sources.c.seen_at, sources.c.path)
    )
    return tuple(Source(row.path, row.seen_at) for row in connection.execute(query))


def is_known(connection: Connection, document_id: str) -> bool:
    """Whether there is a document of this id."""
    return connection.scalar(select(documents.c.id).where(documents.c.id == document_id)) is not None


def find(connection: Connection, prefix: str) -> Document:
    """The one document whose id begins with ``prefix``, in either case.

    :raises UnknownDocument: the prefix is too short or no hexadecimal number, or none or several documents match.
    """
    wanted = prefix.lower()
    if not re.fullmatch(rf"[0-9a-f]{{{LEAST_PREFIX},64}}", wanted):
        raise UnknownDocument(
            "%(id)s is not a document id.",
            "An id is 64 hexadecimal digits, or the first %(least)s or more of them.",
            id=repr(prefix),
            least=LEAST_PREFIX,
        )
    # "g" sorts after every hexadecimal digit; a range uses the primary key's index everywhere, LIKE does not.
    within = documents.c.id.between(wanted, wanted + "g")
    rows = connection.execute(select(documents).where(within).order_by(documents.c.id).limit(_NAMED + 1)).all()
    if not rows:
        raise UnknownDocument(
            "No document has an id that begins with %(id)s.", "Search for it by its words.", id=wanted
        )
    if len(rows) > 1:
        named = ", ".join(f"{row.id} ({row.filename})" for row in rows[:_NAMED])
        raise UnknownDocument(
            "Several documents have ids that begin with %(id)s: %(our_names)s.",
            "Give more of it.",
            id=wanted,
            our_names=Message("%(names)s and more", names=named) if len(rows) > _NAMED else named,
        )
    return Document(**rows[0]._asdict())


def by_id(connection: Connection, ids: Iterable[str]) -> dict[str, Document]:
    """The documents of these ids; unknown ids are left out."""
    found: dict[str, Document] = {}
    for batch in batches(ids):
        rows: Iterable[Any] = connection.execute(_WHOLE.where(documents.c.id.in_(batch))).all()
        found |= {row[0]: Document(*row) for row in rows}
    return found


_WHOLE = select(*(documents.c[name] for name in Document.__dataclass_fields__))


def newest_first(database: Database) -> Iterator[Document]:
    """Every document, the last added first, read in batches so that no transaction stays open between them."""
    key = tuple_(documents.c.added_at, documents.c.id)
    query = select(documents).order_by(documents.c.added_at.desc(), documents.c.id.desc()).limit(BATCH)
    after = query
    while True:
        with database.reading() as connection:
            batch = [Document(**row._asdict()) for row in connection.execute(after)]
        yield from batch
        if len(batch) < BATCH:
            return
        after = query.where(key < tuple_(batch[-1].added_at, batch[-1].id))


def count(connection: Connection) -> int:
    """How many documents there are."""
    return connection.scalar(select(func.count()).select_from(documents)) or 0
