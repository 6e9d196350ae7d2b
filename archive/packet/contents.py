"""The contents of a packet: cited pages with their words, citations, and the table of contents; optionally masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from archive.citing.citation import AROUND, Citation, CitationPart, MaskedCitation, as_masked
from archive.config import program_name
from archive.masking.classes import MaskClass, plain_counts, told
from archive.masking.decisions import Approval, DocumentMasks, masks_of, require_approval
from archive.masking.listed_names import KnownNames
from archive.masking.masks import HiddenWords, MaskedPage, MaskRules, hides
from archive.model import Box, Description, Document, Page, Words
from archive.packet import layout
from archive.store.catalog import Catalog
from archive.store.documents import Source
from archive.store.events import Entry
from archive.text.personal_numbers import masked_description


@dataclass(frozen=True, slots=True)
class PageText:
    """The words of a cited page as shown in the packet, with the masks on it."""

    document: str
    reading: int
    shown: MaskedPage

    @property
    def page(self) -> Page:
        """The page."""
        return self.shown.page

    @property
    def words(self) -> Words:
        """Its words without masked ones."""
        return self.shown.words


@dataclass(frozen=True, slots=True)
class CitedPage:
    """A page of an original with the boxes of cited words and of masked areas.

    ``words`` are the visible ones, with their boxes.
    """

    document: Document
    page: Page
    marks: tuple[Box, ...]
    masks: tuple[Box, ...]
    words: tuple[tuple[str, Box], ...]


class Gathering:
    """The contents of a packet. ``documents`` are in the order of their first citation."""

    def __init__(self, catalog: Catalog, citations: Sequence[Citation], rules: MaskRules | None) -> None:
        """Without ``rules``, nothing is masked.

        :raises archive.errors.UsageError: classes were selected, and the masks of a cited page are not approved.
        """
        self._catalog, self._rules = catalog, rules
        self._texts: dict[tuple[str, int, int], PageText] = {}
        self._masks: dict[tuple[str, int], DocumentMasks] = {}
        for citation in citations:
            for part in citation.parts:
                self.text(citation, part)
        if self.has_chosen:
            require_approval(
                (masks, [page for id_, number, page in self._texts if (id_, number) == key])
                for key, masks in self._masks.items()
            )
        self._names = KnownNames.of_all(masks.names for masks in self._masks.values())
        self._hidden = HiddenWords(text for one in self._texts.values() for text in one.shown.hidden)
        self.citations = tuple(map(self._shown, citations))
        self.documents: Sequence[Document] = tuple({one.document.id: one.document for one in self.citations}.values())
        self.described: Mapping[str, Description] = {one.document.id: one.described for one in self.citations}

    @property
    def texts(self) -> tuple[PageText, ...]:
        """Every cited page of every cited reading, in the order of the documents."""
        order = {document.id: at for at, document in enumerate(self.documents)}
        return tuple(sorted(self._texts.values(), key=lambda one: (order[one.document], one.page.number, one.reading)))

    @property
    def pages(self) -> tuple[CitedPage, ...]:
        """The distinct cited pages that have an image, in the order of the documents."""
        by_place: dict[tuple[str, int], list[PageText]] = {}
        for text in self.texts:
            if not text.page.is_flowing:
                by_place.setdefault((text.document, text.page.number), []).append(text)
        return tuple(map(self._cited_page, by_place.values()))

    def text(self, citation: Citation, part: CitationPart) -> PageText:
        """Return the page of a part of a citation."""
        key = citation.document.id, citation.reading.number, part.page.number
        if key not in self._texts:
            self._texts[key] = PageText(*key[:2], self.page(citation.document, *key[1:]))
        return self._texts[key]

    @property
    def has_chosen(self) -> bool:
        """Whether more is masked than by default."""
        return self._rules is not None and self._rules.has_chosen

    @property
    def counts(self) -> Counter[MaskClass]:
        """The masks on the cited pages by class, each page counted in its newest cited reading."""
        newest = {(text.document, text.page.number): text for text in self.texts}
        return sum((text.shown.counts for text in newest.values()), Counter())

    @property
    def classes(self) -> frozenset[MaskClass]:
        """The mask classes that were searched for."""
        return self._rules.classes if self._rules else frozenset()

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """The persons who approved the masks of the cited pages, each with the time of the last approval."""
        given = [self._masks[one.document, one.reading].approval(one.page.number) for one in self.texts]
        last = {approval.by: approval for approval in sorted(filter(None, given), key=lambda one: one.at)}
        return tuple(last.values())

    def shown(self, text: str) -> str:
        """Return a text as the packet may show it, also without what is masked on the cited pages and the names that
        their documents make known."""
        text, _ = self._hidden.masked(text)
        return self._rules.masked(text, self._names) if self._rules else text

    def page(self, document: Document, reading: int, number: int) -> MaskedPage:
        """Return the masked page of a document, cited or not."""
        key = document.id, reading
        if key not in self._masks:
            self._masks[key] = masks_of(self._catalog, document, self._rules, reading)
        return self._masks[key].page(number)

    def _shown(self, citation: Citation) -> Citation:
        texts = [self.text(citation, part) for part in citation.parts]
        if not self._rules:
            return citation
        words: list[str] = []
        parts: list[CitationPart] = []
        for part, text in zip(citation.parts, texts, strict=True):
            words += text.words.texts[part.first : part.last + 1]
            parts.append(_with_text(part, text.words.text()))
        shown = replace(
            citation,
            document=replace(citation.document, filename=self.shown(citation.document.filename)),
            described=masked_description(citation.described, self.shown),
            words=tuple(words),
            parts=tuple(parts),
            clauses=tuple(
                replace(clause, label=self.shown(clause.label), heading=clause.heading and self.shown(clause.heading))
                for clause in citation.clauses
            ),
            particulars=replace(
                citation.particulars,
                **{
                    field.name: one and replace(one, text=self.shown(one.text))
                    for field in fields(citation.particulars)
                    for one in (getattr(citation.particulars, field.name),)
                },
            ),
        )
        return shown if shown.words == citation.words else as_masked(shown)

    def _cited_page(self, texts: Sequence[PageText]) -> CitedPage:
        latest = texts[-1]
        here = latest.document, latest.page.number
        (document,) = (one for one in self.documents if one.id == latest.document)
        marks: dict[Box, None] = {}
        for citation in self.citations:
            for part in citation.parts:
                if (citation.document.id, part.page.number) == here:
                    words, cited = self.text(citation, part).words, range(part.first, part.last + 1)
                    marks.update({box: None for at in cited if (box := words.box(at))})
        # The newest reading, cited or not, may have recognized a number that an earlier one misread.
        readings = (*(text.shown for text in texts), self.page(document, document.reading, latest.page.number))
        masks = tuple(dict.fromkeys(box for shown in readings for box in shown.boxes))
        placed = ((text, latest.words.box(at)) for at, text in enumerate(latest.words.texts))
        boxed = tuple((text, box) for text, box in placed if box and not any(hides(mask, box) for mask in masks))
        return CitedPage(document, latest.page, tuple(marks), masks, boxed)


def _with_text(part: CitationPart, text: str) -> CitationPart:
    before, after = text[max(0, part.start - AROUND) : part.start], text[part.end : part.end + AROUND]
    return replace(part, exact=text[part.start : part.end], prefix=before, suffix=after)


AGENT = program_name()


@dataclass(frozen=True, slots=True)
class NumberedPage:
    """A cited page with its Bates number; None, with the reason in ``note``, if it cannot be rendered."""

    cited: CitedPage
    stamp: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PackedNote:
    """An annotation on a document of the packet, on the words ``quote`` of a page or, if empty, on a box.

    ``told`` is its record (:func:`archive.annotations.annotation_record`).
    """

    document: str
    page: int
    quote: str
    note: str
    by: str
    made_at: datetime
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PacketContents:
    """The contents of a packet. ``originals`` has the file of each document's original, ``newest`` the number and hash
    of the newest event of the whole log; ``notes`` are annotations on its documents."""

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
    notes: tuple[PackedNote, ...] = ()

    @property
    def numbers(self) -> Mapping[str, int]:
        """The number of each document in this packet."""
        return {document.id: at for at, document in enumerate(self.gathering.documents, start=1)}

    @property
    def masked(self) -> int:
        """The number of personal numbers masked on the cited pages."""
        return self.gathering.counts[MaskClass.PERSONAL_NUMBER]

    @property
    def notice(self) -> str:
        """What the packet masks and what it shows, in a few sentences."""
        if not self.masks:
            return "Personal numbers (JMBG) are not masked in this packet."
        if self.gathering.has_chosen:
            looked = ", ".join(f"{one.by} ({one.at:%Y-%m-%d})" for one in self.gathering.approvals)
            said = f"Masked in texts, images, clip and citations: {told(self.gathering.counts)}."
            said += f" The masks of every page were looked at by {looked}."
        else:
            said = f"Personal numbers (JMBG) are masked in texts, images, clip and citations: {self.masked} here."
            said += " Only numbers that were read as such can be masked; look at the pages before you publish them."
        if any(self.originals.values()):
            return f"{said} The originals are the bytes as they came and hold them unmasked."
        return f"{said} The originals are left out."

    def text_file(self, text: PageText) -> str:
        """Return the file with the text of a page."""
        return layout.text_file(self.numbers[text.document], text.reading, text.page.number)

    def page_of(self, citation: Citation, part: CitationPart) -> NumberedPage | None:
        """Return the page of a part of a citation; None if it is flowing, and so has no image."""
        here = citation.document.id, part.page.number
        return next((one for one in self.pages if (one.cited.document.id, one.cited.page.number) == here), None)


def table(contents: PacketContents) -> dict[str, Any]:
    """Return the value of ``packet.json``. File names are relative to the bag."""
    number, hash_ = contents.newest
    return {
        "version": layout.VERSION,
        "title": contents.title,
        "agent": AGENT,
        "made_at": contents.made_at.isoformat(timespec="seconds"),
        "prefix": contents.prefix,
        "masked": contents.masks,
        "masked_numbers": contents.masked,
        "masks": plain_counts(contents.gathering.counts, contents.gathering.classes),
        "documents": [_document(contents, document) for document in contents.gathering.documents],
        "pages": [_page(page) for page in contents.pages],
        "citations": [_citation(contents, at, one) for at, one in enumerate(contents.gathering.citations, start=1)],
        "notes": [
            {"document": one.document, "page": one.page, "file": layout.note_file(at)}
            for at, one in enumerate(contents.notes, start=1)
        ],
        "events": {"count": len(contents.events), "newest_of_archive": {"number": number, "hash": hash_}},
    }


def _document(contents: PacketContents, document: Document) -> dict[str, Any]:
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


def _citation(contents: PacketContents, number: int, citation: Citation) -> dict[str, Any]:
    return {
        "number": number,
        "document": citation.document.id,
        "reading": citation.span.reading,
        "words": [citation.span.first, citation.span.last],
        "clause": citation.clauses[-1].eid if citation.clauses else None,
        "masked": isinstance(citation, MaskedCitation),
        "texts": [contents.text_file(contents.gathering.text(citation, part)) for part in citation.parts],
        "files": {form: layout.citation_file(number, form) for form in layout.ENDINGS},
    }
