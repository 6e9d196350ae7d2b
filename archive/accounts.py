"""Authentication: log-in with a password, sessions, and tokens for programs.

An attempt is counted before its password is checked, under three keys: the name at this address, the address, and the
name anywhere. Counters are in the catalog, so they hold for every process. Above a threshold each further attempt has
to wait twice as long as the one before it. From an address or browser where the user has logged in before, only their
own failures there count, so that a stranger locks nobody out (OWASP, "Slow Down Online Guessing Attacks with Device
Cookies").
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive.access import secrets
from archive.access.passwords import PASSWORD_HASHES, PasswordHashes, checked_password
from archive.access.records import Person, Role, Scope, Token, User, checked_user_name, name_key
from archive.access.rules import network_of
from archive.errors import NotAdmitted, TooManyAttempts, UsageError
from archive.store.catalog import Catalog


@dataclass(frozen=True, slots=True)
class AllowedFailures:
    """Failed log-ins that are allowed without a delay: of a name ``here`` at one address, of one ``address``, of a
    ``name``."""

    here: int = 5
    address: int = 30
    name: int = 50


FIRST_WAIT = timedelta(seconds=15)

FORGET_AFTER = timedelta(hours=1)
"""Time after which failed log-ins are forgotten if no other follows; also the longest delay."""

KNOWN_FOR = timedelta(days=180)
"""How long an address or browser counts as known after a log-in."""

MOST_TOKEN_DAYS = 366
LONGEST_LABEL = 100


class Accounts:
    """User accounts of one catalog. Thread-safe."""

    def __init__(
        self, catalog: Catalog, allowed: AllowedFailures = AllowedFailures(), hashes: PasswordHashes = PASSWORD_HASHES
    ) -> None:
        self._catalog, self._allowed, self._hashes = catalog, allowed, hashes

    def add(self, name: str, role: Role, password: str | None, by: str) -> User:
        """Make a user. Without a password they cannot log in, but have tokens.

        :raises UsageError: the name or the password is not allowed.
        """
        called = checked_user_name(name)
        kept = None if password is None else self._hashes.hashed(checked_password(password, called))
        return self._catalog.users.add(called, role, kept, by)

    def set_password(self, name: str, password: str, by: str) -> None:
        """Give a user another password. All their sessions end; their tokens stay, and are revoked one by one.

        :raises UsageError: the password is not allowed.
        :raises archive.errors.UnknownUser: there is no such user.
        """
        user = self._catalog.users.get(name)
        kept = self._hashes.hashed(checked_password(password, user.name))
        self._catalog.users.set_password(user.name, kept, by)

    def check_password(self, name: str, password: str, address: str, browser: str | None = None) -> User:
        """Return the user with this name, if the password is right.

        :param browser: the device cookie, set at an earlier log-in from this browser.
        :raises NotAdmitted: the password is wrong, or there is no such user; the message does not say which.
        :raises TooManyAttempts: too many log-ins have failed; the password was not checked.
        """
        places = _places(name, address, browser)
        counted = self._counted(name, address, places, self._catalog.log_ins.known_places(name, places, KNOWN_FOR))
        attempt = self._catalog.log_ins.attempt(counted, FIRST_WAIT, FORGET_AFTER)
        if isinstance(attempt, timedelta):
            raise TooManyAttempts(
                "Too many log-ins have failed.",
                "Try again in %(seconds)s seconds.",
                seconds=max(1, round(attempt.total_seconds())),
            )
        kept = self._catalog.users.password(name)
        if not self._hashes.is_right(password, kept) or kept is None:
            raise NotAdmitted("The name or the password is wrong.", "Check both and try again.")
        # Other failures at the address stay counted: whoever knows one password must not use it to reset the counter.
        self._catalog.log_ins.succeeded(name, attempt, (*places, _of_name(name)), places)
        if self._hashes.needs_rehash(kept):
            self._catalog.users.set_password(name, self._hashes.hashed(password), None)
        return self._catalog.users.get(name)

    def _counted(self, name: str, address: str, places: Sequence[str], known: Set[str]) -> dict[str, int]:
        """Return the counters of a log-in, with the failures that each allows."""
        for place in places:
            if place in known:
                return {place: self._allowed.here}
        return {
            places[-1]: self._allowed.here,
            secrets.digest(f"address {network_of(address)}"): self._allowed.address,
            _of_name(name): self._allowed.name,
        }

    def begin_session(self, user: User, lasting: timedelta) -> str:
        """Begin a session; returns its secret, which is stored nowhere."""
        secret = secrets.new_secret()
        self._catalog.sessions.begin(user.name, secrets.digest(secret), datetime.now(UTC) + lasting)
        return secret

    def end_session(self, secret: str) -> None:
        """End a session."""
        self._catalog.sessions.end(secrets.digest(secret))

    def add_token(self, name: str, label: str, scope: Scope, days: int, by: str) -> tuple[Token, str]:
        """Create a token for a user; returns it with its secret, which is stored nowhere.

        :raises UsageError: its lifetime or its label is too long.
        """
        if not 1 <= days <= MOST_TOKEN_DAYS:
            raise UsageError("A token lasts 1 to %(most)s days, not %(days)s.", most=MOST_TOKEN_DAYS, days=f"{days:,}")
        called = " ".join(label.split())
        if len(called) > LONGEST_LABEL or not called.isprintable():
            raise UsageError("The label of a token has at most %(most)s characters.", most=LONGEST_LABEL)
        secret = secrets.new_token()
        until = datetime.now(UTC) + timedelta(days=days)
        return self._catalog.tokens.add(name, called, secrets.digest(secret), scope, until, by), secret

    def person_of_session(self, secret: str) -> Person | None:
        """Return the person of a session; None if it has ended."""
        found = self._catalog.sessions.user(secrets.digest(secret))
        return None if found is None else self._person(found[0], None, found[1])

    def person_of_token(self, secret: str) -> Person | None:
        """Return the person of a token; None if it has expired or was revoked."""
        found = self._catalog.tokens.user(secrets.digest(secret))
        return None if found is None else self._person(*found)

    def person_named(self, name: str) -> Person:
        """Return the person with a user's rights.

        :raises archive.errors.UnknownUser: there is none.
        """
        return self._person(self._catalog.users.get(name), None)

    def nobody(self) -> Person:
        """Return the anonymous person: no rights, no private collections."""
        return Person(None, frozenset(), self._catalog.collections.hidden_from(None))

    def _person(self, user: User, scope: Scope | None, until: datetime | None = None) -> Person:
        rights = user.role.rights if scope is None else user.role.rights & scope.rights
        return Person(user, rights, self._catalog.collections.hidden_from(user), until)


def _places(name: str, address: str, browser: str | None) -> list[str]:
    """Return the keys under which log-ins of a user from here are known, the most specific first."""
    user = name_key(name)
    here = secrets.digest(f"{network_of(address)}\n{user}")
    return [here] if browser is None else [secrets.digest(f"browser {browser}\n{user}"), here]


def _of_name(name: str) -> str:
    return secrets.digest(f"user {name_key(name)}")
