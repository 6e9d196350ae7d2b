"""The clauses on one topic in a vendor's contracts, and the contracts made on one template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.comparing.templates import OddClause, Template, TemplateContract
from archive.comparing.topics import DIFFERENCES, ComparedClause, TopicComparison
from archive.comparing.words import DifferenceKind
from archive.model.description import Description
from archive.vendors.entities import Entity
from webapp.contexts.common import Link
from webapp.contexts.comparing import MemberRow, OddRow, TemplateGroup, TemplatesContext, TopicContext, TopicRow
from webapp.languages.translation import gettext, number, plural
from webapp.links import clause_url, compare_url, document_url, topic_url, vendor_url
from webapp.presenters.clause_hits import clause_title
from webapp.presenters.comparing import address, clause_link, document_link, topic_title
from webapp.presenters.wording import percent, value_label
from webapp.search_state import SearchState

ODD_SHOWN = 12
"""Odd clauses, and missing ones, that are listed of a document."""


def present_topic(found: TopicComparison, described: Mapping[str, Description]) -> TopicContext:
    """The clauses on a topic; ``described`` are the contracts without one."""
    usual, vendor = found.usual, found.vendor
    return TopicContext(
        state=SearchState(),
        title=topic_title(found.topic, vendor),
        vendor=Link(vendor.name, vendor_url(vendor.id)),
        summary=_summary(found),
        topics=tuple(
            Link(
                f"{value_label('topic', topic)} ({number(count)})",
                topic_url(vendor.id, topic),
                current=topic == found.topic,
            )
            for topic, count in found.topics.items()
        ),
        usual=clause_link(usual) if usual else None,
        usual_text=" ".join(usual.words.texts) if usual else "",
        language=usual.reading.language if usual else None,
        rows=tuple(_row(row, found) for row in found.rows),
        without=tuple(Link(one.title, document_url(one.id, SearchState())) for one in described.values()),
    )


def _summary(found: TopicComparison) -> str:
    return plural(
        "%(clauses)s in %(contracts)s; %(count)s clause has the most common wording.",
        "%(clauses)s in %(contracts)s; %(count)s clauses have the most common wording.",
        found.usual_count,
        clauses=plural("%(count)s clause", "%(count)s clauses", len(found.rows)),
        contracts=plural("%(count)s contract", "%(count)s contracts", found.contracts),
    )


def _row(row: ComparedClause, found: TopicComparison) -> TopicRow:
    differing = row.comparison.of_kind(DifferenceKind.DIFFERENT)
    more = len(differing) - DIFFERENCES
    beside = None
    if found.usual and row.text is not found.usual:
        beside = Link(gettext("Side by side"), compare_url(address(found.usual), address(row.text)))
    return TopicRow(
        document=document_link(row.text),
        clause=clause_link(row.text),
        language=row.text.reading.language,
        agreement=percent(row.comparison.agreement) if differing else gettext("The same wording"),
        differences=tuple(row.comparison.texts(stretch) for stretch in differing[:DIFFERENCES]),
        more=plural("%(count)s more difference", "%(count)s more differences", more) if more > 0 else None,
        beside=beside,
    )


def present_templates(found: Sequence[Template], vendor: Entity | None) -> TemplatesContext:
    """The templates, each with the documents that depart from it first."""
    title = gettext("Contracts made on one template")
    if vendor:
        title = gettext("Contracts made on one template of %(vendor)s", vendor=vendor.name)
    return TemplatesContext(
        state=SearchState(),
        title=title,
        vendor=Link(vendor.name, vendor_url(vendor.id)) if vendor else None,
        groups=tuple(map(_group, found)),
    )


def _group(template: Template) -> TemplateGroup:
    model = template.model
    departing = [member for member in template.members if member.odd or member.missing]
    return TemplateGroup(
        title=plural(
            "%(count)s document like “%(title)s”",
            "%(count)s documents like “%(title)s”",
            len(template.members) + 1,
            title=model.title,
        ),
        model=_document(model),
        odd=tuple(_member(member, model.id) for member in departing),
        same=tuple(_document(member.description) for member in template.members if member not in departing),
    )


def _member(member: TemplateContract, model: str) -> MemberRow:
    here = member.description.id
    more = max(0, len(member.odd) - ODD_SHOWN) + max(0, len(member.missing) - ODD_SHOWN)
    return MemberRow(
        document=_document(member.description),
        about=gettext("%(share)s of the clauses of both are alike", share=percent(member.share)),
        odd=tuple(_odd(odd, here, model) for odd in member.odd[:ODD_SHOWN]),
        missing=tuple(_odd(odd, model, here) for odd in member.missing[:ODD_SHOWN]),
        more=plural("%(count)s more clause", "%(count)s more clauses", more) if more else None,
    )


def _odd(odd: OddClause, here: str, there: str) -> OddRow:
    nearest = None
    if odd.nearest is not None:
        there_named = odd.nearest.label or odd.nearest.eid
        told = gettext("%(share)s like %(clause)s", share=percent(odd.similarity), clause=there_named)
        nearest = Link(told, compare_url(f"{here}/{odd.clause.eid}", f"{there}/{odd.nearest.eid}"))
    named = clause_title(odd.clause.label, odd.clause.heading) or odd.clause.eid
    return OddRow(Link(named, clause_url(here, odd.clause.eid, SearchState())), nearest)


def _document(described: Description) -> Link:
    return Link(described.title, document_url(described.id, SearchState()), note=described.filename)
