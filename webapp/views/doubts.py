"""``/review/many``: a table of doubts to decide together; ``/review/values``: all doubtful values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from archive.errors import UsageError
from archive.facts.corrections import Correction, Corrections
from archive.facts.evidence import spans_of
from archive.facts.review import Doubt, queue
from archive.facts.values import is_same, known_field
from archive.model.decisions import Decision, DecisionAction, FieldChange
from archive.model.fields import is_list
from webapp.forms import known_person, person
from webapp.languages.translation import gettext, said_error
from webapp.pages.review.many import ROWS, VALUES, AskedDoubts, LoadedDoubt, SentRows, present_doubts, present_values
from webapp.room import Room, current_room
from webapp.state import positive_number
from webapp.views.review import after_decisions, decided_now

blueprint = Blueprint("doubts", __name__, url_prefix="/review")

MAX_FORM_BYTES = 1 << 20
"""Maximum size of the form of one table; its rows have an old and a new value of at most 500 characters each."""


@blueprint.get("/many")
def show() -> str:
    """Show doubts from number ``first`` on: all, those on a ``field``, or on one ``value`` of it (empty: missing)."""
    return _table()


@blueprint.get("/values")
def values() -> str:
    """Show all doubtful values from number ``first`` on, of one ``field`` if it is given."""
    doubts = queue(current_room().archive.catalog)
    field = _field()
    first = _first(doubts.count_values(field), VALUES)
    page = present_values(doubts, field, first, doubts.values(field, first - 1, VALUES))
    return render_template("doubted_values.html", page=page)


@blueprint.post("/many")
def decide() -> ResponseReturnValue:
    """Record decisions on the selected rows (``row``, by their numbers in the form), all or none.

    The ``action`` "confirm" records the input of each row, where an empty input means that the document has no such
    value; "set" records the value of ``all``; "refuse" removes the value from the field.
    """
    request.max_content_length = request.max_form_memory_size = MAX_FORM_BYTES
    room, rows = current_room(), _sent_rows()
    catalog = room.archive.catalog
    troubles: dict[tuple[str, str, str | None], str] = {}
    wanted: list[Decision] = []
    try:
        by = person()
        if not rows:
            raise UsageError(gettext("No row is chosen."), gettext("Choose rows by their boxes."))
    except UsageError as error:
        return _table(_as_sent(rows, troubles), said_error(error)), error.http_status
    corrections = Corrections(catalog, room.places)
    for row in rows:
        try:
            wanted.append(corrections.decision(row.correction(by)))
        except UsageError as error:
            troubles[row.key] = said_error(error)
    outcomes = catalog.decisions.record(wanted, try_only=bool(troubles))
    tried = [row for row in rows if row.key not in troubles]
    for row, outcome in zip(tried, outcomes, strict=True):
        if isinstance(outcome, UsageError):
            troubles[row.key] = said_error(outcome)
    if troubles:
        problem = gettext("Nothing was decided: see what is said at the rows.")
        return _table(_as_sent(rows, troubles), problem), 400
    return after_decisions([outcome for outcome in outcomes if isinstance(outcome, FieldChange)], by)


@dataclass(frozen=True, slots=True)
class _SentRow:
    """A selected row as submitted.

    ``old`` is None where the field is missing; ``words`` are those shown as evidence.
    """

    action: str
    document: str
    field: str
    old: str | None
    value: str
    words: str | None

    @property
    def key(self) -> tuple[str, str, str | None]:
        return self.document, self.field, self.old

    def correction(self, by: str) -> Correction:
        """Return the correction that it describes.

        :raises UsageError: it is invalid.
        """
        field, old = known_field(self.field), self.old
        asked = Correction(self.document, field, DecisionAction.CORRECT, by)
        if self.action == "refuse":
            if old is None:
                message = gettext("Nothing was found here that could be refused.")
                raise UsageError(message, gettext("Write the value, or confirm the empty box: it has none."))
            return replace(asked, action=DecisionAction.REMOVE, old=old)
        if self.value == old:
            return replace(asked, action=DecisionAction.CONFIRM, old=old)
        if not self.value:
            return asked if old is None or not is_list(field) else replace(asked, action=DecisionAction.REMOVE, old=old)
        # The words prove a new value only if it is the old one in another spelling.
        proves = old is not None and is_same(field, self.value, old, current_room().places)
        asked = replace(asked, value=self.value, words=self.words if proves else None)
        if not is_list(field):
            return asked
        return replace(asked, action=DecisionAction.ADD if old is None else DecisionAction.REPLACE, old=old)


def _as_sent(rows: Sequence[_SentRow], troubles: Mapping[tuple[str, str, str | None], str]) -> SentRows:
    return {row.key: (row.value, troubles.get(row.key)) for row in rows}


def _sent_rows() -> list[_SentRow]:
    form, action = request.form, request.form.get("action", "")
    if action not in {"confirm", "refuse", "set"}:
        raise UsageError(gettext("The form does not say what to do."))
    rows = []
    for at in form.getlist("row")[:ROWS]:
        value = form.get("all" if action == "set" else f"value-{at}", "").strip()
        told = form.get(f"document-{at}", ""), form.get(f"field-{at}", ""), form.get(f"old-{at}")
        rows.append(_SentRow(action, *told, value, form.get(f"words-{at}") or None))
    return rows


def _table(sent: SentRows | None = None, problem: str | None = None) -> str:
    catalog = current_room().archive.catalog
    doubts, field, value = queue(catalog), _field(), request.values.get("value")
    asked = AskedDoubts(field, value or None, field is not None and value is not None)
    asked = replace(asked, first=_first(asked.count(doubts), ROWS))
    loaded = _loaded(current_room(), asked.part(doubts))
    page = present_doubts(doubts, asked, loaded, decided_now(catalog), known_person(), sent, problem)
    return render_template("doubts.html", page=page)


def _field() -> str | None:
    asked = request.values.get("field")
    return known_field(asked) if asked else None


def _first(total: int, size: int) -> int:
    """Return the number of the first item shown; past the end, that of the last part."""
    return min(positive_number("first", request.values.get("first") or "1"), (max(total, 1) - 1) // size * size + 1)


def _loaded(room: Room, doubts: Sequence[Doubt]) -> list[LoadedDoubt]:
    """Return doubts with the pages of their evidence, in the readings of their facts."""
    catalog = room.archive.catalog
    spans = {span: span for span in spans_of(doubt.fact for doubt in doubts if doubt.fact is not None)}
    newest = [(doubt.document, doubt.known.document.reading) for doubt in doubts]
    readings = catalog.readings.named({*newest, *((span.document, span.reading) for span in spans)})
    pages = {span: readings[span.document, span.reading].page_of_word(span.first) for span in spans}
    words = catalog.readings.words_of_pages(
        {(span.document, span.reading, page.number) for span, page in pages.items()}
    )
    loaded = []
    for doubt, key in zip(doubts, newest, strict=True):
        span = doubt.fact.span if doubt.fact else None
        if span is None:
            first = next(iter(readings[key].pages), None)
            loaded.append(LoadedDoubt(doubt, is_cut=first is not None and not first.is_flowing))
        else:
            page = pages[span]
            of_page = words[span.document, span.reading, page.number]
            loaded.append(LoadedDoubt(doubt, page, of_page, room.images.has_pieces and not page.is_flowing))
    return loaded
