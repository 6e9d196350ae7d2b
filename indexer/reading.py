"""What a reading process does with one document: pages, their language, and the facts on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from archive.config import Settings
from archive.model import Fact, Page, Reading, TextSource
from archive.words import Words
from indexer.facts import extract
from indexer.formats import read_document
from indexer.formats.source import OcrMode, ReadContext, ReadDocument
from indexer.language import detect, document_language
from indexer.ocr.engine import NullOcr, OcrEngine
from indexer.ocr.models import find_tessdata


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A document to read: its SHA-256, where its bytes are kept, and the name it came under."""

    document: str
    original: Path
    filename: str


@dataclass(frozen=True, slots=True)
class PageRead:
    """The words of the next page. ``of`` is the number of pages of the document."""

    words: Words
    of: int


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """What there is to say of a document when all of its pages have been read."""

    media_type: str
    reading: Reading
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """How documents are read; called in each reading process, it gives the work to be done there."""

    ocr_mode: OcrMode
    ocr_languages: str
    tessdata: Path | None
    ocr_dpi: int
    max_pages: int
    max_page_pixels: int

    @classmethod
    def of(cls, settings: Settings, ocr_mode: OcrMode) -> Reader:
        """The reader that the settings describe.

        :raises archive.errors.UsageError: OCR is wanted and its language data are not there.
        """
        languages = settings.text("ocr_languages")
        return cls(
            ocr_mode=ocr_mode,
            ocr_languages=languages,
            tessdata=None if ocr_mode == "never" else find_tessdata(languages, settings.text("tessdata")),
            ocr_dpi=settings.number("ocr_dpi"),
            max_pages=settings.number("max_pages"),
            max_page_pixels=settings.number("max_page_pixels"),
        )

    def __call__(self) -> Callable[[ReadJob], Iterator[PageRead | DocumentRead]]:
        """Load the OCR engine and return the work."""
        context = ReadContext(self._engine(), self.ocr_mode, self.ocr_dpi, self.max_pages, self.max_page_pixels)

        def work(job: ReadJob) -> Iterator[PageRead | DocumentRead]:
            return _read(job, context)

        return work

    def _engine(self) -> OcrEngine:
        if self.tessdata is None:
            return NullOcr()
        # Several documents are read at once, one core each. libgomp looks at this once, when Tesseract is loaded.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        from indexer.ocr.tesseract import TesseractOcr  # noqa: PLC0415 - see the line above

        return TesseractOcr(self.ocr_languages, self.tessdata)


@dataclass(slots=True)
class _Pages:
    """The pages read so far."""

    pages: list[Page] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    word_count: int = 0


def _read(job: ReadJob, context: ReadContext) -> Iterator[PageRead | DocumentRead]:
    document = read_document(job.original, job.filename, context)
    read = _Pages()
    for page in document.pages:
        read.pages.append(
            Page(
                number=len(read.pages) + 1,
                first_word=read.word_count,
                word_count=len(page.words),
                width=page.width,
                height=page.height,
                source=page.source,
                confidence=page.confidence,
                language=detect(page.words.text()),
                note=page.note,
            )
        )
        read.words.append(page.words)
        read.word_count += len(page.words)
        yield PageRead(page.words, document.page_count)
    reading = Reading(
        document=job.document,
        number=1,
        created_at=datetime.now(UTC),
        agent=_agent(document, read.pages, context),
        language=document_language([(page.language, page.word_count) for page in read.pages]),
        pages=tuple(read.pages),
    )
    yield DocumentRead(document.media_type, reading, extract(job.document, reading, read.words, job.filename))


def _agent(document: ReadDocument, pages: Sequence[Page], context: ReadContext) -> dict[str, str]:
    """What made a reading. The engine is named only if it read a page."""
    agent = {"dosije": _own_version(), **document.agent}
    if any(page.source is TextSource.OCR for page in pages):
        agent |= {**context.ocr.agent, "ocr_dpi": str(context.ocr_dpi)}
    return agent


def _own_version() -> str:
    try:
        return version("dosije")
    except PackageNotFoundError:
        return "not installed"
