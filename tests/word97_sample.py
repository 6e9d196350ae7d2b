"""Writer of small Word 97 files with fast saves: text in several pieces with property changes.

LibreOffice writes only one piece.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.outlook_sample import compound_file

IN_TABLE, ENDS_ROW = struct.pack("<HB", 0x2416, 1), struct.pack("<HB", 0x2417, 1)
DELETED = struct.pack("<HB", 0x0800, 1)
SYMBOL = struct.pack("<HBHHH", 0x0855, 1, 0x6A09, 0, 0xF0FC)

_TEXT, _CHARACTER_FORMATS, _PARAGRAPH_FORMATS, _END = 1024, 4, 5, 3072
_HEAD, _TABLES, _PIECES = 0x9A, (12, 13), 33


@dataclass(frozen=True)
class Piece:
    """A piece of text with two bytes per character, or one. ``changes`` are property changes of the whole piece."""

    text: str
    is_narrow: bool = False
    changes: bytes = b""

    @property
    def stored(self) -> bytes:
        """Its bytes in the file."""
        return self.text.encode("cp1252" if self.is_narrow else "utf-16-le", "surrogatepass")

    @property
    def size(self) -> int:
        """Its number of characters, as Word counts."""
        return len(self.stored) if self.is_narrow else len(self.stored) // 2


def word97_bytes(
    pieces: Sequence[Piece],
    paragraphs: Mapping[str, bytes] | None = None,
    characters: Mapping[str, bytes] | None = None,
    *,
    kind: int = 0xA5EC,
    claimed: int = 0,
) -> bytes:
    """Return a file of pieces, stored in reverse order.

    ``paragraphs`` and ``characters`` map a text inside one piece to its property changes. ``claimed`` is added to the
    number of characters in the header.
    """
    stored, offsets = bytearray(), dict[int, int]()
    for index in reversed(range(len(pieces))):
        offsets[index] = _TEXT + len(stored)
        stored += pieces[index].stored + bytes(len(pieces[index].stored) % 2)
    main = bytearray(_END)
    main[_TEXT : _TEXT + len(stored)] = stored
    total = sum(piece.size for piece in pieces)
    struct.pack_into("<HH6xH", main, 0, kind, 0xC1, 0x0200)
    struct.pack_into("<i", main, 0x4C, total + claimed)
    for page, said, is_paragraph in (
        (_CHARACTER_FORMATS, characters or {}, False),
        (_PARAGRAPH_FORMATS, paragraphs or {}, True),
    ):
        runs = sorted((*_place(pieces, offsets, stretch), what) for stretch, what in said.items())
        main[512 * page : 512 * page + 512] = _page(runs, is_paragraph)
    table = b""
    for number, page in zip(_TABLES, (_CHARACTER_FORMATS, _PARAGRAPH_FORMATS), strict=True):
        entry = struct.pack("<III", _TEXT, _END, page)
        struct.pack_into("<II", main, _HEAD + 8 * number, len(table), len(entry))
        table += entry
    clx = _piece_table(pieces, offsets)
    struct.pack_into("<II", main, _HEAD + 8 * _PIECES, len(table), len(clx))
    return compound_file({"WordDocument": bytes(main), "1Table": table + clx})


def _place(pieces: Sequence[Piece], offsets: Mapping[int, int], stretch: str) -> tuple[int, int]:
    index = next(index for index, piece in enumerate(pieces) if stretch in piece.text)
    piece = pieces[index]
    width = 1 if piece.is_narrow else 2
    first = offsets[index] + width * piece.text.index(stretch)
    return first, first + width * len(stretch)


def _page(runs: Sequence[tuple[int, int, bytes]], is_paragraph: bool) -> bytes:
    """Return a page of formats, with gaps between the runs."""
    places, saids = [_TEXT], list[bytes]()
    for start, end, said in runs:
        if start > places[-1]:
            places.append(start)
            saids.append(b"")
        places.append(end)
        saids.append(said)
    page = bytearray(512)
    page[511] = len(saids)
    struct.pack_into(f"<{len(places)}I", page, 0, *places)
    at = 510
    for index, said in enumerate(saids):
        if not said:
            continue
        body = b"\0\0" + said if is_paragraph else said
        body += bytes((len(body) + 1) % 2)
        size = (len(body) + 1) // 2 if is_paragraph else len(said)
        at -= len(body) + 1 + (len(body) + 1) % 2
        page[at : at + len(body) + 1] = bytes([size]) + body
        page[4 * len(places) + index * (13 if is_paragraph else 1)] = at // 2
    return bytes(page)


def _piece_table(pieces: Sequence[Piece], offsets: Mapping[int, int]) -> bytes:
    changes = [piece.changes for piece in pieces if piece.changes]
    ends = [0]
    entries = b""
    for index, piece in enumerate(pieces):
        ends.append(ends[-1] + piece.size)
        place = 2 * offsets[index] | 0x40000000 if piece.is_narrow else offsets[index]
        change = changes.index(piece.changes) << 1 | 1 if piece.changes else 0
        entries += struct.pack("<2xIH", place, change)
    table = struct.pack(f"<{len(ends)}I", *ends) + entries
    lists = b"".join(struct.pack("<BH", 1, len(change)) + change for change in changes)
    return lists + struct.pack("<BI", 2, len(table)) + table
