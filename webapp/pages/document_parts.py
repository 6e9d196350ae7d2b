"""Parts of a document's page: how it was read, what lies inside what, and the procedures it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.model import Description, Document, Page, Reading
from archive.model.quality import page_quality
from archive.procedures.chains import Chain, ChainPaper
from archive.store.members import Member, Membership
from webapp.languages.translation import gettext, number, plural, said
from webapp.links import contents_part_url, document_url, evidence_url, older_number, page_url
from webapp.pages.parts import Link, OlderReading, part_links
from webapp.pages.wording import about, day, moment, page_source, script_name, value_label, words_counted
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class PageRow:
    """How one page was read. ``quality`` and its label are None where there is nothing to judge."""

    page: Link
    source: str
    quality: str | None
    quality_label: str | None
    script: str | None
    reason: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ContainedRow:
    """Something that a container holds: a document, or the ``trouble`` why it is none."""

    path: str
    document: Link | None
    about: tuple[str, ...]
    trouble: str | None


@dataclass(frozen=True, slots=True)
class ContainerContents:
    """What a container holds; a long list comes in parts."""

    summary: str
    members: tuple[ContainedRow, ...]
    parts: tuple[Link, ...]


def present_older(document: Document, reading: Reading, newest_url: str) -> OlderReading | None:
    """What to say above a reading that is not the newest. ``newest_url`` is the same page in the newest."""
    if older_number(document, reading) is None:
        return None
    text = gettext(
        "This is reading %(number)s of %(count)s, made on %(moment)s and kept as it was. "
        "Searches look into the newest reading, so no matches are marked here.",
        number=reading.number,
        count=document.reading,
        moment=moment(reading.created_at),
    )
    return OlderReading(text, Link(gettext("Show the newest reading"), newest_url))


def reading_links(
    document: Document, readings: Iterable[Reading], shown: Reading, state: SearchState
) -> tuple[Link, ...]:
    """The readings of a document, in the order given."""
    return tuple(
        Link(
            gettext("Reading %(number)s", number=reading.number),
            document_url(document.id, state, reading=older_number(document, reading)),
            current=reading.number == shown.number,
            note=_about(document, reading),
        )
        for reading in readings
    )


def page_rows(document: Document, reading: Reading, pages: Sequence[Page], state: SearchState) -> tuple[PageRow, ...]:
    """How each of ``pages`` was read."""
    older = older_number(document, reading)
    return tuple(_page_row(page, page_url(document.id, page.number, state, reading=older)) for page in pages)


def _page_row(page: Page, url: str) -> PageRow:
    quality = page_quality(page)
    return PageRow(
        page=Link(number(page.number), url),
        source=page_source(page),
        quality=quality,
        quality_label=value_label("quality", quality) if quality else None,
        script=script_name(page.script),
        reason=said(page.reason) if page.reason else None,
        note=said(page.note) if page.note else None,
    )


def read_with(reading: Reading) -> str:
    """The programs and settings that made a reading."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in reading.agent.items())


def _about(document: Document, reading: Reading) -> str:
    is_newest = older_number(document, reading) is None
    made = moment(reading.created_at)
    if is_newest:
        made = gettext("%(moment)s, the newest", moment=made)
    return f"{made}: {words_counted(reading.word_count)}, {read_with(reading)}"


MEMBERS_SHOWN = 200
"""Members of a container listed at once."""


def present_places(
    places: Sequence[Membership], described: Mapping[str, Description], state: SearchState
) -> tuple[Link, ...]:
    """The containers that a document lies in, each noted with its path there; ``described`` holds them."""
    return tuple(
        Link(described[place.container].title, document_url(place.container, state), note=place.path)
        for place in places
    )


def shown_members(members: Sequence[Member], first: int) -> Sequence[Member]:
    """The members listed at once, from number ``first`` on."""
    return members[first - 1 : first - 1 + MEMBERS_SHOWN]


def present_contents(
    container: str, members: Sequence[Member], described: Mapping[str, Description], first: int, state: SearchState
) -> ContainerContents | None:
    """What a container holds, listed from member ``first`` on; ``described`` holds the documents listed."""
    if not members:
        return None
    failed = sum(1 for member in members if member.reason is not None)
    files = plural("%(count)s file", "%(count)s files", len(members))
    if failed:
        files = gettext("%(files)s, %(count)s of them could not be read", files=files, count=number(failed))
    return ContainerContents(
        summary=files,
        members=tuple(_contained_row(member, described, state) for member in shown_members(members, first)),
        parts=part_links(len(members), MEMBERS_SHOWN, first, lambda start: contents_part_url(container, state, start)),
    )


def _contained_row(member: Member, described: Mapping[str, Description], state: SearchState) -> ContainedRow:
    if member.document is None:
        due = gettext("Not read yet; the next run of %(command)s reads it.", command="dosije add")
        return ContainedRow(member.path, None, (), said(member.reason) if member.reason else due)
    description = described[member.document]
    link = Link(description.title, document_url(member.document, state))
    return ContainedRow(member.path, link, about(description), None)


@dataclass(frozen=True, slots=True)
class ChainRow:
    """A paper of a procedure. ``number`` leads to the number on its page that holds it there; without one, ``by_date``
    says that it is there because body and date fit. ``copy`` names the file that it nearly is once more."""

    kind: str
    document: Link
    date: str | None
    number: Link | None
    by_date: bool
    copy: str | None


@dataclass(frozen=True, slots=True)
class ChainContext:
    """A procedure: its papers in the order of its stages, and the kinds ``missing``, each with why it has to exist."""

    title: str
    about: tuple[str, ...]
    rows: tuple[ChainRow, ...]
    missing: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chains:
    """The procedures of a document, or the ``trouble`` why they cannot be shown."""

    shown: tuple[ChainContext, ...]
    trouble: str | None


def round_note(number: int, count: int) -> str | None:
    """Which of the procedures with one number it is, if there are several."""
    if count == 1:
        return None
    return gettext("procedure %(number)s of %(count)s with this number", number=number, count=count)


def present_chains(
    chains: Sequence[tuple[Chain, Mapping[str, int]]], trouble: str | None, here: str, state: SearchState
) -> Chains:
    """The procedures on the page of document ``here``, each with the page of each paper's number."""
    return Chains(tuple(present_chain(chain, here, pages, state) for chain, pages in chains), trouble)


def present_chain(chain: Chain, here: str, pages: Mapping[str, int], state: SearchState) -> ChainContext:
    """A chain on the page of document ``here``.

    :param pages: the page on which the number stands that holds a paper there, by the document.
    """
    about = (chain.number, chain.buyer, round_note(chain.round, chain.rounds))
    papers = {member.paper.id: member for member in chain.all_members}
    return ChainContext(
        title=gettext("Procedure") if chain.is_procurement else gettext("Request for information"),
        about=tuple(value for value in about if value),
        rows=tuple(_chain_row(member, here, papers, pages, state) for member in papers.values()),
        missing=tuple((value_label("kind", lacking.kind), said(lacking.why)) for lacking in chain.missing),
    )


def _chain_row(
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
