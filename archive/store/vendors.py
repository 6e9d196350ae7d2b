"""Queries on the firms behind the names of vendors and bidders.

What persons say of them is recorded under the numbers of its events. Everything else here follows from that and from
the facts: :func:`identify` makes it anew, and has search learn of the documents whose vendors are called otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select

from archive.description import VendorName
from archive.fields import VENDOR_FIELDS
from archive.model import Fact
from archive.store import documents, events, sharing, vendor_secrets
from archive.store.decisions import facts_by_document
from archive.store.events import EventName
from archive.store.facts import fact_of
from archive.store.sql.database import batches
from archive.store.sql.tables import decisions, facts, meta, vendor_keys, vendor_mentions, vendors
from archive.store.sql.tables import documents as documents_table
from archive.store.vendor_rows import keep, key_of, mention_of, rows_in, tables_of
from archive.store.vendor_rulings import standing
from archive.vendors.entities import Entity, entities, named, ruled
from archive.vendors.identity import REGISTERS, Mention
from archive.vendors.names import words
from archive.vendors.rulings import Ruling

_AS_OF = "vendors_as_of"
"""What is kept about the archive as a whole: the last event that the vendors take into account."""


_TOLD_BY = (
    EventName.INGESTION,
    EventName.METADATA_EXTRACTION,
    EventName.METADATA_MODIFICATION,
    EventName.POLICY_ASSIGNMENT,
)
"""The events that can tell of other vendors."""


def are_identified(connection: Connection) -> bool:
    """Whether the vendors take everything into account that has happened."""
    as_of = connection.scalar(select(meta.c.value).where(meta.c.key == _AS_OF))
    return not any(_is_of_vendors(event) for event in events.after(connection, int(as_of or 0), _TOLD_BY))


def _is_of_vendors(event: events.Event) -> bool:
    """Whether what happened can change who is who: not a note, and no decision on another field. Which collections are
    private changes what a firm is called."""
    if event.name == EventName.POLICY_ASSIGNMENT:
        return "collection" in event.detail
    return "annotation" not in event.detail and event.detail.get("field", "vendor") in VENDOR_FIELDS


def identify(connection: Connection) -> None:
    """Find the vendors anew, and give the documents whose vendors are called or found otherwise a new revision.

    Where nothing has happened since that was done, nothing is.
    """
    if are_identified(connection):
        return
    _replace(connection, _found(connection))


def are_as_computed(connection: Connection) -> bool:
    """Whether the tables hold what facts and rulings come to. Where they are to be found anew, they need not yet."""
    if not are_identified(connection):
        return True
    return all(rows_in(connection, table) == wanted for table, wanted in tables_of(_found(connection)))


def forget(connection: Connection) -> None:
    """Have :func:`identify` find them anew, though nothing has happened."""
    connection.execute(delete(meta).where(meta.c.key == _AS_OF))


def lay(connection: Connection, ruling: Ruling) -> None:
    """Have a ruling that was made just now take effect on the vendors as they were found before it.

    That is what finding them anew would come to, and quicker.
    """
    before = [vendor.mentions for vendor in load(connection)]
    _replace(connection, ruled(before, [ruling], sharing.private_documents(connection)))


def _found(connection: Connection) -> list[Entity]:
    rulings = [recorded.ruling for recorded in standing(connection)]
    return entities(_mentions(connection), rulings, sharing.private_documents(connection))


def _replace(connection: Connection, found: Sequence[Entity]) -> None:
    before = names_of_vendors(connection)
    for table, wanted in tables_of(found):
        keep(connection, table, wanted)
    after = names_of_vendors(connection)
    touched = [id_ for id_ in before.keys() | after.keys() if before.get(id_) != after.get(id_)]
    documents.revise(connection, touched)
    connection.execute(delete(meta).where(meta.c.key == _AS_OF))
    connection.execute(insert(meta).values(key=_AS_OF, value=str(events.newest(connection))))


def names_of_vendors(connection: Connection, ids: Iterable[str] | None = None) -> dict[str, dict[str, VendorName]]:
    """By document, and by the name that it prints, what its vendors are called and found by; where that is the printed
    name alone, it is left out. No name of a private collection is told of a document of another one.

    :param ids: the documents, or None for all.
    """
    columns = (vendor_mentions.c.document, vendor_mentions.c.name.label("printed"), vendors.c.name, vendors.c.others)
    query = (
        select(*columns, vendors.c.id, documents_table.c.collection)
        .join(vendors, vendors.c.id == vendor_mentions.c.vendor)
        .join(documents_table, documents_table.c.id == vendor_mentions.c.document)
        .where(vendor_mentions.c.won)
    )
    queries = [query] if ids is None else [query.where(vendor_mentions.c.document.in_(some)) for some in batches(ids)]
    rows = [row for one in queries for row in connection.execute(one)]
    secrets = vendor_secrets.load(connection, {row.id for row in rows})
    known: dict[str, dict[str, VendorName]] = {}
    for row in rows:
        called = secrets.kept(row.id, row.collection, row.printed, VendorName(row.name, tuple(row.others)))
        if called != VendorName(row.printed, ()):
            known.setdefault(row.document, {})[row.printed] = called
    return known


def ids_by_key(connection: Connection, keys: Iterable[str]) -> dict[str, list[str]]:
    """The vendors that each of these texts names: by a name in any script and print, a number, or an id."""
    forms = {key: key_of(key) for key in keys}
    found: dict[str, list[str]] = {}
    for batch in batches(forms.values()):
        query = select(vendor_keys).where(vendor_keys.c.key.in_(batch)).order_by(vendor_keys.c.vendor)
        for row in connection.execute(query):
            found.setdefault(row.key, []).append(row.vendor)
    return {key: found[form] for key, form in forms.items() if form in found}


def names(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """What vendors of these ids are called; unknown ids are left out."""
    called: dict[str, str] = {}
    for batch in batches(ids):
        query = select(vendors.c.id, vendors.c.name).where(vendors.c.id.in_(batch))
        called |= {row.id: row.name for row in connection.execute(query)}
    return called


def listed(connection: Connection, text: str, limit: int | None, offset: int) -> tuple[int, list[str]]:
    """How many vendors have these words or this number one after another in a name or number, and the ids of some of
    them, those in most documents first."""
    query = select(vendor_mentions.c.vendor).group_by(vendor_mentions.c.vendor)
    form = " ".join(words(text))
    if form:
        with_form = vendor_keys.c.key.contains(form, autoescape=True)
        query = query.where(vendor_mentions.c.vendor.in_(select(vendor_keys.c.vendor).where(with_form)))
    total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
    by_documents = func.count(vendor_mentions.c.document.distinct()).desc()
    return total, list(
        connection.scalars(query.order_by(by_documents, vendor_mentions.c.vendor).limit(limit).offset(offset))
    )


def load(connection: Connection, ids: Sequence[str] | None = None) -> list[Entity]:
    """These vendors in this order, or all of them; unknown ids are left out."""
    called = dict(_rows(connection, select(vendors.c.id, vendors.c.name))) if ids is None else names(connection, ids)
    grouped: dict[str, list[Mention]] = {}
    query = select(vendor_mentions)
    queries = [query] if ids is None else [query.where(vendor_mentions.c.vendor.in_(some)) for some in batches(ids)]
    for one in queries:
        for row in connection.execute(one):
            grouped.setdefault(row.vendor, []).append(mention_of(row))
    return [named(id_, called[id_], grouped[id_]) for id_ in (called if ids is None else ids) if id_ in grouped]


def vendors_of(connection: Connection, document_id: str) -> dict[str, str]:
    """The ids of the vendors and bidders of a document, by the names that it prints."""
    query = select(vendor_mentions.c.name, vendor_mentions.c.vendor).where(vendor_mentions.c.document == document_id)
    return dict(_rows(connection, query))


def documents_naming(connection: Connection, vendor_id: str, limit: int, offset: int) -> list[str]:
    """Some of the documents that name a vendor, the newest first by the dates that rules read."""
    dated = and_(facts.c.document == vendor_mentions.c.document, facts.c.field.in_(("date", "year")))
    newest = func.coalesce(func.max(facts.c.value), "").desc()
    query = (
        select(vendor_mentions.c.document)
        .outerjoin(facts, dated)
        .where(vendor_mentions.c.vendor == vendor_id)
        .group_by(vendor_mentions.c.document)
        .order_by(newest, vendor_mentions.c.document)
    )
    return list(connection.scalars(query.limit(limit).offset(offset)))


def _rows(connection: Connection, query: Any) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in connection.execute(query)]


def _mentions(connection: Connection) -> list[Mention]:
    """Each firm that a document names, once."""
    by_document: dict[str, list[Fact]] = {}
    of_firms = select(facts).where(facts.c.field.in_(VENDOR_FIELDS)).order_by(facts.c.document, facts.c.ordinal)
    for row in connection.execute(of_firms):
        by_document.setdefault(row.document, []).append(fact_of(row))
    on_firms = and_(decisions.c.field.in_(VENDOR_FIELDS), decisions.c.undone_by.is_(None))
    decided = list(connection.scalars(select(decisions.c.document).where(on_firms).distinct()))
    settled = facts_by_document(connection, decided)
    for id_ in decided:
        by_document[id_] = [fact for fact in settled.get(id_, ()) if fact.field in VENDOR_FIELDS]
    return [mention for id_, of_document in by_document.items() for mention in mentions_of(id_, of_document)]


def mentions_of(document_id: str, named_in_it: Iterable[Fact]) -> list[Mention]:
    """The firms that the facts of one document name. Of two numbers in a register, a sure one counts, or the first."""
    by_name: dict[str, list[Fact]] = {}
    for fact in named_in_it:
        by_name.setdefault(fact.value, []).append(fact)
    found = []
    for name, same in by_name.items():
        numbers: dict[str, str] = {}
        failed: set[str] = set()
        for fact in sorted(same, key=lambda fact: fact.details.get("check_failed", "") != ""):
            fails = fact.details.get("check_failed", "").split()
            new = [one for one in REGISTERS if one in fact.details and one not in numbers]
            numbers |= {one: fact.details[one] for one in new}
            failed |= {one for one in new if one in fails}
        fields = {fact.field for fact in same}
        told = tuple(sorted(numbers.items()))
        found.append(Mention(document_id, name, "vendor" in fields, "bidder" in fields, told, frozenset(failed)))
    return found
