"""The catalog: everything known about the documents, in one SQL database. With the originals, it is the truth.

:class:`Catalog` is the only class the rest of the program meets. It opens the transactions; the queries stand in the
modules beside it, one for each kind of thing. Nothing it returns holds a transaction open.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy import delete, insert, select

from archive.description import Description
from archive.errors import UnknownDocument
from archive.failpoints import passing
from archive.model import Clause, Document, Fact, Reading
from archive.store import clauses as clause_queries
from archive.store import counts, coverage, describing, documents, events, failures, members, readings
from archive.store.admitting import Admitting
from archive.store.clause_listing import ClauseListing
from archive.store.containment import Containment
from archive.store.counts import Counts
from archive.store.coverage import Coverage, PageCounts
from archive.store.database import Database
from archive.store.deciding import Deciding
from archive.store.documents import Source
from archive.store.events import EventName
from archive.store.facts import insert_facts
from archive.store.failures import Failure
from archive.store.identifying import Identifying
from archive.store.indexed import Indexed
from archive.store.inspection import Inspection
from archive.store.members import Member, Membership
from archive.store.noting import Noting
from archive.store.poor_pages import PoorPage
from archive.store.postgres.database import open_postgres
from archive.store.queueing import Queueing
from archive.store.reading_history import ReadingHistory, refuse_contradictions
from archive.store.recalling import Recalling
from archive.store.referring import Referring
from archive.store.resemblance import Resemblance
from archive.store.sqlite import open_sqlite
from archive.store.tables import meta
from archive.store.taking_in import TakingIn
from archive.store.transferring import Transferring
from archive.store.watching import Watching
from archive.words import Words

__all__ = ["Catalog", "Counts", "Failure", "Member", "Membership", "PoorPage", "Source"]


class Catalog(
    Admitting,
    ClauseListing,
    Containment,
    Deciding,
    Identifying,
    Indexed,
    Inspection,
    Noting,
    Queueing,
    ReadingHistory,
    Recalling,
    Referring,
    Resemblance,
    TakingIn,
    Transferring,
    Watching,
):
    """Open it with :meth:`open` or :meth:`on_postgres`. Any number of threads and processes may read while one writes.

    Every method may raise :class:`archive.errors.CatalogError` when the database fails.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path) -> Catalog:
        """Open the catalog file ``path``; an absent one is made, an old one brought up to date.

        :raises UnsafeSQLite: the SQLite library can corrupt it.
        :raises CatalogError: the file is not a catalog, is damaged, or was made by a newer version of Dosije.
        """
        return cls(open_sqlite(path))

    @classmethod
    def on_postgres(cls, url: str) -> Catalog:
        """Open the catalog in a PostgreSQL database; where there is none it is made, an old one brought up to date.

        :raises UsageError: the address makes no sense, or the driver is not installed.
        :raises CatalogError: the server cannot be reached, the catalog is damaged, or was made by a newer version.
        """
        return cls(open_postgres(url))

    def seen(self, hidden: frozenset[str]) -> Catalog:
        """This catalog as those see it from whom these collections are hidden: their documents do not exist there, for
        any method. Close it as well."""
        return Catalog(self._database.seen(hidden))

    def opener(self) -> Callable[[], Catalog]:
        """What opens this catalog in another process."""
        return partial(_opened, self._database.opener())

    @property
    def is_read_only(self) -> bool:
        """Whether it lies where nothing can be written."""
        return self._database.is_read_only

    @property
    def place(self) -> str:
        """Where it lies, as errors call it: a path, or an address without its password."""
        return self._database.name

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def add_document(
        self,
        document: Document,
        reading: Reading,
        words: Sequence[Words],
        facts: Sequence[Fact],
        source: str,
        contents: Sequence[str] = (),
        clauses: Sequence[Clause] = (),
    ) -> None:
        """Add a document with its first reading, its facts and clauses and the path it came from: all or nothing.

        ``words`` holds one page for each page of ``reading``. ``contents`` names what lies inside a container: its
        members, which are due from then on. A failure recorded for ``source`` is cleared.

        :raises ValueError: the parts contradict each other.
        :raises CatalogError: the document is already there.
        """
        _refuse_other_reading(document, reading)
        refuse_contradictions(reading, words, facts, clauses)
        captured = {"path": source, "size": document.size}
        ingested = {"reading": reading.number, "pages": document.page_count, "words": document.word_count}
        with self._database.writing() as connection:
            documents.insert_document(connection, document)
            documents.insert_source(connection, document.id, source)
            readings.insert_reading(connection, reading, words)
            insert_facts(connection, document.id, facts)
            clause_queries.insert_clauses(connection, document.id, reading.number, clauses)
            members.insert_members(connection, document.id, contents)
            failures.clear(connection, source)
            events.append(connection, EventName.CAPTURE, document.id, captured)
            found = {"facts": len(facts), "clauses": len(clauses)}
            events.append(connection, EventName.INGESTION, document.id, ingested | found)
            passing("document-written")
        passing("document-stored")

    def add_source(self, document_id: str, path: str) -> None:
        """Remember another path of the same bytes. A path that is already known changes nothing.

        :raises UnknownDocument: there is no such document.
        """
        with self._database.writing() as connection:
            if not documents.is_known(connection, document_id):
                raise UnknownDocument("There is no document %(id)s.", id=document_id)
            if documents.insert_source(connection, document_id, path):
                events.append(connection, EventName.CAPTURE, document_id, {"path": path})

    def sources(self, document_id: str) -> tuple[Source, ...]:
        """The paths a document's bytes came from, the first seen first."""
        with self._database.reading() as connection:
            return documents.sources_of(connection, document_id)

    def known(self, document_id: str) -> bool:
        """Whether there is a document of this id."""
        with self._database.reading() as connection:
            return documents.is_known(connection, document_id)

    def find(self, prefix: str) -> Document:
        """The one document whose id begins with ``prefix`` (8 digits or more, in either case).

        :raises UnknownDocument: the prefix is too short or not hexadecimal, or none or several documents match.
        """
        with self._database.reading() as connection:
            return documents.find(connection, prefix)

    def documents(self) -> Iterator[Document]:
        """Every document, the last added first, read as the caller goes on."""
        return documents.newest_first(self._database)

    def document_count(self) -> int:
        """How many documents there are."""
        with self._database.reading() as connection:
            return documents.count(connection)

    def describe(self, ids: Iterable[str]) -> dict[str, Description]:
        """The description of each of these documents; unknown ids are left out."""
        with self._database.reading() as connection:
            return {id_: known.description for id_, known in describing.known(connection, ids).items()}

    def record_failure(self, failure: Failure) -> None:
        """Remember that an input could not be taken in, and count the attempts on its path."""
        with self._database.writing() as connection:
            failures.record(connection, failure)

    def failure(self, path: str) -> Failure | None:
        """The failure recorded for a path."""
        with self._database.reading() as connection:
            return failures.one(connection, path)

    def failures(self) -> tuple[Failure, ...]:
        """All recorded failures, by path."""
        with self._database.reading() as connection:
            return failures.every(connection)

    def clear_failure(self, path: str) -> None:
        """Forget the failure of a path, if there is one."""
        with self._database.writing() as connection:
            failures.clear(connection, path)

    def counts(self) -> Counts:
        """What the archive holds."""
        with self._database.reading() as connection:
            return counts.count(connection)

    def coverage(self, generation: str) -> Coverage:
        """What a search in index ``generation`` can and cannot see."""
        with self._database.reading() as connection:
            return coverage.survey(connection, generation)

    def page_counts(self, ids: Collection[str]) -> PageCounts:
        """The pages of these documents by how well they were read; unknown ids count nothing."""
        with self._database.reading() as connection:
            return coverage.page_counts(connection, ids)

    def verify_events(self) -> int:
        """Walk the event log's hash chain; returns how many events it has.

        :raises CatalogError: an event is missing or was changed; the first such is named.
        """
        with self._database.reading() as connection:
            return events.verify(connection)

    def meta(self, key: str) -> str | None:
        """A value kept with :meth:`set_meta`."""
        with self._database.reading() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == key))

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value about the archive as a whole."""
        with self._database.writing() as connection:
            connection.execute(delete(meta).where(meta.c.key == key))
            connection.execute(insert(meta).values(key=key, value=value))


def _opened(opener: Callable[[], Database]) -> Catalog:
    return Catalog(opener())


def _refuse_other_reading(document: Document, reading: Reading) -> None:
    if (reading.document, reading.number) != (document.id, document.reading):
        raise ValueError(f"reading {reading.number} of {reading.document} is not the one {document.id} names")
    if document.added_at.tzinfo is None:
        raise ValueError(f"the moment {document.id} was added needs its time zone")
    if (document.page_count, document.word_count) != (len(reading.pages), reading.word_count):
        raise ValueError(f"{document.id} counts other pages or words than its reading")
