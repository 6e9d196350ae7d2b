"""Writer of small PowerPoint 97 presentations ([MS-PPT]) with two saves. No library writes them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from tests.outlook_sample import compound_file

_HOLDS = 0x0F


@dataclass(frozen=True)
class Slide:
    """A slide: its title, which is in the document's list of slides, its text and its notes."""

    title: str
    text: str = ""
    notes: str = ""
    is_hidden: bool = False


def presentation(slides: Sequence[Slide], before: str = "Stari naslov", *, token: int = 0xE391C05F) -> bytes:
    """Return a presentation whose first save had one slide with the title ``before``, which was replaced."""
    data = bytearray()

    def put(record: bytes) -> int:
        place = len(data)
        data.extend(record)
        return place

    old = put(_slide(Slide(before), 0))
    first = put(_directory({1: put(_document([Slide(before)], {0: 2}, {})), 2: old}))
    edit = put(_edit(0, first))
    places = {2 + number: put(_slide(slide, 500 + number)) for number, slide in enumerate(slides)}
    notes = {100 + number: put(_notes(slide)) for number, slide in enumerate(slides) if slide.notes}
    document = put(_document(slides, dict(enumerate(places)), {number: 400 + number for number in notes}))
    newest = put(_edit(edit, put(_directory({1: document, **places, **notes}))))
    user = _record(0x0FF6, struct.pack("<III", 20, token, newest) + bytes(12))
    return compound_file({"Current User": user, "PowerPoint Document": bytes(data)})


def _record(kind: int, data: bytes, instance: int = 0, flag: int = 0) -> bytes:
    return struct.pack("<HHI", instance << 4 | flag, kind, len(data)) + data


def _holder(kind: int, *parts: bytes, instance: int = 0) -> bytes:
    return _record(kind, b"".join(parts), instance, _HOLDS)


def _text(text: str) -> bytes:
    try:
        return _record(0x0FA8, text.encode("latin-1"))
    except UnicodeEncodeError:
        return _record(0x0FA0, text.encode("utf-16-le"))


def _document(slides: Sequence[Slide], places: dict[int, int], notes: dict[int, int]) -> bytes:
    listed = b"".join(
        _persist(places[number], 256 + number) + _record(0x0F9F, bytes(4)) + _text(slide.title)
        for number, slide in enumerate(slides)
    )
    noted = b"".join(_persist(place, number) for place, number in notes.items())
    return _holder(0x03E8, _holder(0x0FF0, listed), _holder(0x0FF0, noted, instance=2))


def _persist(place: int, number: int) -> bytes:
    return _record(0x03F3, struct.pack("<IIiII", place, 0, 1, number, 0))


def _slide(slide: Slide, notes: int) -> bytes:
    atom = _record(0x03EF, struct.pack("<I8xII4x", 0, 0x80000000, notes))
    shown = _record(0x03F9, struct.pack("<IIBBH4x", 0, 0, 0, 0, 4 if slide.is_hidden else 0))
    boxes = [_record(0x0F9E, struct.pack("<i", 0)), *([_text(slide.text)] if slide.text else []), _text("*")]
    footers = _holder(0x0FD9, _record(0x0FBA, "Opština Brezovac".encode("utf-16-le"), instance=2))
    return _holder(0x03EE, atom, shown, _drawing(*boxes), footers)


def _notes(slide: Slide) -> bytes:
    return _holder(0x03F0, _drawing(_text(slide.notes)))


def _drawing(*texts: bytes) -> bytes:
    return _holder(0x040C, _holder(0xF002, *(_holder(0xF004, _holder(0xF00D, text)) for text in texts)))


def _directory(places: dict[int, int]) -> bytes:
    return _record(0x1772, b"".join(struct.pack("<II", number | 1 << 20, place) for number, place in places.items()))


def _edit(before: int, directory: int) -> bytes:
    return _record(0x0FF5, struct.pack("<IIIIII", 0, 0, before, directory, 1, 0))
