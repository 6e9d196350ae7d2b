"""Corrections: turning requests of persons into decisions, one at a time or in bulk from a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field

from archive.errors import UsageError
from archive.facts.evidence import numbered, quoted
from archive.facts.values import Municipalities, checked, kept_form, known_field
from archive.model import Document, Fact, FactStatus, Span
from archive.model.decisions import METHOD, Decision, DecisionAction, FieldChange
from archive.model.fields import FIELDS, RULING_FIELD, is_list
from archive.store.catalog import Catalog
from archive.system.tables import decoded, table_rows
from archive.text.folding import fold

LONGEST_NAME = 100
"""Most characters of a person's name."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction as requested.

    ``document`` is an id or a prefix. ``value`` is None to empty the field, or to remove or confirm ``old``. Evidence
    is optional: a ``quote``, on one ``page`` or anywhere, or ``words`` by number.
    """

    document: str
    field: str
    action: DecisionAction
    by: str
    value: str | None = None
    old: str | None = None
    page: int | None = None
    quote: str | None = None
    words: str | None = None
    details: Mapping[str, str] = dataclass_field(default_factory=dict)


class Corrections:
    """Turns corrections into decisions. It only reads the catalog."""

    def __init__(self, catalog: Catalog, places: Municipalities) -> None:
        self._catalog, self._places = catalog, places

    def decision(self, asked: Correction) -> Decision:
        """Return the decision of a correction.

        :raises UsageError: there is no such document, field, value or evidence.
        """
        document = self._catalog.documents.find(asked.document)
        field = known_field(asked.field)
        by = checked_name(asked.by)
        if asked.action in (DecisionAction.ADD, DecisionAction.REPLACE) and asked.value is None:
            raise UsageError("There is no value to %(action)s.", action=asked.action)
        if asked.action is DecisionAction.ADD and not is_list(field):
            raise UsageError(
                "A document has one %(our_field)s.", "Leave out --add, and the value takes its place.", our_field=field
            )
        facts = () if asked.value is None else (self._fact(document, asked, asked.value),)
        old = None if asked.old is None else self._as_known(document, field, asked.old)
        return Decision(document.id, field, asked.action, by, facts, old)

    def _fact(self, document: Document, asked: Correction, text: str) -> Fact:
        if asked.field == RULING_FIELD:
            text = self._catalog.documents.find(text).id
            if text == document.id:
                raise UsageError("A document belongs to its own procedure.", "Name another document of the procedure.")
        value, details = checked(asked.field, text, asked.details, self._places)
        span = self._span(document, asked)
        return Fact(asked.field, value, span, METHOD, 1.0, FactStatus.CORRECTED, details)

    def _span(self, document: Document, asked: Correction) -> Span | None:
        if asked.words is not None and (asked.quote is not None or asked.page is not None):
            raise UsageError("Evidence is named by its words' numbers or by a quotation, not by both.")
        if asked.words is not None:
            return numbered(self._catalog, document, asked.words)
        if asked.quote is not None:
            return quoted(self._catalog, document, asked.quote, asked.page)
        if asked.page is not None:
            raise UsageError("A page alone is not evidence.", "Quote the words on it: --quote TEXT")
        return None

    def _as_known(self, document: Document, field: str, text: str) -> str:
        """Return the document's value that equals this text but for script, diacritics or number format."""
        values = {fact.value for fact in self._catalog.facts.of(document.id) if fact.field == field}
        if text in values:
            return text
        form = kept_form(field, text, self._places)
        alike = [value for value in values if fold(value) == fold(form)]
        return alike[0] if len(alike) == 1 else form


def checked_name(by: str) -> str:
    """Validate the name of a person who decides.

    :raises UsageError: it is empty, too long, or has several lines.
    """
    name = by.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            "A person's name has 1 to %(most)s characters.", "Give your name: --by NAME", most=LONGEST_NAME
        )
    return name


MAX_LINES = 10_000
"""Most lines of a table. A longer one is refused, never truncated."""

NEEDED = ("document", "field")
COLUMNS = (*NEEDED, "value", "old", "page", "quote", "by", "action")
DETAILS = tuple(dict.fromkeys(name for field in FIELDS.values() for name in field.details))
"""Names of details; each may be a column, too."""


@dataclass(frozen=True, slots=True)
class BulkLine:
    """A row of a table, numbered from the headings, which are row 1."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """The outcome of lines that are one decision on a field: the change, or why there is none."""

    numbers: tuple[int, ...]
    outcome: FieldChange | UsageError


def read_lines(data: bytes, name: str) -> list[BulkLine]:
    """Parse a table with headings; empty rows are skipped.

    :raises UsageError: it is not such a table, has unknown columns or too many rows.
    """
    rows = table_rows(decoded(data, name), name)
    headings = [heading.strip().lower() for heading in rows[0]] if rows else []
    missing = [column for column in NEEDED if column not in headings]
    if missing:
        raise UsageError(
            "%(name)s has no column %(column)s." if name else "The list has no column %(column)s.",
            "Its first row has to name its columns, of these: %(names)s.",
            name=name,
            column=repr(missing[0]),
            names=", ".join(COLUMNS),
        )
    unknown = [heading for heading in headings if heading not in (*COLUMNS, *DETAILS)]
    if unknown or len(set(headings)) < len(headings):
        raise UsageError(
            (
                ("%(name)s has an unknown column %(column)s." if name else "The list has an unknown column %(column)s.")
                if unknown
                else (
                    "%(name)s has two columns of the same name."
                    if name
                    else "The list has two columns of the same name."
                )
            ),
            "Columns are: %(names)s.",
            name=name,
            column=repr(unknown[0]) if unknown else "",
            names=", ".join((*COLUMNS, *DETAILS)),
        )
    lines = [
        BulkLine(number, {heading: cell.strip() for heading, cell in zip(headings, row, strict=False)})
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not 0 < len(lines) <= MAX_LINES:
        raise UsageError(
            "%(name)s has %(count)s lines; 1 to %(most)s are allowed."
            if name
            else "The list has %(count)s lines; 1 to %(most)s are allowed.",
            name=name,
            count=f"{len(lines):,}",
            most=f"{MAX_LINES:,}",
        )
    return lines


def decide_lines(
    catalog: Catalog, corrections: Corrections, lines: Sequence[BulkLine], by: str, *, try_only: bool
) -> list[LineOutcome]:
    """Record the decisions of the lines in one transaction; none if a line is invalid. The outcomes include the reason
    for each invalid line.

    :param by: the person who decides, if a line does not name one.
    """
    refused: list[LineOutcome] = []
    together: dict[object, tuple[list[int], Decision]] = {}
    for line in lines:
        try:
            _join(together, line.number, corrections.decision(_correction(line, by)))
        except UsageError as error:
            refused.append(LineOutcome((line.number,), error))
    wanted = list(together.values())
    outcomes = catalog.decisions.record([decision for _, decision in wanted], try_only=try_only or bool(refused))
    made = [LineOutcome(tuple(numbers), outcome) for (numbers, _), outcome in zip(wanted, outcomes, strict=True)]
    return sorted([*refused, *made], key=lambda line: line.numbers)


def _correction(line: BulkLine, by: str) -> Correction:
    def cell(name: str) -> str | None:
        return line.cells.get(name) or None

    value, old, page = cell("value"), cell("old"), cell("page")
    action = _action(cell("action"), value, old)
    if page is not None and not (page.isdecimal() and len(page) < 8):
        raise UsageError("%(page)s is not a page number.", page=repr(page))
    confirms = action in (DecisionAction.CONFIRM, DecisionAction.REMOVE) and old is None
    return Correction(
        document=line.cells["document"],
        field=line.cells["field"].lower(),
        action=action,
        by=cell("by") or by,
        value=None if confirms else value,
        old=value if confirms else old,
        page=int(page) if page else None,
        quote=cell("quote"),
        details={name: text for name in DETAILS if (text := cell(name))},
    )


def _action(named_action: str | None, value: str | None, old: str | None) -> DecisionAction:
    if named_action is not None:
        if named_action.lower() not in list(DecisionAction):
            raise UsageError(
                "%(name)s is not an action.",
                "Actions are: %(names)s.",
                name=repr(named_action),
                names=", ".join(DecisionAction),
            )
        return DecisionAction(named_action.lower())
    if old is None:
        return DecisionAction.CORRECT
    return DecisionAction.REMOVE if value is None else DecisionAction.REPLACE


def _join(together: dict[object, tuple[list[int], Decision]], number: int, decision: Decision) -> None:
    """Add a decision to the others: lines that add values to one list are one decision; conflicting values are
    refused."""
    if decision.action is not DecisionAction.CORRECT:
        together[number] = [number], decision
        return
    key = decision.document, decision.field
    if key not in together:
        together[key] = [number], decision
        return
    numbers, earlier = together[key]
    if not (is_list(decision.field) and earlier.facts and decision.facts) and earlier.facts != decision.facts:
        raise UsageError(
            "Line %(number)s corrects the %(our_field)s of this document to something else.",
            number=numbers[0],
            our_field=decision.field,
        )
    new = tuple(fact for fact in decision.facts if fact not in earlier.facts)
    together[key] = [*numbers, number], replace(earlier, facts=earlier.facts + new)
