"""Reading ``packet.json``, which somebody may have changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.model import SHA256, Span
from archive.packet.layout import VERSION


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """A document of a packet. ``original`` is None if its bytes were left out."""

    id: str
    original: str | None


@dataclass(frozen=True, slots=True)
class PackedCitation:
    """A citation of a packet: ``texts`` are the files of the pages it stands on, ``files`` its forms."""

    number: int
    span: Span
    masked: bool
    texts: tuple[str, ...]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """What ``packet.json`` says is there. ``events`` is how many events there are."""

    documents: tuple[PackedDocument, ...]
    citations: tuple[PackedCitation, ...]
    events: int


def read_table(text: str) -> Table:
    """The table.

    :raises ValueError: it makes no sense; the message says where.
    """
    try:
        told = json.loads(text)
        if told["version"] != VERSION:
            raise ValueError(f"it is of version {told['version']}, and this program knows version {VERSION}")
        documents = tuple(map(_document, told["documents"]))
        citations = tuple(map(_citation, told["citations"]))
        events = int(told["events"]["count"])
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"something is missing or of the wrong kind ({error})") from error
    known = {document.id for document in documents}
    for citation in citations:
        if citation.span.document not in known:
            raise ValueError(f"citation {citation.number} cites no document of the packet")
    return Table(documents, citations, events)


def _document(told: Mapping[str, Any]) -> PackedDocument:
    if not SHA256.fullmatch(told["id"]):
        raise ValueError("the id of a document is no SHA-256")
    return PackedDocument(told["id"], None if told["original"] is None else str(told["original"]))


def _citation(told: Mapping[str, Any]) -> PackedCitation:
    first, last = told["words"]
    span = Span(str(told["document"]), int(told["reading"]), int(first), int(last))
    files = {str(form): str(file) for form, file in told["files"].items()}
    return PackedCitation(int(told["number"]), span, bool(told["masked"]), tuple(map(str, told["texts"])), files)
