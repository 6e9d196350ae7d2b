"""What the indexer's tests share: how to read a file, and a real OCR engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.formats import read_document
from indexer.formats.source import OcrMode, ReadContext, ReadPage
from indexer.ocr.engine import NullOcr, OcrEngine, find_tessdata
from indexer.ocr.tesseract import TesseractOcr
from tests.indexer_samples import Read

LANGUAGES = "srp+srp_latn+eng"


@pytest.fixture(scope="session")
def tesseract() -> TesseractOcr:
    """One engine for all tests of a run: loading its models takes longer than reading a small page."""
    return TesseractOcr(LANGUAGES, find_tessdata(LANGUAGES))


@pytest.fixture
def read(request: pytest.FixtureRequest) -> Read:
    """Read the pages of a file. The OCR engine is loaded only where a test asks for OCR."""

    def pages(
        path: Path, ocr: OcrMode = "never", max_pages: int = 100, max_page_pixels: int = 40_000_000
    ) -> list[ReadPage]:
        engine: OcrEngine = NullOcr() if ocr == "never" else request.getfixturevalue("tesseract")
        context = ReadContext(engine, ocr, 200, max_pages, max_page_pixels)
        return list(read_document(path, path.name, context).pages)

    return pages
