"""The fields that a query can name, in English and Serbian."""

from __future__ import annotations

from enum import StrEnum


class QueryField(StrEnum):
    """Something known about documents that ``name:value`` asks for."""

    TITLE = "title"
    VENDOR = "vendor"
    PIB = "pib"
    REFERENCE = "reference"
    KIND = "kind"
    YEAR = "year"
    DATE = "date"
    AMOUNT = "amount"
    LANGUAGE = "language"
    QUALITY = "quality"
    MUNICIPALITY = "municipality"
    COLLECTION = "collection"
    WATCH = "watch"


_SERBIAN = {
    "naslov": QueryField.TITLE,
    "dobavljac": QueryField.VENDOR,
    "mb": QueryField.PIB,
    "broj": QueryField.REFERENCE,
    "vrsta": QueryField.KIND,
    "godina": QueryField.YEAR,
    "datum": QueryField.DATE,
    "iznos": QueryField.AMOUNT,
    "jezik": QueryField.LANGUAGE,
    "kvalitet": QueryField.QUALITY,
    "opstina": QueryField.MUNICIPALITY,
    "opcina": QueryField.MUNICIPALITY,
    "zbirka": QueryField.COLLECTION,
    "praceno": QueryField.WATCH,
}

FIELD_NAMES = {field.value: field for field in QueryField} | _SERBIAN
"""Folded name to field. The numbers of a firm (PIB and matični broj) are one field."""
