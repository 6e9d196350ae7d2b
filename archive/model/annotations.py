"""An annotation: a person's note on words of a document, or on a box of one of its pages where no words are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.errors import UsageError
from archive.model.documents import Box, Span

LONGEST_NOTE = 5000
"""Characters that a note may have."""


class How(StrEnum):
    """How words that were found resemble those looked for, the surest first."""

    EXACT = "exact"
    """The same words."""
    EDGES = "edges"
    """The same words but for punctuation before the first or after the last one."""
    SPACING = "spacing"
    """The same characters, with spaces elsewhere; from here on, punctuation at the edges makes no difference."""
    SCRIPT = "script"
    """The same letters in the other script."""
    FOLDED = "folded"
    """The same letters but for case, diacritics, punctuation and hyphens."""
    ALIGNED = "aligned"
    """Other words, at the place where those looked for should be."""


class AnnotationAction(StrEnum):
    """What persons do to annotations. The event log tells of each."""

    ANNOTATE = "annotate"
    EDIT = "edit annotation"
    REMOVE = "remove annotation"


@dataclass(frozen=True, slots=True)
class Target:
    """What a note is on: words of a reading, or a ``box`` of a page as the page looks. One of the two is None.

    ``page`` is the page on which it begins, ``quote`` what the words are (empty for a box).
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
    """A note with all that is known of it.

    ``id`` is a random UUID without hyphens, which is never given to another. ``made_on`` is what it was made on and
    never changes. ``target`` is where that stands in the newest reading in which it was found; ``how`` says how its
    words were found there, None in the reading it was made in. ``changed_at`` and ``changed_by`` tell of the last
    edit, ``removed_at`` and ``removed_by`` of the removal: an annotation that was removed is kept and shown as that.
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
    """What somebody did to an annotation, as the event log tells of it. ``event`` is the number of that event."""

    event: int
    at: datetime
    action: AnnotationAction
    by: str
    note: str | None


def change_of(event: int, at: datetime, detail: Mapping[str, object]) -> AnnotationChange:
    """Return the change that an event's detail tells of."""
    note = detail.get("note")
    return AnnotationChange(
        event, at, AnnotationAction(str(detail["action"])), str(detail["by"]), None if note is None else str(note)
    )


def checked_note(text: str) -> str:
    """Return a note as it is kept.

    :raises UsageError: it is empty, too long, or holds control characters.
    """
    note = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not note or len(note) > LONGEST_NOTE:
        raise UsageError(
            "A note has 1 to %(most)s characters, not %(count)s.", most=f"{LONGEST_NOTE:,}", count=f"{len(note):,}"
        )
    if not note.replace("\n", "").replace("\t", "").isprintable():
        raise UsageError("A note is plain text; this one holds control characters.", "Type it anew.")
    return note
