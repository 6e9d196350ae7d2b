"""Connections to PostgreSQL: addresses, session settings, and translation of the server's errors.

Errors are told apart by SQLSTATE: https://www.postgresql.org/docs/15/errcodes-appendix.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError

from archive.errors import (
    ArchiveBusy,
    CatalogError,
    CatalogUnavailable,
    DataRefused,
    DosijeError,
    Message,
    UnknownDocument,
    UsageError,
    disk_full,
)
from archive.errors import read_only as read_only_error
from archive.store.sql.database import BUSY_SECONDS, REFUSED

SESSION = {
    # Overrides a server setting that may lose the last commits in a crash: a reported commit must be durable.
    "synchronous_commit": "on",
    "lock_timeout": f"{BUSY_SECONDS}s",
    # Far longer than any query of this program takes: ends a runaway query that others wait for.
    "statement_timeout": "10min",
    # Ends the transaction of a process that was stopped while writing, so that it does not block others forever.
    "idle_in_transaction_session_timeout": "10min",
    # So that locks of a machine that is gone are released within two minutes.
    "tcp_keepalives_idle": "60",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "6",
    # JIT compilation of a query takes longer than any query of this program.
    "jit": "off",
}

_WAIT = {"connect_timeout": 10, "keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 6}
"""Timeouts: for connecting, and for TCP keepalives."""


_CONNECTION_FAILURES = ("08", "532", "533", "534", "57P", "28", "3D")
"""SQLSTATE prefixes of connection failures: no connection, no resources, shutdown, refused log-in."""

_TOO_LONG = "54000"
"""The SQLSTATE of a value that is too long for an index."""


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """The address of a catalog. ``name`` is the address without its password, for messages."""

    url: URL
    schema: str
    name: str

    @classmethod
    def of(cls, url: str) -> DatabaseUrl:
        """Parse a URL.

        :raises UsageError: it is not a PostgreSQL URL, or names an invalid schema.
        """
        try:
            made = make_url(url)
        except ArgumentError as error:
            raise _not_an_address() from error
        if made.drivername not in ("postgresql", "postgres") or not made.database:
            raise _not_an_address()
        schema = made.query.get("schema", "dosije")
        if not isinstance(schema, str) or not re.fullmatch("[a-z_][a-z0-9_]{0,40}", schema):
            raise UsageError(
                "catalog_url names the schema %(name)s.",
                "Name one of small letters, digits and underscores.",
                name=repr(schema),
            )
        shown = {name: value for name, value in made.query.items() if name == "schema"}
        named = made.set(drivername="postgresql", query=shown).render_as_string().replace(":***@", "@")
        return cls(made.set(drivername="postgresql+psycopg").difference_update_query(["schema"]), schema, named)

    def key(self, purpose: str) -> int:
        """Return the key of this catalog's advisory lock for a purpose. Advisory locks are per database."""
        return int.from_bytes(blake2b(f"dosije {self.schema} {purpose}".encode(), digest_size=8).digest(), signed=True)


def _not_an_address() -> UsageError:
    return UsageError(
        "catalog_url is not the address of a PostgreSQL database.", "Write: postgresql://user:password@host/database"
    )


def engine_of(address: DatabaseUrl, search_path: str, **options: Any) -> Engine:
    """Return an engine whose connections have this ``search_path``.

    :raises UsageError: the driver is not installed.
    """
    try:
        engine = create_engine(address.url, connect_args=_WAIT | {"application_name": "dosije"}, **options)
    except ModuleNotFoundError as error:
        raise UsageError(
            "A catalog on PostgreSQL needs the package psycopg, which is not installed.",
            "Run: pip install 'dosije[servers]'",
        ) from error
    event.listen(engine, "connect", partial(_set_up, settings=SESSION | {"search_path": search_path}))
    return engine


def _set_up(connection: Any, _record: object, settings: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        calls = ", ".join("set_config(%s, %s, false)" for _ in settings)
        cursor.execute(f"SELECT {calls}", [part for setting in settings.items() for part in setting])
    # Within a transaction, settings would be rolled back with it.
    connection.commit()


def postgres_error(name: str, error: DBAPIError) -> DosijeError:
    """Translate an error of the server or the connection of catalog ``name`` to an error for people."""
    # A message continues with statement and hints; its first line says what happened.
    reason = (str(error.orig).splitlines() or [type(error.orig).__name__])[0].strip().rstrip(".")
    state: str | None = getattr(error.orig, "sqlstate", None)
    if REFUSED in reason:
        return UnknownDocument("There is no such document.")
    if "during recovery" in reason:
        # A hot standby; it has no SQLSTATE of its own for that.
        return read_only_error()
    if error.connection_invalidated or (state.startswith(_CONNECTION_FAILURES) if state else _is_of_connection(error)):
        return CatalogUnavailable(
            "The catalog %(path)s cannot be reached: %(reason)s.",
            "Check that the server runs and that catalog_url is right. What had not been reported as done was "
            "not done.",
            path=name,
            reason=reason,
        )
    return _of_state(name, state, reason, error)


def _of_state(name: str, state: str | None, reason: str, error: DBAPIError) -> DosijeError:
    """Return the error for an SQLSTATE, if there is one."""
    if isinstance(error, DataError | IntegrityError) or state == _TOO_LONG:
        return DataRefused(
            "The catalog %(name)s refused it: %(error)s.", "Look at what was to be written.", name=name, error=reason
        )
    match state:
        case "40001" | "40P01" | "55P03":  # serialization failure, deadlock, lock timeout
            return ArchiveBusy(
                "Another process has been writing to %(path)s for long.", "Try again when it has ended.", path=name
            )
        case "53100":
            return disk_full()
        case "25006":
            return read_only_error()
        case "42501":
            told = Message("The catalog %(path)s refuses this to its user: %(reason)s.", path=name, reason=reason)
            remedy = "Let the user own the schema, or allow it to make one: GRANT CREATE ON DATABASE."
        case "57014":
            told, remedy = (
                Message("The catalog %(path)s took too long: %(reason)s.", path=name, reason=reason),
                Message("Check the load of its server."),
            )
        case _:
            told = Message("The catalog %(path)s failed: %(reason)s.", path=name, reason=reason)
            remedy = "If it persists, restore a backup of the catalog; the originals are not affected."
    return CatalogError(told, remedy)


def lost_lock(name: str) -> CatalogUnavailable:
    """Return the error of a process that has lost the writer lock; another process may be writing by now."""
    return CatalogUnavailable(
        "The connection that held the writer lock of %(path)s is gone, so nothing more is written.",
        "Start the command again: it goes on where this one stopped.",
        path=name,
    )


def _is_of_connection(error: DBAPIError) -> bool:
    """Return whether an error comes from the driver, without an answer of the server."""
    return type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout", "InterfaceError")
