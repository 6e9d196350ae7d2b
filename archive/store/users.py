"""Queries on users and log-ins that failed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from archive.access.records import User, name_key
from archive.access.roles import Role
from archive.access.secrets import digest
from archive.errors import UnknownUser, UsageError
from archive.store import events
from archive.store.access_tables import log_in_failures, log_in_places, sessions, tokens, users
from archive.store.events import EventName

MOST_FAILURES = 10_000
"""Counts of failed log-ins that are kept, so that a stranger with many addresses and names does not fill the disk."""

MOST_PLACES = 20
"""Places of a user that are kept."""


def add(connection: Connection, name: str, role: Role, password: str | None, by: str) -> User:
    """Make a user; ``password`` is what is kept of it.

    :raises UsageError: the name is taken, or was.
    """
    if connection.scalar(select(users.c.key).where(users.c.key == name_key(name))):
        raise UsageError(
            "There is or was a user %(name)s already.",
            "Choose another name: it signs what was decided.",
            name=repr(name),
        )
    row = {"key": name_key(name), "name": name, "role": role, "password": password, "created_at": datetime.now(UTC)}
    connection.execute(insert(users).values(row))
    _log(connection, name, by, {"action": "add user", "role": role, "seal": seal(password)})
    return one(connection, name)


def one(connection: Connection, name: str) -> User:
    """The user of this name.

    :raises UnknownUser: there is none.
    """
    return user_of(_row(connection, name))


def every(connection: Connection) -> list[User]:
    """All users, by name."""
    return [user_of(row) for row in connection.execute(select(users).where(_STAYS).order_by(users.c.key))]


def password_of(connection: Connection, name: str) -> str | None:
    """What is kept of a user's password; None if there is no such user, or they have none."""
    return connection.scalar(select(users.c.password).where(users.c.key == name_key(name), _STAYS))


def set_password(connection: Connection, name: str, password: str, by: str | None) -> None:
    """Give a user another password and end their sessions; ``by`` None only keeps the same one otherwise.

    The event has a digest of what is kept, which tells nobody the password, so that one put there behind the program's
    back is noticed.

    :raises UnknownUser: there is no such user.
    """
    user = _row(connection, name)
    connection.execute(update(users).where(users.c.key == user.key).values(password=password))
    if by is not None:
        for table in (sessions, log_in_places):
            connection.execute(delete(table).where(table.c.user == user.key))
    action = "keep password anew" if by is None else "change password"
    _log(connection, user.name, by or user.name, {"action": action, "seal": seal(password)})


def set_role(connection: Connection, name: str, role: Role, by: str) -> User:
    """Give a user another role.

    :raises UnknownUser: there is no such user.
    :raises UsageError: nobody would be left to manage users.
    """
    user = _row(connection, name)
    if user.role != role:
        _refuse_last_admin(connection, user, role)
        connection.execute(update(users).where(users.c.key == user.key).values(role=role))
        _log(connection, user.name, by, {"action": "change role", "role": role, "before": user.role})
    return one(connection, name)


def remove(connection: Connection, name: str, by: str) -> None:
    """Take a user's rights away for good, with their sessions and tokens. What they decided stays.

    :raises UnknownUser: there is no such user.
    :raises UsageError: nobody would be left to manage users.
    """
    user = _row(connection, name)
    _refuse_last_admin(connection, user, None)
    for table in (sessions, tokens, log_in_places):
        connection.execute(delete(table).where(table.c.user == user.key))
    gone = {"removed_at": datetime.now(UTC), "password": None}
    connection.execute(update(users).where(users.c.key == user.key).values(gone))
    _log(connection, user.name, by, {"action": "remove user"})


def failed(connection: Connection, keys: Iterable[str]) -> dict[str, tuple[int, datetime]]:
    """How often log-ins of these keys failed, and when last."""
    query = select(log_in_failures).where(log_in_failures.c.key.in_(list(keys)))
    return {key: (count, last_at) for key, count, last_at in connection.execute(query)}


def count_failures(connection: Connection, counts: Mapping[str, int], at: datetime, forget: datetime) -> None:
    """Keep how often log-ins of these keys failed; forget those of before a moment, and the rarest of too many."""
    connection.execute(delete(log_in_failures).where(log_in_failures.c.last_at < forget))
    forget_failures(connection, counts)
    kept = connection.scalar(select(func.count()).select_from(log_in_failures)) or 0
    if (excess := kept + len(counts) - MOST_FAILURES) > 0:
        rarest = select(log_in_failures.c.key).order_by(log_in_failures.c.count, log_in_failures.c.last_at)
        forget_failures(connection, connection.scalars(rarest.limit(excess)).all())
    rows = [{"key": key, "count": count, "last_at": at} for key, count in counts.items()]
    connection.execute(insert(log_in_failures), rows)


def forget_failures(connection: Connection, keys: Iterable[str]) -> None:
    """Forget that log-ins of these keys failed."""
    connection.execute(delete(log_in_failures).where(log_in_failures.c.key.in_(list(keys))))


def take_failure_back(connection: Connection, key: str, at: datetime, before: datetime | None) -> None:
    """Undo that a log-in of this key was counted as failed ``at`` a moment; the one before it failed ``before``."""
    of_key = log_in_failures.c.key == key
    if before is not None:
        earlier = update(log_in_failures).where(of_key, log_in_failures.c.last_at == at)
        connection.execute(earlier.values(last_at=before))
    connection.execute(update(log_in_failures).where(of_key).values(count=log_in_failures.c.count - 1))
    connection.execute(delete(log_in_failures).where(of_key, log_in_failures.c.count <= 0))


def known_places(connection: Connection, name: str, places: Iterable[str], since: datetime) -> set[str]:
    """The places among these from which a user has logged in since a moment."""
    of_user = (log_in_places.c.user == name_key(name), log_in_places.c.last_at >= since)
    return set(connection.scalars(select(log_in_places.c.place).where(*of_user, log_in_places.c.place.in_(places))))


def remember_places(connection: Connection, name: str, places: Collection[str], at: datetime) -> None:
    """Keep that a user has logged in from these places; of many, those of late."""
    user = name_key(name)
    of_user = log_in_places.c.user == user
    connection.execute(delete(log_in_places).where(of_user, log_in_places.c.place.in_(places)))
    connection.execute(insert(log_in_places), [{"user": user, "place": place, "last_at": at} for place in places])
    newest = select(log_in_places.c.place).where(of_user).order_by(log_in_places.c.last_at.desc()).limit(MOST_PLACES)
    kept = connection.scalars(newest).all()
    connection.execute(delete(log_in_places).where(of_user, log_in_places.c.place.not_in(kept)))


def seal(kept: str | None) -> str | None:
    """What the event log has of what is kept of a password or a token: its digest. That has a salt, or is a digest of
    random bytes, so nobody finds either by trying."""
    return None if kept is None else digest(kept)


def user_of(row: Row[Any]) -> User:
    """The user of a row."""
    return User(row.name, Role(row.role), row.created_at, row.password is not None)


_STAYS = users.c.removed_at.is_(None)


def _row(connection: Connection, name: str) -> Row[Any]:
    row = connection.execute(select(users).where(users.c.key == name_key(name), _STAYS)).first()
    if row is None:
        raise UnknownUser("There is no user %(name)s.", "See: dosije user list", name=repr(name))
    return row


def _refuse_last_admin(connection: Connection, user: Row[Any], role: Role | None) -> None:
    others = select(users.c.key).where(users.c.role == Role.ADMIN, _STAYS, users.c.key != user.key)
    if user.role == Role.ADMIN and role is not Role.ADMIN and connection.scalar(others.limit(1)) is None:
        raise UsageError(
            "%(name)s is the only admin.", "Make another one first: dosije user role NAME admin", name=user.name
        )


def _log(connection: Connection, name: str, by: str, detail: Mapping[str, object]) -> None:
    events.append(connection, EventName.POLICY_ASSIGNMENT, None, {**detail, "user": name, "by": by})
