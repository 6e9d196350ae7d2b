"""The pages of many doubts: all doubtful values with their documents, and a table of doubts to decide together."""

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
"""Doubts, and values, per page."""

SHOWN_WORDS = 12
"""Words shown before and after the doubtful ones on a flowing page."""

_LEAST_WIDTH, _BESIDE, _ABOVE, _MOST_HEIGHT, _PIXELS = 1100, 60, 50, 300, 640
"""The clip of a page around a value: its size and margins in pixels of the canvas, and the width of the image sent."""

_STATE = SearchState()


@dataclass(frozen=True, slots=True)
class AskedDoubts:
    """The doubts of a table, from number ``first`` on.

    They are all, those on a ``field``, or, with ``of_value``, those on one value of it, which is None where the field
    is missing.
    """

    field: str | None = None
    value: str | None = None
    of_value: bool = False
    first: int = 1

    def url(self, first: int) -> str:
        """Return the URL of the table from number ``first`` on."""
        return doubts_url(self.field, (self.value or "") if self.of_value else None, first)

    def count(self, queue: ReviewQueue) -> int:
        """Return the number of matching doubts in a queue."""
        if self.of_value and self.field:
            return queue.count_of_value(self.field, self.value)
        return queue.count_every(self.field)

    def part(self, queue: ReviewQueue) -> list[Doubt]:
        """Return the doubts of one page."""
        if self.of_value and self.field:
            return queue.of_value(self.field, self.value, self.first - 1, ROWS)
        return queue.every(self.field, self.first - 1, ROWS)


@dataclass(frozen=True, slots=True)
class LoadedDoubt:
    """A doubt with the page on which its evidence begins, and that page's words; None without evidence.

    If ``is_cut``, the evidence is shown as a clip of the image, without evidence the first page; otherwise as text.
    """

    doubt: Doubt
    page: Page | None = None
    words: Words | None = None
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Cutting:
    """A clip of a page image: its URL, its size in pixels; ``view_box`` and ``marks`` are in points of the page."""

    image: str
    view_box: str
    width: int
    height: int
    marks: tuple[Rectangle, ...]


@dataclass(frozen=True, slots=True)
class DoubtRow:
    """A doubt in the table.

    ``old`` is its current value, None where the field is missing; ``value`` is the content of its input; ``problem`` is
    the error message of its submitted decision.
    """

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
    """A page of a list of doubts, with links to the other views."""

    heading: str
    span: str
    ways: tuple[Link, ...]
    fields: tuple[Link, ...]
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class DoubtsContext(DoubtListContext):
    """A table of doubts.

    ``options`` are the allowed values of their common field, if it has a fixed list; ``hidden`` are form fields with
    the URL to return to.
    """

    rows: tuple[DoubtRow, ...]
    asked: AskedDoubts
    options: tuple[Link, ...]
    done: Done | None
    by: str
    hidden: tuple[tuple[str, str], ...]
    problem: str | None


@dataclass(frozen=True, slots=True)
class DoubtedValueRow:
    """A doubtful value with the number of its documents."""

    field: str
    value: str | None
    papers: str
    look: str


@dataclass(frozen=True, slots=True)
class DoubtedValuesContext(DoubtListContext):
    """The list of doubtful values, those with the largest effect first."""

    rows: tuple[DoubtedValueRow, ...]


SentRows = Mapping[tuple[str, str, str | None], tuple[str, str | None]]
"""The submitted input of selected rows by document, field and value, with its error message if it has one."""


def present_doubts(
    queue: ReviewQueue,
    asked: AskedDoubts,
    loaded: Sequence[LoadedDoubt],
    done: LoadedDecision | None,
    by: str,
    sent: SentRows | None = None,
    problem: str | None = None,
) -> DoubtsContext:
    """Return the table; the rows in ``sent`` keep their input."""
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
    """Return the list of doubtful values from number ``first`` on, of one field if it is given."""
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
    """Return links to the doubts on each field, with their counts."""
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
        about=about(described, is_titled=True),
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
    elif loaded.is_cut:
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
    """Return the clip around these words of a page, at least wide enough to show a sentence; None without boxes."""
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
