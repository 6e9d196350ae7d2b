"""Checking one document: its original, its readings, and what points into them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archive.checking.problems import Kind, Problem, Repair
from archive.errors import CatalogError, OriginalDamaged
from archive.store.catalog import Catalog
from archive.store.events import DocumentHistory
from archive.store.integrity import Inspected
from archive.store.originals.files import OriginalStore

_CHANGED = {
    "record": Kind.RECORD_CHANGED,
    "facts": Kind.FACT_CHANGED,
    "decisions": Kind.DECISION_CHANGED,
    "clauses": Kind.CLAUSE_CHANGED,
}
_NEVER_TOLD = DocumentHistory()

_BESIDE_THE_DIGESTS = (Kind.ORIGINAL_DAMAGED, Kind.READING_REPLACED)
"""What may be wrong with a document whose catalog rows are all right."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a document; ``inspected`` is None if its rows could not be read or are gone."""

    problems: tuple[Problem, ...]
    inspected: Inspected | None
    bytes: int

    def to_seal(self, told: DocumentHistory) -> frozenset[int] | None:
        """The readings whose digests are to be recorded with those of the rest; None if there is nothing new, or if
        what would be recorded is in doubt."""
        found = self.inspected
        if found is None or any(problem.kind not in _BESIDE_THE_DIGESTS for problem in self.problems):
            return None
        unknown = frozenset(found.reading_digests) - set(told.reading_digests) - told.failed
        return unknown if unknown or told.revision != found.revision else None


def check_document(
    originals: OriginalStore, catalog: Catalog, document: str, revision: int, told: DocumentHistory = _NEVER_TOLD
) -> Checked:
    """Check one document against itself and against what the event log tells of it.

    :param revision: what it was before the log was read. If it is another by now, the log may tell more.
    """
    problems, size = [], 0
    try:
        size = originals.verify(document)
    except OriginalDamaged as error:
        problems.append(Problem(Kind.ORIGINAL_DAMAGED, originals.where(document), error.message, document))
    inspected = None
    try:
        inspected = catalog.integrity.inspect(document)
    except (CatalogError, ValueError, TypeError) as error:
        message = f"What the catalog holds of it cannot be read: {_reason(error)}"
        problems.append(Problem(Kind.CATALOG_DAMAGED, f"document {document}", message, document))
    if inspected is not None:
        problems += _of_contents(document, inspected, revision, told)
    return Checked(tuple(problems), inspected, size)


def _of_contents(document: str, found: Inspected, revision: int, told: DocumentHistory) -> Iterator[Problem]:
    where = f"document {document}"
    for fault in found.faults:
        message = f"{fault.text[:1].upper()}{fault.text[1:].rstrip('.')}."
        if fault.reading is None:
            yield Problem(Kind.EVIDENCE_ASTRAY, where, message, document)
        else:
            yield _of_reading(document, fault.reading, Kind.READING_DAMAGED, message, found, told)
    for number, digest in found.reading_digests.items():
        is_whole = all(fault.reading != number for fault in found.faults)
        if is_whole and told.reading_digests.get(number, digest) != digest:
            message = f"Reading {number} is not what it was when its digest was recorded."
            yield _of_reading(document, number, Kind.READING_CHANGED, message, found, told)
    if told.revision == found.revision:
        for part, kind in _CHANGED.items():
            if told.digests.get(part) != found.digests[part]:
                message = f"Its {part} changed without a trace since the digest of them was recorded."
                yield Problem(kind, where, message, document)
    yield from _untold(document, found, told, is_quiet=found.revision == revision)


def _untold(document: str, found: Inspected, told: DocumentHistory, *, is_quiet: bool) -> Iterator[Problem]:
    """What the event log tells otherwise. ``is_quiet``: nobody wrote of the document since the log was read."""
    where = f"document {document}"
    if lost := sorted(told.paths - found.paths):
        message = f"The event log tells that its bytes came from {lost[0]}, and the catalog does not."
        yield Problem(Kind.RECORD_CHANGED, where, message, document)
    if is_quiet:
        for event in sorted(told.superseded.keys() | found.superseded.keys()):
            if told.superseded.get(event) != found.superseded.get(event):
                message = f"The facts that event {event} put aside are not those that it tells of."
                yield Problem(Kind.KEPT_FACTS_CHANGED, where, message, document)
        for number in sorted(set(found.reading_digests) - told.readings):
            message = f"No event that can be believed tells of its reading {number}."
            yield Problem(Kind.EVENT_MISSING, where, message, document)


def _of_reading(
    document: str, number: int, kind: Kind, message: str, found: Inspected, told: DocumentHistory
) -> Problem:
    """A problem of a reading. The newest can be read again; one of before is lost, unless that is known."""
    where = f"document {document}, reading {number}"
    if number == found.newest:
        return Problem(kind, where, message, document, number, Repair.READ_AGAIN)
    if number in told.failed:
        return Problem(Kind.READING_REPLACED, where, message, document, number)
    return Problem(kind, where, message, document, number)


def _reason(error: Exception) -> str:
    return error.message if isinstance(error, CatalogError) else f"{error}."
