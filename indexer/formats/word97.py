"""DOC of Word 97 to 2003 through olefile, in reading order, with everything around the body.

As in DOCX, only manual breaks end a page; a header comes once before the text of its section, a footer after it, notes
at the end. A table row is a line with cells separated by tabs. Fields are read by their results, not their codes.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from archive.errors import DamagedDocument, Message
from indexer.formats import word97_file
from indexer.formats.flowing import FlowingSource, pages_of
from indexer.formats.legacy import needs_program
from indexer.formats.word97_file import MARKS, OldVersion, Word97File

_PAGE, _BLOCK = "\f", "\n\n"
_CHARACTERS: dict[int, str | None] = dict.fromkeys((*range(9), 0x13, 0x14, 0x15, 0x1F)) | {
    0x09: " ",
    0x0B: "\n",
    0x0E: "\n",
    0x1E: "-",
}
"""Replacements of Word's control characters; most are removed."""

_FIELD, _RESULT, _FIELD_END = "\x13", "\x14", "\x15"
_HEADER_KINDS, _FOOTER_KINDS = (4, 1, 0), (5, 3, 2)
"""Indexes among the six headers and footers of a section: first page, all pages, even pages."""

_MOST_PARAGRAPHS = 5
"""A cell with more paragraphs is text in a frame, and its row is not put on one line."""


class DocSource(FlowingSource):
    """A document of Word 97 to 2003; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"Word 97 (olefile {version('olefile')})"}

    def __init__(self, path: Path, filename: str) -> None:
        """Read a document.

        :raises UnsupportedFormat: it is of Word 6 or 95.
        :raises DamagedDocument: it is malformed.
        """
        try:
            file = Word97File(path)
            text = "".join(_document_text(file))
        except OldVersion as error:
            raise needs_program(
                filename, Message("a document of Word 6 or 95 (DOC)"), "libreoffice-writer-nogui"
            ) from error
        except word97_file.ERRORS as error:
            raise DamagedDocument(
                "%(filename)s cannot be read as a Word document: it is cut off, or its parts do not fit together.",
                "Open it in a word processor, save it as DOCX or PDF, and add that.",
                filename=filename,
            ) from error
        holes = file.characters.count("\0")
        super().__init__(
            pages_of(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")),
            Message("The file is damaged: %(count)s characters of its text are lost.", count=holes) if holes else None,
        )
        if file.has_deletions:
            self.layout_obstacle = Message("it has tracked changes, and a layout shows what they delete")


def _document_text(file: Word97File) -> Iterator[str]:
    for story in file.stories.values():
        _drop_codes(file.characters, story)
    floating = [
        *_set_boxes(file, "text", word97_file.SHAPES, "boxes", word97_file.BOXES),
        *_set_boxes(file, "headers", word97_file.HEADER_SHAPES, "header_boxes", word97_file.HEADER_BOXES),
    ]
    body = file.stories["text"]
    sections = [
        (range(first, min(end, body.stop)), file.section_kind(entry) > 1)
        for first, end, entry in file.entries(word97_file.SECTIONS, 12)
    ] or [(body, True)]
    if sections[0][0].start or sections[-1][0].stop < body.stop:
        raise ValueError
    for number, (section, begins_page) in enumerate(sections):
        if number:
            yield _PAGE if begins_page else _BLOCK
        if section and file.characters[section[-1]] == _PAGE:
            # The mark of the last paragraph of a section, which is the same as that of a page.
            file.characters[section[-1]] = "\r"
        yield from _margins(file, number, _HEADER_KINDS)
        yield from _story_text(file, section)
        yield from _margins(file, number, _FOOTER_KINDS)
    yield from floating
    yield from _story_text(file, file.stories["footnotes"])
    yield from _story_text(file, file.stories["endnotes"])


def _drop_codes(characters: list[str], story: range) -> None:
    """Clear the codes of fields and keep their results; an unterminated field is left as it is."""
    fields: list[tuple[int, int | None]] = []
    for position in story:
        character = characters[position]
        if character == _FIELD:
            fields.append((position, None))
        elif character == _RESULT and fields:
            fields[-1] = (fields[-1][0], position)
        elif character == _FIELD_END and fields:
            start, result = fields.pop()
            for within in range(start, position if result is None else result):
                if characters[within] not in MARKS:
                    characters[within] = ""


def _set_boxes(file: Word97File, story: str, shapes: int, box_story: str, boxes: int) -> Iterator[str]:
    """Insert the texts of text boxes where their shapes are anchored; yield those of nested shapes."""
    anchors = {struct.unpack_from("<I", entry): first for first, _end, entry in file.entries(shapes, 26)}
    start = file.stories[box_story].start
    for first, end, entry in [*file.entries(boxes, 22)][:-1]:
        text = "".join(_story_text(file, range(start + first, min(start + end, file.stories[box_story].stop))))
        anchor = anchors.get(struct.unpack_from("<14xI", entry))
        if anchor is not None and anchor < len(file.stories[story]):
            position = file.stories[story][anchor]
            file.characters[position] += f"{_BLOCK}{text}{_BLOCK}"
        else:
            yield text


def _margins(file: Word97File, section: int, kinds: Sequence[int]) -> Iterator[str]:
    """Yield the headers or footers that a section defines itself; an empty one is inherited from the section before."""
    table = file.table(word97_file.HEADERS)
    ends = struct.unpack(f"<{len(table) // 4}I", table)
    if list(ends[:-1]) != sorted(ends[:-1]):
        raise ValueError
    story = file.stories["headers"]
    for kind in kinds:
        index = 6 + 6 * section + kind
        if index + 1 < len(ends):
            yield from _story_text(file, story[ends[index] : ends[index + 1]])


def _story_text(file: Word97File, story: range) -> Iterator[str]:
    """Yield the text of a range of characters, with line, block and page breaks as characters."""
    cells: dict[int, list[list[str]]] = defaultdict(list)
    paragraphs: dict[int, list[str]] = defaultdict(list)
    yield _BLOCK
    start = story.start
    for position in story:
        if file.characters[position] not in MARKS:
            continue
        text = "".join(file.characters[start:position]).translate(_CHARACTERS)
        start = position + 1
        format_ = file.format_of(position)
        depth = format_.depth
        if not depth:
            yield from _rest(cells, paragraphs)
            yield f"{_PAGE if format_.begins_page else _BLOCK}{text}{_BLOCK}"
        elif format_.ends_row:
            row = _row([*cells.pop(depth, []), [*paragraphs.pop(depth, []), text]])
            if depth > 1:
                paragraphs[depth - 1].append(row)
            else:
                yield f"{row}\n"
        else:
            paragraphs[depth].append(text)
            if format_.ends_cell:
                cells[depth].append(paragraphs.pop(depth))
    yield from _rest(cells, paragraphs)
    yield "".join(file.characters[start : story.stop]).translate(_CHARACTERS)


def _row(cells: Sequence[Sequence[str]]) -> str:
    """Return a table row on one line, unless a cell contains a long text."""
    if any(sum(map(bool, map(str.strip, cell))) > _MOST_PARAGRAPHS for cell in cells):
        return _BLOCK + _BLOCK.join(text for cell in cells for text in cell) + _BLOCK
    return "\t".join(" ".join(" ".join(cell).split()) for cell in cells).rstrip()


def _rest(cells: dict[int, list[list[str]]], paragraphs: dict[int, list[str]]) -> Iterator[str]:
    """Yield the cells and paragraphs of unterminated rows."""
    for depth in sorted({*cells, *paragraphs}):
        for cell in (*cells.pop(depth, ()), paragraphs.pop(depth, ())):
            yield from (f"{text}{_BLOCK}" for text in cell)
