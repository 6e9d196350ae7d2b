"""Users, their tokens, the person behind a request, and collections."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from archive.access.roles import Right, Role, Scope
from archive.errors import UsageError

LONGEST_NAME, LONGEST_COLLECTION = 64, 100
"""Characters of the name of a user, and of a collection."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in. ``name`` is also how the user signs what they decide."""

    name: str
    role: Role
    created_at: datetime
    has_password: bool


@dataclass(frozen=True, slots=True)
class Token:
    """A secret by which a program acts for ``user``. The secret itself is not kept."""

    id: str
    user: str
    label: str
    scope: Scope
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: a user, with what they may do now, and the ``hidden`` collections that do not exist for them.

    ``user`` is None where nobody needs to log in, and where nobody has.
    """

    user: User | None
    rights: frozenset[Right]
    hidden: frozenset[str] = frozenset()

    def may(self, right: Right) -> bool:
        """Return whether the person has a right."""
        return right in self.rights


OWNER = Person(None, frozenset(Right))
"""Whoever uses the archive at its own computer: all of it is theirs."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """A collection that was made private or public, with the names of those who may see it if it is private."""

    name: str
    is_private: bool
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection, with its documents and their pages counted, and when the last one came."""

    name: str
    documents: int
    pages: int
    newest: datetime


def name_key(name: str) -> str:
    """Return the key under which names of one user are equal."""
    return unicodedata.normalize("NFKC", name).casefold()


def checked_user_name(name: str) -> str:
    """Return the name of a user.

    :raises UsageError: it is empty, too long, or has characters that log-in forms and headers take for something else.
    """
    wanted = " ".join(unicodedata.normalize("NFC", name).split())
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable() or set(wanted) & set(":/\\"):
        raise UsageError(
            "The name of a user has 1 to %(most)s characters, without a colon or a slash.", most=LONGEST_NAME
        )
    return wanted


def checked_collection(name: str) -> str:
    """Return the name of a collection.

    :raises UsageError: it is empty, too long, or runs over more than one line.
    """
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_COLLECTION or not wanted.isprintable():
        raise UsageError("The name of a collection has 1 to %(most)s characters.", most=LONGEST_COLLECTION)
    return wanted
