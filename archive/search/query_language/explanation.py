"""Explain a query in words, exactly as an engine gets it."""

from __future__ import annotations

from collections.abc import Sequence

from archive.errors import Message
from archive.search.facets import label
from archive.search.query import And, Carries, Fuzzy, Near, Not, NumericField, Or, Pattern, Phrase, Query, Range
from archive.text.stemming import english_stem
from archive.text.vocabulary import IndexField, Term

SPELLINGS = Message(
    "In quotation marks, a word stands for all its spellings: either script, any case, diacritics or not."
)
"""What a reader of :func:`explain` has to know."""

EVERYTHING = "every document"

_TERMS: dict[str, str] = {
    "word": "“{}” spelled so",
    "form": "“{}”",
    "stem": "a word with the stem “{}”",
    "bare_stem": "a word with the stem “{}”, diacritics aside",
    "look_alike": "a word that OCR can take for “{}”",
    "title": "“{}” in the title",
    "title_stem": "a word with the stem “{}” in the title",
    "vendor": "“{}” in a vendor's name",
    "vendor_stem": "a word with the stem “{}” in a vendor's name",
    "reference": "“{}” in the reference",
    "identifier": "a vendor's number (PIB or matični broj) “{}”",
}
_PLACES: dict[str, str] = {
    "title": " in the title", "title_stem": " in the title", "vendor": " in a vendor's name",
    "vendor_stem": " in a vendor's name", "reference": " in the reference", "identifier": " in a vendor's number",
}  # fmt: skip
_STEMS = frozenset({IndexField.STEM, IndexField.BARE_STEM, IndexField.TITLE_STEM, IndexField.VENDOR_STEM})
_ENGLISH = english_stem("")
"""What tells the stems of English words from others."""

_COLUMNS = {NumericField.YEAR: "year", NumericField.DATE: "date", NumericField.AMOUNT: "an amount"}


def explain(query: Query | None) -> str:
    """The query in words. Operators are capitals, and parentheses show what belongs together."""
    if query is None:
        return EVERYTHING
    return _explained(And((query,)) if isinstance(query, Not) else query)


def _explained(query: Query) -> str:
    match query:
        case And(parts):
            return _conjunction(parts)
        case Or(parts):
            return _alternatives(parts)
        case Not(part):
            return f"NOT {_inner(part)}"
        case Near(left, right, distance):
            return f"{_inner(left)} with less than {distance} words between it and {_inner(right)}"
        case _:
            return _leaf(query)


def _leaf(query: Term | Pattern | Fuzzy | Phrase | Range | Carries) -> str:
    match query:
        case Term(field, text):
            return _term(field, text)
        case Pattern(field, text):
            return f"a word like “{text}”{_PLACES.get(field, '')}"
        case Fuzzy(field, text, distance):
            edits = "one letter parts" if distance == 1 else f"at most {distance} letters part"
            return f"a word that {edits} from “{text}”{_PLACES.get(field, '')}"
        case Phrase(terms):
            return f"“{' '.join(terms)}” word after word"
        case Range(column, low, high):
            return _range(column, low, high)
        case Carries(facet, value):
            return f"{facet} “{label(facet, value)}”"


def _term(field: IndexField, text: str) -> str:
    if field in _STEMS and text.endswith(_ENGLISH):
        return _TERMS[field].replace("a word", "an English word").format(text.removesuffix(_ENGLISH))
    return _TERMS[field].format(text)


def _conjunction(parts: Sequence[Query]) -> str:
    joined = " AND ".join(map(_inner, parts))
    return f"{EVERYTHING} AND {joined}" if all(isinstance(part, Not) for part in parts) else joined


def _alternatives(parts: Sequence[Query]) -> str:
    """Join alternatives; the exact word comes first."""
    ordered = sorted(parts, key=lambda part: not (isinstance(part, Term) and part.field is IndexField.FORM))
    return " OR ".join(dict.fromkeys(map(_inner, ordered)))


def _inner(query: Query) -> str:
    """In parentheses, where others follow or go before."""
    return f"({_explained(query)})" if isinstance(query, And | Or | Near) else _explained(query)


def _range(column: NumericField, low: int | None, high: int | None) -> str:
    name = _COLUMNS[column]
    if low is not None and low == high:
        return f"{name} {_number(column, low)}"
    since = "" if low is None else f" from {_number(column, low)}"
    until = "" if high is None else f" up to {_number(column, high)}"
    return name + (since + until or " of any size")


def _number(column: NumericField, value: int) -> str:
    if column is NumericField.DATE:
        return f"{value // 10000:04}-{value // 100 % 100:02}-{value % 100:02}"
    return f"{value:,}" if column is NumericField.AMOUNT else str(value)
