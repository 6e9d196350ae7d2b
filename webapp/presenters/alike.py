"""Documents that say nearly the same: listed, and two of them beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archive.description import Description
from archive.search.near_duplicates import Similar
from archive.store.near_duplicates import LINKED
from archive.words import Words
from webapp.contexts.alike import Alike, AlikeRow, BesideContext, FieldPair, Side
from webapp.contexts.common import Link
from webapp.languages.translation import gettext, marked, number
from webapp.links import beside_url, document_url, page_url
from webapp.presenters.differences import MOST_COMPARED, differences
from webapp.presenters.marking import Mark, paragraphs
from webapp.presenters.places import page_short
from webapp.presenters.wording import about, fact_value, field_label, percent
from webapp.search_state import SearchState

_NEAR = marked("Copies, scans and readings of the same text. Each stays a document of its own.")
_FORMS = marked(
    "These use the same wording with other numbers: a form filled in again, an amended notice, a repeated tender. "
    "Do not take one for the other."
)
_MORE = marked("There may be more: at most %(count)s documents of nearly the same wording are kept for each.")
_COMPARED = ("kind", "municipality", "buyer", "vendor", "date", "year", "reference")


def present_alike(
    here: Description, found: Sequence[Similar], described: Mapping[str, Description], state: SearchState
) -> tuple[Alike, ...]:
    """The near-identical documents, and those of the same wording with other numbers; ``described`` holds all."""
    more = f" {gettext(_MORE, count=number(LINKED))}" if len(found) >= LINKED else ""
    near, forms = gettext("Near-identical documents"), gettext("Same wording, other numbers")
    groups = (
        ("near-identical", near, _NEAR, [like for like in found if like.is_near_identical]),
        ("same-wording", forms, _FORMS, [like for like in found if not like.is_near_identical]),
    )
    return tuple(
        Alike(anchor, title, gettext(note) + more, tuple(_row(here, like, described[like.id], state) for like in likes))
        for anchor, title, note, likes in groups
        if likes
    )


def _row(here: Description, like: Similar, there: Description, state: SearchState) -> AlikeRow:
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


def shares(like: Similar) -> str:
    """How alike two documents are. Only what is the same is called 100%, and only numbers that differ are counted."""
    wording = percent(like.similarity)
    if like.numbers == 1 and like.similarity == 1:
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
    like: Similar | None,
    page: int,
    words: tuple[Words | None, Words | None],
    state: SearchState,
) -> BesideContext:
    """Two documents at page ``page``, with the words of that page in each, None where there is no such page."""
    last = max(here.page_count, there.page_count)
    turn = {step: beside_url(here.id, there.id, state, page + step) for step in (-1, 1)}
    ours, theirs = words
    differing = differences(ours, theirs) if ours and theirs else None
    marks = differing or ([], [])
    return BesideContext(
        state=state,
        title=gettext("%(here)s beside %(there)s", here=here.title, there=there.title),
        back=Link(here.title, document_url(here.id, state)),
        summary=f"{shares(like)}." if like else gettext("These two are not known to be alike."),
        differing=_differing(differing) if ours and theirs else None,
        sides=(_side(here, page, ours, marks[0], state), _side(there, page, theirs, marks[1], state)),
        fields=tuple(_pairs(here, there)),
        place=gettext("Page %(number)s of %(last)s", number=page, last=last),
        previous=turn[-1] if page > 1 else None,
        next=turn[1] if page < last else None,
    )


def _differing(found: tuple[list[Mark], list[Mark]] | None) -> str:
    if found is None:
        return gettext("Pages of more than %(count)s words are not compared word by word.", count=number(MOST_COMPARED))
    if not any(found):
        return gettext("All words of this page are the same in both.")
    return gettext("Words that only one of them has on this page are marked.")


def _side(document: Description, page: int, words: Words | None, marks: Sequence[Mark], state: SearchState) -> Side:
    return Side(
        document=Link(document.title, document_url(document.id, state), note=document.filename),
        language=document.language,
        page=None if words is None else Link(page_short(page), page_url(document.id, page, state)),
        paragraphs=paragraphs(words, marks, anchored=False) if words else (),
    )


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
