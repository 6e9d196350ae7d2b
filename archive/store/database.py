"""Transactions, and what becomes of the database's errors. Knows SQLAlchemy, but no particular database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from archive.errors import ArchiveBusy, CatalogError, DosijeError, UnknownDocument, disk_full, read_only

WRITING = "dosije_writing"
"""Execution option of a connection that is going to write, for databases that must know when a transaction begins."""

REFUSED = "there is no such document"
"""What a database says that refuses to write of a document that is hidden (:mod:`archive.store.seeing`)."""

BATCH = 500
"""Values in one IN list, and rows fetched at a time by the lazy iterators."""


class Database:
    """An engine that hands out transactions. Any number of threads may use it at once."""

    def __init__(self, engine: Engine, name: str, reader: Engine | None = None) -> None:
        """:param reader: what reads, if its connections are to be others than those that write."""
        self.name = name
        self._engine = engine
        self._reader = reader or engine
        self._writer = engine.execution_options(**{WRITING: True})

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads: all of its queries see the same state.

        :raises CatalogError: the database failed.
        """
        with self._translating(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it becomes durable at the end, or on any exception none of it.

        :raises UnknownDocument: it would write of a document that is hidden.
        :raises CatalogError: the database failed.
        :raises ArchiveBusy: another process has been writing for longer than we wait.
        """
        with self._translating(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close the pooled connections."""
        self._engine.dispose()
        self._reader.dispose()

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise database_error(self.name, str(error.orig)) from error


def database_error(name: str, reason: str) -> DosijeError:
    """The error that tells a person what the database's own ``reason`` means."""
    if REFUSED in reason:
        return UnknownDocument("There is no such document.")
    if "locked" in reason:
        return ArchiveBusy(f"Another process has been writing to {name} for long.", "Try again when it has ended.")
    if "full" in reason:
        return disk_full()
    if "readonly" in reason:
        return read_only()
    if "unable to open" in reason:
        remedy = "Check that we may write to the file and its folder."
    else:
        remedy = "If it persists, put back a backup of the catalog; the originals are not affected."
    return CatalogError(f"The catalog {name} failed: {reason}.", remedy)


def batches(values: Iterable[str]) -> Iterator[list[str]]:
    """``values`` in lists of at most :data:`BATCH`, each value once."""
    unique = iter(dict.fromkeys(values))
    while batch := list(islice(unique, BATCH)):
        yield batch
