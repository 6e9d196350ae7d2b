"""Parts of the view of a page: image, strip of thumbnails, navigation of matches, clauses and facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from archive.model import Clause, Description, Document, Fact, Page, Reading, Span, Words
from archive.model.annotations import Annotation
from archive.model.clauses import path, units
from archive.model.rendering import StructurePart
from webapp.languages.translation import gettext, marked, number, plural
from webapp.links import cite_url, evidence_url, image_url, older_number, page_url
from webapp.page_images import HUGE_WIDTH, LARGE_WIDTH, PAGE_WIDTH, THUMBNAIL_WIDTH
from webapp.pages.document.clause import outline
from webapp.pages.facts import in_reading_order
from webapp.pages.parts import Link, Mark, Rectangle, rectangles
from webapp.pages.wording import fact_value, field_label
from webapp.state import PageState, SearchState, Size


@dataclass(frozen=True, slots=True)
class WordLayer:
    """The positions of words on a page image, for the script that lets readers select words.

    ``first`` is the number of the first word in the reading. ``boxes`` are x, y, width and height of each word in
    points. ``cite`` and ``mark`` are URLs with ``A-B`` in place of the numbers of selected words.
    """

    first: int
    boxes: str
    cite: str
    mark: str


@dataclass(frozen=True, slots=True)
class DrawnPart:
    """A part of the page layout, in page units, with its name; ``kind`` is its CSS class."""

    kind: str
    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageImage:
    """The image of a page with its marks.

    ``width`` and ``height`` are in points, before rotation. ``view_box`` is the visible area after ``transform``.
    ``smaller`` and ``larger`` are None if there is no such size. ``parts`` are the layout, if it is shown, which
    ``structure`` toggles; ``kinds`` are those among them, with their names.
    """

    url: str
    label: str
    width: float
    height: float
    view_box: str
    transform: str | None
    marks: tuple[Rectangle, ...]
    layer: WordLayer | None
    smaller: str | None
    larger: str | None
    turn_left: str
    turn_right: str
    parts: tuple[DrawnPart, ...]
    kinds: tuple[tuple[str, str], ...]
    structure: str


@dataclass(frozen=True, slots=True)
class MatchSteps:
    """The position among the matches in a document, with links to the previous and next one.

    ``at`` is the number of the current one, or None.
    """

    summary: str
    previous: str | None
    next: str | None
    at: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A page in the strip: its image with marks, or none on a flowing page; sizes are in pixels, marks in points.

    ``hits`` is its number of marks.
    """

    page: Link
    image: str | None
    width: int
    height: int
    view_box: str
    marks: tuple[Rectangle, ...]
    hits: str | None


@dataclass(frozen=True, slots=True)
class Strip:
    """The thumbnails around this page. ``earlier`` and ``later`` link to matches beyond its ends."""

    thumbnails: tuple[Thumbnail, ...]
    earlier: Link | None
    later: Link | None


@dataclass(frozen=True, slots=True)
class ClauseHere:
    """A clause on the page. ``show`` marks its words here; ``page`` is its own page."""

    show: Link
    page: str
    topic: str | None
    depth: int


@dataclass(frozen=True, slots=True)
class FactHere:
    """A value read from words of the page. ``places`` mark these words."""

    label: str
    value: str
    places: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class OnPage:
    """The clauses and facts of the page, counted in ``summary``."""

    summary: str
    clauses: tuple[ClauseHere, ...]
    facts: tuple[FactHere, ...]


Spans = Sequence[tuple[int, int]]


class StepKind(StrEnum):
    """Matches of the search, or of the search within this document: name of the URL parameter and of anchors."""

    MATCH = "match"
    FOUND = "found"


Hits = Mapping[StepKind, Mapping[int, Spans]]
"""The marked places by kind and page, as word numbers of the reading."""


@dataclass(frozen=True, slots=True)
class LoadedPage:
    """The data for the view of a page.

    ``hits`` are the matches of the search, of some of its words if ``is_partly``, and those within the document,
    ``current`` the number of each in the URL.
    ``evidence`` is a span in the URL that is marked instead, ``evidence_runs`` its words on this page without running
    heads and feet. ``strip_words`` are the words of pages in the strip with hits. ``annotations`` are those of the
    document, ``clauses`` those of the page. ``is_waiting`` says that the document is not indexed yet, although the
    request needs it. ``marks_facts`` marks evidence of facts on the image. ``structure`` is the layout of the page, if
    it is shown.
    """

    state: SearchState
    view: PageState
    document: Document
    description: Description
    reading: Reading
    page: Page
    words: Words
    hits: Hits
    strip_words: Mapping[int, Words]
    facts: Sequence[Fact]
    clauses: Sequence[Clause]
    annotations: Sequence[Annotation]
    structure: Sequence[StructurePart] = ()
    current: Mapping[StepKind, int | None] = field(default_factory=lambda: dict.fromkeys(StepKind))
    evidence: Span | None = None
    evidence_runs: Sequence[tuple[int, int]] = ()
    is_waiting: bool = False
    is_partly: bool = False
    marks_facts: bool = False

    @property
    def older(self) -> int | None:
        """The ``reading`` parameter for URLs; None if it is the newest."""
        return older_number(self.document, self.reading)

    def url(
        self, number: int, view: PageState | None = None, *, match: int | None = None, found: int | None = None
    ) -> str:
        """Return the URL of a page of the same reading, with the same view or with ``view``."""
        view = self.view if view is None else view
        return page_url(self.document.id, number, self.state, match=match, found=found, view=view, reading=self.older)

    @property
    def newest_url(self) -> str:
        """The URL of the same page in the newest reading."""
        return page_url(self.document.id, self.page.number, self.state, view=self.view)

    def marked_url(self, span: Span) -> str:
        """Return the URL of this page with the words of a span marked."""
        return evidence_url(span, self.page.number, self.state, self.view)

    def here(self, span: Span) -> bool:
        """Return whether a span has words on this page."""
        end = self.page.first_word + self.page.word_count
        return span.reading == self.reading.number and span.first < end and span.last >= self.page.first_word


_WIDTHS = {Size.FIT: PAGE_WIDTH, Size.LARGE: LARGE_WIDTH, Size.HUGE: HUGE_WIDTH}


def present_image(viewed: LoadedPage, marks: tuple[Rectangle, ...]) -> PageImage | None:
    """Return the image of the page, None on a flowing page."""
    page, view = viewed.page, viewed.view
    if page.is_flowing:
        return None
    width, height = round(page.width, 2), round(page.height, 2)
    turns = {
        0: (f"0 0 {width} {height}", None),
        90: (f"0 0 {height} {width}", f"translate({height} 0) rotate(90)"),
        180: (f"0 0 {width} {height}", f"translate({width} {height}) rotate(180)"),
        270: (f"0 0 {height} {width}", f"translate(0 {width}) rotate(270)"),
    }
    view_box, transform = turns[view.turn]
    smaller, larger = view.step(-1), view.step(1)
    kinds = {part.kind for part in viewed.structure}
    return PageImage(
        url=image_url(viewed.document.id, page.number, _WIDTHS[view.size], viewed.older),
        label=gettext("Image of page %(number)s of %(title)s", number=page.number, title=viewed.description.title),
        width=width,
        height=height,
        view_box=view_box,
        transform=transform,
        marks=marks,
        layer=_layer(viewed, viewed.words),
        smaller=None if smaller is None else viewed.url(page.number, smaller),
        larger=None if larger is None else viewed.url(page.number, larger),
        turn_left=viewed.url(page.number, view.turned(-90)),
        turn_right=viewed.url(page.number, view.turned(90)),
        parts=tuple(_drawn(part, width, height) for part in viewed.structure),
        kinds=tuple((kind, gettext(name)) for kind, name in PART_NAMES.items() if kind in kinds),
        structure=viewed.url(page.number, replace(view, structure=not view.structure)),
    )


PART_NAMES = {
    "cell": marked("cell"),
    "head": marked("table head"),
    "label": marked("label"),
    "letterhead": marked("letterhead"),
    "title": marked("title"),
    "closing": marked("place, date, signature"),
    "margin": marked("margin"),
}


def _drawn(part: StructurePart, width: float, height: float) -> DrawnPart:
    box = part.box
    x, y = round(box.x0 * width, 1), round(box.y0 * height, 1)
    across, down = round((box.x1 - box.x0) * width, 1), round((box.y1 - box.y0) * height, 1)
    return DrawnPart(part.kind, gettext(PART_NAMES[part.kind]), x, y, across, down)


def _layer(viewed: LoadedPage, words: Words) -> WordLayer | None:
    page = viewed.page
    boxes = [words.box(index) for index in range(len(words))]
    edges = [
        edge
        for box in boxes
        if box is not None
        for edge in (
            round(box.x0 * page.width),
            round(box.y0 * page.height),
            max(1, round((box.x1 - box.x0) * page.width)),
            max(1, round((box.y1 - box.y0) * page.height)),
        )
    ]
    if not edges:
        return None
    first = Span(viewed.document.id, viewed.reading.number, page.first_word, page.first_word)
    words_of_first = f"{page.first_word}-{page.first_word}"
    cite, mark = cite_url(first), viewed.marked_url(first)
    return WordLayer(
        first=page.first_word,
        boxes=" ".join(map(str, edges)),
        cite=cite.removesuffix(words_of_first) + "A-B",
        mark=mark.replace(f"words={words_of_first}", "words=A-B"),
    )


def match_marks(
    page: Page, matches: Mapping[int, Spans], current: int | None, kind: StepKind = StepKind.MATCH
) -> list[Mark]:
    """Return the marks of matches on a page, numbered from 1 through the document; ``current`` is one of them."""
    before = sum(len(spans) for other, spans in matches.items() if other < page.number)
    return [
        Mark(
            first - page.first_word,
            last - page.first_word,
            f"{kind}-{at}",
            current=at == current,
            found=kind is StepKind.FOUND,
        )
        for at, (first, last) in enumerate(matches.get(page.number, ()), start=before + 1)
    ]


def fact_marks(viewed: LoadedPage) -> list[Mark]:
    """Return the marks of evidence of facts, each place once; the anchor has its word numbers."""
    page = viewed.page
    spans = {fact.span for fact in viewed.facts if fact.span is not None and viewed.here(fact.span)}
    return [
        Mark(
            max(span.first - page.first_word, 0),
            min(span.last - page.first_word, page.word_count - 1),
            f"{span.first}-{span.last}",
            fact=True,
        )
        for span in sorted(spans, key=lambda span: (span.first, -span.last))
    ]


def match_steps(viewed: LoadedPage, kind: StepKind) -> MatchSteps | None:
    """Return the navigation of matches, None without matches.

    Without a current one, next is the first on this page or after it.
    """
    here, matches, current = viewed.page.number, viewed.hits[kind], viewed.current[kind]
    if not matches:
        return None
    pages = [page for page, spans in matches.items() for _ in spans]
    if current is None:
        summary = plural(
            "%(count)s match on this page, %(total)s in the document",
            "%(count)s matches on this page, %(total)s in the document",
            len(matches.get(here, ())),
            total=number(len(pages)),
        )
        previous = sum(1 for page in pages if page < here)
        following = previous + 1
    else:
        at_place = (
            marked("Match %(at)s of %(count)s") if kind is StepKind.MATCH else marked("Found %(at)s of %(count)s")
        )
        summary = gettext(at_place, at=number(current), count=number(len(pages)))
        previous, following = current - 1, current + 1

    def url(at: int) -> str | None:
        if not 1 <= at <= len(pages):
            return None
        match, found = (at, None) if kind is StepKind.MATCH else (None, at)
        return viewed.url(pages[at - 1], match=match, found=found)

    return MatchSteps(summary, url(previous), url(following), current, len(pages))


def first_from(matches: Mapping[int, Spans], page: int) -> tuple[int, int] | None:
    """Return page and number of the first match on ``page`` or after it, else of the first in the document."""
    listed = [(each, at) for at, each in enumerate((each for each, spans in matches.items() for _ in spans), 1)]
    return next((place for place in listed if place[0] >= page), listed[0] if listed else None)


_AROUND = 4
"""Number of pages on each side, which fit side by side on a laptop."""

_A4_RATIO = 1.414


def strip_pages(viewed_number: int, page_count: int) -> range:
    """Return the page numbers in the strip; near an end of the document it extends to the other side."""
    first = max(1, min(viewed_number - _AROUND, page_count - 2 * _AROUND))
    return range(first, min(page_count, first + 2 * _AROUND) + 1)


def present_strip(viewed: LoadedPage) -> Strip | None:
    """Return the strip of thumbnails, None for a document with one page."""
    pages = viewed.reading.pages
    if len(pages) < 2:
        return None
    shown = strip_pages(viewed.page.number, len(pages))
    counts: dict[int, int] = {}
    for matches in viewed.hits.values():
        for page, spans in matches.items():
            counts[page] = counts.get(page, 0) + len(spans)
    earlier = {page: count for page, count in counts.items() if page < shown.start}
    later = {page: count for page, count in counts.items() if page >= shown.stop}
    before = plural("%(count)s earlier page", "%(count)s earlier pages", len(earlier))
    after = plural("%(count)s later page", "%(count)s later pages", len(later))
    return Strip(
        thumbnails=tuple(_thumbnail(viewed, pages[each - 1], counts) for each in shown),
        earlier=_beyond(viewed, earlier, max(earlier, default=1), before),
        later=_beyond(viewed, later, min(later, default=1), after),
    )


def _thumbnail(viewed: LoadedPage, page: Page, counts: Mapping[int, int]) -> Thumbnail:
    at = page.number
    marks = [mark for kind, matches in viewed.hits.items() for mark in match_marks(page, matches, None, kind)]
    here = at == viewed.page.number
    return Thumbnail(
        page=Link(str(at), viewed.url(at), current=here),
        image=None if page.is_flowing else image_url(viewed.document.id, at, THUMBNAIL_WIDTH, viewed.older),
        width=THUMBNAIL_WIDTH,
        height=round(THUMBNAIL_WIDTH * (_A4_RATIO if page.is_flowing else page.height / page.width)),
        view_box=f"0 0 {page.width:.1f} {page.height:.1f}",
        marks=rectangles(viewed.strip_words[at], page, marks) if marks else (),
        hits=number(counts[at]) if at in counts else None,
    )


def _beyond(viewed: LoadedPage, counts: Mapping[int, int], nearest: int, where: str) -> Link | None:
    if not counts:
        return None
    total = sum(counts.values())
    told = plural("%(count)s match on %(pages)s", "%(count)s matches on %(pages)s", total, pages=where)
    return Link(told, viewed.url(nearest))


def present_on_page(viewed: LoadedPage) -> OnPage | None:
    """Return the clauses and facts of the page, None without any."""
    plain = replace(viewed, view=viewed.view.without_find())
    shown, proved = _clauses(plain), _facts(plain)
    return OnPage(_summary(len(shown), len(proved)), shown, proved) if shown or proved else None


def _summary(clauses: int, facts: int) -> str:
    of_clauses = plural("%(count)s clause", "%(count)s clauses", clauses)
    of_facts = plural("%(count)s fact", "%(count)s facts", facts)
    if clauses and facts:
        return gettext("%(clauses)s and %(facts)s", clauses=of_clauses, facts=of_facts)
    return of_clauses if clauses else of_facts


def _clauses(viewed: LoadedPage) -> tuple[ClauseHere, ...]:
    """Return the units on the page, and clauses in them with a printed number."""
    clauses, marked = viewed.clauses, viewed.evidence
    listed = {unit.eid for unit in units(clauses)}
    around = {clause.parent for clause in clauses if clause.eid in listed}
    chosen = [
        clause
        for clause in clauses
        if viewed.here(clause.span) and (clause.eid in listed | around or not clause.counted)
    ]
    around_each = {clause.eid: {each.eid for each in path(clauses, clause)[:-1]} for clause in chosen}
    rows = outline(viewed.document, viewed.reading, chosen, viewed.state)
    return tuple(
        ClauseHere(
            Link(row.link.label, viewed.marked_url(clause.span), current=clause.span == marked),
            row.link.url,
            row.topic,
            sum(other.eid in around_each[clause.eid] for other in chosen),
        )
        for clause, row in zip(chosen, rows, strict=True)
    )


def _place(at: int) -> str:
    return gettext("Show me") if at == 1 else gettext("and %(number)s", number=at)


def _facts(viewed: LoadedPage) -> tuple[FactHere, ...]:
    facts, marked = viewed.facts, viewed.evidence
    spans: dict[tuple[str, str], list[Span]] = {}
    for fact in in_reading_order(facts):
        if fact.span is not None and viewed.here(fact.span):
            places = spans.setdefault((field_label(fact.field), fact_value(fact.field, fact.value)), [])
            if fact.span not in places:
                places.append(fact.span)
    return tuple(
        FactHere(
            label,
            value,
            tuple(
                Link(_place(at), viewed.marked_url(span), current=span == marked)
                for at, span in enumerate(places, start=1)
            ),
        )
        for (label, value), places in spans.items()
    )
