"""Rows of vendors and of rulings on them: queries that several modules share.

A ruling is keyed by the number of its event, and also recorded in the event log, so that forged or changed rulings are
detected. An undone one is kept, with the event that undid it. Everything else is derived from rulings and facts
(:mod:`archive.store.vendors.changes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, select

from archive.model import Fact
from archive.model.description import VendorName
from archive.model.fields import VENDOR_FIELDS
from archive.store.collections import private_collections
from archive.store.fact_rows import fact_of, facts_by_document
from archive.store.sql.database import grouped, rows_among
from archive.store.sql.tables import (
    collections,
    decisions,
    documents,
    facts,
    vendor_keys,
    vendor_mentions,
    vendor_rulings,
    vendors,
)
from archive.vendors.entities import Entity, named
from archive.vendors.identity import REGISTERS, Mention
from archive.vendors.names import words
from archive.vendors.rulings import Anchor, RecordedRuling, Ruling, RulingAction

LONGEST_KEY = 300
"""Most characters of a key that a vendor is found by. One letter of a name may become 18 of a key (U+FDFA)."""


@dataclass(frozen=True, slots=True)
class VendorSecrets:
    """Names by visibility. ``private`` has, by vendor, the names printed in private collections with these collections;
    ``public`` the names that the same vendors have in others."""

    private: Mapping[str, Mapping[str, frozenset[str]]]
    public: Mapping[str, frozenset[str]]

    def secret(self, vendor: str, collection: str) -> set[str]:
        """Return the names of a vendor that neither a document of a collection nor a public one prints."""
        return {
            name
            for name, collections in self.private.get(vendor, {}).items()
            if name not in self.public.get(vendor, ()) and collection not in collections
        }

    def kept(self, vendor: str, collection: str, printed: str, called: VendorName) -> VendorName:
        """Return the displayed name of a vendor in a document of a collection, without secret names."""
        secret = self.secret(vendor, collection)
        if not secret:
            return called
        others = tuple(name for name in called.others if name not in secret)
        # A namesake has its number after its name.
        is_secret = called.name in secret or any(called.name.startswith(f"{name} (") for name in secret)
        return VendorName(printed if is_secret else called.name, others)


def all_rulings(connection: Connection, among: Iterable[int] | None = None) -> list[RecordedRuling]:
    """Return all rulings, including undone ones, in the order in which they were made.

    :param among: their events, or None for all.
    """
    query = select(vendor_rulings).order_by(vendor_rulings.c.event)
    return [
        RecordedRuling(
            row.event,
            row.at,
            Ruling(RulingAction(row.action), anchor_of(row.one), anchor_of(row.other), row.by),
            row.undone_by,
        )
        for row in rows_among(connection, query, vendor_rulings.c.event, None if among is None else sorted(among))
    ]


def rulings_in_force(connection: Connection) -> list[RecordedRuling]:
    """Return the rulings in force, in the order in which they were made."""
    return [recorded for recorded in all_rulings(connection) if recorded.undone_by is None]


def anchor_of(kept: Mapping[str, Any]) -> Anchor:
    """Parse the anchor of a ruling from JSON.

    :raises ValueError: it names no vendor.
    """
    try:
        name, number = kept["name"], kept["number"]
        return Anchor(name, None if number is None else (number[0], number[1]))
    except (LookupError, TypeError) as error:
        raise ValueError(f"A ruling on vendors does not name one: {kept}") from error


def names_of_vendors(connection: Connection, ids: Iterable[str] | None = None) -> dict[str, dict[str, VendorName]]:
    """Return the vendors' names and search words by document and printed name, except where they equal the printed
    name. No name of a private collection is returned for a document of another one.

    :param ids: the documents, or None for all.
    """
    return vendors_of_documents(connection, ids)[1]


def vendors_of_documents(
    connection: Connection, ids: Iterable[str] | None = None
) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, VendorName]]]:
    """Return the ids of vendors and bidders, and the vendors' names (:func:`names_of_vendors`), both by document and
    printed name, with one query per batch."""
    has_private = exists(select(collections.c.name).where(collections.c.is_private))
    columns = (vendor_mentions.c.document, vendor_mentions.c.name.label("printed"), vendors.c.name, vendors.c.others)
    query = (
        select(*columns, vendors.c.id, documents.c.collection, vendor_mentions.c.won, has_private.label("has_private"))
        .join(vendors, vendors.c.id == vendor_mentions.c.vendor)
        .join(documents, documents.c.id == vendor_mentions.c.document)
    )
    rows = list(rows_among(connection, query, vendor_mentions.c.document, ids))
    secrets = secrets_of_vendors(connection, {row.id for row in rows} if rows and rows[0].has_private else ())
    by_name: dict[str, dict[str, str]] = {}
    known: dict[str, dict[str, VendorName]] = {}
    for row in rows:
        by_name.setdefault(row.document, {})[row.printed] = row.id
        if row.won:
            called = secrets.kept(row.id, row.collection, row.printed, VendorName(row.name, tuple(row.others)))
            if called != VendorName(row.printed, ()):
                known.setdefault(row.document, {})[row.printed] = called
    return by_name, known


def vendors_by_key(connection: Connection, keys: Iterable[str]) -> dict[str, list[str]]:
    """Return the ids of the vendors that each of these texts names: by a name in any script and spelling, a number, or
    an id."""
    return _by_key(connection, select(vendor_keys.c.key, vendor_keys.c.vendor), keys)


def vendor_names_by_key(connection: Connection, keys: Iterable[str]) -> dict[str, list[str]]:
    """Return the names of the vendors that each of these texts names, as :func:`vendors_by_key` returns their ids."""
    query = select(vendor_keys.c.key, vendors.c.name).join(vendors, vendors.c.id == vendor_keys.c.vendor)
    return _by_key(connection, query, keys)


def _by_key(connection: Connection, query: Select[tuple[str, str]], keys: Iterable[str]) -> dict[str, list[str]]:
    forms = {key: key_of(key) for key in keys}
    rows = rows_among(connection, query.order_by(vendor_keys.c.vendor), vendor_keys.c.key, forms.values())
    found: dict[str, list[str]] = grouped(tuple(row) for row in rows)
    return {key: found[form] for key, form in forms.items() if form in found}


def vendor_names(connection: Connection, ids: Iterable[str] | None = None) -> dict[str, str]:
    """Return the names of the vendors with these ids, or of all; unknown ids are omitted."""
    query = select(vendors.c.id, vendors.c.name)
    return {row.id: row.name for row in rows_among(connection, query, vendors.c.id, ids)}


def load_vendors(connection: Connection, ids: Sequence[str] | None = None) -> list[Entity]:
    """Return these vendors in this order, or all of them; unknown ids are omitted."""
    query = select(vendor_mentions, vendors.c.name.label("called")).join(
        vendors, vendors.c.id == vendor_mentions.c.vendor
    )
    rows = list(rows_among(connection, query, vendor_mentions.c.vendor, ids))
    called = {row.vendor: row.called for row in rows}
    found = grouped((row.vendor, mention_of(row)) for row in rows)
    return [named(id_, called[id_], found[id_]) for id_ in (sorted(called) if ids is None else ids) if id_ in found]


def firms_named_in(connection: Connection, ids: Iterable[str]) -> dict[str, dict[str, tuple[str, str]]]:
    """Return the id and name of each vendor and bidder of these documents, by document and printed name."""
    columns = (vendor_mentions.c.document, vendor_mentions.c.name.label("printed"), vendors.c.id, vendors.c.name)
    query = select(*columns).join(vendors, vendors.c.id == vendor_mentions.c.vendor)
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for row in rows_among(connection, query, vendor_mentions.c.document, ids):
        found.setdefault(row.document, {})[row.printed] = row.id, row.name
    return found


def mentions_of(document_id: str, named_in_it: Iterable[Fact]) -> list[Mention]:
    """Return the firms that the facts of a document name, other than as proposed. Of two register numbers, a certain
    one is taken, else the first."""
    found = []
    for name, same in grouped((fact.value, fact) for fact in named_in_it if not fact.is_proposed).items():
        numbers: dict[str, str] = {}
        failed: set[str] = set()
        for fact in sorted(same, key=lambda fact: fact.details.get("check_failed", "") != ""):
            fails = fact.details.get("check_failed", "").split()
            new = [one for one in REGISTERS if one in fact.details and one not in numbers]
            numbers |= {one: fact.details[one] for one in new}
            failed |= {one for one in new if one in fails}
        fields = {fact.field for fact in same}
        in_order = tuple(sorted(numbers.items()))
        found.append(Mention(document_id, name, "vendor" in fields, "bidder" in fields, in_order, frozenset(failed)))
    return found


def mentions_in_documents(connection: Connection, ids: Iterable[str] | None = None) -> dict[str, list[Mention]]:
    """Return the distinct firms that each document names; documents that name none are omitted.

    :param ids: the documents, or None for all.
    """
    wanted = None if ids is None else list(ids)

    def is_of_firms(field: ColumnElement[str]) -> ColumnElement[bool]:
        """Return the condition that a field names firms; wrapped in a function, so that SQLite does not use the index
        of the field."""
        return (field if wanted is None else func.coalesce(field, "")).in_(VENDOR_FIELDS)

    of_firms = select(facts).where(is_of_firms(facts.c.field)).order_by(facts.c.document, facts.c.ordinal)
    read = rows_among(connection, of_firms, facts.c.document, wanted)
    by_document = grouped((row.document, fact_of(row)) for row in read)
    on_firms = and_(is_of_firms(decisions.c.field), decisions.c.undone_by.is_(None))
    of_decisions = select(decisions.c.document).where(on_firms).distinct()
    decided = [row.document for row in rows_among(connection, of_decisions, decisions.c.document, wanted)]
    settled = facts_by_document(connection, decided)
    for id_ in decided:
        by_document[id_] = [fact for fact in settled.get(id_, ()) if fact.field in VENDOR_FIELDS]
    return {id_: found for id_, named in by_document.items() if (found := mentions_of(id_, named))}


def secrets_of(named: Iterable[tuple[str, str, str]], private: AbstractSet[str]) -> VendorSecrets:
    """Determine the secret names.

    :param named: triples of vendor, printed name and the document's collection.
    :param private: the private collections.
    """
    theirs: dict[str, dict[str, frozenset[str]]] = {}
    everybodys: dict[str, frozenset[str]] = {}
    for vendor, name, collection in named:
        if collection in private:
            names = theirs.setdefault(vendor, {})
            names[name] = names.get(name, frozenset()) | {collection}
        else:
            everybodys[vendor] = everybodys.get(vendor, frozenset()) | {name}
    return VendorSecrets(theirs, everybodys)


def documents_of_vendors(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Return the documents that name one of these vendors."""
    query = select(vendor_mentions.c.document).distinct()
    return {row.document for row in rows_among(connection, query, vendor_mentions.c.vendor, ids)}


def key_of(text: str) -> str:
    """Return the search key of a text: its words in one script and case, truncated if too long."""
    return (" ".join(words(text)) or text)[:LONGEST_KEY]


def secrets_of_vendors(connection: Connection, ids: Iterable[str]) -> VendorSecrets:
    """Determine the secret names of these vendors. Reads nothing if there are none, or if no collection is private."""
    wanted = list(ids)
    private = private_collections(connection) if wanted else frozenset()
    query = select(vendor_mentions.c.vendor, vendor_mentions.c.name, documents.c.collection).distinct()
    query = query.join(documents, documents.c.id == vendor_mentions.c.document)
    rows = rows_among(connection, query, vendor_mentions.c.vendor, wanted if private else ())
    return secrets_of({tuple(row) for row in rows}, private)


def mention_of(row: Row[Any]) -> Mention:
    """Build a mention from its row."""
    numbers = tuple(sorted(row.numbers.items()))
    return Mention(row.document, row.name, row.won, row.bid, numbers, frozenset(row.failed.split()))
