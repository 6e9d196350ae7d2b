"""The pages on which people log in, and on which users and private collections are managed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.access.passwords import SHORTEST
from archive.access.records import Sharing, Token, User
from archive.access.roles import Role, Scope
from archive.accounts import MOST_TOKEN_DAYS
from webapp.contexts.access import (
    AccountContext,
    SharedRow,
    SharingContext,
    TokenRow,
    UserRow,
    UsersContext,
)
from webapp.languages.translation import gettext, marked, plural
from webapp.presenters.wording import day, moment
from webapp.search_state import SearchState

TOKEN_DAYS = 90
"""Days that a token lasts if nothing else is said."""

_STATE = SearchState()
_ROLES = {
    Role.READER: marked("reader"),
    Role.EDITOR: marked("editor"),
    Role.ADMIN: marked("admin"),
}
_SCOPES = {
    Scope.READ: marked("may read"),
    Scope.EDIT: marked("may read and edit"),
    Scope.MONITOR: marked("may watch over the server"),
}


def present_account(
    user: User,
    tokens: Iterable[Token],
    secret: str | None = None,
    problem: str | None = None,
) -> AccountContext:
    """What somebody manages for themselves."""
    return AccountContext(
        state=_STATE,
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
    """Everybody who may log in."""
    counts: dict[str, int] = {}
    for token in tokens:
        counts[token.user] = counts.get(token.user, 0) + 1
    return UsersContext(
        state=_STATE,
        rows=tuple(UserRow(user.name, user.role.value, _about(user, counts.get(user.name, 0))) for user in users),
        roles=tuple((role.value, role_name(role)) for role in Role),
        shortest=SHORTEST,
        problem=problem,
    )


def present_sharing(sharings: Iterable[Sharing], names: Iterable[str], problem: str | None = None) -> SharingContext:
    """Every collection, with who sees it; ``names`` are those that hold documents."""
    known = {one.name: one for one in sharings}
    every = [known.get(name, Sharing(name, is_private=False, members=())) for name in sorted({*known, *names})]
    return SharingContext(_STATE, tuple(map(_shared, every)), problem)


def role_name(role: Role) -> str:
    """A role in the reader's language."""
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
