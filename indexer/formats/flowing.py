"""Pages of documents without a layout: lines of text in, words with line and block breaks out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PIL import Image

from archive.model import TextSource
from archive.words import Break, Word, Words
from indexer.formats.source import PageFailed, ReadContext, ReadPage
from indexer.formats.tokens import tokens


class FlowingSource:
    """The common part of sources whose pages are text from the start. ``pages`` holds the lines of each page."""

    def __init__(self, pages: Sequence[Sequence[str]], note: str | None = None) -> None:
        """``note`` is what there is to say of how the document was read; it stands on page 1."""
        self._pages = pages
        self._note = note

    @property
    def page_count(self) -> int:
        """Its pages."""
        return len(self._pages)

    def read(self, number: int, context: ReadContext) -> ReadPage:
        """See :meth:`indexer.formats.source.Source.read`. Text needs no engine and no limits, so no ``context``."""
        words = Words.of(_words(self._pages[number - 1]))
        return ReadPage(0, 0, TextSource.TEXT, words, note=self._note if number == 1 else None)

    def draw(self, number: int, width: int, max_pixels: int) -> Image.Image:
        """A flowing page has no look of its own.

        :raises PageFailed: always.
        """
        raise PageFailed("it is flowing text, which has no page image")

    def close(self) -> None:
        """Nothing is open: the file was read whole."""


def _words(lines: Iterable[str]) -> Iterator[Word]:
    """The words of some lines. An empty line ends a block."""
    before = Break.BLOCK
    for line in lines:
        texts = tokens(line)
        if not texts:
            before = Break.BLOCK
            continue
        for text in texts:
            yield Word(text, before=before)
            before = Break.SPACE
        before = Break.LINE
