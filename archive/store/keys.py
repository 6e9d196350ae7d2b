"""Queries on what a user is known by: sessions and tokens, of which only digests are kept."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from archive.access.records import Token, User, name_key
from archive.access.roles import Scope
from archive.errors import UsageError
from archive.store import events, users
from archive.store.access_tables import sessions, tokens
from archive.store.access_tables import users as user_rows
from archive.store.events import EventName


def begin_session(connection: Connection, name: str, digest: str, now: datetime, expires_at: datetime) -> None:
    """Keep a session of a user, and forget those that have ended."""
    connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
    row = {"digest": digest, "user": name_key(name), "created_at": now, "expires_at": expires_at}
    connection.execute(insert(sessions).values(row))


def session_user(connection: Connection, digest: str, now: datetime) -> User | None:
    """Whose session it is; None if it is none, or has ended."""
    query = (
        select(user_rows)
        .join(sessions, sessions.c.user == user_rows.c.key)
        .where(sessions.c.digest == digest, sessions.c.expires_at > now, user_rows.c.removed_at.is_(None))
    )
    row = connection.execute(query).first()
    return users.user_of(row) if row else None


def end_session(connection: Connection, digest: str) -> None:
    """Forget a session."""
    connection.execute(delete(sessions).where(sessions.c.digest == digest))


def add_token(
    connection: Connection,
    name: str,
    label: str,
    digest: str,
    scope: Scope,
    now: datetime,
    expires_at: datetime,
    by: str,
) -> Token:
    """Keep a token of a user.

    :raises archive.errors.UnknownUser: there is no such user.
    """
    user = users.one(connection, name)
    id_ = secrets.token_hex(4)
    row = {"id": id_, "digest": digest, "user": name_key(name), "label": label, "scope": scope}
    connection.execute(insert(tokens).values(row | {"created_at": now, "expires_at": expires_at}))
    told = {
        "action": "add token",
        "token": id_,
        "scope": scope,
        "user": user.name,
        "by": by,
        "seal": users.seal(digest),
    }
    events.append(connection, EventName.POLICY_ASSIGNMENT, None, told)
    return Token(id_, user.name, label, scope, now, expires_at)


def token_user(connection: Connection, digest: str, now: datetime) -> tuple[User, Scope] | None:
    """Whose token it is, and what it may do at most; None if it is none, or has ended."""
    query = (
        select(user_rows, tokens.c.scope)
        .join(tokens, tokens.c.user == user_rows.c.key)
        .where(tokens.c.digest == digest, tokens.c.expires_at > now, user_rows.c.removed_at.is_(None))
    )
    row = connection.execute(query).first()
    return (users.user_of(row), Scope(row.scope)) if row else None


def tokens_of(connection: Connection, name: str | None) -> list[Token]:
    """The tokens of a user, or of all, the newest last. Those that have ended are listed until they are revoked."""
    query = select(tokens, user_rows.c.name.label("called")).join(user_rows, user_rows.c.key == tokens.c.user)
    if name is not None:
        query = query.where(tokens.c.user == name_key(name))
    return [_token(row) for row in connection.execute(query.order_by(tokens.c.created_at))]


def revoke_token(connection: Connection, token_id: str, by: str, of_user: str | None = None) -> Token:
    """Forget a token.

    :param of_user: whose it must be.
    :raises UsageError: there is none of this id.
    """
    found = [token for token in tokens_of(connection, of_user) if token.id == token_id]
    if not found:
        raise UsageError("There is no token %(name)s.", "See: dosije user list", name=repr(token_id[:40]))
    connection.execute(delete(tokens).where(tokens.c.id == token_id))
    told = {"action": "revoke token", "token": token_id, "user": found[0].user, "by": by}
    events.append(connection, EventName.POLICY_ASSIGNMENT, None, told)
    return found[0]


def _token(row: Row[Any]) -> Token:
    return Token(row.id, row.called, row.label, Scope(row.scope), row.created_at, row.expires_at)
