"""The two roads to the words of office files: real pages, laid out by LibreOffice, or flowing text.

A layout has boxes and page images, so it is preferred, but only where it loses nothing: every word that the flowing
reading finds must be on it. Which road was taken, and why, is the reason of each page.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archive.errors import DamagedDocument, Message, UnsupportedFormat
from indexer.formats import layout
from indexer.formats.flowing import FlowingSource
from indexer.formats.source import Source

_MIN_DIGITS = 4
"""Numbers shorter than this may differ: page numbers are counted anew by every layout."""


@dataclass(frozen=True, slots=True)
class OfficeReader:
    """Reads one kind of office file.

    ``suffix`` is what LibreOffice knows the kind by, ``flowing`` reads it without. ``is_optional`` says that this
    needs another program, or knows only some versions of the format, so that LibreOffice is asked even if it fails.
    """

    suffix: str
    flowing: Callable[[Path, str], FlowingSource]
    is_optional: bool = False

    def __call__(self, path: Path, filename: str, layouts: Path | None = None) -> Source:
        """Open a file. Layouts are kept in the folder ``layouts``, and not at all if it is None.

        :raises archive.errors.InputError: it cannot be read on either road.
        """
        place = None if layouts is None else layout.place_of(path, layouts)
        if place is not None and place.is_file():
            return layout.LaidOutSource(place, filename)
        if layout.soffice() is None:
            return _with_reason(self.flowing(path, filename), Message("LibreOffice is not installed"))
        flowing = self._flowing(path, filename)
        if flowing is not None and flowing.layout_obstacle:
            return _with_reason(flowing, flowing.layout_obstacle)
        try:
            laid_out = layout.lay_out(path, self.suffix, filename, layouts or Path(tempfile.gettempdir()))
        except layout.LayoutFailed as error:
            if flowing is not None:
                return _with_reason(
                    flowing, Message("LibreOffice could not lay it out (%(our_error)s)", our_error=error)
                )
            raise DamagedDocument(
                "LibreOffice cannot open %(filename)s: %(our_error)s.",
                "Open it in its program, save it as PDF, and add that.",
                filename=filename,
                our_error=error,
            ) from error
        lost = [] if flowing is None else lost_words(flowing.text(), laid_out.text())
        if flowing is not None and lost:
            laid_out.close()
            return _with_reason(
                flowing,
                Message(
                    "its layout lacks %(count)s of its words (the first is %(word)s)", count=len(lost), word=lost[0]
                ),
            )
        if place is not None:
            laid_out.keep(place)
        return laid_out

    def _flowing(self, path: Path, filename: str) -> FlowingSource | None:
        try:
            return self.flowing(path, filename)
        except (UnsupportedFormat, DamagedDocument):
            if self.is_optional:
                return None
            raise


def _with_reason(source: FlowingSource, why: str) -> FlowingSource:
    source.reason = Message("Read as flowing text, because %(our_why)s.", our_why=why)
    return source


def lost_words(text: str, layout_text: str) -> list[str]:
    """The words of ``text`` that are not in ``layout_text`` as often, in their order. Only letters and digits count,
    since a layout breaks and hyphenates lines, and page numbers do not."""
    there = Counter(map(_bare, layout_text.split()))
    unbroken = "".join(map(_bare, layout_text.split()))
    lost = []
    for word, count in Counter(filter(_counts, map(_bare, text.split()))).items():
        if there[word] < count and unbroken.count(word) < count:
            lost.append(word)
    return lost


def _bare(word: str) -> str:
    return "".join(filter(str.isalnum, word)).casefold()


def _counts(word: str) -> bool:
    return not word.isdigit() or len(word) >= _MIN_DIGITS
