"""Users, tokens, persons and collections; roles and their rights."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.errors import UsageError

LONGEST_NAME, LONGEST_COLLECTION, LONGEST_ADDRESS = 64, 100, 254
"""Most characters of a user name, of a collection name, and of a mail address (RFC 5321, erratum 1690)."""

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}", re.ASCII)
"""A mail address as in HTML forms, with a domain of at least two labels."""


class Right(StrEnum):
    """Rights. Visibility is separate: documents of private collections are for their members."""

    READ = "read"
    """Search, read, cite and export; use saved searches."""
    EDIT = "edit"
    """Add documents, correct facts, annotate, and rule on vendors."""
    MONITOR = "monitor"
    """Read the metrics of the server."""
    ADMINISTER = "administer"
    """Manage users and collections; see every collection."""


class Role(StrEnum):
    """Roles of users. Each has all rights of the previous one."""

    READER = "reader"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def rights(self) -> frozenset[Right]:
        """The rights of the role."""
        return _RIGHTS[self]


_RIGHTS = {
    Role.READER: frozenset({Right.READ}),
    Role.EDITOR: frozenset({Right.READ, Right.EDIT}),
    Role.ADMIN: frozenset(Right),
}


class Scope(StrEnum):
    """Upper limits of the rights of a token. None of them administers."""

    READ = "read"
    EDIT = "edit"
    MONITOR = "monitor"

    @property
    def rights(self) -> frozenset[Right]:
        """The rights of the scope. Monitoring includes no reading of documents."""
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
    """A person who may log in. ``name`` also signs their decisions."""

    name: str
    role: Role
    created_at: datetime
    has_password: bool


@dataclass(frozen=True, slots=True)
class Token:
    """A token by which a program acts for ``user``. The secret itself is not stored."""

    id: str
    user: str
    label: str
    scope: Scope
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """The person behind a request: a user with their rights, and the ``hidden`` collections.

    ``user`` is None without a log-in. ``until`` is the end of the session, if there is one.
    """

    user: User | None
    rights: frozenset[Right]
    hidden: frozenset[str] = frozenset()
    until: datetime | None = None

    def may(self, right: Right) -> bool:
        """Return whether the person has a right."""
        return right in self.rights


OWNER = Person(None, frozenset(Right))
"""The person at the archive's own computer, with all rights."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """The access rule of a collection, with the names of its members if it is private."""

    name: str
    is_private: bool
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection, with its numbers of documents and pages, and the date of the last addition."""

    name: str
    documents: int
    pages: int
    newest: datetime


def name_key(name: str) -> str:
    """Return the key of a name, equal for all spellings of one user."""
    return unicodedata.normalize("NFKC", name).casefold()


def checked_user_name(name: str) -> str:
    """Validate the name of a user.

    :raises UsageError: it is empty, too long, or has characters that are special in log-in forms or headers.
    """
    wanted = " ".join(unicodedata.normalize("NFC", name).split())
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable() or set(wanted) & set(":/\\"):
        raise UsageError(
            "The name of a user has 1 to %(most)s characters, without a colon or a slash.", most=LONGEST_NAME
        )
    return wanted


def checked_collection(name: str) -> str:
    """Validate the name of a collection.

    :raises UsageError: it is empty, too long, or has several lines.
    """
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_COLLECTION or not wanted.isprintable():
        raise UsageError("The name of a collection has 1 to %(most)s characters.", most=LONGEST_COLLECTION)
    return wanted


def checked_address(text: str) -> str:
    """Validate a mail address.

    :raises UsageError: it is not valid.
    """
    wanted = text.strip()
    if len(wanted) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(wanted):
        raise UsageError(
            "%(address)s is not a mail address.", "It looks like ana@example.rs.", address=repr(wanted[:LONGEST_NAME])
        )
    return wanted
