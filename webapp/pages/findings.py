"""The pages of findings: all of them, one as a table, what makes a number, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from werkzeug.exceptions import NotFound

from archive.findings.changes import NO_REASON, ChangedCell, ChangeKind, LoggedChange, TableComparison
from archive.findings.definition import PROCEDURE, CountedUnit, Definition
from archive.findings.records import Shown
from archive.findings.table import Cell, Column, Table, TableRow
from archive.model import FactStatus
from archive.store.catalog import Catalog
from archive.store.coverage import Coverage
from archive.text.forms import word_form
from webapp.finding_tables import method_lines, number_text
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import document_url
from webapp.pages.facts import present_evidence
from webapp.pages.finding_pictures import Pictures, pictures
from webapp.pages.parts import Context, EvidenceRow, Link
from webapp.pages.wording import day_of, details_of, documents, fact_value, field_label, pages, value_label
from webapp.state import FindingState, SearchState


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in the list of all; ``trouble`` is what is wrong with its file."""

    finding: Link
    about: str
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class FindingsContext(Context):
    """The list of findings."""

    rows: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A number of a table. ``url`` leads to what makes it, ``bar`` is its share (0 to 100) of the largest one of its
    column, ``notes`` say what it is made from."""

    text: str
    url: str
    bar: int | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A row of a table: its heads and its numbers."""

    heads: tuple[str, ...]
    cells: tuple[NumberCell, ...]


@dataclass(frozen=True, slots=True)
class FindingContext(Context):
    """A finding. ``heads`` and ``columns`` are links that sort by them; ``method`` says how it was made.

    ``asked`` is what the reader asked of it; ``hidden`` says how many rows are not shown because of that;
    ``parts`` lead to the other rows of a long table; ``last`` are what rows share, if they do, and the total.
    """

    asked: FindingState
    title: str
    about: str
    notes: tuple[str, ...]
    hidden: str | None
    heads: tuple[Link, ...]
    columns: tuple[Link, ...]
    rows: tuple[NumberRow, ...]
    parts: tuple[Link, ...]
    last: tuple[NumberRow, ...]
    pictures: Pictures
    files: tuple[Link, ...]
    method: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A document that makes a number, with what it says and the words of it."""

    document: Link
    said: str | None
    evidence: EvidenceRow | None
    status: str | None


@dataclass(frozen=True, slots=True)
class CellContext(Context):
    """What makes a number, the documents of each unit together."""

    title: str
    back: Link
    number: str
    notes: tuple[str, ...]
    units: tuple[tuple[str, tuple[ProofRow, ...]], ...]
    parts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class NumberChangeRow:
    """A number that changed: ``number`` leads to what makes it now, ``reasons`` say why, with the document of each."""

    what: str
    before: str
    after: str
    url: str | None
    reasons: tuple[tuple[Link | None, str], ...]


@dataclass(frozen=True, slots=True)
class ChangesContext(Context):
    """What changed of a finding between two moments; ``notes`` say what could not be counted as it was."""

    title: str
    back: Link
    span: str
    notes: tuple[str, ...]
    rows: tuple[NumberChangeRow, ...]


PROOFS_SHOWN = 200
"""Facts behind a number that are listed at once."""

_NONE_KNOWN = "–"
_FILES = ("csv", "xlsx", "json")
_BY_PERSON = {
    FactStatus.CONFIRMED: marked("confirmed by a person"),
    FactStatus.CORRECTED: marked("corrected by a person"),
}


def present_findings(found: Iterable[Definition], wrong: Mapping[str, str]) -> FindingsContext:
    """The list of findings; of those whose file is ``wrong``, what is wrong with it."""
    rows = [FindingRow(Link(said(one.title), FindingState(one.name).url), said(one.about)) for one in found]
    rows += [FindingRow(Link(name, FindingState(name).url), "", said(trouble)) for name, trouble in wrong.items()]
    return FindingsContext(tuple(rows))


def present_finding(table: Table, state: FindingState, coverage: Coverage | None, size: int) -> FindingContext:
    """A finding, its rows by the column that is asked for with the largest number first, or by what they are grouped
    by, ``size`` rows a page; ``coverage`` is what is known of an archive that it was counted in as of now."""
    definition = table.definition
    place = table.place_of(state.sort) if state.sort else None
    rows = [row for row in table.rows if _is_asked(row, definition, state.only)]
    if place is not None:
        rows.sort(key=lambda row: _order(row, place))
    largest = [
        max((_known(row.cells[at]) for row in table.rows), default=Decimal()) for at in range(len(table.columns))
    ]
    hidden = len(table.rows) - len(rows)
    if state.first > max(1, len(rows)):
        count = plural("%(count)s row", "%(count)s rows", len(rows))
        raise NotFound(gettext("There are %(rows)s; there is no row %(first)s.", rows=count, first=state.first))
    starts = range(1, len(rows) + 1, size) if len(rows) > size else ()
    shown = rows[state.first - 1 : state.first - 1 + size]
    return FindingContext(
        asked=state,
        title=said(definition.title),
        about=said(definition.about),
        notes=tuple(map(said, table.notes)),
        hidden=plural("%(count)s row is hidden.", "%(count)s rows are hidden.", hidden) if hidden else None,
        heads=tuple(Link(_group(group), state.sorted_by("").url, place is None) for group in definition.group),
        columns=tuple(Link(said(c.label), state.sorted_by(c.id).url, c.id == state.sort) for c in table.columns),
        rows=tuple(_row(row, table, state, largest) for row in shown),
        parts=tuple(Link(_from(start), state.from_row(start).url, start == state.first) for start in starts),
        last=tuple(_row(row, table, state, None) for row in table.every_row[len(table.rows) :]),
        pictures=pictures(table, rows, state, heads=lambda row: row_heads(row, definition), number=shown_number),
        files=tuple(Link(form.upper(), state.file_url(form)) for form in _files(definition)),
        method=(*method_lines(table)[2:], *_coverage(coverage)),
    )


def _from(start: int) -> str:
    return gettext("from %(number)s", number=number(start))


def _is_asked(row: TableRow, definition: Definition, only: str) -> bool:
    """Whether the heads of a row have words that begin with each of those asked for."""
    words = [word_form(word) for head in row_heads(row, definition) for word in head.split()]
    return all(any(word.startswith(word_form(part)) for word in words) for part in only.split())


def _files(definition: Definition) -> tuple[str, ...]:
    return (*_FILES, "ocds") if definition.counts is CountedUnit.PROCEDURES else _FILES


def _coverage(coverage: Coverage | None) -> tuple[str, ...]:
    """What the archive held and what of it could not be read, as a certificate says it."""
    if coverage is None:
        return ()
    held = gettext(
        "The archive held %(documents)s and %(pages)s; %(unread)s of its pages had no words that could be read.",
        documents=documents(coverage.archive.documents),
        pages=pages(coverage.archive.pages),
        unread=number(coverage.archive.unreadable + coverage.archive.wordless),
    )
    return (held,)


def _order(row: TableRow, place: int) -> Decimal:
    return -_known(row.cells[place])


def _known(cell: Cell) -> Decimal:
    return cell.number or Decimal()


def _row(row: TableRow, table: Table, state: FindingState, largest: Sequence[Decimal] | None) -> NumberRow:
    cells = []
    for at, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
        bar = None
        if largest and largest[at]:
            bar = round(100 * _known(cell) / largest[at])
        path = state.cell_url(row, column)
        cells.append(NumberCell(shown_number(cell.number), path, bar, _notes(cell, column, table.definition, row)))
    return NumberRow(row_heads(row, table.definition), tuple(cells))


def _group(group: str) -> str:
    return gettext("Procedure") if group == PROCEDURE else field_label(group)


def row_heads(row: TableRow, definition: Definition) -> tuple[str, ...]:
    """What a row is of, in words."""
    if not row.key:
        return (gettext("All"), *("" for _ in definition.group[1:]))
    if row.is_shared:
        return (gettext("Shared by several rows"), *("" for _ in definition.group[1:]))
    of_groups = zip(definition.group, row.key, strict=True)
    return tuple(value_label(group, value) if value else gettext("Unknown") for group, value in of_groups)


def shown_number(value: Decimal | None) -> str:
    """A number of a table; a dash where nothing is known."""
    return _NONE_KNOWN if value is None else number(Decimal(number_text(value)))


def _units(count: int, of: CountedUnit) -> str:
    match of:
        case CountedUnit.PROCEDURES:
            return plural("%(count)s procedure", "%(count)s procedures", count)
        case CountedUnit.REQUESTS:
            return plural("%(count)s request", "%(count)s requests", count)
        case CountedUnit.DOCUMENTS:
            return documents(count)


def _notes(cell: Cell, column: Column, definition: Definition, row: TableRow) -> tuple[str, ...]:
    notes = []
    if column.is_sum and cell.unknown:
        units = _units(cell.units + cell.unknown, definition.counts)
        notes.append(gettext("%(some)s of %(units)s", some=number(cell.units), units=units))
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


def present_cell(
    table: Table, state: FindingState, row: TableRow, place: int, proofs: Sequence[Shown], first: int
) -> CellContext:
    """What makes the number of a row in the column at ``place``: its facts from number ``first`` on, ``proofs``."""
    definition, column, cell = table.definition, table.columns[place], row.cells[place]
    made = (
        documents(cell.documents),
        _units(cell.units, definition.counts),
        gettext("%(count)s not counted here", count=number(cell.unknown)),
    )
    path = state.cell_url(row, column)
    total = len(cell.proofs)
    starts = range(1, total + 1, PROOFS_SHOWN) if total > PROOFS_SHOWN else ()
    return CellContext(
        title=" · ".join(filter(None, (*row_heads(row, definition), said(column.label)))),
        back=Link(said(definition.title), state.url),
        number=shown_number(cell.number),
        notes=(*made, *_notes(cell, column, definition, row)),
        units=tuple(
            (_called(of_unit), tuple(map(_proof, of_unit)))
            for of_unit in (list(group) for _, group in groupby(proofs, lambda one: one.proof.unit))
        ),
        parts=tuple(Link(_from(start), f"{path}&first={start}", start == first) for start in starts),
    )


def _called(of_unit: Sequence[Shown]) -> str:
    """What a unit is called: its body and the number it goes by, or else the title of its first document."""
    for one in of_unit:
        if one.known.buyer and one.known.reference:
            return f"{one.known.buyer}, {one.known.reference}"
    return of_unit[0].known.title


def _proof(one: Shown) -> ProofRow:
    fact, state = one.proof.fact, SearchState()
    document = Link(one.known.title, document_url(one.proof.document, state))
    if fact is None:
        return ProofRow(document, None, None, None)
    details = ", ".join(details_of(fact))
    told = f"{field_label(fact.field)}: {fact_value(fact.field, fact.value)}" + (f" ({details})" if details else "")
    rate = one.proof.rate
    if rate is not None:
        told = gettext(
            "%(fact)s = %(amount)s %(currency)s at the rate %(rate)s of %(day)s (%(source)s)",
            fact=told,
            amount=shown_number(one.proof.amount),
            currency=rate.to,
            rate=rate.rate,
            day=rate.period,
            source=rate.source,
        )
    marks = [] if fact.status is FactStatus.EXTRACTED else [gettext(_BY_PERSON[fact.status])]
    marks += [gettext("disputed")] if one.proof.is_disputed else []
    return ProofRow(document, told, present_evidence(fact, one.evidence, state), ", ".join(marks) or None)


_WHAT = {
    ChangeKind.ADDED: marked("added on %(day)s"),
    ChangeKind.READ_AGAIN: marked("read again on %(day)s"),
    ChangeKind.RULES_AGAIN: marked("read by other rules on %(day)s"),
    ChangeKind.DECIDED: marked("%(person)s, %(day)s: %(field)s %(before)s → %(after)s"),
    ChangeKind.UNDONE: marked("%(person)s, %(day)s, taken back: %(field)s %(before)s → %(after)s"),
    ChangeKind.VENDORS: marked("%(person)s, %(day)s: vendors merged or split"),
}


def present_changes(comparison: TableComparison, state: FindingState, catalog: Catalog) -> ChangesContext:
    """Every number that changed, with what happened to the documents behind it."""
    before, after = comparison.before, comparison.after
    documents = {one.document for cell in comparison.cells for one in cell.reasons if one.document}
    titles = {id_: known.title for id_, known in catalog.documents.descriptions(documents).items()}
    title = said(after.definition.title)
    span = gettext("From event %(first)s to event %(last)s.", first=before.as_of.event, last=after.as_of.event)
    return ChangesContext(
        title=gettext("What changed: %(finding)s", finding=title),
        back=Link(title, state.url),
        span=span,
        notes=tuple(dict.fromkeys(map(said, (*before.notes, *after.notes)))),
        rows=tuple(_change(cell, comparison, state, titles) for cell in comparison.cells),
    )


def _change(
    cell: ChangedCell, comparison: TableComparison, state: FindingState, titles: dict[str, str]
) -> NumberChangeRow:
    table = comparison.after
    row, place = table.row(cell.key), table.place_of(cell.column)
    url = state.cell_url(row, table.columns[place]) if row and place is not None else None
    heads = row_heads(row or TableRow(cell.key, ()), table.definition)
    reasons = tuple(_reason(one, titles) for one in cell.reasons) or ((None, said(NO_REASON)),)
    return NumberChangeRow(
        what=" · ".join(filter(None, (*heads, said(cell.label)))),
        before=shown_number(cell.before.number if cell.before else None),
        after=shown_number(cell.after.number if cell.after else None),
        url=url,
        reasons=reasons,
    )


def _reason(one: LoggedChange, titles: dict[str, str]) -> tuple[Link | None, str]:
    nothing = gettext("nothing")
    values = {
        "day": day_of(one.at),
        "person": one.by or "",
        "field": field_label(one.field) if one.field else "",
        "before": _values(one, one.before) or nothing,
        "after": _values(one, one.after) or nothing,
    }
    document = Link(titles[one.document], document_url(one.document, SearchState())) if one.document else None
    return document, gettext(_WHAT[one.what], **values)


def _values(one: LoggedChange, values: tuple[str, ...]) -> str:
    return ", ".join(fact_value(one.field, value) if one.field else value for value in values)
