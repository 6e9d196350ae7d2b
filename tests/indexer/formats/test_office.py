"""Office files on both roads: pages laid out by LibreOffice, or flowing text that says why there is no layout."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement

from archive.config import Settings
from archive.model import TextSource
from archive.store.originals.files import ORIGINALS_FOLDER
from indexer.formats import LAYOUTS, office
from indexer.formats.flowing import FlowingSource
from indexer.formats.office import lost_words
from indexer.formats.word import DocxSource
from indexer.images.pages import SandboxedRenderer
from tests.indexer_samples import Read, flowing_pages

SAMPLES = Path(__file__).parent / "samples"

needs_libreoffice = pytest.mark.skipif(office.soffice() is None, reason="LibreOffice is not installed")


@pytest.fixture
def without_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A search path on which there is no LibreOffice."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "ugovor.docx"
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Opština Brezovac"
    table = document.add_table(rows=80, cols=2)
    for number, row in enumerate(table.rows):
        row.cells[0].text, row.cells[1].text = f"stavka-{number}", f"{number}.000,00"
    document.save(str(path))
    return path


@needs_libreoffice
def test_a_layout_has_pages_boxes_and_every_row(contract: Path, read: Read) -> None:
    pages = read(contract, ocr="never")
    assert len(pages) > 1
    assert all(page.width > 500 and page.source is TextSource.TEXT and len(page.words.boxes) for page in pages)
    words = [word for page in pages for word in page.words.texts]
    assert [word for word in words if word.startswith("stavka-")] == [f"stavka-{number}" for number in range(80)]
    assert pages[0].reason is not None
    assert "laid out by LibreOffice" in pages[0].reason


@needs_libreoffice
def test_an_old_doc_has_its_header_footer_and_table(read: Read) -> None:
    (page,) = read(SAMPLES / "ugovor.doc")
    assert {"Брезовац", "Образац", "1.250.000,00", "12.400,00", "meseci."} <= set(page.words.texts)


@needs_libreoffice
def test_a_page_is_drawn_from_the_layout_that_was_kept(contract: Path, tmp_path: Path) -> None:
    """Drawing needs no second layout: it finds the one that reading left, by the SHA-256 of the original."""
    (tmp_path / ORIGINALS_FOLDER).mkdir()  # Where there is a sandbox, it shows no other files.
    contract = contract.rename(tmp_path / ORIGINALS_FOLDER / contract.name)
    place = office.place_of(contract, tmp_path / "cache" / LAYOUTS)
    laid_out = office.lay_out(contract, ".docx", contract.name, tmp_path)
    laid_out.keep(place)
    laid_out.close()
    kept = place.stat().st_mtime_ns
    renderer = SandboxedRenderer(Settings.load(tmp_path), tmp_path / "cache")
    try:
        image = renderer.render(
            contract, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", 2, 300
        )
    finally:
        renderer.close()
    assert image.startswith((b"RIFF", b"\x89PNG"))
    assert place.stat().st_mtime_ns == kept


@needs_libreoffice
def test_a_document_with_tracked_changes_is_not_laid_out(contract: Path, read: Read) -> None:
    """A layout would show as text what the author has deleted."""
    document = docx.Document(str(contract))
    deletion, run, text = OxmlElement("w:del"), OxmlElement("w:r"), OxmlElement("w:delText")
    text.text = "obrisano"
    run.append(text)
    deletion.append(run)
    document.add_paragraph("ostaje")._p.append(deletion)
    document.save(str(contract))
    (page,) = read(contract)
    assert page.reason is not None
    assert "tracked changes" in page.reason
    assert "obrisano" not in page.words.texts


@needs_libreoffice
def test_a_program_that_takes_too_long_is_ended(contract: Path) -> None:
    source = office.OfficeReader(".docx", DocxSource, seconds=0.05)(contract, contract.name)
    assert isinstance(source, FlowingSource)
    (page,) = flowing_pages(source)
    assert page.reason is not None
    assert "took more than" in page.reason
    assert "stavka-79" in page.words.texts


@pytest.mark.usefixtures("without_programs")
def test_without_libreoffice_the_text_flows_and_says_so(contract: Path, read: Read) -> None:
    (page,) = read(contract)
    assert page.reason == "Read as flowing text, because LibreOffice is not installed."
    assert sum(word.startswith("stavka-") for word in page.words.texts) == 80


@pytest.mark.parametrize(
    ("text", "on_layout", "lost"),
    [
        ("jedan dva", "jedan dva tri", []),
        ("naručilac", "naru-\nčilac", []),
        ("UGOVOR", "Ugovor", []),
        ("strana 3", "strana 12", []),
        ("cena 1.250 — cena 1.250", "cena — cena 1.250", ["1250"]),
        ("red red red", "red red", ["red"]),
    ],
)
def test_a_lost_word_is_missed_and_a_broken_one_is_not(text: str, on_layout: str, lost: list[str]) -> None:
    assert lost_words(text, on_layout) == lost
