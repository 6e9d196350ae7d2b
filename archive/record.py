"""One document as JSON: what ``dosije show --json`` and ``/api/v1/documents/<id>`` give (design, section 4)."""

from __future__ import annotations

from typing import Any

from archive.errors import UsageError
from archive.store.catalog import Catalog


def document_record(catalog: Catalog, document_id: str, page: int | None = None) -> dict[str, Any]:
    """The record of a document with the text of all its pages, or of page ``page`` alone.

    :raises UsageError: the document has no such page.
    """
    document = catalog.find(document_id)
    reading = catalog.reading(document.id)
    described = catalog.describe([document.id])[document.id]
    if page is not None and not 1 <= page <= len(reading.pages):
        raise UsageError(f"{document.filename} has {len(reading.pages)} pages; there is no page {page}.")
    pages = reading.pages if page is None else (reading.pages[page - 1],)
    return {
        "id": document.id,
        "sha256": document.id,
        "filename": document.filename,
        "title": described.title,
        "kind": described.kind,
        "language": described.language,
        "municipality": described.municipality,
        "buyer": described.buyer,
        "vendors": [{"name": vendor.name, "pib": vendor.pib, "mb": vendor.mb} for vendor in described.vendors],
        "year": described.year,
        "date": described.date,
        "reference": described.reference,
        "amounts": [
            {"amount": fact.value, **fact.details} for fact in catalog.facts(document.id) if fact.field == "amount"
        ],
        "pages": [
            {
                "number": shown.number,
                "source": str(shown.source),
                "confidence": shown.confidence,
                "note": shown.note,
                "text": catalog.words(document.id, shown.number, reading.number).text(),
            }
            for shown in pages
        ],
    }
