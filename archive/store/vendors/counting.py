"""Mentions in changed documents: parsed names, and prints with their document counts. The first step of
:mod:`.changes`; it reads other documents only if the parse of a name changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from archive.store.collections import private_collections
from archive.store.sql.database import batches, rows_among
from archive.store.sql.tables import documents, vendor_mentions, vendor_names, vendor_prints
from archive.store.vendors.indexed import Revisions
from archive.store.vendors.kept import (
    Key,
    Values,
    mention_row,
    name_row,
    names_kept,
    print_row,
    prints_kept,
    write_rows,
)
from archive.store.vendors.links import (
    SPELLED,
    Link,
    core_link,
    linked,
    links_of_items,
    links_of_name,
    links_of_print,
    relink,
)
from archive.store.vendors.rows import documents_of_vendors, mention_of, mentions_in_documents
from archive.vendors.identity import Mention
from archive.vendors.names import spellings
from archive.vendors.prints import CountedPrint, Print, prints_in


@dataclass(slots=True)
class Recounted:
    """The changes of prints: ``new`` ones, lost ones with their vendors, and those whose documents changed.

    ``reread`` are known names whose parse changed, ``cores`` the core links of the earlier parses of these and of lost
    names. ``named`` is the change of the number of documents per vendor.
    """

    new: set[str] = field(default_factory=set)
    gone: dict[str, tuple[CountedPrint, str]] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    reread: set[str] = field(default_factory=set)
    cores: set[Link] = field(default_factory=set)
    named: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _More:
    """The change of a print: more or fewer documents, more or fewer public ones, and which ones."""

    documents: int = 0
    public: int = 0
    come: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def add(self, document: str, *, is_public: bool) -> None:
        self.documents += 1
        self.public += is_public
        self.come.append(document)

    def remove(self, document: str, *, is_public: bool) -> None:
        self.documents -= 1
        self.public -= is_public
        self.gone.append(document)


def recount(
    connection: Connection, ids: Collection[str], collections: Collection[str], revisions: Revisions
) -> Recounted:
    """Update mentions, names and prints for these documents, and for the privacy of these collections.

    :param revisions: collects the documents whose vendors' names may change.
    """
    counted, more = Recounted(), dict[str, _More]()
    _share(connection, collections, more)
    known = _rows_of(connection, ids)
    now = mentions_in_documents(connection, ids)
    changed = {id_ for id_ in ids if {*now.get(id_, ())} != {mention_of(row) for row in known.get(id_, {}).values()}}
    revisions.watch(_touched(connection, changed, now, known))
    _respell(
        connection, {id_: now.get(id_, []) for id_ in changed}, {id_: known.get(id_, {}) for id_ in changed}, counted
    )
    others = _documents_of_names(connection, counted.reread) - changed
    if others:
        revisions.watch(others)
        known |= _rows_of(connection, others)
        now |= {id_: [mention_of(row) for row in known[id_].values()] for id_ in others}
    hidden = _private_among(connection, changed)
    public = {id_: id_ not in hidden for id_ in changed}
    public |= {id_: all(row.is_public for row in known[id_].values()) for id_ in others}
    _count(connection, {id_: now.get(id_, []) for id_ in public}, known, public, more, counted)
    return counted


def _rows_of(connection: Connection, ids: Iterable[str]) -> dict[str, dict[str, Row[Any]]]:
    found: dict[str, dict[str, Row[Any]]] = {}
    for row in rows_among(connection, select(vendor_mentions), vendor_mentions.c.document, ids):
        found.setdefault(row.document, {})[row.name] = row
    return found


def _private_among(connection: Connection, ids: Iterable[str]) -> set[str]:
    private = private_collections(connection)
    query = select(documents.c.id).where(documents.c.collection.in_(private))
    return {row.id for row in rows_among(connection, query, documents.c.id, ids if private else ())}


def _touched(
    connection: Connection,
    changed: set[str],
    now: Mapping[str, Iterable[Mention]],
    known: Mapping[str, Mapping[str, Row[Any]]],
) -> set[str]:
    """Return the documents whose vendors' names may change. With private collections, which names are secret depends on
    all documents of a vendor."""
    if not private_collections(connection):
        return changed
    names = {one.name for id_ in changed for one in now.get(id_, ())}
    of_names = prints_kept(connection, vendor_prints.c.name, names).values()
    theirs = {vendor for _, vendor in of_names} | {row.vendor for id_ in changed for row in known.get(id_, {}).values()}
    return changed | documents_of_vendors(connection, theirs)


def _share(connection: Connection, collections: Collection[str], more: dict[str, _More]) -> None:
    """Recount the mentions in these collections as public or private, as they are now."""
    private = private_collections(connection) if collections else frozenset()
    for name in collections:
        is_public = name not in private
        query = select(vendor_mentions.c.document, vendor_mentions.c.name, vendor_mentions.c.print)
        query = query.join(documents, documents.c.id == vendor_mentions.c.document)
        other = query.where(documents.c.collection == name, vendor_mentions.c.is_public.is_not(is_public))
        rows = connection.execute(other).all()
        for row in rows:
            more.setdefault(row.print, _More()).public += 1 if is_public else -1
        for some in batches(row.document for row in rows):
            of_these = update(vendor_mentions).where(vendor_mentions.c.document.in_(some))
            connection.execute(of_these.values(is_public=is_public))


def _respell(
    connection: Connection,
    now: Mapping[str, Iterable[Mention]],
    known: Mapping[str, Mapping[str, Row[Any]]],
    counted: Recounted,
) -> None:
    """Parse new names beside the others, and parse again those that had been parsed beside lost ones."""
    balance = Counter(one.name for some in now.values() for one in some)
    balance.subtract(name for some in known.values() for name in some)
    there = names_kept(connection, balance)
    lost = _lost(connection, {name: count for name, count in balance.items() if count < 0})
    every, frontier, seen = set[str](), (balance.keys() - there.keys()) | lost, set[Link]()
    spelled = spellings(())
    while frontier:
        every |= frontier
        spelled = spellings(every - lost)
        links = {link for some in links_of_items(connection, frontier, SPELLED).values() for link in some}
        links |= {link for name, one in spelled.items() for link in links_of_name(name, one) if link[0] in SPELLED}
        frontier = {name for some in linked(connection, links - seen).values() for name in some} - every
        seen |= links
    there = names_kept(connection, every)
    news = {name: one for name, one in spelled.items() if there.get(name) != one}
    olds = {name: one for name, one in there.items() if name in lost or name in news}
    write_rows(
        connection, vendor_names, [(name,) for name in olds], {(name,): name_row(one) for name, one in news.items()}
    )
    relink(
        connection,
        {name: links_of_name(name, one) for name, one in olds.items()},
        {name: links_of_name(name, one) for name, one in news.items()},
    )
    counted.reread |= olds.keys() - lost
    counted.cores |= {core_link(one.core) for one in olds.values()}


def _lost(connection: Connection, fewer: Mapping[str, int]) -> set[str]:
    """Return the names that no document prints any more, among those that fewer documents print."""
    total = func.sum(vendor_prints.c.documents).label("total")
    query = select(vendor_prints.c.name, total).group_by(vendor_prints.c.name)
    rows = rows_among(connection, query, vendor_prints.c.name, fewer)
    return {row.name for row in rows if row.total + fewer[row.name] == 0}


def _documents_of_names(connection: Connection, names: Iterable[str]) -> set[str]:
    prints = prints_kept(connection, vendor_prints.c.name, names)
    query = select(vendor_mentions.c.document).distinct()
    return {row.document for row in rows_among(connection, query, vendor_mentions.c.print, prints)}


def _count(
    connection: Connection,
    now: Mapping[str, Collection[Mention]],
    known: Mapping[str, Mapping[str, Row[Any]]],
    public: Mapping[str, bool],
    more: dict[str, _More],
    counted: Recounted,
) -> None:
    """Write the mentions of documents, and update the counts of their prints."""
    spelled = names_kept(connection, {one.name for some in now.values() for one in some})
    printed = {
        id_: {mention.name: (mention, one) for mention, one in prints_in([*some], spelled)} for id_, some in now.items()
    }
    prints = {one.id: one for some in printed.values() for _, one in some.values()}
    for id_, some in printed.items():
        of_before = known.get(id_, {})
        for name, row in of_before.items():
            if name not in some or (some[name][1].id, public[id_]) != (row.print, row.is_public):
                more.setdefault(row.print, _More()).remove(id_, is_public=row.is_public)
        for name, (_, one) in some.items():
            before = of_before.get(name)
            if before is None or (one.id, public[id_]) != (before.print, before.is_public):
                more.setdefault(one.id, _More()).add(id_, is_public=public[id_])
    there = prints_kept(connection, vendor_prints.c.id, {*more, *prints})
    _write_mentions(connection, printed, known, public, {id_: vendor for id_, (_, vendor) in there.items()}, counted)
    _write_prints(connection, more, prints, there, counted)


def _write_mentions(
    connection: Connection,
    printed: Mapping[str, Mapping[str, tuple[Mention, Print]]],
    known: Mapping[str, Mapping[str, Row[Any]]],
    public: Mapping[str, bool],
    vendor_of: Mapping[str, str],
    counted: Recounted,
) -> None:
    """Write mentions with the vendor of their print; those of new prints have none yet."""
    rows: dict[Key, Values] = {
        (id_, name): mention_row(mention, one.id, is_public=public[id_], vendor=vendor_of.get(one.id, ""))
        for id_, some in printed.items()
        for name, (mention, one) in some.items()
    }
    before = {(id_, name): row._asdict() for id_ in printed for name, row in known.get(id_, {}).items()}
    same = {key for key, values in rows.items() if key in before and values.items() <= before[key].items()}
    write_rows(
        connection,
        vendor_mentions,
        before.keys() - same,
        {key: values for key, values in rows.items() if key not in same},
    )
    counted.named.update(vendor for _, vendor in {(key[0], values["vendor"]) for key, values in rows.items()})
    counted.named.subtract(vendor for _, vendor in {(key[0], values["vendor"]) for key, values in before.items()})


def _write_prints(
    connection: Connection,
    more: Mapping[str, _More],
    prints: Mapping[str, Print],
    there: Mapping[str, tuple[CountedPrint, str]],
    counted: Recounted,
) -> None:
    rows: dict[Key, Values] = {}
    for id_, change in more.items():
        before, vendor = there.get(id_, (None, ""))
        if before is None:
            after = CountedPrint(prints[id_], change.documents, change.public, min(change.come))
            counted.new.add(id_)
        elif before.documents + change.documents == 0:
            counted.gone[id_] = before, vendor
            continue
        else:
            after = CountedPrint(
                before.print,
                before.documents + change.documents,
                before.public + change.public,
                _first(connection, id_, before, change),
            )
            counted.counted.add(id_)
        rows[(id_,)] = print_row(after, vendor)
    write_rows(connection, vendor_prints, [(id_,) for id_ in more if id_ in there], rows)
    relink(
        connection,
        {id_: links_of_print(one.print) for id_, (one, _) in counted.gone.items()},
        {id_: links_of_print(prints[id_]) for id_ in counted.new},
    )


def _first(connection: Connection, id_: str, before: CountedPrint, change: _More) -> str:
    """Return the first document with a print; mentions are written already."""
    if before.first not in change.gone:
        return min((before.first, *change.come))
    query = select(func.min(vendor_mentions.c.document)).where(vendor_mentions.c.print == id_)
    return connection.scalar(query) or ""
