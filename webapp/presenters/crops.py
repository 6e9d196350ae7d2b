"""The strip of a page's image around words, with marks on some of them."""

from __future__ import annotations

from collections.abc import Sequence

from archive.model import Page, Span
from archive.model.words import Words
from webapp.contexts.citing import Crop
from webapp.contexts.common import Link
from webapp.links import evidence_url, image_url
from webapp.page_images import PAGE_WIDTH
from webapp.presenters.marking import Mark, rectangles
from webapp.presenters.places import page_name
from webapp.search_state import SearchState

AROUND = 36
"""Points of the page that are shown above and below the words."""


def crop(span: Span, page: Page, words: Words, marks: Sequence[Mark], label: str) -> Crop:
    """What a page's image shows of the words of ``span``, which stand on it, with ``marks`` on it."""
    first = max(0, span.first - page.first_word)
    last = min(page.word_count - 1, span.last - page.first_word)
    shown = rectangles(words, page, [Mark(first, last, "")])
    # Words without boxes have no place on the image, so all of it is shown.
    top = max(0.0, min((one.y for one in shown), default=0.0) - AROUND)
    bottom = min(page.height, max((one.y + one.height for one in shown), default=page.height) + AROUND)
    return Crop(
        page=Link(page_name(page.number), evidence_url(span, page.number, SearchState())),
        label=label,
        image=image_url(span.document, page.number, PAGE_WIDTH, span.reading),
        view_box=f"0 {top:.1f} {page.width:.1f} {bottom - top:.1f}",
        width=round(page.width, 1),
        height=round(page.height, 1),
        marks=rectangles(words, page, marks),
    )
