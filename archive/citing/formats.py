"""Citation formats, including BibTeX, RIS and CSL-JSON for reference managers.

All have the same fields: title, buyer as author, date, reference number, kind, page, locator, permalink, and the
identifiers of the words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from archive.citing.annotation import as_annotation
from archive.citing.citation import Citation
from archive.citing.locators import clause_locator, page_locator, style_of
from archive.citing.prose import as_markdown, as_text, kind_name, printed_date, provenance
from archive.citing.styles import STYLES, CitationStyle
from archive.model import ClauseLevel

ARCHIVE = "Dosije"
CSL_CITATION = "https://resource.citationstyles.org/schema/latest/input/json/csl-citation.json"

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_TEX_SPECIAL = re.compile(r"[\\{}&%$#_~^]")
_LINE_END = re.compile(r"\s+")


def as_bibtex(citation: Citation, style: CitationStyle) -> str:
    """Return a ``@misc`` entry in UTF-8. ``date`` and ``urldate`` are for biblatex; BibTeX reads ``year``."""
    record = _record(citation, style)
    first, last = citation.pages
    fields = {
        "author": record["author"] and "{" + _tex(record["author"]) + "}",
        "title": "{" + _tex(record["title"]) + "}",
        "year": record["year"],
        "date": record["date"],
        "number": _tex(record["number"]),
        "type": _tex(record["genre"]),
        "pages": _tex(record["where"]) or (str(first) if first == last else f"{first}--{last}"),
        "language": record["language"],
        "howpublished": _tex(record["archive"]),
        "note": _tex(record["note"]),
        "url": record["url"],
        "urldate": record["accessed"],
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{record['key']},", *lines, "}"])


def as_ris(citation: Citation, style: CitationStyle) -> str:
    """Return an RIS record of type GEN, with the line ends of that format."""
    return "\r\n".join(f"{tag}  - {value}" for tag, value in _ris(citation, style)) + "\r\nER  - \r\n"


def _ris(citation: Citation, style: CitationStyle) -> Iterator[tuple[str, str]]:
    record = _record(citation, style)
    first, last = citation.pages
    told = {
        "TY": "GEN",
        "ID": record["key"],
        "TI": record["title"],
        "AU": record["author"],
        "PY": record["year"],
        "DA": record["date"].replace("-", "/"),
        "IS": record["number"],
        "M3": record["genre"],
        "SP": record["where"] or str(first),
        "EP": "" if record["where"] else str(last),
        "LA": record["language"],
        "DB": ARCHIVE,
        "AN": record["sha256"],
        "N1": record["note"],
        "UR": record["url"],
        "Y2": record["accessed"].replace("-", "/"),
    }
    for tag, value in told.items():
        if value:
            yield tag, _LINE_END.sub(" ", value)


def as_csl_json(citation: Citation, style: CitationStyle) -> str:
    """Return CSL-JSON: a list of one item of type ``document``."""
    return json.dumps([csl_item(citation, style)], ensure_ascii=False, indent=2)


def csl_item(citation: Citation, style: CitationStyle) -> dict[str, Any]:
    """Return the CSL-JSON item."""
    record, dated = _record(citation, style), printed_date(citation)
    first, last = citation.pages
    year = [[citation.described.year]] if citation.described.year else None
    item: dict[str, Any] = {
        "id": record["key"],
        "type": "document",
        "title": record["title"],
        "author": [{"literal": record["author"]}] if record["author"] else None,
        "genre": record["genre"],
        "number": record["number"],
        "issued": {"date-parts": [[dated.year, dated.month, dated.day]] if dated else year} if dated or year else None,
        "page": str(first) if first == last else f"{first}-{last}",
        "language": record["language"],
        "archive": ARCHIVE,
        "archive_location": f"sha256:{record['sha256']}",
        "accessed": {"date-parts": [[citation.made_at.year, citation.made_at.month, citation.made_at.day]]},
        "note": record["note"],
        "URL": record["url"],
    }
    return {name: value for name, value in item.items() if value}


def csl_citation(citation: Citation, style: CitationStyle) -> dict[str, Any]:
    """Return a CSL citation: the item with the locator of its words, as word processors embed it."""
    item, pinpoint = csl_item(citation, style), csl_pinpoint(citation, style)
    cited = {"id": item["id"], "locator": pinpoint.value, "label": pinpoint.label, "itemData": item}
    return {"schema": CSL_CITATION, "citationID": item["id"], "citationItems": [cited]}


def _csl_citation(citation: Citation, style: CitationStyle) -> str:
    return json.dumps(csl_citation(citation, style), ensure_ascii=False, indent=2)


@dataclass(frozen=True, slots=True)
class CslPinpoint:
    """A CSL locator with its label, a term that CSL translates."""

    label: str
    value: str


_CSL_LABELS = {
    ClauseLevel.PART: "part",
    ClauseLevel.ARTICLE: "article-locator",
    ClauseLevel.SECTION: "section",
    ClauseLevel.SCHEDULE: "appendix",
    ClauseLevel.PARAGRAPH: "paragraph",
}


def csl_pinpoint(citation: Citation, style: CitationStyle) -> CslPinpoint:
    """Return the enclosing clauses of the citation as a locator, or else its pages.

    The word for the outermost clause is omitted if CSL has a label for it.
    """
    where = clause_locator(citation.clauses, style)
    if where is None:
        first, last = citation.pages
        return CslPinpoint("page", str(first) if first == last else f"{first}-{last}")
    for clause in citation.clauses:
        name = STYLES[style].levels[clause.level].partition("{}")[0]
        if name and where.startswith(name) and clause.level in _CSL_LABELS:
            return CslPinpoint(_CSL_LABELS[clause.level], where.removeprefix(name))
    return CslPinpoint("section", where)


def _record(citation: Citation, style: CitationStyle) -> dict[str, str]:
    """Return the fields common to all three formats; unknown ones are empty."""
    described, span, dated = citation.described, citation.span, printed_date(citation)
    where = clause_locator(citation.clauses, style)
    return {
        "key": f"dosije-{citation.document.id[:12]}-{span.reading}-{span.first}-{span.last}",
        "title": described.title,
        "author": described.buyer or "",
        "year": str(described.year or ""),
        "date": dated.isoformat() if dated else "",
        "number": described.reference or "",
        "genre": kind_name(citation, style) or "",
        "language": described.language or "",
        "archive": f"{ARCHIVE}, SHA-256 {citation.document.id}",
        "note": "; ".join(filter(None, (where, provenance(citation, style)))),
        "where": f"{where}, {page_locator(*citation.pages, style)}" if where else "",
        "sha256": citation.document.id,
        "url": citation.permalink,
        "accessed": citation.made_at.date().isoformat(),
    }


def _tex(text: str) -> str:
    return _TEX_SPECIAL.sub(lambda match: _TEX[match[0]], text)


def _annotation(citation: Citation, style: CitationStyle) -> str:
    return json.dumps(as_annotation(citation, style), ensure_ascii=False, indent=2)


FORMATS: Mapping[str, Callable[[Citation, CitationStyle], str]] = MappingProxyType(
    {
        "text": as_text,
        "markdown": as_markdown,
        "bibtex": as_bibtex,
        "ris": as_ris,
        "csl-json": as_csl_json,
        "csl-citation": _csl_citation,
        "annotation": _annotation,
    }
)
"""The writer of each format, by name."""


def default_style(citation: Citation) -> CitationStyle:
    """Return English for a document in English, Cyrillic for one in Serbian Cyrillic, else the long Serbian style."""
    if citation.described.language == "sr-Cyrl":
        return CitationStyle.SR_CYRL
    return style_of(citation.described.language)
