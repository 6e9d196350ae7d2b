"""What names, prints, vendors and rulings share with each other: the rows of ``vendor_links``, by which a change finds
everything that it can affect without reading anything else.

=========  ==================================================================  =================
kind       the key is a digest of                                              the item is
=========  ==================================================================  =================
bag        the words of a name but the legal form                              a printed name
told       the words of the name proper                                        a printed name
outline    what those look like in print                                       a printed name
core       the name proper, where OCR spelled it otherwise                     a printed name
form       the words of a name, as rulings find it                             a printed name
number     a number whose check digit agrees                                   a print
beside     (not a digest:) a print with a number in the same document          a print without
ruled      the words or the number of a vendor that a ruling names             its event
words      the words of the name that most documents print                     a vendor
slug       what its id is made of                                              a vendor
id         the same with its legal form where needed, without a count at its end  a vendor
block      what candidates have in common                                      a vendor
=========  ==================================================================  =================
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, delete, insert, select

from archive.store.sql.database import batches
from archive.store.sql.tables import vendor_links
from archive.vendors.candidates import Comparable
from archive.vendors.entities import FirmNaming, family
from archive.vendors.identity import Number
from archive.vendors.look_alikes import LONG
from archive.vendors.names import NameSpelling, words
from archive.vendors.prints import Print, digest
from archive.vendors.rulings import Anchor, Ruling

Link = tuple[str, str]
"""A kind and a key."""

SPELLED = ("bag", "told", "outline")
"""Kinds of links by which names are parsed beside each other."""

OF_FIRMS = ("words", "slug", "id")


def links_of_name(name: str, spelled: NameSpelling) -> set[Link]:
    """Return the links of a printed name."""
    found = {("bag", _joined(sorted(spelled.bag))), ("told", _joined(spelled.told)), core_link(spelled.core)}
    if len(spelled.outline) >= LONG:
        # A shorter one does not identify a name.
        found.add(("outline", digest(spelled.outline)))
    return found | {form_link(name)}


def core_link(core: Iterable[str]) -> Link:
    """Return the link of names with this core."""
    return "core", _joined(core)


def form_link(name: str) -> Link:
    """Return the link of names with the same words."""
    return "form", _joined(words(name))


def number_link(number: Number) -> Link:
    """Return the link of prints with this number."""
    return "number", _joined(number)


def links_of_print(one: Print) -> set[Link]:
    """Return the links of a print."""
    return {*map(number_link, one.sure_numbers), *(("beside", other) for other in one.beside)}


def ruled_links(name: str, numbers: Iterable[Number]) -> set[Link]:
    """Return the links of rulings that may name a vendor with this printed name, or one of these numbers."""
    of_numbers = (("ruled", digest(f"number {number_link(number)[1]}")) for number in numbers)
    return {("ruled", digest(f"words {form_link(name)[1]}")), *of_numbers}


def links_of_ruling(ruling: Ruling) -> set[Link]:
    """Return the links of a ruling."""
    return links_of_anchor(ruling.one) | links_of_anchor(ruling.other)


def links_of_anchor(anchor: Anchor) -> set[Link]:
    """Return the links of a ruling that names this vendor."""
    return ruled_links(anchor.name, [anchor.number] if anchor.number else [])


def links_to_prints(ruling: Ruling) -> set[Link]:
    """Return the links of names and prints that a ruling may mean."""
    anchors = ruling.one, ruling.other
    numbers = {number_link(anchor.number) for anchor in anchors if anchor.number}
    return {*numbers, *(form_link(anchor.name) for anchor in anchors)}


def links_of_firm(firm: FirmNaming, slug: str) -> set[Link]:
    """Return the links of a vendor with its namesakes."""
    return {words_link(firm), slug_link(firm), family_link(slug)}


def words_link(firm: FirmNaming) -> Link:
    """Return the link of vendors whose names have the same words."""
    return "words", _joined(words(firm.printed))


def slug_link(firm: FirmNaming) -> Link:
    """Return the link of vendors whose ids are made of the same."""
    return "slug", digest(firm.slug)


def family_link(slug: str) -> Link:
    """Return the link of vendors whose ids may differ by a count only."""
    return "id", digest(family(slug))


def links_of_candidate(vendor: Comparable) -> set[Link]:
    """Return the links of a vendor with those that it is compared with."""
    return {("block", digest(block)) for block in vendor.blocks()}


def linked(connection: Connection, links: Iterable[Link]) -> dict[Link, set[str]]:
    """Return the items that have each of these links; links without items are omitted."""
    by_kind: dict[str, list[str]] = {}
    for kind, key in links:
        by_kind.setdefault(kind, []).append(key)
    found: dict[Link, set[str]] = {}
    for kind, keys in by_kind.items():
        for some in batches(keys):
            query = select(vendor_links.c.key, vendor_links.c.item)
            query = query.where(vendor_links.c.kind == kind, vendor_links.c.key.in_(some))
            for key, item in connection.execute(query):
                found.setdefault((kind, key), set()).add(item)
    return found


def links_of_items(connection: Connection, items: Iterable[str], kinds: Collection[str]) -> dict[str, set[Link]]:
    """Return the links of these kinds that each item has."""
    found: dict[str, set[Link]] = {}
    for some in batches(items):
        query = select(vendor_links.c.item, vendor_links.c.kind, vendor_links.c.key)
        query = query.where(vendor_links.c.item.in_(some), vendor_links.c.kind.in_(kinds))
        for item, kind, key in connection.execute(query):
            found.setdefault(item, set()).add((kind, key))
    return found


def relink(
    connection: Connection, before: Mapping[str, Collection[Link]], after: Mapping[str, Collection[Link]]
) -> None:
    """Replace the links of items. Equal ones are not written."""
    gone = {(*link, item) for item, links in before.items() for link in links}
    new = {(*link, item) for item, links in after.items() for link in links}
    by_kind: dict[tuple[str, str], list[str]] = {}
    for kind, key, item in gone - new:
        by_kind.setdefault((kind, item), []).append(key)
    for (kind, item), keys in by_kind.items():
        for some in batches(keys):
            of_item = (vendor_links.c.kind == kind, vendor_links.c.item == item, vendor_links.c.key.in_(some))
            connection.execute(delete(vendor_links).where(*of_item))
    if rows := [{"kind": kind, "key": key, "item": item} for kind, key, item in sorted(new - gone)]:
        connection.execute(insert(vendor_links), rows)


def _joined(texts: Iterable[str]) -> str:
    return digest("\x1f".join(texts))
