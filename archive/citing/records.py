"""Parsing of reference manager records and Web Annotations for comparison field by field.

Each is compared with our own record of the same words, parsed in the same way, so that no field of a format can be
altered unnoticed. Fields that we do not write are reported as not compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from types import MappingProxyType
from typing import Any

from archive.citing.annotation import as_annotation
from archive.citing.citation import Citation
from archive.citing.formats import as_bibtex, as_ris, csl_citation, csl_item
from archive.citing.locators import OPENED
from archive.citing.mentions import Detail
from archive.citing.statements import CitedSource, Compared, FieldDifference, NotCompared, uncompared
from archive.citing.styles import CitationStyle
from archive.text.personal_numbers import MASK

MOST_FIELDS = 500
"""Most fields of one record that are compared. Ours have about thirty; the rest is reported as not compared."""

_BIBTEX_FIELDS = {
    "author": Detail.AUTHOR, "title": Detail.TITLE, "year": Detail.DATE, "date": Detail.DATE, "number": Detail.NUMBER,
    "type": Detail.KIND, "pages": Detail.PAGE, "language": Detail.LANGUAGE, "howpublished": Detail.SHA,
    "note": Detail.NOTE, "url": Detail.LINK, "urldate": Detail.ACCESSED,
}  # fmt: skip
_RIS_FIELDS = {
    "TI": Detail.TITLE, "AU": Detail.AUTHOR, "PY": Detail.DATE, "DA": Detail.DATE, "IS": Detail.NUMBER,
    "M3": Detail.KIND, "SP": Detail.PAGE, "EP": Detail.PAGE, "LA": Detail.LANGUAGE,
    "DB": Detail.ARCHIVE, "AN": Detail.SHA, "N1": Detail.NOTE, "UR": Detail.LINK, "Y2": Detail.ACCESSED,
}  # fmt: skip
_CSL_FIELDS = {
    "title": Detail.TITLE, "author": Detail.AUTHOR, "genre": Detail.KIND, "number": Detail.NUMBER,
    "issued": Detail.DATE, "page": Detail.PAGE, "locator": Detail.PAGE, "cited locator": Detail.CLAUSE,
    "cited label": Detail.CLAUSE, "cited id": Detail.KEY, "id": Detail.KEY,
    "language": Detail.LANGUAGE, "archive": Detail.ARCHIVE, "archive_location": Detail.SHA, "note": Detail.NOTE,
    "URL": Detail.LINK, "accessed": Detail.ACCESSED,
}  # fmt: skip
_ANNOTATION_FIELDS = {
    "body": Detail.BODY, "prefix": Detail.PREFIX, "suffix": Detail.SUFFIX, "start": Detail.POSITION,
    "end": Detail.POSITION, "source": Detail.SOURCE, "state": Detail.SOURCE, "id": Detail.LINK,
    "created": Detail.CREATED, "dosije:document": Detail.SHA, "dosije:digest": Detail.SHA,
    "dosije:filename": Detail.FILENAME, "dosije:reading": Detail.READING, "dosije:words": Detail.WORDS,
    "dosije:quoteSha256": Detail.SHA, "dosije:clause": Detail.CLAUSE, "dosije:locator": Detail.CLAUSE,
    "dosije:countedByMachine": Detail.CLAUSE, "format": Detail.MEDIA_TYPE,
}  # fmt: skip
_OF_NOTES = frozenset({"id", "motivation", "body"})
"""Keys in which an annotation on the same words differs from a citation of them."""

_ADDRESSES = frozenset({Detail.LINK, Detail.WORDS, Detail.READING})

_BASE = re.compile(r"https?://[^\s\"]*?(?=/(?:cite|documents)/[0-9a-f]{64})")
_TEX = {
    r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
    **{f"\\{sign}": sign for sign in "{}&%$#_"},
}  # fmt: skip
_TEX_ESCAPE = re.compile("|".join(map(re.escape, _TEX)))
_ENTRY = re.compile(r"@(?P<type>\w+)\s*\{\s*(?P<key>[^,\s{}]*)\s*,")
_NAME = re.compile(r"[\s,]*(?P<name>[\w:-]+)\s*=\s*")
_RIS_LINE = re.compile(r"^(?P<tag>[A-Z][A-Z0-9])  - ?(?P<value>.*)$")
_SPACES = re.compile(r"\s+")
_OPENED = re.compile(rf"{OPENED}$")
_PAGES = re.compile(r"[0-9]+(?:--[0-9]+)?")
_MARKS = str.maketrans(dict.fromkeys("„“”«»‟″", '"') | dict.fromkeys("‐‑‒–—―", "-"))

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """A record: its fields with their values, our names of the fields, and the function that makes our record."""

    values: Values
    fields: Mapping[str, Detail]
    ours: Callable[[Citation, CitationStyle], Values]

    @property
    def text(self) -> str:
        """All of its values, to search for permalinks."""
        return "\n".join(self.values.values())

    def compared(self, known: CitedSource) -> Compared:
        """Compare the record with ours in each style; return the best result."""
        return min((self._compare_to(known, style) for style in CitationStyle), key=lambda one: len(one.differences))

    def _compare_to(self, known: CitedSource, style: CitationStyle) -> Compared:
        ours = self._ours(known.citation, style)
        differences, others = [], []
        is_note = self.values.get("motivation", ours.get("motivation")) != ours.get("motivation")
        for name, value in self.values.items():
            field = self.field_of(name)
            is_ours = name in ours and not (is_note and name.partition("/")[0] in _OF_NOTES)
            if not is_ours or field in (Detail.ACCESSED, Detail.CREATED):
                others.append((field, f"{name} = {value}" if field is Detail.OTHER else value))
            elif _is_masked(_plain(value), _plain(ours[name])):
                others.append((field, value))
            elif _plain(value) != _plain(ours[name]):
                differences.append(FieldDifference(field, *_where_they_differ(value, ours[name])))
        return Compared(tuple(differences), tuple(uncompared(others)))

    def _ours(self, citation: Citation, style: CitationStyle) -> Values:
        """Return our record, with page locators only if theirs has these, as in older versions."""
        ours = dict(self.ours(citation, style))
        first, last = citation.pages
        if _PAGES.fullmatch(self.values.get("pages", "")):
            ours["pages"] = f"{first}--{last}" if first != last else str(first)
        if self.values.get("SP", "").isdecimal():
            ours |= {"SP": str(first), "EP": str(last)}
        return ours

    def field_of(self, name: str) -> Detail:
        """Return the detail that a field of the record corresponds to."""
        parts = name.split("/")
        if "xywh=" in self.values[name][:5]:
            return Detail.BOX
        if parts[-1] == "value" and "selector" in parts:
            return Detail.PAGE
        known = (self.fields[part] for part in (parts[-1], *parts) if part in self.fields and not part.isdigit())
        if parts[0] in ("target", "body") and parts[-1] == "id":
            return Detail.SOURCE
        return next(known, Detail.OTHER)

    def unknown(self) -> tuple[NotCompared, ...]:
        """Return all fields as not compared."""
        return tuple(uncompared((self.field_of(name), value) for name, value in self.values.items()))


def is_about_address(difference: FieldDifference) -> bool:
    """Return whether a difference is one of addresses, which the verdict itself reports."""
    return difference.field in _ADDRESSES


def _plain(value: str) -> str:
    return _SPACES.sub(" ", _OPENED.sub("", _BASE.sub("", value))).strip().translate(_MARKS)


def _is_masked(value: str, ours: str) -> bool:
    """Return whether a value is ours with characters masked: it says nothing else, and not all of it."""
    pairs = zip(value, ours, strict=False)
    return MASK in value and len(value) == len(ours) and all(sign in (MASK, our) for sign, our in pairs)


def _where_they_differ(cited: str, archived: str) -> tuple[str, str]:
    """Return both values without the common beginning and end of long ones."""
    if max(len(cited), len(archived)) <= 120:
        return cited, archived
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(cited, archived, strict=False)))
    start = max(0, start - 40)
    ends = zip(reversed(cited[start:]), reversed(archived[start:]), strict=False)
    end = max(0, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends)) - 40)
    return _shown(cited, start, end), _shown(archived, start, end)


def _shown(value: str, start: int, end: int) -> str:
    shown = value[start : len(value) - end]
    shown = shown if len(shown) <= 400 else f"{shown[:400]} …"
    return f"{'… ' if start else ''}{shown}{' …' if end else ''}"


def bibtex_records(text: str) -> Iterator[Record]:
    """Yield the entries of a BibTeX file."""
    at = 0
    while entry := _ENTRY.search(text, at):
        values, at = _bibtex_values(text, entry.end())
        if entry["key"].startswith("dosije-"):
            values["key"] = entry["key"]
        yield Record(MappingProxyType(values), _BIBTEX_FIELDS | {"key": Detail.KEY}, _our_bibtex)


def _bibtex_values(text: str, at: int) -> tuple[dict[str, str], int]:
    """Return the fields from an offset on, and their end."""
    values: dict[str, str] = {}
    while (name := _NAME.match(text, at)) and len(values) < MOST_FIELDS:
        raw, at = _bibtex_value(text, name.end())
        values[name["name"].lower()] = _untex(raw)
    return values, at


def _bibtex_value(text: str, at: int) -> tuple[str, int]:
    """Parse a value in braces or quotation marks, or a bare one, ignoring escaped braces."""
    if text[at : at + 1] not in ("{", '"'):
        end = next((place for place in range(at, len(text)) if text[place] in ",}\n"), len(text))
        return text[at:end].strip(), end
    closing, depth, place = ("}" if text[at] == "{" else '"'), 0, at + 1
    while place < len(text):
        sign = text[place]
        if sign == "\\":
            place += 2
            continue
        if depth == 0 and sign == closing:
            return text[at + 1 : place], place + 1
        depth += (sign == "{") - (sign == "}")
        place += 1
    return text[at + 1 :], len(text)


def _untex(value: str) -> str:
    """Return a value without escapes, and without protecting braces."""
    kept = _TEX_ESCAPE.sub(lambda match: chr(0xE100 + list(_TEX).index(match[0])), value)
    bare = kept.replace("{", "").replace("}", "")
    for at, sign in enumerate(_TEX.values()):
        bare = bare.replace(chr(0xE100 + at), sign)
    return _SPACES.sub(" ", bare).strip()


def _our_bibtex(citation: Citation, style: CitationStyle) -> Values:
    return next(bibtex_records(as_bibtex(citation, style))).values


def ris_records(text: str) -> Iterator[Record]:
    """Yield the records of an RIS file."""
    values: dict[str, str] = {}
    for line in text.splitlines():
        match = _RIS_LINE.match(line)
        if match is None:
            continue
        if match["tag"] == "ER":
            yield _ris(values)
            values = {}
        elif len(values) < MOST_FIELDS:
            tag = match["tag"]
            values[tag] = f"{values[tag]}; {match['value']}" if tag in values else match["value"].strip()
    if values:
        yield _ris(values)


def _ris(values: dict[str, str]) -> Record:
    kept = {tag: value for tag, value in values.items() if tag != "ID" or value.startswith("dosije-")}
    return Record(MappingProxyType(kept), _RIS_FIELDS | {"ID": Detail.KEY}, _our_ris)


def _our_ris(citation: Citation, style: CitationStyle) -> Values:
    return next(ris_records(as_ris(citation, style))).values


def csl_record(item: Mapping[str, Any]) -> Record:
    """Parse a CSL-JSON item."""
    values = {name: _as_text(value) for name, value in list(item.items())[:MOST_FIELDS]}
    if not values.get("id", "").startswith("dosije-"):
        values.pop("id", None)
    return Record(MappingProxyType(values), _CSL_FIELDS, _our_csl)


def csl_cited_item(cited: Mapping[str, Any]) -> Record:
    """Parse an item of a CSL citation, with its locator."""
    item = csl_record(cited["itemData"]) if isinstance(cited.get("itemData"), dict) else csl_record({})
    pinpoint = {f"cited {name}": str(cited[name]) for name in ("id", "locator", "label") if name in cited}
    if not pinpoint.get("cited id", "").startswith("dosije-"):
        pinpoint.pop("cited id", None)
    return Record(MappingProxyType({**item.values, **pinpoint}), _CSL_FIELDS, _our_cited_item)


def _our_cited_item(citation: Citation, style: CitationStyle) -> Values:
    return csl_cited_item(csl_citation(citation, style)["citationItems"][0]).values


def _as_text(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"date-parts"}:
        return re.sub(r"[^0-9-]", "", json.dumps(value["date-parts"]).replace(", ", "-"))
    if isinstance(value, list) and all(isinstance(one, dict) and set(one) == {"literal"} for one in value):
        return "; ".join(str(one["literal"]) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _our_csl(citation: Citation, style: CitationStyle) -> Values:
    return csl_record(csl_item(citation, style)).values


def annotation_record(annotation: Mapping[str, Any]) -> Record:
    """Parse one of our Web Annotations, without the quoted words, which are compared as a quotation."""
    flat = dict(_flat(annotation, ""))
    values = {name: value for name, value in list(flat.items())[:MOST_FIELDS] if not name.endswith("/exact")}
    return Record(MappingProxyType(values), _ANNOTATION_FIELDS, _our_annotation)


def _our_annotation(citation: Citation, style: CitationStyle) -> Values:
    return annotation_record(as_annotation(citation, style)).values


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield every leaf of a JSON tree with its path."""
    left = [(path, value)]
    while left:
        path, value = left.pop()
        if isinstance(value, dict):
            left += [(f"{path}/{name}".lstrip("/"), each) for name, each in reversed(value.items())]
        elif isinstance(value, list):
            left += [(f"{path}/{at}".lstrip("/"), each) for at, each in reversed(list(enumerate(value)))]
        else:
            yield path, value if isinstance(value, str) else json.dumps(value)
