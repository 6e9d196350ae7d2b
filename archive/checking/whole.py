"""Checking what belongs to no single document: the catalog's file, the event log, and files that nobody names."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from archive.checking.problems import Kind, Problem
from archive.errors import ArchiveBusy, CatalogError
from archive.home import Archive
from archive.store.events import History

KNOWN_HEAD = "checked_events"
"""Under this the catalog keeps the number and hash of the last event of a check: what was there then must stay."""


def check_database(archive: Archive, *, thorough: bool) -> Iterator[Problem]:
    """Whether the catalog's database finds itself in order."""
    where = archive.catalog.location
    try:
        for fault in archive.catalog.integrity.faults(thorough=thorough):
            yield Problem(Kind.CATALOG_DAMAGED, where, f"The database says: {fault}.")
    except CatalogError as error:
        yield Problem(Kind.CATALOG_DAMAGED, where, error.message)


def read_log(archive: Archive) -> tuple[History, list[Problem]]:
    """What the event log tells, and what is wrong with it. A log that cannot be read tells nothing."""
    try:
        stored = archive.catalog.properties.get(KNOWN_HEAD)
        number, hash_ = json.loads(stored) if stored else (0, "")
        history = archive.catalog.events.history([number])
    except (CatalogError, ValueError, KeyError, TypeError) as error:
        return History(), [Problem(Kind.EVENT_LOG_BROKEN, "event log", f"The event log cannot be read: {error}.")]
    problems = []
    if history.broken:
        first, *others = history.broken
        more = f" {len(others)} after it do not fit either: {', '.join(map(str, others[:10]))}." if others else ""
        message = f"Event {first} was changed, or events before it were removed.{more}"
        problems.append(Problem(Kind.EVENT_LOG_BROKEN, f"event {first}", message))
    if number and history.hashes.get(number) != hash_:
        message = f"Event {number} is not the one that the last check saw there: the log was cut off or rewritten."
        problems.append(Problem(Kind.EVENT_LOG_CUT, f"event {number}", message))
    return history, problems


def check_access(archive: Archive) -> Iterator[Problem]:
    """Whether users, tokens and private collections are those that the event log tells of."""
    try:
        differences = archive.catalog.integrity.policy_differences()
    except (CatalogError, ValueError, KeyError, TypeError) as error:
        yield Problem(Kind.EVENT_LOG_BROKEN, "event log", f"What it tells of users cannot be read: {error}.")
        return
    for message in differences:
        yield Problem(Kind.ACCESS_CHANGED, "users and collections", message)


def check_rulings(archive: Archive) -> Iterator[Problem]:
    """Whether what persons said of vendors is what the event log tells."""
    try:
        events = archive.catalog.vendors.ruling_differences()
    except (LookupError, ValueError) as error:
        yield Problem(Kind.DECISION_CHANGED, "rulings on vendors", f"They cannot be compared with the log: {error}.")
        return
    for event in events:
        message = "What is kept of a ruling on vendors, or of its being taken back, is not what the event log tells."
        yield Problem(Kind.DECISION_CHANGED, f"event {event}", message)


def check_strangers(archive: Archive, known: Collection[str], history: History) -> Iterator[Problem]:
    """Documents that the log tells of and the catalog does not know, and originals that neither knows.

    :param known: the documents of the catalog, asked for before the log was read.
    """
    for document in sorted(history.documents.keys() - known):
        if history.documents[document].readings and not archive.catalog.documents.has(document):
            message = "The event log tells that it was taken in, and the catalog does not know it."
            yield Problem(Kind.DOCUMENT_MISSING, f"document {document}", message, document)
    unknown = [id_ for id_ in archive.originals.ids() if id_ not in known and id_ not in history.documents]
    if unknown:
        yield from _unknown(archive, unknown)


def _unknown(archive: Archive, candidates: Collection[str]) -> Iterator[Problem]:
    try:
        # A document that is being added has its original first. Only while nobody writes is such a file left over.
        with archive.writing(reconcile=False):
            left = [id_ for id_ in candidates if not archive.catalog.documents.has(id_) and archive.originals.has(id_)]
    except ArchiveBusy:
        return
    for id_ in left:
        yield Problem(Kind.ORIGINAL_UNKNOWN, archive.originals.where(id_), "No document has this original.")
