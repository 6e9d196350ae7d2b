"""The words of a page, in columns.

A scanned archive holds hundreds of millions of words, so a page of them is a few columns instead of a list of objects:
texts, boxes (16-bit fractions of the page), OCR confidences, the break before each word, and table cells if the file
declares them.
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
"""Boxes are stored in 1/65535 of the page's width or height: 0.003 mm on A4, far below the resolution of any scan."""

NO_CONFIDENCE = 255
"""The confidence byte of a word that was not read by OCR."""


class Break(IntEnum):
    """The break before a word: a space, a new line, or a new block (paragraph, cell, column)."""

    SPACE = 0
    LINE = 1
    BLOCK = 2


class CellStep(IntEnum):
    """What begins with a word of a page with declared tables: text after a table, a cell further right in the row, a
    row, a table."""

    TEXT = 1
    CELL = 2
    ROW = 3
    TABLE = 4


MOST_COLUMNS, MOST_SPANNED = 511, 15


@dataclass(frozen=True, slots=True)
class CellMark:
    """The beginning of a cell: its step from the previous one, its column from 0, and the number of columns it spans.

    A mark is stored in 16 bits: 3 for the step, 9 for the column, 4 for the span. Columns beyond the range are stored
    as the last one.
    """

    step: CellStep
    column: int = 0
    span: int = 1

    @property
    def number(self) -> int:
        """The mark as a nonzero number."""
        return self.step | min(self.column, MOST_COLUMNS) << 3 | min(self.span, MOST_SPANNED) << 12

    @classmethod
    def of(cls, number: int) -> CellMark:
        """Decode a mark from a nonzero number.

        :raises ValueError: it is not a mark.
        """
        return cls(CellStep(number & 7), number >> 3 & MOST_COLUMNS, number >> 12)


_UNSTORABLE = re.compile(r"[\s\ud800-\udfff]")
"""White space, and lone surrogates, which broken fonts yield and no encoding can store."""

_SEPARATORS = (" ", "\n", "\n\n")


@dataclass(frozen=True, slots=True)
class Word:
    """One word, for building :class:`Words` or reading from them. ``confidence`` is 0..100 if OCR read it, else None;
    ``cell`` is the number of the mark of the cell that begins with it, else 0."""

    text: str
    box: Box | None = None
    confidence: int | None = None
    before: Break = Break.SPACE
    cell: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one page, in reading order.

    ``boxes`` has x0, y0, x1, y1 of each word in turn; empty on a flowing page. ``confidences`` has one byte per word;
    empty if no word is from OCR. ``breaks`` has one :class:`Break` per word. ``cells`` has the number of a
    :class:`CellMark` where a cell begins and 0 elsewhere; empty if the file declares no tables.
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
        # In one match: a page has hundreds of words, and hardly ever an invalid one.
        if not all(self.texts) or _UNSTORABLE.search("".join(self.texts)):
            unfit = next(text for text in self.texts if not text or _UNSTORABLE.search(text))
            raise ValueError(f"a word is not empty and holds no white space and no half character: {unfit!r}")

    @classmethod
    def of(cls, words: Iterable[Word]) -> Words:
        """Build from words. Either all of them have a box or none has.

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
        """Return the words from ``first`` to before ``end`` of this page."""
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
        """Return a box around the words at ``indexes`` per line; empty on a flowing page."""
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
        """Return the OCR confidence of the word at ``index`` (0..100), or None if it is from a text layer."""
        if not self.confidences or self.confidences[index] == NO_CONFIDENCE:
            return None
        return self.confidences[index]

    def text(self, first: int = 0, last: int | None = None) -> str:
        """Return the words ``first`` to ``last`` of this page (both inclusive, all by default) as text with line
        breaks."""
        end = len(self.texts) if last is None else last + 1
        texts = self.texts[first:end]
        if not texts:
            return ""
        parts = map(_SEPARATORS.__getitem__, self.breaks[first + 1 : end])
        return texts[0] + "".join(chain.from_iterable(zip(parts, texts[1:], strict=True)))
