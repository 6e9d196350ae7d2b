"""EPUB: chapters in the order of the spine, and nothing of a hostile package believed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from archive.errors import DamagedDocument, EncryptedDocument, TooLarge
from indexer.formats import media_types, open_source
from indexer.formats.flowing import FlowingSource
from indexer.formats.sniffing import media_type_of
from indexer.formats.source import ReadContext
from indexer.ocr.engine import NullOcr
from tests.epub_sample import epub

CONTEXT = ReadContext(NullOcr(), "never", 200, 100, 10**6)
CHAPTERS = {"uvod.xhtml": "<body><p>Uvod o nabavkama</p></body>", "drugi deo.xhtml": "<body><p>Kamere</p></body>"}


def opened(path: Path, data: bytes) -> FlowingSource:
    path.write_bytes(data)
    assert media_type_of(path, "x") == media_types.EPUB
    source = open_source(media_types.EPUB, path, path.name)
    assert isinstance(source, FlowingSource)
    return source


def test_a_chapter_is_a_page_in_the_order_of_the_spine(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.epub", epub(CHAPTERS))
    assert source.page_count == 2
    assert [source.read(number, CONTEXT).words.text() for number in (1, 2)] == ["Uvod o nabavkama", "Kamere"]


def test_a_table_keeps_its_cells_and_a_page_without_words_is_none(tmp_path: Path) -> None:
    table = "<body><table><tr><td>Kamera</td><td>11</td></tr></table></body>"
    source = opened(tmp_path / "a.epub", epub({"a.xhtml": table, "slika.xhtml": "<body><img src='a.png'/></body>"}))
    assert source.page_count == 1
    assert any(source.read(1, CONTEXT).words.cells)


def test_a_missing_chapter_is_told(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.epub", epub(CHAPTERS, missing=("../../etc/passwd",)))
    assert source.read(1, CONTEXT).note == "1 of its chapters are missing in the file."


def test_a_book_that_its_shop_encrypted_says_so(tmp_path: Path) -> None:
    with pytest.raises(EncryptedDocument, match="digital rights management"):
        opened(tmp_path / "a.epub", epub(CHAPTERS, {"META-INF/rights.xml": b"<rights/>"}))


def test_hostile_books_are_refused(tmp_path: Path) -> None:
    whole = epub(CHAPTERS)
    with pytest.raises(DamagedDocument, match="without text"):
        opened(tmp_path / "a.epub", epub({"a.xhtml": "<body/>"}))
    with pytest.raises(TooLarge, match="would unpack"):
        opened(tmp_path / "b.epub", epub(CHAPTERS, {f"OEBPS/{n}.css": bytes(65 << 20) for n in range(8)}))
    cut = tmp_path / "c.epub"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedDocument, match="package"):
        open_source(media_type_of(cut, cut.name), cut, cut.name)
    with pytest.raises(DamagedDocument, match="without text"):
        opened(tmp_path / "d.epub", epub({}))
    with pytest.raises(TooLarge, match="10001 chapters; the limit is 10000"):
        opened(tmp_path / "f.epub", epub({}, missing=tuple(f"{number}.xhtml" for number in range(10_001))))
    with zipfile.ZipFile(tmp_path / "e.epub", "w") as package:
        package.writestr("META-INF/container.xml", "<container/>")
    with pytest.raises(DamagedDocument, match="does not say where its list of chapters is"):
        open_source(media_types.EPUB, tmp_path / "e.epub", "e.epub")
