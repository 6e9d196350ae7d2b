"""The page that loads a CSV table of corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.errors import UsageError
from archive.facts.corrections import COLUMNS, DETAILS, MAX_LINES, LineOutcome
from archive.model import Fact
from archive.model.decisions import FieldChange
from webapp.languages.translation import gettext, number, plural, said_error
from webapp.links import document_url
from webapp.pages.parts import Context, Link
from webapp.pages.wording import fact_value, field_label
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class TableLine:
    """The outcome of lines of a table. ``trouble`` is the error message of an invalid line."""

    numbers: str
    document: Link | None
    text: str
    trouble: str | None


@dataclass(frozen=True, slots=True)
class TableContext(Context):
    """The page that loads a table of corrections.

    ``table`` is the submitted text; ``lines`` is None before. ``can_apply`` says that every line is valid and none is
    applied yet; ``applied`` that all are.
    """

    columns: str
    details: str
    limit: str
    by: str
    table: str
    lines: tuple[TableLine, ...] | None = None
    summary: str = ""
    can_apply: bool = False
    applied: bool = False
    problem: str | None = None


LINES_SHOWN = 500
"""Valid lines shown; all invalid ones are shown."""

_ID_DIGITS = 12


def present_table(by: str, table: str = "", problem: str | None = None) -> TableContext:
    """Return the form before its table is checked."""
    return TableContext(
        columns=", ".join(COLUMNS),
        details=", ".join(DETAILS),
        limit=number(MAX_LINES),
        by=by,
        table=table,
        problem=problem,
    )


def present_outcomes(
    by: str, table: str, outcomes: Sequence[LineOutcome], *, applied: bool, later: bool
) -> TableContext:
    """Return the outcomes of the lines.

    ``later`` says that the search index is not up to date yet.
    """
    refused = [one for one in outcomes if isinstance(one.outcome, UsageError)]
    possible = [one for one in outcomes if not isinstance(one.outcome, UsageError)]
    shown = [*refused, *possible[:LINES_SHOWN]]
    changes = sum(isinstance(one.outcome, FieldChange) and one.outcome.is_news for one in outcomes)
    if refused:
        summary = [_refused(len(refused))]
    elif applied:
        summary = [plural("%(count)s correction made.", "%(count)s corrections made.", changes)]
        if later:
            summary.append(gettext("Documents are being added: search knows of it as soon as those are indexed."))
    else:
        summary = [_possible(changes, len(outcomes) - changes)]
    if len(possible) > LINES_SHOWN:
        summary.append(gettext("The first %(count)s are shown.", count=LINES_SHOWN))
    return replace(
        present_table(by, table),
        lines=tuple(_line(one) for one in shown),
        summary=" ".join(summary),
        can_apply=not refused and not applied and changes > 0,
        applied=applied,
    )


def _refused(count: int) -> str:
    return plural(
        "%(count)s line cannot be; nothing was changed.", "%(count)s lines cannot be; nothing was changed.", count
    )


def _possible(changes: int, known: int) -> str:
    return plural(
        "%(count)s correction would be made; %(known)s say what is known already.",
        "%(count)s corrections would be made; %(known)s say what is known already.",
        changes,
        known=number(known),
    )


def _line(one: LineOutcome) -> TableLine:
    numbers = ", ".join(map(str, one.numbers))
    if isinstance(one.outcome, UsageError):
        return TableLine(numbers, None, "", said_error(one.outcome))
    change = one.outcome
    link = Link(change.document[:_ID_DIGITS], document_url(change.document, SearchState(), "facts"))
    text = f"{field_label(change.field)}: {_values(change.before)} → {_values(change.after)}"
    if not change.is_news:
        text = gettext("%(change)s (known already)", change=text)
    return TableLine(numbers, link, text, None)


def _values(facts: Sequence[Fact]) -> str:
    return " | ".join(fact_value(fact.field, fact.value) for fact in facts) or gettext("none")
