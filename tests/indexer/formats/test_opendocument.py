"""OpenDocument without a layout: everything a reader of the document sees, in order."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from archive.errors import DamagedDocument, EncryptedDocument
from archive.model.words import CellMark, CellStep
from indexer.formats.opendocument import OpenDocumentSource
from indexer.formats.sniffing import media_type_of
from tests.indexer_samples import flowing_pages

NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in [
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("style", "style"),
        ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
        ("manifest", "manifest"),
    ]
)


def save(path: Path, body: str, styles: str = "", kind: str = "text", manifest: str = "") -> Path:
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    root = f"<office:document {NAMESPACES}>"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", media_type)
        package.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest {NAMESPACES}><manifest:file-entry manifest:media-type="{media_type}"/>{manifest}'
            "</manifest:manifest>",
        )
        package.writestr("content.xml", f"{root}{styles}<office:body>{body}</office:body></office:document>")
        margins = (
            "<office:master-styles><style:master-page><style:header><text:p>Opština Brezovac</text:p></style:header>"
            "<style:footer><text:p>Obrazac 1</text:p></style:footer></style:master-page></office:master-styles>"
        )
        package.writestr("styles.xml", f"{root}{margins}</office:document>")
    return path


def texts(path: Path) -> list[str]:
    return [page.words.text() for page in flowing_pages(OpenDocumentSource(path, path.name))]


def test_text_tables_notes_and_margins_are_read_in_order(tmp_path: Path) -> None:
    rows = "".join(
        f"<table:table-row><table:table-cell><text:p>stavka {n}</text:p></table:table-cell></table:table-row>"
        for n in range(3)
    )
    path = save(
        tmp_path / "a.odt",
        f"<text:p>Uvod<text:tab/>i<text:s/>cena<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        f"<text:p>napomena</text:p></text:note-body></text:note></text:p><table:table>{rows}</table:table>",
    )
    assert texts(path) == [
        "Opština Brezovac\n\nUvod i cena\n\nnapomena\n\nstavka 0\n\nstavka 1\n\nstavka 2\n\nObrazac 1"
    ]


def test_tables_tell_their_cells(tmp_path: Path) -> None:
    row, cell, two = "table:table-row", "table:table-cell", '="2"'
    inner = f"<table:table><{row}><{cell}><text:p>tri</text:p></{cell}></{row}></table:table>"
    path = save(
        tmp_path / "a.odt",
        f"<text:p>pre</text:p><table:table><{row}>"
        f"<{cell} table:number-columns-spanned{two}><text:p>jedan</text:p><text:p>dva</text:p></{cell}>"
        f"<table:covered-table-cell/><{cell}>{inner}</{cell}></{row}><{row}>"
        f"<{cell} table:number-columns-repeated{two}/><{cell}><text:p>pet</text:p></{cell}>"
        f"</{row}></table:table><text:p>posle</text:p>",
    )
    (page,) = flowing_pages(OpenDocumentSource(path, "a.odt"))
    marks = [CellMark.of(number) if number else None for number in page.words.cells]
    first = page.words.texts.index("pre")
    assert page.words.texts[first : first + 6] == ("pre", "jedan", "dva", "tri", "pet", "posle")
    assert marks[first : first + 6] == [
        None,
        CellMark(CellStep.TABLE, 0, 2),
        None,
        CellMark(CellStep.CELL, 2),
        CellMark(CellStep.ROW, 2),
        CellMark(CellStep.TEXT),
    ]


def test_words_split_over_spans_are_whole(tmp_path: Path) -> None:
    path = save(tmp_path / "a.odt", "<text:p>Bre<text:span>zo</text:span>vac</text:p>")
    assert "\n\nBrezovac\n\n" in texts(path)[0]


def test_a_break_before_a_paragraph_begins_a_page(tmp_path: Path) -> None:
    styles = (
        '<office:automatic-styles><style:style style:name="P1"><style:paragraph-properties fo:break-before="page"/>'
        "</style:style></office:automatic-styles>"
    )
    path = save(tmp_path / "a.odt", '<text:p>jedan</text:p><text:p text:style-name="P1">dva</text:p>', styles)
    assert texts(path) == ["Opština Brezovac\n\njedan", "dva\n\nObrazac 1"]


def test_a_slide_is_a_page(tmp_path: Path) -> None:
    slide = "<draw:page><draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></draw:page>"
    path = save(tmp_path / "a.odp", slide.format("jedan") + slide.format("dva"), kind="presentation")
    assert texts(path) == ["Opština Brezovac", "jedan", "dva\n\nObrazac 1"]


def test_deleted_text_is_not_read_and_stands_in_the_way_of_a_layout(tmp_path: Path) -> None:
    deleted = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>sto</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    path = save(tmp_path / "a.odt", f"{deleted}<text:p>dvesta</text:p>")
    source = OpenDocumentSource(path, path.name)
    assert "sto" not in flowing_pages(source)[0].words.texts
    assert source.layout_obstacle


def test_an_entity_does_not_fetch_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("tajna", encoding="utf-8")
    path = tmp_path / "a.odt"
    save(tmp_path / "whole.odt", "<text:p>pre&amp;posle</text:p>")
    with zipfile.ZipFile(tmp_path / "whole.odt") as whole, zipfile.ZipFile(path, "w") as package:
        for name in whole.namelist():
            data = whole.read(name).decode()
            if name == "content.xml":
                data = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + data.replace("&amp;", "&x;")
            package.writestr(name, data)
    assert "tajna" not in texts(path)[0]


@pytest.mark.parametrize(
    ("kind", "expected"), [("text", "text"), ("text-template", "text"), ("presentation", "presentation")]
)
def test_the_manifest_tells_the_kind_and_not_the_name(tmp_path: Path, kind: str, expected: str) -> None:
    path = save(tmp_path / "a.docx", "", kind=kind)
    assert media_type_of(path, path.name) == f"application/vnd.oasis.opendocument.{expected}"


def test_a_document_with_a_password_is_encrypted(tmp_path: Path) -> None:
    path = save(tmp_path / "a.odt", "", manifest="<manifest:encryption-data/>")
    with pytest.raises(EncryptedDocument, match=r"a\.odt"):
        OpenDocumentSource(path, path.name)


def test_a_broken_document_is_damaged(tmp_path: Path) -> None:
    path = save(tmp_path / "a.odt", "<text:p>")
    with pytest.raises(DamagedDocument, match=r"a\.odt"):
        OpenDocumentSource(path, path.name)
