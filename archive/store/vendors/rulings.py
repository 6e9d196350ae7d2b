"""The repository of vendors and of rulings on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Connection, and_, exists, func, insert, select, update

from archive.errors import Message, UnknownVendor, UsageError, sentences
from archive.store.document_rows import documents_by_id
from archive.store.events import EventName, append_event, events_after
from archive.store.indexing import vendors_are_identified
from archive.store.sql.database import Repository, in_transaction
from archive.store.sql.tables import facts, vendor_mentions, vendor_rulings
from archive.store.vendors.changes import (
    forget_vendors,
    identify_in_portions,
    identify_vendors,
    vendors_are_as_computed,
)
from archive.store.vendors.indexed import ids_called, indexed_vendors, keys_of_vendors
from archive.store.vendors.listed import listed_by_key, listed_vendors
from archive.store.vendors.pairs import kept_candidates, seen_candidates, vendors_named_in_private
from archive.store.vendors.rows import (
    all_rulings,
    anchor_of,
    firms_named_in,
    load_vendors,
    rulings_in_force,
    vendor_names,
    vendor_names_by_key,
    vendors_by_key,
)
from archive.vendors.candidates import Candidate, similar_names
from archive.vendors.entities import Entity, ListedVendor, named
from archive.vendors.names import words
from archive.vendors.rulings import Anchor, RecordedRuling, Ruling, RulingAction

Found = TypeVar("Found", Entity, ListedVendor)

_DATED = facts.c.field.in_(("date", "year"))
_NEWEST = func.coalesce(func.max(facts.c.value), "").desc()
_ACTIONS = {f"{action} vendors": action for action in RulingAction}


@dataclass(frozen=True, slots=True)
class RulingChange:
    """The effect of a ruling on its vendors. ``event`` is the number of its record, None if the same ruling is in force
    already."""

    before: tuple[Entity, ...]
    after: tuple[Entity, ...]
    event: int | None


def _find(connection: Connection, text: str) -> Entity:
    """Return the one vendor with this id, number or name, in any spelling."""
    return _one(connection, text, load_vendors(connection, vendors_by_key(connection, [text]).get(text, [])))


def _one(connection: Connection, text: str, found: list[Found]) -> Found:
    exact = [one for one in found if text in (one.id, one.name)]
    found = exact or found
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(f"{one.name} [{one.id}]" for one in found)
        raise UsageError(
            "%(count)s vendors are printed as %(name)s: %(names)s.",
            "Name one by its id.",
            count=len(found),
            name=repr(text),
            names=several,
        )
    near = similar_names(text, list(vendor_names(connection).values()))
    hint = Message("Did you mean: %(names)s?", names=", ".join(near)) if near else "See: dosije vendors"
    raise UnknownVendor("No vendor is called %(name)s.", hint, name=repr(text))


def _newest_naming(connection: Connection, vendor: str, most: int, looked_at: int) -> list[str]:
    """Return the newest documents that name a vendor, found by their dates among so many of the newest; none if these
    are too few."""
    of_vendor = vendor_mentions.c.vendor == vendor
    by_date = select(facts.c.value).where(facts.c.field == "date").order_by(facts.c.value.desc())
    since = connection.scalar(by_date.limit(1).offset(looked_at))
    if since is None:
        return []
    naming = exists().where(of_vendor, vendor_mentions.c.document == facts.c.document)
    query = select(facts.c.document).where(_DATED, facts.c.value > since, naming)
    found = connection.scalars(query.group_by(facts.c.document).order_by(_NEWEST, facts.c.document).limit(most)).all()
    return list(found) if len(found) == most else []


class Vendors(Repository):
    """Vendors, the firms behind names of vendors and bidders, and the rulings of persons on them.

    Like decisions on facts, rulings need no writer lock. Each is one transaction with all its consequences.
    """

    looked_at = 64
    """Newest dates of the archive at which a document that names a vendor is looked for, for each that is wanted."""

    are_as_computed = in_transaction(vendors_are_as_computed)

    def forget(self) -> None:
        """Make all vendors due for a rebuild, though nothing has changed."""
        with self._database.writing() as connection:
            forget_vendors(connection)

    def identify(self) -> None:
        """Update the vendors to the newest event."""
        with self._database.reading() as connection:
            if vendors_are_identified(connection):
                return
        identify_in_portions(self._database.whole)

    def search(self, text: str = "", limit: int | None = None, offset: int = 0) -> tuple[int, list[ListedVendor]]:
        """Count the vendors with these words or digits in a name or number, and return a page of them, those in most
        documents first."""
        is_whole = self._database.whole is self._database
        with self._database.reading() as connection:
            return listed_vendors(connection, text, limit, offset, is_whole=is_whole)

    all = in_transaction(load_vendors)

    def merge_candidates(self, limit: int | None = None, offset: int = 0) -> tuple[int, list[Candidate]]:
        """Count the merge candidates, pairs of vendors that may be one, and return a page of them, the most useful
        first."""
        with self._database.reading() as connection:
            if self._database.whole is self._database:
                return kept_candidates(connection, limit, offset)
            with self._database.whole.reading() as whole:
                private = vendors_named_in_private(whole)
            return seen_candidates(connection, private, limit, offset)

    find = in_transaction(_find)

    def listed(self, text: str) -> ListedVendor:
        """Return the one vendor with this id, number or name, in any spelling, without its mentions."""
        is_whole = self._database.whole is self._database
        with self._database.reading() as connection:
            return _one(connection, text, listed_by_key(connection, text, is_whole=is_whole))

    def names_for(self, texts: Iterable[str]) -> dict[str, list[str]]:
        """Return the names of the vendors that each of these texts names: by a name in any spelling, a number or an id;
        texts that name none are omitted."""
        with self._database.reading() as connection:
            names = vendor_names_by_key(connection, texts)
        # An exact name is preferred, though others may be printed so, too.
        return {text: [text] if text in of_text else of_text for text, of_text in names.items()}

    indexed = in_transaction(indexed_vendors)

    def keys_of(self, names: Iterable[str]) -> dict[str, list[str]]:
        """Return the keys under which an index may have the vendors with exactly these names, and perhaps of others;
        unknown names are omitted. Cached until the catalog changes."""
        with self._database.reading() as connection:
            known: dict[str, list[str]] = self._database.cached(connection, "keys of vendors", dict)
            if news := [name for name in names if name not in known]:
                ids = ids_called(connection, news)
                with self._database.whole.reading() as whole:
                    keys = keys_of_vendors(whole, {id_ for some in ids.values() for id_ in some})
                for name, some in ids.items():
                    known[name] = sorted(key for id_ in some for key in keys.get(id_, ()))
            return known

    def of(self, document_id: str) -> dict[str, str]:
        """Return the ids of the vendors and bidders of a document, by printed name."""
        query = select(vendor_mentions.c.name, vendor_mentions.c.vendor)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(vendor_mentions.c.document == document_id))
            return {row.name: row.vendor for row in rows}

    def documents_naming(
        self, vendor_id: str, limit: int | None = None, offset: int = 0, *, count: int = 0
    ) -> list[str]:
        """Return a page of the documents that name a vendor, the newest first by extracted date.

        :param count: how many there are: of many, the page is looked for among the newest documents of the archive.
        """
        query = (
            select(vendor_mentions.c.document)
            .outerjoin(facts, and_(facts.c.document == vendor_mentions.c.document, _DATED))
            .where(vendor_mentions.c.vendor == vendor_id)
            .group_by(vendor_mentions.c.document)
            .order_by(_NEWEST, vendor_mentions.c.document)
        )
        with self._database.reading() as connection:
            most = offset + (limit or 0)
            if limit is not None and count >= self.looked_at * most:
                newest = _newest_naming(connection, vendor_id, most, self.looked_at * most)
                if newest:
                    return newest[offset:]
            return list(connection.scalars(query.limit(limit).offset(offset)))

    named_in = in_transaction(firms_named_in)

    names = in_transaction(vendor_names)

    rulings = in_transaction(all_rulings)

    def ruling_differences(self) -> tuple[int, ...]:
        """Return the events whose stored rulings differ from the event log.

        :raises KeyError, ValueError: an event, or a ruling, lacks an expected member.
        """
        with self._database.reading() as connection:
            log = _rulings_of_log(connection)
            kept = {one.event: (one.ruling, one.undone_by) for one in all_rulings(connection)}
        return tuple(event for event in sorted(log.keys() | kept.keys()) if log.get(event) != kept.get(event))

    def merge(self, one: str, other: str, by: str) -> RulingChange:
        """Rule that two vendors are one.

        :raises UnknownVendor: there is no such vendor.
        :raises UsageError: a text names several.
        """
        asked = self._two(one, other)
        with self._database.writing() as connection:
            identify_vendors(connection)
            before = tuple(dict.fromkeys(_whole_vendor(connection, vendor) for vendor in asked))
            if len(before) == 1:
                return self._visible(RulingChange(before, before, None))
            change = _rule(connection, Ruling(RulingAction.MERGE, asked[0].anchor, asked[1].anchor, by), before)
        return self._visible(change)

    def separate(self, one: str, other: str, by: str) -> RulingChange:
        """Rule that two vendors are distinct. It changes neither of them, but they are no longer merge candidates.

        :raises UnknownVendor: there is no such vendor.
        :raises UsageError: a text names several, or both name one.
        """
        asked = self._two(one, other)
        if asked[0].id == asked[1].id:
            remedy = sentences(
                Message("To split off a name: dosije vendors split."),
                Message("To take a merging back: dosije vendors undo."),
            )
            raise UsageError(
                "%(one)s and %(other)s name one vendor, %(vendor)s.",
                remedy,
                one=repr(one),
                other=repr(other),
                vendor=asked[0].name,
            )
        with self._database.writing() as connection:
            identify_vendors(connection)
            before = tuple(_whole_vendor(connection, vendor) for vendor in asked)
            ruling = Ruling(RulingAction.APART, asked[0].anchor, asked[1].anchor, by)
            if _are_apart(connection, ruling):
                return self._visible(RulingChange(before, before, None))
            change = _rule(connection, ruling, before)
        return self._visible(change)

    def split(self, text: str, printed: str, by: str) -> RulingChange:
        """Rule that the name ``printed`` does not belong to a vendor.

        :raises UnknownVendor: there is no such vendor.
        :raises UsageError: ``text`` names several vendors, or the vendor has no such name, or no other one.
        """
        self.identify()
        form = words(printed)
        with self._database.reading() as connection:
            vendor = _find(connection, text)
            apart = [name for name in vendor.names if words(name) == form]
            if not apart and _is_split(connection, vendor, form):
                return RulingChange((vendor,), (vendor,), None)
        if not apart:
            names = ", ".join(map(repr, vendor.names))
            raise UsageError(
                "%(vendor)s is nowhere printed as %(name)s.",
                "Its names are: %(names)s.",
                vendor=vendor.name,
                name=repr(printed),
                names=names,
            )
        if len(apart) == len(vendor.names):
            raise UsageError(
                "%(vendor)s has no other name than %(name)s; nothing would be left of it.",
                vendor=vendor.name,
                name=repr(printed),
            )
        kept = next(name for name in vendor.names if name not in apart)
        ruling = Ruling(RulingAction.SPLIT, Anchor(kept, vendor.anchor.number), Anchor(apart[0]), by)
        with self._database.writing() as connection:
            identify_vendors(connection)
            change = _rule(connection, ruling, (_whole_vendor(connection, vendor),))
        return self._visible(change)

    def undo(self, event: int, by: str) -> RulingChange:
        """Undo a ruling.

        :raises UsageError: there is no such ruling in force.
        """
        with self._database.reading() as connection:
            _in_force(connection, event)
        with self._database.writing() as connection:
            identify_vendors(connection)
            ruling = _in_force(connection, event).ruling
            undone_by = _log(connection, {"action": "undo", "undoes": event, "by": by})
            of_event = update(vendor_rulings).where(vendor_rulings.c.event == event)
            connection.execute(of_event.values(undone_by=undone_by))
            before = _printed_as(connection, (ruling.one.name, ruling.other.name))
            identify_vendors(connection)
            change = RulingChange(before, _current_vendors(connection, before), undone_by)
        return self._visible(change)

    def _two(self, one: str, other: str) -> tuple[Entity, Entity]:
        self.identify()
        with self._database.reading() as connection:
            return _find(connection, one), _find(connection, other)

    def _visible(self, change: RulingChange) -> RulingChange:
        """Filter a change to visible documents, because write transactions see all."""
        every = {mention.document for vendor in (*change.before, *change.after) for mention in vendor.mentions}
        with self._database.reading() as connection:
            visible = documents_by_id(connection, every).keys()
        before, after = (_of_documents(some, visible) for some in (change.before, change.after))
        return RulingChange(before, after, change.event)


def _of_documents(found: Iterable[Entity], ids: Collection[str]) -> tuple[Entity, ...]:
    cut = ((one, [mention for mention in one.mentions if mention.document in ids]) for one in found)
    return tuple(named(one.id, one.name, mentions) for one, mentions in cut if mentions)


def _whole_vendor(connection: Connection, vendor: Entity) -> Entity:
    """Return a vendor with all of its documents, given its visible part."""
    found = load_vendors(connection, [vendor.id])
    if not found:
        raise UnknownVendor("No vendor is called %(name)s any more.", "See: dosije vendors", name=repr(vendor.name))
    return found[0]


def _rule(connection: Connection, ruling: Ruling, before: tuple[Entity, ...]) -> RulingChange:
    anchors = {"one": _logged(ruling.one), "other": _logged(ruling.other)}
    event = _log(connection, {"action": f"{ruling.action} vendors", "by": ruling.by, **anchors})
    row = {"event": event, "action": ruling.action, "by": ruling.by, "at": datetime.now(UTC), **anchors}
    connection.execute(insert(vendor_rulings).values(row))
    identify_vendors(connection)
    return RulingChange(before, _current_vendors(connection, before), event)


def _in_force(connection: Connection, event: int) -> RecordedRuling:
    known = rulings_in_force(connection)
    recorded = next((one for one in known if one.event == event), None)
    if recorded is None:
        events_known = ", ".join(f"{one.event} ({one.ruling.action} {one.ruling.one.name!r})" for one in known)
        remedy = (
            Message("There are: %(decisions)s.", decisions=events_known)
            if known
            else "There are no rulings on vendors yet."
        )
        raise UsageError("There is no decision %(event)s on vendors that could be undone.", remedy, event=event)
    return recorded


def _rulings_of_log(connection: Connection) -> dict[int, tuple[Ruling, int | None]]:
    """Return the rulings of the event log, by event, each with the event that undid it."""
    rulings: dict[int, tuple[Ruling, int | None]] = {}
    for event in events_after(connection, 0, [EventName.METADATA_MODIFICATION]):
        action = _ACTIONS.get(event.detail.get("action", ""))
        if action:
            one, other = anchor_of(event.detail["one"]), anchor_of(event.detail["other"])
            rulings[event.number] = Ruling(action, one, other, event.detail["by"]), None
        elif event.detail.get("undoes") in rulings:
            rulings[event.detail["undoes"]] = rulings[event.detail["undoes"]][0], event.number
    return rulings


def _log(connection: Connection, detail: Mapping[str, object]) -> int:
    return append_event(connection, EventName.METADATA_MODIFICATION, None, detail)


def _logged(anchor: Anchor) -> dict[str, object]:
    return {"name": anchor.name, "number": None if anchor.number is None else list(anchor.number)}


def _current_vendors(connection: Connection, before: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return the vendors that the mentions of earlier ones belong to now."""
    mentions = {mention for one in before for mention in one.mentions}
    now = _printed_as(connection, {mention.name for mention in mentions})
    return tuple(one for one in now if not mentions.isdisjoint(one.mentions))


def _printed_as(connection: Connection, names: Iterable[str]) -> tuple[Entity, ...]:
    found = vendors_by_key(connection, names)
    return tuple(load_vendors(connection, sorted({id_ for ids in found.values() for id_ in ids})))


def _are_apart(connection: Connection, ruling: Ruling) -> bool:
    """Return whether the two vendors are ruled to be distinct already."""
    asked = {ruling.one, ruling.other}
    said = (recorded.ruling for recorded in rulings_in_force(connection))
    return any(known.action is RulingAction.APART and {known.one, known.other} == asked for known in said)


def _is_split(connection: Connection, vendor: Entity, form: tuple[str, ...]) -> bool:
    """Return whether a name is ruled not to be a vendor's already."""
    said = (recorded.ruling for recorded in rulings_in_force(connection))
    return any(
        ruling.action is RulingAction.SPLIT and words(ruling.other.name) == form and ruling.one.name in vendor.names
        for ruling in said
    )
