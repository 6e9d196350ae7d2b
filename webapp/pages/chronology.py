"""The page of a chronology, and its dates in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import url_for

from archive.chronology.dates import Precision
from archive.chronology.entries import Chronology, ChronologyEntry
from archive.model import Description
from webapp.languages.translation import gettext, long_date, month_and_year, plural
from webapp.links import cite_url, document_url, evidence_url
from webapp.pages.parts import Context, Link, Piece
from webapp.pages.wording import documents, page_short, shown_title
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class ChronologyRow:
    """A date with its sentence, in which the date is marked.

    ``who`` and ``what`` are empty where the sentence does not name them.
    """

    when: str
    iso: str | None
    who: str
    what: str
    sentence: tuple[Piece, ...]
    document: Link
    place: Link
    cite: str


@dataclass(frozen=True, slots=True)
class ChronologyContext(Context):
    """Dates in order, followed by time limits that are relative to another event.

    ``bound`` says which documents or pages were left out; ``files`` link to all rows in file formats.
    """

    title: str
    count: str
    bound: str | None
    rows: tuple[ChronologyRow, ...]
    terms: tuple[ChronologyRow, ...]
    hidden: str | None
    files: tuple[Link, ...]


ROWS_SHOWN = 500
"""Rows on a page; a file has all of them."""

FORMS = ("csv", "xlsx", "docx")


def present_chronology(
    told: Chronology, known: Mapping[str, Description], title: str, asked: Sequence[tuple[str, str]]
) -> ChronologyContext:
    """Return the page of a chronology of ``known`` documents. ``asked`` are the parameters of its URL."""
    shown = told.entries[:ROWS_SHOWN]
    hidden = len(told.entries) - len(shown)
    query = urlencode(asked)
    dates = [one for one in told.entries if one.date is not None]
    return ChronologyContext(
        title=title,
        count=gettext(
            "%(dates)s and %(terms)s in %(documents)s",
            dates=plural("%(count)s date", "%(count)s dates", len(dates)),
            terms=plural("%(count)s term", "%(count)s terms", len(told.entries) - len(dates)),
            documents=documents(len(told.documents)),
        ),
        bound=plural(
            "%(count)s more document was chosen and is not read here; choose fewer.",
            "%(count)s more documents were chosen and are not read here; choose fewer.",
            told.left_out,
        )
        if told.left_out
        else None,
        rows=tuple(_row(one, known) for one in shown if one.date is not None),
        terms=tuple(_row(one, known) for one in shown if one.date is None),
        hidden=plural("And %(count)s more; the files have all.", "And %(count)s more; the files have all.", hidden)
        if hidden
        else None,
        files=tuple(Link(form.upper(), f"{url_for('chronology.show')}.{form}?{query}") for form in FORMS),
    )


def when(one: ChronologyEntry) -> str:
    """Return a date at its precision; a time limit in its own words."""
    if one.date is None:
        return one.said
    if one.precision is Precision.DAY:
        return long_date(date.fromisoformat(one.date))
    if one.precision is Precision.MONTH:
        return month_and_year(date.fromisoformat(f"{one.date}-01"))
    return one.date


def _row(one: ChronologyEntry, known: Mapping[str, Description]) -> ChronologyRow:
    place = evidence_url(one.span, one.page, SearchState())
    return ChronologyRow(
        when=when(one),
        iso=one.date,
        who=one.who or "",
        what=one.what or "",
        sentence=tuple(_marked(one)),
        document=Link(shown_title(known[one.document]).text, document_url(one.document, SearchState())),
        place=Link(page_short(one.page), place),
        cite=cite_url(one.span),
    )


def _marked(one: ChronologyEntry) -> list[Piece]:
    before, found, after = one.sentence.partition(one.said)
    pieces = [Piece(before), Piece(found, marked=bool(found)), Piece(after)]
    return [piece for piece in pieces if piece.text]
