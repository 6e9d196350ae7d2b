"""The pages of many doubts: every doubted value with its papers, and a table of doubts that are decided together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from archive.facts.review import Doubt, ReviewQueue
from archive.model import Page, Words
from archive.model.fields import FIELDS
from archive.store.kept.doubts import DoubtedValue
from webapp.iiif.addresses import size
from webapp.languages.translation import gettext, number, plural
from webapp.links import document_url, doubted_values_url, doubts_url, evidence_url, image_url, piece_url
from webapp.page_images import THUMBNAIL_WIDTH
from webapp.pages.parts import Context, Link, Mark, Piece, Rectangle, rectangles
from webapp.pages.review.doubts import Done, LoadedDecision, doubt_reasons, field_options, present_done, ways_of_review
from webapp.pages.wording import about, fact_value, field_label, page_name, shown_title
from webapp.state import SearchState

ROWS, VALUES = 20, 50
"""Doubts, and values, of one part of the list."""

SHOWN_WORDS = 12
"""Words shown before and after those of a flowing page that are doubted."""

_LEAST_WIDTH, _BESIDE, _ABOVE, _MOST_HEIGHT, _PIXELS = 1100, 60, 50, 300, 640
"""The cut of a page around a value, in pixels of its canvas, and the width of the image that is sent."""

_STATE = SearchState()


@dataclass(frozen=True, slots=True)
class AskedDoubts:
    """The doubts that a table shows, from number ``first`` on: all, those on a ``field``, or, with ``of_value``, those
    on one value of it, which is None where the field is missing."""

    field: str | None = None
    value: str | None = None
    of_value: bool = False
    first: int = 1

    def url(self, first: int) -> str:
        """Return the address of the table, from another number on."""
        return doubts_url(self.field, (self.value or "") if self.of_value else None, first)

    def count(self, queue: ReviewQueue) -> int:
        """Return how many doubts of a queue are asked for."""
        if self.of_value and self.field:
            return queue.count_of_value(self.field, self.value)
        return queue.count_every(self.field)

    def part(self, queue: ReviewQueue) -> list[Doubt]:
        """Return those that are shown at once."""
        if self.of_value and self.field:
            return queue.of_value(self.field, self.value, self.first - 1, ROWS)
        return queue.every(self.field, self.first - 1, ROWS)


@dataclass(frozen=True, slots=True)
class LoadedDoubt:
    """A doubt with the page on which its words begin, and that page's words; None for one without words. Where a page
    ``is_cut``, the words are shown as they look; otherwise as text."""

    doubt: Doubt
    page: Page | None = None
    words: Words | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Cutting:
    """A cut of a page's image: its address, and in points how large it is and where the words are."""

    image: str
    view_box: str
    width: int
    height: int
    marks: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """A doubt in the table. ``old`` is its value as facts have it, None where the field is missing; ``value`` what
    stands in its box; ``problem`` why it could not be decided as it was sent."""

    document_id: str
    document: Link
    about: tuple[str, ...]
    field: str
    label: str
    old: str | None
    shown: str
    value: str
    options: tuple[Link, ...]
    words: str
    reasons: tuple[str, ...]
    cutting: Cutting | None
    text: tuple[Piece, ...]
    place: Link
    thumbnail: str | None
    is_chosen: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DoubtListContext(Context):
    """A part of a list of what is doubted, with the ways to look at doubts."""

    heading: str
    span: str
    ways: tuple[Link, ...]
    fields: tuple[Link, ...]
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class DoubtsContext(DoubtListContext):
    """A table of doubts. ``options`` are the values that the field of all of them may have, if there are few;
    ``hidden`` is where whoever decides comes back to."""

    rows: tuple[DoubtRow, ...]
    asked: AskedDoubts
    options: tuple[Link, ...]
    done: Done | None
    by: str
    hidden: tuple[tuple[str, str], ...]
    problem: str | None


@dataclass(frozen=True, slots=True)
class DoubtedValueRow:
    """A value in the list, with how many papers it is doubted in."""

    field: str
    value: str | None
    papers: str
    look: str


@dataclass(frozen=True, slots=True)
class DoubtedValuesContext(DoubtListContext):
    """Every doubted value, those first that change the most."""

    rows: tuple[DoubtedValueRow, ...]


SentRows = Mapping[tuple[str, str, str | None], tuple[str, str | None]]
"""What stood in the boxes of chosen rows, by document, field and value, and why it could not be."""


def present_doubts(
    queue: ReviewQueue,
    asked: AskedDoubts,
    loaded: Sequence[LoadedDoubt],
    done: LoadedDecision | None,
    by: str,
    sent: SentRows | None = None,
    problem: str | None = None,
) -> DoubtsContext:
    """Return the table, with the rows that were ``sent`` as they were."""
    total, field = asked.count(queue), asked.field
    heading = gettext("Review: %(count)s", count=plural("%(count)s doubt", "%(count)s doubts", total))
    if asked.of_value and field:
        heading = gettext(
            "%(field)s: %(value)s, %(papers)s",
            field=field_label(field),
            value=fact_value(field, asked.value) if asked.value else gettext("none found"),
            papers=plural("in %(count)s paper", "in %(count)s papers", total),
        )
    return DoubtsContext(
        heading,
        *_part(asked.first, ROWS, total),
        ways_of_review("many"),
        () if asked.of_value else _fields(queue.every_of_field, field, doubts_url),
        *_steps(asked.first, ROWS, total, asked.url),
        rows=tuple(_row(one, sent or {}) for one in loaded),
        asked=asked,
        options=field_options(field, asked.value or "") if field and asked.of_value else (),
        done=present_done(done) if done else None,
        by=by,
        hidden=(("back", asked.url(asked.first)),),
        problem=problem,
    )


def present_values(
    queue: ReviewQueue, field: str | None, first: int, shown: Sequence[DoubtedValue]
) -> DoubtedValuesContext:
    """Return the list of doubted values, of one field if it is named, of which those from number ``first`` on are
    shown."""
    total = queue.count_values(field)
    return DoubtedValuesContext(
        plural("Review: %(count)s doubted value", "Review: %(count)s doubted values", total),
        *_part(first, VALUES, total),
        ways_of_review("values"),
        _fields(queue.values_of_field, field, doubted_values_url),
        *_steps(first, VALUES, total, lambda at: doubted_values_url(field, at)),
        rows=tuple(map(_value_row, shown)),
    )


def _value_row(one: DoubtedValue) -> DoubtedValueRow:
    return DoubtedValueRow(
        field=field_label(one.field),
        value=fact_value(one.field, one.value) if one.value else None,
        papers=number(one.papers),
        look=doubts_url(one.field, one.value or ""),
    )


def _part(first: int, size_: int, total: int) -> tuple[str]:
    last = min(first + size_ - 1, total)
    if total <= size_:
        return ("",)
    span = gettext("%(first)s to %(last)s of %(total)s", first=number(first), last=number(last), total=number(total))
    return (span,)


def _steps(first: int, size_: int, total: int, url: Callable[[int], str]) -> tuple[str | None, str | None]:
    before = url(max(1, first - size_)) if first > 1 else None
    return before, url(first + size_) if first + size_ <= total else None


def _fields(counts: Mapping[str, int], current: str | None, url: Callable[..., str]) -> tuple[Link, ...]:
    """Return links to the doubts on each field, with how many there are."""
    of_all = Link(gettext("All %(count)s", count=number(sum(counts.values()))), url(), current is None)
    links = (
        Link(f"{field_label(name)} {number(counts[name])}", url(name), name == current)
        for name in FIELDS
        if name in counts
    )
    return (of_all, *links)


def _row(loaded: LoadedDoubt, sent: SentRows) -> DoubtRow:
    doubt, page, words = loaded.doubt, loaded.page, loaded.words
    fact, described, field = doubt.fact, doubt.known.description, doubt.field
    title, span, id_ = shown_title(described), fact.span if fact else None, doubt.document
    row = DoubtRow(
        document_id=id_,
        document=Link(title.text, document_url(id_, _STATE, "facts")),
        about=about(described),
        field=field,
        label=field_label(field),
        old=fact.value if fact else None,
        shown=fact_value(field, fact.value) if fact else "",
        value=fact.value if fact else "",
        options=field_options(field, fact.value if fact else ""),
        words=f"{span.first}-{span.last}" if span and span.reading == doubt.known.document.reading else "",
        reasons=doubt_reasons(doubt),
        cutting=None,
        text=(),
        place=Link(gettext("All its pages"), document_url(id_, _STATE, "pages")),
        thumbnail=None,
    )
    if span and page and words:
        first, last = span.first - page.first_word, min(span.last - page.first_word, page.word_count - 1)
        row = replace(row, place=Link(page_name(page.number), evidence_url(span, page.number, _STATE)))
        if not loaded.is_cut:
            row = replace(row, text=_cited(words.texts, first, last))
        else:
            row = replace(row, cutting=_cutting(id_, page, words, first, last))
    elif doubt.known.document.page_count:
        row = replace(row, thumbnail=image_url(id_, 1, THUMBNAIL_WIDTH))
    if (key := (id_, field, row.old)) in sent:
        value, problem = sent[key]
        row = replace(row, value=value, problem=problem, is_chosen=True, options=field_options(field, value))
    return row


def _cited(texts: Sequence[str], first: int, last: int) -> tuple[Piece, ...]:
    before, after = texts[max(0, first - SHOWN_WORDS) : first], texts[last + 1 : last + 1 + SHOWN_WORDS]
    proof = Piece(" ".join(texts[first : last + 1]), marked=True)
    return Piece(f"{' '.join(before)} "), proof, Piece(f" {' '.join(after)}")


def _cutting(id_: str, page: Page, words: Words, first: int, last: int) -> Cutting | None:
    """Return the cut around these words of a page, as wide as they are and never narrower than can be read as a
    sentence."""
    boxes = words.line_boxes(range(first, last + 1))
    if not boxes:
        return None
    full = size(page)
    x0, x1 = (round(edge * full[0]) for edge in (min(b.x0 for b in boxes), max(b.x1 for b in boxes)))
    y0, y1 = (round(edge * full[1]) for edge in (min(b.y0 for b in boxes), max(b.y1 for b in boxes)))
    width = min(full[0], max(_LEAST_WIDTH, x1 - x0 + 2 * _BESIDE))
    left = min(max(0, (x0 + x1 - width) // 2), full[0] - width)
    top = max(0, y0 - _ABOVE)
    height = min(full[1] - top, _MOST_HEIGHT, y1 - top + _ABOVE)
    scale = page.width / full[0]
    return Cutting(
        image=piece_url(id_, page.number, (left, top, width, height), _PIXELS),
        view_box=" ".join(f"{edge * scale:.1f}" for edge in (left, top, width, height)),
        width=_PIXELS,
        height=round(_PIXELS * height / width),
        marks=rectangles(words, page, [Mark(first, last, "", current=True)]),
    )
