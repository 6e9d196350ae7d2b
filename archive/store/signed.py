"""Queries on what is kept of one document's signature, for whoever checks it or has it made again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, func, or_, select

from archive.store.signatures import COLUMNS, Likeness, Signature, bands, of_row
from archive.store.sql.tables import likenesses, signature_bands, signatures


@dataclass(frozen=True, slots=True)
class Signed:
    """A document's signature, whether it is found by all of its bands, and what it is linked with."""

    signature: Signature
    is_found: bool
    links: tuple[tuple[Likeness, Signature], ...]


def signed(connection: Connection, document: str) -> Signed | None:
    """What is kept of a document's signature; None if it has none, or is not linked yet."""
    row = connection.execute(select(signatures).where(signatures.c.document == document)).first()
    if row is None or not row.linked:
        return None
    signature = of_row(row)
    sought = set(bands(signature)) if signature.text else set()
    of_it = and_(signature_bands.c.signature == row.number, signature_bands.c.band.in_(sought))
    found = connection.scalar(select(func.count()).where(of_it)) or 0
    query = select(likenesses, signatures).join(signatures, signatures.c.number == likenesses.c.other)
    links = []
    for link in connection.execute(query.where(likenesses.c.signature == row.number)).mappings():
        of_link = (link[likenesses.c[name]] for name in ("wording", "numbers", "by_ocr"))
        other = Signature(**{name: link[signatures.c[name]] for name in COLUMNS})
        links.append((Likeness(other.document, *of_link), other))
    return Signed(signature, found == len(sought), tuple(links))


def forget(connection: Connection, document: str) -> None:
    """Forget a document's signature with all that hangs on it, so that it is made again."""
    number = connection.scalar(select(signatures.c.number).where(signatures.c.document == document))
    linked = or_(likenesses.c.signature == number, likenesses.c.other == number)
    connection.execute(delete(likenesses).where(linked))
    connection.execute(delete(signature_bands).where(signature_bands.c.signature == number))
    connection.execute(delete(signatures).where(signatures.c.number == number))
