"""Many corrections at once, from a table: all of them are made, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from archive.decisions import Action, Change, Decision
from archive.errors import UsageError
from archive.facts.corrections import Correction, Corrections
from archive.fields import FIELDS, is_list
from archive.separated import decoded, table_rows
from archive.store.catalog import Catalog

MAX_LINES = 10_000
"""Lines of one table. A longer one is refused, never cut."""

NEEDED = ("document", "field")
COLUMNS = (*NEEDED, "value", "old", "page", "quote", "by", "action")
DETAILS = tuple(dict.fromkeys(name for field in FIELDS.values() for name in field.details))
"""What may be told beside a value; each may be a column, too."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table, numbered as the table is: the headings are row 1."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What becomes of lines that decide on a field together: a change, or why there is none."""

    numbers: tuple[int, ...]
    outcome: Change | UsageError


def read_lines(data: bytes, name: str) -> list[Line]:
    """The rows of a table with headings; empty ones are left out.

    :raises UsageError: it is no such table, has unknown columns or too many rows.
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
                (
                    "%(name)s has a column %(column)s that means nothing."
                    if name
                    else "The list has a column %(column)s that means nothing."
                )
                if unknown
                else ("%(name)s has two columns of one name." if name else "The list has two columns of one name.")
            ),
            "Columns are: %(names)s.",
            name=name,
            column=repr(unknown[0]) if unknown else "",
            names=", ".join((*COLUMNS, *DETAILS)),
        )
    lines = [
        Line(number, {heading: cell.strip() for heading, cell in zip(headings, row, strict=False)})
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
    catalog: Catalog, corrections: Corrections, lines: Sequence[Line], by: str, *, try_only: bool
) -> list[LineOutcome]:
    """Make the decisions that the lines ask for, in one transaction, or none if a line cannot be; then each line that
    cannot is among the outcomes with its reason.

    :param by: who decides, where a line does not say it.
    """
    refused: list[LineOutcome] = []
    together: dict[object, tuple[list[int], Decision]] = {}
    for line in lines:
        try:
            _join(together, line.number, corrections.decision(_correction(line, by)))
        except UsageError as error:
            refused.append(LineOutcome((line.number,), error))
    wanted = list(together.values())
    outcomes = catalog.decide([decision for _, decision in wanted], try_only=try_only or bool(refused))
    made = [LineOutcome(tuple(numbers), outcome) for (numbers, _), outcome in zip(wanted, outcomes, strict=True)]
    return sorted([*refused, *made], key=lambda line: line.numbers)


def _correction(line: Line, by: str) -> Correction:
    def cell(name: str) -> str | None:
        return line.cells.get(name) or None

    value, old, page = cell("value"), cell("old"), cell("page")
    action = _action(cell("action"), value, old)
    if page is not None and not (page.isdecimal() and len(page) < 8):
        raise UsageError("%(page)s is no number of a page.", page=repr(page))
    confirms = action in (Action.CONFIRM, Action.REMOVE) and old is None
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


def _action(named_action: str | None, value: str | None, old: str | None) -> Action:
    if named_action is not None:
        if named_action.lower() not in list(Action):
            raise UsageError(
                "%(name)s is no action.", "Actions are: %(names)s.", name=repr(named_action), names=", ".join(Action)
            )
        return Action(named_action.lower())
    if old is None:
        return Action.CORRECT
    return Action.REMOVE if value is None else Action.REPLACE


def _join(together: dict[object, tuple[list[int], Decision]], number: int, decision: Decision) -> None:
    """Put a decision among the others. Lines that name values of one list correct it together, and no two lines may
    correct a field to different values.

    :raises UsageError: an earlier line corrects the field to another value.
    """
    if decision.action is not Action.CORRECT:
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
