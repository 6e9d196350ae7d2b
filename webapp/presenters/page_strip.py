"""The strip of small images of the pages around the one that is looked at."""

from __future__ import annotations

from collections.abc import Mapping

from archive.model import Page
from archive.model.words import Words
from webapp.contexts.common import Link
from webapp.contexts.page import Strip, Thumbnail
from webapp.languages.translation import number, plural
from webapp.links import image_url
from webapp.page_images import THUMBNAIL_WIDTH
from webapp.presenters.marking import rectangles
from webapp.presenters.page_steps import Kind, Spans, match_marks
from webapp.presenters.page_viewed import Viewed

_AROUND = 4
"""Pages shown on each side: with this one, as many as fit beside each other on a laptop."""

_A4_RATIO = 1.414

Hits = Mapping[Kind, Mapping[int, Spans]]
"""What is marked: of each kind, the places on each page, as word numbers of the reading."""


def strip_pages(viewed_number: int, page_count: int) -> range:
    """The numbers of the pages in the strip. Near an end of the document, the other side has more of them."""
    first = max(1, min(viewed_number - _AROUND, page_count - 2 * _AROUND))
    return range(first, min(page_count, first + 2 * _AROUND) + 1)


def present_strip(viewed: Viewed, hits: Hits, words: Mapping[int, Words]) -> Strip | None:
    """The strip; None where the document has one page.

    :param words: the words of those pages in the strip that have hits.
    """
    pages = viewed.reading.pages
    if len(pages) < 2:
        return None
    shown = strip_pages(viewed.page.number, len(pages))
    counts: dict[int, int] = {}
    for matches in hits.values():
        for page, spans in matches.items():
            counts[page] = counts.get(page, 0) + len(spans)
    earlier = {page: count for page, count in counts.items() if page < shown.start}
    later = {page: count for page, count in counts.items() if page >= shown.stop}
    before = plural("%(count)s earlier page", "%(count)s earlier pages", len(earlier))
    after = plural("%(count)s later page", "%(count)s later pages", len(later))
    return Strip(
        thumbnails=tuple(_thumbnail(viewed, pages[each - 1], hits, counts, words) for each in shown),
        earlier=_beyond(viewed, earlier, max(earlier, default=1), before),
        later=_beyond(viewed, later, min(later, default=1), after),
    )


def _thumbnail(
    viewed: Viewed, page: Page, hits: Hits, counts: Mapping[int, int], words: Mapping[int, Words]
) -> Thumbnail:
    at = page.number
    marks = [mark for kind, matches in hits.items() for mark in match_marks(page, matches, None, kind)]
    here = at == viewed.page.number
    return Thumbnail(
        page=Link(str(at), viewed.url(at), current=here),
        image=None if page.is_flowing else image_url(viewed.document.id, at, THUMBNAIL_WIDTH, viewed.older),
        width=THUMBNAIL_WIDTH,
        height=round(THUMBNAIL_WIDTH * (_A4_RATIO if page.is_flowing else page.height / page.width)),
        view_box=f"0 0 {page.width:.1f} {page.height:.1f}",
        marks=rectangles(words[at], page, marks) if marks else (),
        hits=number(counts[at]) if at in counts else None,
    )


def _beyond(viewed: Viewed, counts: Mapping[int, int], nearest: int, where: str) -> Link | None:
    if not counts:
        return None
    total = sum(counts.values())
    told = plural("%(count)s match on %(pages)s", "%(count)s matches on %(pages)s", total, pages=where)
    return Link(told, viewed.url(nearest))
