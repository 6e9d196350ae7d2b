"""Presentations of PowerPoint 97 to 2003 ([MS-PPT]), on olefile: the text of each slide, then its notes.

A file is a sequence of edits, in which later objects replace earlier ones; the last edit has the directory of current
objects. The text of a slide is in its drawing, or in a list of the document that the drawing refers to.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from olefile import OleFileIO

from archive.errors import EncryptedDocument, Message
from indexer.formats.flowing import SlidesSource, damaged_presentation
from indexer.formats.legacy import needs_program

_STREAM, _USER = "PowerPoint Document", "Current User"
_ERRORS = (OSError, ValueError, LookupError, AttributeError, TypeError, struct.error)

_DOCUMENT, _SLIDE_ATOM, _NOTES_ATOM, _LIST, _PERSIST = 0x03E8, 0x03EF, 0x03F1, 0x0FF0, 0x03F3
_CHARS, _BYTES, _OUTLINE, _HEADER = 0x0FA0, 0x0FA8, 0x0F9E, 0x0F9F
_FOOTERS, _STRING, _EDIT, _DIRECTORY, _SHOWN = 0x0FD9, 0x0FBA, 0x0FF5, 0x1772, 0x03F9
"""Record types."""

_SLIDES, _NOTES = 0, 2
"""List instances."""

_ENCRYPTED = 0xF3D1C4DF
_HIDDEN = 0x0004
_MOST = 10_000
"""Maximum number of slides, and of edits."""

_SLIDE_NUMBER = "*"
"""Placeholder of a number or date that PowerPoint fills in."""


@dataclass(frozen=True, slots=True)
class _Record:
    kind: int
    instance: int
    start: int
    end: int


@dataclass(slots=True)
class _Slide:
    """A slide or notes page of a list: its offset, its number, and its texts in the list."""

    start: int
    number: int
    texts: list[str] = field(default_factory=list)


class PptSource(SlidesSource):
    """A presentation of PowerPoint 97 to 2003; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"PPT (olefile {version('olefile')})"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a presentation.

        :raises EncryptedDocument: it needs a password.
        :raises UnsupportedFormat: it is of PowerPoint 95 or older.
        :raises archive.errors.DamagedDocument: its records are malformed, or it has no slides.
        """
        try:
            with OleFileIO(str(path)) as ole:
                if not ole.exists(_USER):
                    kind = Message("a presentation of PowerPoint 95 or older")
                    raise needs_program(filename, kind, "libreoffice-impress-nogui")
                user = ole.openstream(_USER).read()
                token, edit = struct.unpack_from("<II", user, 12)
                if token == _ENCRYPTED:
                    raise EncryptedDocument(
                        "%(filename)s needs a password.",
                        "Save a copy without the password and add that.",
                        filename=filename,
                    )
                presentation = _Presentation(ole.openstream(_STREAM).read(), edit)
            pages = [list(presentation.lines(slide)) for slide in presentation.slides]
        except _ERRORS as error:
            raise damaged_presentation(filename, error) from error
        super().__init__(pages, filename, has_notes=presentation.has_notes, has_hidden=presentation.has_hidden)


class _Presentation:
    """The stream of a presentation, with the offsets of its current objects."""

    def __init__(self, data: bytes, edit: int) -> None:
        self._data = data
        self._places: dict[int, int] = {}
        document = self._read_edits(edit)
        root = self._record(self._places[document])
        if root.kind != _DOCUMENT:
            raise ValueError("it has no document record")
        lists = [one for one in self._inside(root) if one.kind == _LIST]
        self.slides = [slide for one in lists if one.instance == _SLIDES for slide in self._list(one)]
        self._notes = {slide.number: slide for one in lists if one.instance == _NOTES for slide in self._list(one)}
        self.has_notes = self.has_hidden = False
        if len(self.slides) > _MOST:
            raise ValueError(f"it has {len(self.slides)} slides")

    def lines(self, slide: _Slide) -> Iterator[str]:
        """Yield the text of a slide, then its notes."""
        notes = None
        for record in self._inside(self._record(slide.start)):
            if record.kind == _SLIDE_ATOM:
                (number,) = self._unpack("<I", record.start + 16)
                notes = self._notes.get(number)
            elif record.kind == _SHOWN:
                self.has_hidden |= bool(self._unpack("<H", record.start + 10)[0] & _HIDDEN)
        yield from self._texts(slide)
        written = list(self._texts(notes)) if notes else []
        if any(written):
            self.has_notes = True
            yield from ("", *written)

    def _texts(self, slide: _Slide) -> Iterator[str]:
        in_footers = 0
        for record in self._inside(self._record(slide.start)):
            if record.kind == _FOOTERS:
                in_footers = record.end
            text = ""
            if record.kind in (_CHARS, _BYTES) or (record.kind == _STRING and record.start < in_footers):
                text = self._text(record)
            elif record.kind == _OUTLINE:
                (index,) = self._unpack("<i", record.start)
                text = slide.texts[index] if 0 <= index < len(slide.texts) else ""
            lines = [line for line in text.replace("\v", "\r").split("\r") if line.strip() not in ("", _SLIDE_NUMBER)]
            if lines:
                yield from ("", *lines)

    def _read_edits(self, edit: int) -> int:
        """Follow the edits from the last to the first, and return the reference of the document."""
        document = None
        seen: set[int] = set()
        while edit and edit not in seen:
            seen.add(edit)
            record = self._record(edit)
            if record.kind != _EDIT or len(seen) > _MOST:
                raise ValueError("its edit records are not in order")
            edit, directory, number = self._unpack("<III", record.start + 8)
            document = number if document is None else document
            self._read_directory(self._record(directory))
        if document is None:
            raise ValueError("it has no edit record")
        return document

    def _read_directory(self, record: _Record) -> None:
        if record.kind != _DIRECTORY:
            raise ValueError("it has no persist object directory")
        at = record.start
        while at + 4 <= record.end:
            (head,) = self._unpack("<I", at)
            first, count = head & 0xFFFFF, head >> 20
            for number, place in enumerate(self._unpack(f"<{count}I", at + 4), start=first):
                self._places.setdefault(number, place)
            at += 4 + 4 * count

    def _list(self, record: _Record) -> Iterator[_Slide]:
        slide: _Slide | None = None
        for one in self._inside(record):
            if one.kind == _PERSIST:
                if slide is not None:
                    yield slide
                place, _, _, number = self._unpack("<IIiI", one.start)
                slide = _Slide(self._places[place], number)
            elif slide is not None and one.kind == _HEADER:
                slide.texts.append("")
            elif slide is not None and slide.texts and one.kind in (_CHARS, _BYTES):
                slide.texts[-1] = self._text(one)
        if slide is not None:
            yield slide

    def _text(self, record: _Record) -> str:
        data = self._data[record.start : record.end]
        return data.decode("latin-1") if record.kind == _BYTES else data.decode("utf-16-le", "replace")

    def _inside(self, record: _Record) -> Iterator[_Record]:
        """Yield all records nested in a record, in depth-first order."""
        at = record.start
        while at + 8 <= record.end:
            one = self._record(at)
            yield one
            at = one.start if self._data[at] & 0x0F == 0x0F else one.end

    def _record(self, at: int) -> _Record:
        version_, kind, size = self._unpack("<HHI", at)
        return _Record(kind, version_ >> 4, at + 8, min(at + 8 + size, len(self._data)))

    def _unpack(self, form: str, at: int) -> tuple[int, ...]:
        return struct.unpack_from(form, self._data, at)
