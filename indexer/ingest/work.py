"""The work of a reading process: from an original to its words, language, facts and clauses.

Each document is read by a fork of a warm process. Modules and tables loaded by that process are shared; those loaded by
a fork are lost with it (the word lists alone take half a second).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from inspect import signature
from typing import TYPE_CHECKING

from archive.errors import TooLarge
from archive.model import Page, Reading, TextSource
from archive.model.signatures import DocumentSignature, to_agent
from archive.model.words import Break, Word, Words
from archive.system.paths import without_folders
from archive.text.folding import script_of
from indexer import clauses
from indexer.facts.extraction import extract
from indexer.facts.mentions.watchlist import Watchlist
from indexer.facts.text import DocumentText
from indexer.formats import LAYOUTS, LISTINGS, load_for, read_document
from indexer.formats import sniffing as _sniffing  # noqa: F401 - each fork needs it
from indexer.formats.source import (
    MOST_PASSED,
    NOTHING,
    PASSED,
    Container,
    ReadContext,
    ReadDocument,
    ReadPage,
    SignedOriginal,
)
from indexer.ingest.parts import (
    OWN_VERSION,
    DocumentRead,
    Extraction,
    PageRead,
    Passed,
    ReadJob,
    ReadOptions,
    ReadPart,
)
from indexer.ingest.unpacking import unpack
from indexer.layers.plausibility import judge
from indexer.layers.repair import code_pages
from indexer.ocr.engine import CachedOcr, NullOcr, OcrEngine, OcrResult
from indexer.stages import Stage, each_in, stage
from indexer.text import detect, document_language

if TYPE_CHECKING:
    from PIL import Image

_WITHOUT_LAYERS = (".txt", ".csv", ".html", ".eml", ".zip", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")
"""Suffixes of files that rarely have page images; a wrong suffix only costs time."""


def apply_rules(document: str, reading: Reading, words: Sequence[Words], watchlist: Watchlist) -> Extraction:
    """Return the facts and clauses of a document; ``words`` holds the words of each page of ``reading`` in turn."""
    with stage(Stage.FACTS):
        text = DocumentText.of(document, reading, words)
        facts = extract(text, words, watchlist)
    kind = next((fact.value for fact in facts if fact.field == "kind"), None)
    with stage(Stage.CLAUSES):
        return Extraction(facts, clauses.find(text, words, kind))


def prepare(options: ReadOptions, job: ReadJob) -> None:
    """Import what reads this kind of document, and load the tables of all rules.

    OCR models and word lists are loaded for the first document that may need them. For a document that is alone nothing
    is loaded ahead.
    """
    if job.is_alone:
        return
    load_for(job.filename)
    _warm_up(options.watchlist)
    if not job.filename.lower().endswith(_WITHOUT_LAYERS):
        # These take most of the loading time.
        judge(_AWARD.split())
        code_pages()
        if options.tessdata is not None:
            _engine(options)
            from indexer.ocr.tesseract import recognizers  # noqa: PLC0415 - see _engine

            recognizers(options.ocr_languages, options.tessdata)


class _LateOcr:
    """An OCR engine that is loaded on first use: most documents need none."""

    is_on = True

    def __init__(self, options: ReadOptions) -> None:
        self._options = options

    @property
    def agent(self) -> Mapping[str, str]:
        return _engine(self._options).agent

    def read(self, image: Image.Image, dpi: int) -> OcrResult:
        return _engine(self._options).read(image, dpi)


@cache
def _engine(options: ReadOptions) -> OcrEngine:
    assert options.tessdata is not None
    # Documents are read in parallel, one core each. libgomp reads this once, when Tesseract is loaded.
    os.environ["OMP_THREAD_LIMIT"] = "1"
    from indexer.ocr.tesseract import TesseractOcr  # noqa: PLC0415 - see the line above

    engine = TesseractOcr(options.ocr_languages, options.tessdata)
    return engine if options.cache is None else CachedOcr(engine, options.cache / "ocr")


def _context(options: ReadOptions) -> ReadContext:
    return ReadContext(
        NullOcr() if options.tessdata is None else _LateOcr(options),
        options.ocr_mode,
        options.ocr_dpi,
        options.max_pages,
        options.max_page_pixels,
        options.passwords,
        layouts=None if options.cache is None else options.cache / LAYOUTS,
    )


def read(job: ReadJob, options: ReadOptions) -> Iterator[ReadPart]:
    """Read a document page by page, and yield the parts of the answer.

    :raises archive.errors.InputError: it cannot be read, or exceeds a limit.
    """
    context = _context(options)
    PASSED.begin(MOST_PASSED if job.room is None else job.room.passed)
    try:
        with stage(Stage.PAGES):
            document = read_document(job.original, job.filename, context)
    finally:
        if PASSED.count:
            yield Passed(PASSED.count)
    container = document.source if isinstance(document.source, Container) else None
    is_listing = document.media_type in LISTINGS
    pages: list[Page] = []
    words: list[Words] = []
    count = 0
    for page in map(partial(_within, limit=options.max_page_words), each_in(Stage.PAGES, document.pages)):
        if count + len(page.words) > options.max_words:
            raise TooLarge(
                "%(filename)s has more than %(most)s words.",
                "Split it, or raise the setting max_words.",
                filename=job.filename,
                most=options.max_words,
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
        agent=_agent(document, pages, context) | to_agent(_signatures(document, options.trusted)),
        language=document_language([(page.language, page.word_count) for page in pages]),
        pages=tuple(pages),
    )
    # No facts are extracted from file names.
    extraction = Extraction() if is_listing else apply_rules(job.document, reading, words, options.watchlist)
    yield DocumentRead(document.media_type, reading, extraction)


def _signatures(document: ReadDocument, trusted: Sequence[bytes]) -> Sequence[DocumentSignature]:
    return document.source.signatures(trusted) if isinstance(document.source, SignedOriginal) else ()


def _within(page: ReadPage, limit: int) -> ReadPage:
    """Return a page, without its words if they exceed the limit."""
    count = len(page.words)
    if count <= limit:
        return page
    note = f"The page has {count} words, and was not read; the setting max_page_words is {limit}."
    return replace(page, source=TextSource.NONE, words=NOTHING, confidence=None, note=note)


def _agent(document: ReadDocument, pages: Sequence[Page], context: ReadContext) -> dict[str, str]:
    """Return the programs that made a reading; the OCR engine only if it read a page."""
    agent = {"dosije": OWN_VERSION, **document.agent}
    if any(page.source is TextSource.OCR for page in pages):
        agent |= {**context.ocr.agent, "ocr_dpi": str(context.ocr_dpi)}
    return agent


_AWARD = """
Република Србија Градска управа града Брезовца Број: 404-2/2021 Датум: 12.3.2021. године ОДЛУКА О ДОДЕЛИ УГОВОРА
у поступку јавне набавке добара - набавка камера за видео надзор. Уговор се додељује понуђачу Сигнал д.о.о. Брезовац,
ПИБ 100000008, матични број 10000003, понуђена цена 1.250.000,00 динара без ПДВ, примљене су три понуде, рок 30 дана.
Zahtev za slobodan pristup informacijama od javnog značaja. CPV: 35125300-2. Signal d.o.o. za trgovinu i usluge
"""
_CONTRACT = """
UGOVOR O NABAVCI OPREME
zaključen između Opštine Brezovac (u daljem tekstu: Naručilac) i Signal d.o.o. Brezovac (u daljem tekstu: Prodavac)
Član 1.
Predmet ugovora
Predmet ugovora je isporuka 24 kamere u svemu prema ponudi prodavca koja je sastavni deo ovog ugovora i njegov prilog.
Član 2.
Ugovorena vrednost bez PDV iznosi 1.500.000,00 RSD, slovima: milion petsto hiljada dinara, rok za isporuku je 30 dana.
Član 3.
Prodavac plaća ugovornu kaznu od 2 promila za svaki dan zakašnjenja, a najviše 10 procenata ugovorene vrednosti.
U Brezovcu, dana 12. marta 2021. godine
"""
_BARE_YEAR = """
Izveštaj o radu u 2019. godini, grad Čačak
Ugovor je dodeljen ponuđaču Signal d.o.o. Čačak, procenjena vrednost nabavke 100.000,00, vrednost ugovora 90.000,00
"""
_TEXTS = (_AWARD, _CONTRACT, _BARE_YEAR)
"""Sample texts that make most rules load their tables, one paragraph per line.

Texts without a full date use other rules.
"""


_RULES = ("indexer.clauses", "indexer.facts", "indexer.gazetteer", "indexer.layers", "indexer.layout")
"""Packages whose cached functions without arguments return patterns and tables."""


@cache
def _warm_up(watchlist: Watchlist) -> None:
    """Load the tables of all rules.

    Run detection and rules over the sample texts, then make what these did not need. A fork would lose it with its
    document, and the next one make it again.
    """
    for text in _TEXTS:
        detect(text)
        lines = (enumerate(line.split()) for line in text.splitlines())
        words = Words.of(Word(one, before=Break.SPACE if at else Break.BLOCK) for line in lines for at, one in line)
        page = Page(1, 0, len(words), 0, 0, TextSource.TEXT)
        reading = Reading("0" * 64, 1, datetime.now(UTC), {}, None, (page,))
        apply_rules(reading.document, reading, [words], watchlist)
    modules = [module for name, module in sys.modules.items() if name.startswith(_RULES)]
    for made in (one for module in modules for one in vars(module).values() if hasattr(one, "cache_info")):
        if not signature(made).parameters:
            made()
