"""The page that takes a table of corrections, and what becomes of each of its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archive.decisions import Change
from archive.errors import UsageError
from archive.facts.bulk import COLUMNS, DETAILS, MAX_LINES, LineOutcome
from archive.model import Fact
from webapp.contexts.common import Link
from webapp.contexts.review import TableContext, TableLine
from webapp.links import document_url
from webapp.presenters.wording import counted, fact_value, field_label
from webapp.search_state import SearchState

LINES_SHOWN = 500
"""Lines shown that can be; those that cannot are all shown."""

_ID_DIGITS = 12


def present_table(by: str, table: str = "", problem: str | None = None) -> TableContext:
    """The form, before anything is known of the table in it."""
    return TableContext(
        state=SearchState(),
        columns=", ".join(COLUMNS),
        details=", ".join(DETAILS),
        limit=f"{MAX_LINES:,}",
        by=by,
        table=table,
        lines=None,
        summary="",
        can_apply=False,
        applied=False,
        problem=problem,
    )


def present_outcomes(
    by: str, table: str, outcomes: Sequence[LineOutcome], *, applied: bool, later: bool
) -> TableContext:
    """What becomes of the lines. ``later`` says that search does not know of it yet."""
    refused = [one for one in outcomes if isinstance(one.outcome, UsageError)]
    possible = [one for one in outcomes if not isinstance(one.outcome, UsageError)]
    shown = [*refused, *possible[:LINES_SHOWN]]
    changes = sum(isinstance(one.outcome, Change) and one.outcome.is_news for one in outcomes)
    if refused:
        summary = f"{counted(len(refused), 'line')} cannot be; nothing was changed."
    elif applied:
        summary = f"{counted(changes, 'correction')} made."
        summary += " Documents are being added: search knows of it as soon as those are indexed." if later else ""
    else:
        known = len(outcomes) - changes
        summary = f"{counted(changes, 'correction')} would be made; {known:,} say what is known already."
    if len(possible) > LINES_SHOWN:
        summary += f" The first {LINES_SHOWN} are shown."
    return replace(
        present_table(by, table),
        lines=tuple(_line(one) for one in shown),
        summary=summary,
        can_apply=not refused and not applied and changes > 0,
        applied=applied,
    )


def _line(one: LineOutcome) -> TableLine:
    numbers = ", ".join(map(str, one.numbers))
    if isinstance(one.outcome, UsageError):
        return TableLine(numbers, None, "", str(one.outcome))
    change = one.outcome
    link = Link(change.document[:_ID_DIGITS], document_url(change.document, SearchState(), "facts"))
    text = f"{field_label(change.field)}: {_values(change.before)} → {_values(change.after)}"
    return TableLine(numbers, link, text if change.is_news else f"{text} (known already)", None)


def _values(facts: Sequence[Fact]) -> str:
    return " | ".join(fact_value(fact.field, fact.value) for fact in facts) or "none"
