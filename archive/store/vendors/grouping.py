"""Grouping of prints to vendors: the prints that a change reaches through links, transitively, are grouped again by the
same rules as all prints (:mod:`archive.vendors.identity`). No other print can change its vendor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from archive.store.sql.tables import vendor_prints
from archive.store.vendors.counting import Recounted
from archive.store.vendors.kept import names_kept, prints_kept
from archive.store.vendors.links import (
    Link,
    core_link,
    linked,
    links_of_print,
    links_of_ruling,
    links_to_prints,
    relink,
    ruled_links,
)
from archive.store.vendors.rows import all_rulings
from archive.vendors.identity import groups
from archive.vendors.names import NameSpelling
from archive.vendors.prints import CountedPrint, samples
from archive.vendors.rulings import MentionGroups, RecordedRuling

Prints = Mapping[str, CountedPrint]
"""Prints by id."""


@dataclass(slots=True)
class Grouped:
    """The result of regrouping: the prints of each vendor that the change could affect, the previous vendors of these
    prints, and whether rulings were involved."""

    groups: list[Prints]
    before: Mapping[str, str]
    is_ruled: bool


@dataclass(slots=True)
class _Reached:
    """What a change reaches: prints with their vendors, and rulings by event."""

    prints: dict[str, tuple[CountedPrint, str]] = field(default_factory=dict)
    rulings: dict[int, RecordedRuling] = field(default_factory=dict)


@dataclass(slots=True)
class _Wave:
    """What is looked up in the next step of the traversal."""

    ids: set[str] = field(default_factory=set)
    links: set[Link] = field(default_factory=set)
    vendors: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def without(self, seen: _Wave) -> _Wave:
        """Return what is not in ``seen``, and add it to ``seen``."""
        rest = _Wave(self.ids - seen.ids, self.links - seen.links, self.vendors - seen.vendors, self.names - seen.names)
        seen.ids |= self.ids
        seen.links |= self.links
        seen.vendors |= self.vendors
        seen.names |= self.names
        return rest

    def follow(self, prints: Mapping[str, tuple[CountedPrint, str]], spelled: Mapping[str, NameSpelling]) -> None:
        """Add the links of prints."""
        for id_, (one, vendor) in prints.items():
            of = one.print
            self.links |= links_of_print(of) | {("beside", id_)} | ruled_links(of.name, of.sure_numbers)
            self.ids.update(of.beside)
            self.vendors.add(vendor)
            if of.name in spelled:
                self.links.add(core_link(spelled[of.name].core))


def regroup(connection: Connection, counted: Recounted, rulings: Iterable[int]) -> Grouped:
    """Regroup the prints that a change could affect.

    :param rulings: the events of rulings that were made or undone.
    """
    changed = all_rulings(connection, rulings)
    _link_rulings(connection, changed)
    first = _Wave(ids=counted.new | _ruled(connection, counted.counted), links=counted.cores, names=counted.reread)
    first.follow(counted.gone, names_kept(connection, {one.print.name for one, _ in counted.gone.values()}))
    first.links |= {link for one in changed for link in links_to_prints(one.ruling)}
    reached = _reach(connection, first)
    alive = {id_: one for id_, (one, _) in reached.prints.items()}
    sample = samples(alive)
    alike = {key: alive[id_].documents if alive[id_].first == key[0] else 0 for key, (_, id_) in sample.items()}
    laid = MentionGroups(groups(mention for mention, _ in sample.values()), alike)
    for _, recorded in sorted(reached.rulings.items()):
        laid.apply(recorded.ruling)
    found = [{sample[one.document, one.name][1] for one in group} for group in laid.all()]
    before = {id_: vendor for id_, (_, vendor) in reached.prints.items()}
    before |= {id_: vendor for id_, (_, vendor) in counted.gone.items()}
    return Grouped([{id_: alive[id_] for id_ in ids} for ids in found], before, bool(reached.rulings or changed))


def _link_rulings(connection: Connection, changed: Iterable[RecordedRuling]) -> None:
    """Write the links of rulings in force, and delete those of undone ones."""
    every = {str(one.event): links_of_ruling(one.ruling) for one in changed}
    in_force = {str(one.event) for one in changed if one.undone_by is None}
    there = linked(connection, {link for links in every.values() for link in links})
    before = {event: {link for link in links if event in there.get(link, ())} for event, links in every.items()}
    relink(connection, before, {event: links for event, links in every.items() if event in in_force})


def _ruled(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Return those of these prints that a ruling may name; which vendor it means depends on the counts of prints of a
    name."""
    prints = prints_kept(connection, vendor_prints.c.id, ids)
    links = {id_: ruled_links(one.print.name, one.print.sure_numbers) for id_, (one, _) in prints.items()}
    there = linked(connection, {link for some in links.values() for link in some})
    return {id_ for id_, some in links.items() if not some.isdisjoint(there)}


def _reach(connection: Connection, wave: _Wave) -> _Reached:
    """Follow links transitively."""
    reached, seen = _Reached(), _Wave()
    while True:
        wave = wave.without(seen)
        events: set[int] = set()
        for (kind, _), items in linked(connection, wave.links).items():
            if kind in ("core", "form"):
                wave.names |= items
            elif kind == "ruled":
                events |= {*map(int, items)} - reached.rulings.keys()
            else:
                wave.ids |= items
        news = prints_kept(connection, vendor_prints.c.id, wave.ids - reached.prints.keys())
        news |= prints_kept(connection, vendor_prints.c.name, wave.names)
        news |= prints_kept(connection, vendor_prints.c.vendor, wave.vendors - {""})
        news = {id_: one for id_, one in news.items() if id_ not in reached.prints}
        rulings = {one.event: one for one in all_rulings(connection, events)}
        if not news and not rulings:
            return reached
        reached.prints |= news
        reached.rulings |= rulings
        wave = _Wave(links={link for one in rulings.values() for link in links_to_prints(one.ruling)})
        wave.follow(news, names_kept(connection, {one.print.name for one, _ in news.values()}))
