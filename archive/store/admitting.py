"""The part of the catalog that knows users, what they are known by, and which collections they see."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive.access.records import Sharing, Token, User
from archive.access.roles import Role, Scope
from archive.store import keys, sharing, users
from archive.store.sql.database import Database


@dataclass(frozen=True, slots=True)
class Attempt:
    """A log-in that was counted as failed ``at`` a moment, and when the one ``before`` it failed, under each key."""

    at: datetime
    before: Mapping[str, datetime | None]


class Admitting:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number.

    Each is one short transaction of the database. ``by`` names who manages users, for the event log; passwords and
    secrets come as what is kept of them.
    """

    _database: Database

    def users(self) -> list[User]:
        """All users, by name."""
        with self._database.reading() as connection:
            return users.every(connection)

    def user(self, name: str) -> User:
        """The user of this name.

        :raises archive.errors.UnknownUser: there is none.
        """
        with self._database.reading() as connection:
            return users.one(connection, name)

    def add_user(self, name: str, role: Role, password: str | None, by: str) -> User:
        """Make a user.

        :raises archive.errors.UsageError: the name is taken, or was.
        """
        with self._database.writing() as connection:
            return users.add(connection, name, role, password, by)

    def remove_user(self, name: str, by: str) -> None:
        """Take a user's rights away for good; what they decided stays.

        :raises archive.errors.UnknownUser: there is no such user.
        :raises archive.errors.UsageError: they are the only admin.
        """
        with self._database.writing() as connection:
            users.remove(connection, name, by)

    def set_role(self, name: str, role: Role, by: str) -> User:
        """Give a user another role. Errors as for removing."""
        with self._database.writing() as connection:
            return users.set_role(connection, name, role, by)

    def password_of(self, name: str) -> str | None:
        """What is kept of a user's password; None if there is no such user, or they have none."""
        with self._database.reading() as connection:
            return users.password_of(connection, name)

    def set_password(self, name: str, password: str, by: str | None) -> None:
        """Give a user another password and end all sessions of theirs; ``by`` None if it is the same one, kept anew.

        :raises archive.errors.UnknownUser: there is no such user.
        """
        with self._database.writing() as connection:
            users.set_password(connection, name, password, by)

    def try_log_in(self, keys_of_attempt: Mapping[str, int], rest: timedelta, forget: timedelta) -> Attempt | timedelta:
        """Count an attempt as failed before it is made, so that many at once are no way around; or refuse it.

        :param keys_of_attempt: what it is counted under, with how many may fail before each has to wait.
        :param rest: how long the first has to wait, each later one twice as long as the one before it.
        :param forget: after how long without any it is forgotten, and the longest wait.
        :returns: the attempt as it was counted, or how long to wait, if it is refused.
        """
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            known = {
                key: (count, at)
                for key, (count, at) in users.failed(connection, keys_of_attempt).items()
                if at > now - forget
            }
            waits = [
                at + min(forget, rest * 2 ** min(count - keys_of_attempt[key], 20)) - now
                for key, (count, at) in known.items()
                if count >= keys_of_attempt[key]
            ]
            longest = max(waits, default=timedelta(0))
            if longest > timedelta(0):
                return longest
            counts = {key: known.get(key, (0, now))[0] + 1 for key in keys_of_attempt}
            users.count_failures(connection, counts, now, now - forget)
            return Attempt(now, {key: known[key][1] if key in known else None for key in keys_of_attempt})

    def log_in_succeeded(
        self, name: str, attempt: Attempt, forgotten: Collection[str], places: Collection[str]
    ) -> None:
        """Undo that an attempt was counted, and forget all that failed under some keys; keep where the user is."""
        with self._database.writing() as connection:
            for key in attempt.before.keys() - set(forgotten):
                users.take_failure_back(connection, key, attempt.at, attempt.before[key])
            users.forget_failures(connection, forgotten)
            users.remember_places(connection, name, places, attempt.at)

    def known_places(self, name: str, places: Collection[str], within: timedelta) -> set[str]:
        """The places among these from which a user has logged in of late."""
        with self._database.reading() as connection:
            return users.known_places(connection, name, places, datetime.now(UTC) - within)

    def begin_session(self, name: str, digest: str, expires_at: datetime) -> None:
        """Keep a session of a user."""
        with self._database.writing() as connection:
            keys.begin_session(connection, name, digest, datetime.now(UTC), expires_at)

    def session_user(self, digest: str) -> User | None:
        """Whose session it is; None if it is none, or has ended."""
        with self._database.reading() as connection:
            return keys.session_user(connection, digest, datetime.now(UTC))

    def end_session(self, digest: str) -> None:
        """End a session; an unknown one is no error."""
        with self._database.writing() as connection:
            keys.end_session(connection, digest)

    def add_token(self, name: str, label: str, digest: str, scope: Scope, expires_at: datetime, by: str) -> Token:
        """Keep a token of a user.

        :raises archive.errors.UnknownUser: there is no such user.
        """
        with self._database.writing() as connection:
            return keys.add_token(connection, name, label, digest, scope, datetime.now(UTC), expires_at, by)

    def token_user(self, digest: str) -> tuple[User, Scope] | None:
        """Whose token it is, and what it may do at most; None if it is none, or has ended."""
        with self._database.reading() as connection:
            return keys.token_user(connection, digest, datetime.now(UTC))

    def tokens(self, name: str | None = None) -> list[Token]:
        """The tokens of a user, or of all."""
        with self._database.reading() as connection:
            return keys.tokens_of(connection, name)

    def revoke_token(self, token_id: str, by: str, of_user: str | None = None) -> Token:
        """Make a token worthless; ``of_user`` says whose it must be.

        :raises archive.errors.UsageError: there is none of this id.
        """
        with self._database.writing() as connection:
            return keys.revoke_token(connection, token_id, by, of_user)

    def share(self, name: str, is_private: bool, members: Collection[str], by: str) -> Sharing:
        """Have a collection be private to these users and to admins, or public.

        :raises archive.errors.UnknownUser: there is no such member.
        """
        with self._database.writing() as connection:
            return sharing.share(connection, name, is_private, members, by)

    def sharings(self) -> list[Sharing]:
        """The collections that somebody made private or public, by name."""
        with self._database.reading() as connection:
            return sharing.every(connection)

    def hidden_from(self, user: User | None) -> frozenset[str]:
        """The collections that a user does not see; of nobody in particular, every private one."""
        with self._database.reading() as connection:
            return sharing.hidden_from(connection, user.name if user else None, user.role if user else None)

    def refuse_unknown_collection(self, name: str, others: Collection[str] = ()) -> None:
        """Refuse a collection that there is not, and is none of ``others``.

        :raises archive.errors.UsageError: there is none of this name.
        """
        with self._database.reading() as connection:
            sharing.refuse_unknown(connection, name, others)
