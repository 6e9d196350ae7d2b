"""Fictitious documents for the tests of the store: complete, small, and distinct for each number."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from sqlalchemy import event

from archive.model import Box, Document, Fact, Page, Reading, Span, TextSource
from archive.model.words import Break, Word, Words
from archive.store.catalog import Catalog
from tests.postgres_samples import empty_catalog

START = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
STORES: dict[str, Callable[[Path], Catalog]] = {
    "sqlite": lambda folder: Catalog.open(folder / "catalog.sqlite"),
    "postgresql": empty_catalog,
}
"""All kinds of catalogs, made in an empty folder: the contract tests run on each."""

TEXT = "Уговор o javnoj nabavci br. 12/2019-У , čl. 5 : nadzorne kamere за општину Ђурђево"


@dataclass(frozen=True, slots=True)
class Sample:
    """The arguments of :meth:`Catalog.documents.add`."""

    document: Document
    reading: Reading
    words: Sequence[Words]
    facts: Sequence[Fact]
    source: str

    @property
    def id(self) -> str:
        return self.document.id

    def add_to(self, catalog: Catalog) -> str:
        """Add it, and return its id."""
        catalog.documents.add(self.document, self.reading, self.words, self.facts, self.source)
        return self.id


def sample_words(number: int, page: int) -> Words:
    """Return a page of OCR words; the last ones identify the document and page, so that mix-ups are detected."""
    texts = [*TEXT.split(), f"документ{number}", f"страна{page}"]
    return Words.of(
        Word(
            text,
            Box(at / 20, page / 100, (at + 1) / 20, page / 100 + 0.0123),
            90 + at % 10,
            Break.BLOCK if at == 0 else Break.LINE if at == 6 else Break.SPACE,
        )
        for at, text in enumerate(texts)
    )


def sample(number: int, page_count: int = 3, id: str | None = None, added_at: datetime | None = None) -> Sample:  # noqa: A002 - named as the field it sets
    """Return document ``number``. Its last page is unread."""
    content = f"original {number}".encode()
    document_id = id or hashlib.sha256(content).hexdigest()
    words = [sample_words(number, page) for page in range(1, page_count)] + [Words.of([])]
    starts = accumulate(map(len, words), initial=0)
    pages = [
        sample_page(page, first, len(of_page))
        for page, (first, of_page) in enumerate(zip(starts, words, strict=False), start=1)
    ]
    document = Document(
        id=document_id,
        filename=f"ugovor {number}.pdf",
        media_type="application/pdf",
        size=len(content),
        collection="main",
        added_at=added_at or START + timedelta(seconds=number),
        reading=1,
        revision=1,
        page_count=page_count,
        word_count=sum(map(len, words)),
    )
    agent = {"program": "dosije", "version": "0.1.0"}
    reading = Reading(document_id, 1, START, agent, "sr-Cyrl", tuple(pages))
    return Sample(document, reading, words, sample_facts(document_id, number), f"/scans/ugovor {number}.pdf")


def sample_page(number: int, first_word: int, word_count: int) -> Page:
    """Return a page read by OCR, or an unreadable one if it has no words."""
    if word_count == 0:
        return Page(number, first_word, 0, 595.3, 841.9, TextSource.NONE, note="The page image is damaged.")
    return Page(number, first_word, word_count, 595.3, 841.9, TextSource.OCR, confidence=93.25, language="sr-Cyrl")


def sample_facts(document: str, number: int) -> list[Fact]:
    """Return facts of three fields, one with details."""
    vendor = {"pib": "100000001", "mb": "07000001"}
    return [
        Fact("year", str(2000 + number % 30), Span(document, 1, 5, 5), "year:number", 0.8),
        Fact("kind", "contract", Span(document, 1, 0, 3), "kind:heading", 0.9),
        Fact("vendor", f"Камера {number} д.о.о.", Span(document, 1, 9, 10), "parties:seller", 0.7, details=vendor),
    ]


def add_samples(catalog: Catalog, numbers: Iterable[int]) -> list[str]:
    """Add documents with these numbers, and return their ids."""
    return [sample(number).add_to(catalog) for number in numbers]


class Steps:
    """A counter of the SQLite steps of a catalog, which does not depend on the load of the machine."""

    def __init__(self, catalog: Catalog) -> None:
        self.count = 0
        for engine in (catalog._database._engine, catalog._database._reader):
            event.listen(engine, "checkout", lambda dbapi, *_: dbapi.set_progress_handler(self._one, 1))

    def _one(self) -> int:
        self.count += 1
        return 0
