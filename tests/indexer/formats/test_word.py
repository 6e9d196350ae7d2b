"""DOCX without a layout: everything a reader of the document sees, in order."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_BREAK
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from archive.errors import DamagedDocument, TooLarge
from archive.model.words import Break
from indexer.formats.packages import MAX_UNPACKED
from indexer.formats.word import DocxSource
from tests.indexer_samples import Read, flowing_pages


@pytest.fixture
def read() -> Read:
    """Read on the road without LibreOffice, whether or not it is installed."""
    return lambda path: flowing_pages(DocxSource(path, path.name))


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


def test_notes_are_read_at_the_end(path: Path, read: Read) -> None:
    """Footnotes and endnotes are parts of their own, which python-docx has no words for."""
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = docx.Document()
    document.add_paragraph("telo")
    for kind in ("footnote", "endnote"):
        xml = f"<w:{kind}s {namespace}><w:{kind}><w:p><w:r><w:t>{kind}</w:t></w:r></w:p></w:{kind}></w:{kind}s>"
        part = Part(PackURI(f"/word/{kind}s.xml"), "application/xml", xml.encode(), document.part.package)
        document.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s")
    document.save(str(path))
    assert read(path)[0].words.texts == ("telo", "footnote", "endnote")


def test_an_entity_bomb_is_refused_before_it_goes_off(path: Path, read: Read, tmp_path: Path) -> None:
    """A thousand million laughs, declared in ten lines."""
    document = docx.Document()
    document.add_paragraph("LAUGH")
    whole = tmp_path / "whole.docx"
    document.save(str(whole))
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE w:document [<!ENTITY a0 "laugh">{entities}]>'
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                data = data.replace(b"?>", b"?>" + bomb.encode(), 1).replace(b"LAUGH", b"before&a9;after")
            target.writestr(name, data)
    with pytest.raises(DamagedDocument, match="entity"):
        read(path)


def test_a_package_that_would_unpack_to_too_much_is_refused(path: Path, read: Read) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package, package.open("word/document.xml", "w") as part:
        for _ in range(MAX_UNPACKED // (1 << 24) + 1):
            part.write(bytes(1 << 24))
    with pytest.raises(TooLarge, match="512 MB"):
        read(path)


def test_nesting_too_deep_to_be_true_is_damage(path: Path, read: Read) -> None:
    document = docx.Document()
    inner = document.element.body
    for _ in range(1500):
        outer, inner = inner, OxmlElement("w:sdt")
        outer.append(inner)
    document.save(str(path))
    with pytest.raises(DamagedDocument):
        read(path)


RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize(
    ("relationship", "target", "lacks_text"),
    [("image", "../NULL", False), ("image", "NULL", False), ("image", "/word/media/image9.png", False),
     ("theme", "theme/theme9.xml", False), ("footnotes", "footnotes.xml", True), ("header", "header9.xml", True)],
)  # fmt: skip
def test_a_link_to_a_part_that_is_not_there_takes_no_text_away(
    path: Path, read: Read, relationship: str, target: str, lacks_text: bool
) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Opština"
    document.add_paragraph("Cena je 1.250.000,00 dinara.")
    document.save(str(path))
    whole = read(path)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    links, end = "word/_rels/document.xml.rels", b"</Relationships>"
    link = f'<Relationship Id="rId99" Type="{RELATIONSHIPS}/{relationship}" Target="{target}"/>'
    parts[links] = parts[links].replace(end, link.encode() + end)
    with zipfile.ZipFile(path, "w") as package:
        for name, blob in parts.items():
            package.writestr(name, blob)
    if lacks_text:
        with pytest.raises(DamagedDocument, match=target):
            read(path)
    else:
        assert read(path) == whole


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
    with pytest.raises(DamagedDocument, match=r"ugovor\.docx cannot be opened"):
        read(path)
