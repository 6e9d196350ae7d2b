"""What the archive was like after an event: its documents, their readings and facts, and what persons said by then.

Documents, readings and decisions are kept for good, so they are had as they were. So are facts that rules read,
except those that were put aside by a version of Dosije that did not keep them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from archive.decisions import Recorded, settled
from archive.description import VendorName, describe
from archive.fields import VENDOR_FIELDS
from archive.model import Document, Fact
from archive.quality import Tally, document_quality, page_quality
from archive.store import decisions, documents, readings, superseded, vendors
from archive.store.describing import Known
from archive.store.events import EventName
from archive.store.facts import rule_facts
from archive.store.tables import events
from archive.store.vendor_rulings import every as every_ruling
from archive.vendors.entities import Entity, entities
from archive.vendors.identity import Mention

_READ_BY = (EventName.INGESTION, EventName.METADATA_EXTRACTION)


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
class Past:
    """The documents of then. ``reread`` maps those that have a newer reading by now to the number of the one of then.

    ``lost`` are those whose facts of then were not kept; the oldest ones that are to be had stand in their place.
    """

    documents: Mapping[str, Known]
    reread: Mapping[str, int]
    lost: frozenset[str]


def recall(connection: Connection, number: int) -> Past:
    """What was known after the event of this number."""
    told = _told(connection, number)
    rows = documents.by_id(connection, told.readings)
    # Whoever may not see a document sees its events, but not its row.
    told.readings = {id_: reading for id_, reading in told.readings.items() if id_ in rows}
    reread = {id_: reading for id_, reading in told.readings.items() if reading != rows[id_].reading}
    read, lost = _facts(connection, told)
    decided = decisions.every(connection, told.readings)
    standing = {
        id_: settled(read.get(id_, ()), (one.decision for one in decided.get(id_, ()) if one.held_at(number)))
        for id_ in told.readings
    }
    rulings = [one.ruling for one in every_ruling(connection) if one.held_at(number)]
    called = _called(entities(_mentions(standing), rulings))
    views = _views(connection, rows, reread)
    known = {
        id_: Known(
            describe(rows[id_], views[id_][0], document_quality(views[id_][1]), facts, called.get(id_, {})),
            facts,
            tuple(_as_known(one, number) for one in decided.get(id_, ()) if one.event <= number),
        )
        for id_, facts in standing.items()
    }
    return Past(known, reread, lost)


def _as_known(recorded: Recorded, number: int) -> Recorded:
    """A decision as it was known then: what took it back later had not happened."""
    return replace(recorded, undone_by=None) if recorded.held_at(number) else recorded


def _told(connection: Connection, number: int) -> Told:
    columns = (events.c.seq, events.c.document, events.c.name, events.c.detail)
    query = select(*columns).where(events.c.name.in_(map(str, _READ_BY))).order_by(events.c.seq)
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


def _called(found: Iterable[Entity]) -> dict[str, dict[str, VendorName]]:
    """By document and printed name, what vendors are called where it is not as printed alone."""
    called: dict[str, dict[str, VendorName]] = {}
    for entity in found:
        others = entity.other_names
        for mention in entity.mentions:
            if mention.won and (entity.name != mention.name or others):
                called.setdefault(mention.document, {})[mention.name] = VendorName(entity.name, others)
    return called


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
