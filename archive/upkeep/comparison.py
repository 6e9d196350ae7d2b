"""The comparisons of a check: database, event log, users, rulings, each document, derived data, and indexes."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from archive.archive import Archive
from archive.errors import ArchiveBusy, CatalogError, EngineUnavailable, IndexDamaged, OriginalDamaged
from archive.search.engine import SearchEngine
from archive.search.entries import document_of, entry_id
from archive.search.index_state import generation_of, is_missing
from archive.search.near_duplicates import NearDuplicateLinker
from archive.search.request import Unit
from archive.store.catalog import Catalog
from archive.store.events import DocumentHistory, History
from archive.store.integrity import Inspected
from archive.store.originals.files import OriginalStore
from archive.upkeep.problems import Problem, ProblemKind, RepairAction

KNOWN_HEAD = "checked_events"
"""Property of the catalog: number and hash of the newest event at the last check, which must not change."""


def check_database(archive: Archive, *, thorough: bool) -> Iterator[Problem]:
    """Run the catalog database's own checks."""
    where = archive.catalog.location
    try:
        for fault in archive.catalog.integrity.faults(thorough=thorough):
            yield Problem(ProblemKind.CATALOG_DAMAGED, where, f"The database says: {fault}.")
    except CatalogError as error:
        yield Problem(ProblemKind.CATALOG_DAMAGED, where, error.message)


def read_log(archive: Archive) -> tuple[History, list[Problem]]:
    """Read the event log; return its history and its problems. An unreadable log has no history."""
    try:
        stored = archive.catalog.properties.get(KNOWN_HEAD)
        number, hash_ = json.loads(stored) if stored else (0, "")
        history = archive.catalog.events.history([number])
    except (CatalogError, ValueError, KeyError, TypeError) as error:
        return History(), [
            Problem(ProblemKind.EVENT_LOG_BROKEN, "event log", f"The event log cannot be read: {error}.")
        ]
    problems = []
    if history.broken:
        first, *others = history.broken
        more = f" {len(others)} after it do not fit either: {', '.join(map(str, others[:10]))}." if others else ""
        message = f"Event {first} was changed, or events before it were removed.{more}"
        problems.append(Problem(ProblemKind.EVENT_LOG_BROKEN, f"event {first}", message))
    if number and history.hashes.get(number) != hash_:
        message = f"Event {number} is not the one that the last check saw there: the log was cut off or rewritten."
        problems.append(Problem(ProblemKind.EVENT_LOG_CUT, f"event {number}", message))
    return history, problems


def check_access(archive: Archive) -> Iterator[Problem]:
    """Compare users, tokens and private collections with the event log."""
    try:
        differences = archive.catalog.integrity.policy_differences()
    except (CatalogError, ValueError, KeyError, TypeError) as error:
        yield Problem(ProblemKind.EVENT_LOG_BROKEN, "event log", f"What it tells of users cannot be read: {error}.")
        return
    for message in differences:
        yield Problem(ProblemKind.ACCESS_CHANGED, "users and collections", message)


def check_rulings(archive: Archive) -> Iterator[Problem]:
    """Compare rulings on vendors with the event log."""
    try:
        events = archive.catalog.vendors.ruling_differences()
    except (LookupError, ValueError) as error:
        yield Problem(
            ProblemKind.DECISION_CHANGED, "rulings on vendors", f"They cannot be compared with the log: {error}."
        )
        return
    for event in events:
        message = "What is kept of a ruling on vendors, or of its being taken back, is not what the event log tells."
        yield Problem(ProblemKind.DECISION_CHANGED, f"event {event}", message)


def check_stories(archive: Archive) -> Iterator[Problem]:
    """Compare stories and readers' marks with the event log."""
    try:
        differences = archive.catalog.stories.differences()
    except (LookupError, ValueError) as error:
        differences = (f"They cannot be compared with the event log: {error}.",)
    for message in differences:
        yield Problem(ProblemKind.STORY_CHANGED, "stories and marks", message)


def check_strangers(archive: Archive, known: Collection[str], history: History) -> Iterator[Problem]:
    """Yield documents in the log that the catalog lacks, and originals that neither has.

    :param known: the documents of the catalog, read before the log.
    """
    for document in sorted(history.documents.keys() - known):
        if history.documents[document].readings and not archive.catalog.documents.has(document):
            message = "The event log tells that it was taken in, and the catalog does not know it."
            yield Problem(ProblemKind.DOCUMENT_MISSING, f"document {document}", message, document)
    unknown = [id_ for id_ in archive.originals.ids() if id_ not in known and id_ not in history.documents]
    if unknown:
        yield from _unknown(archive, unknown)


def _unknown(archive: Archive, candidates: Collection[str]) -> Iterator[Problem]:
    try:
        # A document that is being added has its original first, so a surplus original is a remainder only while nobody
        # writes.
        with archive.writing(reconcile=False):
            left = [id_ for id_ in candidates if not archive.catalog.documents.has(id_) and archive.originals.has(id_)]
    except ArchiveBusy:
        return
    for id_ in left:
        yield Problem(ProblemKind.ORIGINAL_UNKNOWN, archive.originals.where(id_), "No document has this original.")


_CHANGED = {
    "record": ProblemKind.RECORD_CHANGED,
    "facts": ProblemKind.FACT_CHANGED,
    "decisions": ProblemKind.DECISION_CHANGED,
    "clauses": ProblemKind.CLAUSE_CHANGED,
}
_NO_HISTORY = DocumentHistory()

_BESIDE_THE_DIGESTS = (ProblemKind.ORIGINAL_DAMAGED, ProblemKind.READING_REPLACED)
"""Problems of a document whose catalog rows are all right."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The results of a document; ``inspected`` is None if its rows could not be read or were deleted."""

    problems: tuple[Problem, ...]
    inspected: Inspected | None
    bytes: int

    def to_seal(self, told: DocumentHistory) -> frozenset[int] | None:
        """Return the readings to be sealed together with the other digests; None if there is nothing new, or if the
        data are in doubt."""
        found = self.inspected
        if found is None or any(problem.kind not in _BESIDE_THE_DIGESTS for problem in self.problems):
            return None
        unknown = frozenset(found.reading_digests) - set(told.reading_digests) - told.failed
        return unknown if unknown or told.revision != found.revision else None


def check_document(
    originals: OriginalStore, catalog: Catalog, document: str, revision: int, told: DocumentHistory = _NO_HISTORY
) -> Checked:
    """Check the consistency of one document, and compare it with the event log.

    :param revision: its revision before the log was read. If it has changed, the log may be newer.
    """
    problems, size = [], 0
    try:
        size = originals.verify(document)
    except OriginalDamaged as error:
        problems.append(Problem(ProblemKind.ORIGINAL_DAMAGED, originals.where(document), error.message, document))
    inspected = None
    try:
        inspected = catalog.integrity.inspect(document)
    except (CatalogError, ValueError, TypeError) as error:
        message = f"What the catalog holds of it cannot be read: {_reason(error)}"
        problems.append(Problem(ProblemKind.CATALOG_DAMAGED, f"document {document}", message, document))
    if inspected is not None:
        problems += _of_contents(document, inspected, revision, told)
    return Checked(tuple(problems), inspected, size)


def _of_contents(document: str, found: Inspected, revision: int, told: DocumentHistory) -> Iterator[Problem]:
    where = f"document {document}"
    for fault in found.faults:
        message = f"{fault.text[:1].upper()}{fault.text[1:].rstrip('.')}."
        if fault.reading is None:
            yield Problem(ProblemKind.EVIDENCE_ASTRAY, where, message, document)
        else:
            yield _of_reading(document, fault.reading, ProblemKind.READING_DAMAGED, message, found, told)
    for number, digest in found.reading_digests.items():
        is_whole = all(fault.reading != number for fault in found.faults)
        if is_whole and told.reading_digests.get(number, digest) != digest:
            message = f"Reading {number} is not what it was when its digest was recorded."
            yield _of_reading(document, number, ProblemKind.READING_CHANGED, message, found, told)
    if told.revision == found.revision:
        for part, kind in _CHANGED.items():
            if told.digests.get(part) != found.digests[part]:
                message = f"Its {part} changed without a trace since the digest of them was recorded."
                yield Problem(kind, where, message, document)
    yield from _log_problems(document, found, told, is_quiet=found.revision == revision)


def _log_problems(document: str, found: Inspected, told: DocumentHistory, *, is_quiet: bool) -> Iterator[Problem]:
    """Compare a document with the event log. ``is_quiet``: it was not written since the log was read."""
    where = f"document {document}"
    if lost := sorted(told.paths - found.paths):
        message = f"The event log tells that its bytes came from {lost[0]}, and the catalog does not."
        yield Problem(ProblemKind.RECORD_CHANGED, where, message, document)
    if is_quiet:
        for event in sorted(told.superseded.keys() | found.superseded.keys()):
            if told.superseded.get(event) != found.superseded.get(event):
                message = f"The facts that event {event} put aside are not those that it tells of."
                yield Problem(ProblemKind.KEPT_FACTS_CHANGED, where, message, document)
        for number in sorted(set(found.reading_digests) - told.readings):
            message = f"No event that can be believed tells of its reading {number}."
            yield Problem(ProblemKind.EVENT_MISSING, where, message, document)


def _of_reading(
    document: str, number: int, kind: ProblemKind, message: str, found: Inspected, told: DocumentHistory
) -> Problem:
    """Return a problem of a reading. The newest can be read again; an older one is lost, unless that is recorded
    already."""
    where = f"document {document}, reading {number}"
    if number == found.newest:
        return Problem(kind, where, message, document, number, RepairAction.READ_AGAIN)
    if number in told.failed:
        return Problem(ProblemKind.READING_REPLACED, where, message, document, number)
    return Problem(kind, where, message, document, number)


def _reason(error: Exception) -> str:
    return error.message if isinstance(error, CatalogError) else f"{error}."


def check_vendors(archive: Archive) -> Iterator[Problem]:
    """Compare vendors with those computed from facts and rulings. Due vendors are not a problem."""
    if not archive.catalog.vendors.are_as_computed():
        message = "Vendors, or what they are found by, are not what facts and rulings come to."
        yield Problem(ProblemKind.COMPUTED_CHANGED, "vendors", message, repair=RepairAction.COMPUTE_AGAIN)


def check_totals(archive: Archive) -> Iterator[Problem]:
    """Compare the stored totals with recomputed ones."""
    if not archive.catalog.coverage.are_as_counted():
        message = "The documents and pages that are kept counted are not those that there are."
        yield Problem(ProblemKind.COMPUTED_CHANGED, "totals", message, repair=RepairAction.COMPUTE_AGAIN)


def check_copies(archive: Archive, document: str) -> Iterator[Problem]:
    """Compare a document's signature with its words."""
    try:
        is_right = NearDuplicateLinker(archive.catalog).is_as_computed(document)
    except ValueError:
        # A sketch of invalid length.
        is_right = False
    if not is_right:
        message = "What it is compared with others by, or a link to one, is not what its words come to."
        yield Problem(
            ProblemKind.COMPUTED_CHANGED, f"document {document}", message, document, repair=RepairAction.COMPUTE_AGAIN
        )


@dataclass(frozen=True, slots=True)
class _Index:
    """The index of a unit: its engine, and its expected entries."""

    engine: SearchEngine
    unit: Unit
    expected: Callable[[], Mapping[str, int]]


def check_indexes(archive: Archive) -> Iterator[Problem]:
    """Check both indexes. Due documents are not a problem, nor are changes by a concurrent writer."""
    catalog = archive.catalog

    def units() -> Mapping[str, int]:
        return {entry_id(*unit): revision for unit, revision in catalog.clauses.unit_revisions().items()}

    yield from _check(archive, _Index(archive.engine, Unit.DOCUMENTS, catalog.indexing.revisions))
    yield from _check(archive, _Index(archive.clause_engine, Unit.CLAUSES, units))


def check_passages(archive: Archive) -> Iterator[Problem]:
    """Verify the passages of search by meaning, if that is switched on."""
    meaning = archive.meaning
    if meaning is None:
        return
    try:
        meaning.check()
    except IndexDamaged as error:
        repair = RepairAction.FORGET_PASSAGES
        yield Problem(ProblemKind.PASSAGES_DAMAGED, "search by meaning", error.message, repair=repair)
        return
    state = meaning.state()
    if state.problem or state.due:
        message = state.problem or f"{state.due} documents wait to be compared by meaning."
        yield Problem(ProblemKind.PASSAGES_BEHIND, "search by meaning", message)


def _check(archive: Archive, index: _Index) -> Iterator[Problem]:
    where = index.engine.where
    try:
        damages = [error.message for error in index.engine.damages()]
        if is_missing(archive.catalog, index.engine, index.unit):
            damages = ["The index is gone; the catalog has documents recorded in it."]
        due, wrong = _compared(archive, index)
    except EngineUnavailable as error:
        yield Problem(ProblemKind.INDEX_UNREACHABLE, where, error.message)
        return
    except IndexDamaged as error:
        due, wrong = 0, 0
        damages = damages or [error.message]
    for message in damages:
        yield Problem(ProblemKind.INDEX_DAMAGED, where, message, repair=RepairAction.REBUILD_INDEX)
    if wrong and not damages:
        message = f"It differs from the catalog in {wrong} documents that are recorded as indexed."
        yield Problem(ProblemKind.INDEX_DIFFERS, where, message, repair=RepairAction.REBUILD_INDEX)
    if due and not damages:
        message = f"{due} documents wait to be indexed."
        yield Problem(ProblemKind.INDEX_BEHIND, where, message, repair=RepairAction.INDEX_DUE)


def _compared(archive: Archive, index: _Index) -> tuple[int, int]:
    """Count the due documents, and others whose indexed state differs from the record.

    The catalog is read before and after the index; documents that a concurrent writer changed are not compared.
    """
    before = archive.catalog.indexing.revisions()
    expected = index.expected()
    generation = index.engine.generation
    due = set(archive.catalog.indexing.due(generation_of(index.engine, index.unit)))
    held = {id_: known.revision for id_, known in index.engine.held().items()}
    if index.engine.generation != generation:
        return _compared(archive, index)
    known = index.expected()
    after = archive.catalog.indexing.revisions()
    changed = {id_ for id_, _ in before.items() ^ after.items()}
    same = expected.items() & known.items()
    lacking = {document_of(id_) for id_, revision in same if held.get(id_, -1) < revision}
    strangers = {document_of(id_) for id_ in held.keys() - expected.keys() - known.keys()}
    return len(due), len((lacking | strangers) - due - changed)
