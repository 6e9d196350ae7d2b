"""What rules read in a document before they read it anew: kept under the event that put other facts in its place.

The event has the digest of what is kept, so it cannot be changed without a trace. Events of before this was kept have
none: what they put aside is not to be had.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select

from archive.errors import CatalogError
from archive.model import Fact, FactStatus, Span
from archive.store import events
from archive.store.database import batches
from archive.store.events import EventName
from archive.store.facts import fact_columns
from archive.store.tables import superseded_facts

DIGEST = "superseded"
"""The detail of an event with the SHA-256 of the facts, packed, that it put aside."""


def append(connection: Connection, document: str, detail: Mapping[str, object], before: Sequence[Fact]) -> None:
    """Record that rules read a document anew, and keep the facts of before."""
    told = [fact_columns(document, fact) for fact in before]
    packed = zlib.compress(json.dumps(told, ensure_ascii=False, sort_keys=True).encode(), 9)
    digest = {DIGEST: sha256(packed).hexdigest()}
    event = events.append(connection, EventName.METADATA_EXTRACTION, document, {**detail, **digest})
    connection.execute(insert(superseded_facts).values(event=event, document=document, packed=packed))


def put_aside(connection: Connection, digests: Mapping[int, str]) -> Iterator[tuple[str, list[Fact]]]:
    """The documents of these events with the facts that each put aside, the newest event first.

    :param digests: what the events say of them.
    :raises CatalogError: they are not what was kept.
    """
    for batch in batches(map(str, sorted(digests, reverse=True))):
        of_batch = superseded_facts.c.event.in_(map(int, batch))
        query = select(superseded_facts).where(of_batch).order_by(superseded_facts.c.event.desc())
        for row in connection.execute(query):
            if sha256(row.packed).hexdigest() != digests[row.event]:
                raise CatalogError(
                    "The facts that event %(event)s put aside were changed.",
                    "Put back a backup of the catalog.",
                    event=row.event,
                )
            yield row.document, [_fact(told) for told in json.loads(zlib.decompress(row.packed))]


def _fact(told: Mapping[str, Any]) -> Fact:
    span = None
    if told["reading"] is not None:
        span = Span(told["document"], told["reading"], told["first_word"], told["last_word"])
    names = ("field", "value", "method", "confidence", "details")
    return Fact(**{name: told[name] for name in names}, span=span, status=FactStatus(told["status"]))
