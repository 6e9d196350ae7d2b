"""The binary file format of Word 97 to 2003 ([MS-DOC]): characters in order, and their formatting.

Text is stored in pieces, in the order in which it was written; the piece table gives their reading order. Formatting is
stored by file offset, not by text position, so each piece is looked up on its own.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from olefile import OleFileIO

STREAM = "WordDocument"
ERRORS = (OSError, ValueError, LookupError, AttributeError, TypeError, struct.error)
"""Errors on a malformed file, here and in olefile."""

MARKS = frozenset("\r\x07")
"""The marks at the end of a paragraph; the second one also ends a cell or row."""

_WORD_97 = 0xA5EC
_WORD_6 = 0xA5DC
_STORIES = ("text", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header_boxes")
_STORY_LENGTHS, _TABLES = 0x4C, 0x9A
"""Offsets of the lengths of stories and of the table locations in the file information block."""

_HEAD = 512
"""Minimum size of that block in bytes."""

SECTIONS, HEADERS, SHAPES, HEADER_SHAPES, BOXES, HEADER_BOXES = 6, 11, 40, 41, 56, 58
_CHARACTER_FORMATS, _PARAGRAPH_FORMATS, _PIECES = 12, 13, 33
"""Indexes of tables."""

_DELETED, _IS_SPECIAL, _SYMBOL = 0x0800, 0x0855, 0x6A09
_IN_TABLE, _ENDS_ROW, _DEPTH, _ENDS_INNER_CELL, _ENDS_INNER_ROW = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
_PAGE_BEFORE, _TABS, _TABLE_DEFINITION, _HUGE = 0x2407, 0xC615, 0xD608, frozenset({0x6645, 0x6646})
_SHORT = {0x09: _PAGE_BEFORE, 0x18: _IN_TABLE, 0x19: _ENDS_ROW, 0x41: _DELETED}
"""Properties of characters and paragraphs, and the short codes of those that a piece can set with one byte."""

_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
"""Size of a property in bytes by the three highest bits of its number; 0 if the property states it."""

_PAGE = 512
_EIGHT_BIT = [bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(256)]
"""Word stores a piece with one byte per character only if all are Western European, whatever its language."""


class OldVersion(Exception):
    """The file is of Word 6 or 95, which use another format."""


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """The position of a paragraph: its table nesting depth, and what it ends or begins."""

    depth: int
    ends_cell: bool
    ends_row: bool
    begins_page: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int
    end: int
    offset: int
    width: int
    changes: bytes

    def bytes_of(self, position: int) -> int:
        return self.offset + (position - self.first) * self.width


class Word97File:
    """A parsed file.

    ``characters`` has one item per UTF-16 unit and may be changed by the caller. ``stories`` has the ranges of text,
    notes, headers and so on.
    """

    def __init__(self, path: Path) -> None:
        """Read a file.

        :raises OldVersion: it is of Word 6 or 95.
        :raises ValueError: it is truncated or inconsistent; as may be any other of :data:`ERRORS`.
        """
        with OleFileIO(str(path)) as ole:
            self._main: bytes = ole.openstream(STREAM).read()
            kind, flags = struct.unpack_from("<H8xH", self._main)
            if kind == _WORD_6:
                raise OldVersion
            if kind != _WORD_97:
                raise ValueError
            self._table: bytes = ole.openstream("1Table" if flags & 0x0200 else "0Table").read()
            self._data: bytes = ole.openstream("Data").read() if ole.exists("Data") else b""
        self.stories = self._stories()
        self._pieces = list(self._read_pieces())
        self._firsts = [piece.first for piece in self._pieces]
        self.characters = self._characters()
        self._paragraphs = self._runs(_PARAGRAPH_FORMATS)
        self._paragraph_starts = [start for start, _end, _format in self._paragraphs]
        self.has_deletions = self._blank()

    def _stories(self) -> Mapping[str, range]:
        lengths = struct.unpack_from(f"<{len(_STORIES)}i", self._main, _STORY_LENGTHS)
        if min(lengths) < 0:
            raise ValueError
        ends = [sum(lengths[: number + 1]) for number in range(len(lengths))]
        return {name: range(end - size, end) for name, size, end in zip(_STORIES, lengths, ends, strict=True)}

    def table(self, number: int) -> bytes:
        """Return a table of the file by its index; empty if there is none."""
        offset, size = struct.unpack_from("<II", self._main, _TABLES + 8 * number)
        if offset + size > len(self._table):
            raise ValueError
        return self._table[offset : offset + size]

    def entries(self, number: int, size: int) -> Iterator[tuple[int, int, bytes]]:
        """Yield the entries of a table of positions: start, end, and ``size`` bytes of data."""
        table = self.table(number)
        count = (len(table) - 4) // (4 + size)
        positions = struct.unpack_from(f"<{count + 1}I", table) if count > 0 else ()
        if list(positions) != sorted(positions):
            raise ValueError
        for index in range(count):
            at = 4 * (count + 1) + size * index
            yield positions[index], positions[index + 1], table[at : at + size]

    def _read_pieces(self) -> Iterator[_Piece]:
        table, at, changes = self.table(_PIECES), 0, []
        while table[at] == 1:
            (size,) = struct.unpack_from("<H", table, at + 1)
            changes.append(table[at + 3 : at + 3 + size])
            at += 3 + size
        (size,) = struct.unpack_from("<I", table, at + 1)
        if table[at] != 2 or at + 5 + size > len(table):
            raise ValueError
        count, expected = (size - 4) // 12, 0
        positions = struct.unpack_from(f"<{count + 1}I", table, at + 5)
        for index in range(count):
            place, change = struct.unpack_from("<2xIH", table, at + 5 + 4 * (count + 1) + 8 * index)
            first, end = positions[index : index + 2]
            if first != expected or end < first:
                raise ValueError
            expected = end
            is_narrow = bool(place & 0x40000000)
            offset = (place & 0x3FFFFFFF) // (2 if is_narrow else 1)
            if offset < _HEAD:
                raise ValueError
            yield _Piece(first, end, offset, 1 if is_narrow else 2, _changes(change, changes))
        if expected - self.stories[_STORIES[-1]].stop not in (0, 1):
            raise ValueError

    def _characters(self) -> list[str]:
        if self._pieces[-1].end > len(self._main):
            raise ValueError
        found: list[str] = []
        for piece in self._pieces:
            data = self._main[piece.offset : piece.bytes_of(piece.end)]
            if len(data) != (piece.end - piece.first) * piece.width:
                raise ValueError
            found.extend(map(chr, array("H", data)) if piece.width == 2 else (_EIGHT_BIT[code] for code in data))
        return found

    def _runs(self, number: int) -> list[tuple[int, int, bytes]]:
        """Return the runs of equal formatting: start and end offset in the file, and their properties."""
        width = 13 if number == _PARAGRAPH_FORMATS else 1
        pages = dict.fromkeys(entry[2] for entry in self.entries(number, 4))
        found = []
        for page in pages:
            start = (int.from_bytes(page, "little") & 0x3FFFFF) * _PAGE
            data = self._main[start : start + _PAGE]
            count = data[_PAGE - 1]
            places = struct.unpack_from(f"<{count + 1}I", data)
            for index in range(count):
                at = 2 * data[4 * (count + 1) + width * index]
                if at:
                    found.append((places[index], places[index + 1], _run_properties(data, at, width > 1)))
        found.sort()
        if any(later[0] < earlier[1] for earlier, later in pairwise(found)):
            raise ValueError
        return found

    def _blank(self) -> bool:
        """Clear deleted characters and symbols of other fonts; return whether any was deleted."""
        runs = []
        for start, end, said in self._runs(_CHARACTER_FORMATS):
            found = self._properties(said)
            is_deleted = any(found.get(_DELETED, b""))
            if is_deleted or (_SYMBOL in found and any(found.get(_IS_SPECIAL, b"\1"))):
                runs.append((start, end, is_deleted))
        starts, ends = [run[0] for run in runs], [run[1] for run in runs]
        has_deletions = False
        for piece in self._pieces:
            stop = piece.bytes_of(piece.end)
            if any(self._properties(piece.changes).get(_DELETED, b"")):
                here = [(piece.offset, stop, True)]
            else:
                here = runs[bisect_right(ends, piece.offset) : bisect_left(starts, stop)]
            for start, end, is_deleted in here:
                has_deletions |= is_deleted
                first = piece.first + (max(start, piece.offset) - piece.offset) // piece.width
                last = piece.first + (min(end, stop) - piece.offset) // piece.width
                for position in range(first, last):
                    if self.characters[position] not in MARKS:
                        self.characters[position] = ""
        return has_deletions

    def format_of(self, position: int) -> ParagraphFormat:
        """Return the format of the paragraph that ends with the mark at ``position``."""
        piece = self._pieces[bisect_right(self._firsts, position) - 1]
        place = piece.bytes_of(position)
        index = bisect_right(self._paragraph_starts, place) - 1
        said = self._paragraphs[index][2] if index >= 0 and place < self._paragraphs[index][1] else b""
        found = self._properties(said) | self._properties(piece.changes)
        is_cell = self.characters[position] == "\x07"
        depth = int.from_bytes(found.get(_DEPTH, b""), "little") or int(any(found.get(_IN_TABLE, b"")) or is_cell)
        return ParagraphFormat(
            depth,
            any(found.get(_ENDS_INNER_CELL, b"")) if depth > 1 else is_cell,
            any(found.get(_ENDS_INNER_ROW if depth > 1 else _ENDS_ROW, b"")),
            any(found.get(_PAGE_BEFORE, b"")),
        )

    def section_kind(self, entry: bytes) -> int:
        """Return how a section begins: 0 continuous, 1 in a new column, else on a new page."""
        (place,) = struct.unpack_from("<2xI", entry)
        if place == 0xFFFFFFFF:
            return 2
        (size,) = struct.unpack_from("<H", self._main, place)
        return int.from_bytes(self._properties(self._main[place + 2 : place + 2 + size]).get(0x3009, b"\2"), "little")

    def _properties(self, said: bytes) -> dict[int, bytes]:
        """Return properties by number; the last of equal ones applies."""
        found: dict[int, bytes] = {}
        at = 0
        while at + 2 < len(said):
            number = int.from_bytes(said[at : at + 2], "little")
            at += 2
            size = _SIZES[number >> 13]
            if number == _TABLE_DEFINITION:
                size = 1 + int.from_bytes(said[at : at + 2], "little")
            elif number == _TABS and said[at] == 0xFF:
                removed = said[at + 1]
                size = 3 + 4 * removed + 3 * said[at + 2 + 4 * removed]
            elif not size:
                size = 1 + said[at]
            found[number] = said[at : at + size]
            at += size
        for number in _HUGE & found.keys():
            # Properties that are too long for the table are in a separate stream.
            place = int.from_bytes(found.pop(number), "little")
            size = int.from_bytes(self._data[place : place + 2], "little")
            huge = self._data[place + 2 : place + 2 + size]
            found |= {} if huge == said else self._properties(huge)
        return found


def _run_properties(page: bytes, at: int, is_paragraph: bool) -> bytes:
    """Return the properties of a run in a formatting page, without their length and, for paragraphs, the style."""
    size = page[at]
    if not is_paragraph:
        return page[at + 1 : at + 1 + size]
    return page[at + 3 : at + 2 * size] if size else page[at + 4 : at + 2 + 2 * page[at + 1]]


def _changes(change: int, lists: list[bytes]) -> bytes:
    """Return the properties that a piece sets for all its text: one of the lists, or a single one-byte property."""
    if change & 1:
        return lists[change >> 1]
    number = _SHORT.get(change >> 1 & 0x7F)
    return b"" if number is None else struct.pack("<HB", number, change >> 8)
