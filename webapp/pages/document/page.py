"""The view of one page, and its citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.model import Break, Page, Reading, Span, TextSource, Words
from archive.model.quality import Quality, page_quality
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import cite_url, document_url
from webapp.pages.annotations import NoteCard, note_boxes, note_card, note_marks, on_page
from webapp.pages.document.document_parts import present_older, present_original
from webapp.pages.document.page_parts import (
    LoadedPage,
    MatchSteps,
    OnPage,
    PageImage,
    StepKind,
    Strip,
    fact_marks,
    match_marks,
    match_steps,
    present_image,
    present_on_page,
    present_strip,
)
from webapp.pages.document.scan import Scan, present_scan
from webapp.pages.parts import (
    DOUBTFUL,
    Context,
    Link,
    Mark,
    OlderReading,
    Piece,
    back_to_search,
    doubtful_words,
    paragraphs,
    rectangles,
)
from webapp.pages.wording import (
    no_match,
    page_source,
    partial_match,
    reading_quality,
    script_name,
    shown_title,
    value_label,
    words_counted,
)
from webapp.state import PageState


@dataclass(frozen=True, slots=True)
class PageContext(Context):
    """The view of one page.

    ``notes`` explain the marks, or why there is little to see. ``carried`` are hidden fields (name, value) of the form
    for another page, ``searching`` those of the form for searching in the document. ``found`` links to the results of
    that search, ``unfind`` ends it. ``doubtful`` words have an OCR confidence below ``doubtful_below`` per cent.
    ``cite`` links to the citation of the marked evidence. ``cards`` are annotations on this page. ``sentences`` are the
    words around each match, as ``A-B`` by the anchor of its mark; ``item`` is the URL stored in a story, ``url`` its
    own. A page that ``is_short`` may be shown on the page of its document.
    """

    view: PageState
    title: str
    heading: str
    language: str | None
    document: Link
    results: Link
    document_id: str
    reading: int
    number: int
    page_count: int
    carried: tuple[tuple[str, str], ...]
    searching: tuple[tuple[str, str], ...]
    previous: str | None
    next: str | None
    steps: MatchSteps | None
    found: MatchSteps | None
    unfind: str | None
    strip: Strip | None
    on_page: OnPage | None
    about: tuple[str, ...]
    reason: str | None
    older: OlderReading | None
    notes: tuple[str, ...]
    image: PageImage | None
    paragraphs: tuple[tuple[Piece, ...], ...]
    text_language: str | None
    doubtful: int
    doubtful_below: int
    cite: Link | None
    cards: tuple[NoteCard, ...]
    scan: Scan | None
    sentences: Mapping[str, str]
    item: str
    url: str
    is_short: bool
    original: Link


SHORT = 1000
"""Maximum number of words of a flowing page that is shown on the page of its document."""

EVIDENCE = "words"
"""The anchor of the mark on the words in the URL: evidence of a value, or words that somebody selected."""

_WARNINGS = {
    Quality.FAIR: marked("OCR misread some words of this page; compare them with the image before you quote them."),
    Quality.UNRELIABLE: marked(
        "OCR was unsure of this page: every fifth word or more may be wrong, and a search may miss what is here. "
        "Compare the words with the image before you quote them."
    ),
}
"""Warnings on OCR quality; see archive/model/quality.py for the thresholds."""


def present_page(viewed: LoadedPage) -> PageContext:
    """Return the context of the view of a page, with marks in its text and on its image."""
    state, document, reading, page = viewed.state, viewed.document, viewed.reading, viewed.page
    marks, annotations, standing = page_marks(viewed), viewed.annotations, present_on_page(viewed)
    steps, found = (match_steps(viewed, kind) for kind in StepKind)
    noted = list(on_page(annotations, page, reading.number))
    all_marks = [*marks, *note_marks(noted, page)]
    proving = fact_marks(viewed) if viewed.marks_facts else []
    drawn = (*rectangles(viewed.words, page, [*proving, *all_marks]), *note_boxes(noted, page))
    here, last, title = page.number, len(reading.pages), shown_title(viewed.description)
    return PageContext(
        state=state,
        view=viewed.view,
        title=gettext("Page %(number)s – %(title)s", number=here, title=title.text),
        heading=gettext("Page %(number)s of %(count)s", number=here, count=number(last)),
        language=title.language,
        document=Link(title.text, document_url(document.id, state, reading=viewed.older)),
        results=back_to_search(state),
        document_id=document.id,
        reading=reading.number,
        number=here,
        page_count=last,
        carried=(*_hidden_fields(viewed), *viewed.view.parameters().items()),
        searching=(*_hidden_fields(viewed), *viewed.view.without_find().parameters().items(), ("from", str(here))),
        previous=viewed.url(here - 1) if here > 1 else None,
        next=viewed.url(here + 1) if here < last else None,
        steps=steps,
        found=found,
        unfind=viewed.url(here, viewed.view.without_find()) if viewed.view.find else None,
        strip=present_strip(viewed) if viewed.strip_words else None,
        on_page=standing,
        about=_about(page, reading),
        reason=said(page.reason) if page.reason else None,
        older=present_older(document, reading, viewed.newest_url),
        notes=_notes(viewed, standing),
        image=present_image(viewed, drawn),
        paragraphs=paragraphs(viewed.words, all_marks, anchored=page.is_flowing),
        text_language=page.language or reading.language,
        doubtful=len(doubtful_words(viewed.words)),
        doubtful_below=DOUBTFUL,
        cite=present_citing(viewed, marks),
        cards=tuple(note_card(annotation, target, document, state) for annotation, target in noted),
        scan=present_scan(viewed),
        sentences=sentences(viewed, marks),
        item=f"/documents/{document.id}/pages/{here}",
        url=viewed.url(here),
        is_short=page.word_count <= SHORT,
        original=present_original(document),
    )


def page_marks(viewed: LoadedPage) -> list[Mark]:
    """Return the marks of words found on the page, and of the evidence or else of matches.

    Where they overlap, the first one wins.
    """
    matches, found = (match_marks(viewed.page, viewed.hits[kind], viewed.current[kind], kind) for kind in StepKind)
    if viewed.evidence is None:
        return [*found, *matches]
    runs = viewed.evidence_runs
    anchors = [EVIDENCE, *(f"{EVIDENCE}-{at}" for at in range(2, len(runs) + 1))]
    evident = (Mark(*run, anchor, current=True) for run, anchor in zip(runs, anchors, strict=False))
    return [*found, *evident]


def _marked(evidence: Span, standing: OnPage | None) -> str:
    """Return the notice on the marked words."""
    if standing is not None:
        if any(place.current for fact in standing.facts for place in fact.places):
            return gettext("The marked words are what a value of this document was read from.")
        for clause in standing.clauses:
            if clause.show.current:
                return gettext("What is marked is what is here of: %(clause)s.", clause=clause.show.label)
    return plural(
        "Marked: %(count)s word that the address names.",
        "Marked: %(count)s words that the address names.",
        evidence.last - evidence.first + 1,
    )


def _about(page: Page, reading: Reading) -> tuple[str, ...]:
    language = page.language or reading.language
    spoken = value_label("language", language) if language else None
    script = script_name(page.script)
    quality = page_quality(page)
    known = (
        page_source(page),
        reading_quality(quality) if quality else None,
        words_counted(page.word_count),
        spoken,
        gettext("%(script)s script", script=script) if script and not (spoken and script in spoken) else None,
    )
    return tuple(value for value in known if value)


def _hidden_fields(viewed: LoadedPage) -> tuple[tuple[str, str], ...]:
    """Return the hidden fields that every form of the page has."""
    return (*viewed.state.pairs(), *(() if viewed.older is None else (("reading", str(viewed.older)),)))


def _notes(viewed: LoadedPage, standing: OnPage | None) -> tuple[str, ...]:
    page, text, find = viewed.page, viewed.state.text, viewed.view.find
    notes: list[str] = []
    if viewed.evidence is not None:
        notes.append(_marked(viewed.evidence, standing))
    elif text and not viewed.hits[StepKind.MATCH] and viewed.older is None:
        notes.append(no_match(text, is_waiting=viewed.is_waiting))
    elif viewed.is_partly:
        notes.append(partial_match(text))
    if find and not viewed.hits[StepKind.FOUND]:
        in_older = marked("“%(query)s” was not found in an older reading, into which searches do not look.")
        in_newest = marked("“%(query)s” was not found in this document.")
        if viewed.older is None and viewed.is_waiting:
            notes.append(no_match(find, is_waiting=True))
        else:
            notes.append(gettext(in_newest if viewed.older is None else in_older, query=find))
    if page.note:
        notes.append(said(page.note))
    elif page.word_count == 0:
        notes.append(gettext("No words were found on this page."))
    elif page.source is TextSource.OCR and (quality := page_quality(page)) in _WARNINGS:
        notes.append(gettext(_WARNINGS[quality]))
    if page.is_flowing and page.word_count:
        notes.append(gettext("This document is flowing text: it has no page images."))
    return tuple(notes)


MOST_WORDS = 60
"""Maximum number of words on either side of a match that are cited with it, for text without full stops."""

_ENDS = (".", "!", "?", ";", ":")


def present_citing(viewed: LoadedPage, marks: Sequence[Mark]) -> Link | None:
    """Return a link to the citation of the evidence, or of the sentence of the current or first match; None without."""
    if viewed.evidence is not None:
        return Link(gettext("Cite the marked words"), cite_url(viewed.evidence))
    matches = [mark for mark in marks if not mark.noted and not mark.found]
    if not matches:
        return None
    match = next((mark for mark in matches if mark.current), matches[0])
    first, last = sentence(viewed.words, match.first, match.last)
    start = viewed.page.first_word
    span = Span(viewed.document.id, viewed.reading.number, start + first, start + last)
    return Link(gettext("Cite this sentence"), cite_url(span))


def sentence(words: Words, first: int, last: int) -> tuple[int, int]:
    """Return the first and last word of the sentence around words of a page; a new block begins a new sentence."""
    least, most = max(0, first - MOST_WORDS), min(len(words) - 1, last + MOST_WORDS)
    while first > least and words.breaks[first] != Break.BLOCK and not _ends(words.texts[first - 1]):
        first -= 1
    while last < most and words.breaks[last + 1] != Break.BLOCK and not _ends(words.texts[last]):
        last += 1
    return first, last


def sentences(viewed: LoadedPage, marks: Sequence[Mark]) -> dict[str, str]:
    """Return the words of the sentence around each mark, as ``A-B`` by its anchor."""
    start = viewed.page.first_word
    found = {mark.anchor: sentence(viewed.words, mark.first, mark.last) for mark in marks if mark.anchor != EVIDENCE}
    return {anchor: f"{start + first}-{start + last}" for anchor, (first, last) in found.items()}


def _ends(word: str) -> bool:
    """Return whether a word ends a sentence; short words (``br.``) and numbers (``5.``) with a full stop do not."""
    return word.endswith(_ENDS) and not (word.endswith(".") and (len(word) <= 3 or word[:-1].isdecimal()))
