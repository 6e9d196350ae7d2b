"""Explanation of a query in words, exactly as the engine receives it."""

from __future__ import annotations

from archive.errors import Message, marked
from archive.search.facets import label
from archive.search.query import And, Carries, Fuzzy, Near, Not, NumericField, Or, Pattern, Phrase, Query, Range
from archive.text.stemming import english_stem
from archive.text.vocabulary import IndexField, Term

SPELLINGS = Message(
    "In quotation marks, a word finds all its spellings: either script, any case, with or without diacritics."
)
"""A legend for readers of :func:`explain`."""

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
"""How a term of a field is described; terms of other fields by the word itself."""
_ENGLISH_STEMS = {
    _STEM: marked("an English word with the stem “%(text)s”"),
    _BARE_STEM: marked("an English word with the stem “%(text)s”, diacritics aside"),
}
_ENGLISH = english_stem("")
"""The prefix of stems of English words."""
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


class Phrasing:
    """Formats texts in English. The web pages override it with the reader's language."""

    def say(self, text: str, /, **values: object) -> str:
        """Return a text with its placeholders filled."""
        return text % values if values else text

    def plural(self, one: str, many: str, count: int, **values: object) -> str:
        """Return the plural form of a text for ``count``, with its placeholders filled."""
        return (one if count == 1 else many) % {"count": self.number(count), **values}

    def number(self, value: int) -> str:
        """Return a whole number."""
        return f"{value:,}"

    def field(self, name: str) -> str:
        """Return the name of a facet within a sentence."""
        return name

    def value(self, facet: str, value: str) -> str:
        """Return the label of a value of a facet."""
        return label(facet, value)


ENGLISH = Phrasing()


def explain(query: Query | None, wording: Phrasing = ENGLISH) -> str:
    """Return the query in words. Operators are in capitals, as they are typed; parentheses show the grouping."""
    if query is None:
        return wording.say("every document")
    return _explained(And((query,)) if isinstance(query, Not) else query, wording)


def _explained(query: Query, wording: Phrasing) -> str:
    match query:
        case And(parts):
            joined = " AND ".join(_inner(part, wording) for part in parts)
            is_all_but = all(isinstance(part, Not) for part in parts)
            return f"{wording.say('every document')} AND {joined}" if is_all_but else joined
        case Or(parts):
            # Terms of one typed word are alternatives; the word itself comes before the other spellings.
            ordered = sorted(parts, key=lambda part: not (isinstance(part, Term) and part.field is IndexField.FORM))
            return " OR ".join(dict.fromkeys(_inner(part, wording) for part in ordered))
        case Not(part):
            return f"NOT {_inner(part, wording)}"
        case Near(left, right, 1, True):
            sides = {"left": _inner(left, wording), "right": _inner(right, wording)}
            return wording.say("%(left)s right before %(right)s", **sides)
        case Near(left, right, distance):
            sides = {"left": _inner(left, wording), "right": _inner(right, wording)}
            return wording.say(
                "%(left)s with less than %(count)s words between it and %(right)s", **sides, count=distance
            )
        case _:
            return _leaf(query, wording)


def _leaf(query: Term | Pattern | Fuzzy | Phrase | Range | Carries, wording: Phrasing) -> str:
    match query:
        case Term(field, text):
            word = _WORDS.get(field, _QUOTED)
            if word in _ENGLISH_STEMS and text.endswith(_ENGLISH):
                word, text = _ENGLISH_STEMS[word], text.removesuffix(_ENGLISH)
            told = wording.say(word, text=text)
            return told if field is IndexField.IDENTIFIER else _placed(field, told, wording)
        case Pattern(field, text):
            return _placed(field, wording.say("a word like “%(text)s”", text=text), wording)
        case Fuzzy(field, text, distance):
            near = marked("a word that one letter parts from “%(text)s”")
            if distance > 1:
                near = marked("a word that at most %(count)s letters part from “%(text)s”")
            return _placed(field, wording.say(near, text=text, count=distance), wording)
        case Phrase(terms):
            return wording.say("“%(words)s” word after word", words=" ".join(terms))
        case Range(column, low, high):
            return _range(column, low, high, wording)
        case Carries(facet, value):
            named = wording.field(facet), wording.value(facet, value)
            return wording.say("%(field)s “%(value)s”", field=named[0], value=named[1])


def _placed(field: IndexField, what: str, wording: Phrasing) -> str:
    return wording.say(_PLACES[field], what=what) if field in _PLACES else what


def _inner(query: Query, wording: Phrasing) -> str:
    """Return it in parentheses, if it is compound."""
    told = _explained(query, wording)
    return f"({told})" if isinstance(query, And | Or | Near) else told


def _range(column: NumericField, low: int | None, high: int | None, wording: Phrasing) -> str:
    what = wording.say(_COLUMNS[column])
    since, until = (None if bound is None else _number(column, bound, wording) for bound in (low, high))
    if since is not None and since == until:
        return f"{what} {since}"
    if since is not None and until is not None:
        return wording.say("%(what)s from %(low)s up to %(high)s", what=what, low=since, high=until)
    if since is not None:
        return wording.say("%(what)s from %(low)s", what=what, low=since)
    if until is not None:
        return wording.say("%(what)s up to %(high)s", what=what, high=until)
    return wording.say("%(what)s of any size", what=what)


def _number(column: NumericField, value: int, wording: Phrasing) -> str:
    if column is NumericField.DATE:
        return f"{value // 10000:04}-{value // 100 % 100:02}-{value % 100:02}"
    return wording.number(value) if column is NumericField.AMOUNT else str(value)
