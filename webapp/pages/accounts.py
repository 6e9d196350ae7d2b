"""Contexts of the pages for login, users and private collections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.access.passwords import SHORTEST
from archive.access.records import Role, Scope, Sharing, Token, User
from archive.accounts import MOST_TOKEN_DAYS
from webapp.languages.translation import gettext, marked, plural
from webapp.pages.parts import Context
from webapp.pages.wording import day, moment


@dataclass(frozen=True, slots=True)
class LogInContext(Context):
    """The login form. ``next`` is the page to open after it; ``was_sent`` says that a form was sent and lost."""

    name: str
    next: str
    problem: str | None
    was_sent: bool = False


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token with its expiry."""

    id: str
    title: str
    until: str


@dataclass(frozen=True, slots=True)
class AccountContext(Context):
    """The account of the user. ``secret`` is that of a token just created."""

    name: str
    role: str
    tokens: tuple[TokenRow, ...]
    scopes: tuple[str, ...]
    days: int
    most_days: int
    secret: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user with details."""

    name: str
    role: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsersContext(Context):
    """All users."""

    rows: tuple[UserRow, ...]
    roles: tuple[tuple[str, str], ...]
    shortest: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A collection, with who may see it; ``members`` as in the form."""

    name: str
    is_private: bool
    members: str
    about: str


@dataclass(frozen=True, slots=True)
class SharingContext(Context):
    """The access to collections."""

    rows: tuple[SharedRow, ...]
    problem: str | None


TOKEN_DAYS = 90
"""Default lifetime of a token in days."""

_ROLES = {Role.READER: marked("reader"), Role.EDITOR: marked("editor"), Role.ADMIN: marked("admin")}
_SCOPES = {
    Scope.READ: marked("may read"),
    Scope.EDIT: marked("may read and edit"),
    Scope.MONITOR: marked("may watch over the server"),
}


def present_account(
    user: User, tokens: Iterable[Token], secret: str | None = None, problem: str | None = None
) -> AccountContext:
    """Return the context of the user's account."""
    return AccountContext(
        name=user.name,
        role=role_name(user.role),
        tokens=tuple(map(_token, tokens)),
        scopes=tuple(scope.value for scope in Scope if scope.rights <= user.role.rights),
        days=TOKEN_DAYS,
        most_days=MOST_TOKEN_DAYS,
        secret=secret,
        problem=problem,
    )


def present_users(users: Sequence[User], tokens: Iterable[Token], problem: str | None = None) -> UsersContext:
    """Return the context of all users."""
    counts: dict[str, int] = {}
    for token in tokens:
        counts[token.user] = counts.get(token.user, 0) + 1
    return UsersContext(
        rows=tuple(UserRow(user.name, user.role.value, _about(user, counts.get(user.name, 0))) for user in users),
        roles=tuple((role.value, role_name(role)) for role in Role),
        shortest=SHORTEST,
        problem=problem,
    )


def present_sharing(sharings: Iterable[Sharing], names: Iterable[str], problem: str | None = None) -> SharingContext:
    """Return the context of the access to collections; ``names`` are those that have documents."""
    known = {one.name: one for one in sharings}
    every = [known.get(name, Sharing(name, is_private=False, members=())) for name in sorted({*known, *names})]
    return SharingContext(tuple(map(_shared, every)), problem)


def role_name(role: Role) -> str:
    """Return a role in the reader's language."""
    return gettext(_ROLES[role])


def _about(user: User, tokens: int) -> tuple[str, ...]:
    about = [role_name(user.role), gettext("since %(day)s", day=day(user.created_at))]
    if not user.has_password:
        about.append(gettext("no password"))
    if tokens:
        about.append(plural("%(count)s token", "%(count)s tokens", tokens))
    return tuple(about)


def _token(token: Token) -> TokenRow:
    title = f"{token.label or token.id}: {gettext(_SCOPES[token.scope])}"
    return TokenRow(token.id, title, gettext("until %(moment)s", moment=moment(token.expires_at)))


def _shared(one: Sharing) -> SharedRow:
    if not one.is_private:
        about = gettext("Everybody who may log in sees it.")
    elif one.members:
        about = gettext("Seen by %(names)s, and by admins.", names=", ".join(one.members))
    else:
        about = gettext("Seen by admins only.")
    return SharedRow(one.name, one.is_private, ", ".join(one.members), about)
