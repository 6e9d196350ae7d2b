"""Whether users, tokens and collections are what the event log tells, so that nobody has rights that nobody gave.

Passwords and sessions are not in the log, which tells no secrets. A password that was changed behind the program's back
lets somebody in under the name of a user, and is not noticed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from archive.access.records import name_key
from archive.store import events
from archive.store.access_tables import collection_members, collections, tokens, users
from archive.store.events import EventName


@dataclass(slots=True)
class Policies:
    """Who may do what: users (by key) with their role, tokens (by id) with their user and scope, and collections with
    whether they are private and the keys of their members."""

    users: dict[str, str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
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
    match detail["action"]:
        case "add user" | "change role":
            policies.users[name_key(detail["user"])] = detail["role"]
        case "remove user":
            gone = name_key(detail["user"])
            policies.removed.add(gone)
            policies.tokens = {id_: token for id_, token in policies.tokens.items() if token[0] != gone}
        case "add token":
            policies.tokens[detail["token"]] = name_key(detail["user"]), detail["scope"]
        case "revoke token":
            policies.tokens.pop(detail["token"], None)
        case "share collection":
            members = frozenset(map(name_key, detail["members"]))
            policies.collections[detail["collection"]] = bool(detail["private"]), members


def kept(connection: Connection) -> Policies:
    """What the tables hold, by which rights are given."""
    of_users = connection.execute(select(users)).all()
    members: dict[str, set[str]] = {}
    for name, key in connection.execute(select(collection_members.c.collection, collection_members.c.user)):
        members.setdefault(name, set()).add(key)
    shared = connection.execute(select(collections)).all()
    return Policies(
        users={row.key: row.role for row in of_users},
        removed={row.key for row in of_users if row.removed_at is not None},
        tokens={row.id: (row.user, row.scope) for row in connection.execute(select(tokens))},
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
