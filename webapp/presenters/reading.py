"""How a document was read: page by page, and in which of its readings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archive.model import Document, Page, Reading
from archive.quality import page_quality
from webapp.contexts.common import Link, OlderReading
from webapp.contexts.document import PageRow
from webapp.links import document_url, older_number, page_url
from webapp.presenters.wording import counted, moment, page_source, script_name
from webapp.search_state import SearchState


def present_older(document: Document, reading: Reading, newest_url: str) -> OlderReading | None:
    """What to say above a reading that is not the newest. ``newest_url`` is the same page in the newest."""
    if older_number(document, reading) is None:
        return None
    text = (
        f"This is reading {reading.number} of {document.reading}, made on {moment(reading.created_at)} and kept as it "
        "was. Searches look into the newest reading, so no matches are marked here."
    )
    return OlderReading(text, Link("Show the newest reading", newest_url))


def reading_links(
    document: Document, readings: Iterable[Reading], shown: Reading, state: SearchState
) -> tuple[Link, ...]:
    """The readings of a document, in the order given."""
    return tuple(
        Link(
            f"Reading {reading.number}",
            document_url(document.id, state, reading=older_number(document, reading)),
            current=reading.number == shown.number,
            note=_about(document, reading),
        )
        for reading in readings
    )


def page_rows(document: Document, reading: Reading, pages: Sequence[Page], state: SearchState) -> tuple[PageRow, ...]:
    """How each of ``pages`` was read."""
    older = older_number(document, reading)
    return tuple(
        PageRow(
            page=Link(f"{page.number:,}", page_url(document.id, page.number, state, reading=older)),
            source=page_source(page),
            quality=page_quality(page),
            script=script_name(page.script),
            reason=page.reason,
            note=page.note,
        )
        for page in pages
    )


def read_with(reading: Reading) -> str:
    """The programs and settings that made a reading."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in reading.agent.items())


def _about(document: Document, reading: Reading) -> str:
    newest = ", the newest" if older_number(document, reading) is None else ""
    return f"{moment(reading.created_at)}{newest}: {counted(reading.word_count, 'word')}, {read_with(reading)}"
