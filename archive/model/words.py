"""The words of a page, kept in columns.

A scanned archive holds hundreds of millions of words, so a page of them is a few columns instead of a list of objects:
texts, boxes (16-bit fractions of the page), OCR confidences, the breaks that stand before each word, and the cells of
tables where the file says them.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import chain

from archive.model.documents import Box

BOX_UNITS = 65535
"""Boxes are kept in 1/65535 of the page's width or height: 0.003 mm on A4, far below what any scan resolves."""

NO_CONFIDENCE = 255
"""The confidence byte of a word that OCR did not read."""


class Break(IntEnum):
    """What stands before a word: a space, a new line, or a new block (paragraph, cell, column)."""

    SPACE = 0
    LINE = 1
    BLOCK = 2


class CellStep(IntEnum):
    """What begins with a word of a page whose file says its tables: text after a table, a cell further right in the
    row, a row, a table."""

    TEXT = 1
    CELL = 2
    ROW = 3
    TABLE = 4


MOST_COLUMNS, MOST_SPANNED = 511, 15


@dataclass(frozen=True, slots=True)
class CellMark:
    """Where a cell begins: how it follows what is before it, its column from 0, and how many columns it spans.

    A mark is kept as one number of 16 bits: 3 for the step, 9 for the column, 4 for the span. A sheet with more columns
    has them in the last one.
    """

    step: CellStep
    column: int = 0
    span: int = 1

    @property
    def number(self) -> int:
        """The mark as a number, which is not 0."""
        return self.step | min(self.column, MOST_COLUMNS) << 3 | min(self.span, MOST_SPANNED) << 12

    @classmethod
    def of(cls, number: int) -> CellMark:
        """Return the mark that a number other than 0 is.

        :raises ValueError: it is no mark.
        """
        return cls(CellStep(number & 7), number >> 3 & MOST_COLUMNS, number >> 12)


_UNFIT = re.compile(r"[\s\ud800-\udfff]")
"""White space, and surrogates: halves of characters, which broken fonts yield and no encoding can store."""

_SEPARATORS = (" ", "\n", "\n\n")


@dataclass(frozen=True, slots=True)
class Word:
    """One word on its way into or out of :class:`Words`. ``confidence`` is 0..100 where OCR read it, else None;
    ``cell`` is the number of the mark of the cell that begins with it, else 0."""

    text: str
    box: Box | None = None
    confidence: int | None = None
    before: Break = Break.SPACE
    cell: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one page, in reading order.

    ``boxes`` holds x0, y0, x1, y1 of each word in turn, or nothing on a flowing page. ``confidences`` holds one byte a
    word, or nothing where no word came from OCR. ``breaks`` holds one :class:`Break` a word. ``cells`` holds the number
    of a :class:`CellMark` where a cell begins and 0 elsewhere, or nothing where the file says nothing of tables.
    """

    texts: tuple[str, ...]
    boxes: array[int]
    confidences: bytes
    breaks: bytes
    cells: array[int] = field(default_factory=lambda: array("H"))

    def __post_init__(self) -> None:
        count = len(self.texts)
        if len(self.boxes) not in (0, 4 * count):
            raise ValueError(f"{count} words cannot have {len(self.boxes)} box numbers")
        if len(self.confidences) not in (0, count) or len(self.breaks) != count:
            raise ValueError(f"{count} words need one break each, and one confidence each or none")
        if len(self.cells) not in (0, count):
            raise ValueError(f"{count} words need one number of a cell each or none")
        # All at once: a page has hundreds of words, and nearly none has any that is unfit.
        if not all(self.texts) or _UNFIT.search("".join(self.texts)):
            unfit = next(text for text in self.texts if not text or _UNFIT.search(text))
            raise ValueError(f"a word is not empty and holds no white space and no half character: {unfit!r}")

    @classmethod
    def of(cls, words: Iterable[Word]) -> Words:
        """Put words into columns. Either all of them have a box or none has.

        :raises ValueError: a word is empty or holds white space, or only some words have a box.
        """
        listed: Sequence[Word] = list(words)
        boxes = array("H")
        for word in listed:
            if word.box is not None:
                box = word.box
                boxes.extend(round(edge * BOX_UNITS) for edge in (box.x0, box.y0, box.x1, box.y1))
        read_by_ocr = any(word.confidence is not None for word in listed)
        confidences = bytes(NO_CONFIDENCE if word.confidence is None else word.confidence for word in listed)
        return cls(
            texts=tuple(word.text for word in listed),
            boxes=boxes,
            confidences=confidences if read_by_ocr else b"",
            breaks=bytes(word.before for word in listed),
            cells=array("H", [word.cell for word in listed] if any(word.cell for word in listed) else []),
        )

    def __len__(self) -> int:
        return len(self.texts)

    def between(self, first: int, end: int) -> Words:
        """Return the words from ``first`` up to ``end`` of this page, which is not included."""
        return Words(
            self.texts[first:end],
            self.boxes[4 * first : 4 * end],
            self.confidences[first:end],
            self.breaks[first:end],
            self.cells[first:end],
        )

    def box(self, index: int) -> Box | None:
        """Return the box of the word at ``index`` on this page, or None on a flowing page."""
        if not self.boxes:
            return None
        x0, y0, x1, y1 = self.boxes[4 * index : 4 * index + 4]
        return Box(x0 / BOX_UNITS, y0 / BOX_UNITS, x1 / BOX_UNITS, y1 / BOX_UNITS)

    def line_boxes(self, indexes: Iterable[int]) -> tuple[Box, ...]:
        """Return a box around the words at ``indexes`` on each line; none on a flowing page."""
        lines: list[list[Box]] = []
        for index in indexes:
            box = self.box(index)
            if box is None:
                return ()
            if lines and self.breaks[index] == Break.SPACE:
                lines[-1].append(box)
            else:
                lines.append([box])
        return tuple(map(Box.around, lines))

    def confidence(self, index: int) -> int | None:
        """Return how sure OCR was of the word at ``index`` (0..100), or None where a text layer gave it."""
        if not self.confidences or self.confidences[index] == NO_CONFIDENCE:
            return None
        return self.confidences[index]

    def text(self, first: int = 0, last: int | None = None) -> str:
        """Return the words ``first`` to ``last`` of this page (both included, all by default) with their line
        breaks."""
        end = len(self.texts) if last is None else last + 1
        texts = self.texts[first:end]
        if not texts:
            return ""
        parts = map(_SEPARATORS.__getitem__, self.breaks[first + 1 : end])
        return texts[0] + "".join(chain.from_iterable(zip(parts, texts[1:], strict=True)))
