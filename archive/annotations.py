"""Annotations: resolve the target of a new one, words or a box of a page, and export them as W3C Web Annotations.

The Web Annotation Data Model (https://www.w3.org/TR/annotation-model/): a note's body is its text; its target is the
words or the box, in the form of a citation (:mod:`archive.citing.annotation`). The notes of a document are an
AnnotationCollection with one page that holds all of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from archive.citing.annotation import (
    CONTEXT,
    MEDIA_FRAGMENT,
    NAMESPACE,
    PDF_FRAGMENT,
    as_annotation,
    percent_box,
    timestamp,
)
from archive.citing.citation import cite
from archive.citing.formats import default_style
from archive.citing.locators import ni_uri
from archive.errors import UsageError, check_page
from archive.facts.evidence import numbered, quoted
from archive.model import Box, Document, Span
from archive.model.annotations import Annotation, Target
from archive.store.catalog import Catalog
from archive.text.anchoring import passage_of

MOST_WORDS = 2000
"""Most words of one annotation's target, about four printed pages."""


@dataclass(frozen=True, slots=True)
class AnnotationTarget:
    """The target of an annotation: ``words`` by number (``120-123``), a ``quote`` on one ``page`` or anywhere, or a
    ``box`` of a page (``x0,y0,x1,y1``, shares of its width and height)."""

    words: str | None = None
    quote: str | None = None
    page: int | None = None
    box: str | None = None


def target_of(catalog: Catalog, document: Document, asked: AnnotationTarget) -> Target:
    """Return the target that a request describes.

    :raises UsageError: the request names no target or more than one, or the document does not have it.
    """
    ways = [way for way in (asked.words, asked.quote, asked.box) if way is not None]
    if len(ways) != 1 or (asked.words is not None and asked.page is not None):
        raise UsageError(
            "Say in only one way what the note is on.",
            "Give --words, --quote with --page or not, or --box with --page.",
        )
    if asked.box is not None:
        return _box_target(catalog, document, asked.page, asked.box)
    if asked.words is not None:
        span = numbered(catalog, document, asked.words)
    else:
        assert asked.quote is not None
        span = quoted(catalog, document, asked.quote, asked.page)
    return _word_target(catalog, document, span)


def _word_target(catalog: Catalog, document: Document, span: Span) -> Target:
    count = span.last - span.first + 1
    if count > MOST_WORDS:
        raise UsageError(
            "A note on %(count)s words is too long; %(most)s are allowed.",
            "Choose fewer words.",
            count=f"{count:,}",
            most=f"{MOST_WORDS:,}",
        )
    reading = catalog.readings.get(document.id, span.reading)
    found = passage_of(reading, span, lambda page: catalog.readings.words(document.id, page, span.reading).texts)
    return Target(document.id, span.reading, found.pages[0], span, None, " ".join(found.quote))


def _box_target(catalog: Catalog, document: Document, number: int | None, text: str) -> Target:
    if number is None:
        raise UsageError("A box is on a page.", "Name it: --page N")
    reading = catalog.readings.get(document.id)
    check_page(number, len(reading.pages), document.filename)
    if reading.pages[number - 1].is_flowing:
        raise UsageError(
            "Page %(number)s of %(filename)s is flowing text and has no picture to mark a box on.",
            "Note it on words: --quote or --words.",
            number=number,
            filename=document.filename,
        )
    return Target(document.id, reading.number, number, None, _box(text), "")


def _box(text: str) -> Box:
    try:
        edges = [float(edge) for edge in text.split(",")]
        x0, y0, x1, y1 = edges
        if not (all(map(math.isfinite, edges)) and x0 < x1 and y0 < y1):
            raise ValueError("it has no area")
        return Box(x0, y0, x1, y1)
    except ValueError as error:
        raise UsageError(
            "%(text)s is not a box of a page.",
            "Write left, top, right and bottom as shares of the page between 0 and 1: 0.1,0.75,0.5,0.9",
            text=repr(text[:60]),
        ) from error


MEDIA_TYPE = f'application/ld+json; profile="{CONTEXT}"'
"""The media type that the Web Annotation Protocol (https://www.w3.org/TR/annotation-protocol/) asks for."""


def annotation_path(annotation_id: str) -> str:
    """Return the permalink of an annotation, from the root of the reading room."""
    return f"/annotations/{annotation_id}"


def annotation_record(annotation: Annotation, base_url: str) -> dict[str, Any]:
    """Return an annotation as ``dosije annotations --json`` gives it. ``reading`` is the reading it is now anchored in,
    ``made_in`` the one it was made in; ``carried`` says how it was anchored. ``box`` holds fractions of the page: x0,
    y0, x1, y1."""
    target = annotation.target
    return {
        "id": annotation.id,
        "document": annotation.document,
        "page": target.page,
        "reading": target.reading,
        "words": [target.span.first, target.span.last] if target.span else None,
        "box": [target.box.x0, target.box.y0, target.box.x1, target.box.y1] if target.box else None,
        "quote": target.quote or None,
        "note": annotation.note,
        "by": annotation.by,
        "created": annotation.created_at.isoformat(timespec="seconds"),
        "changed": annotation.changed_at and annotation.changed_at.isoformat(timespec="seconds"),
        "changed_by": annotation.changed_by,
        "removed": annotation.removed_at and annotation.removed_at.isoformat(timespec="seconds"),
        "removed_by": annotation.removed_by,
        "made_in": annotation.made_on.reading,
        "made_on": annotation.made_on.quote or None,
        "carried": annotation.how and str(annotation.how),
        "permalink": base_url + annotation_path(annotation.id),
    }


def web_annotation(catalog: Catalog, annotation: Annotation, base_url: str) -> dict[str, Any]:
    """Return one annotation as a Web Annotation."""
    return {"@context": [CONTEXT, {"dosije": NAMESPACE}], **_item(catalog, annotation, base_url)}


def _item(catalog: Catalog, annotation: Annotation, base_url: str) -> dict[str, Any]:
    document = catalog.documents.find(annotation.document)
    changed = annotation.changed_at or annotation.created_at
    cited = _cited(catalog, document, annotation, base_url)
    return {
        "id": base_url + annotation_path(annotation.id),
        "type": "Annotation",
        "motivation": "commenting",
        "creator": {"type": "Person", "name": annotation.by},
        "created": timestamp(annotation.created_at.isoformat(timespec="seconds")),
        "modified": timestamp(changed.isoformat(timespec="seconds")),
        "body": {"type": "TextualBody", "purpose": "commenting", "format": "text/plain", "value": annotation.note},
        **{name: value for name, value in cited.items() if name == "target" or name.startswith("dosije:")},
        "dosije:madeInReading": annotation.made_on.reading,
        "dosije:carried": annotation.how and str(annotation.how),
    }


def annotation_collection(
    catalog: Catalog, document: Document, annotations: Sequence[Annotation], base_url: str
) -> dict[str, Any]:
    """Return the notes of a document as an AnnotationCollection."""
    id_ = f"{base_url}/api/v1/documents/{document.id}/annotations"
    items = [_item(catalog, annotation, base_url) for annotation in annotations]
    first = {"id": f"{id_}#all", "type": "AnnotationPage", "partOf": id_, "startIndex": 0, "items": items}
    return {
        "@context": [CONTEXT, {"dosije": NAMESPACE}],
        "id": id_,
        "type": "AnnotationCollection",
        "label": f"Notes on {document.filename}",
        "total": len(items),
        "first": first,
    }


def _cited(catalog: Catalog, document: Document, annotation: Annotation, base_url: str) -> dict[str, Any]:
    """Return the target of a Web Annotation: the selectors of the words or of the box."""
    span = annotation.target.span
    if span is not None:
        citation = cite(catalog, document, span, base_url, annotation.created_at)
        return as_annotation(citation, default_style(citation))
    assert annotation.target.box is not None
    original = f"{base_url}/documents/{document.id}/original"
    digest = ni_uri(document.id)
    is_pdf = document.media_type == "application/pdf"
    return {
        "target": {
            "type": "SpecificResource",
            "source": {"id": original, "format": document.media_type, "dosije:digest": digest},
            "selector": {
                "type": "FragmentSelector",
                **({"conformsTo": PDF_FRAGMENT} if is_pdf else {}),
                "value": f"page={annotation.target.page}",
                "refinedBy": {
                    "type": "FragmentSelector",
                    "conformsTo": MEDIA_FRAGMENT,
                    "value": percent_box(annotation.target.box),
                },
            },
        },
        "dosije:document": document.id,
        "dosije:digest": digest,
        "dosije:filename": document.filename,
        "dosije:reading": annotation.target.reading,
    }
