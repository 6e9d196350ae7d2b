"""The clauses on one topic in a vendor's contracts, and the contracts made on one template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.comparing.templates import Member, OddClause, Template
from archive.comparing.topics import DIFFERENCES, Row, TopicComparison
from archive.comparing.words import Kind
from archive.description import Description
from archive.search.facets import label
from archive.vendors.entities import Entity
from webapp.contexts.common import Link
from webapp.contexts.comparing import MemberRow, OddRow, TemplateGroup, TemplatesContext, TopicContext, TopicRow
from webapp.links import clause_url, compare_url, document_url, topic_url, vendor_url
from webapp.presenters.clause_hits import clause_title
from webapp.presenters.comparing import address, clause_link, document_link
from webapp.presenters.wording import counted, percent
from webapp.search_state import SearchState

ODD_SHOWN = 12
"""Odd clauses, and missing ones, that are listed of a document."""


def present_topic(found: TopicComparison, described: Mapping[str, Description]) -> TopicContext:
    """The clauses on a topic; ``described`` are the contracts without one."""
    usual, vendor, named = found.usual, found.vendor, label("topic", found.topic)
    alike = counted(found.usual_count, "clause has", "clauses have")
    return TopicContext(
        state=SearchState(),
        title=f"{named} in the contracts of {vendor.name}",
        vendor=Link(vendor.name, vendor_url(vendor.id)),
        summary=f"{counted(len(found.rows), 'clause')} in {counted(found.contracts, 'contract')}; "
        f"{alike} the most common wording.",
        topics=tuple(
            Link(f"{label('topic', topic)} ({count})", topic_url(vendor.id, topic), current=topic == found.topic)
            for topic, count in found.topics.items()
        ),
        usual=clause_link(usual) if usual else None,
        usual_text=" ".join(usual.words.texts) if usual else "",
        language=usual.reading.language if usual else None,
        rows=tuple(_row(row, found) for row in found.rows),
        without=tuple(Link(one.title, document_url(one.id, SearchState())) for one in described.values()),
    )


def _row(row: Row, found: TopicComparison) -> TopicRow:
    differing = row.comparison.of_kind(Kind.DIFFERENT)
    more = len(differing) - DIFFERENCES
    beside = None
    if found.usual and row.text is not found.usual:
        beside = Link("Side by side", compare_url(address(found.usual), address(row.text)))
    return TopicRow(
        document=document_link(row.text),
        clause=clause_link(row.text),
        language=row.text.reading.language,
        agreement=percent(row.comparison.agreement) if differing else "The same wording",
        differences=tuple(row.comparison.texts(stretch) for stretch in differing[:DIFFERENCES]),
        more=counted(more, "more difference") if more > 0 else None,
        beside=beside,
    )


def present_templates(found: Sequence[Template], vendor: Entity | None) -> TemplatesContext:
    """The templates, each with the documents that depart from it first."""
    whose = f" of {vendor.name}" if vendor else ""
    return TemplatesContext(
        state=SearchState(),
        title=f"Contracts made on one template{whose}",
        vendor=Link(vendor.name, vendor_url(vendor.id)) if vendor else None,
        groups=tuple(map(_group, found)),
    )


def _group(template: Template) -> TemplateGroup:
    model = template.model
    departing = [member for member in template.members if member.odd or member.missing]
    return TemplateGroup(
        title=f"{counted(len(template.members) + 1, 'document')} like “{model.title}”",
        model=_document(model),
        odd=tuple(_member(member, model.id) for member in departing),
        same=tuple(_document(member.description) for member in template.members if member not in departing),
    )


def _member(member: Member, model: str) -> MemberRow:
    here = member.description.id
    more = max(0, len(member.odd) - ODD_SHOWN) + max(0, len(member.missing) - ODD_SHOWN)
    return MemberRow(
        document=_document(member.description),
        about=f"{percent(member.share)} of the clauses of both are alike",
        odd=tuple(_odd(odd, here, model) for odd in member.odd[:ODD_SHOWN]),
        missing=tuple(_odd(odd, model, here) for odd in member.missing[:ODD_SHOWN]),
        more=counted(more, "more clause") if more else None,
    )


def _odd(odd: OddClause, here: str, there: str) -> OddRow:
    nearest = None
    if odd.nearest is not None:
        told = f"{percent(odd.likeness)} like {odd.nearest.label or odd.nearest.eid}"
        nearest = Link(told, compare_url(f"{here}/{odd.clause.eid}", f"{there}/{odd.nearest.eid}"))
    named = clause_title(odd.clause.label, odd.clause.heading) or odd.clause.eid
    return OddRow(Link(named, clause_url(here, odd.clause.eid, SearchState())), nearest)


def _document(described: Description) -> Link:
    return Link(described.title, document_url(described.id, SearchState()), note=described.filename)
