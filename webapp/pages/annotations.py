"""Annotations of documents, and the page of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.model import Description, Document, Page
from archive.model.annotations import Annotation, AnnotationAction, AnnotationChange, How, Target
from webapp.languages.translation import gettext, marked
from webapp.links import annotation_url, api_annotation_url, document_url, page_url
from webapp.pages.parts import Context, Link, Mark, Rectangle
from webapp.pages.wording import moment, page_short, shown_title
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class NoteCard:
    """An annotation.

    ``place`` links to its mark, ``permalink`` to its own page. ``quote`` is None for one on a box. ``carried`` says how
    it was anchored, if it was made in another reading.
    """

    place: Link
    permalink: Link
    quote: str | None
    note: str
    about: str
    carried: str | None


@dataclass(frozen=True, slots=True)
class AnnotationContext(Context):
    """The page of an annotation.

    ``changes`` are its changes, each with the text after it. ``removed`` says who removed it, None otherwise; it can
    then no longer be changed.
    """

    id: str
    title: str
    document: Link
    title_language: str | None
    language: str | None
    card: NoteCard
    text: str
    removed: str | None
    changes: tuple[tuple[str, str | None], ...]
    exported: Link


QUOTE_WORDS = 30
"""Maximum number of words of a quotation beside an annotation."""

_HOW = {
    How.EXACT: marked("Made in reading %(made)s; its words were found again in reading %(shown)s."),
    How.EDGES: marked(
        "Made in reading %(made)s; its words were found again, with other punctuation at the edges "
        "in reading %(shown)s."
    ),
    How.SPACING: marked(
        "Made in reading %(made)s; its words were found again, with spaces elsewhere in reading %(shown)s."
    ),
    How.SCRIPT: marked(
        "Made in reading %(made)s; its words were found again in the other script in reading %(shown)s."
    ),
    How.FOLDED: marked(
        "Made in reading %(made)s; its words were found again but for case, diacritics or punctuation "
        "in reading %(shown)s."
    ),
    How.ALIGNED: marked("Made in reading %(made)s; other words are now where its words were in reading %(shown)s."),
}
_DONE = {
    AnnotationAction.ANNOTATE: marked("Made by %(person)s, %(moment)s (event %(event)s)"),
    AnnotationAction.EDIT: marked("Changed by %(person)s, %(moment)s (event %(event)s)"),
    AnnotationAction.REMOVE: marked("Removed by %(person)s, %(moment)s (event %(event)s)"),
}


def anchor_of(annotation: Annotation) -> str:
    """Return the HTML id of the mark of an annotation on a page."""
    return f"note-{annotation.id[:12]}"


def target_in(annotation: Annotation, reading: int) -> Target | None:
    """Return the target of an annotation in a reading, None if unknown: the last one it was anchored in, or its own."""
    return next((one for one in (annotation.target, annotation.made_on) if one.reading == reading), None)


def on_page(annotations: Sequence[Annotation], page: Page, reading: int) -> Iterator[tuple[Annotation, Target]]:
    """Yield the annotations on a page of a reading, with their targets."""
    end = page.first_word + page.word_count
    for annotation in annotations:
        target = target_in(annotation, reading)
        if target is None:
            continue
        span = target.span
        if target.page == page.number if span is None else span.first < end and span.last >= page.first_word:
            yield annotation, target


def note_marks(found: Sequence[tuple[Annotation, Target]], page: Page) -> list[Mark]:
    """Return the marks of annotations on words of a page."""
    return [
        Mark(
            max(target.span.first - page.first_word, 0),
            min(target.span.last - page.first_word, page.word_count - 1),
            anchor_of(annotation),
            noted=True,
        )
        for annotation, target in found
        if target.span
    ]


def note_boxes(found: Sequence[tuple[Annotation, Target]], page: Page) -> tuple[Rectangle, ...]:
    """Return the boxes of annotations on the image of a page, in points."""
    return tuple(
        Rectangle(
            round(box.x0 * page.width, 1),
            round(box.y0 * page.height, 1),
            round((box.x1 - box.x0) * page.width, 1),
            round((box.y1 - box.y0) * page.height, 1),
            anchor_of(annotation),
            current=False,
            noted=True,
        )
        for annotation, target in found
        if (box := target.box)
    )


def note_card(annotation: Annotation, target: Target, document: Document, state: SearchState) -> NoteCard:
    """Return an annotation as shown at ``target``."""
    older = target.reading if target.reading < document.reading else None
    url = page_url(document.id, target.page, state, reading=older)
    words = target.quote.split()
    return NoteCard(
        place=Link(page_short(target.page, older), f"{url}#{anchor_of(annotation)}"),
        permalink=Link(gettext("Permalink"), annotation_url(annotation.id)),
        quote=" ".join(words[:QUOTE_WORDS]) + (" …" if len(words) > QUOTE_WORDS else "") if target.span else None,
        note=annotation.note,
        about=_about(annotation),
        carried=_carried(annotation, target, document),
    )


def note_cards(annotations: Sequence[Annotation], document: Document, state: SearchState) -> tuple[NoteCard, ...]:
    """Return the annotations of a document, each in the newest reading in which it was anchored."""
    return tuple(note_card(annotation, annotation.target, document, state) for annotation in annotations)


def present_annotation(
    annotation: Annotation, changes: Sequence[AnnotationChange], document: Document, described: Description
) -> AnnotationContext:
    """Return the context of the page of an annotation."""
    state = SearchState()
    removed = None
    if annotation.removed_at is not None:
        removed = gettext(
            "%(person)s removed this note on %(moment)s.",
            person=annotation.removed_by,
            moment=moment(annotation.removed_at),
        )
    titled = shown_title(described)
    return AnnotationContext(
        state=state,
        id=annotation.id,
        title=gettext("Note on %(title)s", title=titled.text),
        document=Link(titled.text, document_url(document.id, state)),
        title_language=titled.language,
        language=described.language,
        card=note_card(annotation, annotation.target, document, state),
        text=annotation.note,
        removed=removed,
        changes=tuple(map(_change, reversed(changes))),
        exported=Link(gettext("As a W3C Web Annotation"), api_annotation_url(annotation.id)),
    )


def _change(change: AnnotationChange) -> tuple[str, str | None]:
    told = gettext(_DONE[change.action], person=change.by, moment=moment(change.at), event=change.event)
    return told, change.note


def _about(annotation: Annotation) -> str:
    made = f"{annotation.by}, {moment(annotation.created_at)}"
    if annotation.changed_at is None:
        return made
    when = moment(annotation.changed_at)
    return gettext("%(made)s; changed by %(person)s, %(moment)s", made=made, person=annotation.changed_by, moment=when)


def _carried(annotation: Annotation, target: Target, document: Document) -> str | None:
    """Return how an annotation is anchored where it is shown, or that it cannot be anchored in the newest reading."""
    made = annotation.made_on.reading
    if annotation.target.reading < document.reading:
        lost = marked("Made in reading %(made)s; its words were not found in reading %(newest)s, the newest.")
        return gettext(lost, made=made, newest=document.reading)
    if target.reading == made:
        return None
    if target.box is not None:
        return gettext("Made in reading %(made)s.", made=made)
    return gettext(_HOW[annotation.how or How.EXACT], made=made, shown=target.reading)
