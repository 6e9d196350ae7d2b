"""DOCX: everything a reader of the document sees, in order."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from archive.errors import DamagedDocument
from archive.words import Break
from tests.indexer_samples import Read


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ugovor.docx"


def test_paragraphs_and_tables_come_in_reading_order(path: Path, read: Read) -> None:
    document = docx.Document()
    document.add_paragraph("Ugovor o nabavci\tkamera")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (*table.rows[0].cells, *table.rows[1].cells), ("Cena", "Rok", "1.200", "30 dana"), strict=True
    ):
        cell.text = text
    document.add_paragraph("Potpisi")
    document.save(str(path))
    (page,) = read(path)
    assert page.words.text() == "Ugovor o nabavci kamera\n\nCena\n\nRok\n\n1.200\n\n30 dana\n\nPotpisi"
    assert page.words.breaks[1] == Break.SPACE


def test_a_merged_cell_is_read_once(path: Path, read: Read) -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "Ukupno"
    document.save(str(path))
    assert read(path)[0].words.texts == ("Ukupno",)


def test_page_breaks_of_every_kind_make_pages(path: Path, read: Read) -> None:
    document = docx.Document()
    document.add_paragraph("jedan").add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("dva")
    document.add_paragraph("tri").paragraph_format.page_break_before = True
    document.add_section(WD_SECTION.NEW_PAGE)
    document.add_paragraph("četiri")
    document.add_section(WD_SECTION.CONTINUOUS)
    document.add_paragraph("i dalje četiri")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.save(str(path))
    texts = [page.words.text() for page in read(path)]
    assert texts == ["jedan", "dva", "tri", "četiri\n\ni dalje četiri"]


def test_headers_and_footers_stand_around_their_section(path: Path, read: Read) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Opština Brezovac"
    document.sections[0].footer.paragraphs[0].text = "Obrazac 1"
    document.add_paragraph("Prvi deo")
    document.add_section(WD_SECTION.NEW_PAGE)
    document.add_paragraph("Drugi deo")
    document.save(str(path))
    texts = [page.words.text() for page in read(path)]
    assert texts == ["Opština Brezovac\n\nPrvi deo\n\nObrazac 1", "Drugi deo"]


def test_deleted_text_is_not_read_and_inserted_text_is(path: Path, read: Read) -> None:
    """Tracked changes: what a reader sees is the text with insertions, without deletions."""
    document = docx.Document()
    paragraph = document.add_paragraph("iznosi ")
    for tag, text_tag, text in (("w:del", "w:delText", "sto"), ("w:ins", "w:t", "dvesta")):
        change, run, content = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        content.text = text
        run.append(content)
        change.append(run)
        paragraph._p.append(change)
    document.save(str(path))
    assert read(path)[0].words.texts == ("iznosi", "dvesta")


def test_words_split_over_runs_are_whole(path: Path, read: Read) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for piece in ("Bre", "zo", "vac"):
        paragraph.add_run(piece).bold = True
    document.save(str(path))
    assert read(path)[0].words.texts == ("Brezovac",)


def test_a_text_box_is_read_once(path: Path, read: Read) -> None:
    """Word stores a text box twice, once for old versions."""
    document = docx.Document()
    run = document.add_paragraph("pre").add_run()._r
    compatibility = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
    alternatives = run.makeelement(f"{compatibility}AlternateContent", {})
    for branch in ("Choice", "Fallback"):
        box = alternatives.makeelement(f"{compatibility}{branch}", {})
        paragraph, inner, text = OxmlElement("w:p"), OxmlElement("w:r"), OxmlElement("w:t")
        text.text = "OKVIR"
        inner.append(text)
        paragraph.append(inner)
        box.append(paragraph)
        alternatives.append(box)
    run.append(alternatives)
    document.save(str(path))
    assert read(path)[0].words.texts == ("pre", "OKVIR")


def test_a_soft_page_number_field_is_no_page_break(path: Path, read: Read) -> None:
    """Word notes where its last layout broke pages. Another printer breaks them elsewhere, so those are no pages."""
    document = docx.Document()
    run = document.add_paragraph("jedna strana").add_run()
    run._r.append(OxmlElement("w:lastRenderedPageBreak"))
    document.save(str(path))
    assert len(read(path)) == 1


@pytest.mark.parametrize("part", ["half", "no body"])
def test_a_broken_package_is_damaged(path: Path, read: Read, part: str) -> None:
    document = docx.Document()
    document.add_paragraph("tekst")
    if part == "no body":
        body = document.element.find(qn("w:body"))
        document.element.remove(body)
    document.save(str(path))
    if part == "half":
        path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DamagedDocument, match=r"ugovor\.docx .*Word"):
        read(path)
