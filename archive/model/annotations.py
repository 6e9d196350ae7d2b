"""Annotations: notes of persons on words of a document, or on a box of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.errors import UsageError
from archive.model.documents import Box, Span

LONGEST_NOTE = 5000
"""Most characters of a note."""


class How(StrEnum):
    """How anchored words resemble the original ones, the most similar first."""

    EXACT = "exact"
    """The same words."""
    EDGES = "edges"
    """The same words except for punctuation before the first or after the last."""
    SPACING = "spacing"
    """The same characters with other spaces; from here on, punctuation at the edges is ignored."""
    SCRIPT = "script"
    """The same letters in the other script."""
    FOLDED = "folded"
    """The same letters except for case, diacritics, punctuation and hyphens."""
    ALIGNED = "aligned"
    """Other words, at the place where the original ones are expected."""


class AnnotationAction(StrEnum):
    """Actions on annotations, as recorded in the event log."""

    ANNOTATE = "annotate"
    EDIT = "edit annotation"
    REMOVE = "remove annotation"


@dataclass(frozen=True, slots=True)
class Target:
    """The target of an annotation: words of a reading, or a ``box`` of a page image. One of the two is None.

    ``page`` is the page on which it begins, ``quote`` the text of the words (empty for a box).
    """

    document: str
    reading: int
    page: int
    span: Span | None
    box: Box | None
    quote: str

    def __post_init__(self) -> None:
        if (self.span is None) == (self.box is None):
            raise ValueError("a note is either on words or on a box")


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation.

    ``id`` is a random UUID without hyphens, which is never reused. ``made_on`` is the original target and never
    changes. ``target`` is the target in the newest reading in which it was anchored; ``how`` says how, None in the
    reading it was made in. ``changed_at`` and ``changed_by`` are of the last edit, ``removed_at`` and ``removed_by`` of
    the removal: a removed annotation is kept and shown as removed.
    """

    id: str
    made_on: Target
    target: Target
    how: How | None
    note: str
    by: str
    created_at: datetime
    changed_at: datetime | None = None
    changed_by: str | None = None
    removed_at: datetime | None = None
    removed_by: str | None = None

    @property
    def document(self) -> str:
        """The id of the document."""
        return self.target.document


@dataclass(frozen=True, slots=True)
class AnnotationChange:
    """A change of an annotation, from the event log. ``event`` is the number of its event."""

    event: int
    at: datetime
    action: AnnotationAction
    by: str
    note: str | None


def change_of(event: int, at: datetime, detail: Mapping[str, object]) -> AnnotationChange:
    """Build a change from the detail of its event."""
    note = detail.get("note")
    return AnnotationChange(
        event, at, AnnotationAction(str(detail["action"])), str(detail["by"]), None if note is None else str(note)
    )


def checked_note(text: str) -> str:
    """Normalize a note.

    :raises UsageError: it is empty, too long, or holds control characters.
    """
    note = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not note or len(note) > LONGEST_NOTE:
        raise UsageError(
            "A note has 1 to %(most)s characters, not %(count)s.", most=f"{LONGEST_NOTE:,}", count=f"{len(note):,}"
        )
    if not note.replace("\n", "").replace("\t", "").isprintable():
        raise UsageError("A note is plain text; this one holds control characters.", "Type it again.")
    return note
