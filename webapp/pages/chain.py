"""The procedures of a document, on its page: the documents of each in order, missing ones, and rulings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.procedures.chains import Chain, ChainPaper
from archive.procedures.reasons import Ground
from archive.procedures.rulings import MadeRuling
from webapp.languages.translation import gettext, said
from webapp.links import document_url, evidence_url
from webapp.pages.parts import Link
from webapp.pages.wording import day, value_label
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A document of a procedure.

    ``number`` links to the reference number on its page that connects it; any other ``reason`` is a sentence. ``copy``
    names the file that it nearly duplicates.
    """

    id: str
    kind: str
    document: Link
    date: str | None
    number: Link | None
    reason: str | None
    copy: str | None


@dataclass(frozen=True, slots=True)
class RulingRow:
    """A ruling on a document, the document on whose page it can be undone, and its ``event``."""

    text: str
    event: int
    on: str


@dataclass(frozen=True, slots=True)
class ChainContext:
    """A procedure:

    its documents in the order of stages, and the kinds ``missing``, each with the reason why it must exist.
    """

    title: str
    subject: Link | None
    about: tuple[str, ...]
    rows: tuple[ChainRow, ...]
    missing: tuple[tuple[str, str], ...]
    rulings: tuple[RulingRow, ...]


@dataclass(frozen=True, slots=True)
class LoadedChain:
    """A chain with its data.

    ``pages`` has, by document, the page with the number that connects it; ``subject_page`` is the one with the subject;
    ``names`` are the file names of documents in ``rulings``.
    """

    chain: Chain
    pages: Mapping[str, int]
    rulings: Sequence[MadeRuling]
    names: Mapping[str, str]
    subject_page: int | None


@dataclass(frozen=True, slots=True)
class Chains:
    """The procedures of a document, or the ``trouble`` that hides them. ``by`` is the default name in forms."""

    shown: tuple[ChainContext, ...]
    trouble: str | None
    by: str


def round_note(number: int, count: int) -> str | None:
    """Return which of several procedures with the same number it is, None if there is only one."""
    if count == 1:
        return None
    return gettext("procedure %(number)s of %(count)s with this number", number=number, count=count)


def present_chains(
    loaded: Sequence[LoadedChain], trouble: str | None, here: str, by: str, state: SearchState
) -> Chains:
    """Return the procedures for the page of document ``here``."""
    return Chains(tuple(_chain(one, here, state) for one in loaded), trouble, by)


def _chain(loaded: LoadedChain, here: str, state: SearchState) -> ChainContext:
    chain, pages = loaded.chain, loaded.pages
    about = (chain.number, chain.buyer, round_note(chain.round, chain.rounds))
    papers = {member.paper.id: member for member in chain.all_members}
    subject = chain.subject
    place = subject.span if subject else None
    url = evidence_url(place, loaded.subject_page, state) if place and loaded.subject_page else ""
    return ChainContext(
        title=gettext("Procedure") if chain.is_procurement else gettext("Request for information"),
        subject=Link(subject.value, url) if subject else None,
        about=tuple(value for value in about if value),
        rows=tuple(_chain_row(member, here, papers, pages, state) for member in papers.values()),
        missing=tuple((value_label("kind", lacking.kind), said(lacking.why)) for lacking in chain.missing),
        rulings=tuple(_ruling(one, loaded.names) for one in loaded.rulings),
    )


def _ruling(made: MadeRuling, names: Mapping[str, str]) -> RulingRow:
    told = {
        "person": made.by,
        "day": day(made.at),
        "one": names.get(made.document, made.document[:12]),
        "other": names.get(made.other, made.other[:12]),
    }
    text = (
        gettext("%(person)s, %(day)s: %(one)s belongs to the procedure of %(other)s", **told)
        if made.belongs
        else gettext("%(person)s, %(day)s: %(one)s does not belong to the procedure of %(other)s", **told)
    )
    return RulingRow(text, made.event, made.document)


def _chain_row(
    member: ChainPaper, here: str, papers: Mapping[str, ChainPaper], pages: Mapping[str, int], state: SearchState
) -> ChainRow:
    known, date, link = member.paper.known, member.paper.date, member.link
    number = None
    if link is not None and link.span is not None:
        number = Link(link.value, evidence_url(link.span, pages[known.id], state))
    return ChainRow(
        id=known.id,
        kind=value_label("kind", known.kind) if known.kind else gettext("Unknown kind"),
        document=Link(known.title, document_url(known.id, state), known.id == here, known.filename),
        date=day(date) if date else None,
        number=number,
        reason=_reason(member),
        copy=papers[member.copy_of].paper.known.filename if member.copy_of else None,
    )


def _reason(member: ChainPaper) -> str | None:
    """Return why a document belongs to the procedure, None if its number or copy is shown."""
    if member.reason is None or member.reason.ground in (Ground.NUMBER, Ground.COPY):
        return None
    return gettext("here because %(reason)s", reason=said(member.reason.text))
