"""The view of one page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.annotations import Annotation
from archive.description import Description
from archive.model import Document, Page, Reading, Span, TextSource
from archive.quality import Quality, page_quality
from archive.search.facets import label
from archive.words import Words
from webapp.contexts.common import Link
from webapp.contexts.page import MatchSteps, PageContext, PageImage, Rectangle
from webapp.links import cite_url, document_url, image_url, older_number, page_url, search_url
from webapp.page_images import LARGE_WIDTH, PAGE_WIDTH
from webapp.presenters.annotations import note_boxes, note_card, note_marks, on_page
from webapp.presenters.marking import DOUBTFUL, Mark, doubtful_words, paragraphs, rectangles
from webapp.presenters.reading import present_older
from webapp.presenters.wording import counted, page_source, reading_quality, script_name
from webapp.search_state import SearchState

EVIDENCE = "words"
"""The anchor of the mark on the words that prove a value."""

Spans = Sequence[tuple[int, int]]

_WARNINGS = {
    Quality.FAIR: "OCR misread some words of this page; compare them with the image before you quote them.",
    Quality.UNRELIABLE: "OCR was unsure of this page: every fifth word or more may be wrong, and a search may miss "
    "what stands here. Compare the words with the image before you quote them.",
}
"""For pages that OCR read; see archive/quality.py for the figures behind it."""


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
    evidence: Span | None = None,
    annotations: Sequence[Annotation] = (),
) -> PageContext:
    """The view of ``page`` with ``marks`` in its text and on its image; ``evidence`` is what they mark of it, if it is
    not matches. ``annotations`` are those of the document."""
    noted = list(on_page(annotations, page, reading.number))
    all_marks = [*marks, *note_marks(noted, page)]
    drawn = (*rectangles(words, page, all_marks), *note_boxes(noted, page))
    number, last, older = page.number, len(reading.pages), older_number(document, reading)
    beside = {at: page_url(document.id, at, state, large=is_large, reading=older) for at in (number - 1, number + 1)}
    return PageContext(
        state=state,
        title=f"Page {number} – {description.title}",
        heading=f"Page {number} of {last:,}",
        language=description.language,
        document=Link(description.title, document_url(document.id, state, reading=older)),
        results=Link("Results" if state.parameters() else "Search", search_url(state)),
        document_id=document.id,
        number=number,
        page_count=last,
        carried=_carried(state, older, is_large),
        previous=beside[number - 1] if number > 1 else None,
        next=beside[number + 1] if number < last else None,
        steps=steps,
        about=_about(page, reading),
        reason=page.reason,
        older=present_older(document, reading, page_url(document.id, number, state, large=is_large)),
        notes=_notes(state, page, marks, steps, is_older=older is not None),
        image=_image(state, description, page, drawn, is_large, older),
        is_large=is_large,
        paragraphs=paragraphs(words, all_marks, anchored=page.is_flowing),
        text_language=page.language or reading.language,
        legend=_legend(words),
        cite=Link("Cite the marked words", cite_url(evidence)) if evidence else None,
        cards=tuple(note_card(annotation, target, document, state) for annotation, target in noted),
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
    description: Description,
    page: Page,
    marks: tuple[Rectangle, ...],
    is_large: bool,
    older: int | None,
) -> PageImage | None:
    if page.is_flowing:
        return None
    return PageImage(
        url=image_url(description.id, page.number, LARGE_WIDTH if is_large else PAGE_WIDTH, older),
        label=f"Image of page {page.number} of {description.title}",
        width=round(page.width, 2),
        height=round(page.height, 2),
        marks=marks,
        resize=Link(
            "Beside the text" if is_large else "Larger",
            page_url(description.id, page.number, state, large=not is_large, reading=older),
        ),
    )


def _about(page: Page, reading: Reading) -> tuple[str, ...]:
    language = page.language or reading.language
    spoken = label("language", language) if language else None
    script = script_name(page.script)
    quality = page_quality(page)
    known = (
        page_source(page),
        reading_quality(quality) if quality else None,
        counted(page.word_count, "word"),
        spoken,
        f"{script} script" if script and not (spoken and script in spoken) else None,
    )
    return tuple(value for value in known if value)


def _carried(state: SearchState, older: int | None, is_large: bool) -> tuple[tuple[str, str], ...]:
    reading = () if older is None else (("reading", str(older)),)
    return (*state.pairs(), *reading, *((("size", "large"),) if is_large else ()))


def _legend(words: Words) -> str | None:
    count = len(doubtful_words(words))
    return f"OCR was less than {DOUBTFUL}% sure of {counted(count, 'word')} here, shown" if count else None


def _notes(
    state: SearchState, page: Page, marks: Sequence[Mark], steps: MatchSteps | None, *, is_older: bool
) -> tuple[str, ...]:
    notes: list[str] = []
    if any(mark.anchor == EVIDENCE for mark in marks):
        notes.append("The marked words are what a value of this document was read from.")
    elif state.text and steps is None and not is_older:
        notes.append(f"“{state.text}” does not match in this document.")
    if page.note:
        notes.append(page.note)
    elif page.word_count == 0:
        notes.append("No words were found on this page.")
    elif page.source is TextSource.OCR and (quality := page_quality(page)) in _WARNINGS:
        notes.append(_WARNINGS[quality])
    if page.is_flowing and page.word_count:
        notes.append("This document is flowing text: it has no page images.")
    return tuple(notes)
