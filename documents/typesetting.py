"""From the blocks of a source to a born-digital page: PDF, DOCX, plain text.

PDF pages are set with MuPDF's own Nimbus fonts (embedded as subsets; they have Cyrillic), so nothing depends on the
fonts of the machine. Each source page is one PDF page: where lines break may differ between versions of MuPDF, where
pages break may not.
"""

from __future__ import annotations

import io
import textwrap
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from itertools import groupby

import docx
import pymupdf
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.text.paragraph import Paragraph

from documents.source import Block, BlockKind, Source

A4 = (595, 842)
BODY = pymupdf.Rect(64, 62, 531, 792)
HEADER = pymupdf.Rect(64, 26, 531, 48)
FOLIO = pymupdf.Rect(64, 800, 531, 822)
STAMPED_AT = datetime(2023, 12, 31, 12, 0, tzinfo=UTC)
"""The time every file carries, so that two runs give the same bytes."""

STYLE = """
body { font-family: %(font)s; font-size: %(size)spt; line-height: 1.38; }
p { margin: 0 0 6pt 0; text-align: justify; }
h1 { font-size: 1.25em; text-align: center; margin: 10pt 0 4pt 0; }
h2 { font-size: 1.05em; text-align: center; margin: 2pt 0 8pt 0; }
.clause { text-align: center; font-weight: bold; margin: 7pt 0 3pt 0; }
.heading { text-align: center; font-weight: bold; margin: 7pt 0 3pt 0; }
.point { margin-left: 18pt; margin-bottom: 3pt; }
.subpoint { margin-left: 36pt; margin-bottom: 3pt; }
.right { text-align: right; } .centred { text-align: center; }
.small { font-size: 0.82em; }
.header { color: #a02020; font-size: 10pt; font-weight: bold; text-align: center; }
.folio { color: #404040; font-size: 8.5pt; text-align: center; }
table.grid td { border: 0.6pt solid #404040; padding: 2pt 5pt; }
table { margin: 4pt 0 8pt 0; width: 100%%; border-collapse: collapse; border-spacing: 0; }
table.signatures td { width: 50%%; text-align: center; padding-top: 4pt; }
"""

TAGS = {
    BlockKind.TITLE: ("h1", ""),
    BlockKind.SUBTITLE: ("h2", ""),
    BlockKind.CLAUSE: ("p", "clause"),
    BlockKind.HEADING: ("p", "heading"),
    BlockKind.POINT: ("p", "point"),
    BlockKind.SUBPOINT: ("p", "subpoint"),
    BlockKind.RIGHT: ("p", "right"),
    BlockKind.CENTRED: ("p", "centred"),
    BlockKind.SMALL: ("p", "small"),
    BlockKind.PARAGRAPH: ("p", ""),
}
INDENTS = {BlockKind.POINT: "   ", BlockKind.SUBPOINT: "      "}
TABLES = {BlockKind.ROW: "grid", BlockKind.SIGNATURES: "signatures"}


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """The stretches of a line and whether each is bold."""
    for number, stretch in enumerate(text.split("**")):
        if stretch:
            yield stretch, bool(number % 2)


def _inline(text: str) -> str:
    return "".join(f"<b>{escape(run)}</b>" if bold else escape(run) for run, bold in _runs(text))


def _html(blocks: Iterable[Block]) -> str:
    parts = []
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        if kind in TABLES:
            rows = ("".join(f"<td>{_inline(cell)}</td>" for cell in block.cells) for block in group)
            parts.append(f'<table class="{TABLES[kind]}">' + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
        else:
            tag, name = TAGS[kind]
            parts.extend(f'<{tag} class="{name}">{_inline(block.marked)}</{tag}>' for block in group)
    return "".join(parts)


def pdf(source: Source) -> pymupdf.Document:
    """The source as an open PDF.

    :raises ValueError: a page's text does not fit on its page.
    """
    document = pymupdf.open()
    style = STYLE % {"font": source.font, "size": source.size}
    for number, blocks in enumerate(source.pages, start=1):
        page = document.new_page(width=A4[0], height=A4[1])
        folio = f"{number}/{len(source.pages)}"
        page.insert_htmlbox(HEADER, f'<p class="header">{escape(source.marker)}</p>', css=style)
        spare, _ = page.insert_htmlbox(BODY, _html(blocks), css=style, scale_low=1)
        if spare < 0:
            raise ValueError(f"{source.file}, page {number}: the text does not fit; move a block to the next page")
        page.insert_htmlbox(FOLIO, f'<p class="folio">{folio}</p>', css=style)
    return document


def pdf_bytes(document: pymupdf.Document) -> bytes:
    """The file of an open PDF, without anything that changes from run to run."""
    document.subset_fonts()
    document.set_metadata({"producer": "Dosije specimens", "creationDate": "D:20231231120000Z"})
    content: bytes = document.tobytes(garbage=4, deflate=True, no_new_id=True)
    return content


def text_bytes(source: Source) -> bytes:
    """The source as UTF-8 plain text, wrapped, with the marker above and below."""
    lines = [source.marker, ""]
    for block in (block for page in source.pages for block in page):
        if block.kind in {BlockKind.TITLE, BlockKind.SUBTITLE, BlockKind.CENTRED}:
            lines.append(block.text.center(78).rstrip())
        elif block.kind is BlockKind.RIGHT:
            lines.append(block.text.rjust(78))
        elif block.kind in TABLES:
            lines.append("   ".join(cell.ljust(34) for cell in block.cells).rstrip())
        else:
            indent = INDENTS.get(block.kind, "")
            lines.append(textwrap.fill(block.text, 78, initial_indent=indent, subsequent_indent=indent))
        lines.append("")
    return "\n".join([*lines, source.marker, ""]).encode()


ALIGNMENTS = {
    BlockKind.TITLE: WD_ALIGN_PARAGRAPH.CENTER,
    BlockKind.SUBTITLE: WD_ALIGN_PARAGRAPH.CENTER,
    BlockKind.CENTRED: WD_ALIGN_PARAGRAPH.CENTER,
    BlockKind.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
    BlockKind.PARAGRAPH: WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def _add_runs(paragraph: Paragraph, text: str, bold: bool = False) -> None:
    for run, is_bold in _runs(text):
        paragraph.add_run(run).bold = is_bold or bold


def docx_bytes(source: Source) -> bytes:
    """The source as a Word file. The marker stands in the header, so on every page, and first in the text."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = source.marker
    document.add_paragraph(source.marker).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, group in groupby((block for page in source.pages for block in page), key=lambda block: block.kind):
        if kind in TABLES:
            rows = [block.cells for block in group]
            table = document.add_table(len(rows), len(rows[0]), "Table Grid" if kind is BlockKind.ROW else None)
            for row, cells in zip(table.rows, rows, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    _add_runs(cell.paragraphs[0], text)
            continue
        for block in group:
            paragraph = document.add_paragraph()
            _add_runs(paragraph, block.marked, bold=kind in {BlockKind.TITLE, BlockKind.SUBTITLE})
            paragraph.alignment = ALIGNMENTS.get(kind, WD_ALIGN_PARAGRAPH.LEFT)
    properties = document.core_properties
    properties.author = "Dosije specimens"
    properties.comments = ""
    properties.created = properties.modified = STAMPED_AT.replace(tzinfo=None)
    buffer = io.BytesIO()
    document.save(buffer)
    return _with_fixed_times(buffer)


def _with_fixed_times(archive: io.BytesIO) -> bytes:
    """The same zip with the same time on every member; zip writers put the time of the run there."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            entry = zipfile.ZipInfo(member, STAMPED_AT.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(member))
    return fixed.getvalue()
