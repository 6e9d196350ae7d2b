"""Tesseract: found or missed clearly, and calm about images with nothing on them."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from archive.errors import UsageError
from archive.model.words import Break
from benchmarks.ocr_pages import KnownPage, draw, errors, worsen
from indexer.ocr.engine import NullOcr, OcrFailed, find_tessdata
from indexer.ocr.tesseract import TesseractOcr
from tests.conftest import SPECIMENS
from tests.indexer_samples import LETTER, letter_pdf, scan


def test_missing_language_data_name_the_packages_that_bring_them(tmp_path: Path) -> None:
    (tmp_path / "eng.traineddata").touch()
    (tmp_path / "osd.traineddata").touch()
    with pytest.raises(UsageError, match="srp, srp_latn") as refused:
        find_tessdata("srp+srp_latn+eng", str(tmp_path))
    assert refused.value.remedy is not None
    assert "tesseract-ocr-srp tesseract-ocr-srp-latn" in refused.value.remedy
    assert "--ocr never" in refused.value.remedy


def test_tessdata_prefix_is_looked_at_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("eng", "osd"):
        (tmp_path / f"{name}.traineddata").touch()
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert find_tessdata("eng") == tmp_path
    assert find_tessdata("srp") != tmp_path


@pytest.mark.parametrize("size", [(1654, 2339), (5, 5), (1, 1), (3000, 2)])
@pytest.mark.parametrize("shade", [0, 255])
def test_an_image_without_letters_has_no_words(tesseract: TesseractOcr, size: tuple[int, int], shade: int) -> None:
    result = tesseract.read(Image.new("L", size, shade), 200)
    assert (len(result.words), result.confidence) == (0, None)


def test_a_single_word_is_read_although_it_tells_no_orientation(tesseract: TesseractOcr) -> None:
    image = Image.new("L", (1200, 600), 255)
    ImageDraw.Draw(image).text((300, 200), "Hello", font=ImageFont.load_default(60), fill=0)
    assert tesseract.read(image, 200).words.texts == ("Hello",)


def test_lines_and_confidences_are_kept(tesseract: TesseractOcr) -> None:
    result = tesseract.read(scan(letter_pdf()), 200)
    lines = [text.split() for text in result.words.text().split("\n") if text]
    assert [" ".join(line) for line in lines] == LETTER
    assert result.words.breaks[0] == Break.BLOCK
    sure = [result.words.confidence(index) for index in range(len(result.words))]
    assert all(value is not None and 0 <= value <= 100 for value in sure)
    assert result.confidence == pytest.approx(sum(value or 0 for value in sure) / len(sure))


def test_a_grainy_page_on_uneven_ground_is_read_by_the_threshold_that_makes_out_more(tesseract: TesseractOcr) -> None:
    """By the local threshold alone, the error rate of this page is 0.9 %."""
    path = SPECIMENS / "becej-2020-ugovor.pdf"
    with pymupdf.open(path) as document:
        page = KnownPage(path, 1, "Latn", (document[0].get_text(),))
    read = tesseract.read(worsen(draw(page), "bad", page.name), 200)
    assert errors(page.texts, read.words.text()).rate < 0.7
    assert "its grain filtered out" in read.reason


def test_one_page_leaves_nothing_behind_for_the_next(tesseract: TesseractOcr) -> None:
    first = tesseract.read(scan(letter_pdf()), 200)
    tesseract.read(Image.new("L", (1654, 2339), 255), 200)
    assert tesseract.read(scan(letter_pdf()), 200) == first


def test_an_engine_that_is_off_never_reads() -> None:
    assert not NullOcr().is_on
    with pytest.raises(OcrFailed):
        NullOcr().read(Image.new("L", (10, 10)), 200)


def test_a_page_is_read_alike_after_any_other(tesseract: TesseractOcr) -> None:
    page, shaded = scan(letter_pdf()).filter(ImageFilter.GaussianBlur(1)), scan(letter_pdf())
    shaded.paste(shaded.point(lambda value: min(value, 200)).crop((100, 100, 900, 300)), (100, 100))
    alone = tesseract.read(page, 200)
    tesseract.read(shaded, 200)
    assert tesseract.read(page, 200) == alone
