"""What changed of a finding between two moments, and why."""

from __future__ import annotations

from archive.findings.changes import ChangedCell, Comparison
from archive.findings.comparing import NO_REASON
from archive.findings.happenings import Happening, What
from archive.findings.table import Row
from archive.store.catalog import Catalog
from webapp.contexts.common import Link
from webapp.contexts.findings import ChangeRow, ChangesContext
from webapp.finding_state import FindingState
from webapp.languages.sentences import said
from webapp.languages.translation import gettext, marked
from webapp.links import document_url
from webapp.presenters.findings import row_heads, shown_number
from webapp.presenters.wording import day_of, fact_value, field_label
from webapp.search_state import SearchState

_WHAT = {
    What.ADDED: marked("added on %(day)s"),
    What.READ_AGAIN: marked("read again on %(day)s"),
    What.RULES_AGAIN: marked("read by other rules on %(day)s"),
    What.DECIDED: marked("%(person)s, %(day)s: %(field)s %(before)s → %(after)s"),
    What.UNDONE: marked("%(person)s, %(day)s, taken back: %(field)s %(before)s → %(after)s"),
    What.VENDORS: marked("%(person)s, %(day)s: vendors merged or split"),
}


def present_changes(comparison: Comparison, state: FindingState, catalog: Catalog) -> ChangesContext:
    """Every number that changed, with what happened to the documents behind it."""
    before, after = comparison.before, comparison.after
    documents = {one.document for cell in comparison.cells for one in cell.reasons if one.document}
    titles = {id_: known.title for id_, known in catalog.documents.descriptions(documents).items()}
    title = said(after.definition.title)
    span = gettext("From event %(first)s to event %(last)s.", first=before.as_of.event, last=after.as_of.event)
    return ChangesContext(
        state=SearchState(),
        title=gettext("What changed: %(finding)s", finding=title),
        back=Link(title, state.url),
        span=span,
        notes=tuple(dict.fromkeys(map(said, (*before.notes, *after.notes)))),
        rows=tuple(_change(cell, comparison, state, titles) for cell in comparison.cells),
    )


def _change(cell: ChangedCell, comparison: Comparison, state: FindingState, titles: dict[str, str]) -> ChangeRow:
    table = comparison.after
    row, place = table.row(cell.key), table.place_of(cell.column)
    url = state.cell_url(row, table.columns[place]) if row and place is not None else None
    heads = row_heads(row or Row(cell.key, ()), table.definition)
    reasons = tuple(_reason(one, titles) for one in cell.reasons) or ((None, said(NO_REASON)),)
    return ChangeRow(
        what=" · ".join(filter(None, (*heads, said(cell.label)))),
        before=shown_number(cell.before.number if cell.before else None),
        after=shown_number(cell.after.number if cell.after else None),
        url=url,
        reasons=reasons,
    )


def _reason(one: Happening, titles: dict[str, str]) -> tuple[Link | None, str]:
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


def _values(one: Happening, values: tuple[str, ...]) -> str:
    return ", ".join(fact_value(one.field, value) if one.field else value for value in values)
