"""A query read back in the reader's language: what was looked for, exactly as an engine is asked for it.

The certificate's JSON has the same in English, by :func:`archive.search.query_language.explanation.explain`.
"""

from __future__ import annotations

from collections.abc import Sequence

from archive.search.query import And, Carries, Fuzzy, Near, Not, NumericField, Or, Pattern, Phrase, Query, Range
from archive.text.stemming import english_stem
from archive.text.vocabulary import IndexField, Term
from webapp.languages.translation import gettext, marked, number
from webapp.presenters.wording import field_label, value_label

_QUOTED = marked("“%(text)s”")
_STEM = marked("a word with the stem “%(text)s”")
_BARE_STEM = marked("a word with the stem “%(text)s”, diacritics aside")
_WORDS = {
    IndexField.WORD: marked("“%(text)s” spelled so"),
    IndexField.STEM: _STEM,
    IndexField.BARE_STEM: _BARE_STEM,
    IndexField.LOOK_ALIKE: marked("a word that OCR can take for “%(text)s”"),
    IndexField.TITLE_STEM: _STEM,
    IndexField.VENDOR_STEM: _STEM,
    IndexField.IDENTIFIER: marked("a vendor's number (PIB or matični broj) “%(text)s”"),
}
"""How a term of a field is told; of the others, the word itself."""

_ENGLISH_STEMS = {
    _STEM: marked("an English word with the stem “%(text)s”"),
    _BARE_STEM: marked("an English word with the stem “%(text)s”, diacritics aside"),
}
_ENGLISH = english_stem("")
"""What tells the stems of English words from others."""

_IN_TITLE, _IN_VENDOR = marked("%(what)s in the title"), marked("%(what)s in a vendor's name")
_PLACES = {
    IndexField.TITLE: _IN_TITLE,
    IndexField.TITLE_STEM: _IN_TITLE,
    IndexField.VENDOR: _IN_VENDOR,
    IndexField.VENDOR_STEM: _IN_VENDOR,
    IndexField.REFERENCE: marked("%(what)s in the reference"),
    IndexField.IDENTIFIER: marked("%(what)s in a vendor's number"),
}
_COLUMNS = {
    NumericField.YEAR: marked("year"),
    NumericField.DATE: marked("date"),
    NumericField.AMOUNT: marked("an amount"),
}


def understood(query: Query | None) -> str:
    """The query in words. Operators are capitals, as they are typed; parentheses show what belongs together."""
    if query is None:
        return gettext("every document")
    return _said(And((query,)) if isinstance(query, Not) else query)


def _said(query: Query) -> str:
    match query:
        case And(parts):
            said = " AND ".join(map(_inner, parts))
            return f"{gettext('every document')} AND {said}" if all(isinstance(part, Not) for part in parts) else said
        case Or(parts):
            return _alternatives(parts)
        case Not(part):
            return f"NOT {_inner(part)}"
        case Near(left, right, distance):
            between = marked("%(left)s with less than %(count)s words between it and %(right)s")
            return gettext(between, left=_inner(left), right=_inner(right), count=number(distance))
        case _:
            return _leaf(query)


def _leaf(query: Term | Pattern | Fuzzy | Phrase | Range | Carries) -> str:
    match query:
        case Term(field, text):
            return _term(field, text)
        case Pattern(field, text):
            return _placed(field, gettext("a word like “%(text)s”") % {"text": text})
        case Fuzzy(field, text, distance):
            near = gettext("a word that one letter parts from “%(text)s”")
            if distance > 1:
                near = gettext("a word that at most %(count)s letters part from “%(text)s”")
            return _placed(field, near % {"text": text, "count": distance})
        case Phrase(terms):
            return gettext("“%(words)s” word after word", words=" ".join(terms))
        case Range(column, low, high):
            return _range(column, low, high)
        case Carries(facet, value):
            return gettext("%(field)s “%(value)s”", field=field_label(facet).lower(), value=value_label(facet, value))


def _term(field: IndexField, text: str) -> str:
    word = _WORDS.get(field, _QUOTED)
    if word in _ENGLISH_STEMS and text.endswith(_ENGLISH):
        word, text = _ENGLISH_STEMS[word], text.removesuffix(_ENGLISH)
    told = gettext(word) % {"text": text}
    return told if field is IndexField.IDENTIFIER else _placed(field, told)


def _placed(field: IndexField, what: str) -> str:
    return gettext(_PLACES[field], what=what) if field in _PLACES else what


def _alternatives(parts: Sequence[Query]) -> str:
    """Terms of one typed word come as alternatives; the word itself is said before the other ways to find it."""
    ordered = sorted(parts, key=lambda part: not (isinstance(part, Term) and part.field is IndexField.FORM))
    return " OR ".join(dict.fromkeys(map(_inner, ordered)))


def _inner(query: Query) -> str:
    """In parentheses, where others follow or go before."""
    return f"({_said(query)})" if isinstance(query, And | Or | Near) else _said(query)


def _range(column: NumericField, low: int | None, high: int | None) -> str:
    what = gettext(_COLUMNS[column])
    since, until = (None if bound is None else _number(column, bound) for bound in (low, high))
    if since is not None and since == until:
        return f"{what} {since}"
    if since is not None and until is not None:
        return gettext("%(what)s from %(low)s up to %(high)s", what=what, low=since, high=until)
    if since is not None:
        return gettext("%(what)s from %(low)s", what=what, low=since)
    if until is not None:
        return gettext("%(what)s up to %(high)s", what=what, high=until)
    return gettext("%(what)s of any size", what=what)


def _number(column: NumericField, value: int) -> str:
    if column is NumericField.DATE:
        return f"{value // 10000:04}-{value // 100 % 100:02}-{value % 100:02}"
    return number(value) if column is NumericField.AMOUNT else str(value)
