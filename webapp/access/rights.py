"""What one must be allowed to for each address. Whoever adds one that changes something need not think of it.

Reading needs the right to read, and everything that is sent (every method but GET, HEAD and OPTIONS) that to edit. The
tables say what is otherwise.
"""

from __future__ import annotations

from archive.access.roles import Right

OPEN = frozenset({"static", "health.show", "health.ready", "login.show", "login.enter", "language.choose"})
"""For everybody, without logging in."""

SENT_BY_READERS = frozenset(
    {
        "account.add_token",
        "account.change_password",
        "account.revoke_token",
        "api.lists",
        "api.verify_posted",
        "lists.search",
        "login.leave",
        "saved.mark_read",
        "saved.save",
        "verify.verify",
    }
)
"""What is sent, and changes no document: what a reader does for themselves, and questions too long for an address."""

FORMS_OF_EDITORS = frozenset({"add.show", "correct.show", "review_table.show"})
"""Forms that only an editor could send."""

OF_ADMINS = frozenset({"users"})
"""Blueprints that only admins enter."""

OF_MONITORS = frozenset({"metrics"})
"""Blueprints for admins, and for tokens that watch over the server."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def needed(endpoint: str | None, method: str) -> Right | None:
    """The right that a request needs; None if it needs none. An address that leads nowhere needs that to read: what
    is there and what is not, is told to nobody who may not read."""
    if endpoint in OPEN:
        return None
    if endpoint is not None and endpoint.partition(".")[0] in OF_ADMINS:
        return Right.ADMINISTER
    if endpoint is not None and endpoint.partition(".")[0] in OF_MONITORS:
        return Right.MONITOR
    if endpoint in FORMS_OF_EDITORS or (method not in SAFE_METHODS and endpoint not in SENT_BY_READERS):
        return Right.EDIT
    return Right.READ
