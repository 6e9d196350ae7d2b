"""Vendors in a search index: a key that does not depend on the displayed name, and all words that the vendor is found
by. Displayed names are looked up when an answer is made.

The key of a vendor is the id of one of its prints, if possible of one without a print beside it, because those change
less often. An entry uses the smallest key. A smaller one that is added later changes no entry, since every key leads to
the vendor as long as it has that print.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, select

from archive.model.description import VendorName
from archive.store.document_rows import note_changes, revise_documents
from archive.store.sql.database import grouped, rows_among
from archive.store.sql.tables import documents, vendor_mentions, vendor_prints, vendors
from archive.store.vendors.rows import secrets_of_vendors, vendor_names, vendors_by_key, vendors_of_documents
from archive.text.forms import word_form
from archive.vendors.names import otherwise_dotted


@dataclass(frozen=True, slots=True)
class IndexedVendor:
    """A vendor of a document: the ``keys`` that lead to it, and the ``words`` that it is found by."""

    keys: frozenset[str]
    words: tuple[str, ...]

    @property
    def key(self) -> str:
        """The key that an index entry uses."""
        return min(self.keys)


def words_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the words that a vendor with these names is found by. They do not depend on the order of names or on dots:
    "doo" finds "d.o.o." and vice versa."""
    return tuple(sorted({form for name in names for form in _forms(name)}))


@lru_cache(maxsize=1 << 14)
def _forms(name: str) -> frozenset[str]:
    forms = {word_form(word) for word in name.split()}
    return frozenset(forms | {other for form in forms for other in otherwise_dotted(form)})


def indexed_vendors(connection: Connection, ids: Iterable[str] | None = None) -> dict[str, dict[str, IndexedVendor]]:
    """Return the index data of the vendors of these documents (None: of all), by document and printed name. Names that
    only private collections print are omitted for documents of others."""
    columns = (vendor_mentions.c.document, vendor_mentions.c.name.label("printed"), vendor_mentions.c.vendor)
    query = select(*columns, vendors.c.name, vendors.c.others, documents.c.collection).where(vendor_mentions.c.won)
    query = query.join(vendors, vendors.c.id == vendor_mentions.c.vendor)
    query = query.join(documents, documents.c.id == vendor_mentions.c.document)
    rows = list(rows_among(connection, query, vendor_mentions.c.document, ids))
    theirs = {row.vendor for row in rows}
    keys, secrets = keys_of_vendors(connection, theirs), secrets_of_vendors(connection, theirs)
    found: dict[str, dict[str, IndexedVendor]] = {}
    for row in rows:
        called = secrets.kept(row.vendor, row.collection, row.printed, VendorName(row.name, tuple(row.others)))
        words = words_of((row.printed, called.name, *called.others))
        found.setdefault(row.document, {})[row.printed] = IndexedVendor(
            keys.get(row.vendor, frozenset((row.printed,))), words
        )
    return found


def is_as_before(before: Mapping[str, IndexedVendor], after: Mapping[str, IndexedVendor]) -> bool:
    """Return whether the index entry of a document with these vendors, by printed name, is unchanged."""
    return before.keys() == after.keys() and (
        len({one.keys for one in before.values()}) == len({one.keys for one in after.values()})
        and all(one.keys <= after[name].keys and one.words == after[name].words for name, one in before.items())
    )


def keys_of_prints(prints: Mapping[str, bool]) -> frozenset[str]:
    """Return the keys of the vendor with these prints, given by id with whether a print is beside."""
    return frozenset(id_ for id_, has_beside in prints.items() if not has_beside) or frozenset(prints)


def keys_of_vendors(connection: Connection, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the keys of vendors, by id."""
    query = select(vendor_prints.c.vendor, vendor_prints.c.id, vendor_prints.c.beside)
    rows = rows_among(connection, query, vendor_prints.c.vendor, ids)
    prints = grouped((row.vendor, (row.id, bool(row.beside))) for row in rows)
    return {vendor: keys_of_prints(dict(some)) for vendor, some in prints.items()}


def ids_called(connection: Connection, names: Iterable[str]) -> dict[str, list[str]]:
    """Return the ids of the vendors with exactly these names; unknown names are omitted."""
    found = vendors_by_key(connection, names)
    called = vendor_names(connection, {id_ for ids in found.values() for id_ in ids})
    exact = {name: [id_ for id_ in ids if called.get(id_) == name] for name, ids in found.items()}
    return {name: ids for name, ids in exact.items() if ids}


class Revisions:
    """Collects documents whose vendors are about to change. Those whose index entry changes get a new revision; those
    for which only a displayed name changes, or which vendor or bidder a name is of, get a new sequence number."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._before: dict[str, _Told] = {}
        self._otherwise: set[str] = set()

    def watch(self, ids: Iterable[str]) -> None:
        """Remember the vendors of these documents before they change."""
        self._before |= _names_and_indexed(self._connection, [id_ for id_ in ids if id_ not in self._before])

    def add(self, ids: Iterable[str]) -> None:
        """Add documents whose index entry changes."""
        self._otherwise.update(ids)

    def settle(self) -> None:
        """Assign new revisions and sequence numbers, after all is written."""
        after = _names_and_indexed(self._connection, self._before)
        changed = {id_ for id_, before in self._before.items() if after[id_] != before}
        entered = {id_ for id_ in changed if not is_as_before(self._before[id_][1], after[id_][1])}
        otherwise = self._otherwise | entered
        revise_documents(self._connection, otherwise)
        note_changes(self._connection, changed - otherwise)


_Told = tuple[Mapping[str, VendorName], Mapping[str, IndexedVendor], Mapping[str, str]]
"""The displayed names of the vendors of a document, their index data, and the ids of its vendors and bidders."""


def _names_and_indexed(connection: Connection, ids: Collection[str]) -> dict[str, _Told]:
    vendor_ids, called = vendors_of_documents(connection, ids)
    indexed = indexed_vendors(connection, ids)
    return {id_: (called.get(id_, {}), indexed.get(id_, {}), vendor_ids.get(id_, {})) for id_ in ids}
