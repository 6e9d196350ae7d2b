"""The page of changes of a finding between two moments, with their reasons."""

from __future__ import annotations

from dataclasses import dataclass

from archive.findings.changes import NO_REASON, ChangedCell, ChangeKind, LoggedChange, TableComparison
from archive.findings.table import TableRow
from archive.store.catalog import Catalog
from webapp.languages.translation import gettext, marked, said
from webapp.links import document_url
from webapp.pages.findings.wording import row_heads, shown_number
from webapp.pages.parts import Context, Link
from webapp.pages.wording import day_of, fact_value, field_label
from webapp.state import FindingState, SearchState


@dataclass(frozen=True, slots=True)
class NumberChangeRow:
    """A changed number: ``url`` leads to what makes it now, ``reasons`` have the document of each."""

    what: str
    before: str
    after: str
    url: str | None
    reasons: tuple[tuple[Link | None, str], ...]


@dataclass(frozen=True, slots=True)
class ChangesContext(Context):
    """The changes of a finding between two moments; ``notes`` say what could not be counted as of then."""

    title: str
    back: Link
    span: str
    notes: tuple[str, ...]
    rows: tuple[NumberChangeRow, ...]


_WHAT = {
    ChangeKind.ADDED: marked("added on %(day)s"),
    ChangeKind.READ_AGAIN: marked("read again on %(day)s"),
    ChangeKind.RULES_AGAIN: marked("read by other rules on %(day)s"),
    ChangeKind.DECIDED: marked("%(person)s, %(day)s: %(field)s %(before)s → %(after)s"),
    ChangeKind.UNDONE: marked("%(person)s, %(day)s, taken back: %(field)s %(before)s → %(after)s"),
    ChangeKind.VENDORS: marked("%(person)s, %(day)s: vendors merged or split"),
}


def present_changes(comparison: TableComparison, state: FindingState, catalog: Catalog) -> ChangesContext:
    """Return the context of every changed number, with logged changes of the documents behind it."""
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
