"""Users, their tokens, the person behind a request, and collections; roles, and what each of them may do."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.errors import UsageError

LONGEST_NAME, LONGEST_COLLECTION, LONGEST_ADDRESS = 64, 100, 254
"""Characters of the name of a user, of a collection, and of a mail address (RFC 5321, erratum 1690)."""

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}", re.ASCII)
"""A mail address as HTML's forms have it, with a domain of two parts or more."""


class Right(StrEnum):
    """What one may do. What one sees is another matter: documents of private collections are for their members."""

    READ = "read"
    """Search, read, cite and export; keep saved searches."""
    EDIT = "edit"
    """Add documents, correct facts, write notes, and rule on vendors."""
    MONITOR = "monitor"
    """Ask for the numbers that tell how the server is."""
    ADMINISTER = "administer"
    """Manage users and collections; see every collection."""


class Role(StrEnum):
    """What a user is. Each may do all that the one before it may."""

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def rights(self) -> frozenset[Right]:
        """All that it may do."""
        return _RIGHTS[self]


_RIGHTS = {
    Role.READER: frozenset({Right.READ}),
    Role.EDITOR: frozenset({Right.READ, Right.EDIT}),
    Role.ADMIN: frozenset(Right),
}


class Scope(StrEnum):
    """What a token may do at most, whatever its user may. None of them administers."""

    READ = "read"
    EDIT = "edit"
    MONITOR = "monitor"

    @property
    def rights(self) -> frozenset[Right]:
        """All that it may do. Whatever watches over the server reads no documents."""
        right = Right(self.value)
        return frozenset({right} if self is Scope.MONITOR else {Right.READ, right})


def role_called(name: str) -> Role:
    """Return the role of this name.

    :raises UsageError: there is none.
    """
    try:
        return Role(name)
    except ValueError as error:
        raise UsageError(
            "There is no role %(name)s.", "Roles are: %(names)s.", name=repr(name[:40]), names=", ".join(Role)
        ) from error


def scope_called(name: str) -> Scope:
    """Return the scope of this name.

    :raises UsageError: there is none.
    """
    try:
        return Scope(name)
    except ValueError as error:
        raise UsageError(
            "There is no scope %(name)s.", "Scopes are: %(names)s.", name=repr(name[:40]), names=", ".join(Scope)
        ) from error


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

    ``user`` is None where nobody needs to log in, and where nobody has. ``until`` is when their session ends, None for
    who has none.
    """

    user: User | None
    rights: frozenset[Right]
    hidden: frozenset[str] = frozenset()
    until: datetime | None = None

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


def checked_address(text: str) -> str:
    """Return a mail address.

    :raises UsageError: it is none.
    """
    wanted = text.strip()
    if len(wanted) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(wanted):
        raise UsageError(
            "%(address)s is no mail address.", "It looks like ana@example.rs.", address=repr(wanted[:LONGEST_NAME])
        )
    return wanted
