"""Tables of files without a layout, cell by cell as the file says them."""

from __future__ import annotations

from pathlib import Path

import docx
import xlsxwriter

from archive.model.words import Words
from archive.store.sql.wordpack import pack, unpack
from indexer.formats.flowing import FlowingSource
from indexer.formats.html import HtmlSource
from indexer.formats.spreadsheet import SpreadsheetSource
from indexer.formats.word import DocxSource
from indexer.layout import page_layout
from tests.indexer_samples import flowing_pages

ROWS = (("Ponuđač", "Cena", "Rok"), ("Signal", "", "30 dana"), ("Optika d.o.o.", "48.500,00", "10 dana"))


def grids(source: FlowingSource) -> list[list[list[str]]]:
    """The texts of the cells of each table of the first page, as they are after the catalog kept them."""
    words = unpack(pack(flowing_pages(source)[0].words))
    found = []
    for table in page_layout(words).tables:
        grid = [[""] * table.columns for _ in range(table.rows)]
        for cell in table.cells:
            grid[cell.row][cell.column] = " ".join(words.texts[word] for word in cell.words)
        found.append(grid)
    return found


def heads(words: Words, text: str) -> tuple[str, str]:
    layout = page_layout(words)
    word = words.texts.index(text)
    above, before = layout.column_head(word), layout.row_head(word)
    return " ".join(words.texts[at] for at in above), " ".join(words.texts[at] for at in before)


def docx_at(path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph("Ponude su dostavili:")
    table = document.add_table(rows=3, cols=3)
    for row, texts in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(2, 0).add_paragraph("Novi Sad")
    document.add_paragraph("Komisija predlaže dodelu ugovora.")
    document.save(str(path))
    return path


def test_a_word_document_tells_its_cells(tmp_path: Path) -> None:
    source = DocxSource(docx_at(tmp_path / "odluka.docx"), "odluka.docx")
    assert grids(source) == [[*map(list, ROWS[:2]), ["Optika d.o.o. Novi Sad", "48.500,00", "10 dana"]]]
    (page,) = flowing_pages(source)
    assert heads(page.words, "48.500,00") == ("Cena", "Optika d.o.o. Novi Sad")
    assert page_layout(page.words).cell(page.words.texts.index("Komisija")) is None
    assert "\x02" not in source.text()


def test_a_cell_over_columns_spans_them(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=3)
    table.cell(0, 1).merge(table.cell(0, 2)).text = "Vrednost"
    for cell, text in zip(table.rows[1].cells, ("1.", "10,00", "12,00"), strict=True):
        cell.text = text
    document.save(str(tmp_path / "a.docx"))
    (page,) = flowing_pages(DocxSource(tmp_path / "a.docx", "a.docx"))
    (found,) = page_layout(page.words).tables
    assert [(cell.row, cell.column, cell.column_span) for cell in found.cells] == [
        (0, 1, 2),
        (1, 0, 1),
        (1, 1, 1),
        (1, 2, 1),
    ]
    assert heads(page.words, "12,00")[0] == "Vrednost"


def test_a_sheet_has_a_table_between_empty_rows(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Plan")
        for place, row in enumerate(ROWS):
            sheet.write_row(place, 1, row)
            sheet.write_row(place + 5, 1, row)
    assert [[row[-3:] for row in grid] for grid in grids(SpreadsheetSource(path, path.name))] == [
        [*map(list, ROWS)]
    ] * 2


def test_a_page_of_the_web_tells_the_cells_of_tables_that_hold_no_tables(tmp_path: Path) -> None:
    rows = "".join(f"<tr>{''.join(f'<td><p>{text}</p></td>' for text in row)}</tr>" for row in ROWS)
    path = tmp_path / "a.html"
    path.write_text(f"<html><table><tr><td>Meni</td><td><table>{rows}</table></td></tr></table></html>", "utf-8")
    assert grids(HtmlSource(path, path.name)) == [[*map(list, ROWS)]]
