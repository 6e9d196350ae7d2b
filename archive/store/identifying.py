"""The part of the catalog that knows the firms behind the names of vendors and bidders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from archive.errors import Message, UnknownVendor, UsageError, sentences
from archive.store import documents, vendor_rulings, vendor_tables, vendors
from archive.store.database import Database
from archive.vendors.candidates import Candidate, alike, candidates
from archive.vendors.entities import Entity, named
from archive.vendors.names import words
from archive.vendors.rulings import Action, Anchor, RecordedRuling, Ruling


@dataclass(frozen=True, slots=True)
class RulingChange:
    """What a ruling does to the vendors that it is about. ``event`` is the number of its record, None where it says
    only what is known already: it is not recorded."""

    before: tuple[Entity, ...]
    after: tuple[Entity, ...]
    event: int | None


class Identifying:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number.

    Like decisions on facts, rulings need no writer lock. Each is one transaction with everything that follows from it.
    """

    _database: Database

    def vendors_are_identified(self) -> bool:
        """Whether the vendors take everything into account that has happened."""
        with self._database.reading() as connection:
            return vendors.are_identified(connection)

    def vendors_are_as_computed(self) -> bool:
        """Whether the vendors are what facts and rulings come to, as far as they are to be found by now."""
        with self._database.reading() as connection:
            return vendors.are_as_computed(connection)

    def forget_vendors(self) -> None:
        """Have the vendors found anew next time, though nothing has happened."""
        with self._database.writing() as connection:
            vendors.forget(connection)

    def identify_vendors(self) -> None:
        """Find the vendors anew, unless nothing has happened since that was done."""
        if self.vendors_are_identified():
            return
        with self._database.writing() as connection:
            vendors.identify(connection)

    def vendor_list(self, text: str = "", limit: int | None = None, offset: int = 0) -> tuple[int, list[Entity]]:
        """How many vendors have these words or digits in a name or number, and those of them that are asked for, the
        ones in most documents first."""
        with self._database.reading() as connection:
            total, ids = vendors.listed(connection, text, limit, offset)
            return total, vendors.load(connection, ids)

    def all_vendors(self) -> list[Entity]:
        """Every vendor."""
        with self._database.reading() as connection:
            return vendors.load(connection)

    def vendor_candidates(self) -> list[Candidate]:
        """Pairs of vendors that may be one, for a person to judge, the most useful first."""
        with self._database.reading() as connection:
            rulings = [recorded.ruling for recorded in vendor_rulings.standing(connection)]
            return candidates(vendors.load(connection), rulings)

    def vendor(self, text: str) -> Entity:
        """The one vendor with this id, number or name, however it is written.

        :raises UnknownVendor: there is none.
        :raises UsageError: there are several.
        """
        with self._database.reading() as connection:
            return _one(connection, text)

    def vendors_called(self, texts: Iterable[str]) -> dict[str, list[str]]:
        """What the vendors are called that each of these texts names, by a name in any print, a number or an id; texts
        that name none are left out."""
        with self._database.reading() as connection:
            found = vendors.ids_by_key(connection, texts)
            called = vendors.names(connection, (id_ for ids in found.values() for id_ in ids))
        # One that is called exactly so is meant, though others may be printed so, too.
        names = {text: [called[id_] for id_ in ids] for text, ids in found.items()}
        return {text: [text] if text in of_text else of_text for text, of_text in names.items()}

    def vendors_of(self, document_id: str) -> dict[str, str]:
        """The ids of the vendors and bidders of a document, by the names that it prints."""
        with self._database.reading() as connection:
            return vendors.vendors_of(connection, document_id)

    def documents_naming(self, vendor_id: str, limit: int, offset: int = 0) -> list[str]:
        """Some of the documents that name a vendor, the newest first."""
        with self._database.reading() as connection:
            return vendors.documents_naming(connection, vendor_id, limit, offset)

    def vendor_rulings(self) -> Sequence[RecordedRuling]:
        """What persons say and said of vendors, the first first."""
        with self._database.reading() as connection:
            return vendor_rulings.every(connection)

    def merge_vendors(self, one: str, other: str, by: str) -> RulingChange:
        """Say that two vendors are one.

        :raises UnknownVendor: there is no such vendor.
        :raises UsageError: a text names several.
        """
        asked = self._two(one, other)
        with self._database.writing() as connection:
            vendors.identify(connection)
            before = tuple(dict.fromkeys(_same(connection, vendor) for vendor in asked))
            if len(before) == 1:
                return self._seen(RulingChange(before, before, None))
            change = _rule(connection, Ruling(Action.MERGE, asked[0].anchor, asked[1].anchor, by), before)
        return self._seen(change)

    def tell_vendors_apart(self, one: str, other: str, by: str) -> RulingChange:
        """Say that two vendors are two. It changes neither; they are not offered as one any more.

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
            vendors.identify(connection)
            before = tuple(_same(connection, vendor) for vendor in asked)
            ruling = Ruling(Action.APART, asked[0].anchor, asked[1].anchor, by)
            if _are_apart(connection, ruling):
                return self._seen(RulingChange(before, before, None))
            change = _rule(connection, ruling, before)
        return self._seen(change)

    def _two(self, one: str, other: str) -> tuple[Entity, Entity]:
        self.identify_vendors()
        with self._database.reading() as connection:
            return _one(connection, one), _one(connection, other)

    def split_vendor(self, text: str, printed: str, by: str) -> RulingChange:
        """Say that what is printed as ``printed`` is none of a vendor.

        :raises UnknownVendor: there is no such vendor.
        :raises UsageError: ``text`` names several, it has no such name, or no other one.
        """
        self.identify_vendors()
        form = words(printed)
        with self._database.reading() as connection:
            vendor = _one(connection, text)
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
        ruling = Ruling(Action.SPLIT, Anchor(kept, vendor.anchor.number), Anchor(apart[0]), by)
        with self._database.writing() as connection:
            vendors.identify(connection)
            change = _rule(connection, ruling, (_same(connection, vendor),))
        return self._seen(change)

    def undo_ruling(self, event: int, by: str) -> RulingChange:
        """Take back what a person said of vendors.

        :raises UsageError: there is no such decision that holds.
        """
        with self._database.reading() as connection:
            vendor_rulings.holding(connection, event)
        with self._database.writing() as connection:
            vendors.identify(connection)
            recorded, undone_by = vendor_rulings.undo(connection, event, by)
            before = _printed_as(connection, (recorded.ruling.one.name, recorded.ruling.other.name))
            vendors.identify(connection)
            change = RulingChange(before, _become_of(connection, before), undone_by)
        return self._seen(change)

    def _seen(self, change: RulingChange) -> RulingChange:
        """A change of vendors as far as their documents are seen. What is written is of all documents, so it is only
        here that some may be hidden."""
        every = {mention.document for vendor in (*change.before, *change.after) for mention in vendor.mentions}
        with self._database.reading() as connection:
            seen = documents.by_id(connection, every).keys()
        before, after = (_of_documents(some, seen) for some in (change.before, change.after))
        return RulingChange(before, after, change.event)


def _of_documents(found: Iterable[Entity], ids: Collection[str]) -> tuple[Entity, ...]:
    told = ((one, [mention for mention in one.mentions if mention.document in ids]) for one in found)
    return tuple(named(one.id, one.name, mentions) for one, mentions in told if mentions)


def _same(connection: Connection, vendor: Entity) -> Entity:
    """A vendor that was found a moment ago, with all of its documents."""
    found = vendors.load(connection, [vendor.id])
    if not found:
        raise UnknownVendor("No vendor is called %(name)s any more.", "See: dosije vendors", name=repr(vendor.name))
    return found[0]


def _rule(connection: Connection, ruling: Ruling, before: tuple[Entity, ...]) -> RulingChange:
    event = vendor_rulings.record(connection, ruling)
    vendors.lay(connection, ruling)
    return RulingChange(before, _become_of(connection, before), event)


def _become_of(connection: Connection, before: Iterable[Entity]) -> tuple[Entity, ...]:
    """The vendors that the mentions of earlier ones are of now."""
    mentions = {mention for one in before for mention in one.mentions}
    now = _printed_as(connection, {mention.name for mention in mentions})
    return tuple(one for one in now if not mentions.isdisjoint(one.mentions))


def _printed_as(connection: Connection, names: Iterable[str]) -> tuple[Entity, ...]:
    found = vendors.ids_by_key(connection, names)
    return tuple(vendors.load(connection, sorted({id_ for ids in found.values() for id_ in ids})))


def _one(connection: Connection, text: str) -> Entity:
    found = vendors.load(connection, vendors.ids_by_key(connection, [text]).get(text, []))
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
    known = list(connection.scalars(select(vendor_tables.vendors.c.name)))
    near = alike(text, known)
    hint = Message("Did you mean: %(names)s?", names=", ".join(near)) if near else "See: dosije vendors"
    raise UnknownVendor("No vendor is called %(name)s.", hint, name=repr(text))


def _are_apart(connection: Connection, ruling: Ruling) -> bool:
    """Whether somebody has said already that these two are two."""
    asked = {ruling.one, ruling.other}
    said = (recorded.ruling for recorded in vendor_rulings.standing(connection))
    return any(known.action is Action.APART and {known.one, known.other} == asked for known in said)


def _is_split(connection: Connection, vendor: Entity, form: tuple[str, ...]) -> bool:
    """Whether somebody has said already that a name is none of a vendor's."""
    said = (recorded.ruling for recorded in vendor_rulings.standing(connection))
    return any(
        ruling.action is Action.SPLIT and words(ruling.other.name) == form and ruling.one.name in vendor.names
        for ruling in said
    )
