"""Names and ids of vendors after a change: of new and changed vendors and of their namesakes, because numbers in names
and suffixes of ids depend on each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from archive.store.sql.tables import vendor_prints
from archive.store.vendors.counting import Recounted
from archive.store.vendors.grouping import Grouped, Prints
from archive.store.vendors.kept import firms_kept, prints_kept
from archive.store.vendors.links import Link, family_link, linked, links_of_firm, slug_link, words_link
from archive.store.vendors.rows import vendor_names
from archive.vendors.entities import FirmNaming, called, ids_of, slugs_of
from archive.vendors.prints import CountedPrint, firm_of


@dataclass(frozen=True, slots=True)
class ChangedVendor:
    """A vendor with all its prints. ``known`` is the previous id of the vendor that had exactly these prints with these
    parses; ``documents`` is None if they must be counted."""

    firm: FirmNaming
    prints: Prints
    names: tuple[str, ...]
    known: str | None
    documents: int | None
    id: str = ""
    name: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """Vendors with their new ids and names, and the ids of the vendors that they replace."""

    vendors: Sequence[ChangedVendor]
    before: frozenset[str]


_Firms = Mapping[str, tuple[FirmNaming, str, int]]


def name_vendors(connection: Connection, counted: Recounted, grouped: Grouped) -> Named:
    """Name the vendors of these groups of prints, those whose prints have more or fewer documents, and the namesakes of
    all renamed ones."""
    before = {vendor for vendor in grouped.before.values() if vendor}
    of_others = prints_kept(connection, vendor_prints.c.id, counted.counted - grouped.before.keys())
    others = {vendor for _, vendor in of_others.values()} - before
    firms = firms_kept(connection, before | others)
    found = [*_of_groups(counted, grouped, firms), *_of_others(connection, others, counted, firms)]
    fresh = [one for one in found if one.known is None or firms[one.known][0] != one.firm]
    same = {one.known: one for one in found if one.known is not None and firms[one.known][0] == one.firm}
    told, renamed = _name(connection, fresh, {id_: firms[id_] for id_ in firms.keys() - same.keys()})
    names = vendor_names(connection, same)
    for id_, one in same.items():
        called_now = renamed.pop(id_, replace(one, id=id_, name=names[id_], slug=firms[id_][1]))
        told.append(replace(one, id=called_now.id, name=called_now.name, slug=called_now.slug))
    told += _with_prints(connection, renamed)
    return Named(told, frozenset(firms.keys() | renamed.keys()))


def _of_groups(counted: Recounted, grouped: Grouped, firms: _Firms) -> Iterator[ChangedVendor]:
    held: dict[str, set[str]] = {}
    for id_, vendor in grouped.before.items():
        held.setdefault(vendor, set()).add(id_)
    for prints in grouped.groups:
        firm, names = firm_of(prints.values())
        vendor = grouped.before[next(iter(prints))]
        is_known = vendor in firms and held[vendor] == prints.keys() and counted.reread.isdisjoint(names)
        yield ChangedVendor(firm, prints, names, vendor if is_known else None, None)


def _of_others(
    connection: Connection, ids: Iterable[str], counted: Recounted, firms: _Firms
) -> Iterator[ChangedVendor]:
    for id_, prints in prints_of_vendors(connection, ids).items():
        firm, names = firm_of(prints.values())
        yield ChangedVendor(firm, prints, names, id_, firms[id_][2] + counted.named[id_])


def prints_of_vendors(connection: Connection, ids: Iterable[str]) -> dict[str, dict[str, CountedPrint]]:
    """Return the prints of each of these vendors."""
    found: dict[str, dict[str, CountedPrint]] = {}
    for id_, (one, vendor) in prints_kept(connection, vendor_prints.c.vendor, ids).items():
        found.setdefault(vendor, {})[id_] = one
    return found


def _with_prints(connection: Connection, renamed: Mapping[str, ChangedVendor]) -> Iterator[ChangedVendor]:
    for id_, prints in prints_of_vendors(connection, renamed).items():
        yield replace(renamed[id_], prints=prints, names=firm_of(prints.values())[1])


def _name(
    connection: Connection, fresh: Sequence[ChangedVendor], stale: _Firms
) -> tuple[list[ChangedVendor], dict[str, ChangedVendor]]:
    """Return new vendors with their names and ids, and known ones that are renamed because of them, by previous id.

    :param stale: vendors that no longer exist, or have changed.
    """
    shared = {link for firm, slug, _ in stale.values() for link in links_of_firm(firm, slug)}
    shared |= {link for one in fresh for link in (words_link(one.firm), slug_link(one.firm))}
    known = _known(connection, {link for link in shared if link[0] != "id"}, stale)
    told = [*fresh, *known.values()]
    _fill_in(told, lambda one: words_link(one.firm) in shared, _names)
    _fill_in(told, lambda one: slug_link(one.firm) in shared, _slugs)
    families = {link for link in shared if link[0] == "id"}
    families |= {family_link(one.slug) for one in (*told, *known.values())}
    more = _known(connection, families, stale.keys() | known.keys())
    told += more.values()
    _fill_in(told, lambda one: family_link(one.slug) in families, _ids)
    known |= more
    others = {one.known: one for one in told[len(fresh) :] if one.known is not None}
    return told[: len(fresh)], {id_: one for id_, one in others.items() if one != known[id_]}


def _known(connection: Connection, links: Iterable[Link], stale: Collection[str]) -> dict[str, ChangedVendor]:
    """Return the vendors with one of these links, except ``stale`` ones."""
    ids = {id_ for some in linked(connection, links).values() for id_ in some}.difference(stale)
    names = vendor_names(connection, ids)
    return {
        id_: ChangedVendor(firm, {}, (), id_, documents, id_, names[id_], slug)
        for id_, (firm, slug, documents) in firms_kept(connection, ids).items()
    }


def _fill_in(
    told: list[ChangedVendor],
    is_wanted: Callable[[ChangedVendor], bool],
    tell: Callable[[Sequence[ChangedVendor]], Iterable[ChangedVendor]],
) -> None:
    places = [at for at, one in enumerate(told) if is_wanted(one)]
    for at, one in zip(places, tell([told[at] for at in places]), strict=True):
        told[at] = one


def _names(some: Sequence[ChangedVendor]) -> Iterator[ChangedVendor]:
    for one, name in zip(some, called([one.firm for one in some]), strict=True):
        yield replace(one, name=name)


def _slugs(some: Sequence[ChangedVendor]) -> Iterator[ChangedVendor]:
    for one, slug in zip(some, slugs_of([one.firm for one in some]), strict=True):
        yield replace(one, slug=slug)


def _ids(some: Sequence[ChangedVendor]) -> Iterator[ChangedVendor]:
    for one, id_ in zip(some, ids_of([one.firm for one in some], [one.slug for one in some]), strict=True):
        yield replace(one, id=id_)
