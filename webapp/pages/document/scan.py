"""The scan view of a document: its pages in one scroll, with the positions of marks.

The requested page is in the HTML; a script loads the others in batches when they come near.
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
"""Maximum number of runs of pages of equal size in the HTML; otherwise the script loads them."""

PLACES = 500
"""Maximum number of pages with matches for which their positions are sent.

With more, a page is less than two pixels of the map beside the scan.
"""

FACTS_MARKED = 2000
"""Maximum number of facts whose positions are sent."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The data of the scan view for its script.

    ``sizes`` are the runs of pages of equal size, empty if there are too many; ``outline`` and ``pages`` are URLs of
    more data, ``document`` that of the page of the document, ``page`` that of a page with ``NUMBER`` in place of its
    number.
    """

    number: int
    count: int
    sizes: str
    outline: str
    pages: str
    document: str
    page: str


def present_scan(viewed: LoadedPage) -> Scan | None:
    """Return the scan view at a page, None for a document in which some pages have no image."""
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
    """Return runs of pages of equal size: their number, and width and height in points after rotation."""
    edges = ((round(page.width), round(page.height)) for page in pages)
    turned = ((height, width) if turn % 180 else (width, height) for width, height in edges)
    return [(len(list(run)), *size) for size, run in groupby(turned)]


def present_outline(reading: Reading, view: PageState, hits: Hits, facts: Sequence[Fact]) -> dict[str, object]:
    """Return the data of the map beside the scan: sizes of pages, and positions of matches and facts in hundredths.

    Positions are estimated from word numbers, without loading words.
    """
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
    """Return, for each page with matches, its number, the count, and the positions unless there are too many pages."""
    return [
        [number, len(spans), *(sorted({_hundredth(reading.pages[number - 1], first) for first, _ in spans}))]
        if len(matches) <= PLACES
        else [number, len(spans)]
        for number, spans in matches.items()
    ]


def _hundredth(page: Page, word: int) -> int:
    return round(100 * (word - page.first_word) / max(1, page.word_count))
