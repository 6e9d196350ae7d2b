"""Writer of small Outlook mailboxes (PST, [MS-PST]). No library writes them.

A file is blocks of data and two trees of one page each: of nodes (folders, messages, tables) and of blocks.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_PAGE, _ALIGN, _TRAILER = 512, 64, 16
_STORE, _ROOT, _FOLDER, _MESSAGES = 0x21, 0x122, 0x8022, 0x200024
_UNICODE, _BINARY, _LONG = 0x001F, 0x0102, 0x0003
_TABLE_KINDS = (0x0D, 0x0E, 0x0F)
_ROW_COLUMNS = ((0x67F2, _LONG), (0x67F3, _LONG))
_SUBTABLE = 0x0671


@dataclass(frozen=True)
class Mail:
    """An e-mail of the mailbox."""

    subject: str
    headers: str
    body: str = ""
    attachments: Mapping[str, bytes] = field(default_factory=dict)


def store(mails: Sequence[Mail], folder: str = "Prijem") -> bytes:
    """Return a mailbox with one folder that has all the e-mails."""
    file = _File()
    file.node(_STORE, _properties(0xBC, {(0x3001, _UNICODE): _text("Arhiva")}), parent=0)
    for number, name, parent in ((_ROOT, "", _ROOT), (_FOLDER, folder, _ROOT)):
        values = {(0x3001, _UNICODE): _text(name)} if name else {}
        count = len(mails) if name else 0
        whole = {**values, (0x3602, _LONG): struct.pack("<I", count), (0x3603, _LONG): bytes(4)}
        file.node(number, _properties(0xBC, whole), parent=parent)
        inside = [_MESSAGES + 32 * place for place in range(count)]
        rows: tuple[list[int], ...] = ([] if name else [_FOLDER], inside, [])
        for kind, listed in zip(_TABLE_KINDS, rows, strict=True):
            file.node(number & ~0x1F | kind, _table(listed), parent=0)
    for number, mail in enumerate(mails):
        _add_mail(file, _MESSAGES + 32 * number, mail)
    return file.written()


def _add_mail(file: _File, number: int, mail: Mail) -> None:
    values = {(0x001A, _UNICODE): _text("IPM.Note"), (0x0037, _UNICODE): _text(mail.subject)}
    values |= {(0x007D, _UNICODE): _text(mail.headers), (0x1000, _UNICODE): _text(mail.body)}
    below = {}
    if mail.attachments:
        places = [0x8025 + 32 * place for place in range(len(mail.attachments))]
        below[_SUBTABLE] = file.block(_table(places))
        for place, (name, content) in zip(places, mail.attachments.items(), strict=True):
            attached = {(0x3705, _LONG): struct.pack("<I", 1), (0x3707, _UNICODE): _text(name)}
            attached |= {(0x3701, _BINARY): content, (0x0E20, _LONG): struct.pack("<I", len(content))}
            below[place] = file.block(_properties(0xBC, attached))
    file.node(number, _properties(0xBC, values), parent=_FOLDER, below=file.subnodes(below) if below else 0)


def _text(text: str) -> bytes:
    return text.encode("utf-16-le")


class _File:
    def __init__(self) -> None:
        self._data = bytearray(0x4600)
        self._blocks: list[tuple[int, int, int]] = []
        self._nodes: list[tuple[int, int, int, int]] = []

    def block(self, data: bytes, *, is_internal: bool = False) -> int:
        assert len(data) <= 8176
        number = 4 * (len(self._blocks) + 1) | (2 if is_internal else 0)
        place = len(self._data)
        size = -(-(len(data) + _TRAILER) // _ALIGN) * _ALIGN
        end = struct.pack("<HHIQ", len(data), _signature(place, number), _crc(data), number)
        self._data += data + bytes(size - len(data) - _TRAILER) + end
        self._blocks.append((number, place, len(data)))
        return number

    def subnodes(self, blocks: Mapping[int, int]) -> int:
        entries = b"".join(struct.pack("<QQQ", node, block, 0) for node, block in sorted(blocks.items()))
        return self.block(struct.pack("<BBHI", 2, 0, len(blocks), 0) + entries, is_internal=True)

    def node(self, number: int, data: bytes, *, parent: int, below: int = 0) -> None:
        self._nodes.append((number, self.block(data), below, parent))

    def written(self) -> bytes:
        self._data += bytes(-len(self._data) % _PAGE)
        nodes = [struct.pack("<QQQII", *each, 0) for each in sorted(self._nodes)]
        blocks = [struct.pack("<QQHHI", number, place, size, 2, 0) for number, place, size in sorted(self._blocks)]
        trees = []
        for kind, entries, size in ((0x81, nodes, 32), (0x80, blocks, 24)):
            number, place = 0x1000 + kind, len(self._data)
            self._data += _tree_page(kind, entries, size, number, place)
            trees.append((number, place))
        self._data[:564] = _head(len(self._data), trees)
        return bytes(self._data)


def _tree_page(kind: int, entries: Sequence[bytes], size: int, number: int, place: int) -> bytes:
    most = 488 // size
    assert len(entries) <= most, "a tree of more pages than one is not written here"
    body = b"".join(entries).ljust(488, b"\0") + struct.pack("<BBBBI", len(entries), most, size, 0, 0)
    return body + struct.pack("<BBHIQ", kind, kind, _signature(place, number), _crc(body), number)


def _head(size: int, trees: Sequence[tuple[int, int]]) -> bytes:
    root = struct.pack("<IQQQQ", 0, size, 0x4400, 0, 0) + b"".join(struct.pack("<QQ", *tree) for tree in trees)
    begin = b"SM" + struct.pack("<HHBBIIQQI", 23, 19, 1, 1, 0, 0, 0, 0x2000, 1) + bytes(128) + bytes(8)
    begin += root + struct.pack("<BBHI", 2, 0, 0, 0) + b"\xff" * 256 + struct.pack("<BBHQ", 0x80, 0, 0, 0x2000)
    whole = b"!BDN" + struct.pack("<I", _crc(begin[:471])) + begin + struct.pack("<I", _crc(begin[:516]))
    return whole.ljust(564, b"\0")


def _signature(place: int, number: int) -> int:
    mixed = place ^ number
    return (mixed >> 16 ^ mixed) & 0xFFFF


def _crc(data: bytes) -> int:
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def _heap(client: int, root: int, items: Sequence[bytes]) -> bytes:
    """Return a heap with these items; the number of each is its position times 32."""
    head = struct.pack("<HBBII", 0, 0xEC, client, root, 0)
    places = [len(head)]
    for item in items:
        places.append(places[-1] + len(item))
    body = head + b"".join(items)
    body += bytes(len(body) % 2)
    table = struct.pack(f"<HH{len(places)}H", len(items), 0, *places)
    return struct.pack("<H", len(body)) + body[2:] + table


def _properties(client: int, values: Mapping[tuple[int, int], bytes]) -> bytes:
    items, records = [b"", b""], b""
    for (tag, kind), value in sorted(values.items()):
        if kind == _LONG:
            stored = value
        elif value:
            items.append(value)
            stored = struct.pack("<I", len(items) << 5)
        else:
            stored = bytes(4)
        records += struct.pack("<HH", tag, kind) + stored
    items[0] = struct.pack("<BBBBI", 0xB5, 2, 6, 0, 2 << 5)
    items[1] = records
    return _heap(client, 1 << 5, items)


def _table(rows: Sequence[int]) -> bytes:
    columns = b"".join(
        struct.pack("<IHBB", tag << 16 | kind, 4 * place, 4, place) for place, (tag, kind) in enumerate(_ROW_COLUMNS)
    )
    index = b"".join(struct.pack("<II", row, place) for place, row in enumerate(rows))
    matrix = b"".join(struct.pack("<IIB", row, 1, 0xC0) for row in rows)
    info = struct.pack("<BBHHHHIII", 0x7C, len(_ROW_COLUMNS), 8, 8, 8, 9, 2 << 5, 4 << 5 if rows else 0, 0)
    tree = struct.pack("<BBBBI", 0xB5, 4, 4, 0, 3 << 5 if rows else 0)
    return _heap(0x7C, 1 << 5, [info + columns, tree, index, matrix] if rows else [info + columns, tree])
