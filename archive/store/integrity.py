"""Integrity of the catalog: the database's own checks, the rows and digests of each document, and users, tokens and
collections against the event log, so that no right exists that nobody granted.

Digests are SHA-256 over named columns, so that a column that is added later does not change them. Since November 2026
the log has a digest of stored password and token hashes (:func:`archive.store.users.seal`); older ones are not
compared. Sessions are not in the log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from archive.access.records import name_key
from archive.errors import CatalogError
from archive.model import Reading
from archive.store.document_rows import reading_of
from archive.store.events import FAILED_READING, EventName, append_event, events_after
from archive.store.sql.database import Repository, in_transaction
from archive.store.sql.tables import (
    clauses,
    collection_members,
    collections,
    decided_facts,
    decisions,
    documents,
    events,
    facts,
    notes,
    page_words,
    pages,
    readings,
    sources,
    superseded_facts,
    tokens,
    users,
)
from archive.store.sql.wordpack import unpack
from archive.store.users import seal

MOST_FAULTS = 20
"""Faults after which the database's check stops."""

_RECORD = ("filename", "media_type", "size", "collection", "added_at", "reading", "page_count", "word_count")
_READING = ("number", "created_at", "agent", "language")
_PAGE = ("number", "first_word", "word_count", "width", "height", "source", "confidence", "language", "script",
         "reason", "note")  # fmt: skip
_FACT = ("ordinal", "field", "value", "reading", "first_word", "last_word", "method", "confidence", "status", "details")
_NOTE = ("id", "reading", "first_word", "last_word", "made_reading", "made_first", "made_last")
_DECISION = ("event", "field", "action", "old", "by", "undone_by")
_CLAUSE = ("reading", "eid", "ordinal", "label", "heading", "topic", "parent", "first_word", "last_word", "level",
           "confidence", "counted")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """An inconsistency of a document. ``reading`` is the number of the reading whose words or pages are damaged; None
    if the fault is in rows that refer to readings."""

    text: str
    reading: int | None


@dataclass(slots=True)
class Inspected:
    """The result of inspecting a document. ``digests`` are those of ``record``, ``facts``, ``decisions`` and
    ``clauses``; ``superseded`` those of superseded facts, by event; ``paths`` are the source paths."""

    revision: int
    newest: int
    faults: list[Fault] = field(default_factory=list)
    reading_digests: dict[int, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    superseded: dict[int, str] = field(default_factory=dict)
    paths: frozenset[str] = frozenset()
    pages: int = 0
    words: int = 0


@dataclass(slots=True)
class _Policies:
    """Access rights: users (by key) with their role, tokens (by id) with user and scope, collections with privacy and
    the keys of their members. ``passwords`` (by key) and ``secrets`` (by token id) have the seals that the log
    records."""

    users: dict[str, str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    passwords: dict[str, str | None] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    secrets: dict[str, str | None] = field(default_factory=dict)
    collections: dict[str, tuple[bool, frozenset[str]]] = field(default_factory=dict)


def _inspect(connection: Connection, document_id: str) -> Inspected | None:
    """Inspect all rows of a document in one transaction; None if there is no such document."""
    record = connection.execute(select(documents).where(documents.c.id == document_id)).first()
    if record is None:
        return None
    found = Inspected(record.revision, record.reading)
    rows = _rows(connection, readings, document_id, _READING, "number")
    if [row.number for row in rows] != list(range(1, record.reading + 1)):
        found.faults.append(Fault(f"it should have readings 1 to {record.reading} and has not", record.reading))
    lengths: dict[int, int] = {}
    for row in rows:
        lengths[row.number] = _inspect_reading(connection, document_id, row, found)
    if lengths and lengths.get(record.reading) != record.word_count:
        counted = f"its newest reading has {lengths.get(record.reading)} words and not {record.word_count}"
        found.faults.append(Fault(counted, record.reading))
    _inspect_pointers(connection, document_id, record, lengths, found)
    for row in _rows(connection, superseded_facts, document_id, ("event", "packed"), "event"):
        found.superseded[row.event] = hashlib.sha256(row.packed).hexdigest()
    found.paths = frozenset(connection.scalars(select(sources.c.path).where(sources.c.document == document_id)))
    return found


class Integrity(Repository):
    """Checks of the catalog, and the records of checks in the event log."""

    def faults(self, *, thorough: bool) -> tuple[str, ...]:
        """Return the faults of the database: of its pages and (only if ``thorough``) indexes, dangling foreign keys,
        decisions without their event. Empty if there are none.

        :raises archive.errors.CatalogError: it is too damaged to be checked.
        """
        orphaned = select(decisions.c.event).where(decisions.c.event.not_in(select(events.c.seq)))
        with self._database.reading() as connection:
            faults = self._database.faults(connection, thorough=thorough, most=MOST_FAULTS)
            for number in connection.scalars(orphaned.limit(MOST_FAULTS)):
                faults.append(f"the decision that event {number} tells of is there, and the event is not")
        return tuple(faults)

    def checks(self, *, thorough: bool) -> str:
        """Return the name of the check that the database server runs for :meth:`faults`; empty for a file."""
        with self._database.reading() as connection:
            return self._database.checks(connection, thorough=thorough)

    def policy_differences(self) -> tuple[str, ...]:
        """Return where users, tokens and collections differ from the event log, in sentences.

        :raises KeyError: an event lacks an expected detail.
        """
        with self._database.reading() as connection:
            return tuple(_differences(_policies_of_log(connection), _policies_kept(connection)))

    inspect = in_transaction(_inspect)

    def seal(self, inspected: Mapping[str, tuple[Inspected, frozenset[int]]]) -> None:
        """Record the digests of these documents in the event log, and of the readings named with each."""
        with self._database.writing() as connection:
            for document_id, (found, numbers) in inspected.items():
                detail = {
                    "algorithm": "SHA-256",
                    "revision": found.revision,
                    "digests": found.digests,
                    "readings": {str(number): found.reading_digests[number] for number in sorted(numbers)},
                }
                append_event(connection, EventName.MESSAGE_DIGEST_CALCULATION, document_id, detail)

    def record_failed_reading(self, document_id: str, reading: int, replaced_by: int) -> None:
        """Record that a reading is permanently damaged and was replaced by another."""
        detail = {"outcome": "fail", FAILED_READING: reading, "replaced_by": replaced_by}
        with self._database.writing() as connection:
            append_event(connection, EventName.FIXITY_CHECK, document_id, detail)


def _inspect_reading(connection: Connection, document_id: str, row: Row[Any], found: Inspected) -> int:
    """Add the faults and the digest of a reading; returns the number of words that its pages declare."""
    try:
        reading: Reading = reading_of(connection, document_id, row.number)
        announced = [page.word_count for page in reading.pages]
    except ValueError as error:
        found.faults.append(Fault(f"the pages of reading {row.number} make no sense: {error}", row.number))
        announced = []
    digest = hashlib.sha256(_line(row))
    query = (
        select(*(pages.c[name] for name in _PAGE), page_words.c.packed)
        .outerjoin(
            page_words,
            (page_words.c.document == pages.c.document)
            & (page_words.c.reading == pages.c.reading)
            & (page_words.c.page == pages.c.number),
        )
        .where(pages.c.document == document_id, pages.c.reading == row.number)
        .order_by(pages.c.number)
    )
    for page in connection.execute(query):
        packed = page.packed or b""
        digest.update(_line(page[:-1]))
        digest.update(hashlib.sha256(packed).digest())
        found.pages += 1
        found.words += page.word_count
        if fault := _fault_of_words(packed, page.word_count):
            found.faults.append(Fault(f"page {page.number} of reading {row.number}: {fault}", row.number))
    found.reading_digests[row.number] = digest.hexdigest()
    return sum(announced)


def _fault_of_words(packed: bytes, count: int) -> str | None:
    try:
        words = unpack(packed)
    except CatalogError as error:
        return error.message
    except ValueError as error:
        return f"Packed words make no sense: {error}."
    return None if len(words) == count else f"{count} words are announced and {len(words)} are there"


def _inspect_pointers(
    connection: Connection, document_id: str, record: Row[Any], lengths: Mapping[int, int], found: Inspected
) -> None:
    """Add the digests of what is known about a document, and a fault for each span outside its reading."""
    read = _rows(connection, facts, document_id, _FACT, "ordinal")
    decided = _rows(connection, decided_facts, document_id, ("event", *_FACT), "event", "ordinal")
    made = _rows(connection, decisions, document_id, _DECISION, "event")
    numbered = _rows(connection, clauses, document_id, _CLAUSE, "reading", "ordinal")
    found.digests = {
        "record": _digest([[getattr(record, name) for name in _RECORD]]),
        "facts": _digest(read),
        "decisions": _digest([*made, *decided]),
        "clauses": _digest(numbered),
    }
    noted = _rows(connection, notes, document_id, _NOTE, "id")
    damaged = {fault.reading for fault in found.faults}
    for name, reading, first, last in _spans([*read, *decided], numbered, noted):
        if reading not in damaged and not 0 <= first <= last < lengths.get(reading, 0):
            at = f"words {first} to {last} of reading {reading}"
            found.faults.append(Fault(f"{name} points at {at}, which are not there", None))


def _spans(
    of_facts: Iterable[Row[Any]], of_clauses: Iterable[Row[Any]], of_notes: Iterable[Row[Any]]
) -> Iterator[tuple[str, int, int, int]]:
    """Yield every span: its name, reading, first and last word."""
    for row in of_facts:
        if row.reading is not None:
            yield f"the {row.field} {row.value!r}", row.reading, row.first_word, row.last_word
    for row in of_clauses:
        yield f"the clause {row.eid}", row.reading, row.first_word, row.last_word
    for row in of_notes:
        # An annotation on a box has no words.
        if row.first_word is not None:
            yield f"the annotation {row.id}", row.reading, row.first_word, row.last_word
            yield f"the annotation {row.id}", row.made_reading, row.made_first, row.made_last


def _rows(
    connection: Connection, table: Table, document_id: str, columns: Sequence[str], *order: str
) -> Sequence[Row[Any]]:
    query = select(*(table.c[name] for name in columns)).where(table.c.document == document_id)
    return connection.execute(query.order_by(*(table.c[name] for name in order))).all()


def _digest(rows: Iterable[Sequence[Any]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_line(row))
    return digest.hexdigest()


def _line(row: Sequence[Any]) -> bytes:
    # Datetimes are the only values that JSON lacks.
    return json.dumps(list(row), ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n"


def _policies_of_log(connection: Connection) -> _Policies:
    policies = _Policies()
    for event in events_after(connection, 0, [EventName.POLICY_ASSIGNMENT]):
        _follow(policies, event.detail)
    return policies


def _follow(policies: _Policies, detail: Mapping[str, Any]) -> None:
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
    """Keep the seal of an event; an event from before seals makes it unknown."""
    seals.pop(key, None)
    if "seal" in detail:
        seals[key] = detail["seal"]


def _policies_kept(connection: Connection) -> _Policies:
    of_users, of_tokens = connection.execute(select(users)).all(), connection.execute(select(tokens)).all()
    members: dict[str, set[str]] = {}
    for name, key in connection.execute(select(collection_members.c.collection, collection_members.c.user)):
        members.setdefault(name, set()).add(key)
    shared = connection.execute(select(collections)).all()
    return _Policies(
        users={row.key: row.role for row in of_users},
        removed={row.key for row in of_users if row.removed_at is not None},
        passwords={row.key: seal(row.password) for row in of_users},
        tokens={row.id: (row.user, row.scope) for row in of_tokens},
        secrets={row.id: seal(row.digest) for row in of_tokens},
        collections={row.name: (row.is_private, frozenset(members.get(row.name, ()))) for row in shared},
    )


def _differences(log: _Policies, tables: _Policies) -> Iterator[str]:
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


def _role(policies: _Policies, key: str) -> str:
    return "removed" if key in policies.removed else policies.users.get(key, "not there")


def _of(token: tuple[str, str] | None) -> str:
    return f"of {token[0]}, for {token[1]}" if token else "not there"


def _shared(sharing: tuple[bool, frozenset[str]] | None) -> str:
    if sharing is None or not sharing[0]:
        return "public"
    return f"private to {', '.join(sorted(sharing[1])) or 'nobody'}"
