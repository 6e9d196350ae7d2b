"""What the archive was like after an event: its documents, their readings and facts, and what persons said by then.

Documents, readings and decisions are kept for good, so they are had as they were. So are facts that rules read,
except those that were put aside by a version of Dosije that did not keep them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from archive.decisions import Recorded, settled
from archive.description import VendorName, describe
from archive.fields import VENDOR_FIELDS
from archive.model import Document, Fact
from archive.quality import Tally, document_quality, page_quality
from archive.store import decisions, documents, readings, sharing, superseded, vendors
from archive.store.describing import Known
from archive.store.events import EventName
from archive.store.facts import rule_facts
from archive.store.sql.tables import events
from archive.store.vendor_rulings import every as every_ruling
from archive.store.vendor_secrets import secrets_of
from archive.vendors.entities import Entity, entities
from archive.vendors.identity import Mention

READ_BY = (EventName.INGESTION, EventName.METADATA_EXTRACTION)
"""The events by which a document has other words, facts of rules or clauses than before."""


@dataclass(slots=True)
class Told:
    """What the log tells of the documents that there were after an event.

    ``readings`` are the newest readings of then. ``replaced_by`` names, for documents whose facts were read anew since,
    the first event that did it, and ``digests`` has what those events say of the facts that they put aside.
    """

    readings: dict[str, int] = field(default_factory=dict)
    replaced_by: dict[str, int] = field(default_factory=dict)
    digests: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Whole:
    """All documents of then, whoever may see them: their readings, the decisions on them, the facts that stood, and the
    vendors that these named. ``lost`` are those whose facts of then were not kept."""

    number: int
    readings: Mapping[str, int]
    decided: Mapping[str, Sequence[Recorded]]
    standing: Mapping[str, tuple[Fact, ...]]
    vendors: Sequence[Entity]
    lost: frozenset[str]


@dataclass(frozen=True, slots=True)
class Past:
    """The documents of then that may be seen now. ``reread`` maps those that have a newer reading by now to the number
    of the one of then.

    ``lost`` are those whose facts of then were not kept; the oldest ones that are to be had stand in their place.
    """

    documents: Mapping[str, Known]
    reread: Mapping[str, int]
    lost: frozenset[str]


def recall(connection: Connection, number: int) -> Whole:
    """What was known after the event of this number.

    Which names are one firm is found from all documents, as it is now, and with the collections that are private now.

    :param connection: one from which nothing is hidden.
    """
    told = _told(connection, number)
    read, lost = _facts(connection, told)
    decided = decisions.every(connection, told.readings)
    standing = {
        id_: settled(read.get(id_, ()), (one.decision for one in decided.get(id_, ()) if one.held_at(number)))
        for id_ in told.readings
    }
    rulings = [one.ruling for one in every_ruling(connection) if one.held_at(number)]
    found = entities(_mentions(standing), rulings, sharing.private_documents(connection))
    return Whole(number, told.readings, decided, standing, found, lost)


def as_seen(connection: Connection, whole: Whole) -> Past:
    """What those may know of it who see what this connection does."""
    rows = documents.by_id(connection, whole.readings)
    reread = {id_: whole.readings[id_] for id_, row in rows.items() if whole.readings[id_] != row.reading}
    called = _called(connection, whole.vendors, rows)
    views = _views(connection, rows, reread)
    known = {
        id_: Known(
            describe(
                rows[id_], views[id_][0], document_quality(views[id_][1]), whole.standing[id_], called.get(id_, {})
            ),
            whole.standing[id_],
            tuple(_as_known(one, whole.number) for one in whole.decided.get(id_, ()) if one.event <= whole.number),
        )
        for id_ in rows
    }
    return Past(known, reread, whole.lost & rows.keys())


def _as_known(recorded: Recorded, number: int) -> Recorded:
    """A decision as it was known then: what took it back later had not happened."""
    return replace(recorded, undone_by=None) if recorded.held_at(number) else recorded


def _told(connection: Connection, number: int) -> Told:
    columns = (events.c.seq, events.c.document, events.c.name, events.c.detail)
    query = select(*columns).where(events.c.name.in_(map(str, READ_BY))).order_by(events.c.seq)
    told = Told()
    for row in connection.execute(query):
        detail = json.loads(row.detail)
        if row.seq <= number:
            told.readings[row.document] = detail["reading"]
        elif row.document in told.readings and "facts" in detail:
            told.replaced_by.setdefault(row.document, row.seq)
            if superseded.DIGEST in detail:
                told.digests[row.seq] = detail[superseded.DIGEST]
    return told


def _facts(connection: Connection, told: Told) -> tuple[dict[str, list[Fact]], frozenset[str]]:
    """The facts that rules had read, and the documents of which they were not kept."""
    read = rule_facts(connection, told.readings)
    lost = {id_ for id_, event in told.replaced_by.items() if id_ in told.readings and event not in told.digests}
    # They come the newest first, so that the oldest ones that were kept remain.
    for document, facts in superseded.put_aside(connection, told.digests):
        read[document] = facts
    return read, frozenset(lost)


def _mentions(standing: Mapping[str, Sequence[Fact]]) -> Iterator[Mention]:
    for id_, facts in standing.items():
        yield from vendors.mentions_of(id_, [fact for fact in facts if fact.field in VENDOR_FIELDS])


def _called(
    connection: Connection, found: Iterable[Entity], rows: Mapping[str, Document]
) -> dict[str, dict[str, VendorName]]:
    """By document and printed name, what vendors are called where it is not as printed alone: what
    :func:`archive.store.vendors.names_of_vendors` reads from the tables of now."""
    seen = {entity.id: [one for one in entity.mentions if one.document in rows] for entity in found}
    named = ((id_, one.name, rows[one.document].collection) for id_, mentions in seen.items() for one in mentions)
    secrets = secrets_of(named, sharing.private(connection))
    called: dict[str, dict[str, VendorName]] = {}
    for entity in found:
        shown = _shown(entity, {one.name for one in seen[entity.id]})
        for mention in seen[entity.id]:
            kept = secrets.kept(entity.id, rows[mention.document].collection, mention.name, shown)
            if mention.won and kept != VendorName(mention.name, ()):
                called.setdefault(mention.document, {})[mention.name] = kept
    return called


def _shown(entity: Entity, printed: AbstractSet[str]) -> VendorName:
    """What a firm is called by those who see only these of its names, as the view of the vendors has it
    (:mod:`archive.store.sql.visibility`)."""
    is_seen = any(entity.name.startswith(name) for name in printed)
    name = entity.name if is_seen else min(printed, default="")
    return VendorName(name, tuple(other for other in entity.other_names if other in printed))


def _views(
    connection: Connection, rows: Mapping[str, Document], reread: Mapping[str, int]
) -> dict[str, tuple[str | None, Sequence[Tally]]]:
    """The language of each document and how well it was read, in the reading of then."""
    same = [id_ for id_ in rows if id_ not in reread]
    languages, tallies = readings.newest_languages(connection, same), readings.newest_tallies(connection, same)
    views: dict[str, tuple[str | None, Sequence[Tally]]] = {id_: (languages[id_], tallies.get(id_, ())) for id_ in same}
    for id_, number in reread.items():
        old = readings.one(connection, id_, number)
        views[id_] = old.language, [Tally(page_quality(page), 1, page.word_count) for page in old.pages]
    return views
