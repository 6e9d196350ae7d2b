"""RTF, spreadsheets, slides, HTML and CSV without a layout: no row of a table is lost."""

from __future__ import annotations

import datetime
from pathlib import Path

import pptx
import pytest
import xlsxwriter
from pptx.util import Cm

from archive.errors import DamagedDocument
from indexer.formats.html import HtmlSource
from indexer.formats.legacy import RtfSource
from indexer.formats.slides import PptxSource
from indexer.formats.spreadsheet import SpreadsheetSource
from indexer.formats.text import SeparatedSource
from tests.indexer_samples import flowing_pages

SAMPLES = Path(__file__).parent / "samples"


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# RTF


def rtf_pages(path: Path, body: str | bytes) -> list[str]:
    data = body if isinstance(body, bytes) else body.encode("ascii")
    fonts = rb"{\fonttbl{\f0\fcharset238 Arial;}{\f1\fcharset204 Arial;}}"
    written(path, rb"{\rtf1\ansi\ansicpg1250" + fonts + rb"\f0 " + data + b"}")
    return [page.words.text() for page in flowing_pages(RtfSource(path, path.name))]


def test_rtf_rows_are_lines_and_bars_are_none(tmp_path: Path) -> None:
    row = r"\trowd\cellx100\cellx200 {}\cell {}\cell\row "
    rows = row.format("kamera", "1.250") + row.format("kabl", "12")
    assert rtf_pages(tmp_path / "a.rtf", rows) == ["kamera 1.250\nkabl 12"]


def test_rtf_headers_footnotes_and_text_boxes_are_read(tmp_path: Path) -> None:
    body = (
        r"{\header Brezovac\par}{\footer Obrazac\par}telo{\footnote napomena}\par"
        r"{\shp{\*\shpinst\shpleft0{\sp{\sn shapeType}{\sv 202}}{\shptxt okvir\par}}}"
    )
    (page,) = rtf_pages(tmp_path / "a.rtf", body)
    assert page.split() == ["Brezovac", "Obrazac", "telo", "napomena", "okvir"]


def test_rtf_of_libreoffice_keeps_its_notes_and_leaves_deletions_out(tmp_path: Path) -> None:
    body = r"{telo}{\super {\*\footnote \chftn napomena}} {\b novo \deleted\revauthdel0 staro} {\deleted0 kraj}\par"
    assert rtf_pages(tmp_path / "a.rtf", body) == ["telo\nnapomena novo kraj"]


@pytest.mark.parametrize("letters", [rb"\'e8 \f1\'f7", rb"\u269? \f1\u1095?", b"\xe8 \\f1\xf7"])
def test_rtf_letters_are_read_in_the_code_page_of_their_font(tmp_path: Path, letters: bytes) -> None:
    assert rtf_pages(tmp_path / "a.rtf", letters) == ["č ч"]


def test_rtf_pages_end_where_their_author_ended_them(tmp_path: Path) -> None:
    assert rtf_pages(tmp_path / "a.rtf", r"jedan\page dva\page") == ["jedan", "dva"]


# Spreadsheets


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "racuni.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Рачуни 2023")
        sheet.write_row(2, 1, ["Dobavljač", "Iznos", "Datum"])
        for row in range(3, 300):
            sheet.write_row(row, 1, [f"vendor-{row}", row * 1000.5])
        sheet.write_datetime(3, 3, datetime.datetime(2023, 3, 12), book.add_format({"num_format": "d.m.yyyy"}))
        sheet.print_area(0, 0, 5, 3)
        book.add_worksheet("Druga").write(0, 0, "dve\nlinije")
        hidden = book.add_worksheet("Tajna")
        hidden.write(0, 0, 7.0)
        hidden.hide()
    return path


def test_every_row_of_every_sheet_is_a_line_under_the_sheet_name(workbook: Path) -> None:
    first, second, hidden = flowing_pages(SpreadsheetSource(workbook, workbook.name))
    lines = first.words.text().splitlines()
    assert lines[:4] == ["Рачуни 2023", "", "Dobavljač Iznos Datum", "vendor-3 3001.5 12.03.2023."]
    assert lines[-1] == "vendor-299 299149.5"
    assert len(lines) == 3 + 297
    assert second.words.text() == "Druga\n\ndve linije"
    assert hidden.words.text() == "Tajna\n\n7"
    assert first.note == "Hidden sheets were read too: Tajna."


def test_the_old_xls_is_read_without_any_program() -> None:
    path = SAMPLES / "racuni.xls"
    first, _ = flowing_pages(SpreadsheetSource(path, path.name))
    assert first.words.text() == "Рачуни\n\nДобављач Износ Датум\nProvid d.o.o. 1250000 12.03.2023."


def test_half_a_workbook_is_damaged(workbook: Path) -> None:
    workbook.write_bytes(workbook.read_bytes()[:3000])
    with pytest.raises(DamagedDocument, match=r"racuni\.xlsx"):
        SpreadsheetSource(workbook, workbook.name)


# Slides


def test_slides_are_pages_with_their_tables_and_notes(tmp_path: Path) -> None:
    path = tmp_path / "plan.pptx"
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "Bezbedan grad"
    table = slide.shapes.add_table(3, 1, Cm(1), Cm(1), Cm(5), Cm(5)).table
    for number in range(3):
        table.cell(number, 0).text = f"red {number}"
    slide.notes_slide.notes_text_frame.text = "beleška"
    presentation.slides.add_slide(presentation.slide_layouts[5]).shapes.title.text = "Kraj"
    presentation.save(str(path))
    source = PptxSource(path, path.name)
    first, second = flowing_pages(source)
    assert first.words.text() == "Bezbedan grad\n\nred 0\n\nred 1\n\nred 2\n\nbeleška"
    assert second.words.text() == "Kraj"
    assert source.layout_obstacle is not None


# HTML and CSV


@pytest.mark.parametrize(
    ("declared", "encoding", "noted"),
    [
        ("windows-1250", "cp1250", None),
        ("utf-8", "utf-8", None),
        ("utf-8", "cp1250", "it declares utf-8, which is wrong"),
        (None, "cp1250", "judged by its letters"),
    ],
)
def test_html_is_read_in_the_encoding_it_is_in(
    tmp_path: Path, declared: str | None, encoding: str, noted: str | None
) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    markup = f"<html><head>{meta}<script>x()</script></head><body>Šta je čuvanje, žalba i đubrivo?</body></html>"
    (page,) = flowing_pages(HtmlSource(written(tmp_path / "a.html", markup.encode(encoding)), "a.html"))
    assert page.words.text() == "Šta je čuvanje, žalba i đubrivo?"
    assert page.note is None if noted is None else noted in str(page.note)


def test_html_rows_are_lines(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>red {n}</td><td>{n}</td></tr>" for n in range(100))
    (page,) = flowing_pages(HtmlSource(written(tmp_path / "a.html", f"<html><table>{rows}</table></html>"), "a.html"))
    assert page.words.text().splitlines() == [f"red {n} {n}" for n in range(100)]


@pytest.mark.parametrize(
    "text",
    [
        "naziv;iznos\nkamera;1.250,00\nkabl;12,40\n",
        'naziv,iznos\nkamera,"1.250,00"\nkabl,"12,40"\n',
        "naziv\tiznos\r\nkamera\t1.250,00\r\nkabl\t12,40\r\n",
    ],
)
def test_cells_of_a_csv_are_words_apart(tmp_path: Path, text: str) -> None:
    (page,) = flowing_pages(SeparatedSource(written(tmp_path / "a.csv", text), "a.csv"))
    assert page.words.text() == "naziv iznos\nkamera 1.250,00\nkabl 12,40"


def test_a_broken_quotation_hides_no_rows(tmp_path: Path) -> None:
    text = 'a;b\n"c;d\ne;f\ng;h\n'
    (page,) = flowing_pages(SeparatedSource(written(tmp_path / "a.csv", text), "a.csv"))
    assert page.words.text() == 'a b\n"c d\ne f\ng h'
