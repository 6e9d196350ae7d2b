"""Parsing of references to story items: addresses of web pages, or short forms of the command line.

::

    ID   ID@N   ID#EID   ID:A-B           a document, its page N, a clause, words of its newest reading
    vendor:NAME   note:ID                 a vendor, a person's note
    /documents/…  /cite/…  /c/…  /vendors/…  /findings/NAME/cell?…  /annotations/…  /?q=…
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

from archive.archive import Archive
from archive.citing.citation import Citation, cite
from archive.citing.locators import addresses_in
from archive.errors import UsageError, check_page
from archive.model import Span
from archive.packet.selection import Selection
from archive.search.request import SearchRequest, Unit, all_years
from archive.store.stories.story import NOBODY, ItemContent, ItemKind, StoryReader, checked_text, checked_title
from archive.stories.numbers import counted_number

_FORM = re.compile(r"[0-9A-Fa-f]{8,64}(?P<part>[#:@]\S+)?")
_PATH = re.compile(r"/documents/(?P<id>[0-9A-Fa-f]{8,64})(?:/pages/(?P<page>[1-9][0-9]{0,6})|/clauses/(?P<eid>[^/]+))?")
_WORDS = re.compile(r"(?P<first>[0-9]{1,9})(?:-(?P<last>[0-9]{1,9}))?")
_SHORT_LINK = re.compile(r"/c/[0-9A-Za-z]{6,26}")
_HELP = "Give the address of a page of the reading room, or ID, ID@PAGE, ID#CLAUSE, ID:A-B, vendor:NAME, note:ID."

LONGEST_REFERENCE = 4000
"""Most characters of a reference."""


def heading(text: str) -> ItemContent:
    """Return a heading item."""
    return ItemContent(ItemKind.HEADING, None, {"text": checked_title(text)})


def free_text(text: str) -> ItemContent:
    """Return a free-text item."""
    return ItemContent(ItemKind.TEXT, None, {"text": checked_text(text)})


def named(archive: Archive, reference: str, reader: StoryReader = NOBODY) -> ItemContent:
    """Resolve a reference for a reader.

    :raises UsageError: it cannot be an item of a story, or does not exist.
    """
    wanted = reference.strip()
    if len(wanted) > LONGEST_REFERENCE:
        raise UsageError("The address or name of what is to be added is too long.", _HELP)
    kind, _, name = wanted.partition(":")
    if kind == "vendor" and name:
        return _vendor(archive, name)
    if kind == "note" and name:
        return _note(archive, name)
    if _FORM.fullmatch(wanted):
        return _of_document(archive, wanted)
    return _addressed(archive, wanted, reader)


def _of_document(archive: Archive, form: str) -> ItemContent:
    id_, mark, part = re.match(r"(\w+)([#:@]?)(.*)", form).groups()  # type: ignore[union-attr] # _FORM matched it
    document = archive.catalog.documents.find(id_.lower())
    match mark:
        case "":
            return ItemContent(ItemKind.DOCUMENT, document.id, {})
        case "@":
            return _page(archive, document.id, int(part) if part.isdecimal() else 0)
        case "#":
            return _clause(archive, document.id, part, None)
        case _:
            return _words(_selection(archive).one(form))


def _addressed(archive: Archive, address: str, reader: StoryReader) -> ItemContent:
    parts = urlsplit(address)
    asked = parse_qs(parts.query, keep_blank_values=True)
    place, _, name = parts.path.rpartition("/")
    name = unquote(name)
    if _SHORT_LINK.fullmatch(parts.path) or any(addresses_in(address)):
        content = _words(_selection(archive).one(address))
    elif found := _PATH.fullmatch(parts.path):
        content = _of_page(archive, found, asked)
    elif place == "/vendors" and name:
        content = _vendor(archive, name)
    elif place == "/annotations" and name:
        content = _note(archive, name)
    elif place.startswith("/findings/") and name == "cell":
        content = _finding_number(archive, f"{parts.path}?{parts.query}", reader)
    elif parts.path in ("/", "/search") and asked:
        content = _search(asked)
    else:
        raise UsageError("%(name)s is nothing that can be put into a story.", _HELP, name=repr(address[:100]))
    return content


def _of_page(archive: Archive, found: re.Match[str], asked: dict[str, list[str]]) -> ItemContent:
    """Resolve the address of a document, or of something in it."""
    document = archive.catalog.documents.find(found["id"].lower())
    reading = _number(asked, "reading")
    if found["eid"]:
        return _clause(archive, document.id, unquote(found["eid"]), reading)
    if words := _WORDS.fullmatch(next(iter(asked.get("words", ())), "")):
        first = int(words["first"])
        span = Span(document.id, reading or document.reading, first, max(first, int(words["last"] or first)))
        return _words(cite(archive.catalog, document, span, "", datetime.now(UTC)))
    if found["page"]:
        return _page(archive, document.id, int(found["page"]))
    return ItemContent(ItemKind.DOCUMENT, document.id, {})


def _selection(archive: Archive) -> Selection:
    return Selection(archive.catalog, archive.settings, datetime.now(UTC))


def _number(asked: dict[str, list[str]], name: str) -> int | None:
    value = next(iter(asked.get(name, ())), "")
    return int(value) if value.isdecimal() and len(value) < 8 else None


def _page(archive: Archive, document: str, number: int) -> ItemContent:
    known = archive.catalog.documents.find(document)
    check_page(number, known.page_count, known.filename)
    return ItemContent(ItemKind.PAGE, document, {"page": number})


def _clause(archive: Archive, document: str, eid: str, reading: int | None) -> ItemContent:
    number = reading or archive.catalog.documents.find(document).reading
    found = archive.catalog.clauses.get(document, eid, number)
    return ItemContent(ItemKind.CLAUSE, document, {"reading": number, "clause": found.eid})


def _words(citation: Citation) -> ItemContent:
    span = citation.span
    said = {"reading": span.reading, "first": span.first, "last": span.last, "quotation": " ".join(citation.words)}
    return ItemContent(ItemKind.WORDS, span.document, said)


def _vendor(archive: Archive, name: str) -> ItemContent:
    return ItemContent(ItemKind.VENDOR, None, {"vendor": archive.catalog.vendors.find(name).id})


def _note(archive: Archive, key: str) -> ItemContent:
    found = archive.catalog.annotations.get(key)
    return ItemContent(ItemKind.NOTE, found.document, {"annotation": found.id})


def _finding_number(archive: Archive, address: str, reader: StoryReader) -> ItemContent:
    counted = counted_number(archive, address, reader)
    said = {
        "finding": counted.table.definition.name,
        "address": address,
        "value": counted.value,
        "as_of": counted.table.as_of.event,
    }
    return ItemContent(ItemKind.NUMBER, None, said)


def _search(asked: dict[str, list[str]]) -> ItemContent:
    names = ("q", "sort", "exact", "look_alikes", "unit")
    unit = Unit(unit) if (unit := next(iter(asked.get("unit", ())), "")) in tuple(Unit) else Unit.DOCUMENTS
    filters = {name: tuple(filter(None, asked[name])) for name in unit.filters if name in asked}
    if "year" in filters:
        filters["year"] = all_years(filters["year"])
    # Raises for an invalid search.
    request = SearchRequest(next(iter(asked.get("q", ())), ""), filters, unit=unit)
    if not request.text.strip() and not any(filters.values()):
        raise UsageError("The search asks for nothing.", "Type a query, or choose a filter.")
    kept = {name: asked[name][:1] for name in names if asked.get(name, [""])[0]}
    chosen = {name: list(values) for name, values in filters.items() if values}
    return ItemContent(ItemKind.SEARCH, None, {"parameters": kept | chosen})
