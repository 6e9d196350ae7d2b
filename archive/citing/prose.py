"""Citations as sentences: the Serbian legal form, long and short, the English one, and both in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from archive.citing.citation import Citation
from archive.citing.locators import CitationStyle, clause_locator, page_locator
from archive.citing.mentions import Detail
from archive.search.facets import label

QUOTED_WORDS = 80
"""Words of a quotation that are written out. Of a longer one the beginning and the end are, and the permalink leads to
all of it."""

KEPT_WORDS = (40, 20)
"""Words of a long quotation that are written out at its beginning and at its end."""

OMISSION = "[…]"

QUOTES = {CitationStyle.SR_LONG: "„{}”", CitationStyle.SR_SHORT: "„{}”", CitationStyle.EN: "“{}”"}

_KINDS = {
    "tender_notice": "Javni poziv",
    "tender_documents": "Konkursna dokumentacija",
    "tender_amendment": "Izmena konkursne dokumentacije",
    "award_decision": "Odluka o dodeli ugovora",
    "cancellation": "Odluka o obustavi postupka",
    "contract": "Ugovor",
    "contract_annex": "Aneks ugovora",
    "procurement_plan": "Plan javnih nabavki",
    "procurement_report": "Izveštaj o javnoj nabavci",
    "foi_request": "Zahtev za pristup informacijama",
    "foi_reply": "Odgovor na zahtev za pristup informacijama",
    "foi_decision": "Rešenje o zahtevu za pristup informacijama",
    "foi_appeal": "Žalba na rešenje o pristupu informacijama",
    "minutes": "Zapisnik",
    "regulation": "Propis",
    "judgment": "Presuda",
    "report": "Izveštaj",
    "form": "Obrazac",
    "correspondence": "Dopis",
    "other": "Dokument",
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def as_text(citation: Citation, style: CitationStyle) -> str:
    """The citation in one paragraph, with the quotation in it."""
    shown = QUOTES[style].format(shortened(citation))
    if style is CitationStyle.SR_SHORT:
        return f"{source(citation, style)}: {shown} {citation.permalink}"
    return f"{source(citation, style)}: {shown}. {provenance(citation, style)}. {citation.permalink}"


def as_markdown(citation: Citation, style: CitationStyle) -> str:
    """The citation as a quotation with its source under it, which is a link to the words."""
    named = f"[{_escaped(source(citation, style))}]({citation.permalink})"
    told = "" if style is CitationStyle.SR_SHORT else f". {_escaped(provenance(citation, style))}"
    return f"> {_escaped(QUOTES[style].format(shortened(citation)))}\n>\n> — {named}{told}"


def shortened(citation: Citation) -> str:
    """The quotation; the middle of a long one is left out, visibly."""
    words, (begin, end) = citation.words, KEPT_WORDS
    if len(words) <= QUOTED_WORDS:
        return citation.quote
    return " ".join((*words[:begin], OMISSION, *words[-end:]))


def source(citation: Citation, style: CitationStyle) -> str:
    """The document, and where in it."""
    return "".join(text for _, text in source_parts(citation, style))


def source_parts(citation: Citation, style: CitationStyle) -> list[tuple[Detail, str]]:
    """The source in its parts: what each says, and its words with what joins them to the part before."""
    parts = list(_document(citation, style))
    if where := clause_locator(citation.clauses, style):
        parts.append((Detail.CLAUSE, f", {where}"))
    parts.append((Detail.PAGE, f", {page_locator(*citation.pages, style)}"))
    return parts


def provenance(citation: Citation, style: CitationStyle) -> str:
    """Return how the archive identifies the words."""
    return "".join(text for _, text in provenance_parts(citation, style))


def provenance_parts(citation: Citation, style: CitationStyle) -> list[tuple[Detail, str]]:
    """The provenance in its parts, as :func:`source_parts`."""
    document, span, read = citation.document, citation.span, citation.reading.created_at.date()
    reading, words = ("reading {} of {}", "words") if style is CitationStyle.EN else ("čitanje {} od {}", "reči")
    return [
        (Detail.SHA, f"Dosije, SHA-256 {document.id}"),
        (Detail.READING, f", {reading.format(span.reading, _day(read, style))}"),
        (Detail.WORDS, f", {words} {span.first}–{span.last}"),
    ]


def kind_name(citation: Citation, style: CitationStyle) -> str | None:
    """What kind of document it is, in the language of the citation."""
    kind = citation.described.kind
    if kind is None:
        return None
    return label("kind", kind) if style is CitationStyle.EN else _KINDS[kind]


def printed_date(citation: Citation) -> date | None:
    """The date of the document. A person may have written one that no calendar has: it is left out."""
    with suppress(ValueError):
        return date.fromisoformat(citation.described.date or "")
    return None


def _document(citation: Citation, style: CitationStyle) -> Iterator[tuple[Detail, str]]:
    described = citation.described
    number = ", no." if style is CitationStyle.EN else " br."
    short_name = kind_name(citation, style) if style is CitationStyle.SR_SHORT and described.reference else None
    yield Detail.TITLE, short_name or described.title
    if described.reference:
        yield Detail.NUMBER, f"{number} {described.reference}"
    dated = printed_date(citation)
    if dated and style is not CitationStyle.SR_SHORT:
        yield Detail.DATE, f", {_day(dated, style)}" if style is CitationStyle.EN else f" od {_day(dated, style)}"
    parties = _parties(citation, style)
    if parties and style is not CitationStyle.SR_SHORT:
        yield Detail.PARTIES, f" ({parties})"


def _parties(citation: Citation, style: CitationStyle) -> str:
    described = citation.described
    buyer, vendor, vendors = (
        ("buyer", "supplier", "suppliers") if style is CitationStyle.EN else ("naručilac", "izvršilac", "izvršioci")
    )
    named = [vendor.name + (f", PIB {vendor.pib}" if vendor.pib else "") for vendor in described.vendors]
    told = [f"{buyer}: {described.buyer}"] if described.buyer else []
    if named:
        told.append(f"{vendor if len(named) == 1 else vendors}: {'; '.join(named)}")
    return ", ".join(told) if len(named) < 2 else "; ".join(told)


def _day(day: date, style: CitationStyle) -> str:
    return f"{day.day} {day:%B} {day.year}" if style is CitationStyle.EN else f"{day.day}. {day.month}. {day.year}."


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
