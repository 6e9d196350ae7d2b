"""Numbers, dates and names as a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

from archive.comparing.tolerance import Tolerated
from archive.description import Description
from archive.model import Page, TextSource
from archive.quality import Quality
from archive.search.facets import label
from archive.search.request import AMOUNT_FILTERS, excluded_facet

FIELD_LABELS = {
    "title": "Title",
    "kind": "Kind",
    "municipality": "Municipality",
    "buyer": "Buyer",
    "vendor": "Vendor",
    "bidder": "Bidder",
    "date": "Date",
    "year": "Year",
    "deadline": "Deadline",
    "reference": "Reference",
    "related": "Related",
    "amount": "Amount",
    "bids": "Bids received",
    "cpv": "CPV code",
    "foi_outcome": "Outcome of the request",
    "quantity": "Quantity",
    "watch": "On the watchlist",
    "language": "Language",
    "quality": "Reading quality",
    "collection": "Collection",
    "topic": "Topic",
}
"""What facets and fields of facts are called."""

_NUMBERS = {"pib": "PIB", "mb": "MB", "jib": "JIB"}
_DETAILS = {
    "pib": "PIB {}",
    "mb": "MB {}",
    "jib": "JIB {}",
    "check_failed": "check digit wrong: {}",
    "check": "check digit {}",
    "currency": "{}",
    "vat": "{} VAT",
    "role": "{}",
    "words_differ": "its words say another amount",
    "sum_differs": "printed sum does not add up",
    "what": "{}",
    "of": "of {}",
    "more": "and {} more places",
    "group": "{}",
    "negated": "said not to be there",
    "carried_from": "decided in reading {}, words found again",
    "carried_how": "not quite the same words: {}",
}
"""What is told beside a value, around what it says."""

_TOLERATED = {
    Tolerated.SCRIPT: "the other script",
    Tolerated.CASE: "capitals",
    Tolerated.DIACRITICS: "diacritics",
    Tolerated.PUNCTUATION: "punctuation",
    Tolerated.SPACING: "spaces",
    Tolerated.NUMBER_FORM: "the same number, written otherwise",
    Tolerated.LOOK_ALIKE: "letters that OCR takes for one another",
}

MEDIA_TYPES = {
    "application/pdf": "PDF",
    "image/png": "PNG image",
    "image/jpeg": "JPEG image",
    "image/tiff": "TIFF image",
    "text/plain": "Plain text",
    "text/csv": "Table as text (CSV)",
    "text/html": "Web page (HTML)",
    "application/rtf": "Rich text (RTF)",
    "application/msword": "Word document (DOC)",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word document (DOCX)",
    "application/vnd.oasis.opendocument.text": "OpenDocument text (ODT)",
    "application/vnd.ms-excel": "Excel workbook (XLS)",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel workbook (XLSX)",
    "application/vnd.oasis.opendocument.spreadsheet": "OpenDocument spreadsheet (ODS)",
    "application/vnd.ms-powerpoint": "PowerPoint slides (PPT)",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint slides (PPTX)",
    "application/vnd.oasis.opendocument.presentation": "OpenDocument slides (ODP)",
    "message/rfc822": "E-mail (EML)",
    "application/vnd.ms-outlook": "E-mail (Outlook MSG)",
    "application/mbox": "Mailbox (mbox)",
    "application/zip": "ZIP archive",
}

_SCRIPTS = {"Cyrl": "Cyrillic", "Latn": "Latin"}

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """``1 page``, ``1,200 pages``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(share: float) -> str:
    """``97 %``. Only what is the same is called 100 %, and only what has nothing in common 0 %."""
    if share in (0.0, 1.0):
        return f"{share:.0%}".replace("%", " %")
    return f"{min(99, max(1, round(100 * share)))} %"


def tolerated(reason: Tolerated) -> str:
    """In what two words are printed otherwise."""
    return _TOLERATED[reason]


def day(moment: date) -> str:
    """``9 March 2023``."""
    return f"{moment.day} {moment:%B} {moment.year}"


def moment(when: datetime) -> str:
    """``9 March 2023, 14:05 UTC``."""
    return f"{day(when)}, {when:%H:%M} UTC"


def size(number: int) -> str:
    """``412 bytes``, ``1.3 MB``; units are powers of 1000."""
    if number < 1000:
        return counted(number, "byte")
    amount = number / 1000
    for unit in ("kB", "MB"):
        if amount < 999.5:
            return f"{amount:.3g} {unit}"
        amount /= 1000
    return f"{amount:,.1f} GB"


def field_label(name: str) -> str:
    """What a field of facts, or a filter, is about; one that we have no name for keeps its own."""
    if name in AMOUNT_FILTERS:
        return FIELD_LABELS["amount"]
    field = excluded_facet(name) or name
    return FIELD_LABELS.get(field, field.replace("_", " ").capitalize())


def detail(name: str, value: str) -> str:
    """What belongs to a value, in words; a detail that we have no words for keeps its own name."""
    if name == "check_failed":
        value = ", ".join(_NUMBERS.get(number, number) for number in value.split())
    return _DETAILS.get(name, f"{name} {{}}".replace("_", " ")).format(value.replace("_", " "))


def fact_value(field: str, value: str) -> str:
    """A fact's value in words."""
    if field in {"date", "deadline"} and _ISO_DATE.fullmatch(value):
        # A person may have written a day that no calendar has; it is shown as it was written.
        with suppress(ValueError):
            return day(date.fromisoformat(value))
    if field == "amount":
        return f"{Decimal(value):,}"
    return label(field, value)


def about(description: Description) -> tuple[str, ...]:
    """A document in a few words: what is known of kind, municipality, vendors, year and length."""
    known: Iterable[str | None] = (
        label("kind", description.kind) if description.kind else None,
        description.municipality,
        *(vendor.name for vendor in description.vendors),
        str(description.year) if description.year else None,
        counted(description.page_count, "page"),
    )
    return tuple(value for value in known if value)


def reading_quality(quality: Quality) -> str:
    """A quality where it stands among other facts: ``reading quality: fair``."""
    return f"reading quality: {quality}"


def script_name(code: str | None) -> str | None:
    """An ISO 15924 code in words; one we have no name for stays a code."""
    return None if code is None else _SCRIPTS.get(code, code)


def page_source(page: Page) -> str:
    """Where a page's words came from, and how sure OCR was of them."""
    if page.source is TextSource.NONE:
        return "Not read"
    if page.source is TextSource.TEXT:
        return "Text of the file"
    return "OCR" if page.confidence is None else f"OCR, {page.confidence:.0f}% sure"
