"""What the pages show on which people log in, and on which users are managed."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class LogInContext:
    """The form to log in. ``next`` is where the reader goes on."""

    state: SearchState
    name: str
    next: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token, and until when it is worth something."""

    id: str
    title: str
    until: str


@dataclass(frozen=True, slots=True)
class AccountContext:
    """What somebody manages for themselves. ``secret`` is that of a token that was made just now."""

    state: SearchState
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
    """A user, with what is known of them."""

    name: str
    role: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsersContext:
    """Everybody who may log in."""

    state: SearchState
    rows: tuple[UserRow, ...]
    roles: tuple[tuple[str, str], ...]
    shortest: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class SharedRow:
    """A collection, with who sees it; ``members`` as they stand in the form."""

    name: str
    is_private: bool
    members: str
    about: str


@dataclass(frozen=True, slots=True)
class SharingContext:
    """Which collections are private."""

    state: SearchState
    rows: tuple[SharedRow, ...]
    problem: str | None
