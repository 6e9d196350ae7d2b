"""Numbers, dates, names, pages and words in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from textwrap import shorten

from archive.model import Description, Fact, Page, Quality, TextSource
from archive.model.clauses import NumberingProblem
from archive.model.fields import PART_WORDS
from archive.search.facets import label
from archive.search.request import AMOUNT_FILTERS, UNKNOWN, Unit, excluded_facet
from webapp.languages.translation import gettext, long_date, marked, number, plural, said

FIELD_LABELS = {
    "title": marked("Title"),
    "subject": marked("Subject"),
    "kind": marked("Kind"),
    "municipality": marked("Municipality"),
    "buyer": marked("Buyer"),
    "vendor": marked("Vendor"),
    "bidder": marked("Bidder"),
    "date": marked("Date"),
    "year": marked("Year"),
    "deadline": marked("Deadline"),
    "called": marked("Called"),
    "closed": marked("Closed"),
    "received": marked("Received"),
    "procedure_type": marked("Procedure type"),
    "reference": marked("Reference"),
    "related": marked("Related"),
    "procedure": marked("Ruling on its procedure"),
    "amount": marked("Amount"),
    "bids": marked("Bids received"),
    "offer": marked("Offer"),
    "award": marked("Award"),
    "price_change": marked("Change of the price"),
    "unread_lot": marked("Lot whose award was not read"),
    "vat_rate": marked("Rate of VAT"),
    "exchange_rate": marked("Rate of exchange"),
    "cpv": marked("CPV code"),
    "foi_outcome": marked("Outcome of the request"),
    "quantity": marked("Quantity"),
    "watch": marked("On the watchlist"),
    "language": marked("Language"),
    "quality": marked("Reading quality"),
    "collection": marked("Collection"),
    "topic": marked("Topic"),
}
"""Labels of facets and fields of facts."""

_NUMBERS = {"pib": marked("PIB"), "mb": marked("MB"), "jib": marked("JIB")}
_DETAILS = {
    "pib": marked("PIB %(value)s"),
    "mb": marked("MB %(value)s"),
    "jib": marked("JIB %(value)s"),
    "oib": marked("OIB %(value)s"),
    "direction:more": marked("added to the price"),
    "direction:less": marked("taken off the price"),
    "direction:unknown": marked("the price is changed, to a sum that was not read"),
    "unit:percent": "%%",
    "check_failed": marked("check digit wrong: %(value)s"),
    "check": marked("check digit %(value)s"),
    "currency": "%(value)s",
    "bids": marked("bids received: %(value)s"),
    "vat": "%(value)s VAT",
    "role": "%(value)s",
    "ceiling": marked("maximum payable"),
    "call_off": marked("called off under a framework agreement"),
    "words_differ": marked("the amount in words differs"),
    "sum_differs": marked("printed total does not add up"),
    "unit_price": marked("per unit"),
    "unit_price:likely": marked("likely per unit: under 2%% of the estimated value"),
    "what": "%(value)s",
    "of": marked("of %(value)s"),
    "added:more": marked("added to the contract"),
    "added:less": marked("taken from the contract"),
    "proposed": marked("proposed only; counts once somebody confirms it"),
    "more": marked("and in %(value)s more places"),
    "group": "%(value)s",
    "negated": marked("said to be absent"),
    "state": "%(value)s",
    "ground": marked("by article %(value)s"),
    "after": marked("after: %(value)s"),
    "carried_from": marked("decided in reading %(value)s, words found again"),
    "carried_how": marked("not quite the same words: %(value)s"),
}
"""Texts of the details of a value."""

NUMBERING_PROBLEMS = {
    NumberingProblem.MISSING: marked("Numbers that are missing"),
    NumberingProblem.DOUBLED: marked("Numbers printed twice"),
    NumberingProblem.OUT_OF_ORDER: marked("Numbers out of order"),
}

MEDIA_TYPES = {
    "application/pdf": "PDF",
    "image/png": marked("PNG image"),
    "image/jpeg": marked("JPEG image"),
    "image/tiff": marked("TIFF image"),
    "image/gif": marked("GIF image"),
    "image/webp": marked("WebP image"),
    "image/jp2": marked("JPEG 2000 image"),
    "image/heic": marked("Photograph (HEIC)"),
    "text/plain": marked("Plain text"),
    "text/csv": marked("Table as text (CSV)"),
    "text/html": marked("Web page (HTML)"),
    "application/epub+zip": marked("Book (EPUB)"),
    "application/xml": marked("XML, electronic invoice"),
    "application/rtf": marked("Rich text (RTF)"),
    "application/msword": marked("Word document (DOC)"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": marked("Word document (DOCX)"),
    "application/vnd.oasis.opendocument.text": marked("OpenDocument text (ODT)"),
    "application/vnd.ms-excel": marked("Excel workbook (XLS)"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": marked("Excel workbook (XLSX)"),
    "application/vnd.oasis.opendocument.spreadsheet": marked("OpenDocument spreadsheet (ODS)"),
    "application/vnd.ms-powerpoint": marked("PowerPoint slides (PPT)"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": marked("PowerPoint slides (PPTX)"),
    "application/vnd.oasis.opendocument.presentation": marked("OpenDocument slides (ODP)"),
    "message/rfc822": marked("E-mail (EML)"),
    "application/vnd.ms-outlook": marked("E-mail (Outlook MSG)"),
    "application/vnd.ms-outlook-pst": marked("Mailbox (Outlook PST)"),
    "application/ms-tnef": marked("E-mail packed by Outlook (winmail.dat)"),
    "application/mbox": marked("Mailbox (mbox)"),
    "application/pkcs7-mime": marked("Signed file (p7m, p7s)"),
    "application/zip": marked("ZIP archive"),
    "application/x-tar": marked("TAR archive"),
    "application/x-7z-compressed": marked("7z archive"),
    "application/vnd.rar": marked("RAR archive"),
    "application/gzip": marked("Compressed file (gzip)"),
    "application/x-bzip2": marked("Compressed file (bzip2)"),
    "application/x-xz": marked("Compressed file (XZ)"),
    "application/zstd": marked("Compressed file (Zstandard)"),
}

_SCRIPTS = {"Cyrl": marked("Cyrillic"), "Latn": marked("Latin")}

_OF_OURS = frozenset({"kind", "quality", "topic", "language", "foi_outcome", "procedure_type", "watch"})
"""Facets whose values are codes of this program, which are translated."""

_DAYS = frozenset({"date", "deadline", "called", "closed", "received"})
_AWARDED = re.compile(r"(?<=, )[0-9]+(?:\.[0-9]+)?(?= [A-Z]{3}$)")
"""The amount at the end of an award."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def pages(count: int) -> str:
    """Return ``1,200 pages``."""
    return plural("%(count)s page", "%(count)s pages", count)


def documents(count: int) -> str:
    """Return ``1,200 documents``."""
    return plural("%(count)s document", "%(count)s documents", count)


def day(moment: date) -> str:
    """Return ``9 March 2023``."""
    return long_date(moment)


def day_of(moment: str) -> str:
    """Return the day of a time in ISO 8601."""
    return day(datetime.fromisoformat(moment))


def moment(when: datetime) -> str:
    """Return ``9 March 2023, 14:05 UTC``. The period that ends a date in Serbian is dropped before a comma."""
    return f"{day(when).removesuffix('.')}, {when:%H:%M} UTC"


def size(length: int) -> str:
    """Return ``412 bytes``, ``1.3 MB``; units are powers of 1000."""
    if length < 1000:
        return plural("%(count)s byte", "%(count)s bytes", length)
    amount = length / 1000
    for unit in ("kB", "MB"):
        if amount < 999.5:
            return f"{number(Decimal(f'{amount:.3g}'))} {unit}"
        amount /= 1000
    return f"{number(Decimal(f'{amount:.1f}'))} GB"


def field_label(name: str) -> str:
    """Return the label of a field or filter; an unknown one is made from its name."""
    if name in AMOUNT_FILTERS:
        return gettext(FIELD_LABELS["amount"])
    field = excluded_facet(name) or name
    return gettext(FIELD_LABELS.get(field, field.replace("_", " ").capitalize()))


def value_label(facet: str, value: str) -> str:
    """Return the label of a value of a facet or filter.

    Names are not translated; codes of this program are.
    """
    if excluded := excluded_facet(facet):
        return gettext("not %(value)s", value=value_label(excluded, value))
    if facet in AMOUNT_FILTERS:
        at_least, at_most = gettext("at least %(amount)s"), gettext("at most %(amount)s")
        return (at_least if facet == AMOUNT_FILTERS[0] else at_most) % {"amount": number(int(value))}
    shown = label(facet, value)
    return said(shown) if facet in _OF_OURS or value == UNKNOWN else shown


def detail(name: str, value: str) -> str:
    """Return a detail of a value in words; an unknown one keeps its name."""
    if name == "vat":
        return said(f"{value} VAT")
    if name == "check_failed":
        value = ", ".join(gettext(_NUMBERS.get(each, each)) for each in value.split())
    around = _DETAILS.get(f"{name}:{value}", _DETAILS.get(name))
    if around is None:
        return f"{name} {value}".replace("_", " ")
    return gettext(around) % {"value": said(value.replace("_", " "))}


_SAID_IN_VALUE = {"award": ("lot", "vendor", "amount", "currency")}
"""Details that are part of the value itself, by field."""


def details_of(fact: Fact, but: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the details of a fact in words.

    Those in ``but``, those that are part of the value, and numbers of words are left out.
    """
    hidden = (*_SAID_IN_VALUE.get(fact.field, ()), *but)
    shown = fact.details.items()
    return tuple(detail(name, value) for name, value in shown if name not in hidden and not name.endswith(PART_WORDS))


def fact_value(field: str, value: str) -> str:
    """Return the value of a fact as displayed."""
    if field in _DAYS and _ISO_DATE.fullmatch(value):
        # A person may have entered an impossible date; it is shown as entered.
        with suppress(ValueError):
            return day(date.fromisoformat(value))
    if field in {"amount", "offer", "price_change"}:
        return number(Decimal(value))
    if field == "award":
        return _AWARDED.sub(lambda amount: number(Decimal(amount[0])), value)
    return value_label(field, value)


@dataclass(frozen=True, slots=True)
class ShownTitle:
    """The displayed title of a document; ``printed`` is its own title if that differs, else ``language`` is its tag."""

    text: str
    printed: str | None = None
    language: str | None = None


_LONGEST_SUBJECT = 90
"""Maximum characters of the subject in a title."""


def shown_title(description: Description) -> ShownTitle:
    """Return a title that distinguishes documents: kind, subject, municipality or buyer, and year, where known.

    A document without a kind, or with nothing but a kind, keeps its own title.
    """
    kind, subject = description.kind, description.subject
    town = description.municipality
    by = value_label("municipality", town) if town else description.buyer
    if kind in (None, "other") or not (subject or by):
        return ShownTitle(description.title, language=description.language)
    assert kind is not None
    named = value_label("kind", kind)
    if subject:
        named = gettext(
            "%(kind)s: %(subject)s", kind=named, subject=shorten(subject, _LONGEST_SUBJECT, placeholder="…")
        )
    text = ", ".join(filter(None, (named, by, str(description.year or ""))))
    return ShownTitle(text, description.title)


VENDORS_NAMED = 3
"""Maximum number of vendors named in the line of a document."""


def vendor_names(description: Description) -> tuple[str, ...]:
    """Return the names of the vendors of a document; of many the first ones, and how many more there are."""
    names = tuple(vendor.name for vendor in description.vendors)
    more = len(names) - VENDORS_NAMED
    if more < 2:  # A single one takes no more room than to say so.
        return names
    return *names[:VENDORS_NAMED], plural("%(count)s more firm", "%(count)s more firms", more)


def about(description: Description, *, is_titled: bool = False) -> tuple[str, ...]:
    """Return a summary of a document: kind, number, municipality, vendors, date or year, and length, where known.

    With ``is_titled`` it stands beside the shown title, whose parts are not repeated.
    """
    kind, town = description.kind, description.municipality
    is_titled = is_titled and shown_title(description).printed is not None
    if is_titled:
        kind = town = None
    known: Iterable[str | None] = (
        value_label("kind", kind) if kind else None,
        number_of(description.reference),
        value_label("municipality", town) if town else None,
        *vendor_names(description),
        when(description) if description.date or not is_titled else None,
        pages(description.page_count),
    )
    return tuple(value for value in known if value)


def number_of(reference: str | None) -> str | None:
    """Return a reference, prefixed by "no." unless it begins with letters, as those of courts do."""
    if reference and reference[0].isdecimal():
        return gettext("no. %(reference)s", reference=reference)
    return reference


def when(description: Description) -> str | None:
    """Return the date of a document, or its year.

    The year is returned if no date is known, or if a person corrected it to another year than the date's.
    """
    year = str(description.year) if description.year else None
    is_of_year = description.date and (year is None or description.date.startswith(year))
    return fact_value("date", description.date) if description.date and is_of_year else year


def reading_quality(quality: Quality) -> str:
    """Return a quality with its label: ``reading quality: fair``."""
    return gettext("reading quality: %(quality)s", quality=said(str(quality)))


def script_name(code: str | None) -> str | None:
    """Return an ISO 15924 code in words; an unknown code is returned as it is."""
    return None if code is None else gettext(_SCRIPTS.get(code, code))


def page_source(page: Page) -> str:
    """Return the source of a page's words, with the mean OCR confidence."""
    if page.source is TextSource.NONE:
        return gettext("Not read")
    if page.source is TextSource.TEXT:
        return gettext("Text of the file")
    if page.confidence is None:
        return gettext("OCR")
    return gettext("OCR, %(share)s%% sure", share=format(page.confidence, ".0f"))


_UNITS = {Unit.DOCUMENTS: marked("Documents"), Unit.CLAUSES: marked("Clauses")}


def page_name(number: int) -> str:
    """Return ``Page 4``."""
    return gettext("Page %(number)s", number=number)


def page_short(number: int, reading: int | None = None) -> str:
    """Return ``p. 4``, or ``p. 4 of reading 2``."""
    if reading is None:
        return gettext("p. %(number)s", number=number)
    return gettext("p. %(number)s of reading %(reading)s", number=number, reading=reading)


def more_pages(count: int) -> str:
    """Return ``1,200 more pages``."""
    return plural("%(count)s more page", "%(count)s more pages", count)


def words_counted(count: int) -> str:
    """Return ``1,200 words``."""
    return plural("%(count)s word", "%(count)s words", count)


def unit_label(unit: Unit) -> str:
    """Return the label of a search unit: documents or clauses."""
    return gettext(_UNITS[unit])


def counted_units(unit: Unit, count: int) -> str:
    """Return ``1,200 documents``, ``1 clause``."""
    return documents(count) if unit is Unit.DOCUMENTS else plural("%(count)s clause", "%(count)s clauses", count)


def some_words(units: str, *, likely: bool) -> str:
    """Return the count of results that match only some words, or the likely meant ones."""
    if likely:
        return gettext("what was likely meant: %(units)s", units=units)
    return gettext("only some of the words: %(units)s", units=units)


def partial_match(query: str) -> str:
    """Return the message for a document that lacks some of the words of a query."""
    return gettext("Not all words of “%(query)s” match in this document; those that do are marked.", query=query)


def no_match(query: str, *, is_waiting: bool) -> str:
    """Return the message for a query without a match in a document.

    ``is_waiting``: the document is not indexed yet.
    """
    text = marked("“%(query)s” does not match in this document.")
    waiting = marked("“%(query)s” was not looked for: this document was added or changed, and is not searched yet.")
    return gettext(waiting if is_waiting else text, query=query)
