"""What the pages show on which a person decides what a document is."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.citing import Crop
from webapp.contexts.common import Link, Piece
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class Proof:
    """The words that a value was read from: as a picture, or as text where there is none."""

    crop: Crop | None
    text: tuple[Piece, ...]
    place: Link
    language: str | None


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """The form that takes a person's word on a field.

    ``old`` is the value in question, None where the field has none, and ``shown`` the same in words; ``words`` are the
    numbers of the words shown that prove it, empty if they cannot be cited; ``proves`` says that, in the person's word,
    they prove another value, too. ``options`` are the values that the field
    may have, if there are few; ``hidden`` tells where the reader came from.
    """

    document_id: str
    field: str
    label: str
    old: str | None
    shown: str
    value: str
    words: str
    proves: bool
    quote: str
    page: str
    by: str
    options: tuple[Link, ...]
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What was decided last. ``event`` is None where it cannot be undone any more; ``later`` says that search does not
    know of it yet."""

    text: str
    document_id: str
    event: int | None
    later: bool


@dataclass(frozen=True, slots=True)
class DoubtShown:
    """A doubt with all that is needed to settle it. Where no words can be shown, ``first_page`` is the picture of the
    document's first page, if it has one."""

    document: Link
    language: str | None
    about: tuple[str, ...]
    label: str
    value: str | None
    reasons: tuple[str, ...]
    proof: Proof | None
    first_page: str | None
    pages: Link
    form: DecisionForm


@dataclass(frozen=True, slots=True)
class ReviewContext:
    """The queue of doubts, at one of them. ``doubt`` is None where none is left; ``fields`` lead to the doubts on one
    field; ``from_start`` leads back to doubts that were passed over."""

    state: SearchState
    count: str
    position: str
    fields: tuple[Link, ...]
    doubt: DoubtShown | None
    skip: str | None
    from_start: str | None
    done: Done | None
    by: str
    hidden: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person said of a field, which holds. ``event`` is None unless it can be undone."""

    text: str
    event: int | None


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value that a field has now; ``choose`` leads to the form about it."""

    text: str
    about: tuple[str, ...]
    choose: Link


@dataclass(frozen=True, slots=True)
class CorrectContext:
    """The page that corrects a field of a document. ``problem`` says why what was sent could not be."""

    state: SearchState
    title: str
    document: Link
    language: str | None
    fields: tuple[Link, ...]
    label: str
    values: tuple[KnownValue, ...]
    add: str | None
    proof: Proof | None
    form: DecisionForm
    standing: tuple[Standing, ...]
    done: Done | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class TableLine:
    """What becomes of lines of a table. ``trouble`` says why it cannot be."""

    numbers: str
    document: Link | None
    text: str
    trouble: str | None


@dataclass(frozen=True, slots=True)
class TableContext:
    """The page that takes a table of corrections. ``table`` is what was sent; ``lines`` is None before that.

    ``can_apply`` says that every line can be and none was made yet; ``applied`` that all were made.
    """

    state: SearchState
    columns: str
    details: str
    limit: str
    by: str
    table: str
    lines: tuple[TableLine, ...] | None
    summary: str
    can_apply: bool
    applied: bool
    problem: str | None
