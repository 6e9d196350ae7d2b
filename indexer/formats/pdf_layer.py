"""The text layer of a PDF page: its words with boxes, and the properties that :mod:`indexer.layers` needs."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any

import pymupdf

from archive.model.words import BOX_UNITS, Break, Words
from indexer.layers.decision import letters_of
from indexer.layers.plausibility import UNMAPPED, Plausibility, judge
from indexer.layers.repair import RepairedWords, hides_letters, repair
from indexer.text import tokens

_FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE
"""Flags of text extraction; what is not set matters, too.

Without TEXT_USE_CID_FOR_UNKNOWN_UNICODE an unmapped glyph is U+FFFD instead of an invented letter; without
TEXT_PRESERVE_LIGATURES "fi" is two letters; without TEXT_MEDIABOX_CLIP rotated pages keep all their words.
"""

_SURE = 0.9
"""Share of known words above which a layer is not repaired with code page tables, which would only alter names."""

_LITTLE = 400
_MUCH_MORE = 2
"""A page with fewer characters is read without its ActualText, too; that text is used if it is this much longer."""

_SEVERAL = 3

_LETTER_HEIGHT = 30
_BANDS = 100

_Raw = tuple[float, float, float, float, str, int, int, int]
"""A word of PyMuPDF: its box on the unrotated page in points, text, block, line and index in the line."""

_Corners = tuple[float, float, float, float]


class TextLayer:
    """The text layer of a page of PyMuPDF; an :class:`indexer.layers.decision.PageFacts`.

    Properties are computed on first access. Words are repaired where a code page table certainly applies.
    """

    def __init__(self, page: Any) -> None:
        self._page = page
        self._flags, self._raw = _raw_words(page)

    @cached_property
    def reading(self) -> Words:
        """The words of the layer, repaired if necessary, in the order of the content stream."""
        return self._plain if self.mended is None else _words(self._page, self._raw, self.mended.texts)

    @property
    def words(self) -> Sequence[str]:
        """The texts of the words."""
        return self.reading.texts

    @cached_property
    def layer(self) -> Plausibility:
        """The plausibility of the words."""
        return self._unmended if self.mended is None else judge(self.words)

    @cached_property
    def mended(self) -> RepairedWords | None:
        """The repair of the words, None if none was necessary or certain."""
        if any(UNMAPPED in text for text in self._texts):
            numbered = self._page.get_text("words", flags=self._flags | pymupdf.TEXT_USE_CID_FOR_UNKNOWN_UNICODE)
            return repair(self._texts, [word[4] for word in numbered])
        if self._unmended.share >= _SURE and not hides_letters(self._texts):
            return None
        return repair(self._texts)

    @cached_property
    def _texts(self) -> list[str]:
        return [word[4] for word in self._raw]

    @cached_property
    def _unmended(self) -> Plausibility:
        return judge(self._plain.texts)

    @cached_property
    def _plain(self) -> Words:
        return _words(self._page, self._raw, self._texts)

    @cached_property
    def alone(self) -> int:
        """The number of one-letter words that have a neighbour on their line."""
        texts, breaks = self.reading.texts, bytes([*self.reading.breaks, Break.BLOCK])
        return sum(
            len(letters_of(text)) == 1 and Break.SPACE in (breaks[at], breaks[at + 1]) for at, text in enumerate(texts)
        )

    @property
    def has_pictures(self) -> bool:
        """Whether the resources of the page have images."""
        return bool(self._page.get_images())

    @cached_property
    def band(self) -> float:
        """The share of the page height that has text, in steps of 0.01."""
        boxes, bands = self.reading.boxes, set[int]()
        for top, bottom in zip(boxes[1::4], boxes[3::4], strict=True):
            bands.update(range(top * _BANDS // BOX_UNITS, bottom * _BANDS // BOX_UNITS + 1))
        return len(bands) / _BANDS

    @cached_property
    def pictures(self) -> float:
        """The share of the page area under images, summed: some scanners cut a page into a hundred strips."""
        shown = self._page.rect
        area = shown.width * shown.height
        boxes = (picture["bbox"] for picture in self._page.get_image_info())
        return float(sum(abs((x1 - x0) * (y1 - y0)) for x0, y0, x1, y1 in boxes) / area) if area else 0.0

    @cached_property
    def outlines(self) -> int:
        """The number of filled paths with curves that are no higher than letters."""
        return sum(
            "f" in path["type"]
            and path["rect"][3] - path["rect"][1] < _LETTER_HEIGHT
            and any(item[0] == "c" for item in path["items"])
            for path in self._page.get_cdrawings()
        )

    @cached_property
    def draws_text(self) -> bool:
        """Whether several different glyphs are drawn; one or two are the spaces of blank pages."""
        drawn = (span for span in self._page.get_texttrace() if span["type"] != 3)
        return len({(span["font"], glyph[1]) for span in drawn for glyph in span["chars"]}) >= _SEVERAL

    @cached_property
    def is_hidden(self) -> bool:
        """Whether most text is invisible (render mode 3), as the OCR layer of a scan."""
        hidden = visible = 0
        for span in self._page.get_texttrace():
            if span["type"] == 3 or span["opacity"] == 0:
                hidden += len(span["chars"])
            else:
                visible += len(span["chars"])
        return hidden > visible

    @property
    def has_content(self) -> bool:
        """Whether anything is on the page: text, an image or a path."""
        return bool(self._raw) or any(kind != "ignore-text" for kind, _ in self._page.get_bboxlog())


def _raw_words(page: Any) -> tuple[int, Sequence[_Raw]]:
    """Return the words of a page, and the flags with which they were extracted.

    A tagged PDF may give replacement text for a part (ActualText). That is right for a drawn initial, but loses the
    text of a page if given for all of it. So on a page with little text the glyphs are extracted, too.
    """
    told: Sequence[_Raw] = page.get_text("words", flags=_FLAGS)
    if _length(told) >= _LITTLE:
        return _FLAGS, told
    flags = _FLAGS | pymupdf.TEXT_IGNORE_ACTUALTEXT
    glyphs: Sequence[_Raw] = page.get_text("words", flags=flags)
    return (flags, glyphs) if _length(glyphs) > _MUCH_MORE * max(_length(told), _SEVERAL) else (_FLAGS, told)


def _length(raw: Sequence[_Raw]) -> int:
    return sum(len(word[4]) for word in raw)


def _words(page: Any, raw: Sequence[_Raw], texts: Sequence[str]) -> Words:
    """Return the words on the page as shown (rotated).

    A line of MuPDF ends at any wide gap; here a line is all words on one baseline, so that a label and its value, or an
    entry of a table of contents and its page number, are on the same line. Columns are filled directly, for speed.
    """
    a, b, c, d, e, f = page.rotation_matrix
    width, height = page.rect.width, page.rect.height
    found: list[str] = []
    boxes, breaks = array("H"), bytearray()
    last: tuple[int, int, _Corners] | None = None
    for (x0, y0, x1, y1, _, block, line, _), text in zip(raw, texts, strict=True):
        parts = _parts(text)
        corners = _on_page(
            (a * x0 + c * y0 + e) / width,
            (b * x0 + d * y0 + f) / height,
            (a * x1 + c * y1 + e) / width,
            (b * x1 + d * y1 + f) / height,
        )
        if not parts or corners is None:
            continue
        before = Break.SPACE
        if last is None or last[0] != block:
            before = Break.BLOCK
        elif last[1] != line and not _continues(last[2], corners):
            before = Break.LINE
        found += parts
        boxes.extend([round(edge * BOX_UNITS) for edge in corners] * len(parts))
        breaks += bytes([before]) + bytes(len(parts) - 1)
        last = block, line, corners
    return Words(tuple(found), boxes, b"", bytes(breaks))


@lru_cache(maxsize=1 << 14)
def _parts(text: str) -> tuple[str, ...]:
    return tuple(tokens(text))


def _on_page(x0: float, y0: float, x1: float, y1: float) -> _Corners | None:
    """Return a box with ordered edges, clipped to the page (0..1); None if it is off the page."""
    left, right = (x0, x1) if x0 <= x1 else (x1, x0)
    top, bottom = (y0, y1) if y0 <= y1 else (y1, y0)
    if right < 0 or bottom < 0 or left > 1 or top > 1:
        return None
    return max(left, 0.0), max(top, 0.0), min(right, 1.0), min(bottom, 1.0)


def _continues(left: _Corners, right: _Corners) -> bool:
    """Return whether a word is to the right of another on the same baseline, with half of a height shared."""
    shared = min(left[3], right[3]) - max(left[1], right[1])
    return right[0] >= left[2] and shared * 2 > min(left[3] - left[1], right[3] - right[1])
