"""Credentials of users: sessions and tokens, stored as digests only, and counters of failed log-ins."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from archive.access.records import Scope, Token, User, name_key
from archive.errors import UsageError
from archive.store.events import CLOCKS_DIFFER, EventName, append_event
from archive.store.sql.database import Database, Repository, in_transaction
from archive.store.sql.tables import log_in_failures, log_in_places, sessions, tokens, users
from archive.store.users import seal, user_named, user_of

MOST_FAILURES = 10_000
"""Most counters of failed log-ins that are stored, so that an attacker with many addresses and names cannot fill the
disk."""

MOST_PLACES = 20
"""Most known places of a user that are stored."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A log-in attempt, counted as failed ``at`` a time; under each key, when the previous failure ``before`` it
    was."""

    at: datetime
    before: Mapping[str, datetime | None]


class LogIns(Repository):
    """Failed log-ins, and the places (addresses and browsers) where users have logged in."""

    def __init__(self, database: Database, most_failures: int = MOST_FAILURES) -> None:
        super().__init__(database)
        self.most_failures = most_failures

    def attempt(self, keys_of_attempt: Mapping[str, int], rest: timedelta, forget: timedelta) -> Attempt | timedelta:
        """Count an attempt as failed before it is made, so that concurrent attempts are limited too; or refuse it.

        :param keys_of_attempt: the keys of its counters, each with the failures allowed without a delay.
        :param rest: the first delay; each following one is twice as long.
        :param forget: time without failures after which a counter is deleted; also the longest delay.
        :returns: the counted attempt, or the delay if it is refused.
        """
        now = datetime.now(UTC)
        query = select(log_in_failures).where(log_in_failures.c.key.in_(list(keys_of_attempt)))
        with self._database.writing() as connection:
            # A failure of a time to come was counted before the clock was set back: nobody waits until then.
            known = {key: (count, min(at, now)) for key, count, at in connection.execute(query) if at > now - forget}
            waits = [
                at + min(forget, rest * 2 ** min(count - keys_of_attempt[key], 20)) - now
                for key, (count, at) in known.items()
                if count >= keys_of_attempt[key]
            ]
            longest = max(waits, default=timedelta(0))
            if longest > timedelta(0):
                return longest
            counts = {key: known.get(key, (0, now))[0] + 1 for key in keys_of_attempt}
            self._count_failures(connection, counts, now, now - forget)
            return Attempt(now, {key: known[key][1] if key in known else None for key in keys_of_attempt})

    def succeeded(self, name: str, attempt: Attempt, forgotten: Collection[str], places: Collection[str]) -> None:
        """Undo the count of an attempt, delete the counters of some keys, and store the user's places."""
        with self._database.writing() as connection:
            for key in attempt.before.keys() - set(forgotten):
                _take_back(connection, key, attempt.at, attempt.before[key])
            _forget_failures(connection, forgotten)
            _remember_places(connection, name, places, attempt.at)

    def known_places(self, name: str, places: Collection[str], within: timedelta) -> set[str]:
        """Return which of these places a user has logged in from within this time."""
        since = datetime.now(UTC) - within
        of_user = (log_in_places.c.user == name_key(name), log_in_places.c.last_at >= since)
        query = select(log_in_places.c.place).where(*of_user, log_in_places.c.place.in_(places))
        with self._database.reading() as connection:
            return set(connection.scalars(query))

    def _count_failures(
        self, connection: Connection, counts: Mapping[str, int], at: datetime, forget: datetime
    ) -> None:
        """Store the counters of these keys; delete those last changed before ``forget``, and the lowest ones above the
        limit."""
        connection.execute(delete(log_in_failures).where(log_in_failures.c.last_at < forget))
        _forget_failures(connection, counts)
        kept = connection.scalar(select(func.count()).select_from(log_in_failures)) or 0
        if (excess := kept + len(counts) - self.most_failures) > 0:
            rarest = select(log_in_failures.c.key).order_by(log_in_failures.c.count, log_in_failures.c.last_at)
            _forget_failures(connection, connection.scalars(rarest.limit(excess)).all())
        rows = [{"key": key, "count": count, "last_at": at} for key, count in counts.items()]
        connection.execute(insert(log_in_failures), rows)


class Sessions(Repository):
    """Sessions of users in the browser, by the digest of their secret. One that begins in the future began before the
    clock was set back, and would last until then; it has ended."""

    def begin(self, name: str, digest: str, expires_at: datetime) -> None:
        """Add a session of a user, and delete expired ones."""
        now = datetime.now(UTC)
        row = {"digest": digest, "user": name_key(name), "created_at": now, "expires_at": expires_at}
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            connection.execute(insert(sessions).values(row))

    def user(self, digest: str) -> tuple[User, datetime] | None:
        """Return the user of a session and when it expires; None if there is none, or it has expired."""
        now = datetime.now(UTC)
        query = (
            select(users, sessions.c.expires_at)
            .join(sessions, sessions.c.user == users.c.key)
            .where(sessions.c.digest == digest, sessions.c.expires_at > now, users.c.removed_at.is_(None))
            .where(sessions.c.created_at <= now + CLOCKS_DIFFER)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return (user_of(row), row.expires_at) if row else None

    def end(self, digest: str) -> None:
        """End a session; an unknown one is no error."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest))


def _tokens(connection: Connection, name: str | None = None) -> list[Token]:
    """Return the tokens of a user, or of all users, the newest last. Expired ones are kept until they are revoked."""
    query = select(tokens, users.c.name.label("called")).join(users, users.c.key == tokens.c.user)
    if name is not None:
        query = query.where(tokens.c.user == name_key(name))
    return [
        Token(row.id, row.called, row.label, Scope(row.scope), row.created_at, row.expires_at)
        for row in connection.execute(query.order_by(tokens.c.created_at))
    ]


class Tokens(Repository):
    """Tokens of users for programs, by the digest of their secret."""

    def add(self, name: str, label: str, digest: str, scope: Scope, expires_at: datetime, by: str) -> Token:
        """Add a token of a user.

        :raises archive.errors.UnknownUser: there is no such user.
        """
        id_, now = secrets.token_hex(4), datetime.now(UTC)
        row = {"id": id_, "digest": digest, "user": name_key(name), "label": label, "scope": scope}
        with self._database.writing() as connection:
            user = user_named(connection, name)
            connection.execute(insert(tokens).values(row | {"created_at": now, "expires_at": expires_at}))
            detail = {"token": id_, "scope": scope, "user": user.name, "by": by, "seal": seal(digest)}
            append_event(connection, EventName.POLICY_ASSIGNMENT, None, {"action": "add token", **detail})
        return Token(id_, user.name, label, scope, now, expires_at)

    def user(self, digest: str) -> tuple[User, Scope] | None:
        """Return the user of a token and its scope; None if there is none, or it has expired."""
        query = (
            select(users, tokens.c.scope)
            .join(tokens, tokens.c.user == users.c.key)
            .where(tokens.c.digest == digest, tokens.c.expires_at > datetime.now(UTC), users.c.removed_at.is_(None))
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return (user_of(row), Scope(row.scope)) if row else None

    all = in_transaction(_tokens)

    def revoke(self, token_id: str, by: str, of_user: str | None = None) -> Token:
        """Revoke a token; ``of_user``, if given, must be its owner.

        :raises UsageError: there is no token with this id.
        """
        with self._database.writing() as connection:
            found = [token for token in _tokens(connection, of_user) if token.id == token_id]
            if not found:
                raise UsageError("There is no token %(name)s.", "See: dosije user list", name=repr(token_id[:40]))
            connection.execute(delete(tokens).where(tokens.c.id == token_id))
            detail = {"action": "revoke token", "token": token_id, "user": found[0].user, "by": by}
            append_event(connection, EventName.POLICY_ASSIGNMENT, None, detail)
            return found[0]


def _forget_failures(connection: Connection, keys: Iterable[str]) -> None:
    connection.execute(delete(log_in_failures).where(log_in_failures.c.key.in_(list(keys))))


def _take_back(connection: Connection, key: str, at: datetime, before: datetime | None) -> None:
    """Undo the count of one failure ``at`` a time under this key; the previous failure was ``before``."""
    of_key = log_in_failures.c.key == key
    if before is not None:
        earlier = update(log_in_failures).where(of_key, log_in_failures.c.last_at == at)
        connection.execute(earlier.values(last_at=before))
    connection.execute(update(log_in_failures).where(of_key).values(count=log_in_failures.c.count - 1))
    connection.execute(delete(log_in_failures).where(of_key, log_in_failures.c.count <= 0))


def _remember_places(connection: Connection, name: str, places: Collection[str], at: datetime) -> None:
    """Store the places that a user has logged in from; of too many, the latest."""
    user = name_key(name)
    of_user = log_in_places.c.user == user
    connection.execute(delete(log_in_places).where(of_user, log_in_places.c.place.in_(places)))
    connection.execute(insert(log_in_places), [{"user": user, "place": place, "last_at": at} for place in places])
    newest = select(log_in_places.c.place).where(of_user).order_by(log_in_places.c.last_at.desc()).limit(MOST_PLACES)
    kept = connection.scalars(newest).all()
    connection.execute(delete(log_in_places).where(of_user, log_in_places.c.place.not_in(kept)))
