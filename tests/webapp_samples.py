"""A small archive for tests of the web application: a contract of three pages, a letter, a bad scan, and fillers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pymupdf
from playwright.sync_api import FloatRect, Locator, Page

from archive.archive import Archive
from archive.model import Box, Document, Fact, Reading, Span, TextSource
from archive.model import Page as DocumentPage
from archive.model.words import Break, Word, Words
from tests.conftest import PATIENCE_MS

OpenPage = Callable[..., Page]
"""The fixture ``open_page``: opens a path in Chromium."""


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until a condition holds that a script or another process brings about."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < deadline, f"it never came to hold at {page.url}"
        page.wait_for_timeout(50)


def box_of(locator: Locator) -> FloatRect:
    """Return the bounding box of an element in the window.

    A script may replace an element just when it is located; then it is located again.
    """
    found: list[FloatRect] = []

    def is_found() -> bool:
        found.extend(box for box in [locator.bounding_box()] if box is not None)
        return bool(found)

    eventually(locator.page, is_found)
    return found[0]


RESULTS_PER_PAGE = 5
LETTERS = 7

CONTRACT: tuple[list[str], ...] = (
    [
        "Contract on video surveillance",
        "Town of Brezovac, 9 March 2021",
        "The supplier Providni Sistemi delivers",
        "eleven cameras with recorders.",
    ],
    ["Article 5. Cameras", "Each camera of brand <b>ZorKam</b> & others", "is a camera for public places."],
    [],
)
"""Lines of each page; the last page is unreadable."""

REPLY = ["Општина Бечеј", "Одговор на захтев", "Камере су постављене 2022. године."]


@dataclass(frozen=True, slots=True)
class Sample:
    """An archive with the ids of its documents."""

    archive: Archive
    contract: str
    reply: str
    scan: str


def drawn_pdf(path: Path, pages: Sequence[Sequence[str]]) -> list[Words]:
    """Write a PDF and return the words of its pages."""
    pdf = pymupdf.open()
    words: list[Words] = []
    for lines in pages:
        page = pdf.new_page(width=595, height=842)
        if lines:
            page.insert_text((60, 90), list(lines), fontsize=14, lineheight=40 / 14)
        words.append(Words.of(_words_on(page)))
    pdf.save(path, no_new_id=True)
    return words


def _words_on(page: Any) -> Iterator[Word]:
    line: tuple[int, int] | None = None
    for x0, y0, x1, y1, text, block, number, _ in page.get_text("words"):
        before = Break.SPACE if line == (block, number) else Break.BLOCK if line is None else Break.LINE
        line = block, number
        yield Word(text, Box(x0 / 595, y0 / 842, x1 / 595, y1 / 842), before=before)


def flowing(lines: Sequence[str]) -> Words:
    """Return the words of a flowing page."""
    return Words.of(
        Word(text, before=Break.LINE if at == 0 and line else Break.SPACE)
        for line in lines
        for at, text in enumerate(line.split())
    )


def read_again(archive: Archive, document_id: str, *pages: Sequence[str]) -> Reading:
    """Add a reading with flowing pages to a document, with its first word as its title, without indexing."""
    words = [flowing(lines) for lines in pages]
    listed: list[DocumentPage] = []
    for number, of_page in enumerate(words, start=1):
        first = sum(page.word_count for page in listed)
        listed.append(DocumentPage(number, first, len(of_page), 0, 0, TextSource.OCR, 84.0, script="Latn"))
    number = archive.catalog.documents.find(document_id).reading + 1
    now = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
    reading = Reading(document_id, number, now, {"reader": "another test"}, "en", tuple(listed))
    title = Fact("title", words[0].texts[0], Span(document_id, number, 0, 0), "title.test", 0.9)
    archive.catalog.readings.add(reading, words, [title])
    return reading


class NoPicture:
    """A fake renderer that returns the first bytes of a PNG."""

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        return b"\x89PNG"

    def close(self) -> None:
        """Do nothing."""


class Filler:
    """Adds documents to an archive without the indexer, so that a test controls their contents."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self._archive = archive
        self._folder = folder

    def pdf(self, filename: str, lines: Sequence[Sequence[str]], language: str, **more: Any) -> str:
        path = self._folder / "drawn.pdf"
        return self._add(path, filename, "application/pdf", drawn_pdf(path, lines), language, (595, 842), **more)

    def text(self, filename: str, lines: Sequence[str], language: str, **more: Any) -> str:
        path = self._folder / "written.txt"
        path.write_text("\n".join(lines), encoding="utf-8")
        return self._add(path, filename, "text/plain", [flowing(lines)], language, (0, 0), **more)

    def _add(
        self,
        path: Path,
        filename: str,
        media_type: str,
        words: list[Words],
        language: str,
        size: tuple[float, float],
        confidence: float | None = None,
        note: str | None = None,
        facts: dict[str, tuple[str, int, int]] | None = None,
        contents: Sequence[str] = (),
        collection: str = "main",
    ) -> str:
        if confidence is not None:
            sure = int(confidence)
            words = [replace(of_page, confidences=bytes([sure] * len(of_page))) for of_page in words]
        taken = self._archive.originals.add(path)
        now = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)
        pages: list[DocumentPage] = []
        first = 0
        for number, of_page in enumerate(words, start=1):
            read = TextSource.TEXT if confidence is None else TextSource.OCR
            source = read if len(of_page) else TextSource.NONE
            of_whom = confidence if len(of_page) else None
            why = None if len(of_page) else note
            pages.append(DocumentPage(number, first, len(of_page), *size, source, of_whom, language=language, note=why))
            first += len(of_page)
        document = Document(taken.id, filename, media_type, taken.size, collection, now, 1, 1, len(pages), first)
        proved = [
            Fact(field, value, Span(taken.id, 1, begin, end), f"{field}.test", 0.9, details=_details(field))
            for field, (value, begin, end) in (facts or {}).items()
        ]
        reading = Reading(taken.id, 1, now, {"reader": "test"}, language, tuple(pages))
        self._archive.catalog.documents.add(document, reading, words, proved, f"/scans/{filename}", contents)
        return taken.id


def _details(field: str) -> dict[str, str]:
    return {"pib": "199000017"} if field == "vendor" else {}


def fill(archive: Archive, folder: Path) -> Sample:
    """Add the documents to an empty archive and index them. Files are written to ``folder``."""
    with archive.writing():
        filler = Filler(archive, folder)
        contract = filler.pdf(
            "contract.pdf",
            CONTRACT,
            "en",
            note="The page could not be read: its image is damaged.",
            facts={
                "title": ("Contract on video surveillance", 0, 3),
                "kind": ("contract", 0, 0),
                "municipality": ("Brezovac", 6, 6),
                "vendor": ("Providni Sistemi", 12, 13),
                "date": ("2021-03-09", 7, 9),
                "year": ("2021", 9, 9),
            },
        )
        reply = filler.text(
            'odgovor "o/kamerama".txt',
            REPLY,
            "sr-Cyrl",
            facts={"kind": ("foi_reply", 2, 2), "municipality": ("Bečej", 1, 1), "year": ("2022", 8, 8)},
        )
        scan = filler.pdf("scan.pdf", [["An old camera plan"]], "en", confidence=55.0)
        for number in range(LETTERS):
            filler.text(f"letter {number}.txt", [f"Letter number {number} about roads"], "en")
        archive.indexing.index_due()
    return Sample(archive, contract, reply, scan)
