"""Decisions of persons on masks: adding and removing masks, and approving those of a page. They are stored in the event
log.

A decision refers to words by number in one reading and never contains them. Added masks also apply to later readings,
at the same place of the page; removals and approvals apply to their reading only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from archive.errors import Message, UsageError, check_page, sentences
from archive.masking.classes import MaskClass, in_order, plain_counts
from archive.masking.document_names import names_of
from archive.masking.listed_names import KnownNames
from archive.masking.masks import Mask, MaskedPage, MaskRules, PageDecisions, masked_page
from archive.masking.persons import NOBODY
from archive.model import Box, Document, Page, Reading, Span, Words
from archive.store.catalog import Catalog
from archive.store.events import EventName
from archive.text.anchoring import Finder, passage_of

_MASK, _UNMASK, _APPROVE, EXPORT = "mask", "unmask", "approve masks", "export masked"


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved the masks of a page, and when."""

    by: str
    at: datetime


class DocumentMasks:
    """The masks of one reading of a document; empty without ``rules``."""

    def __init__(self, catalog: Catalog, document: Document, rules: MaskRules | None, reading: Reading) -> None:
        self._catalog, self._rules = catalog, rules
        self.document, self.reading = document, reading
        self.classes = in_order(rules.classes) if rules else []
        self._approved: dict[tuple[int, str], tuple[str, Approval]] = {}
        self._said: dict[tuple[int, str], tuple[str, Mask]] = {}
        self._pages: dict[int, MaskedPage] = {}
        self._printed: dict[int, Words] = {}
        self._finder: Finder | None = None
        self.lost: list[Mask] = []
        """Masks on words of an earlier reading that could not be anchored in this one."""
        if rules is not None:
            self._replay()

    def _replay(self) -> None:
        for event in self._catalog.events.of(self.document.id, EventName.REDACTION):
            told = event.detail
            if told["action"] == _APPROVE and told["reading"] == self.reading.number:
                given = Approval(told["by"], event.at)
                for page, digests in told["pages"].items():
                    self._approved |= {(int(page), kind): (digest, given) for kind, digest in digests.items()}
            elif told["action"] in (_MASK, _UNMASK):
                mask = _mask_of(told, event.at)
                self._said[told["reading"], mask.name] = told["action"], mask
        said, self._said = self._said, {}
        for (reading, _), (action, mask) in said.items():
            if reading == self.reading.number:
                self._said[reading, mask.name] = action, mask
            elif action == _MASK:
                for carried in self._carried(reading, mask):
                    self._said.setdefault((self.reading.number, carried.name), (action, carried))

    def _carried(self, reading: int, mask: Mask) -> Iterable[Mask]:
        """Transfer a mask of another reading to this one: by its place on the page, or by its words."""
        if mask.first is None or mask.last is None:
            return (mask,)
        of = self._catalog.readings.get(self.document.id, reading)
        words = self._catalog.readings.words(self.document.id, mask.page, reading)
        start = of.pages[mask.page - 1].first_word
        boxes = words.line_boxes(range(mask.first - start, mask.last - start + 1))
        if boxes:
            return tuple(Mask(mask.kind, mask.page, box=box, by=mask.by, at=mask.at) for box in boxes)
        if self._finder is None:
            self._finder = Finder(
                [one.texts for one in self._catalog.readings.all_words(self.document.id, self.reading.number)]
            )
        span = Span(self.document.id, reading, mask.first, mask.last)
        place = self._finder.find(
            passage_of(of, span, lambda page: self._catalog.readings.words(self.document.id, page, reading).texts)
        )
        if place is None:
            self.lost.append(mask)
            return ()
        page = self.reading.page_of_word(place.first).number
        return (Mask(mask.kind, page, place.first, place.last, by=mask.by, at=mask.at),)

    def page(self, number: int) -> MaskedPage:
        """Return a masked page."""
        if number not in self._pages:
            here = [(action, mask) for action, mask in self._said.values() if mask.page == number]
            decided = PageDecisions(
                [mask for action, mask in here if action == _MASK], [mask for action, mask in here if action == _UNMASK]
            )
            of = f"{self.document.id} {self.reading.number}"
            self._pages[number] = masked_page(
                self._page(number), self._words(number), self._rules, decided, of, self.names
            )
        return self._pages[number]

    @cached_property
    def names(self) -> KnownNames:
        """The names of persons that any page of the reading makes known, also where only one page is masked."""
        return names_of(self._catalog, self.reading) if self._rules and self._rules.need_names else NOBODY

    def _words(self, number: int) -> Words:
        """Return the printed words of a page, read once for all of its masks."""
        if number not in self._printed:
            self._printed[number] = self._catalog.readings.words(self.document.id, number, self.reading.number)
        return self._printed[number]

    def _page(self, number: int) -> Page:
        check_page(number, len(self.reading.pages), self.document.filename)
        return self.reading.pages[number - 1]

    def approval(self, number: int) -> Approval | None:
        """Return the approval of the current masks of a page; None if there is none."""
        given = [
            approval
            for kind, digest in self.page(number).digests.items()
            for approved, approval in (self._approved.get((number, str(kind)), ("", None)),)
            if approved == digest and approval
        ]
        return max(given, key=lambda one: one.at) if len(given) == len(self.page(number).digests) else None

    def boxes(self, mask: Mask) -> tuple[Box, ...]:
        """Return a box per line around the words of a mask; empty without boxes."""
        if mask.first is None or mask.last is None:
            return ()
        page = self.page(mask.page)
        return page.words.line_boxes(range(mask.first - page.page.first_word, mask.last - page.page.first_word + 1))

    def quote(self, mask: Mask) -> str | None:
        """Return the words of a mask as printed; None for a box."""
        if mask.first is None or mask.last is None or not mask.page <= len(self.reading.pages):
            return None
        start = self._page(mask.page).first_word
        return " ".join(self._words(mask.page).texts[max(0, mask.first - start) : mask.last - start + 1])


def require_approval(shown: Iterable[tuple[DocumentMasks, Iterable[int]]]) -> None:
    """Raise if the masks of a page are not approved, naming all documents with such pages.

    :raises UsageError: there is such a page.
    """
    missing = ((masks.document, [number for number in pages if not masks.approval(number)]) for masks, pages in shown)
    unapproved = [(document, pages) for document, pages in missing if pages]
    if not unapproved:
        return
    (first, pages), *others = unapproved
    told = Message(
        "Nobody has approved the masks of %(filename)s, page %(pages)s, as they are now.",
        filename=first.filename,
        pages=", ".join(map(str, pages[:10])) + (" …" if len(pages) > 10 else ""),
    )
    more = Message("Nor those of %(ids)s.", ids=", ".join(document.id[:12] for document, _ in others))
    raise UsageError(
        sentences(told, more if others else None),
        Message("Look at them and approve them: /masks?document=%(id)s, or dosije masks %(id)s --approve",
                id=first.id[:12]),
    )  # fmt: skip


def masks_of(
    catalog: Catalog, document: Document, rules: MaskRules | None, reading: int | None = None
) -> DocumentMasks:
    """Return the masks of a reading of a document, by default the newest."""
    return DocumentMasks(catalog, document, rules, catalog.readings.get(document.id, reading))


def add_mask(catalog: Catalog, document: Document, reading: int, mask: Mask, by: str) -> None:
    """Add a mask on words or a box."""
    _record(catalog, document, reading, mask, _MASK, by)


def remove_mask(catalog: Catalog, document: Document, reading: int, mask: Mask, by: str) -> None:
    """Remove a mask of a rule or a person."""
    _record(catalog, document, reading, mask, _UNMASK, by)


def _record(catalog: Catalog, document: Document, reading: int, mask: Mask, action: str, by: str) -> None:
    place: dict[str, object] = {"words": [mask.first, mask.last]}
    if mask.box is not None:
        place = {"box": [mask.box.x0, mask.box.y0, mask.box.x1, mask.box.y1]}
    detail = {"action": action, "reading": reading, "page": mask.page, "class": str(mask.kind), "by": by, **place}
    catalog.events.record(EventName.REDACTION, detail, document.id)


def _mask_of(told: Mapping[str, object], at: datetime) -> Mask:
    kind, page, by = MaskClass(str(told["class"])), int(str(told["page"])), str(told["by"])
    box, words = told.get("box"), told.get("words")
    if isinstance(box, list):
        return Mask(kind, page, box=Box(*map(float, box)), by=by, at=at)
    assert isinstance(words, list)
    return Mask(kind, page, int(words[0]), int(words[1]), by=by, at=at)


def approve(catalog: Catalog, masks: DocumentMasks, numbers: Iterable[int], by: str) -> None:
    """Approve the current masks of pages."""
    shown = {number: masks.page(number) for number in numbers}
    counts = sum((page.counts for page in shown.values()), Counter[MaskClass]())
    detail = {
        "action": _APPROVE,
        "reading": masks.reading.number,
        "pages": {
            str(number): {str(kind): one for kind, one in page.digests.items()} for number, page in shown.items()
        },
        "masked": plain_counts(counts, masks.classes),
        "by": by,
    }
    catalog.events.record(EventName.REDACTION, detail, masks.document.id)


def added_words(catalog: Catalog) -> Iterator[str]:
    """Yield the words that persons masked in any document, as printed."""
    standing = {}
    for event in catalog.events.named(EventName.REDACTION):
        told = event.detail
        if told["action"] in (_MASK, _UNMASK) and "words" in told:
            mask = _mask_of(told, event.at)
            standing[event.document, told["reading"], mask.name] = told["action"], mask
    places: dict[tuple[str, int, int], list[Mask]] = {}
    for (document, reading, _), (action, mask) in standing.items():
        if action == _MASK and document is not None:
            places.setdefault((document, reading, mask.page), []).append(mask)
    for (document, reading, page), words in catalog.readings.words_of_pages(places).items():
        start = catalog.readings.get(document, reading).pages[page - 1].first_word
        for mask in places[document, reading, page]:
            assert mask.first is not None
            assert mask.last is not None
            yield words.text(mask.first - start, mask.last - start).strip(".,;:()")


def record_export(catalog: Catalog, what: str, counts: Counter[MaskClass], classes: Collection[MaskClass]) -> None:
    """Record the counts of masks by class in an export. Nothing is recorded in a read-only archive."""
    if not catalog.is_read_only:
        detail = {"action": EXPORT, "what": what, "masked": plain_counts(counts, classes)}
        catalog.events.record(EventName.REDACTION, detail)
