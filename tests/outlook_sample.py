"""Writer of small Outlook e-mails: a compound file (MS-CFB) of property streams (MS-OXMSG). No library writes them."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import compressed_rtf

Tree = Mapping[str, "bytes | Tree"]

_SECTOR, _MINI, _FREE, _END, _NONE = 512, 64, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF
_UNICODE, _BINARY, _LONG = 0x001F, 0x0102, 0x0003
_SUBJECT, _BODY, _RTF, _HTML, _HEADERS = 0x0037, 0x1000, 0x1009, 0x1013, 0x007D
_DATA, _METHOD, _LONG_NAME = 0x3701, 0x3705, 0x3707


def outlook_mail(
    subject: str,
    headers: str,
    body: str = "",
    html: bytes = b"",
    attachments: Mapping[str, bytes | None] | None = None,
    rtf: bytes = b"",
) -> bytes:
    """Return an e-mail. An attachment of None is an Outlook item without data."""
    given = attachments or {}
    texts = {(_SUBJECT, _UNICODE): subject, (_HEADERS, _UNICODE): headers, (_BODY, _UNICODE): body}
    values = {tag: text.encode("utf-16-le") for tag, text in texts.items() if text}
    if html:
        values[_HTML, _BINARY] = html
    if rtf:
        values[_RTF, _BINARY] = compressed_rtf.compress(rtf)
    tree: dict[str, bytes | Tree] = _properties(struct.pack("<8x4I8x", 0, len(given), 0, len(given)), values, {})
    for number, (name, content) in enumerate(given.items()):
        method = {_METHOD: 5 if content is None else 1}
        stored = {(_LONG_NAME, _UNICODE): name.encode("utf-16-le")}
        if content is not None:
            stored[_DATA, _BINARY] = content
        tree[f"__attach_version1.0_#{number:08X}"] = _properties(bytes(8), stored, method)
    return compound_file(tree)


def _properties(
    header: bytes, values: Mapping[tuple[int, int], bytes], numbers: Mapping[int, int]
) -> dict[str, bytes | Tree]:
    entries = [struct.pack("<HHII4x", kind, tag, 6, len(value)) for (tag, kind), value in values.items()]
    entries += [struct.pack("<HHII4x", _LONG, tag, 6, number) for tag, number in numbers.items()]
    streams: dict[str, bytes | Tree] = {
        f"__substg1.0_{tag:04X}{kind:04X}": value for (tag, kind), value in values.items()
    }
    return {"__properties_version1.0": header + b"".join(entries), **streams}


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    child: int = _NONE
    right: int = _NONE
    start: int = _END
    children: list[_Entry] = field(default_factory=list)


def compound_file(tree: Tree) -> bytes:
    """Return a compound file of these streams and storages, which must all fit into the mini stream."""
    entries = [_Entry("Root Entry", 5)]
    _add(entries, 0, tree)
    mini = bytearray()
    mini_fat: list[int] = []
    for entry in entries[1:]:
        if entry.kind == 2 and entry.content:
            entry.start = len(mini_fat)
            count = -(-len(entry.content) // _MINI)
            mini_fat += [*range(entry.start + 1, entry.start + count), _END]
            mini += entry.content.ljust(count * _MINI, b"\0")
    directory = b"".join(_pack(entry, len(mini)) for entry in entries)
    parts = [directory, b"".join(struct.pack("<I", at) for at in mini_fat), bytes(mini)]
    sizes = [-(-len(part) // _SECTOR) for part in parts]
    starts = [1, 1 + sizes[0], 1 + sizes[0] + sizes[1]]
    fat = [0xFFFFFFFD]
    for start, size in zip(starts, sizes, strict=True):
        fat += [*range(start + 1, start + size), _END]
    fat += [_FREE] * (_SECTOR // 4 - len(fat))
    root = struct.pack("<I", starts[2])
    parts[0] = directory[:116] + root + directory[120:]
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, starts[0], 0, 4096,
        starts[1], sizes[1], _END, 0,
    )  # fmt: skip
    locations = struct.pack("<109I", 0, *[_FREE] * 108)
    body = b"".join(part.ljust(size * _SECTOR, b"\0") for part, size in zip(parts, sizes, strict=True))
    return head + locations + struct.pack(f"<{len(fat)}I", *fat) + body


def _add(entries: list[_Entry], parent: int, tree: Tree) -> None:
    numbers = []
    for name, content in tree.items():
        numbers.append(len(entries))
        entries.append(_Entry(name, 2, content) if isinstance(content, bytes) else _Entry(name, 1))
        if not isinstance(content, bytes):
            _add(entries, numbers[-1], content)
    entries[parent].child = numbers[0]
    for left, right in pairwise(numbers):
        entries[left].right = right


def _pack(entry: _Entry, mini_size: int) -> bytes:
    name = (entry.name + "\0").encode("utf-16-le")
    size = mini_size if entry.kind == 5 else len(entry.content)
    return struct.pack(
        "<64sHBBIII16x4x16xIQ", name, len(name), entry.kind, 1, _NONE, entry.right, entry.child, entry.start, size
    )
