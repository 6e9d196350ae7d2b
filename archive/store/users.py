"""User accounts and their roles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from archive.access.records import Role, User, name_key
from archive.access.secrets import digest
from archive.errors import UnknownUser, UsageError
from archive.store.events import EventName, append_event
from archive.store.sql.database import Repository, in_transaction
from archive.store.sql.tables import log_in_places, sessions, tokens, users

_NOT_REMOVED = users.c.removed_at.is_(None)


def user_named(connection: Connection, name: str) -> User:
    """Return the user of this name.

    :raises UnknownUser: there is none.
    """
    return user_of(_row(connection, name))


class Users(Repository):
    """User accounts. ``by`` names the acting admin, for the event log; passwords are passed as hashes."""

    def all(self) -> list[User]:
        """Return all users, by name."""
        with self._database.reading() as connection:
            return [user_of(row) for row in connection.execute(select(users).where(_NOT_REMOVED).order_by(users.c.key))]

    get = in_transaction(user_named)

    def add(self, name: str, role: Role, password: str | None, by: str) -> User:
        """Add a user.

        :raises UsageError: the name is taken, or was.
        """
        key = name_key(name)
        row = {"key": key, "name": name, "role": role, "password": password, "created_at": datetime.now(UTC)}
        with self._database.writing() as connection:
            if connection.scalar(select(users.c.key).where(users.c.key == key)):
                remedy = "Choose another name: it signs what was decided."
                raise UsageError("There is or was a user %(name)s already.", remedy, name=repr(name))
            connection.execute(insert(users).values(row))
            _log(connection, name, by, {"action": "add user", "role": role, "seal": seal(password)})
            return user_named(connection, name)

    def remove(self, name: str, by: str) -> None:
        """Remove a user permanently, with their sessions and tokens. Their decisions are kept.

        :raises UnknownUser: there is no such user.
        :raises UsageError: nobody would be left to manage users.
        """
        with self._database.writing() as connection:
            user = _row(connection, name)
            _refuse_last_admin(connection, user, None)
            for table in (sessions, tokens, log_in_places):
                connection.execute(delete(table).where(table.c.user == user.key))
            gone = {"removed_at": datetime.now(UTC), "password": None}
            connection.execute(update(users).where(users.c.key == user.key).values(gone))
            _log(connection, user.name, by, {"action": "remove user"})

    def set_role(self, name: str, role: Role, by: str) -> User:
        """Change a user's role. Errors as for :meth:`remove`."""
        with self._database.writing() as connection:
            user = _row(connection, name)
            if user.role != role:
                _refuse_last_admin(connection, user, role)
                connection.execute(update(users).where(users.c.key == user.key).values(role=role))
                _log(connection, user.name, by, {"action": "change role", "role": role, "before": user.role})
            return user_named(connection, name)

    def password(self, name: str) -> str | None:
        """Return a user's password hash; None if there is no such user, or they have no password."""
        with self._database.reading() as connection:
            return connection.scalar(select(users.c.password).where(users.c.key == name_key(name), _NOT_REMOVED))

    def set_password(self, name: str, password: str, by: str | None) -> None:
        """Change a user's password hash and end their sessions; ``by`` is None if the same password was rehashed.

        The event has a digest of the hash, so that a direct change in the database is detected.

        :raises UnknownUser: there is no such user.
        """
        with self._database.writing() as connection:
            user = _row(connection, name)
            connection.execute(update(users).where(users.c.key == user.key).values(password=password))
            if by is not None:
                for table in (sessions, log_in_places):
                    connection.execute(delete(table).where(table.c.user == user.key))
            action = "keep password anew" if by is None else "change password"
            _log(connection, user.name, by or user.name, {"action": action, "seal": seal(password)})


def user_of(row: Row[Any]) -> User:
    """Build a user from its row."""
    return User(row.name, Role(row.role), row.created_at, row.password is not None)


def seal(kept: str | None) -> str | None:
    """Return the digest of a stored password or token hash, for the event log. The hash has a salt, or is of random
    bytes, so neither can be guessed from the digest."""
    return None if kept is None else digest(kept)


def _row(connection: Connection, name: str) -> Row[Any]:
    row = connection.execute(select(users).where(users.c.key == name_key(name), _NOT_REMOVED)).first()
    if row is None:
        raise UnknownUser("There is no user %(name)s.", "See: dosije user list", name=repr(name))
    return row


def _refuse_last_admin(connection: Connection, user: Row[Any], role: Role | None) -> None:
    others = select(users.c.key).where(users.c.role == Role.ADMIN, _NOT_REMOVED, users.c.key != user.key)
    if user.role == Role.ADMIN and role is not Role.ADMIN and connection.scalar(others.limit(1)) is None:
        raise UsageError(
            "%(name)s is the only admin.", "Make another one first: dosije user role NAME admin", name=user.name
        )


def _log(connection: Connection, name: str, by: str, detail: Mapping[str, object]) -> None:
    append_event(connection, EventName.POLICY_ASSIGNMENT, None, {**detail, "user": name, "by": by})
