"""The page of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import url_for

from archive.annotations import Annotation
from archive.description import Description
from archive.model import Clause, Document, Page, Reading, TextSource
from archive.quality import page_quality
from archive.store.documents import Source
from webapp.contexts.alike import Alike
from webapp.contexts.chain import Chains
from webapp.contexts.common import Link
from webapp.contexts.document import Contents, DocumentContext, FactRow, FileRow, PageTile, Place
from webapp.languages.sentences import said
from webapp.languages.translation import gettext, marked, plural
from webapp.links import document_part_url, document_url, image_url, older_number, page_url
from webapp.page_images import THUMBNAIL_WIDTH
from webapp.presenters.annotations import note_cards
from webapp.presenters.clause import document_outline
from webapp.presenters.places import back_to_search, no_match, words_counted
from webapp.presenters.reading import page_rows, present_older, read_with
from webapp.presenters.wording import (
    MEDIA_TYPES,
    about,
    moment,
    page_source,
    pages,
    reading_quality,
    size,
)
from webapp.search_state import SearchState

_FILE = marked("file")
"""What an original of a type that has no name is called."""

PAGES_SHOWN = 200
"""Pages of a document listed at once."""


def present_document(
    state: SearchState,
    document: Document,
    description: Description,
    reading: Reading,
    *,
    facts: Sequence[FactRow],
    sources: Sequence[Source],
    matches: Mapping[int, Sequence[tuple[int, int]]],
    is_waiting: bool,
    first: int,
    places: Sequence[Place],
    contents: Contents | None,
    alike: Sequence[Alike],
    chains: Chains,
    readings: Sequence[Link],
    clauses: Sequence[Clause],
    notes: Sequence[Annotation],
) -> DocumentContext:
    """The page of a document as ``reading`` has it, listing its pages from ``first`` on.

    ``matches`` are the matches of each page; there may be more if it ``is_waiting`` to be indexed.
    """
    listed = reading.pages[first - 1 : first - 1 + PAGES_SHOWN]
    quality = (reading_quality(description.quality),) if description.quality else ()
    return DocumentContext(
        state=state,
        document_id=document.id,
        title=description.title,
        language=description.language,
        about=(*about(description), *quality),
        results=back_to_search(state),
        original=_original(document),
        older=present_older(document, reading, document_url(document.id, state)),
        places=tuple(places),
        contents=contents,
        alike=tuple(alike),
        chains=chains,
        facts=tuple(facts),
        clauses=document_outline(document, reading, clauses, state),
        cards=note_cards(notes, document, state),
        matches=_found(state, document, reading, matches, is_waiting),
        first_match=page_url(document.id, next(iter(matches)), state, match=1) if matches else None,
        tiles=tuple(_tile(document, reading, page, state, len(matches.get(page.number, ()))) for page in listed),
        parts=_parts(document, reading, state, first),
        page_rows=page_rows(document, reading, listed, state),
        readings=tuple(readings),
        file=_file(document, reading, sources),
    )


def _original(document: Document) -> Link:
    type_ = gettext(MEDIA_TYPES.get(document.media_type, _FILE))
    label = gettext("Download the original (%(type)s, %(size)s)", type=type_, size=size(document.size))
    return Link(label, url_for("original.download", document_id=document.id))


def _found(
    state: SearchState,
    document: Document,
    reading: Reading,
    matches: Mapping[int, Sequence[tuple[int, int]]],
    is_waiting: bool,
) -> str | None:
    if matches:
        return plural(
            "“%(query)s” matches %(count)s time on %(pages)s.",
            "“%(query)s” matches %(count)s times on %(pages)s.",
            sum(map(len, matches.values())),
            query=state.text,
            pages=pages(len(matches)),
        )
    if not state.text or older_number(document, reading) is not None:
        return None
    return no_match(state.text, is_waiting=is_waiting)


def _tile(document: Document, reading: Reading, page: Page, state: SearchState, matches: int) -> PageTile:
    older = older_number(document, reading)
    ratio = 1.414 if page.is_flowing else page.height / page.width
    return PageTile(
        number=page.number,
        url=page_url(document.id, page.number, state, reading=older),
        image=None if page.is_flowing else image_url(document.id, page.number, THUMBNAIL_WIDTH, older),
        width=THUMBNAIL_WIDTH,
        height=round(THUMBNAIL_WIDTH * ratio),
        about=(page_source(page), *((words_counted(page.word_count),) if page.source is not TextSource.NONE else ())),
        quality=page_quality(page),
        note=said(page.note) if page.note else None,
        matches=plural("%(count)s match", "%(count)s matches", matches) if matches else None,
    )


def _parts(document: Document, reading: Reading, state: SearchState, first: int) -> tuple[Link, ...]:
    last = len(reading.pages)
    if last <= PAGES_SHOWN:
        return ()
    return tuple(
        Link(
            f"{start}–{min(start + PAGES_SHOWN - 1, last)}",
            document_part_url(document.id, state, start, older_number(document, reading)),
            start <= first < start + PAGES_SHOWN,
        )
        for start in range(1, last + 1, PAGES_SHOWN)
    )


def _file(document: Document, reading: Reading, sources: Sequence[Source]) -> tuple[FileRow, ...]:
    return (
        FileRow(gettext("File name"), document.filename),
        FileRow("SHA-256", document.id, is_code=True),
        FileRow(gettext("Size"), plural("%(count)s byte", "%(count)s bytes", document.size)),
        FileRow(gettext("Type"), gettext(MEDIA_TYPES.get(document.media_type, document.media_type))),
        FileRow(gettext("Collection"), document.collection),
        FileRow(gettext("Added"), moment(document.added_at)),
        *(FileRow(gettext("Came from"), f"{source.path} ({moment(source.seen_at)})") for source in sources),
        FileRow(gettext("Read with"), _read_with(reading)),
    )


def _read_with(reading: Reading) -> str:
    return gettext(
        "%(programs)s (reading %(number)s, %(moment)s)",
        programs=read_with(reading),
        number=reading.number,
        moment=moment(reading.created_at),
    )
