"""What a reading process does with one document: pages, their language, and the facts on them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import ClassVar

from archive.config import Settings
from archive.confinement import Confinement
from archive.errors import TooLarge
from archive.model import Page, Reading, TextSource
from archive.places import without_folders
from archive.store.originals import LOCAL_FOLDERS
from archive.text.scripts import script_of
from archive.words import Words
from indexer.answers import Answer
from indexer.facts.watch.watchlist import Watchlist
from indexer.formats import read_document
from indexer.formats.container import Container
from indexer.formats.layout import LAYOUTS
from indexer.formats.scan import NOTHING
from indexer.formats.source import OcrMode, ReadContext, ReadDocument, ReadPage
from indexer.language import detect, document_language
from indexer.ocr.cache import CachedOcr
from indexer.ocr.engine import NullOcr, OcrEngine
from indexer.ocr.models import find_tessdata
from indexer.reading_parts import DocumentRead, PageRead, ReadJob
from indexer.rules import Extraction, apply_rules
from indexer.unpacking import Unpacked, unpack
from indexer.warming import load_word_lists, warm_up

Found = PageRead | DocumentRead | Unpacked

_WITHOUT_LAYERS = (".txt", ".csv", ".html", ".eml", ".zip")
"""What files are called that hardly have pages to be seen. One that is called so wrongly takes longer, no more."""

__all__ = ["DocumentRead", "PageRead", "ReadJob", "Reader"]


@dataclass(frozen=True, slots=True)
class Reader:
    """How documents are read; called in each reading process, it gives the work to be done there.

    OCR results and the layouts of office files are kept in the folder ``cache``, and not at all if it is None. Without
    a ``watchlist``, the shipped one is taken.
    """

    parts: ClassVar[tuple[type, ...]] = (PageRead, DocumentRead, Unpacked)

    ocr_mode: OcrMode
    ocr_languages: str
    tessdata: Path | None
    ocr_dpi: int
    max_pages: int
    max_page_pixels: int
    max_page_words: int
    max_words: int
    cache: Path | None = None
    passwords: tuple[str, ...] = field(default=(), repr=False)
    watchlist: Watchlist = field(default_factory=Watchlist.shipped, repr=False)

    @classmethod
    def of(
        cls,
        settings: Settings,
        ocr_mode: OcrMode,
        cache: Path | None = None,
        passwords: Sequence[str] = (),
        watchlist: Watchlist | None = None,
    ) -> Reader:
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
            max_page_words=settings.number("max_page_words"),
            max_words=settings.number("max_words"),
            cache=cache,
            passwords=tuple(passwords),
            watchlist=watchlist or Watchlist.shipped(),
        )

    def __call__(self) -> Callable[[ReadJob], Iterator[Found]]:
        """Load the OCR engine and return the work."""
        context = ReadContext(
            self._engine(),
            self.ocr_mode,
            self.ocr_dpi,
            self.max_pages,
            self.max_page_pixels,
            self.passwords,
            layouts=None if self.cache is None else self.cache / LAYOUTS,
        )
        warm_up(self.watchlist)
        _own_version()

        def work(job: ReadJob) -> Iterator[Found]:
            return _read(job, context, self)

        return work

    def confinement(self, settings: Settings, home: Path, *writable: Path) -> Confinement:
        """How processes that read originals of the archive at ``home`` are shut in. They write to its caches."""
        caches = () if self.cache is None else (self.cache / "ocr", self.cache / LAYOUTS)
        models = () if self.tessdata is None else (self.tessdata,)
        originals = (home / folder for folder in LOCAL_FOLDERS)
        return Confinement.of(settings, (*originals, *models), (*caches, *writable), home)

    def prepare(self, job: ReadJob) -> None:
        """Load the word lists for the first document that may have pages to be judged by them."""
        if not job.filename.lower().endswith(_WITHOUT_LAYERS):
            load_word_lists()

    def check(self, job: ReadJob) -> Callable[[Found], Found]:
        """What looks at each part of an answer, in the parent."""
        return Answer(job, self.max_pages, self.max_words).take

    def _engine(self) -> OcrEngine:
        if self.tessdata is None:
            return NullOcr()
        # Several documents are read at once, one core each. libgomp looks at this once, when Tesseract is loaded.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        from indexer.ocr.tesseract import TesseractOcr  # noqa: PLC0415 - see the line above

        engine = TesseractOcr(self.ocr_languages, self.tessdata)
        return engine if self.cache is None else CachedOcr(engine, self.cache / "ocr")


@dataclass(slots=True)
class _Pages:
    """The pages read so far."""

    pages: list[Page] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    word_count: int = 0


def _read(job: ReadJob, context: ReadContext, reader: Reader) -> Iterator[Found]:
    document = read_document(job.original, job.filename, context)
    container = document.source if isinstance(document.source, Container) else None
    is_listing = container is not None and container.is_listing
    read = _Pages()
    for page in map(partial(_within, limit=reader.max_page_words), document.pages):
        if read.word_count + len(page.words) > reader.max_words:
            raise TooLarge(
                "%(filename)s has more than %(most)s words.",
                "Split it, or raise the setting max_words.",
                filename=job.filename,
                most=reader.max_words,
            )
        read.pages.append(
            Page(
                number=len(read.pages) + 1,
                first_word=read.word_count,
                word_count=len(page.words),
                width=page.width,
                height=page.height,
                source=page.source,
                confidence=page.confidence,
                language=None if is_listing else detect(page.words.text()),
                script=page.script or script_of(page.words.text()),
                reason=page.reason and without_folders(page.reason),
                note=page.note and without_folders(page.note),
            )
        )
        read.words.append(page.words)
        read.word_count += len(page.words)
        yield PageRead(page.words, document.page_count)
    if container is not None and job.room is not None:
        yield from unpack(container, job.filename, job.room)
    reading = Reading(
        document=job.document,
        number=1,
        created_at=datetime.now(UTC),
        agent=_agent(document, read.pages, context),
        language=document_language([(page.language, page.word_count) for page in read.pages]),
        pages=tuple(read.pages),
    )
    # File names are no place to look for parties and dates.
    read_by_rules = Extraction() if is_listing else apply_rules(job.document, reading, read.words, reader.watchlist)
    yield DocumentRead(document.media_type, reading, read_by_rules)


def _within(page: ReadPage, limit: int) -> ReadPage:
    """A page, without its words if it has more than a page may have: no part of them would be true."""
    count = len(page.words)
    if count <= limit:
        return page
    note = f"The page has {count} words, and was not read; the setting max_page_words is {limit}."
    return replace(page, source=TextSource.NONE, words=NOTHING, confidence=None, note=note)


def _agent(document: ReadDocument, pages: Sequence[Page], context: ReadContext) -> dict[str, str]:
    """What made a reading. The engine is named only if it read a page."""
    agent = {"dosije": _OWN_VERSION, **document.agent}
    if any(page.source is TextSource.OCR for page in pages):
        agent |= {**context.ocr.agent, "ocr_dpi": str(context.ocr_dpi)}
    return agent


def _own_version() -> str:
    try:
        return version("dosije")
    except PackageNotFoundError:
        return "not installed"


# Looked up when this is loaded. An editable installation leaves its metadata in the checkout, which a process that is
# kept to its files by Landlock finds and may not open; what it is told then is None.
_OWN_VERSION = _own_version()
