"""The preview beside the results: a page of a hit with its matches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archive.model import Description, Document, Page, Reading, Words
from webapp.languages.translation import gettext, number
from webapp.links import image_url, older_number, page_url
from webapp.page_images import PAGE_WIDTH
from webapp.pages.document.page_parts import Spans, match_marks
from webapp.pages.parts import Context, Link, Mark, Piece, Rectangle, paragraphs, rectangles
from webapp.pages.wording import shown_title
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class PreviewImage:
    """The image of the page without blank side margins.

    Sizes are in points; ``least`` is the minimum readable width in pixels.
    """

    url: str
    label: str
    view_box: str
    least: int
    width: float
    height: float
    marks: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class PreviewContext(Context):
    """A page of a hit.

    ``image`` is None for a flowing page, which has ``text`` around the match; ``cut`` says that there is more text.
    ``match`` is the position among the matches, ``previous`` and ``next`` link to the others.
    """

    page: Link
    title: str
    language: str | None
    image: PreviewImage | None
    text: tuple[tuple[Piece, ...], ...]
    cut: bool
    match: str
    previous: str | None
    next: str | None


_BESIDE = 14
"""Margin in points that is kept on either side of the words."""

_NARROWEST = 0.5
"""Minimum share of the page width that is shown, so that a page of a few words is not enlarged."""

_READABLE = 1.0
"""Pixels per point: type of nine points is readable, and typical pages fit beside results 1280 pixels wide."""

_BEFORE, _AFTER = 250, 900
"""Number of words of a flowing page shown before and after a match."""


def present_preview(
    state: SearchState,
    document: Document,
    described: Description,
    reading: Reading,
    page: Page,
    words: Words,
    matches: Mapping[int, Spans],
    current: int | None,
) -> PreviewContext:
    """Return the preview of a page, at match ``current`` or the first one on the page."""
    pages = [each for each, spans in matches.items() for _ in spans]
    if current is None and page.number in matches:
        current = pages.index(page.number) + 1
    older = older_number(document, reading)

    def url(at: int | None) -> str:
        return page_url(document.id, pages[at - 1] if at else page.number, state, match=at, reading=older)

    def step(at: int) -> str | None:
        return url(at) if current is not None and 1 <= at <= len(pages) else None

    place = gettext("Page %(number)s of %(count)s", number=number(page.number), count=number(len(reading.pages)))
    at = "" if current is None else gettext("Match %(at)s of %(count)s", at=number(current), count=number(len(pages)))
    marks = match_marks(page, matches, current)
    text, cut = _text(words, marks) if page.is_flowing else ((), False)
    return PreviewContext(
        state=state,
        page=Link(place, url(current)),
        title=shown_title(described).text,
        language=reading.language,
        image=None if page.is_flowing else _image(document, page, words, marks, older),
        text=text,
        cut=cut,
        match=at,
        previous=step((current or 0) - 1),
        next=step((current or 0) + 1),
    )


def _image(document: Document, page: Page, words: Words, marks: list[Mark], older: int | None) -> PreviewImage:
    left, right = _edges(words)
    left, right = max(0.0, left * page.width - _BESIDE), min(page.width, right * page.width + _BESIDE)
    return PreviewImage(
        url=image_url(document.id, page.number, PAGE_WIDTH, older),
        label=gettext("Image of page %(number)s of %(title)s", number=page.number, title=document.filename),
        view_box=f"{left:.1f} 0 {right - left:.1f} {page.height:.1f}",
        least=round((right - left) * _READABLE),
        width=round(page.width, 1),
        height=round(page.height, 1),
        marks=rectangles(words, page, marks),
    )


def _edges(words: Words) -> tuple[float, float]:
    """Return left and right edge of the words of a page, as shares of its width."""
    if not words.boxes:
        return 0.0, 1.0
    boxes = [box for index in range(len(words)) if (box := words.box(index))]
    left, right = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    missing = max(0.0, _NARROWEST - (right - left))
    return max(0.0, left - missing / 2), min(1.0, right + missing / 2)


def _text(words: Words, marks: list[Mark]) -> tuple[tuple[tuple[Piece, ...], ...], bool]:
    """Return the text around the current match, and whether there is more of it."""
    around = next((mark for mark in marks if mark.current), None)
    first = max(0, around.first - _BEFORE) if around else 0
    end = min(len(words), (around.last if around else 0) + _AFTER)
    within = [
        Mark(mark.first - first, min(mark.last, end - 1) - first, mark.anchor, current=mark.current)
        for mark in marks
        if first <= mark.first < end
    ]
    return paragraphs(words.between(first, end), within, anchored=False), (first, end) != (0, len(words))
