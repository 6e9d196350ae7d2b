"""DOCX through python-docx, in reading order, with everything around the body.

Tables, text boxes, headers, footers, footnotes and endnotes are read. Word computes pages when it displays a document,
so only manual page breaks and sections on a new page end a page here. A header comes once before the text of its
section, a footer once after it, notes at the end.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.oxml import serialize_part_xml
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.section import Section

from archive.errors import DamagedDocument, Message
from archive.model.words import MOST_COLUMNS, CellStep
from indexer.formats.flowing import FlowingSource, cell_mark, pages_of
from indexer.formats.packages import PACKAGE_ERRORS, check_package

_ERRORS = (PackageNotFoundError, SyntaxError, RecursionError, *PACKAGE_ERRORS)
"""Errors that python-docx raises on truncated or incomplete packages, and on excessive nesting."""

_WITH_TEXT = frozenset({"officeDocument", "header", "footer", "footnotes", "endnotes"})
"""Types of relationships to the parts that are read, without which a document is not whole."""

_PAGE = "\f"
_BLOCK = "\n\n"
_CHARACTERS = {qn("w:tab"): " ", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_DELETED = (qn("w:del"), qn("w:moveFrom"))
_SKIPPED = {
    *_DELETED,
    qn("w:pPr"),
    # A text box is stored twice; this element is the copy for old versions of Word.
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_CELLS = (qn("w:tc"), qn("w:sdt"), qn("w:customXml"))
_SAME_PAGE = (WD_SECTION.CONTINUOUS, WD_SECTION.NEW_COLUMN)


class DocxSource(FlowingSource):
    """A Word document; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"python-docx {version('python-docx')}"}
    has_cells = True

    def __init__(self, path: Path, filename: str) -> None:
        """Read a Word document.

        :raises DamagedDocument: its package or the XML in it is malformed.
        :raises archive.errors.TooLarge: it unpacks to more than the limit.
        """
        check_package(path, filename)
        try:
            document = _opened(path)
            text = "".join(_document_text(document))
        except _ERRORS as error:
            raise DamagedDocument(
                "%(filename)s cannot be opened as a Word document: %(our_error)s.",
                "Open it in Word, save it again, and add that.",
                filename=filename,
                our_error=error,
            ) from error
        super().__init__(pages_of(text))
        if next(document.element.iter(*_DELETED), None) is not None:
            self.layout_obstacle = Message("it has tracked changes, and a layout shows what they delete")


def _opened(path: Path) -> Document:
    """Open a package; one that lacks parts without text, to which it has relationships, without these relationships.

    Word writes such packages ("NULL" for a picture that it could not store), and opens them.
    """
    try:
        return docx.Document(str(path))
    except KeyError:
        whole = BytesIO()
        with zipfile.ZipFile(path) as package, zipfile.ZipFile(whole, "w") as written:
            # Nothing else has text.
            parts = {name for name in package.namelist() if name.endswith((".xml", ".rels"))}
            for name in parts:
                blob = package.read(name)
                written.writestr(name, _without_dangling(name, blob, parts) if name.endswith(".rels") else blob)
        return docx.Document(whole)


def _without_dangling(name: str, blob: bytes, parts: Collection[str]) -> bytes:
    """Return a file of relationships without those to missing parts, unless these would have text."""
    relationships: Any = parse_xml(blob)
    base = posixpath.dirname(posixpath.dirname(name))
    for one in list(relationships):
        target = posixpath.normpath(posixpath.join("/", base, one.get("Target", ""))).lstrip("/")
        is_lost = one.get("TargetMode") != "External" and target not in parts
        if is_lost and one.get("Type", "").rpartition("/")[2] not in _WITH_TEXT:
            relationships.remove(one)
    return serialize_part_xml(relationships)


def _document_text(document: Document) -> Iterator[str]:
    if document.element.body is None:
        raise ValueError(Message("it has no body"))
    sections = iter(document.sections)
    section = next(sections, None)
    yield from _headers(section)
    for element in document.element.body:
        if element.tag == qn("w:sectPr"):
            continue
        yield from _text(element)
        if element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None:
            yield from _footers(section)
            section = next(sections, None)
            if section is None or section.start_type not in _SAME_PAGE:
                yield _PAGE
            yield from _headers(section)
    yield from _footers(section)
    yield from _footnotes(document)


def _text(element: Any) -> Iterator[str]:
    """Yield the text of an XML element, with line, block and page breaks as characters."""
    tag = element.tag
    if tag == qn("w:t"):
        yield element.text or ""
    elif tag in _CHARACTERS:
        yield _CHARACTERS[tag]
    elif tag == qn("w:br"):
        yield _PAGE if element.get(qn("w:type")) == "page" else "\n"
    elif tag == qn("w:p"):
        yield _PAGE if _begins_page(element) else _BLOCK
        yield from _children_text(element)
        yield _BLOCK
    elif tag == qn("w:tbl"):
        yield from _table_text(element)
    elif tag not in _SKIPPED:
        yield from _children_text(element)


def _table_text(table: Any) -> Iterator[str]:
    """Yield the text of a table with cell marks. A nested table is part of the text of its cell."""
    if next(table.iterancestors(qn("w:tbl")), None) is not None:
        yield from _children_text(table)
        return
    step = CellStep.TABLE
    for row in table.iter(qn("w:tr")):
        if next(row.iterancestors(qn("w:tbl"))) is not table:
            continue
        column = _grid(row, "w:trPr/w:gridBefore", 0)
        for cell in row:
            if cell.tag not in _CELLS:
                yield from _text(cell)
                continue
            span = _grid(cell, "w:tcPr/w:gridSpan", 1)
            yield cell_mark(step, column, span)
            yield from _text(cell)
            column += span
            step = CellStep.CELL
        step = CellStep.ROW
    yield cell_mark(CellStep.TEXT)


def _grid(element: Any, path: str, default: int) -> int:
    """Return the number of columns that an element spans or skips, by the value at a path."""
    found = element.find("/".join(map(qn, path.split("/"))))
    value = "" if found is None else found.get(qn("w:val"), "")
    return (
        min(max(int(value), default), MOST_COLUMNS)
        if value.isascii() and value.isdecimal() and len(value) < 5
        else default
    )


def _children_text(element: Iterable[Any]) -> Iterator[str]:
    for child in element:
        yield from _text(child)


def _begins_page(paragraph: Any) -> bool:
    switch = paragraph.find(f"{qn('w:pPr')}/{qn('w:pageBreakBefore')}")
    return switch is not None and switch.get(qn("w:val"), "true") not in ("0", "false", "off")


def _headers(section: Section | None) -> Iterator[str]:
    if section is not None:
        yield from _marginal_text(section.first_page_header, section.header, section.even_page_header)


def _footers(section: Section | None) -> Iterator[str]:
    if section is not None:
        yield from _marginal_text(section.first_page_footer, section.footer, section.even_page_footer)


def _marginal_text(*margins: Any) -> Iterator[str]:
    """Yield the text of headers or footers that a section defines itself.

    Linked ones are skipped, because python-docx would create a part for them.
    """
    for margin in margins:
        if not margin.is_linked_to_previous:
            yield from _children_text(margin.part.element)


def _footnotes(document: Document) -> Iterator[str]:
    for relationship in document.part.rels.values():
        if relationship.reltype in (RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES):
            for note in parse_xml(relationship.target_part.blob):
                # Notes with a type are separator lines.
                if note.get(qn("w:type")) is None:
                    yield from _text(note)
