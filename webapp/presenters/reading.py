"""How a document was read: page by page, and in which of its readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.model import Document, Page, Reading
from archive.model.quality import page_quality
from webapp.contexts.common import Link, OlderReading
from webapp.contexts.document import PageRow
from webapp.languages.sentences import said
from webapp.languages.translation import gettext, number
from webapp.links import document_url, older_number, page_url
from webapp.presenters.places import words_counted
from webapp.presenters.wording import moment, page_source, script_name, value_label
from webapp.search_state import SearchState


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
    return tuple(_row(page, page_url(document.id, page.number, state, reading=older)) for page in pages)


def _row(page: Page, url: str) -> PageRow:
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
