"""The cache of OCR results: the same image with the same settings is read once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from archive.model import Box
from archive.model.words import Word, Words
from indexer.ocr.engine import CachedOcr, OcrResult

RESULT = OcrResult(Words.of([Word("Одлука", Box(0.1, 0.2, 0.3, 0.25), 93)]), 93.0, "Cyrl", "Read by OCR as Cyrillic.")


class Counting:
    """An engine that finds one word on everything, and counts how often it is asked."""

    is_on = True

    def __init__(self, **agent: str) -> None:
        self.agent: Mapping[str, str] = agent
        self.asked = 0

    def read(self, image: Image.Image, dpi: int) -> OcrResult:
        self.asked += 1
        return RESULT


def page(shade: int = 255) -> Image.Image:
    return Image.new("L", (30, 20), shade)


def test_an_image_is_read_once(tmp_path: Path) -> None:
    engine = Counting()
    assert [CachedOcr(engine, tmp_path / "ocr").read(page(), 200) for _ in range(3)] == [RESULT] * 3
    assert engine.asked == 1


def test_another_image_resolution_or_setting_is_read_anew(tmp_path: Path) -> None:
    engine, other = Counting(languages="srp"), Counting(languages="srp+eng")
    CachedOcr(engine, tmp_path).read(page(), 200)
    CachedOcr(engine, tmp_path).read(page(254), 200)
    CachedOcr(engine, tmp_path).read(page(), 201)
    CachedOcr(engine, tmp_path).read(page().transpose(Image.Transpose.ROTATE_90), 200)
    CachedOcr(other, tmp_path).read(page(), 200)
    assert (engine.asked, other.asked) == (4, 1)


def test_a_damaged_result_is_replaced(tmp_path: Path) -> None:
    engine = Counting()
    CachedOcr(engine, tmp_path).read(page(), 200)
    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-3])
    assert CachedOcr(engine, tmp_path).read(page(), 200) == RESULT
    assert engine.asked == 2
    assert kept.read_bytes() == whole


def test_a_page_is_read_although_its_result_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "ocr").write_text("a file where the folder should be")
    assert CachedOcr(Counting(), tmp_path / "ocr").read(page(), 200) == RESULT
