"""Whether users, tokens and collections are what the event log tells, so that nobody has rights that nobody gave.

Of passwords and tokens the log has a digest of what is kept of them (:func:`archive.store.users.seal`), since November
2026; older ones are not compared. Sessions are not in the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from archive.access.records import name_key
from archive.store import events
from archive.store.events import EventName
from archive.store.sql.tables import collection_members, collections, tokens, users
from archive.store.users import seal


@dataclass(slots=True)
class Policies:
    """Who may do what: users (by key) with their role, tokens (by id) with their user and scope, and collections with
    whether they are private and the keys of their members. ``passwords`` (by key) and ``secrets`` (by id of the token)
    have the seal of what is kept; of users and tokens that are not in them the log does not tell it."""

    users: dict[str, str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    passwords: dict[str, str | None] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    secrets: dict[str, str | None] = field(default_factory=dict)
    collections: dict[str, tuple[bool, frozenset[str]]] = field(default_factory=dict)


def told(connection: Connection) -> Policies:
    """What the event log tells.

    :raises KeyError: an event does not say what it should.
    """
    policies = Policies()
    for event in events.after(connection, 0, [EventName.POLICY_ASSIGNMENT]):
        _follow(policies, event.detail)
    return policies


def _follow(policies: Policies, detail: Mapping[str, Any]) -> None:
    if detail["action"] in ("add user", "change password", "keep password anew"):
        _seal(policies.passwords, name_key(detail["user"]), detail)
    match detail["action"]:
        case "add user" | "change role":
            policies.users[name_key(detail["user"])] = detail["role"]
        case "remove user":
            gone = name_key(detail["user"])
            policies.removed.add(gone)
            policies.passwords[gone] = None
            policies.tokens = {id_: token for id_, token in policies.tokens.items() if token[0] != gone}
        case "add token":
            policies.tokens[detail["token"]] = name_key(detail["user"]), detail["scope"]
            _seal(policies.secrets, detail["token"], detail)
        case "revoke token":
            policies.tokens.pop(detail["token"], None)
        case "share collection":
            members = frozenset(map(name_key, detail["members"]))
            policies.collections[detail["collection"]] = bool(detail["private"]), members


def _seal(seals: dict[str, str | None], key: str, detail: Mapping[str, Any]) -> None:
    """Keep the seal that an event tells; one of before there were any says that it is not known."""
    seals.pop(key, None)
    if "seal" in detail:
        seals[key] = detail["seal"]


def kept(connection: Connection) -> Policies:
    """What the tables hold, by which rights are given."""
    of_users, of_tokens = connection.execute(select(users)).all(), connection.execute(select(tokens)).all()
    members: dict[str, set[str]] = {}
    for name, key in connection.execute(select(collection_members.c.collection, collection_members.c.user)):
        members.setdefault(name, set()).add(key)
    shared = connection.execute(select(collections)).all()
    return Policies(
        users={row.key: row.role for row in of_users},
        removed={row.key for row in of_users if row.removed_at is not None},
        passwords={row.key: seal(row.password) for row in of_users},
        tokens={row.id: (row.user, row.scope) for row in of_tokens},
        secrets={row.id: seal(row.digest) for row in of_tokens},
        collections={row.name: (row.is_private, frozenset(members.get(row.name, ()))) for row in shared},
    )


def differences(connection: Connection) -> tuple[str, ...]:
    """What the tables hold otherwise than the log tells, in sentences."""
    return tuple(_differences(told(connection), kept(connection)))


def _differences(log: Policies, tables: Policies) -> Iterator[str]:
    for key in sorted(log.users.keys() | tables.users.keys()):
        before, now = _role(log, key), _role(tables, key)
        if before != now:
            yield f"The user {key} is {now} and the event log says: {before}."
    for id_ in sorted(log.tokens.keys() | tables.tokens.keys()):
        if log.tokens.get(id_) != tables.tokens.get(id_):
            here, there = _of(tables.tokens.get(id_)), _of(log.tokens.get(id_))
            yield f"The token {id_} is {here} and the event log says: {there}."
    for key in sorted(log.passwords.keys() & tables.passwords.keys()):
        if log.passwords[key] != tables.passwords[key]:
            yield f"The password of the user {key} is not the one that the event log tells of."
    for id_ in sorted(log.secrets.keys() & tables.secrets.keys()):
        if log.secrets[id_] != tables.secrets[id_]:
            yield f"The secret of the token {id_} is not the one that the event log tells of."
    for name in sorted(log.collections.keys() | tables.collections.keys()):
        if log.collections.get(name) != tables.collections.get(name):
            here, there = _shared(tables.collections.get(name)), _shared(log.collections.get(name))
            yield f"The collection {name} is {here} and the event log says: {there}."


def _role(policies: Policies, key: str) -> str:
    return "removed" if key in policies.removed else policies.users.get(key, "not there")


def _of(token: tuple[str, str] | None) -> str:
    return f"of {token[0]}, for {token[1]}" if token else "not there"


def _shared(sharing: tuple[bool, frozenset[str]] | None) -> str:
    if sharing is None or not sharing[0]:
        return "public"
    return f"private to {', '.join(sorted(sharing[1])) or 'nobody'}"
