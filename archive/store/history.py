"""The state of the archive now or as of an earlier event: documents, readings, facts and decisions.

Documents, readings and decisions are kept forever, so their past states are exact. So are extracted facts, except those
that were replaced by a version of Dosije that did not keep them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain

from sqlalchemy import Connection, and_, exists, func, not_, null, select, tuple_

from archive.model import Document, Fact
from archive.model.decisions import Recorded, settled
from archive.model.description import VendorName, describe
from archive.model.fields import VENDOR_FIELDS
from archive.model.quality import Tally, document_quality, page_quality
from archive.store.checkpoints import NEAR_DUPLICATES, newest_sequence
from archive.store.collections import private_collections, private_documents
from archive.store.document_rows import documents_by_id, newest_overviews, reading_of
from archive.store.documents import Known, load_known
from archive.store.events import READ_BY, SUPERSEDED, LastEvent, last_event, newest_number
from archive.store.fact_rows import all_decisions, replaced_facts, rule_facts
from archive.store.indexing import CHANGE_VENDORS, vendors_as_of
from archive.store.near_duplicates import Similarity, likenesses_of_all
from archive.store.sql.database import BATCH, Database, Repository, batches, rows_among
from archive.store.sql.tables import checkpoints, documents, events, facts, likenesses, vendor_mentions
from archive.store.sql.totals import count_of_documents
from archive.store.vendors.rows import all_rulings, mention_of, mentions_of, names_of_vendors, secrets_of
from archive.vendors.entities import Entity, entities
from archive.vendors.identity import Mention

Links = Mapping[str, list[Similarity]]

_MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class Present:
    """One state of the catalog. ``sequence`` maps every document to its last change, ``changed`` has the documents that
    the caller did not know at that change, ``links`` are near-duplicates."""

    event: LastEvent | None
    sequence: Mapping[str, int]
    changed: Mapping[str, Known]
    links: Links


@dataclass(slots=True)
class _Logged:
    """What the log records, up to event ``newest``, of the documents that existed after an earlier event.

    ``readings`` are the newest readings as of that event. ``replaced_by`` maps documents with later extractions to the
    events of these, in order; ``digests`` maps the events to the digests of the facts that they replaced.
    """

    readings: dict[str, int] = field(default_factory=dict)
    replaced_by: dict[str, list[int]] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)
    newest: int = 0

    def follow(self, connection: Connection, number: int) -> None:
        """Update from the log, for the documents that existed after event ``number``."""
        newest = newest_number(connection)
        columns = (events.c.seq, events.c.document, events.c.name, events.c.detail)
        is_new = events.c.seq.between(self.newest + 1, newest)
        query = select(*columns).where(events.c.name.in_(map(str, READ_BY)), is_new).order_by(events.c.seq)
        for row in connection.execute(query):
            detail = json.loads(row.detail)
            if row.seq <= number:
                self.readings[row.document] = detail["reading"]
            elif row.document in self.readings and "facts" in detail:
                self.replaced_by.setdefault(row.document, []).append(row.seq)
                if SUPERSEDED in detail:
                    self.digests[row.seq] = detail[SUPERSEDED]
        self.newest = max(self.newest, newest)


class StateHistory(Repository):
    """States of the catalog, now and as of earlier events."""

    def present(self, known: Mapping[str, int], numbers: float) -> Present:
        """Return the current state.

        :param known: documents that the caller has, with their sequence numbers; unchanged ones are omitted.
        :param numbers: the least share (0..1) of numbers that linked documents have in common.
        """
        with self._database.reading() as connection:
            every = connection.execute(select(documents.c.id, documents.c.sequence))
            sequence = {row.id: row.sequence for row in every}
            due = [id_ for id_, number in sequence.items() if known.get(id_) != number]
            links = likenesses_of_all(connection, numbers)
            return Present(last_event(connection), sequence, load_known(connection, due), links)

    def stamp(self) -> str:
        """Return a stamp that changes with every change of what :meth:`present` returns."""
        with self._database.reading() as connection:
            return self._database.cached(connection, "state", lambda: _stamp(connection))

    def changed_after(self, sequence: int, most: int) -> list[str]:
        """Return at most ``most`` documents with a change after this one."""
        query = select(documents.c.id).where(documents.c.sequence > sequence).order_by(documents.c.sequence)
        with self._database.reading() as connection:
            return list(connection.scalars(query.limit(most)))

    def newest(self) -> NewestChange:
        """Return the newest change, and the newest event."""
        with self._database.reading() as connection:
            return self._database.cached(connection, "newest change", lambda: _newest(connection))

    def has_been_at(self, sequence: int, event: int, hash_: str) -> bool:
        """Return whether this catalog has come past this change and this event with its hash, and is not another or an
        older copy; event 0 stands for the time before the first."""
        query = select(events.c.hash).where(events.c.seq == event)
        with self._database.reading() as connection:
            return sequence <= self.newest().sequence and (event == 0 or connection.scalar(query) == hash_)

    def changes(self, after: tuple[int, str], most: int) -> list[tuple[int, str]]:
        """Return at most ``most`` changes in order, each as sequence number and document."""
        place = tuple_(documents.c.sequence, documents.c.id)
        query = select(documents.c.sequence, documents.c.id).where(place > after).order_by(*place).limit(most)
        with self._database.reading() as connection:
            return [(row.sequence, row.id) for row in connection.execute(query)]

    def count_changes(self, after: tuple[int, str]) -> int:
        """Count the changes after a sequence number."""
        is_after = tuple_(documents.c.sequence, documents.c.id) > after
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(documents).where(is_after)) or 0

    def ids_after(self, document: str, most: int) -> list[str]:
        """Return at most ``most`` documents in the order of their ids."""
        query = select(documents.c.id).where(documents.c.id > document).order_by(documents.c.id).limit(most)
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def sequence_by_municipality(self) -> Iterator[tuple[str, int, str | None]]:
        """Yield all documents with their sequence numbers as of one moment and an extracted municipality, grouped by
        it, those without one at the end; a document with several of them occurs in each group.

        They are copied to a temporary file first: the caller may take an hour, for which a transaction must not stay
        open, and the ids of a large archive take half a gigabyte of memory.
        """
        from archive.store.sql.scratch import ScratchFile  # noqa: PLC0415 - a search needs none

        file = ScratchFile("CREATE TABLE documents (id TEXT, sequence INTEGER, municipality TEXT)")
        with self._database.reading() as connection:
            for query in (_PLACED, _UNPLACED):
                rows = connection.execute(query.execution_options(yield_per=BATCH))
                file.run_for_each("INSERT INTO documents VALUES (?, ?, ?)", map(tuple, rows))
        yield from file.rows("SELECT id, sequence, municipality FROM documents ORDER BY rowid")

    def known_until(self, event: int) -> int:
        """Return the last event of the unfiltered log that belongs to the state after ``event``. With hidden
        collections, that is the one before the next visible event, because changes of vendors show without visible
        events."""
        if self._database.whole is self._database:
            return event
        following = select(func.min(events.c.seq)).where(events.c.seq > event)
        with self._database.whole.reading() as everything:
            newest = newest_number(everything)
            with self._database.reading() as connection:
                next_visible = connection.scalar(following)
        return newest if next_visible is None else min(next_visible - 1, newest)

    def past(self, until: int) -> Past:
        """Return the state as of an event of the unfiltered log (:meth:`known_until`)."""
        return Past(self._database, until)


class Past:
    """The documents as of an event, filtered by the collections that are visible now. Ids, and vendor names after first
    use, are in memory; everything else is read on demand.

    ``reread`` maps documents with a newer reading now to the number of the reading as of the event. ``lost`` are
    documents whose facts as of the event were not kept; the oldest kept ones are used instead. Vendors are identified
    from all documents as of the event, with the collections that are private now.
    """

    def __init__(self, database: Database, until: int) -> None:
        self._database, self._until, self._logged = database, until, _Logged()
        with database.whole.reading() as everything:
            self._logged.follow(everything, until)
        lost = {id_ for id_, by in self._logged.replaced_by.items() if by[0] not in self._logged.digests}
        self.reread: dict[str, int] = {}
        self._collections: dict[str, str] = {}
        with database.reading() as connection:
            for row in connection.execute(select(documents.c.id, documents.c.reading, documents.c.collection)):
                then = self._logged.readings.get(row.id)
                if then is not None:
                    self._collections[row.id] = row.collection
                    if then != row.reading:
                        self.reread[row.id] = then
        self.documents, self.lost = self._collections.keys(), lost & self._collections.keys()

    @cached_property
    def _called(self) -> Mapping[str, Mapping[str, VendorName]]:
        """Vendor names by document and printed name. Facts are read only of documents that may name others now; what
        the rest names is stored."""
        with self._database.whole.reading() as everything:
            rulings = [one.ruling for one in all_rulings(everything) if one.held_at(self._until)]
            moved = _changed_after(everything, min(vendors_as_of(everything) or 0, self._until))
            readings = self._logged.readings
            stored = rows_among(everything, select(vendor_mentions), vendor_mentions.c.document, None)
            same = (mention_of(row) for row in stored if row.document in readings and row.document not in moved)
            portions = batches((id_ for id_ in readings if id_ in moved), _PORTION)
            others = chain.from_iterable(
                _mentions(self._facts(everything, some, all_decisions(everything, some))) for some in portions
            )
            vendors = entities(chain(same, others), rulings, private_documents(everything))
        with self._database.reading() as connection:
            return _called(connection, vendors, self._collections)

    def changed(self) -> set[str]:
        """Return the documents of which something else may be known now."""
        with self._database.whole.reading() as everything:
            moved = _changed_after(everything, self._until)
        with self._database.reading() as connection:
            called = names_of_vendors(connection)
        return {id_ for id_ in self.documents if id_ in moved or self._called.get(id_, {}) != called.get(id_, {})}

    def known(self, ids: Iterable[str]) -> dict[str, Known]:
        """Return what was known about each of these documents; those that did not exist are omitted."""
        wanted = [id_ for id_ in ids if id_ in self.documents]
        with self._database.reading() as connection:
            # A decision on a procedure that names a hidden document is hidden, too.
            decided = all_decisions(connection, wanted)
            with self._database.whole.reading() as everything:
                facts = self._facts(everything, wanted, decided)
            rows = documents_by_id(connection, wanted)
            numbers = {id_: self._logged.readings[id_] for id_ in rows}
            views = _views(connection, rows, {id_: then for id_, then in numbers.items() if then != rows[id_].reading})
        found = {}
        for id_, row in rows.items():
            language, tallies = views[id_]
            said = describe(row, language, document_quality(tallies), facts[id_], self._called.get(id_, {}))
            made = tuple(_as_known(one, self._until) for one in decided.get(id_, ()) if one.event <= self._until)
            found[id_] = Known(row, said, facts[id_], made)
        return found

    def _facts(
        self, connection: Connection, ids: Sequence[str], decided: Mapping[str, Sequence[Recorded]]
    ) -> dict[str, tuple[Fact, ...]]:
        """Return the facts of these documents as of the event, with these decisions on them; documents may have been
        extracted again since this object was made."""
        self._logged.follow(connection, self._until)
        read = rule_facts(connection, ids)
        since = [event for id_ in ids for event in self._logged.replaced_by.get(id_, ())]
        digests = {event: self._logged.digests[event] for event in since if event in self._logged.digests}
        # The newest comes first, so that the oldest one that was kept remains.
        for document, replaced in replaced_facts(connection, digests):
            read[document] = replaced
        return {
            id_: settled(read.get(id_, ()), (one.decision for one in decided.get(id_, ()) if one.held_at(self._until)))
            for id_ in ids
        }


_PORTION = 1_000
"""Documents per batch whose facts are read to identify vendors."""


@dataclass(frozen=True, slots=True)
class StateStamp:
    """The parts of :meth:`StateHistory.stamp`: the number of documents, the newest sequence number, the checkpoint of
    near-duplicate links, the newest event on the document that changed last, with its hash (0 and "-" if it is long
    ago), and a total of the links.

    By the event, a catalog that was replaced by an older copy is told from the one before also when it has come to the
    same sequence number again.
    """

    documents: int
    sequence: int
    linked: int
    event: int
    hash: str
    links: str

    @classmethod
    def of(cls, text: str) -> StateStamp:
        """Parse a stamp."""
        documents, sequence, linked, event, hash_, links = text.split(" ", 5)
        return cls(int(documents), int(sequence), int(linked), int(event), hash_, links)

    def __str__(self) -> str:
        return f"{self.documents} {self.sequence} {self.linked} {self.event} {self.hash} {self.links}"


@dataclass(frozen=True, slots=True)
class NewestChange:
    """The newest sequence number of a document, and the newest event with its hash; 0 if there is none."""

    sequence: int
    event: int
    hash: str


# Sorted by the index of values: SQLite would sort in memory.
_PLACED = (
    select(documents.c.id, documents.c.sequence, facts.c.value)
    .join(facts, facts.c.document == documents.c.id)
    .where(facts.c.field == _MUNICIPALITY)
    .order_by(facts.c.value)
)
# Every ordinal is one; without it, SQLite would go through all municipalities for each document.
_OF_DOCUMENT = and_(facts.c.document == documents.c.id, facts.c.ordinal >= 0)
_UNPLACED = select(documents.c.id, documents.c.sequence, null()).where(
    not_(exists().where(_OF_DOCUMENT, facts.c.field == _MUNICIPALITY))
)


def _newest(connection: Connection) -> NewestChange:
    event = last_event(connection)
    told = (0, "") if event is None else (event.number, event.hash)
    return NewestChange(newest_sequence(connection), *told)


def _changed_after(connection: Connection, event: int) -> set[str]:
    """Return the documents of which something else may have been said, by rules or persons, after an event."""
    query = select(events.c.document).where(events.c.seq > event, events.c.name.in_(map(str, CHANGE_VENDORS)))
    return set(connection.scalars(query.where(events.c.document.is_not(None)).distinct()))


_NEWEST_EVENTS = (
    select(events.c.seq, events.c.document, events.c.hash).order_by(events.c.seq.desc()).limit(1_000).subquery()
)
_NEWEST_DOCUMENT = select(documents.c.id).order_by(documents.c.sequence.desc(), documents.c.id.desc()).limit(1)
_EVENT_OF_NEWEST = (
    select(_NEWEST_EVENTS.c.seq, _NEWEST_EVENTS.c.hash)
    .where(_NEWEST_EVENTS.c.document == _NEWEST_DOCUMENT.scalar_subquery())
    .order_by(_NEWEST_EVENTS.c.seq.desc())
    .limit(1)
)


def _stamp(connection: Connection) -> str:
    # A change of a document gives it the next sequence number, so the newest one covers all changes; the count covers
    # documents that became hidden.
    of_links = select(
        func.count(),
        func.coalesce(func.sum(likenesses.c.signature * 31 + likenesses.c.other), 0),
        func.coalesce(func.sum(likenesses.c.numbers), 0),
    ).select_from(likenesses)
    links = connection.execute(of_links).one()
    told = " ".join(f"{number:.6f}" if isinstance(number, float) else str(number) for number in links)
    linked = connection.scalar(
        select(func.max(checkpoints.c.sequence)).where(checkpoints.c.name.startswith(NEAR_DUPLICATES))
    )
    newest = connection.execute(_EVENT_OF_NEWEST).first()
    event, hash_ = (0, "-") if newest is None else (newest.seq, newest.hash)
    count, sequence = count_of_documents(connection), newest_sequence(connection)
    return str(StateStamp(count, sequence, linked or 0, event, hash_, told))


def _as_known(recorded: Recorded, number: int) -> Recorded:
    """Return a decision as of an event: not yet undone by a later one."""
    return replace(recorded, undone_by=None) if recorded.held_at(number) else recorded


def _mentions(known: Mapping[str, Sequence[Fact]]) -> Iterator[Mention]:
    for id_, of_document in known.items():
        yield from mentions_of(id_, [fact for fact in of_document if fact.field in VENDOR_FIELDS])


def _called(
    connection: Connection, found: Iterable[Entity], collections: Mapping[str, str]
) -> dict[str, dict[str, VendorName]]:
    """Return vendor names by document and printed name, for these documents with their collections; the past form of
    :func:`archive.store.vendors.rows.names_of_vendors`.
    """
    every = list(found)
    seen = {entity.id: [one for one in entity.mentions if one.document in collections] for entity in every}
    named = ((id_, one.name, collections[one.document]) for id_, mentions in seen.items() for one in mentions)
    secrets = secrets_of(named, private_collections(connection))
    called: dict[str, dict[str, VendorName]] = {}
    for entity in every:
        shown = _shown(entity, {one.name for one in seen[entity.id]})
        for mention in seen[entity.id]:
            kept = secrets.kept(entity.id, collections[mention.document], mention.name, shown)
            if mention.won and kept != VendorName(mention.name, ()):
                called.setdefault(mention.document, {})[mention.name] = kept
    return called


def _shown(entity: Entity, printed: AbstractSet[str]) -> VendorName:
    """Return the displayed name of a firm of which only these names are visible, as the view of vendors does
    (``sql.visibility``)."""
    is_seen = entity.name in printed or any(entity.name.startswith(f"{name} (") for name in printed)
    name = entity.name if is_seen else min(printed, default="")
    return VendorName(name, tuple(other for other in entity.other_names if other in printed))


def _views(
    connection: Connection, rows: Mapping[str, Document], reread: Mapping[str, int]
) -> dict[str, tuple[str | None, Sequence[Tally]]]:
    """Return the language and quality counts of each document, in its reading as of the event."""
    same = [id_ for id_ in rows if id_ not in reread]
    overviews = newest_overviews(connection, same)
    views: dict[str, tuple[str | None, Sequence[Tally]]] = {
        id_: (o.language, o.tallies) for id_, o in overviews.items()
    }
    for id_, number in reread.items():
        old = reading_of(connection, id_, number)
        views[id_] = old.language, [Tally(page_quality(page), 1, page.word_count) for page in old.pages]
    return views
