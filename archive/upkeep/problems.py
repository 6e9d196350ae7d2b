"""Kinds of problems that a check reports, with remedies and repair actions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a problem is damage, or a notice."""

    DAMAGE = "damage"
    NOTICE = "notice"


class RepairAction(StrEnum):
    """Repairs without loss of data."""

    REBUILD_INDEX = "rebuild the index"
    INDEX_DUE = "index what is due"
    READ_AGAIN = "read the document again"
    COMPUTE_AGAIN = "compute it again"
    FORGET_PASSAGES = "have the passages made again"


class ProblemKind(StrEnum):
    """The kinds of problems. ``docs/operations.md`` has a line for each."""

    ACCESS_CHANGED = "access changed"
    CATALOG_DAMAGED = "catalog damaged"
    CLAUSE_CHANGED = "clauses changed"
    COMPUTED_CHANGED = "computed changed"
    DECISION_CHANGED = "decisions changed"
    DOCUMENT_MISSING = "document missing"
    EVENT_LOG_BROKEN = "event log broken"
    EVENT_LOG_CUT = "event log cut"
    EVENT_MISSING = "event missing"
    EVIDENCE_ASTRAY = "evidence astray"
    FACT_CHANGED = "facts changed"
    INDEX_BEHIND = "index behind"
    INDEX_DAMAGED = "index damaged"
    INDEX_DIFFERS = "index differs"
    INDEX_UNREACHABLE = "index unreachable"
    KEPT_FACTS_CHANGED = "kept facts changed"
    ORIGINAL_DAMAGED = "original damaged"
    ORIGINAL_UNKNOWN = "original unknown"
    PASSAGES_BEHIND = "passages behind"
    PASSAGES_DAMAGED = "passages damaged"
    READING_CHANGED = "reading changed"
    READING_DAMAGED = "reading damaged"
    READING_REPLACED = "reading replaced"
    RECORD_CHANGED = "record changed"
    STORY_CHANGED = "stories changed"


NOTICES = frozenset(
    {
        ProblemKind.INDEX_BEHIND,
        ProblemKind.INDEX_UNREACHABLE,
        ProblemKind.ORIGINAL_UNKNOWN,
        ProblemKind.PASSAGES_BEHIND,
        ProblemKind.READING_REPLACED,
    }
)
"""Kinds that are notices."""

_FROM_BACKUP = "Compare the catalog with a backup: restore one into an empty place, and look at what differs."
_OLDER_READING = "Restore a backup of the catalog, or read the document again: dosije check --repair"

REMEDIES: dict[ProblemKind, str] = {
    ProblemKind.ACCESS_CHANGED: "Put it right with dosije user, and ask who can write to the catalog.",
    ProblemKind.CATALOG_DAMAGED: "Restore a backup of the catalog; the originals are not affected.",
    ProblemKind.CLAUSE_CHANGED: "Have the rules find them again: dosije extract --again --apply ID",
    ProblemKind.COMPUTED_CHANGED: "Nothing is lost. Compute it again: dosije check --repair",
    ProblemKind.DECISION_CHANGED: f"The event log says what was decided. {_FROM_BACKUP}",
    ProblemKind.DOCUMENT_MISSING: "Restore a backup of the catalog, or add the original again: dosije add PATH",
    ProblemKind.EVENT_LOG_BROKEN: _FROM_BACKUP,
    ProblemKind.EVENT_LOG_CUT: _FROM_BACKUP,
    ProblemKind.EVENT_MISSING: _FROM_BACKUP,
    ProblemKind.EVIDENCE_ASTRAY: "Have the rules find it again: dosije extract --again --apply ID",
    ProblemKind.FACT_CHANGED: "Have the rules find them again: dosije extract --again --apply ID",
    ProblemKind.INDEX_BEHIND: "Nothing is lost; the next command that writes makes up for it.",
    ProblemKind.INDEX_DAMAGED: "Nothing is lost. Rebuild it: dosije reindex",
    ProblemKind.INDEX_DIFFERS: "Nothing is lost. Rebuild it: dosije reindex",
    ProblemKind.INDEX_UNREACHABLE: "The index was not checked. See that the search server runs, then check again.",
    ProblemKind.KEPT_FACTS_CHANGED: f"Findings as of earlier cannot be counted. {_FROM_BACKUP}",
    ProblemKind.ORIGINAL_DAMAGED: "Put the file back from a backup; its SHA-256 is its name.",
    ProblemKind.ORIGINAL_UNKNOWN: "It is what an interrupted run left. Run that again, add the file, or remove it.",
    ProblemKind.PASSAGES_BEHIND: (
        "Nothing is lost; a reading room that runs makes them, and so does: dosije reindex --meaning"
    ),
    ProblemKind.PASSAGES_DAMAGED: "Nothing is lost; they are made again after: dosije check --repair",
    ProblemKind.READING_CHANGED: _OLDER_READING,
    ProblemKind.READING_DAMAGED: _OLDER_READING,
    ProblemKind.READING_REPLACED: (
        "A later reading has taken its place. Citations of it can be shown only from a backup."
    ),
    ProblemKind.RECORD_CHANGED: _FROM_BACKUP,
    ProblemKind.STORY_CHANGED: _FROM_BACKUP,
}


@dataclass(slots=True)
class Problem:
    """A problem.

    ``where`` names the document, file or event, ``message`` says what is wrong in a sentence. ``reading`` is the number
    of a damaged reading. ``repaired`` becomes true when it was repaired; ``refusal`` says why it could not be.
    """

    kind: ProblemKind
    where: str
    message: str
    document: str | None = None
    reading: int | None = None
    repair: RepairAction | None = None
    repaired: bool = False
    refusal: str | None = None

    @property
    def severity(self) -> Severity:
        """Whether it is damage."""
        return Severity.NOTICE if self.kind in NOTICES else Severity.DAMAGE

    @property
    def remedy(self) -> str:
        """What a person can do about it."""
        return REMEDIES[self.kind].replace("ID", (self.document or "")[:12] or "ID")

    @property
    def needs_a_person(self) -> bool:
        """Whether it is unrepaired damage."""
        return self.severity is Severity.DAMAGE and not self.repaired

    def as_json(self) -> dict[str, str | int | bool | None]:
        """Return it as ``dosije check --json`` prints it."""
        return {
            "kind": str(self.kind),
            "severity": str(self.severity),
            "where": self.where,
            "message": self.message,
            "remedy": self.remedy,
            "document": self.document,
            "reading": self.reading,
            "repair": self.repair and str(self.repair),
            "repaired": self.repaired,
            "refusal": self.refusal,
        }
