"""All that a packet tells, ready to be written: as a table for programs, as a page for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from archive.citing.citation import Citation, CitationPart
from archive.citing.formats import FORMATS
from archive.model import Document
from archive.packet import layout
from archive.packet.gathering import CitedPage, Gathering, MaskedCitation, PageText
from archive.text.personal_numbers import count_masked
from archive.store.documents import Source
from archive.store.events import Entry


def _agent() -> str:
    try:
        return f"Dosije {version('dosije')}"
    except PackageNotFoundError:  # Run from a folder of sources.
        return "Dosije"


AGENT = _agent()


@dataclass(frozen=True, slots=True)
class NumberedPage:
    """A cited page with its Bates number; None with ``note`` saying why, if it cannot be drawn."""

    cited: CitedPage
    stamp: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a packet. ``originals`` says where each document's original is, ``newest`` is the number and hash of
    the newest event of the archive's whole log."""

    title: str
    prefix: str
    made_at: datetime
    masks: bool
    gathering: Gathering
    originals: Mapping[str, str | None]
    sources: Mapping[str, tuple[Source, ...]]
    pages: tuple[NumberedPage, ...]
    events: tuple[Entry, ...]
    newest: tuple[int, str]

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of each document in this packet."""
        return {document.id: at for at, document in enumerate(self.gathering.documents, start=1)}

    @property
    def masked(self) -> int:
        """How many personal numbers are masked on the cited pages."""
        newest = {(text.document, text.page.number): text for text in self.gathering.texts}
        return sum(count_masked(" ".join(text.words.texts)) for text in newest.values())

    @property
    def notice(self) -> str:
        """What the packet shows and hides of personal numbers, in a few sentences."""
        if not self.masks:
            return "Personal numbers (JMBG) are not masked in this packet."
        told = f"Personal numbers (JMBG) are masked in texts, images, clip and citations: {self.masked} here."
        told += " Only numbers that were read as such can be masked; look at the pages before you publish them."
        if any(self.originals.values()):
            return f"{told} The originals are the bytes as they came and hold them unmasked."
        return f"{told} The originals are left out."

    def text_file(self, text: PageText) -> str:
        """Where the text of a page is."""
        return layout.text_file(self.numbers[text.document], text.reading, text.page.number)

    def page_of(self, citation: Citation, part: CitationPart) -> NumberedPage | None:
        """The page that a part of a citation stands on; None if it has no image by its nature."""
        here = citation.document.id, part.page.number
        return next((one for one in self.pages if (one.cited.document.id, one.cited.page.number) == here), None)


def table(contents: Contents) -> dict[str, Any]:
    """The value of ``packet.json``. Files are named from the top of the bag."""
    number, hash_ = contents.newest
    return {
        "version": layout.VERSION,
        "title": contents.title,
        "agent": AGENT,
        "made_at": contents.made_at.isoformat(timespec="seconds"),
        "prefix": contents.prefix,
        "masked": contents.masks,
        "masked_numbers": contents.masked,
        "documents": [_document(contents, document) for document in contents.gathering.documents],
        "pages": [_page(page) for page in contents.pages],
        "citations": [_citation(contents, at, one) for at, one in enumerate(contents.gathering.citations, start=1)],
        "events": {"count": len(contents.events), "newest_of_archive": {"number": number, "hash": hash_}},
    }


def _document(contents: Contents, document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": contents.gathering.described[document.id].title,
        "filename": document.filename,
        "media_type": document.media_type,
        "size": document.size,
        "original": contents.originals[document.id],
        "sources": [
            {"path": contents.gathering.shown(source.path), "seen_at": source.seen_at.isoformat()}
            for source in contents.sources[document.id]
        ],
    }


def _page(page: NumberedPage) -> dict[str, Any]:
    return {
        "bates": page.stamp,
        "document": page.cited.document.id,
        "page": page.cited.page.number,
        "image": page.stamp and layout.image_file(page.stamp),
        "note": page.note,
    }


def _citation(contents: Contents, number: int, citation: Citation) -> dict[str, Any]:
    return {
        "number": number,
        "document": citation.document.id,
        "reading": citation.span.reading,
        "words": [citation.span.first, citation.span.last],
        "clause": citation.clauses[-1].eid if citation.clauses else None,
        "masked": isinstance(citation, MaskedCitation),
        "texts": [contents.text_file(contents.gathering.text(citation, part)) for part in citation.parts],
        "files": {form: layout.citation_file(number, form) for form in FORMATS},
    }
