"""Publication of a story: its masked items, quotations, and clips of their pages.

Words, images and descriptions are masked by :class:`archive.packet.contents.Gathering`, as in packets; texts outside of
cited pages (notes, labels, the reader's own text) are masked like texts of exports.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from archive.archive import Archive
from archive.citing.citation import Citation, MaskedCitation, cite, page_span
from archive.citing.copying import CopiedCitation, copied, is_local
from archive.errors import InputError, UsageError
from archive.findings.records import Shown
from archive.masking.classes import MaskClass
from archive.masking.texts import TextMask, rules_for
from archive.model import Box
from archive.model.rendering import ClippingRenderer, ImageFormat, ImagePiece
from archive.packet.contents import CitedPage, Gathering
from archive.store.stories.story import ItemKind, Story, StoryReader
from archive.stories.numbers import words_behind
from archive.stories.sealing import PageVerification
from archive.stories.shown_items import ShownItem, shown_items

PROOFS_QUOTED = 6
"""Most proofs of a number that are quoted; their total is stated."""

PAGES_CUT = 3
"""Most pages of one quotation that are shown as images; a longer one is rare, and its words are shown in full."""

_WIDTH = 1400
"""Width of a whole page in pixels: 170 dpi for A4, legible in print."""

_LARGEST_PNG = 160_000
"""Bytes from which a clip is stored as JPEG, because it is a noisy scan, and JPEG takes a fifth."""

_MARGIN, _NARROWEST = 0.015, 0.6
"""Margin around the words, and least width of a clip, as shares of the page's width."""


LANGUAGES = ("en", "sr-Latn", "sr-Cyrl")
"""Languages of the page's own texts (BCP 47)."""


@dataclass(frozen=True, slots=True)
class PageOptions:
    """Options of publication: ``address`` is the public address of the archive, ``base`` that of the page (empty if
    unknown), ``mask`` are mask classes besides those of the settings.

    :raises UsageError: ``base`` is not a web address.
    """

    address: str
    base: str = ""
    mask: str = ""
    language: str = LANGUAGES[0]

    def __post_init__(self) -> None:
        parts = urlsplit(self.base) if self.base else None
        if parts and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
            raise UsageError("%(address)s is not an address of a web page.", "For example: https://example.org/story",
                             address=repr(self.base[:100]))  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A published page: the description of its masks, and the result of verification."""

    path: Path
    quotations: int
    clips: int
    notices: tuple[str, ...]
    answer: PageVerification


Progress = Callable[[int, int], None]
"""Called with the number of rendered quotations and the total."""

StoryPublisher = Callable[[Archive, Story, StoryReader, PageOptions, ClippingRenderer, Path, Progress], WrittenPage]
"""Writes a story as a public page to a folder or zip."""


@dataclass(frozen=True, slots=True)
class PublicQuotation:
    """A published quotation. ``number`` counts from 1; ``heading`` is the heading before it; ``link`` is its address,
    None if it works on this machine only. ``is_page``: it is all words of a page, which is shown as a whole."""

    number: int
    citation: Citation
    heading: str
    link: str | None
    is_page: bool = False

    @property
    def is_masked(self) -> bool:
        """Whether some of the words are masked."""
        return isinstance(self.citation, MaskedCitation)


@dataclass(frozen=True, slots=True)
class PublicItem:
    """An item with its quotations; those of a number are of its ``proofs`` with evidence."""

    shown: ShownItem
    quotation: PublicQuotation | None = None
    proofs: tuple[tuple[Shown, PublicQuotation], ...] = ()
    without_words: str | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip of a page: its file, its size in pixels, and the page."""

    file: str
    width: int
    height: int
    page: int


@dataclass(frozen=True, slots=True)
class _Draft:
    copy: CopiedCitation
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class _Cut:
    """A page with highlighted words, and the part of it that is shown."""

    page: CitedPage
    marks: tuple[Box, ...]
    box: Box


class Publication:
    """The items of a story for publication. ``mask`` is for texts outside of cited pages."""

    def __init__(
        self, archive: Archive, story: Story, reader: StoryReader, address: str, classes: Collection[MaskClass]
    ) -> None:
        """:param address: the public address of the archive.

        :raises UsageError: mask classes are selected, and the masks of a shown page are not approved.
        """
        self.story, self.address = story, address
        self.classes = frozenset(classes)
        self._archive, self._texts = archive, TextMask(archive, classes) if classes else None
        if self._texts:
            self._texts = self._texts.of(story.documents)
        self._drafts: list[_Draft] = []
        made = [self._drafted(one) for one in shown_items(archive, story.items, address, reader)]
        rules = rules_for(archive, classes) if classes else None
        self._gathering = Gathering(archive.catalog, [draft.copy.citation for draft in self._drafts], rules)
        self._pages = {(page.document.id, page.page.number): page for page in self._gathering.pages}
        self.quotations = tuple(map(self._quotation, range(len(self._drafts))))
        self.items = tuple(self._item(*one) for one in made)

    @property
    def counts(self) -> Counter[MaskClass]:
        """The masks by class, on the cited pages and so far in other texts."""
        return self._gathering.counts + (self._texts.counts if self._texts else Counter())

    @property
    def is_open(self) -> bool:
        """Whether the archive has a public address, so that there can be links."""
        return not is_local(self.address)

    @property
    def lost(self) -> int:
        """The number of omitted items, whose target does not exist any more."""
        return sum(one.shown.is_lost for one in self.items)

    def mask(self, text: str) -> str:
        """Mask a text for publication."""
        text = self._gathering.shown(text)
        return self._texts(text) if self._texts else text

    def _drafted(self, one: ShownItem) -> tuple[ShownItem, list[tuple[Shown | None, int]], str | None]:
        """Return an item with the indices of its citations among the drafts, and the reason if it has none."""
        catalog, now = self._archive.catalog, datetime.now(UTC)
        if one.citation is not None:
            return one, [(None, self._add(copied(catalog, one.citation, self.address)))], None
        if one.kind is ItemKind.PAGE and not one.is_lost:
            document = catalog.documents.find(one.item.content.document or "")
            try:
                span = page_span(catalog, document, one.item.content.said["page"])
            except UsageError as error:
                # A text that could not be read could not be masked.
                return one, [], str(error.message)
            citation = cite(catalog, document, span, self.address, now)
            self._drafts.append(
                _Draft(CopiedCitation(citation, "", citation.permalink, not self.is_open), is_page=True)
            )
            return one, [(None, len(self._drafts) - 1)], None
        if one.now is None:
            return one, [], None
        places: list[tuple[Shown | None, int]] = []
        for proof in words_behind(catalog, one.now, PROOFS_QUOTED):
            place = proof.proof.fact.span if proof.proof.fact else None
            assert place is not None, "only such facts were asked for"
            citation = cite(catalog, catalog.documents.find(place.document), place, self.address, now)
            places.append((proof, self._add(CopiedCitation(citation, "", citation.permalink, not self.is_open))))
        return one, places, None

    def _add(self, copy: CopiedCitation, *, is_page: bool = False) -> int:
        self._drafts.append(_Draft(copy, is_page))
        return len(self._drafts) - 1

    def _quotation(self, at: int) -> PublicQuotation:
        draft, citation = self._drafts[at], self._gathering.citations[at]
        # A short link is derived from the hash of the words, from which few masked digits could be guessed.
        link = citation.permalink if isinstance(citation, MaskedCitation) else draft.copy.link
        heading = self.mask(draft.copy.heading)
        return PublicQuotation(at + 1, citation, heading, link if self.is_open else None, draft.is_page)

    def _item(self, one: ShownItem, places: Sequence[tuple[Shown | None, int]], why: str | None) -> PublicItem:
        if one.now is None:
            return PublicItem(one, self.quotations[places[0][1]] if places else None, (), why)
        return PublicItem(one, None, tuple((proof, self.quotations[at]) for proof, at in places if proof))

    def clips(
        self, renderer: ClippingRenderer, folder: Path, report: Progress
    ) -> Iterator[tuple[PublicQuotation, tuple[Clip, ...], str | None]]:
        """Render the clips of pages into a folder; yield the clips of each quotation, or the reason why there are none.

        :raises archive.errors.OriginalDamaged: an original is missing.
        """
        for done, quotation in enumerate(self.quotations):
            report(done, len(self.quotations))
            cuts = list(self._cuts(quotation))[:PAGES_CUT]
            try:
                drawn = [
                    self._drawn(renderer, folder, f"{quotation.number:03}-{at}", cut) for at, cut in enumerate(cuts, 1)
                ]
            except InputError as error:
                yield quotation, (), str(error.message)
                continue
            yield quotation, tuple(drawn), None

    def _cuts(self, quotation: PublicQuotation) -> Iterator[_Cut]:
        marks: dict[int, list[Box]] = {}
        for part in quotation.citation.parts:
            words = self._gathering.text(quotation.citation, part).words
            here = (words.box(at) for at in range(part.first, part.last + 1))
            marks.setdefault(part.page.number, []).extend(box for box in here if box)
        for number, boxes in marks.items():
            page = self._pages.get((quotation.citation.document.id, number))
            if page is None or not boxes:
                continue
            if quotation.is_page:
                yield _Cut(page, (), Box(0.0, 0.0, 1.0, 1.0))
            else:
                yield _Cut(page, tuple(boxes), _around(boxes, page.page.width / page.page.height))

    def _drawn(self, renderer: ClippingRenderer, folder: Path, name: str, cut: _Cut) -> Clip:
        page, box, document = cut.page.page, cut.box, cut.page.document
        original = self._archive.originals.local(document.id)
        image = renderer.render_marked(original, document.media_type, page.number, _WIDTH, cut.marks, cut.page.masks)
        height = _WIDTH * page.height / page.width
        size = max(1, round(_WIDTH * (box.x1 - box.x0))), max(1, round(height * (box.y1 - box.y0)))
        form: ImageFormat = "png"
        data = renderer.cut(image, ImagePiece(box, *size, form))
        if len(data) > _LARGEST_PNG:
            form = "jpg"
            data = renderer.cut(image, ImagePiece(box, *size, form))
        file = f"clips/{name}.{form}"
        (folder / file).write_bytes(data)
        return Clip(file, *size, page.number)


def _around(boxes: Sequence[Box], proportion: float) -> Box:
    """Return the part of a page around these boxes: as narrow as is legible, and no narrower than a column."""
    x0, x1 = min(box.x0 for box in boxes) - _MARGIN, max(box.x1 for box in boxes) + _MARGIN
    lacking = max(0.0, _NARROWEST - (x1 - x0)) / 2
    x0, x1 = x0 - lacking, x1 + lacking
    # What exceeds the page on one side is added on the other.
    x0, x1 = (0.0, x1 - x0) if x0 < 0 else (x0 - max(0.0, x1 - 1.0), x1)
    margin = _MARGIN * proportion
    y0, y1 = min(box.y0 for box in boxes) - margin, max(box.y1 for box in boxes) + margin
    return Box(max(0.0, x0), max(0.0, y0), min(1.0, x1), min(1.0, y1))
