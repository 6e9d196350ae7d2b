"""Rebuild of all vendors from all facts and rulings: for the first time, after a change of rules, for ``check`` and its
repair.

Incremental updates (:mod:`.changes`) give the same result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import islice

from sqlalchemy import Connection, Table

from archive.store.collections import private_collections, private_documents
from archive.store.sql.tables import (
    vendor_candidates,
    vendor_firms,
    vendor_keys,
    vendor_links,
    vendor_mentions,
    vendor_names,
    vendor_prints,
    vendors,
)
from archive.store.vendors import kept
from archive.store.vendors.indexed import Revisions
from archive.store.vendors.kept import Key, Rows, Values, difference, rows_in, write_rows
from archive.store.vendors.links import (
    Link,
    links_of_candidate,
    links_of_firm,
    links_of_name,
    links_of_print,
    links_of_ruling,
)
from archive.store.vendors.rows import documents_of_vendors, mentions_in_documents, rulings_in_force
from archive.vendors.candidates import candidates, comparable
from archive.vendors.entities import Entity, entities, firm_of_entity, slugs_of
from archive.vendors.identity import Mention
from archive.vendors.names import shapes, spellings
from archive.vendors.prints import CountedPrint, Print, prints_in

Write = Callable[[Connection], None]
"""Writes a part of the rows, in a transaction."""

_Writing = Callable[[Iterable[Key], Rows, Iterable[str], Connection], None]

_INNER = (vendor_names, vendor_links, vendor_firms, vendor_candidates, vendor_keys)
"""Tables whose changes affect no document, because an index uses nothing of them."""


def rows_by_table(connection: Connection) -> dict[Table, Rows]:
    """Return the rows that each derived table must have, from facts and rulings."""
    by_document = mentions_in_documents(connection)
    recorded, private = rulings_in_force(connection), private_documents(connection)
    rulings = [one.ruling for one in recorded]
    spelled = spellings({mention.name for some in by_document.values() for mention in some})
    printed = {mention: one for some in by_document.values() for mention, one in prints_in(some, spelled)}
    found = entities(printed, rulings, private)
    links: dict[str, set[Link]] = {}
    for name, spelling in spelled.items():
        links.setdefault(name, set()).update(links_of_name(name, spelling))
    for one in recorded:
        links.setdefault(str(one.event), set()).update(links_of_ruling(one.ruling))
    tables = _rows_of_vendors(found, private, links) | _rows_of_mentions(found, printed, private, links)
    tables[vendor_names] = {(name,): kept.name_row(one) for name, one in spelled.items()}
    tables[vendor_candidates] = kept.candidate_rows(candidates(found, rulings))
    tables[vendor_links] = {(*link, item): {} for item, of_item in links.items() for link in of_item}
    return tables


def _rows_of_vendors(
    found: Sequence[Entity], private: AbstractSet[str], links: dict[str, set[Link]]
) -> dict[Table, Rows]:
    firms = [firm_of_entity(one, private) for one in found]
    shaped = shapes({name for one in found for name in one.names})
    of_vendors, of_firms, of_keys = dict[Key, Values](), dict[Key, Values](), dict[Key, Values]()
    for one, firm, slug in zip(found, firms, slugs_of(firms), strict=True):
        compared = comparable(one, shaped)
        of_vendors[(one.id,)] = kept.vendor_row(one.id, one.name, one.names)
        of_firms[(one.id,)] = kept.firm_row(firm, slug, compared.documents)
        of_keys.update(kept.vendor_key_rows(one.id, one.name, one.names, compared.numbers))
        links.setdefault(one.id, set()).update(links_of_firm(firm, slug) | links_of_candidate(compared))
    return {vendors: of_vendors, vendor_firms: of_firms, vendor_keys: of_keys}


def _rows_of_mentions(
    found: Sequence[Entity], printed: Mapping[Mention, Print], private: AbstractSet[str], links: dict[str, set[Link]]
) -> dict[Table, Rows]:
    vendor_of = {mention: entity.id for entity in found for mention in entity.mentions}
    of_mentions, alike = dict[Key, Values](), dict[str, list[Mention]]()
    for mention, one in printed.items():
        alike.setdefault(one.id, []).append(mention)
        links.setdefault(one.id, set()).update(links_of_print(one))
        of_mentions[mention.document, mention.name] = kept.mention_row(
            mention, one.id, is_public=mention.document not in private, vendor=vendor_of[mention]
        )
    of_prints = dict[Key, Values]()
    for id_, some in alike.items():
        documents = [mention.document for mention in some]
        public = sum(document not in private for document in documents)
        counted = CountedPrint(printed[some[0]], len(documents), public, min(documents))
        of_prints[(id_,)] = kept.print_row(counted, vendor_of[some[0]])
    return {vendor_mentions: of_mentions, vendor_prints: of_prints}


def is_as_computed(connection: Connection) -> bool:
    """Return whether the tables equal a computation from facts and rulings."""
    return all(rows_in(connection, table) == wanted for table, wanted in rows_by_table(connection).items())


def portions(connection: Connection, size: int) -> Iterator[Write]:
    """Rebuild the vendors, and yield the writes in batches of ``size`` rows that leave the catalog consistent: vendors
    are inserted before their mentions and deleted after them."""
    wanted = rows_by_table(connection)
    known = {table: rows_in(connection, table) for table in wanted}
    # Without prints, no index has a key of one.
    for table in (*_INNER, *(() if known[vendor_prints] else (vendor_prints,))):
        gone, new = difference(known[table], wanted[table])
        for some in _in_parts(gone | new.keys(), size):
            yield partial(_write, table, gone & some, {key: new[key] for key in some & new.keys()})
    for some in _in_parts(difference(known[vendors], wanted[vendors])[1].keys(), size):
        yield partial(_write_vendors, known[vendors].keys() & some, {key: wanted[vendors][key] for key in some})
    if known[vendor_prints]:
        yield from _portions_with_documents(vendor_prints, known, wanted, size, _write_prints)
    yield from _portions_with_documents(vendor_mentions, known, wanted, size, _write_mentions)
    for some in _in_parts(known[vendors].keys() - wanted[vendors].keys(), size):
        yield partial(_write_vendors, some, {})


def _portions_with_documents(
    table: Table, known: Mapping[Table, Rows], wanted: Mapping[Table, Rows], size: int, writing: _Writing
) -> Iterator[Write]:
    """Yield the batches of a table whose rows may affect documents; rows that affect none come first."""
    before = known[table]
    gone, new = difference(before, wanted[table])
    inner = {key for key in gone & new.keys() if not _differ(before[key], new[key])}
    for some in _in_parts(inner, size):
        yield partial(_write, table, some, {key: new[key] for key in some})
    for some in _in_parts((gone | new.keys()) - inner, size):
        rows = {key: new[key] for key in some & new.keys()}
        theirs = {of[key]["vendor"] for of in (before, new) for key in some & of.keys()}
        yield partial(writing, gone & some, rows, theirs)


_UNSHOWN_COLUMNS = {"print", "is_public", "documents", "public", "first"}
"""Columns of prints and mentions that are never shown."""


def _differ(one: Values, other: Values) -> bool:
    """Return whether two prints or mentions differ in a shown column."""
    return any(one[name] != other[name] for name in one.keys() - _UNSHOWN_COLUMNS)


def _in_parts(keys: AbstractSet[Key], size: int) -> Iterator[set[Key]]:
    in_order = iter(sorted(keys))
    while some := set(islice(in_order, size)):
        yield some


def _write(table: Table, gone: Iterable[Key], new: Rows, connection: Connection) -> None:
    # Another process may have begun a rebuild, and this one must stop.
    write_rows(connection, table, {*gone, *new}, new)


def _write_vendors(gone: Iterable[Key], new: Rows, connection: Connection) -> None:
    revisions = Revisions(connection)
    revisions.watch(documents_of_vendors(connection, {key[0] for key in (*gone, *new)}))
    _write(vendors, gone, new, connection)
    revisions.settle()


def _write_prints(gone: Iterable[Key], new: Rows, theirs: Iterable[str], connection: Connection) -> None:
    revisions = Revisions(connection)
    revisions.watch(documents_of_vendors(connection, theirs))
    _write(vendor_prints, gone, new, connection)
    revisions.settle()


def _write_mentions(gone: Iterable[Key], new: Rows, theirs: Iterable[str], connection: Connection) -> None:
    revisions = Revisions(connection)
    revisions.watch({key[0] for key in (*gone, *new)})
    if private_collections(connection):
        # Which names are secret depends on all mentions of a vendor.
        revisions.watch(documents_of_vendors(connection, theirs))
    _write(vendor_mentions, gone, new, connection)
    revisions.settle()
