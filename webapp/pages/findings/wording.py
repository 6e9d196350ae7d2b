"""Texts for rows, columns, numbers and sentences of a finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for

from archive.findings.definition import PROCEDURE, CountedUnit, Definition
from archive.findings.joined import Joining
from archive.findings.sentences import Speech, ToldSentence
from archive.findings.table import Cell, Column, Table, TableRow
from archive.store.stories.story import Story
from webapp.finding_tables import number_text
from webapp.languages.translation import gettext, number, plural, said, voice
from webapp.pages.parts import Link
from webapp.pages.wording import documents, field_label, value_label
from webapp.state import FindingState

_NONE_KNOWN = "–"


def group_name(group: str) -> str:
    """Return the label of a group."""
    return gettext("Procedure") if group == PROCEDURE else field_label(group)


def group_value(group: str, value: str | None) -> str:
    """Return the label of a value of a group, "Unknown" without one."""
    return value_label(group, value) if value else gettext("Unknown")


def row_heads(row: TableRow, definition: Definition) -> tuple[str, ...]:
    """Return the labels of a row."""
    if not row.key:
        return (gettext("All"), *("" for _ in definition.group[1:]))
    if row.is_shared:
        return (gettext("Shared by several rows"), *("" for _ in definition.group[1:]))
    groups = definition.group[: len(row.key)]
    return tuple(group_value(group, value) for group, value in zip(groups, row.key, strict=True))


def shown_number(value: Decimal | None) -> str:
    """Return a formatted number of a table, a dash if it is unknown."""
    return _NONE_KNOWN if value is None else number(Decimal(number_text(value)))


def units_text(count: int, of: CountedUnit) -> str:
    """Return a number of units, such as ``12 procedures``."""
    match of:
        case CountedUnit.PROCEDURES:
            return plural("%(count)s procedure", "%(count)s procedures", count)
        case CountedUnit.PURCHASES:
            return plural("%(count)s purchase", "%(count)s purchases", count)
        case CountedUnit.MUNICIPALITIES:
            return plural("%(count)s municipality", "%(count)s municipalities", count)
        case CountedUnit.REQUESTS:
            return plural("%(count)s request", "%(count)s requests", count)
        case CountedUnit.DOCUMENTS:
            return documents(count)


def counted_from(joining: Joining, cell: Cell, definition: Definition) -> tuple[str, ...]:
    """Return what a number was counted from: its documents and units, and how many others of its row are not in it."""
    told = dict.fromkeys((units_text(cell.units, definition.counts), documents(cell.documents)))
    if joining.count:
        return tuple(told)
    return (*told, gettext("%(count)s not counted here", count=number(cell.unknown)))


def some_of_units(some: int | Decimal, count: int, of: CountedUnit) -> str:
    """Return that some of so many units are meant, such as ``3 of 12 procedures``."""
    told = number(some)
    match of:
        case CountedUnit.PROCEDURES:
            return plural("%(some)s of %(count)s procedure", "%(some)s of %(count)s procedures", count, some=told)
        case CountedUnit.PURCHASES:
            return plural("%(some)s of %(count)s purchase", "%(some)s of %(count)s purchases", count, some=told)
        case CountedUnit.MUNICIPALITIES:
            return plural(
                "%(some)s of %(count)s municipality", "%(some)s of %(count)s municipalities", count, some=told
            )
        case CountedUnit.REQUESTS:
            return plural("%(some)s of %(count)s request", "%(some)s of %(count)s requests", count, some=told)
        case CountedUnit.DOCUMENTS:
            return plural("%(some)s of %(count)s document", "%(some)s of %(count)s documents", count, some=told)


def notes_on(cell: Cell, column: Column | None, definition: Definition, row: TableRow) -> tuple[str, ...]:
    """Return the notes on a number: its units, and decisions on its facts."""
    notes = []
    if column is not None and column.is_sum and cell.unknown > 0:
        notes.append(some_of_units(cell.units, cell.units + cell.unknown, definition.counts))
    if cell.per is not None and definition.per_inhabitants and row.inhabitants:
        notes.append(_per(float(cell.per), definition.per_inhabitants, row.inhabitants))
    if cell.corrected:
        notes.append(plural("%(count)s corrected", "%(count)s corrected", cell.corrected))
    if cell.confirmed:
        notes.append(plural("%(count)s confirmed", "%(count)s confirmed", cell.confirmed))
    if cell.disputed:
        notes.append(plural("%(count)s disputed", "%(count)s disputed", cell.disputed))
    return tuple(notes)


def _per(share: float, per: int, inhabitants: int) -> str:
    return plural(
        "%(share)s per inhabitant (%(inhabitants)s)",
        "%(share)s per %(count)s inhabitants (%(inhabitants)s)",
        per,
        share=number(Decimal(f"{share:.2f}")),
        inhabitants=number(inhabitants),
    )


@dataclass(frozen=True, slots=True)
class SentencePart:
    """A part of a sentence; a number links to what makes it, and ``clip`` to the crop of a page with it."""

    text: str
    url: str | None = None
    clip: str | None = None


def speech() -> Speech:
    """Return the rules for sentences in the reader's language."""
    speaking = voice()

    def form(count: int) -> int:
        plural_of = getattr(speaking.catalog, "plural", None)
        return int(plural_of(count)) if plural_of else int(count != 1)

    return Speech(said, shown_number, form, group_value)


def sentence_parts(sentence: ToldSentence, state: FindingState) -> tuple[SentencePart, ...]:
    """Return a sentence with its numbers as links."""
    return tuple(
        _part(piece.text, piece.number.joining if piece.number else None, state) for piece in sentence.pieces(speech())
    )


def _part(text: str, joining: Joining | None, state: FindingState) -> SentencePart:
    if joining is None:
        return SentencePart(text)
    return SentencePart(text, state.number_url(joining), state.number_url(joining, "/clip"))


def joined_title(table: Table, joining: Joining, row: TableRow) -> str:
    """Return the title of a number: its row and columns."""
    labels = {column.id: said(column.label) for column in table.columns}
    columns = ", ".join(labels[id_] for id_ in joining.columns)
    heads: Sequence[str] = row_heads(row, table.definition)
    if joining.count and joining.count in table.definition.group:
        heads = (group_name(joining.count),)
    told = " · ".join(filter(None, (*heads, columns)))
    if joining.without:
        without = ", ".join(labels[id_] for id_ in joining.without)
        return gettext("%(number)s, beside %(columns)s", number=told, columns=without)
    return told


@dataclass(frozen=True, slots=True)
class StoryScope:
    """The story whose papers alone count: it, how many they are, and the address of the same for all papers."""

    story: Link
    papers: str
    whole: str


def story_scope(story: Story, whole: str) -> StoryScope:
    """Return that, with the address of the same for all papers."""
    count = plural("%(count)s paper", "%(count)s papers", len(story.documents))
    return StoryScope(Link(story.title, url_for("stories.show", story_id=story.id)), count, whole)
