"""Pages of documents without a fixed layout: lines of text become words with line and block breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from PIL import Image

from archive.errors import DamagedDocument, Message
from archive.model import TextSource
from archive.model.words import Break, CellMark, CellStep, Word, Words
from indexer.formats.source import PageFailed, ReadContext, ReadPage
from indexer.text import tokens


class FlowingSource:
    """The base class of sources whose pages are text.

    ``reason`` explains the words of its pages (:class:`ReadPage`). ``layout_obstacle`` says why a rendered layout would
    be misleading, worded to follow "because"; None if it would not be. ``has_cells`` says that its lines may contain
    cell marks, which the text of the format itself cannot contain.
    """

    agent: Mapping[str, str]
    layout_obstacle: str | None = None
    has_cells = False

    def __init__(self, pages: Sequence[Sequence[str]], note: str | None = None, reason: str | None = None) -> None:
        """Take the lines of each page; ``note`` is a remark on how the document was read, shown on page 1."""
        self._pages = pages
        self._note = note
        self.reason = reason

    @property
    def page_count(self) -> int:
        """The number of pages."""
        return len(self._pages)

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """Return a page; ``context`` is ignored, since text needs neither OCR nor limits."""
        words = Words.of(_words(self._pages[number - 1], self.has_cells))
        note = self._note if number == 1 else None
        return ReadPage(0, 0, TextSource.TEXT, words, reason=self.reason, note=note)

    def text(self) -> str:
        """Return all lines of all pages, without cell marks."""
        text = "\n".join(line for page in self._pages for line in page)
        return _MARK.sub("", text) if self.has_cells else text

    def draw(self, number: int, width: int, max_pixels: int) -> Image.Image:
        """Raise an error: a flowing page has no image.

        :raises PageFailed: always.
        """
        raise PageFailed("it is flowing text, which has no page image")

    def close(self) -> None:
        """Do nothing: the file was read as a whole."""


class SlidesSource(FlowingSource):
    """The base class of presentations: a slide is a page."""

    def __init__(self, pages: Sequence[Sequence[str]], filename: str, *, has_notes: bool, has_hidden: bool) -> None:
        """Take the lines of each slide, and whether there are speaker notes and hidden slides.

        :raises DamagedDocument: it has no slides.
        """
        if not pages:
            raise DamagedDocument(
                "%(filename)s is a presentation without slides.", "It holds nothing to read.", filename=filename
            )
        super().__init__(pages)
        if has_notes:
            self.layout_obstacle = Message("it has speaker notes, which a layout leaves out")
        elif has_hidden:
            self.layout_obstacle = Message("it has hidden slides, which a layout leaves out")


def damaged_presentation(filename: str, error: Exception) -> DamagedDocument:
    """Return the error for a presentation whose parser raised ``error``."""
    return DamagedDocument(
        "%(filename)s cannot be opened as a presentation: %(error)s.",
        "Open it in PowerPoint, save it, add that.",
        filename=filename,
        error=error,
    )


def pages_of(text: str) -> list[list[str]]:
    """Return the lines of each page of a text with form feeds; empty pages at both ends are dropped."""
    pages = text.split("\f")
    while len(pages) > 1 and not pages[0].strip():
        del pages[0]
    while len(pages) > 1 and not pages[-1].strip():
        del pages[-1]
    return [page.split("\n") for page in pages]


def _words(lines: Iterable[str], has_cells: bool) -> Iterator[Word]:
    """Yield the words of lines; an empty line ends a block, a line of marks only is skipped."""
    before, cell = Break.BLOCK, 0
    for line in lines:
        if not line or line.isspace():
            before = Break.BLOCK
        for place, piece in enumerate(_MARK.split(line) if has_cells else [line]):
            if place % 2:
                cell = _joined(cell, int(piece))
                continue
            for text in tokens(piece):
                yield Word(text, before=before, cell=cell)
                before, cell = Break.SPACE, 0
        if before == Break.SPACE:
            before = Break.LINE


_MARK = re.compile("\x02(\\d+)\x03")
"""A cell mark within text; XML cannot contain its delimiters."""


def cell_mark(step: CellStep, column: int = 0, span: int = 1) -> str:
    """Return the mark for the beginning of a cell, or for the end of a table, in the lines of a page."""
    return f"\x02{CellMark(step, column, span).number}\x03"


def _joined(before: int, number: int) -> int:
    """Return the mark of a cell merged with that of an empty cell before it, so that row and table starts are kept."""
    mark = CellMark.of(number)
    if before and mark.step in (CellStep.CELL, CellStep.ROW):
        step = CellMark.of(before).step
        return CellMark(step if step > mark.step else mark.step, mark.column, mark.span).number
    return number
