"""Writing and reading of citations as W3C Web Annotations.

The Web Annotation Data Model (https://www.w3.org/TR/annotation-model/): each page of cited words is a target, a
fragment of the original (``page=4``, RFC 3778) refined by a text quote selector, a text position selector (code points
of what ``dosije show ID --page N --text`` prints), and the box on the page (Media Fragments, per cent). Extensions are
under ``dosije:``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archive.citing.citation import Citation, CitationPart
from archive.citing.locators import Address, clause_locator, ni_uri
from archive.citing.prose import as_text
from archive.citing.styles import STYLES, CitationStyle
from archive.errors import UsageError
from archive.model import SHA256, Box, Span

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
NAMESPACE = "urn:dosije:"
PDF_FRAGMENT = "http://tools.ietf.org/rfc/rfc3778"
MEDIA_FRAGMENT = "http://www.w3.org/TR/media-frags/"


def as_annotation(citation: Citation, style: CitationStyle) -> dict[str, Any]:
    """Return the citation as a Web Annotation; its body is the citation as a sentence."""
    targets = [_target(citation, part) for part in citation.parts]
    return {
        "@context": [CONTEXT, {"dosije": NAMESPACE}],
        "id": citation.permalink,
        "type": "Annotation",
        "motivation": "identifying",
        "created": timestamp(citation.made_at.isoformat(timespec="seconds")),
        "generator": {"id": NAMESPACE + "program", "type": "Software", "name": "Dosije"},
        "body": {
            "type": "TextualBody",
            "purpose": "describing",
            "format": "text/plain",
            "language": STYLES[style].language,
            "value": as_text(citation, style),
        },
        "target": targets[0] if len(targets) == 1 else targets,
        "dosije:document": citation.document.id,
        "dosije:digest": ni_uri(citation.document.id),
        "dosije:filename": citation.document.filename,
        "dosije:reading": citation.span.reading,
        "dosije:words": [citation.span.first, citation.span.last],
        "dosije:quoteSha256": citation.quote_sha256,
        "dosije:clause": citation.clauses[-1].eid if citation.clauses else None,
        "dosije:locator": clause_locator(citation.clauses, style),
        "dosije:countedByMachine": any(clause.counted for clause in citation.clauses),
    }


def _target(citation: Citation, part: CitationPart) -> dict[str, Any]:
    quoted = {"type": "TextQuoteSelector", "exact": part.exact, "prefix": part.prefix, "suffix": part.suffix}
    placed = {"type": "TextPositionSelector", "start": part.start, "end": part.end}
    refined: list[dict[str, Any]] = [quoted, placed]
    if part.box:
        refined.append({"type": "FragmentSelector", "conformsTo": MEDIA_FRAGMENT, "value": percent_box(part.box)})
    return {
        "type": "SpecificResource",
        "source": {
            "id": citation.original_url,
            "format": citation.document.media_type,
            "dosije:digest": ni_uri(citation.document.id),
        },
        "state": {
            "type": "TimeState",
            "sourceDate": timestamp(citation.reading.created_at.isoformat(timespec="seconds")),
            "cached": citation.original_url,
        },
        "selector": {
            "type": "FragmentSelector",
            # There is no standard fragment for other formats; the page of an image is written in the same way.
            **({"conformsTo": PDF_FRAGMENT} if citation.document.media_type == "application/pdf" else {}),
            "value": f"page={part.page.number}",
            "refinedBy": refined,
        },
    }


def percent_box(box: Box) -> str:
    """Return a box as a media fragment (https://www.w3.org/TR/media-frags/): corner and size in per cent of the
    page."""
    edges = (box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0)
    return "xywh=percent:" + ",".join(f"{100 * edge:.2f}" for edge in edges)


def timestamp(iso: str) -> str:
    """Convert a UTC timestamp to the form of Web Annotations, with Z."""
    return iso.replace("+00:00", "Z")


PARSE_ERRORS = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""Exceptions of reading invalid JSON, or JSON with values of the wrong type."""


def address_in(annotation: Mapping[str, Any]) -> tuple[Address, tuple[str, ...]]:
    """Return the address of one of our annotations, and the words that it quotes in standard selectors.

    :raises UsageError: it is not one of our annotations.
    """
    try:
        first, last = annotation["dosije:words"]
        document, digest = annotation["dosije:document"], annotation["dosije:quoteSha256"]
        if not (SHA256.fullmatch(document) and SHA256.fullmatch(digest)):
            raise ValueError("a hash is not 64 hexadecimal digits")
        span = Span(document, int(annotation["dosije:reading"]), int(first), int(last))
        words = tuple(word for exact in _quoted(annotation["target"]) for word in exact.split())
    except PARSE_ERRORS as error:
        raise UsageError(
            "The annotation does not say which words it cites: %(error)s.",
            "Verify one that was made by: dosije cite ID … --format annotation",
            error=error,
        ) from error
    return Address(span, digest), words


def _quoted(target: Any) -> list[str]:
    targets = target if isinstance(target, list) else [target]
    return [
        str(selector["exact"])
        for one in targets
        for selector in one["selector"]["refinedBy"]
        if selector["type"] == "TextQuoteSelector"
    ]
