"""The scan of a document: its pages below each other in one scroll, and where on them something is marked.

The page that a reader comes to is in the HTML; a script asks for the others, some at a time, when they are near.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from archive.model import Fact, Page, Reading
from webapp.links import document_url, scan_pages_url, scan_url
from webapp.pages.document.page_parts import Hits, LoadedPage, Spans, StepKind
from webapp.state import PageState

SIZES_IN_HTML = 500
"""Runs of pages of one size that stand in the HTML; where there are more, a script asks for them."""

PLACES = 500
"""Pages with matches up to which it is told where on each they stand. Of more, a page is less than two pixels of the
map beside the scan."""

FACTS_MARKED = 2000
"""Facts whose places are told."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a script needs to show a document in one scroll.

    ``sizes`` are the runs of pages of one size, or none where they are too many; ``outline`` and ``pages`` are
    addresses of more, ``document`` that of the page of the document, ``page`` that of a page with ``NUMBER`` in the
    place of its number.
    """

    number: int
    count: int
    sizes: str
    outline: str
    pages: str
    document: str
    page: str


def present_scan(viewed: LoadedPage) -> Scan | None:
    """Return the scan at a page; None for a document that has no page images, or some pages without."""
    pages, document, state, view = viewed.reading.pages, viewed.document.id, viewed.state, viewed.view
    if any(page.is_flowing for page in pages):
        return None
    sizes = page_sizes(pages, view.turn)
    told = " ".join(f"{count}x{width}x{height}" for count, width, height in sizes)
    words, reading = None, viewed.older
    if viewed.evidence is not None:
        words, reading = f"{viewed.evidence.first}-{viewed.evidence.last}", viewed.reading.number
    return Scan(
        number=viewed.page.number,
        count=len(pages),
        sizes=told if len(sizes) <= SIZES_IN_HTML else "",
        outline=scan_url(document, state, view, viewed.older),
        pages=scan_pages_url(document, state, view, reading, words),
        document=document_url(document, state, reading=viewed.older),
        page=viewed.url(1).replace("/pages/1", "/pages/NUMBER", 1),
    )


def page_sizes(pages: Iterable[Page], turn: int) -> list[tuple[int, int, int]]:
    """Return runs of pages of one size: how many, and their width and height in points, as they are turned."""
    edges = ((round(page.width), round(page.height)) for page in pages)
    turned = ((height, width) if turn % 180 else (width, height) for width, height in edges)
    return [(len(list(run)), *size) for size, run in groupby(turned)]


def present_outline(reading: Reading, view: PageState, hits: Hits, facts: Sequence[Fact]) -> dict[str, object]:
    """Return what the map beside the scan shows: sizes of pages; pages with matches, how many and at which hundredth of
    the page; pages with facts, and where. Words are counted, not looked at."""
    placed = [fact.span for fact in facts if fact.span is not None and fact.span.reading == reading.number]
    return {
        "pages": page_sizes(reading.pages, view.turn),
        "matches": _hundredths(reading, hits[StepKind.MATCH]),
        "found": _hundredths(reading, hits[StepKind.FOUND]),
        "facts": [
            [page.number, _hundredth(page, span.first)]
            for span in sorted(placed, key=lambda span: span.first)[:FACTS_MARKED]
            for page in (reading.page_of_word(span.first),)
        ],
    }


def _hundredths(reading: Reading, matches: Mapping[int, Spans]) -> list[list[int]]:
    """Return, of each page with matches: its number, how many there are, and where, as long as there are few such
    pages."""
    return [
        [number, len(spans), *(sorted({_hundredth(reading.pages[number - 1], first) for first, _ in spans}))]
        if len(matches) <= PLACES
        else [number, len(spans)]
        for number, spans in matches.items()
    ]


def _hundredth(page: Page, word: int) -> int:
    return round(100 * (word - page.first_word) / max(1, page.word_count))
