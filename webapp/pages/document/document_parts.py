"""Parts of the page of a document: how it was read, and containers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.model import Description, Document, Page, Reading
from archive.model.quality import page_quality
from archive.model.signatures import KEY
from archive.store.members import Member, Membership
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import document_part_url, document_url, older_number, page_url
from webapp.pages.parts import Link, OlderReading, part_links
from webapp.pages.wording import MEDIA_TYPES, about, moment, page_source, script_name, size, value_label, words_counted
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class PageRow:
    """How one page was read. ``quality`` and its label are None if there are no words."""

    page: Link
    source: str
    quality: str | None
    quality_label: str | None
    script: str | None
    reason: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ContainedRow:
    """A member of a container: a document, or the reason (``trouble``) why it is none."""

    path: str
    document: Link | None
    about: tuple[str, ...]
    trouble: str | None


@dataclass(frozen=True, slots=True)
class ContainerContents:
    """The members of a container; a long list is split into parts."""

    summary: str
    members: tuple[ContainedRow, ...]
    parts: tuple[Link, ...]


def present_older(document: Document, reading: Reading, newest_url: str) -> OlderReading | None:
    """Return the notice for a reading that is not the newest, else None; ``newest_url`` is this page in the newest."""
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


_FILE = marked("file")
"""Name of an original whose media type has none."""


def present_original(document: Document) -> Link:
    """Return a link to the original."""
    type_ = gettext(MEDIA_TYPES.get(document.media_type, _FILE))
    label = gettext("Download the original (%(type)s, %(size)s)", type=type_, size=size(document.size))
    return Link(label, url_for("original.download", document_id=document.id))


def reading_links(
    document: Document, readings: Iterable[Reading], shown: Reading, state: SearchState
) -> tuple[Link, ...]:
    """Return links to the readings of a document, in the order given."""
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
    """Return how each of ``pages`` was read."""
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
    """Return the programs and settings that made a reading."""
    return ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in reading.agent.items() if not name.startswith(KEY)
    )


def _about(document: Document, reading: Reading) -> str:
    is_newest = older_number(document, reading) is None
    made = moment(reading.created_at)
    if is_newest:
        made = gettext("%(moment)s, the newest", moment=made)
    return f"{made}: {words_counted(reading.word_count)}, {read_with(reading)}"


MEMBERS_SHOWN = 200
"""Maximum number of members of a container listed at once."""


def present_places(
    places: Sequence[Membership], described: Mapping[str, Description], state: SearchState
) -> tuple[Link, ...]:
    """Return links to the containers of a document, with its path in each; ``described`` has the containers."""
    return tuple(
        Link(described[place.container].title, document_url(place.container, state), note=place.path)
        for place in places
    )


def shown_members(members: Sequence[Member], first: int) -> Sequence[Member]:
    """Return the members listed at once, from number ``first`` on."""
    return members[first - 1 : first - 1 + MEMBERS_SHOWN]


def present_contents(
    container: str, members: Sequence[Member], described: Mapping[str, Description], first: int, state: SearchState
) -> ContainerContents | None:
    """Return the members of a container from number ``first`` on, None without any; ``described`` has the documents."""
    if not members:
        return None
    failed = sum(1 for member in members if member.reason is not None)
    files = plural("%(count)s file", "%(count)s files", len(members))
    if failed:
        files = gettext("%(files)s, %(count)s of them could not be read", files=files, count=number(failed))
    return ContainerContents(
        summary=files,
        members=tuple(_contained_row(member, described, state) for member in shown_members(members, first)),
        parts=part_links(
            len(members),
            MEMBERS_SHOWN,
            first,
            lambda start: document_part_url(container, state, "member", start, None, "contents"),
        ),
    )


def _contained_row(member: Member, described: Mapping[str, Description], state: SearchState) -> ContainedRow:
    if member.document is None:
        due = gettext("Not read yet; the next run of %(command)s reads it.", command="dosije add")
        return ContainedRow(member.path, None, (), said(member.reason) if member.reason else due)
    description = described[member.document]
    link = Link(description.title, document_url(member.document, state))
    return ContainedRow(member.path, link, about(description), None)
