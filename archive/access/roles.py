"""Roles, and what each of them may do."""

from __future__ import annotations

from enum import StrEnum

from archive.errors import UsageError


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
