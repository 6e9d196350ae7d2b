"""What the event log tells of the archive as a whole: which readings came to be, and which digests were recorded.

A *seal* is an event with the digests of what the catalog held of a document (:mod:`archive.store.inspecting`). As it is
part of the chain, it cannot be changed without a trace; so what differs from it was changed without one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from archive.store import events
from archive.store.events import EventName, Link
from archive.store.superseded import DIGEST

FAILED_READING = "failed_reading"
"""The detail of a fixity check that says which reading of a document is known to be damaged and was read again."""


@dataclass(slots=True)
class Told:
    """What the log tells of one document: its readings, their digests by number, those of the rest with the revision
    they are of, the readings known to be damaged, the digests of the facts that each event put aside, and the paths
    that its bytes came from."""

    readings: set[int] = field(default_factory=set)
    reading_digests: dict[int, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    revision: int | None = None
    failed: set[int] = field(default_factory=set)
    superseded: dict[int, str] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)


@dataclass(slots=True)
class History:
    """``broken`` are the numbers of events that do not fit into the chain; ``hashes`` those of the events asked for.

    ``head`` is the hash of the last event, None before the first.
    """

    count: int = 0
    head: str | None = None
    broken: list[int] = field(default_factory=list)
    hashes: dict[int, str] = field(default_factory=dict)
    documents: dict[str, Told] = field(default_factory=dict)


def read_history(connection: Connection, wanted: frozenset[int] = frozenset()) -> History:
    """Walk the whole log. What an event that does not fit says is not believed.

    :param wanted: the events whose hashes are to be kept.
    """
    history = History()
    for link in events.links(connection):
        history.count, history.head = history.count + 1, link.hash
        if link.number in wanted:
            history.hashes[link.number] = link.hash
        if not link.is_sound:
            history.broken.append(link.number)
        elif link.document is not None:
            _take(history.documents.setdefault(link.document, Told()), link)
    return history


def _take(told: Told, link: Link) -> None:
    detail: dict[str, Any] = json.loads(link.detail)
    if DIGEST in detail:
        told.superseded[link.number] = detail[DIGEST]
    # A path in a container is its member's, which the catalog does not keep as a path of the bytes.
    if link.name == EventName.CAPTURE and "path" in detail and "container" not in detail:
        told.paths.add(detail["path"])
    if link.name in (EventName.INGESTION, EventName.METADATA_EXTRACTION):
        told.readings |= {detail["reading"]} if "reading" in detail else set()
    elif link.name == EventName.MESSAGE_DIGEST_CALCULATION:
        # A reading never changes, so its first digest holds for good.
        told.reading_digests = {int(number): sha for number, sha in detail["readings"].items()} | told.reading_digests
        told.digests, told.revision = detail["digests"], detail["revision"]
    elif link.name == EventName.FIXITY_CHECK and FAILED_READING in detail:
        told.failed.add(detail[FAILED_READING])
