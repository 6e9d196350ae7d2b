"""The report as a Word document: headings, sentences and tables with links, and every number with its words; and the
table of a topic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import IO, Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.text.paragraph import Paragraph

from archive.chronology.entries import Chronology, ChronologyEntry
from archive.comparing.cells import CellName
from archive.comparing.topic_table import TopicTable
from archive.search.masking import Masking, masked_value
from webapp.languages.translation import gettext
from webapp.pages.chronology import when
from webapp.pages.findings.report import ReportContext, ReportFinding, ReportNumber
from webapp.pages.findings.table import NumberCell
from webapp.pages.topics import cell_label, topic_summary, unknown_lines, usual_lines
from webapp.pages.wording import page_short, value_label
from webapp.topic_files import cell_address, clauses_named
from webapp.word_parts import SMALL, add_link, add_small


def write_report(page: ReportContext, base: str, file: IO[bytes]) -> None:
    """Write the report; its links lead to the reading room at ``base``."""
    document = docx.Document()
    document.core_properties.author = "Dosije"
    document.add_heading(gettext("Report"), 0)
    document.add_paragraph(f"{page.as_of} {page.checked}")
    for finding in page.findings:
        _finding(document, finding, base)
    document.save(file)


def write_chronology_document(told: Chronology, title: str, base: str, file: IO[bytes]) -> None:
    """Write a chronology: a table of dates, and one of terms behind it."""
    document = docx.Document()
    document.core_properties.author = "Dosije"
    document.add_heading(title, 0)
    for dated, head in ((True, gettext("Date")), (False, gettext("Term"))):
        entries = [one for one in told.entries if (one.date is not None) is dated]
        if entries:
            table = document.add_table(1, 4, "Table Grid")
            heads = (head, gettext("Who"), gettext("What"), gettext("Its words"))
            for cell, text in zip(table.rows[0].cells, heads, strict=True):
                cell.paragraphs[0].add_run(text).bold = True
            for one in entries:
                _entry(table.add_row().cells, one, base)
    document.save(file)


_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)


def _entry(cells: Sequence[Any], one: ChronologyEntry, base: str) -> None:
    for cell, text in zip(cells, (when(one), one.who or "", one.what or ""), strict=False):
        cell.paragraphs[0].add_run(_writable(text)).font.size = SMALL
    paragraph = cells[3].paragraphs[0]
    paragraph.add_run(f"{_writable(one.sentence)}\n").font.size = SMALL
    add_link(paragraph, f"{_writable(one.title)}, {page_short(one.page)}", base + one.permalink, SMALL)


def _finding(document: Document, finding: ReportFinding, base: str) -> None:
    add_link(document.add_heading("", 1), finding.finding.label, base + finding.finding.url)
    for sentence in finding.sentences:
        paragraph = document.add_paragraph()
        for part in sentence:
            if part.url:
                add_link(paragraph, part.text, base + part.url)
            else:
                paragraph.add_run(part.text)
    for note in finding.notes:
        document.add_paragraph(note, "Quote")
    _table(document, finding, base)
    if finding.picture:
        add_small(document, f"{finding.picture.title}. {finding.picture.told}")
    if finding.cannot:
        document.add_heading(gettext("What it cannot know"), 2)
        for line in finding.cannot:
            document.add_paragraph(line, "List Bullet")
    if finding.numbers:
        document.add_heading(gettext("The numbers and their words"), 2)
        for number in finding.numbers:
            _number(document, number, base)


def _table(document: Document, finding: ReportFinding, base: str) -> None:
    shown = finding.table
    heads = [link.label for link in (*shown.heads, *shown.columns)]
    if shown.basis:
        add_small(document, gettext("Amounts are %(basis)s unless they say otherwise.", basis=shown.basis))
    table = document.add_table(rows=1, cols=len(heads), style="Light List")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    for row in (*shown.rows, *shown.last):
        cells = table.add_row().cells
        for at, head in enumerate(row.heads):
            cells[at].text = head
        for at, number in enumerate(row.cells, start=len(row.heads)):
            _cell(cells[at].paragraphs[0], number, base)
    if finding.rest:
        add_small(document, finding.rest)


def _cell(paragraph: Paragraph, cell: NumberCell, base: str) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if cell.url:
        add_link(paragraph, cell.text, base + cell.url)
    else:
        paragraph.add_run(cell.text)
    for link in cell.more:
        paragraph.add_run("\n")
        add_link(paragraph, link.label, base + link.url)
    for note in cell.notes:
        paragraph.add_run(f"\n{note}").font.size = SMALL


def _number(document: Document, number: ReportNumber, base: str) -> None:
    paragraph = document.add_paragraph(style="List Number")
    add_link(paragraph, number.value, base + number.url)
    paragraph.add_run(f" – {number.what}")
    for state in filter(None, (number.checked, number.fallen)):
        paragraph.add_run(f" [{state}]").bold = True
    for proof in number.proofs:
        paragraph.add_run("\n")
        add_link(paragraph, proof.document.label, base + proof.document.url, SMALL)
        if proof.evidence:
            paragraph.add_run(", ").font.size = SMALL
            add_link(paragraph, proof.evidence.place.label, base + proof.evidence.place.url, SMALL)
            paragraph.add_run(f": „{proof.evidence.quote}”").font.size = SMALL
    if number.more:
        paragraph.add_run("\n")
        add_link(paragraph, number.more.label, base + number.more.url, SMALL)


def write_topic(table: TopicTable, base: str, file: IO[bytes], *, mask: Masking | None) -> None:
    """Write the table of a topic, each cell with a link to its words; what departs from most is bold."""
    document = docx.Document()
    document.core_properties.author = "Dosije"
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.add_heading(value_label("topic", table.topic), 0)
    document.add_paragraph(topic_summary(table))
    grid = document.add_table(rows=1, cols=1 + len(CellName), style="Light List")
    heads = [gettext("Contract"), *map(cell_label, CellName)]
    for cell, head in zip(grid.rows[0].cells, heads, strict=True):
        cell.text = head

    def shown(text: str) -> str:
        return str(masked_value(text, mask))

    for row in table.rows:
        first, *cells = grid.add_row().cells
        first.text = shown(f"{row.description.title}\n{clauses_named(row)}")
        for name, cell in zip(CellName, cells, strict=True):
            if (found := row.cells.get(name)) is None:
                cell.text = gettext("unknown")
                continue
            add_link(cell.paragraphs[0], shown(found.found.text), cell_address(found, base), SMALL)
            if found.departs:
                cell.paragraphs[0].add_run(gettext(" (departs)")).bold = True
    for line in (*usual_lines(table), *unknown_lines(table)):
        add_small(document, line)
    document.save(file)
