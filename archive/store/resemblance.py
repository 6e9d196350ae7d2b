"""The part of the catalog that knows which documents say nearly the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from archive.store import signatures
from archive.store import signed as signed_queries
from archive.store.signatures import Likeness, Signature
from archive.store.signed import Signed
from archive.store.sql.database import Database


class Resemblance:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number."""

    _database: Database

    def unlinked(self, version: int) -> Iterator[tuple[str, int]]:
        """Documents whose newest reading has no signature of this version, or one that was not linked yet.

        Each comes with the number of that reading. They may be signed and linked while the iterator is still at work.
        """
        return signatures.unlinked(self._database, version)

    def sign(self, new: Iterable[Signature]) -> None:
        """Keep these signatures, in place of earlier ones of these documents and of what those were linked with."""
        with self._database.writing() as connection:
            signatures.sign(connection, new)

    def candidates(self, signature: Signature) -> list[Signature]:
        """Signatures of other documents that may be like this one, the most promising first; at most 1,000."""
        with self._database.reading() as connection:
            return signatures.candidates(connection, signature)

    def link(self, found: Mapping[str, Sequence[Likeness]]) -> None:
        """Record which documents each of these signed documents is like; with nothing, that it is like none.

        A document that has 100 links gets no more.
        """
        with self._database.writing() as connection:
            signatures.link(connection, found)

    def signed(self, document_id: str) -> Signed | None:
        """A document's signature with its links; None if it has none yet."""
        with self._database.reading() as connection:
            return signed_queries.signed(connection, document_id)

    def forget_signature(self, document_id: str) -> None:
        """Forget a document's signature and links, so that :meth:`unlinked` names it."""
        with self._database.writing() as connection:
            signed_queries.forget(connection, document_id)

    def likenesses(self, ids: Iterable[str]) -> dict[str, list[Likeness]]:
        """The documents that each of these is like, the nearest first; documents that are like none are left out."""
        with self._database.reading() as connection:
            return signatures.likenesses_of(connection, ids)
