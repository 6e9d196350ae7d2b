"""Transactions, and the database's errors. Knows SQLAlchemy, but no particular database."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import wraps
from itertools import islice
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, bindparam
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
"""Execution option of a connection that is going to write, for databases that must know when a transaction begins."""

REFUSED = "there is no such document"
"""The message of a database that refuses to write of a hidden document (:mod:`archive.store.sql.visibility`)."""

_CACHED = "dosije_remembered"

BUSY_SECONDS = 30
"""How long a connection waits for another one's lock; a writer holds it for one document at a time."""

BATCH = 500
"""Values in one IN list, and rows fetched at a time by the lazy iterators."""


class _Thread(threading.local):
    """``reading`` has the transactions that a thread reads in, by database; None where each has its own."""

    reading: dict[Database, Connection] | None = None


_thread = _Thread()


@contextmanager
def one_state() -> Iterator[None]:
    """Read one state of each database, in one transaction a thread: several answers fit together, and a server is not
    asked for a new transaction for each. What the thread writes within this is seen, too."""
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
    """Read what is there now, beside the state of a :func:`one_state` that this is within."""
    shared, _thread.reading = _thread.reading, None
    try:
        with one_state():
            yield
    finally:
        _thread.reading = shared


class Database(ABC):
    """An engine that hands out transactions. Any number of threads may use it at once.

    What differs between databases is in one subclass for each.
    """

    has_queue: ClassVar[bool] = False
    """Whether several workers, on several machines, can take tasks from it at once."""

    def __init__(self, engine: Engine, reader: Engine, name: str) -> None:
        """:param reader: what reads, perhaps by the same connections as those that write.
        :param name: what errors call it."""
        self.name = name
        self.check: Callable[[Connection], None] | None = None
        """Raises CatalogClosed if a newer program has closed the catalog to this one; none before it was opened."""
        self.batch_size = BATCH
        """Rows that a lazy iterator reads in one transaction."""
        self._use(engine, reader)

    def _use(self, engine: Engine, reader: Engine) -> None:
        self._engine = engine
        self._reader = reader
        self._writer = engine.execution_options(**{WRITING: True})

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that reads: all of its queries see the same state. Within :func:`one_state`, it is the
        transaction of that.

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
                # Nothing more can be read in its transaction.
                shared.pop(self).close()
                raise

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes: all of it becomes durable at the end, or on any exception none of it. There
        is one at a time, so that what it reads stays as it is until its end.

        :raises UnknownDocument: it would write of a document that is hidden.
        :raises DataRefused: what was to be written does not fit.
        :raises CatalogError: the database failed.
        :raises ArchiveBusy: another process has been writing for longer than we wait.
        :raises CatalogClosed: a newer program has closed the catalog to this one.
        """
        with self._translating(), self._writer.begin() as connection:
            if self.whole.check:
                self.whole.check(connection)
            yield connection
        with self._translating():
            for reading in (_thread.reading or {}).values():
                # What the thread reads from now on is what it has just written, too.
                reading.rollback()

    def queueing(self) -> AbstractContextManager[Connection]:
        """Open a transaction that changes the queue of tasks alone; where :attr:`has_queue`, beside the one that
        writes. Errors as for :meth:`writing`."""
        return self.writing()

    def close(self) -> None:
        """Close the pooled connections."""
        self._engine.dispose()
        self._reader.dispose()

    def cached(self, connection: Connection, name: str, compute: Callable[[], Computed]) -> Computed:
        """Return what ``compute`` returns, cached with a connection that reads until somebody changes the database."""
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
        """Return a value that is another whenever the database, as this connection sees it, may have changed."""

    @property
    def whole(self) -> Database:
        """The same database with every collection, for what is computed from all documents before it is cut down to
        those that may be seen."""
        return self

    @property
    @abstractmethod
    def is_read_only(self) -> bool:
        """Whether it lies where nothing can be written."""

    @abstractmethod
    def hiding(self, collections: frozenset[str]) -> Database:
        """Return this database without these collections (:mod:`archive.store.sql.visibility`)."""

    @abstractmethod
    def opener(self) -> Callable[[], Database]:
        """Return what opens this database in another process."""

    def refuse_if_closed(self) -> None:
        """Refuse to go on if a newer program has closed the catalog to this one.

        :raises CatalogClosed: it has.
        """
        whole = self.whole
        if whole.check:
            with whole.reading() as connection:
                whole.check(connection)

    @abstractmethod
    def upgrading(self) -> AbstractContextManager[None]:
        """Wait until no other process upgrades the catalog, and let none do so."""

    @abstractmethod
    def wait_briefly(self, connection: Connection) -> None:
        """Have a transaction that changes tables wait for others so briefly that those behind it do not notice; it is
        begun again. What it does itself may take long."""

    @abstractmethod
    def begin_upgrade(self, *, is_additive: bool) -> None:
        """Get ready for steps of :mod:`archive.store.sql.migrations`, in a catalog that is not new.

        :param is_additive: others go on using it meanwhile.
        :raises DiskFull: there is no room for a copy. Nothing was changed.
        :raises ReadOnly: nothing can be written where it lies.
        """

    @abstractmethod
    def is_settled(self) -> bool:
        """Return whether all is in place that :meth:`end_upgrade` puts there."""

    @abstractmethod
    def end_upgrade(self, step: int) -> None:
        """Put in place what goes with a schema that has come to this step."""

    @abstractmethod
    def faults(self, connection: Connection, *, thorough: bool, most: int) -> list[str]:
        """Return what the database finds wrong with itself: its pages and indexes (only if ``thorough``), and rows that
        point at absent rows; about ``most`` of them."""

    @abstractmethod
    def checks(self, connection: Connection, *, thorough: bool) -> str:
        """Return what a server looks at for :meth:`faults`; an empty text for a file."""

    @abstractmethod
    def advance_sequences(self, connection: Connection) -> None:
        """Make numbers that the database gives go on after those of the rows."""

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
                # A newer program may have taken away what was asked for.
                self._check_anew()
            raise found from error
        except PoolTimeout as error:
            raise ArchiveBusy(
                "Every connection to %(path)s has been in use for long.", "Try again in a moment.", path=self.name
            ) from error


class Repository:
    """The queries of one subject. Each method is one transaction of its own, or of :func:`one_state`."""

    def __init__(self, database: Database) -> None:
        self._database = database


def in_transaction(
    question: Callable[Concatenate[Connection, P], Answer],
) -> Callable[Concatenate[Repository, P], Answer]:
    """Return the method of a repository that asks a question in one transaction: its own, or that of
    :func:`one_state`."""

    @wraps(question)
    def asked(repository: Repository, /, *args: P.args, **named: P.kwargs) -> Answer:
        with repository._database.reading() as connection:
            return question(connection, *args, **named)

    return asked


def database_error(name: str, reason: str) -> DosijeError:
    """Return the error that says what the database's own ``reason`` means to a person."""
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
        remedy = "Check that we may write to the file and its folder."
    else:
        remedy = "If it persists, put back a backup of the catalog; the originals are not affected."
    return CatalogError("The catalog %(path)s failed: %(reason)s.", remedy, path=name, reason=reason)


def batches(values: Iterable[Value], size: int = BATCH) -> Iterator[list[Value]]:
    """Yield ``values`` in lists of at most ``size``, each value once."""
    unique = iter(dict.fromkeys(values))
    while batch := list(islice(unique, size)):
        yield batch


def rows_among(
    connection: Connection, query: Select[Any], column: ColumnElement[Any], values: Iterable[Value] | None
) -> Iterator[Any]:
    """Yield the rows of a query whose ``column`` is one of the values, one query a batch; all rows if they are None."""
    if values is None:
        yield from connection.execute(query)
        return
    # The values are given beside the query: to put each into it takes longer than to ask.
    among = query.where(column.in_(bindparam("rows_among", type_=column.type, expanding=True)))
    for some in batches(values):
        yield from connection.execute(among, {"rows_among": some})


def of_row(kind: type[Item], row: Row[Any], **given: object) -> Item:
    """Return a row as a dataclass: its fields by their names, but those ``given``."""
    return kind(**{name: getattr(row, name) for name in vars(kind)["__match_args__"] if name not in given}, **given)


def grouped(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, list[Item]]:
    """Return the second ones of pairs by the first ones, both in their order."""
    found: dict[Key, list[Item]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
