"""Transactions and database errors, by SQLAlchemy, for any database."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache, wraps
from itertools import islice
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, Table, bindparam, insert
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from archive.errors import ArchiveBusy, CatalogError, DataRefused, DosijeError, UnknownDocument, disk_full, read_only

Value = TypeVar("Value", bound=Hashable)
Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")
Computed = TypeVar("Computed")
Answer = TypeVar("Answer")
P = ParamSpec("P")

WRITING = "dosije_writing"
"""Execution option of a connection that will write, for databases that must know when a transaction begins."""

REFUSED = "there is no such document"
"""Message with which a database refuses to write to a hidden document (:mod:`archive.store.sql.visibility`)."""

_CACHED = "dosije_remembered"

BUSY_SECONDS = 30
"""Seconds that a connection waits for another one's lock; a writer holds it for one document at a time."""

BATCH = 500
"""Values per IN list, and rows per fetch of the lazy iterators."""


class _Thread(threading.local):
    """``reading`` has the read transactions of a thread by database, within :func:`one_state`; else None."""

    reading: dict[Database, Connection] | None = None


_thread = _Thread()


@contextmanager
def one_state() -> Iterator[None]:
    """Use one read transaction per thread and database, so that several queries see the same snapshot and a server is
    not asked to begin a transaction for each. Own writes become visible."""
    if _thread.reading is not None:
        yield
        return
    opened: dict[Database, Connection] = {}
    _thread.reading = opened
    try:
        yield
    finally:
        _thread.reading = None
        for connection in opened.values():
            connection.close()


@contextmanager
def newest_state() -> Iterator[None]:
    """Read the latest state within :func:`one_state`, ignoring its snapshot."""
    shared, _thread.reading = _thread.reading, None
    try:
        with one_state():
            yield
    finally:
        _thread.reading = shared


class Database(ABC):
    """A database that hands out transactions. Thread-safe.

    There is one subclass per database system.
    """

    has_queue: ClassVar[bool] = False
    """Whether several workers, on several machines, can take tasks concurrently."""

    def __init__(self, engine: Engine, reader: Engine, name: str) -> None:
        """:param reader: the engine that reads; may be the same as ``engine``.
        :param name: its name in messages.
        """
        self.name = name
        self.check: Callable[[Connection], None] | None = None
        """Raises CatalogClosed if a newer program has closed the catalog to this one; None until the catalog is
        open."""
        self.batch_size = BATCH
        """Rows per transaction of a lazy iterator."""
        self._use(engine, reader)

    def _use(self, engine: Engine, reader: Engine) -> None:
        self._engine = engine
        self._reader = reader
        self._writer = engine.execution_options(**{WRITING: True})

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Begin a read transaction, whose queries see one snapshot; within :func:`one_state`, join its transaction.

        :raises CatalogError: the database failed.
        """
        shared = _thread.reading
        with self._translating():
            if shared is None:
                with self._reader.connect() as connection:
                    yield connection
                return
            if self not in shared:
                shared[self] = self._reader.connect()
            try:
                yield shared[self]
            except DBAPIError:
                # Nothing more can be read in a failed transaction.
                shared.pop(self).close()
                raise

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a write transaction: committed durably at the end, rolled back on any exception. Write transactions are
        serialized, so what one reads does not change until its end.

        :raises UnknownDocument: it would write to a hidden document.
        :raises DataRefused: the database refused a value or a row.
        :raises CatalogError: the database failed.
        :raises ArchiveBusy: another process has been writing for :data:`BUSY_SECONDS`.
        :raises CatalogClosed: a newer program has closed the catalog to this one.
        """
        with self._translating(), self._writer.begin() as connection:
            if self.whole.check:
                self.whole.check(connection)
            yield connection
        with self._translating():
            for reading in (_thread.reading or {}).values():
                # Later reads of this thread see the write.
                reading.rollback()

    def queueing(self) -> AbstractContextManager[Connection]:
        """Begin a transaction that changes the task queue only; if :attr:`has_queue`, concurrently with the writer.
        Errors as for :meth:`writing`."""
        return self.writing()

    def close(self) -> None:
        """Close the pooled connections."""
        self._engine.dispose()
        self._reader.dispose()

    def cached(self, connection: Connection, name: str, compute: Callable[[], Computed]) -> Computed:
        """Return the result of ``compute``, cached per reading connection until the database changes."""
        stamp = self.stamp(connection)
        kept_at, kept = connection.info.get(_CACHED, (None, {}))
        if kept_at != stamp:
            kept = {}
            connection.info[_CACHED] = (stamp, kept)
        if name not in kept:
            kept[name] = compute()
        value: Computed = kept[name]
        return value

    @abstractmethod
    def stamp(self, connection: Connection) -> Hashable:
        """Return a value that differs whenever the database, as this connection sees it, may have changed."""

    @property
    def whole(self) -> Database:
        """The unfiltered database, for results that are computed from all documents before they are filtered."""
        return self

    @property
    @abstractmethod
    def is_read_only(self) -> bool:
        """Whether it is on a read-only file system or server."""

    @abstractmethod
    def hiding(self, collections: frozenset[str]) -> Database:
        """Return a view of this database without these collections (:mod:`archive.store.sql.visibility`)."""

    @abstractmethod
    def opener(self) -> Callable[[], Database]:
        """Return a picklable function that opens this database in another process."""

    def refuse_if_closed(self) -> None:
        """Raise if a newer program has closed the catalog to this one.

        :raises CatalogClosed: it is closed.
        """
        whole = self.whole
        if whole.check:
            with whole.reading() as connection:
                whole.check(connection)

    @abstractmethod
    def upgrading(self) -> AbstractContextManager[None]:
        """Hold the lock of the process that upgrades the catalog; wait for it."""

    @abstractmethod
    def wait_briefly(self, connection: Connection) -> None:
        """Set a short lock timeout for a transaction that alters tables, so that those queued behind it are not
        delayed; it is retried. Its own statements may take long."""

    @abstractmethod
    def begin_upgrade(self, *, is_additive: bool) -> None:
        """Prepare for steps of :mod:`archive.store.sql.migrations`, in an existing catalog.

        :param is_additive: other programs use it meanwhile.
        :raises DiskFull: there is no room for a copy. Nothing was changed.
        :raises ReadOnly: the folder of the catalog cannot be written to.
        """

    @abstractmethod
    def is_settled(self) -> bool:
        """Return whether :meth:`end_upgrade` has nothing to do."""

    @abstractmethod
    def end_upgrade(self, step: int) -> None:
        """Install what depends on the schema, after it has reached this step."""

    @abstractmethod
    def faults(self, connection: Connection, *, thorough: bool, most: int) -> list[str]:
        """Return about ``most`` faults that the database finds in itself: in pages and indexes (only if ``thorough``),
        and dangling foreign keys."""

    @abstractmethod
    def checks(self, connection: Connection, *, thorough: bool) -> str:
        """Describe what a server checks for :meth:`faults`; an empty text for a file."""

    def insert_rows(self, connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows that have all columns of a table."""
        connection.execute(insert(table), rows)

    @abstractmethod
    def finish_copy(self, connection: Connection) -> None:
        """Set what a server derives from rows, after all were copied: sequences and statistics."""

    def _error(self, error: DBAPIError) -> DosijeError:
        found = database_error(self.name, str(error.orig))
        if type(found) is CatalogError and isinstance(error, DataError | IntegrityError):
            return DataRefused(
                "The catalog %(name)s refused it: %(error)s.",
                "Look at what was to be written.",
                name=self.name,
                error=error.orig,
            )
        return found

    def _check_anew(self) -> None:
        whole = self.whole
        if whole.check:
            with suppress(DBAPIError), whole._reader.connect() as connection:
                whole.check(connection)

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            found = self._error(error)
            if type(found) is CatalogError:
                # A newer program may have dropped what the query reads.
                self._check_anew()
            raise found from error
        except PoolTimeout as error:
            raise ArchiveBusy(
                "Every connection to %(path)s has been in use for long.", "Try again in a moment.", path=self.name
            ) from error


class Repository:
    """The queries of one subject. Each method is one transaction, or part of that of :func:`one_state`."""

    def __init__(self, database: Database) -> None:
        self._database = database


def in_transaction(
    question: Callable[Concatenate[Connection, P], Answer],
) -> Callable[Concatenate[Repository, P], Answer]:
    """Turn a function of a connection into a repository method that runs it in one read transaction."""

    @wraps(question)
    def asked(repository: Repository, /, *args: P.args, **named: P.kwargs) -> Answer:
        with repository._database.reading() as connection:
            return question(connection, *args, **named)

    return asked


def database_error(name: str, reason: str) -> DosijeError:
    """Translate the database's own ``reason`` to an error for people."""
    if REFUSED in reason:
        return UnknownDocument("There is no such document.")
    if "locked" in reason:
        return ArchiveBusy(
            "Another process has been writing to %(path)s for long.", "Try again when it has ended.", path=name
        )
    if "full" in reason:
        return disk_full()
    if "readonly" in reason:
        return read_only()
    if "unable to open" in reason:
        remedy = "Check that Dosije can write to the file and its folder."
    else:
        remedy = "If it persists, restore a backup of the catalog; the originals are not affected."
    return CatalogError("The catalog %(path)s failed: %(reason)s.", remedy, path=name, reason=reason)


def batches(values: Iterable[Value], size: int = BATCH) -> Iterator[list[Value]]:
    """Yield the distinct ``values`` in lists of at most ``size``."""
    unique = iter(dict.fromkeys(values))
    while batch := list(islice(unique, size)):
        yield batch


def rows_among(
    connection: Connection, query: Select[Any], column: ColumnElement[Any], values: Iterable[Value] | None
) -> Iterator[Any]:
    """Yield the rows of a query whose ``column`` is one of the values, one query per batch; all rows if they are
    None."""
    if values is None:
        yield from connection.execute(query)
        return
    among = _among(query, column)
    for some in batches(values):
        yield from connection.execute(among, {"rows_among": some})


@lru_cache(maxsize=256)
def _among(query: Select[Any], column: ColumnElement[Any]) -> Select[Any]:
    """Return a query for some values, which are parameters: compiling each into it takes longer than running it."""
    return query.where(column.in_(bindparam("rows_among", type_=column.type, expanding=True)))


def of_row(kind: type[Item], row: Row[Any], **given: object) -> Item:
    """Build a dataclass from a row by column names; ``given`` fields are not read from it."""
    return kind(**{name: getattr(row, name) for name in vars(kind)["__match_args__"] if name not in given}, **given)


def grouped(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, list[Item]]:
    """Group the second elements of pairs by the first ones, both in their order."""
    found: dict[Key, list[Item]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
