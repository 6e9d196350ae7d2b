"""The report as a Word document: headings, sentences and tables with links, and the words behind every number."""

from __future__ import annotations

from typing import IO

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.text.paragraph import Paragraph

from webapp.files.word.parts import SMALL, add_link, add_small, as_printed, new_document, save, writable
from webapp.languages.translation import gettext
from webapp.pages.findings.report import ReportContext, ReportFinding, ReportNumber
from webapp.pages.findings.table import NumberCell


def write_report(page: ReportContext, base: str, file: IO[bytes]) -> None:
    """Write the report, with links into the reading room at ``base``."""
    document = new_document(gettext("Report"))
    document.add_paragraph(f"{page.as_of} {page.checked}")
    for finding in page.findings:
        _finding(document, finding, base)
    save(document, file)


def _finding(document: Document, finding: ReportFinding, base: str) -> None:
    add_link(document.add_heading("", 1), finding.finding.label, base + finding.finding.url)
    for sentence in finding.sentences:
        paragraph = document.add_paragraph()
        for part in sentence:
            if part.url:
                add_link(paragraph, part.text, base + part.url)
            else:
                paragraph.add_run(writable(part.text))
    for note in finding.notes:
        document.add_paragraph(writable(note), "Quote")
    _table(document, finding, base)
    if finding.picture:
        add_small(document, f"{finding.picture.title}. {finding.picture.told}")
    if finding.cannot:
        document.add_heading(gettext("What this cannot show"), 2)
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
            cells[at].text = writable(head)
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
        paragraph.add_run(writable(f"\n{note}")).font.size = SMALL


def _number(document: Document, number: ReportNumber, base: str) -> None:
    paragraph = document.add_paragraph(style="List Number")
    add_link(paragraph, number.value, base + number.url)
    paragraph.add_run(writable(f" – {number.what}"))
    for state in filter(None, (number.checked, number.fallen)):
        paragraph.add_run(f" [{state}]").bold = True
    for proof in number.proofs:
        paragraph.add_run("\n")
        add_link(paragraph, proof.document.label, base + proof.document.url, SMALL)
        if proof.evidence:
            paragraph.add_run(", ").font.size = SMALL
            add_link(paragraph, proof.evidence.place.label, base + proof.evidence.place.url, SMALL)
            as_printed(paragraph.add_run(writable(f": „{proof.evidence.quote}”"))).font.size = SMALL
    if number.more:
        paragraph.add_run("\n")
        add_link(paragraph, number.more.label, base + number.more.url, SMALL)
