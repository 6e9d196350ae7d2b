"""The procedure that a document belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from archive.procedures.chains import Chain, ChainPaper
from webapp.contexts.chain import ChainContext, ChainRow, MissingRow
from webapp.contexts.common import Link
from webapp.languages.sentences import said
from webapp.languages.translation import gettext
from webapp.links import document_url, evidence_url
from webapp.presenters.wording import day, value_label
from webapp.search_state import SearchState


def round_note(number: int, count: int) -> str | None:
    """Which of the procedures with one number it is, if there are several."""
    if count == 1:
        return None
    return gettext("procedure %(number)s of %(count)s with this number", number=number, count=count)


def present_chain(chain: Chain, here: str, pages: Mapping[str, int], state: SearchState) -> ChainContext:
    """A chain on the page of document ``here``.

    :param pages: the page on which the number stands that holds a paper there, by the document.
    """
    about = (chain.number, chain.buyer, round_note(chain.round, chain.rounds))
    papers = {member.paper.id: member for member in chain.all_members}
    return ChainContext(
        title=gettext("Procedure") if chain.is_procurement else gettext("Request for information"),
        about=tuple(value for value in about if value),
        rows=tuple(_row(member, here, papers, pages, state) for member in papers.values()),
        missing=tuple(MissingRow(value_label("kind", lacking.kind), said(lacking.why)) for lacking in chain.missing),
    )


def _row(
    member: ChainPaper, here: str, papers: Mapping[str, ChainPaper], pages: Mapping[str, int], state: SearchState
) -> ChainRow:
    known, date, link = member.paper.known, member.paper.date, member.link
    number = None
    if link is not None and link.span is not None:
        number = Link(link.value, evidence_url(link.span, pages[known.id], state))
    return ChainRow(
        kind=value_label("kind", known.kind) if known.kind else gettext("Unknown kind"),
        document=Link(known.title, document_url(known.id, state), known.id == here, known.filename),
        date=day(date) if date else None,
        number=number,
        by_date=link is None and known.kind == "foi_request" and len(papers) > 1,
        copy=papers[member.copy_of].paper.known.filename if member.copy_of else None,
    )
