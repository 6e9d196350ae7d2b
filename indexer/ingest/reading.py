"""Reading one document: what a reading process is sent, what it does, and the parts that it sends back.

Each document is read by a fork of a warm process. What that process has loaded is there for all of them; what a fork
loads is gone with it (the word lists alone take half a second). What the parts are worth is for the parent to judge
(:mod:`indexer.ingest.readers`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import ClassVar

from archive.config import Settings
from archive.errors import TooLarge
from archive.model import Clause, Fact, Page, Reading, TextSource
from archive.model.signatures import DocumentSignature, to_agent
from archive.model.words import Word, Words
from archive.system.paths import without_folders
from archive.text.folding import script_of
from indexer import clauses
from indexer.facts import extract
from indexer.facts.text import DocumentText
from indexer.facts.watchlist import Watchlist
from indexer.formats import LAYOUTS, LISTINGS, load_for, read_document
from indexer.formats.signed.trusted import trusted_certificates
from indexer.formats.source import NOTHING, Container, OcrMode, ReadContext, ReadDocument, ReadPage, SignedOriginal
from indexer.ingest.unpacking import Unpacked, UnpackLimits, unpack
from indexer.layers.plausibility import judge
from indexer.ocr.engine import CachedOcr, NullOcr, OcrEngine, find_tessdata
from indexer.sandbox.process import Handler, Work
from indexer.stages import Stage, each_in, stage
from indexer.text import detect, document_language

_WITHOUT_LAYERS = (".txt", ".csv", ".html", ".eml", ".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")
"""What files are called that hardly have pages to be seen. One that is called so wrongly takes longer, no more."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What rules read in a document."""

    facts: tuple[Fact, ...] = ()
    clauses: tuple[Clause, ...] = ()

    def in_reading(self, number: int) -> Extraction:
        """Return the same for a reading of this number, which was not known when it was read."""
        return Extraction(
            tuple(replace(fact, span=fact.span and replace(fact.span, reading=number)) for fact in self.facts),
            tuple(replace(clause, span=replace(clause.span, reading=number)) for clause in self.clauses),
        )


def apply_rules(document: str, reading: Reading, words: Sequence[Words], watchlist: Watchlist) -> Extraction:
    """Return the facts and the clauses of a document. ``words`` holds the words of each page of ``reading`` in turn."""
    with stage(Stage.FACTS):
        text = DocumentText.of(document, reading, words)
        facts = extract(text, words, watchlist)
    kind = next((fact.value for fact in facts if fact.field == "kind"), None)
    with stage(Stage.CLAUSES):
        return Extraction(facts, clauses.find(text, words, kind))


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A document to read: its SHA-256, where its bytes are kept, the name it came under, and the room there is for
    what it contains (None: that is not wanted)."""

    document: str
    original: Path
    filename: str
    room: UnpackLimits | None = None


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
    extraction: Extraction


ReadPart = PageRead | DocumentRead | Unpacked


@dataclass(frozen=True, slots=True)
class Reader(Handler[ReadJob, ReadPart]):
    """How documents are read.

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
    trusted: tuple[bytes, ...] = field(default=(), repr=False)

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
            ocr_mode,
            languages,
            None if ocr_mode == "never" else find_tessdata(languages, settings.text("tessdata")),
            ocr_dpi=settings.number("ocr_dpi"),
            max_pages=settings.number("max_pages"),
            max_page_pixels=settings.number("max_page_pixels"),
            max_page_words=settings.number("max_page_words"),
            max_words=settings.number("max_words"),
            cache=cache,
            passwords=tuple(passwords),
            watchlist=watchlist or Watchlist.shipped(),
            trusted=trusted_certificates(settings.text("trusted_certificates")),
        )

    def load(self) -> Work[ReadJob, ReadPart]:
        """Load the tables of all rules, and return the work."""
        context = ReadContext(
            self._engine(),
            self.ocr_mode,
            self.ocr_dpi,
            self.max_pages,
            self.max_page_pixels,
            self.passwords,
            layouts=None if self.cache is None else self.cache / LAYOUTS,
        )
        _warm_up(self.watchlist)
        return partial(_read, reader=self, context=context)

    def prepare(self, job: ReadJob) -> None:
        """Load what reads this kind of document; OCR models and word lists for the first that may need them."""
        load_for(job.filename)
        if not job.filename.lower().endswith(_WITHOUT_LAYERS):
            # They take most of what there is to load, and stay loaded.
            judge(_ANY_TEXT.split())
            if self.tessdata is not None:
                from indexer.ocr.tesseract import recognizers  # noqa: PLC0415 - see _engine

                recognizers(self.ocr_languages, self.tessdata)

    def _engine(self) -> OcrEngine:
        if self.tessdata is None:
            return NullOcr()
        # Several documents are read at once, one core each. libgomp looks at this once, when Tesseract is loaded.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        from indexer.ocr.tesseract import TesseractOcr  # noqa: PLC0415 - see the line above

        engine = TesseractOcr(self.ocr_languages, self.tessdata)
        return engine if self.cache is None else CachedOcr(engine, self.cache / "ocr")


def _read(job: ReadJob, reader: Reader, context: ReadContext) -> Iterator[ReadPart]:
    with stage(Stage.PAGES):
        document = read_document(job.original, job.filename, context)
    container = document.source if isinstance(document.source, Container) else None
    is_listing = document.media_type in LISTINGS
    pages: list[Page] = []
    words: list[Words] = []
    count = 0
    for page in map(partial(_within, limit=reader.max_page_words), each_in(Stage.PAGES, document.pages)):
        if count + len(page.words) > reader.max_words:
            raise TooLarge(
                "%(filename)s has more than %(most)s words.",
                "Split it, or raise the setting max_words.",
                filename=job.filename,
                most=reader.max_words,
            )
        text = page.words.text()
        with stage(Stage.LANGUAGE):
            language = None if is_listing else detect(text)
        pages.append(
            Page(
                number=len(pages) + 1,
                first_word=count,
                word_count=len(page.words),
                width=page.width,
                height=page.height,
                source=page.source,
                confidence=page.confidence,
                language=language,
                script=page.script or script_of(text),
                reason=page.reason and without_folders(page.reason),
                note=page.note and without_folders(page.note),
            )
        )
        words.append(page.words)
        count += len(page.words)
        yield PageRead(page.words, document.page_count)
    if container is not None and job.room is not None:
        yield from unpack(container, job.filename, job.room)
    reading = Reading(
        document=job.document,
        number=1,
        created_at=datetime.now(UTC),
        agent=_agent(document, pages, context) | to_agent(_signatures(document, reader.trusted)),
        language=document_language([(page.language, page.word_count) for page in pages]),
        pages=tuple(pages),
    )
    # File names are no place to look for parties and dates.
    extraction = Extraction() if is_listing else apply_rules(job.document, reading, words, reader.watchlist)
    yield DocumentRead(document.media_type, reading, extraction)


def _signatures(document: ReadDocument, trusted: Sequence[bytes]) -> Sequence[DocumentSignature]:
    return document.source.signatures(trusted) if isinstance(document.source, SignedOriginal) else ()


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
# kept to its files by Landlock finds and may not open; the version is None then.
_OWN_VERSION = _own_version()


_ANY_TEXT = """
Република Србија Градска управа града Брезовца Број: 404-2/2021 Датум: 12.3.2021. године ОДЛУКА О ДОДЕЛИ УГОВОРА
у поступку јавне набавке добара - набавка камера за видео надзор. Уговор се додељује понуђачу Сигнал д.о.о. Брезовац,
ПИБ 100000008, матични број 10000003, понуђена цена 1.250.000,00 динара без ПДВ, примљене су три понуде, рок 30 дана.
UGOVOR o nabavci opreme za video nadzor, zaključen između Opštine Brezovac i Signal d.o.o. Član 1. Predmet ugovora je
isporuka 24 kamere. Član 2. Ugovorena vrednost iznosi 1.500.000,00 RSD sa PDV-om, slovima: milion petsto hiljada dinara.
Zahtev za slobodan pristup informacijama od javnog značaja. Član 3. Prodavac plaća ugovornu kaznu od 2 promila.
"""
"""Enough of what documents say to have every rule load its tables."""

_BARE_YEAR = "Izveštaj o radu u 2019. godini"
"""Texts without a whole date are read by other rules."""


def _warm_up(watchlist: Watchlist) -> None:
    """Read texts as documents are read, and forget them."""
    detect(_ANY_TEXT)
    for text in (_ANY_TEXT, _BARE_YEAR):
        words = Words.of(map(Word, text.split()))
        page = Page(1, 0, len(words), 0, 0, TextSource.TEXT)
        reading = Reading("0" * 64, 1, datetime.now(UTC), {}, None, (page,))
        apply_rules(reading.document, reading, [words], watchlist)
