"""Documents: adding them, looking them up, and reading all that is known about them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, cast, func, insert, literal, null, select, tuple_, union_all

from archive.errors import CatalogError, Message, UnknownDocument
from archive.model import Clause, Document, Fact, Reading, Words
from archive.model.decisions import Recorded, settled
from archive.model.description import Description, describe
from archive.model.fields import NUMBER_FIELDS, RULING_FIELD
from archive.model.quality import document_quality
from archive.store.checkpoints import next_sequence
from archive.store.clauses import insert_clauses
from archive.store.document_rows import (
    WHOLE_DOCUMENT,
    documents_by_id,
    insert_reading,
    insert_source,
    is_known,
    newest_overviews,
)
from archive.store.events import EventName, append_event
from archive.store.fact_rows import all_decisions, insert_facts, rule_facts
from archive.store.members import OF_MEMBER, Member, Membership, clear_failure, insert_members
from archive.store.readings import refuse_contradictions
from archive.store.sql.database import Repository, in_transaction
from archive.store.sql.tables import decided_facts, documents, facts, failures, members, sources
from archive.store.sql.totals import count_of_documents, put_in
from archive.store.vendors.rows import vendors_of_documents
from archive.system.failpoints import passing

LEAST_PREFIX = 8
"""Fewest digits of an id prefix: enough that it was copied and is not a slip of the keyboard."""

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Source:
    """A path from which a document's bytes came, and when it was first seen."""

    path: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known about a document.

    ``decisions`` include undone ones. ``vendors`` are the ids of its vendors and bidders by printed name; empty for a
    past state.
    """

    document: Document
    description: Description
    facts: tuple[Fact, ...]
    decisions: tuple[Recorded, ...]
    vendors: Mapping[str, str] = field(default_factory=dict)
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The members of a container, the containers that a document is in, its source paths, all numbers that were ever
    stated for it or cited in it, and the documents that were ever ruled to belong to its procedure or not."""

    members: tuple[Member, ...]
    containers: tuple[Membership, ...]
    sources: tuple[Source, ...]
    numbers: frozenset[str]
    ruled: frozenset[str] = frozenset()


def load_known(connection: Connection, ids: Iterable[str]) -> dict[str, Known]:
    """Return what is currently known about each of these documents; unknown ids are omitted."""
    wanted = list(ids)
    overviews = newest_overviews(connection, wanted)
    read = rule_facts(connection, wanted)
    decided = all_decisions(connection, (id_ for id_, overview in overviews.items() if overview.has_decisions))
    ids, named = vendors_of_documents(connection, wanted)
    found = {}
    for id_ in wanted:
        if id_ not in overviews:
            continue
        seen = overviews[id_]
        made = tuple(decided.get(id_, ()))
        facts = settled(read.get(id_, ()), (one.decision for one in made if one.undone_by is None))
        quality = document_quality(seen.tallies)
        description = describe(seen.document, seen.language, quality, facts, named.get(id_, {}))
        found[id_] = Known(seen.document, description, facts, made, ids.get(id_, {}), seen.sequence)
    return found


class Documents(Repository):
    """Documents and the paths they came from."""

    def add(
        self,
        document: Document,
        reading: Reading,
        words: Sequence[Words],
        facts: Sequence[Fact],
        source: str,
        contents: Sequence[str] = (),
        clauses: Sequence[Clause] = (),
    ) -> None:
        """Add a document with its first reading, facts, clauses and source path, atomically.

        ``words`` holds one page for each page of ``reading``. ``contents`` are the paths of a container's members,
        which are due from then on. A failure recorded for ``source`` is cleared.

        :raises ValueError: the parts are inconsistent.
        :raises CatalogError: the document is already there.
        """
        _refuse_other_reading(document, reading)
        refuse_contradictions(reading, words, facts, clauses)
        captured = {"path": source, "size": document.size}
        ingested = {"reading": reading.number, "pages": document.page_count, "words": document.word_count}
        with self._database.writing() as connection:
            if is_known(connection, document.id):
                raise CatalogError(
                    "Document %(id)s is already in the catalog.", "Add its path as another source.", id=document.id
                )
            row = {**asdict(document), "sequence": next_sequence(connection)}
            connection.execute(insert(documents).values(row))
            insert_source(connection, document.id, source)
            insert_reading(connection, reading, words)
            put_in(connection, document.id)
            insert_facts(connection, document.id, facts)
            insert_clauses(connection, document.id, reading.number, clauses)
            insert_members(connection, document.id, contents)
            clear_failure(connection, source)
            append_event(connection, EventName.CAPTURE, document.id, captured)
            found = {"facts": len(facts), "clauses": len(clauses)}
            append_event(connection, EventName.INGESTION, document.id, ingested | found)
            passing("document-written")
        passing("document-stored")

    def add_source(self, document_id: str, path: str) -> None:
        """Add another source path. Does nothing if the path is known.

        :raises UnknownDocument: there is no such document.
        """
        with self._database.writing() as connection:
            if not is_known(connection, document_id):
                raise UnknownDocument("There is no document %(id)s.", id=document_id)
            if insert_source(connection, document_id, path):
                append_event(connection, EventName.CAPTURE, document_id, {"path": path})

    def sources(self, document_id: str) -> tuple[Source, ...]:
        """Return the source paths of a document, the first seen first."""
        query = select(sources.c.path, sources.c.seen_at).where(sources.c.document == document_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(sources.c.seen_at, sources.c.path))
            return tuple(Source(row.path, row.seen_at) for row in rows)

    def surroundings(self, document_id: str) -> Surroundings:
        """Return the members, containers, source paths and numbers of a document, with one query."""
        nothing, never = cast(null(), Text), cast(null(), sources.c.seen_at.type)
        query = union_all(
            select(
                literal("source").label("kind"),
                sources.c.path,
                nothing.label("other"),
                nothing.label("reason"),
                sources.c.seen_at,
                literal(0).label("ordinal"),
            ).where(sources.c.document == document_id),
            select(literal("container"), members.c.path, members.c.container, nothing, never, members.c.ordinal).where(
                members.c.document == document_id
            ),
            select(literal("member"), members.c.path, members.c.document, failures.c.reason, never, members.c.ordinal)
            .outerjoin(failures, OF_MEMBER)
            .where(members.c.container == document_id),
            *(
                select(literal("number"), table.c.value, nothing, nothing, never, literal(0)).where(
                    table.c.document == document_id, func.coalesce(table.c.field, "").in_(NUMBER_FIELDS)
                )
                for table in (facts, decided_facts)
            ),
            select(literal("ruled"), decided_facts.c.document, nothing, nothing, never, literal(0)).where(
                decided_facts.c.field == RULING_FIELD, decided_facts.c.value == document_id
            ),
        )
        rows: defaultdict[str, list[Row[Any]]] = defaultdict(list)
        with self._database.reading() as connection:
            for row in connection.execute(query):
                rows[row.kind].append(row)
        held = sorted(rows["member"], key=lambda row: (row.ordinal, row.path))
        lies = sorted(rows["container"], key=lambda row: (row.other, row.ordinal))
        came = sorted(rows["source"], key=lambda row: (row.seen_at, row.path))
        return Surroundings(
            tuple(Member(row.path, row.other, row.reason) for row in held),
            tuple(Membership(row.other, row.path) for row in lies),
            tuple(Source(row.path, row.seen_at) for row in came),
            frozenset(row.path for row in rows["number"]),
            frozenset(row.path for row in rows["ruled"]),
        )

    has = in_transaction(is_known)

    def find(self, prefix: str) -> Document:
        """Return the one document whose id begins with ``prefix`` (8 digits or more, in either case).

        :raises UnknownDocument: the prefix is too short or not hexadecimal, or none or several documents match.
        """
        wanted = prefix.lower()
        if not re.fullmatch(rf"[0-9a-f]{{{LEAST_PREFIX},64}}", wanted):
            raise UnknownDocument(
                "%(id)s is not a document id.",
                "An id is 64 hexadecimal digits, or the first %(least)s or more of them.",
                id=repr(prefix),
                least=LEAST_PREFIX,
            )
        # "g" sorts after every hexadecimal digit. A range uses the primary key's index in both databases; LIKE does
        # not.
        within = documents.c.id.between(wanted, wanted + "g")
        query = WHOLE_DOCUMENT.where(within).order_by(documents.c.id).limit(_NAMED + 1)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        if not rows:
            raise UnknownDocument(
                "No document has an id that begins with %(id)s.", "Search for it by its words.", id=wanted
            )
        if len(rows) > 1:
            named = ", ".join(f"{row.id} ({row.filename})" for row in rows[:_NAMED])
            raise UnknownDocument(
                "Several documents have ids that begin with %(id)s: %(our_names)s.",
                "Give more of it.",
                id=wanted,
                our_names=Message("%(names)s and more", names=named) if len(rows) > _NAMED else named,
            )
        return Document(*rows[0])

    def newest_first(self) -> Iterator[Document]:
        """Yield every document, the last added first, in batches, so that no transaction stays open between them."""
        batch_size = self._database.batch_size
        key = tuple_(documents.c.added_at, documents.c.id)
        query = WHOLE_DOCUMENT.order_by(documents.c.added_at.desc(), documents.c.id.desc()).limit(batch_size)
        after = query
        while True:
            with self._database.reading() as connection:
                batch = [Document(*row) for row in connection.execute(after)]
            yield from batch
            if len(batch) < batch_size:
                return
            after = query.where(key < tuple_(batch[-1].added_at, batch[-1].id))

    def newest(self, most: int) -> list[Document]:
        """Return the ``most`` documents that were added last, the last one first."""
        newest = WHOLE_DOCUMENT.order_by(documents.c.added_at.desc(), documents.c.id.desc()).limit(most)
        with self._database.reading() as connection:
            return [Document(*row) for row in connection.execute(newest)]

    count = in_transaction(count_of_documents)

    def descriptions(self, ids: Iterable[str]) -> dict[str, Description]:
        """Return the description of each of these documents; unknown ids are omitted."""
        return {id_: known.description for id_, known in self.known(ids).items()}

    known = in_transaction(load_known)

    named = in_transaction(documents_by_id)


def _refuse_other_reading(document: Document, reading: Reading) -> None:
    if (reading.document, reading.number) != (document.id, document.reading):
        raise ValueError(f"reading {reading.number} of {reading.document} is not the one {document.id} names")
    if document.added_at.tzinfo is None:
        raise ValueError(f"the moment {document.id} was added needs its time zone")
    if (document.page_count, document.word_count) != (len(reading.pages), reading.word_count):
        raise ValueError(f"{document.id} counts other pages or words than its reading")
