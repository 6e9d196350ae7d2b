"""What PostgreSQL's errors mean to a person, by their SQLSTATE.

https://www.postgresql.org/docs/15/errcodes-appendix.html
"""

from __future__ import annotations

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from archive.errors import (
    ArchiveBusy,
    CatalogError,
    CatalogUnavailable,
    DataRefused,
    DosijeError,
    Message,
    UnknownDocument,
    disk_full,
)
from archive.errors import read_only as read_only_error
from archive.store.sql.database import REFUSED

_GONE = ("08", "532", "533", "534", "57P", "28", "3D")
"""What SQLSTATEs begin with that tell of no connection, no resources, a server that stops, and nobody let in."""

_TOO_LONG = "54000"
"""The SQLSTATE of a value that is too long for an index."""


def postgres_error(name: str, error: DBAPIError) -> DosijeError:
    """The error that tells a person what the server, or the way to it, says of catalog ``name``."""
    # A message goes on with the statement and hints; what happened is its first line.
    reason = (str(error.orig).splitlines() or [type(error.orig).__name__])[0].strip().rstrip(".")
    state: str | None = getattr(error.orig, "sqlstate", None)
    if REFUSED in reason:
        return UnknownDocument("There is no such document.")
    if "during recovery" in reason:
        # A server that follows another one; it has no SQLSTATE for it alone.
        return read_only_error()
    if error.connection_invalidated or (state.startswith(_GONE) if state else _is_of_connection(error)):
        return CatalogUnavailable(
            "The catalog %(path)s cannot be reached: %(reason)s.",
            "See that the server runs and that catalog_url is right. What had not been reported as done was not done.",
            path=name,
            reason=reason,
        )
    return _of_state(name, state, reason, error)


def _of_state(name: str, state: str | None, reason: str, error: DBAPIError) -> DosijeError:
    """The error for an SQLSTATE, if there is one."""
    if isinstance(error, DataError | IntegrityError) or state == _TOO_LONG:
        return DataRefused(
            "The catalog %(name)s refused it: %(error)s.", "Look at what was to be written.", name=name, error=reason
        )
    match state:
        case "40001" | "40P01" | "55P03":  # serialization failure, deadlock, a lock that could not be had in time
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
                Message("Look at the load of its server."),
            )
        case _:
            told = Message("The catalog %(path)s failed: %(reason)s.", path=name, reason=reason)
            remedy = "If it persists, put back a backup of the catalog; the originals are not affected."
    return CatalogError(told, remedy)


def lost_lock(name: str) -> CatalogUnavailable:
    """The error of a process that has lost the writer lock: another one may be writing by now."""
    return CatalogUnavailable(
        "The connection that held the writer lock of %(path)s is gone, so nothing more is written.",
        "Start the command again: it goes on where this one stopped.",
        path=name,
    )


def _is_of_connection(error: DBAPIError) -> bool:
    """Whether the driver failed before a server said anything."""
    return type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout", "InterfaceError")
