"""The view of one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.description import Description
from archive.model import Document, Page, Reading
from archive.search.facets import label
from archive.words import Words
from webapp.contexts import Link, MatchSteps, PageContext, PageImage
from webapp.links import document_url, image_url, page_url, search_url
from webapp.page_images import LARGE_WIDTH, PAGE_WIDTH
from webapp.presenters.marking import Mark, paragraphs, rectangles
from webapp.presenters.wording import counted, page_source
from webapp.search_state import SearchState

EVIDENCE = "words"
"""The anchor of the mark on the words that prove a value."""

Spans = Sequence[tuple[int, int]]

DOUBTFUL = 70.0
"""OCR confidence under which a page gets a warning. Our choice; not measured against misread words."""


def present_page(
    state: SearchState,
    document: Document,
    description: Description,
    reading: Reading,
    page: Page,
    words: Words,
    marks: Sequence[Mark],
    steps: MatchSteps | None,
    *,
    is_large: bool,
) -> PageContext:
    """The view of ``page`` with ``marks`` in its text and on its image."""
    number, last = page.number, len(reading.pages)
    return PageContext(
        state=state,
        title=f"Page {number} – {description.title}",
        heading=f"Page {number} of {last:,}",
        language=description.language,
        document=Link(description.title, document_url(document.id, state)),
        results=Link("Results" if state.parameters() else "Search", search_url(state)),
        document_id=document.id,
        number=number,
        page_count=last,
        carried=(*state.pairs(), *((("size", "large"),) if is_large else ())),
        previous=page_url(document.id, number - 1, state, large=is_large) if number > 1 else None,
        next=page_url(document.id, number + 1, state, large=is_large) if number < last else None,
        steps=steps,
        about=_about(page, reading),
        notes=_notes(state, page, marks, steps),
        image=None if page.is_flowing else _image(state, document, description, page, words, marks, is_large),
        is_large=is_large,
        paragraphs=paragraphs(words, marks, anchored=page.is_flowing),
        text_language=page.language or reading.language,
    )


def match_marks(page: Page, matches: Mapping[int, Spans], current: int | None) -> list[Mark]:
    """The marks of a page's matches. They are numbered from 1 through the document; ``current`` is one of them."""
    before = sum(len(spans) for number, spans in matches.items() if number < page.number)
    return [
        Mark(first - page.first_word, last - page.first_word, f"match-{at}", at == current)
        for at, (first, last) in enumerate(matches.get(page.number, ()), start=before + 1)
    ]


def match_steps(
    state: SearchState, document: Document, page: Page, matches: Mapping[int, Spans], current: int | None, large: bool
) -> MatchSteps:
    """The way through the matches. Without a ``current`` one, next is the first on this page or after it."""
    pages = [number for number, spans in matches.items() for _ in spans]
    here = counted(len(matches.get(page.number, ())), "match", "matches")
    before = sum(1 for number in pages if number < page.number)
    if current is None:
        summary = f"{here} on this page, {len(pages):,} in the document"
        previous, following = before, before + 1
    else:
        summary = f"Match {current:,} of {len(pages):,}"
        previous, following = current - 1, current + 1

    def url(match: int) -> str | None:
        if not 1 <= match <= len(pages):
            return None
        return page_url(document.id, pages[match - 1], state, match=match, large=large)

    return MatchSteps(summary, url(previous), url(following))


def _image(
    state: SearchState,
    document: Document,
    description: Description,
    page: Page,
    words: Words,
    marks: Sequence[Mark],
    is_large: bool,
) -> PageImage:
    return PageImage(
        url=image_url(document.id, page.number, LARGE_WIDTH if is_large else PAGE_WIDTH),
        label=f"Image of page {page.number} of {description.title}",
        width=round(page.width, 2),
        height=round(page.height, 2),
        marks=rectangles(words, page, marks),
        resize=Link(
            "Beside the text" if is_large else "Larger",
            page_url(document.id, page.number, state, large=not is_large),
        ),
    )


def _about(page: Page, reading: Reading) -> tuple[str, ...]:
    language = page.language or reading.language
    known = (page_source(page), counted(page.word_count, "word"), label("language", language) if language else None)
    return tuple(value for value in known if value) + ((page.reason,) if page.reason else ())


def _notes(state: SearchState, page: Page, marks: Sequence[Mark], steps: MatchSteps | None) -> tuple[str, ...]:
    notes: list[str] = []
    if any(mark.anchor == EVIDENCE for mark in marks):
        notes.append("The marked words are what a value of this document was read from.")
    elif state.text and steps is None:
        notes.append(f"“{state.text}” does not match in this document.")
    if page.note:
        notes.append(page.note)
    elif page.word_count == 0:
        notes.append("No words were found on this page.")
    elif page.confidence is not None and page.confidence < DOUBTFUL:
        notes.append("OCR was unsure of this page; compare its words with the image before you quote them.")
    if page.is_flowing and page.word_count:
        notes.append("This document is flowing text: it has no page images.")
    return tuple(notes)
