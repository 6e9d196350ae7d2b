"""Near-duplicate documents as lists, and two documents side by side with differing words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from archive.comparing.words import percent
from archive.model import Clause, Description, Words
from archive.store.near_duplicates import LINKED, Similarity
from archive.text.folding import fold
from webapp.languages.translation import gettext, marked, number
from webapp.links import beside_url, compare_url, document_url, page_url
from webapp.pages.parts import Context, Link, Mark, Piece, paragraphs
from webapp.pages.wording import about, fact_value, field_label, page_short, shown_title, value_label
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """A near duplicate of a document: its similarity and the known differences.

    The note beside its title is its filename, because near duplicates have similar titles.
    """

    document: Link
    about: tuple[str, ...]
    shares: str
    differences: tuple[str, ...]
    beside: Link


@dataclass(frozen=True, slots=True)
class Alike:
    """Near duplicates of one sort, which ``note`` explains."""

    anchor: str
    title: str
    note: str
    rows: tuple[AlikeRow, ...]


@dataclass(frozen=True, slots=True)
class FieldPair:
    """The values of a field in both documents; None where it is unknown."""

    label: str
    here: str | None
    there: str | None
    differs: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of two documents and the text of one of its pages. ``page`` is None if it has no page of this number."""

    document: Link
    title_language: str | None
    language: str | None
    page: Link | None
    paragraphs: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class BesideContext(Context):
    """Two documents side by side, at the same page number.

    ``topics`` lead to their clauses on a topic that both have; ``differing`` explains the marks.
    """

    title: str
    back: Link
    summary: str
    sides: tuple[Side, Side]
    fields: tuple[FieldPair, ...]
    topics: tuple[Link, ...]
    place: str
    differing: str | None
    previous: str | None
    next: str | None


_NEAR = marked("Copies, scans and readings of the same text. Each stays a document of its own.")
_FORMS = marked(
    "These use the same wording with other numbers: a form filled in again, an amended notice, a repeated tender. "
    "Do not take one for the other."
)
_MORE = marked("There may be more: for each document, at most %(count)s with nearly the same wording are kept.")
_COMPARED = ("kind", "municipality", "buyer", "vendor", "date", "year", "reference")


def present_alike(
    here: Description, found: Sequence[Similarity], described: Mapping[str, Description], state: SearchState
) -> tuple[Alike, ...]:
    """Return the near-identical documents, and those with the same wording but other numbers.

    ``described`` has the descriptions of all of them.
    """
    more = f" {gettext(_MORE, count=number(LINKED))}" if len(found) >= LINKED else ""
    near, forms = gettext("Near-identical documents"), gettext("Same wording, other numbers")
    groups = (
        ("near-identical", near, _NEAR, [like for like in found if like.is_near_identical]),
        ("same-wording", forms, _FORMS, [like for like in found if not like.is_near_identical]),
    )
    return tuple(
        Alike(
            anchor,
            title,
            gettext(note) + more,
            tuple(_row(here, like, described[like.document], state) for like in likes),
        )
        for anchor, title, note, likes in groups
        if likes
    )


def _row(here: Description, like: Similarity, there: Description, state: SearchState) -> AlikeRow:
    return AlikeRow(
        document=Link(there.title, document_url(there.id, state), note=there.filename),
        about=about(there),
        shares=shares(like),
        differences=tuple(
            gettext("%(field)s: %(there)s, here %(here)s", field=pair.label, there=pair.there, here=pair.here)
            for pair in _pairs(here, there)
            if pair.differs
        ),
        beside=Link(gettext("Show both side by side"), beside_url(here.id, there.id, state)),
    )


def shares(like: Similarity) -> str:
    """Return the similarity of two documents in words.

    Only identical text is called 100%; numbers are mentioned only if they differ.
    """
    wording = percent(like.wording)
    if like.numbers == 1 and like.wording == 1:
        return gettext("%(share)s of the wording is the same, and no number differs", share=wording)
    if like.numbers == 1:
        # Of a text with very many numbers, only a sample is compared, unless all its words are the same.
        return gettext("%(share)s of the wording is the same, and no number that was compared differs", share=wording)
    differing = percent(1 - like.numbers)
    told = (
        marked(
            "%(share)s of the wording is the same; %(numbers)s of the numbers differ; OCR may have misread some of them"
        )
        if like.by_ocr
        else marked("%(share)s of the wording is the same; %(numbers)s of the numbers differ")
    )
    return gettext(told, share=wording, numbers=differing)


def present_beside(
    here: Description,
    there: Description,
    like: Similarity | None,
    page: int,
    words: tuple[Words | None, Words | None],
    clauses: Mapping[str, Sequence[Clause]],
    state: SearchState,
) -> BesideContext:
    """Return two documents side by side at page ``page``.

    ``words`` are the words of that page in each, None where there is no such page; ``clauses`` those of each document.
    """
    last = max(here.page_count, there.page_count)
    turn = {step: beside_url(here.id, there.id, state, page + step) for step in (-1, 1)}
    ours, theirs = words
    differing = differences(ours, theirs) if ours and theirs else None
    marks = differing or ([], [])
    return BesideContext(
        state=state,
        title=gettext("%(here)s beside %(there)s", here=shown_title(here).text, there=shown_title(there).text),
        back=Link(shown_title(here).text, document_url(here.id, state)),
        summary=f"{shares(like)}." if like else gettext("These two documents are not known to be similar."),
        differing=_differing(differing) if ours and theirs else None,
        sides=(_side(here, page, ours, marks[0], state), _side(there, page, theirs, marks[1], state)),
        fields=tuple(_pairs(here, there)),
        topics=tuple(_topics(clauses.get(here.id, ()), clauses.get(there.id, ()))),
        place=gettext("Page %(number)s of %(last)s", number=page, last=last),
        previous=turn[-1] if page > 1 else None,
        next=turn[1] if page < last else None,
    )


def _differing(found: tuple[list[Mark], list[Mark]] | None) -> str:
    if found is None:
        return gettext("Pages of more than %(count)s words are not compared word by word.", count=number(MOST_COMPARED))
    if not any(found):
        return gettext("All words of this page are the same in both.")
    return gettext("Words found in only one of them on this page are marked.")


def _side(document: Description, page: int, words: Words | None, marks: Sequence[Mark], state: SearchState) -> Side:
    titled = shown_title(document)
    return Side(
        document=Link(titled.text, document_url(document.id, state), note=document.filename),
        title_language=titled.language,
        language=document.language,
        page=None if words is None else Link(page_short(page), page_url(document.id, page, state)),
        paragraphs=paragraphs(words, marks, anchored=False) if words else (),
    )


def _topics(ours: Sequence[Clause], theirs: Sequence[Clause]) -> Iterator[Link]:
    """Yield links to the first clauses of two documents on each topic of both, side by side."""
    there = {clause.topic: clause for clause in reversed(theirs) if clause.topic}
    for clause in ours:
        if clause.topic and (alike := there.pop(clause.topic, None)):
            one, other = (f"{each.span.document}/{each.eid}" for each in (clause, alike))
            yield Link(value_label("topic", clause.topic), compare_url(one, other))


def _pairs(here: Description, there: Description) -> Iterator[FieldPair]:
    for field in _COMPARED:
        ours, theirs = (_value(document, field) for document in (here, there))
        is_told = field == "year" and here.date and there.date
        if (ours or theirs) and not is_told:
            yield FieldPair(field_label(field), ours, theirs, bool(ours and theirs and ours != theirs))


def _value(document: Description, field: str) -> str | None:
    if field == "vendor":
        return ", ".join(vendor.name for vendor in document.vendors) or None
    value = getattr(document, field)
    return None if value is None else fact_value(field, str(value))


MOST_COMPARED = 2000
"""Maximum words per page that are compared; a printed page has some 500.

Where one word is repeated over and over, the time grows with the square of their number.
"""

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def differences(here: Words, there: Words) -> tuple[list[Mark], list[Mark]] | None:
    """Return the words of each page that are not in a common subsequence; None if a page is too long.

    Script, case, diacritics and the punctuation around words are ignored, as in a search.
    """
    if max(len(here), len(there)) > MOST_COMPARED:
        return None
    ours, theirs = _keys(here), _keys(there)
    matcher = SequenceMatcher(None, list(ours.values()), list(theirs.values()), autojunk=False)
    our_indexes, their_indexes = list(ours), list(theirs)
    our_marks, their_marks = [], []
    for tag, first, end, other_first, other_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        if end > first:
            our_marks.append(_mark(our_indexes[first:end]))
        if other_end > other_first:
            their_marks.append(_mark(their_indexes[other_first:other_end]))
    return our_marks, their_marks


def _keys(words: Words) -> dict[int, str]:
    """Return the folded form of each word by its index on the page. Punctuation is skipped."""
    keys = ((index, _EDGES.sub("", fold(text))) for index, text in enumerate(words.texts))
    return {index: key for index, key in keys if key}


def _mark(indexes: list[int]) -> Mark:
    return Mark(indexes[0], indexes[-1], anchor="")
