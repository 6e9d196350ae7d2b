"""OpenDocument text and presentations (ODT, ODP; OpenDocument 1.3) as flowing text, and parsing of XML in general.

As in DOCX, only manual breaks end a page; each slide is a page. Headers precede the text, footers follow it. Body,
tables, notes and text boxes are read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lxml import etree

from archive.errors import DamagedDocument, EncryptedDocument, Message
from archive.model.words import MOST_COLUMNS, CellStep
from indexer.formats.flowing import FlowingSource, cell_mark, pages_of
from indexer.formats.packages import PACKAGE_ERRORS, check_package


def parse_xml(data: bytes) -> etree._Element:
    """Parse XML without expanding entities or loading external resources.

    :raises SyntaxError: it is not well-formed (lxml's own error is a subclass), or nests deeper than libxml2 allows.
    """
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))


_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"

_PAGE, _BLOCK = "\f", "\n\n"
_PARAGRAPHS = frozenset({f"{_TEXT}p", f"{_TEXT}h"})
_CHARACTERS = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"}
_SKIPPED = frozenset(
    # Deleted text; comments; forms; the number of a note, which is repeated before its text.
    {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_OFFICE}forms", f"{_TEXT}note-citation"}
    # Titles and descriptions of pictures, which are invisible.
    | {f"{{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}}{name}" for name in ("title", "desc")}
)
_HEADERS = frozenset(f"{_STYLE}header{which}" for which in ("", "-first", "-left"))
_FOOTERS = frozenset(f"{_STYLE}footer{which}" for which in ("", "-first", "-left"))


class OpenDocumentSource(FlowingSource):
    """An OpenDocument text or presentation; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"OpenDocument (lxml {etree.__version__})"}
    has_cells = True

    def __init__(self, path: Path, filename: str) -> None:
        """Read a document.

        :raises DamagedDocument: its package or the XML in it is malformed.
        :raises EncryptedDocument: it needs a password.
        :raises archive.errors.TooLarge: it unpacks to more than the limit.
        """
        check_package(path, filename)
        try:
            with zipfile.ZipFile(path) as package:
                if b"encryption-data" in package.read("META-INF/manifest.xml"):
                    raise EncryptedDocument(
                        "%(filename)s needs a password.",
                        "Save a copy without the password and add that.",
                        filename=filename,
                    )
                content = parse_xml(package.read("content.xml"))
                has_styles = "styles.xml" in package.namelist()
                styles = parse_xml(package.read("styles.xml")) if has_styles else content
        except (*PACKAGE_ERRORS, SyntaxError) as error:
            raise DamagedDocument(
                "%(filename)s cannot be opened as an OpenDocument file: %(error)s.",
                "Open it in LibreOffice, save it again, and add that.",
                filename=filename,
                error=error,
            ) from error
        super().__init__(pages_of("".join(_document_text(content, styles))))
        self.layout_obstacle = (
            Message("it has tracked changes, and a layout shows what they delete")
            if content.find(f".//{_TEXT}changed-region") is not None
            else None
        )


def _document_text(content: etree._Element, styles: etree._Element) -> Iterator[str]:
    body = content.find(f"{_OFFICE}body")
    master = styles.find(f"{_OFFICE}master-styles")
    yield from _marginal_text(master, _HEADERS)
    if body is not None:
        yield from _text(body, _page_breaking_styles(content))
    yield from _marginal_text(master, _FOOTERS)


def _marginal_text(master: etree._Element | None, tags: Iterable[str]) -> Iterator[str]:
    for margin in () if master is None else master.iter(*tags):
        yield from _text(margin, frozenset())


def _page_breaking_styles(content: etree._Element) -> frozenset[str]:
    """Return the names of the automatic styles with a page break before."""
    return frozenset(
        style.getparent().get(f"{_STYLE}name", "")
        for style in content.iter(f"{_STYLE}paragraph-properties")
        if style.get(f"{_FO}break-before") == "page"
    )


def _text(root: etree._Element, breaking: frozenset[str]) -> Iterator[str]:
    """Yield the text of an element, with breaks as characters.

    The walk is not recursive: nesting may be deep.
    """
    cells = _Cells()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = str(element.tag)
        if event == "end":
            if tag in _PARAGRAPHS:
                yield _BLOCK
            yield cells.end(tag)
            # White space between paragraphs is XML formatting.
            yield element.tail or ""
        elif tag in _SKIPPED:
            walk.skip_subtree()
        else:
            if tag in _PARAGRAPHS:
                yield _PAGE if element.get(f"{_TEXT}style-name") in breaking else _BLOCK
            elif tag == f"{_DRAW}page":
                yield _PAGE
            yield _CHARACTERS.get(tag, "")
            yield cells.start(element)
            yield (element.text or "").replace("\n", " ")


class _Cells:
    """The marks of table cells. A nested table is part of the text of its cell."""

    def __init__(self) -> None:
        self._depth = self._column = 0
        self._step = CellStep.TABLE

    def start(self, element: etree._Element) -> str:
        """Return the mark at the start of an element, empty without one."""
        tag = element.tag
        if tag == f"{_TABLE}table":
            self._depth += 1
            self._step = CellStep.TABLE if self._depth == 1 else self._step
        elif self._depth != 1:
            return ""
        elif tag == f"{_TABLE}table-row":
            self._column = 0
            self._step = CellStep.TABLE if self._step == CellStep.TABLE else CellStep.ROW
        elif tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            column, step = self._column, self._step
            self._column += _count(element, "number-columns-repeated")
            if tag == f"{_TABLE}table-cell":
                self._step = CellStep.CELL
                return cell_mark(step, column, _count(element, "number-columns-spanned"))
        return ""

    def end(self, tag: str) -> str:
        """Return the mark after an element, empty without one."""
        if tag != f"{_TABLE}table":
            return ""
        self._depth -= 1
        return "" if self._depth else cell_mark(CellStep.TEXT)


def _count(element: etree._Element, name: str) -> int:
    value = element.get(f"{_TABLE}{name}", "")
    return min(max(int(value), 1), MOST_COLUMNS) if value.isascii() and value.isdecimal() and len(value) < 8 else 1
