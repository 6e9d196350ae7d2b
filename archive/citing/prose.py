"""Citations as text, in every style (:mod:`archive.citing.styles`), and in Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from types import MappingProxyType

from archive.citing.citation import Citation
from archive.citing.locators import clause_locator, page_locator
from archive.citing.mentions import Detail
from archive.citing.particulars import Particular
from archive.citing.styles import STYLES, CitationStyle, SourceGroup, SourcePart, StyleRules
from archive.search.facets import label
from archive.text.alignment import letters
from archive.text.cyrillic import in_cyrillic
from archive.text.folding import to_latin

QUOTED_WORDS = 80
"""Most words of a quotation that are printed in full. A longer one is shortened, and the permalink leads to all of
it."""

KEPT_WORDS = (40, 20)
"""Words at the beginning and the end of a shortened quotation."""

OMISSION = "[…]"

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
    """Return the citation as one paragraph, including the quotation."""
    rules = STYLES[style]
    shown = rules.quotation.format(shortened(citation))
    if not rules.tells_provenance:
        return f"{source(citation, style)}: {shown} {citation.permalink}"
    before, behind = linked(rules, DAYS[rules.day](citation.made_at.date()))
    told = f"{source(citation, style)}: {shown}. {provenance(citation, style)}."
    return f"{told}{before}{citation.permalink}{behind}"


def linked(rules: StyleRules, day: str) -> tuple[str, str]:
    """Return the text before and after a link, with the day of access."""
    before, behind = rules.link
    return before if before.endswith("<") else f"{before} ", behind.format(accessed=day)


def as_markdown(citation: Citation, style: CitationStyle) -> str:
    """Return the citation as a block quotation with its source below, linked to the words."""
    rules = STYLES[style]
    named = f"[{_escaped(source(citation, style))}]({citation.permalink})"
    told = f". {_escaped(provenance(citation, style))}" if rules.tells_provenance else ""
    return f"> {_escaped(rules.quotation.format(shortened(citation)))}\n>\n> — {named}{told}"


def shortened(citation: Citation, most: int = QUOTED_WORDS) -> str:
    """Return the quotation; a visible ellipsis replaces the middle of one with more than ``most`` words."""
    words, (begin, end) = citation.words, KEPT_WORDS
    if len(words) <= most:
        return citation.quote
    return " ".join((*words[:begin], OMISSION, *words[-end:]))


def source(citation: Citation, style: CitationStyle) -> str:
    """Return the document with the locator."""
    return "".join(text for _, text in source_parts(citation, style))


def source_parts(citation: Citation, style: CitationStyle) -> list[tuple[Detail, str]]:
    """Return the parts of the source: the detail of each, and its text including the joiner to the previous part."""
    fields = _fields(citation, style)
    parts: list[tuple[Detail, str]] = []
    for part in STYLES[style].source(citation.described.kind):
        parts += _grouped(part, fields) if isinstance(part, SourceGroup) else _printed(part, fields)
    if where := clause_locator(citation.clauses, style):
        parts.append((Detail.CLAUSE, f", {where}"))
    parts.append((Detail.PAGE, f", {page_locator(*citation.pages, style)}"))
    return parts


def _printed(part: SourcePart, fields: Mapping[str, str]) -> Iterator[tuple[Detail, str]]:
    for form in part.forms:
        with suppress(KeyError):
            yield part.detail, form.format_map(fields)
            return


def _grouped(group: SourceGroup, fields: Mapping[str, str]) -> list[tuple[Detail, str]]:
    told = [printed for part in group.parts for printed in _printed(part, fields)]
    between = (group.opening, *[group.joiner] * len(told))
    closing = (*[""] * (len(told) - 1), group.closing)
    return [(detail, f"{begin}{text}{end}") for (detail, text), begin, end in zip(told, between, closing, strict=False)]


def provenance(citation: Citation, style: CitationStyle) -> str:
    """Return the identifiers of the words in the archive."""
    return "".join(text for _, text in provenance_parts(citation, style))


def provenance_parts(citation: Citation, style: CitationStyle) -> list[tuple[Detail, str]]:
    """Return the parts of the provenance, as :func:`source_parts`."""
    document, span, read = citation.document, citation.span, citation.reading.created_at.date()
    rules = STYLES[style]
    return [
        (Detail.SHA, f"Dosije, SHA-256 {document.id}"),
        (Detail.READING, f", {rules.reading.format(span.reading, DAYS[rules.day](read))}"),
        (Detail.WORDS, f", {rules.words} {span.first}–{span.last}"),
    ]


def copied_parts(citation: Citation, style: CitationStyle) -> list[tuple[Detail, str]]:
    """Return the parts of a source below its quotation, with the words before its link."""
    return [*source_parts(citation, style), (Detail.LINK, f".{STYLES[style].link[0]}")]


def linked_provenance_parts(citation: Citation, style: CitationStyle) -> list[tuple[Detail, str]]:
    """Return the parts of the provenance with the words before the permalink."""
    parts, before = provenance_parts(citation, style), STYLES[style].link[0]
    return [*parts, (Detail.LINK, f".{before}")] if before else parts


def kind_name(citation: Citation, style: CitationStyle) -> str | None:
    """Return the kind of the document, in the language of the citation."""
    kind = citation.described.kind
    if kind is None:
        return None
    rules = STYLES[style]
    if rules.language == "en":
        return label("kind", kind)
    return in_cyrillic(_KINDS[kind]) if rules.in_cyrillic else _KINDS[kind]


def printed_date(citation: Citation) -> date | None:
    """Return the date of the document; None for an impossible date that a person entered."""
    with suppress(ValueError):
        return date.fromisoformat(citation.described.date or "")
    return None


def _fields(citation: Citation, style: CitationStyle) -> Mapping[str, str]:
    """Return the fields for the templates of sources; unknown ones are absent."""
    described, rules, read = citation.described, STYLES[style], citation.particulars
    dated, number, kind = printed_date(citation), described.reference, kind_name(citation, style)
    suppliers = [vendor.name for vendor in described.vendors]
    named = list(filter(None, (described.buyer, *suppliers)))
    is_told = number is not None and letters(number) in letters(described.title)
    case = number or (read.case.text if read.case else None)
    told = {
        "title": described.title,
        "numbered_kind": kind if number else None,
        "number": number,
        "other_number": None if is_told else number,
        "date": DAYS[rules.day](dated) if dated else None,
        "year": str(described.year or ""),
        "parties": _parties(citation, rules.roles),
        "names": " & ".join(named) if style is CitationStyle.BLUEBOOK else " and ".join(named),
        "makers": "; ".join(named).upper(),
        "capital_court": to_latin(read.court.text).upper() if read.court else None,
        "case": None if case and letters(case) in letters(described.title) else case,
    }
    for name in ("place", "city", "court", "gazette"):
        found: Particular | None = getattr(read, name)
        told[name] = (found.text if rules.in_cyrillic else to_latin(found.text)) if found else None
    turn = in_cyrillic if rules.in_cyrillic else str
    return {name: turn(value) for name, value in told.items() if value}


def _parties(citation: Citation, roles: tuple[str, str, str]) -> str:
    described, (buyer, vendor, vendors) = citation.described, roles
    named = [vendor.name + (f", PIB {vendor.pib}" if vendor.pib else "") for vendor in described.vendors]
    told = [f"{buyer}: {described.buyer}"] if described.buyer else []
    if named:
        told.append(f"{vendor if len(named) == 1 else vendors}: {'; '.join(named)}")
    return ", ".join(told) if len(named) < 2 else "; ".join(told)


_ABBREVIATED = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")

DAYS: Mapping[str, Callable[[date], str]] = MappingProxyType(
    {
        "numbers": lambda day: f"{day.day}. {day.month}. {day.year}.",
        "month": lambda day: f"{day.day} {day:%B} {day.year}",
        "abbreviated": lambda day: f"{_ABBREVIATED[day.month - 1]} {day.day}, {day.year}",
    }
)
"""Date formats of styles."""


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)
