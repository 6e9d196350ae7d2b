"""What stands on a page: its clauses and the facts read from it, each leading to its words."""

from __future__ import annotations

from collections.abc import Sequence

from archive.model import Clause, Fact, Span
from archive.model.clauses import path, units
from webapp.contexts.common import Link
from webapp.contexts.page import ClauseHere, FactHere, OnPage
from webapp.languages.translation import gettext, plural
from webapp.presenters.clause import outline
from webapp.presenters.facts import in_reading_order
from webapp.presenters.page_viewed import Viewed
from webapp.presenters.wording import fact_value, field_label


def present_on_page(
    viewed: Viewed, clauses: Sequence[Clause], facts: Sequence[Fact], marked: Span | None
) -> OnPage | None:
    """The clauses and facts of the page; None where it has neither. ``marked`` is what is marked there now."""
    shown, proved = _clauses(viewed, clauses, marked), _facts(viewed, facts, marked)
    return OnPage(_summary(len(shown), len(proved)), shown, proved) if shown or proved else None


def _summary(clauses: int, facts: int) -> str:
    of_clauses = plural("%(count)s clause", "%(count)s clauses", clauses)
    of_facts = plural("%(count)s fact", "%(count)s facts", facts)
    if clauses and facts:
        return gettext("%(clauses)s and %(facts)s", clauses=of_clauses, facts=of_facts)
    return of_clauses if clauses else of_facts


def _clauses(viewed: Viewed, clauses: Sequence[Clause], marked: Span | None) -> tuple[ClauseHere, ...]:
    """The units of the page, and of what stands in them the clauses with a printed number."""
    listed = {unit.eid for unit in units(clauses)}
    around = {clause.parent for clause in clauses if clause.eid in listed}
    chosen = [
        clause
        for clause in clauses
        if viewed.here(clause.span) and (clause.eid in listed | around or not clause.counted)
    ]
    around_each = {clause.eid: {each.eid for each in path(clauses, clause)[:-1]} for clause in chosen}
    rows = outline(viewed.document, viewed.reading, chosen, viewed.state)
    return tuple(
        ClauseHere(
            Link(row.link.label, viewed.marked_url(clause.span), current=clause.span == marked),
            row.link.url,
            row.topic,
            sum(other.eid in around_each[clause.eid] for other in chosen),
        )
        for clause, row in zip(chosen, rows, strict=True)
    )


def _place(at: int) -> str:
    return gettext("Show me") if at == 1 else gettext("and %(number)s", number=at)


def _facts(viewed: Viewed, facts: Sequence[Fact], marked: Span | None) -> tuple[FactHere, ...]:
    spans: dict[tuple[str, str], list[Span]] = {}
    for fact in in_reading_order(facts):
        if fact.span is not None and viewed.here(fact.span):
            places = spans.setdefault((field_label(fact.field), fact_value(fact.field, fact.value)), [])
            if fact.span not in places:
                places.append(fact.span)
    return tuple(
        FactHere(
            label,
            value,
            tuple(
                Link(_place(at), viewed.marked_url(span), current=span == marked)
                for at, span in enumerate(places, start=1)
            ),
        )
        for (label, value), places in spans.items()
    )
