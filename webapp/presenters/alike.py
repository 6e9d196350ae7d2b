"""Documents that say nearly the same: listed, and two of them beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archive.description import Description
from archive.search.near_duplicates import Similar
from archive.store.signatures import LINKED
from archive.words import Words
from webapp.contexts.alike import Alike, AlikeRow, BesideContext, FieldPair, Side
from webapp.contexts.common import Link
from webapp.links import beside_url, document_url, page_url
from webapp.presenters.differences import MOST_COMPARED, differences
from webapp.presenters.marking import Mark, paragraphs
from webapp.presenters.wording import FIELD_LABELS, about, fact_value
from webapp.search_state import SearchState

_NEAR = "Copies, scans and readings of the same text. Each stays a document of its own."
_FORMS = (
    "These use the same wording with other numbers: a form filled in again, an amended notice, a repeated tender. "
    "Do not take one for the other."
)
_MORE = f" There may be more: at most {LINKED} documents of nearly the same wording are kept for each."
_COMPARED = ("kind", "municipality", "buyer", "vendor", "date", "year", "reference")


def present_alike(
    here: Description, found: Sequence[Similar], described: Mapping[str, Description], state: SearchState
) -> tuple[Alike, ...]:
    """The near-identical documents, and those of the same wording with other numbers; ``described`` holds all."""
    more = _MORE if len(found) >= LINKED else ""
    groups = (
        ("near-identical", "Near-identical documents", _NEAR, [like for like in found if like.is_near_identical]),
        ("same-wording", "Same wording, other numbers", _FORMS, [like for like in found if not like.is_near_identical]),
    )
    return tuple(
        Alike(anchor, title, note + more, tuple(_row(here, like, described[like.id], state) for like in likes))
        for anchor, title, note, likes in groups
        if likes
    )


def _row(here: Description, like: Similar, there: Description, state: SearchState) -> AlikeRow:
    return AlikeRow(
        document=Link(there.title, document_url(there.id, state), note=there.filename),
        about=about(there),
        shares=shares(like),
        differences=tuple(
            f"{pair.label}: {pair.there}, here {pair.here}" for pair in _pairs(here, there) if pair.differs
        ),
        beside=Link("Show both side by side", beside_url(here.id, there.id, state)),
    )


def shares(like: Similar) -> str:
    """How alike two documents are. Only what is the same is called 100 %, and only numbers that differ are counted."""
    wording = "100 %" if like.similarity == 1 else f"{min(99, round(100 * like.similarity))} %"
    if like.numbers == 1:
        # Of a text with very many numbers, only a sample is compared, unless all its words are the same.
        compared = "" if like.similarity == 1 else " that was compared"
        return f"{wording} of the wording is the same, and no number{compared} differs"
    differing = f"{max(1, round(100 * (1 - like.numbers)))} % of the numbers differ"
    why = "; OCR may have misread some of them" if like.by_ocr else ""
    return f"{wording} of the wording is the same; {differing}{why}"


def present_beside(
    here: Description,
    there: Description,
    like: Similar | None,
    number: int,
    words: tuple[Words | None, Words | None],
    state: SearchState,
) -> BesideContext:
    """Two documents at page ``number``, with the words of that page in each, None where there is no such page."""
    last = max(here.page_count, there.page_count)
    turn = {step: beside_url(here.id, there.id, state, number + step) for step in (-1, 1)}
    ours, theirs = words
    differing = differences(ours, theirs) if ours and theirs else None
    marks = differing or ([], [])
    return BesideContext(
        state=state,
        title=f"{here.title} beside {there.title}",
        back=Link(here.title, document_url(here.id, state)),
        summary=f"{shares(like)}." if like else "These two are not known to be alike.",
        differing=_differing(differing) if ours and theirs else None,
        sides=(_side(here, number, ours, marks[0], state), _side(there, number, theirs, marks[1], state)),
        fields=tuple(_pairs(here, there)),
        place=f"Page {number} of {last}",
        previous=turn[-1] if number > 1 else None,
        next=turn[1] if number < last else None,
    )


def _differing(found: tuple[list[Mark], list[Mark]] | None) -> str:
    if found is None:
        return f"Pages of more than {MOST_COMPARED:,} words are not compared word by word."
    if not any(found):
        return "All words of this page are the same in both."
    return "Words that only one of them has on this page are marked."


def _side(document: Description, number: int, words: Words | None, marks: Sequence[Mark], state: SearchState) -> Side:
    return Side(
        document=Link(document.title, document_url(document.id, state), note=document.filename),
        language=document.language,
        page=None if words is None else Link(f"p. {number}", page_url(document.id, number, state)),
        paragraphs=paragraphs(words, marks, anchored=False) if words else (),
    )


def _pairs(here: Description, there: Description) -> Iterator[FieldPair]:
    for field in _COMPARED:
        ours, theirs = (_value(document, field) for document in (here, there))
        is_told = field == "year" and here.date and there.date
        if (ours or theirs) and not is_told:
            yield FieldPair(FIELD_LABELS[field], ours, theirs, bool(ours and theirs and ours != theirs))


def _value(document: Description, field: str) -> str | None:
    if field == "vendor":
        return ", ".join(vendor.name for vendor in document.vendors) or None
    value = getattr(document, field)
    return None if value is None else fact_value(field, str(value))
