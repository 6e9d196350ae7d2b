"""The page of a number: its facts, each with its words and a crop of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from archive.findings.joined import Joining, joined, row_of
from archive.findings.records import Shown
from archive.findings.table import ABSENT, UNCLEAR, UNITS, Cell, Table
from archive.model import Fact, FactStatus, Words
from archive.model.fields import FIELDS
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import correct_url, document_url
from webapp.pages.facts import present_evidence
from webapp.pages.findings.wording import (
    counted_from,
    group_name,
    group_value,
    joined_title,
    notes_on,
    shown_number,
)
from webapp.pages.parts import Context, Crop, EvidenceRow, Link, Mark, crop
from webapp.pages.wording import details_of, fact_value, field_label, shown_title
from webapp.state import FindingState, SearchState


@dataclass(frozen=True, slots=True)
class PlacingRow:
    """A fact that assigns a document to the row of a number, with its evidence."""

    said: str
    evidence: EvidenceRow | None
    status: str | None


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A document behind a number, with its fact and evidence.

    ``crop`` is the part of the page with the words, ``fill`` links to the form for a missing value. ``placing`` says
    why a document without a fact is counted.
    """

    document: Link
    said: str | None
    evidence: EvidenceRow | None
    status: str | None
    crop: Crop | None = None
    fill: Link | None = None
    placing: tuple[PlacingRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CellContext(Context):
    """The documents behind a number, grouped by unit; ``looked_at`` says that the number is unknown."""

    title: str
    back: Link
    number: str
    notes: tuple[str, ...]
    units: tuple[tuple[str, tuple[ProofRow, ...]], ...]
    parts: tuple[Link, ...]
    looked_at: str | None = None


_NOT_COUNTED = ((ABSENT,), (UNCLEAR,))

PROOFS_SHOWN = 200
"""Maximum number of facts listed at once."""

CLIPS_SHOWN = 12
"""Maximum number of them that are shown with a crop of the page."""

_BY_PERSON = {
    FactStatus.CONFIRMED: marked("confirmed by a person"),
    FactStatus.CORRECTED: marked("corrected by a person"),
}

Pages = Mapping[tuple[str, int, int], Words]
"""Words of pages by document, reading and page number."""


def present_cell(
    table: Table,
    state: FindingState,
    joining: Joining,
    cell: Cell,
    listed: Cell,
    proofs: Sequence[Shown],
    first: int,
    pages: Pages,
    subjects: Mapping[str, str],
) -> CellContext:
    """Return the context of a number: ``proofs``, the facts of ``listed`` (:func:`proving`) from number ``first`` on.

    ``pages`` are those shown as crops, ``subjects`` are those of units.
    """
    definition, row = table.definition, row_of(table, joining.key) or table.total
    column = next((one for one in table.columns if joining.columns == (one.id,)), None)
    path = state.number_url(joining)
    total = len(listed.proofs)
    starts = range(1, total + 1, PROOFS_SHOWN) if total > PROOFS_SHOWN else ()
    fills = joining.columns in _NOT_COUNTED and definition.facts.field in FIELDS
    return CellContext(
        title=joined_title(table, joining, row),
        back=Link(said(definition.title), state.url),
        number=shown_number(cell.number),
        notes=(
            *counted_from(joining, cell, definition),
            *notes_on(cell, column, definition, row),
            *_values(table, joining),
        ),
        units=tuple(
            (
                unit_name(of_unit, subjects.get(of_unit[0].proof.unit)),
                tuple(_proof(one, pages, definition.facts.field if fills else None) for one in of_unit),
            )
            for of_unit in (list(group) for _, group in groupby(proofs, lambda one: one.proof.unit))
        ),
        parts=tuple(
            Link(gettext("from %(number)s", number=number(start)), f"{path}&first={start}", start == first)
            for start in starts
        ),
        looked_at=None if listed is cell else _looked_at(listed),
    )


def proving(table: Table, joining: Joining, cell: Cell) -> Cell:
    """Return the number whose documents are listed: itself or, if it is unknown, that of all units of its row.

    Units that are not counted may have none.
    """
    if cell.proofs or joining.columns in _NOT_COUNTED:
        return cell
    return joined(table, Joining(joining.key, (UNITS,))) or cell


def _looked_at(listed: Cell) -> str:
    return plural(
        "No document gives this number. This is the %(count)s document that was looked at:",
        "No document gives this number. These are the %(count)s documents that were looked at:",
        listed.documents,
    )


def _values(table: Table, joining: Joining) -> tuple[str, ...]:
    """Return the counted values, if a number counts the values of a group."""
    if joining.count not in table.definition.group:
        return ()
    at, places = table.definition.group.index(joining.count), [table.place_of(id_) for id_ in joining.columns]
    counted = [
        row.key[at] for row in table.rows if any(place is not None and row.cells[place].number for place in places)
    ]
    names = dict.fromkeys(value for value in counted if value)
    listed = ", ".join(group_value(joining.count, value) for value in names)
    return (f"{group_name(joining.count)}: {listed}",)


def unit_name(of_unit: Sequence[Shown], subject: str | None) -> str:
    """Return the name of a unit: buyer, reference number and subject, else the title of its first document."""
    for one in of_unit:
        if one.known.buyer and one.known.reference:
            name = f"{one.known.buyer}, {one.known.reference}"
            return f"{name}: {subject}" if subject else name
    return subject or of_unit[0].known.title


def _proof(one: Shown, pages: Pages, lacking: str | None) -> ProofRow:
    fact, state = one.proof.fact, SearchState()
    placing = tuple(
        PlacingRow(_fact_text(told), present_evidence(told, words, state), _status(told)) for told, words in one.placing
    )
    document = Link(shown_title(one.known).text, document_url(one.proof.document, state))
    fill = None
    if lacking is not None:
        label = gettext("What the paper says: %(field)s", field=field_label(lacking))
        fill = Link(label, correct_url(one.proof.document, lacking, add=True))
    if fact is None:
        return ProofRow(document, None, None, None, proof_crop(one.in_words, pages), fill, placing)
    marks = filter(None, (_status(fact), gettext("disputed") if one.proof.is_disputed else None))
    evidence = present_evidence(fact, one.evidence, state)
    return ProofRow(
        document, proof_text(one), evidence, ", ".join(marks) or None, proof_crop(one, pages), fill, placing
    )


def _status(fact: Fact) -> str | None:
    return None if fact.status is FactStatus.EXTRACTED else gettext(_BY_PERSON[fact.status])


def _fact_text(fact: Fact) -> str:
    details = ", ".join(details_of(fact))
    return f"{field_label(fact.field)}: {fact_value(fact.field, fact.value)}" + (f" ({details})" if details else "")


def proof_text(one: Shown) -> str:
    """Return a fact as text, with the exchange rate if it was converted."""
    fact, rate = one.proof.fact, one.proof.rate
    if fact is None:
        return ""
    told = _fact_text(fact)
    if rate is None:
        return told
    return gettext(
        "%(fact)s = %(amount)s %(currency)s at the rate %(rate)s of %(day)s (%(source)s)",
        fact=told,
        amount=shown_number(one.proof.amount),
        currency=rate.to,
        rate=rate.rate,
        day=rate.period,
        source=rate.source,
    )


def proof_crop(one: Shown, pages: Pages) -> Crop | None:
    """Return the crop of the page with the words of a fact, None if its page is not among ``pages``."""
    fact = one.proof.fact
    if fact is None or fact.span is None or one.evidence is None:
        return None
    span, page = fact.span, one.evidence.page
    words = pages.get((span.document, span.reading, page.number))
    if words is None or not page.width:
        return None
    first, last = max(0, span.first - page.first_word), min(page.word_count - 1, span.last - page.first_word)
    return crop(span, page, words, [Mark(first, last, "")], proof_text(one))
