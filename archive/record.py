"""One document as JSON: what ``dosije show --json`` and ``/api/v1/documents/<id>`` give (design, section 4)."""

from __future__ import annotations

from typing import Any

from archive.errors import UsageError
from archive.model.quality import page_quality
from archive.search.near_duplicates import NearDuplicateLinker
from archive.store.catalog import Catalog


def document_record(
    catalog: Catalog, document_id: str, page: int | None = None, reading_number: int | None = None
) -> dict[str, Any]:
    """The record of a document with the text of all its pages, or of page ``page`` alone.

    The pages and their language are those of the newest reading, or of reading ``reading_number``; everything else is
    what is known of the document now. ``containers`` says in which e-mails and archives it lies and where there,
    ``members`` what it holds itself; a member without ``id`` could not be read, for the ``reason`` given.
    ``near_duplicates`` are the documents of nearly the same wording, the nearest first; where ``near_identical`` is
    false, their numbers differ.

    :raises UsageError: the document has no such reading or page.
    """
    document = catalog.documents.find(document_id)
    reading = catalog.readings.get(document.id, reading_number)
    described = catalog.documents.descriptions([document.id])[document.id]
    if page is not None and not 1 <= page <= len(reading.pages):
        raise UsageError(f"{document.filename} has {len(reading.pages)} pages; there is no page {page}.")
    pages = reading.pages if page is None else (reading.pages[page - 1],)
    return {
        "id": document.id,
        "sha256": document.id,
        "filename": document.filename,
        "title": described.title,
        "kind": described.kind,
        "language": described.language if reading.number == document.reading else reading.language,
        "municipality": described.municipality,
        "buyer": described.buyer,
        "vendors": [{"name": vendor.name, "pib": vendor.pib, "mb": vendor.mb} for vendor in described.vendors],
        "year": described.year,
        "date": described.date,
        "reference": described.reference,
        "quality": described.quality,
        "reading": reading.number,
        "newest_reading": document.reading,
        "amounts": [
            {"amount": fact.value, **fact.details} for fact in catalog.facts.of(document.id) if fact.field == "amount"
        ],
        "containers": [
            {"id": place.container, "filename": catalog.documents.find(place.container).filename, "path": place.path}
            for place in catalog.members.containers(document.id)
        ],
        "members": [
            {"path": member.path, "id": member.document, "reason": member.reason}
            for member in catalog.members.of(document.id)
        ],
        "near_duplicates": near_duplicates_record(catalog, document.id),
        "sources": [source.path for source in catalog.documents.sources(document.id)],
        "pages": [
            {
                "number": shown.number,
                "source": str(shown.source),
                "confidence": shown.confidence,
                "quality": page_quality(shown),
                "script": shown.script,
                "reason": shown.reason,
                "note": shown.note,
                "text": catalog.readings.words(document.id, shown.number, reading.number).text(),
            }
            for shown in pages
        ],
    }


def near_duplicates_record(catalog: Catalog, document_id: str) -> list[dict[str, Any]]:
    """The documents of nearly the same wording, the nearest first. Shares are between 0 and 1."""
    found = NearDuplicateLinker(catalog).of([document_id]).get(document_id, ())
    described = catalog.documents.descriptions(like.id for like in found)
    return [
        {
            "id": like.id,
            "title": described[like.id].title,
            "similarity": round(like.similarity, 2),
            "near_identical": like.is_near_identical,
            "numbers_differing": round(1 - like.numbers, 2),
        }
        for like in found
    ]
