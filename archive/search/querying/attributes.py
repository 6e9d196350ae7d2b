"""What ``field:value`` asks for: something known about the document, not on its pages."""

from __future__ import annotations

from collections.abc import Iterable

from archive.errors import Message
from archive.model import KINDS
from archive.search.query import And, Carries, Column, Field, Or, Query, Term
from archive.search.querying.fields import QueryField
from archive.search.querying.grammar import joined
from archive.search.querying.ranges import read_range
from archive.search.querying.shapes import shaped
from archive.search.querying.tokens import Text
from archive.search.querying.understood import Remark, RemarkKind
from archive.search.querying.values import is_unknown, kinds_named, languages_named, qualities_named
from archive.search.request import UNKNOWN
from archive.text.analyzer import attribute_query_terms, word_form
from archive.text.scripts import to_latin

_WORD_FIELDS = {
    QueryField.TITLE: (Field.TITLE, Field.TITLE_STEM),
    QueryField.VENDOR: (Field.VENDOR, Field.VENDOR_STEM),
}
_NAMED = {
    QueryField.KIND: kinds_named,
    QueryField.LANGUAGE: languages_named,
    QueryField.QUALITY: qualities_named,
}
_MAY_BE_UNKNOWN = frozenset({*_NAMED, QueryField.MUNICIPALITY, QueryField.VENDOR, QueryField.YEAR})

_EXPECTED = {
    QueryField.YEAR: Message("a year, or years such as 2019..2021"),
    QueryField.DATE: Message("a date, or dates such as 2020-01..2020-06-15"),
    QueryField.AMOUNT: Message("an amount, or amounts such as 1.000.000..2.000.000 or >=1000000"),
    QueryField.KIND: Message("a kind of document; kinds are %(kinds)s", kinds=", ".join(KINDS)),
    QueryField.LANGUAGE: Message("a language such as Serbian, or the code of one such as sr-Cyrl"),
    QueryField.QUALITY: Message("a reading quality: good, fair or unreliable"),
    QueryField.PIB: Message("the number of a firm"),
}


def read_attribute(token: Text, field: QueryField, exact: bool, remarks: list[Remark]) -> Query | None:
    """The meaning of a value of a field, or None, with a remark, where it has none."""
    if field in _MAY_BE_UNKNOWN and not token.quoted and is_unknown(token.text):
        return Carries(field, UNKNOWN)
    query = _read(token, field, exact, remarks)
    if query is None:
        sentence = Message(
            "“%(typed)s” does not name %(our_thing)s. “%(text)s” was searched for on the pages.",
            typed=token.typed,
            our_thing=_EXPECTED[field],
            text=token.text,
        )
        remarks.append(Remark(RemarkKind.AS_TEXT, sentence))
    return query


def _read(token: Text, field: QueryField, exact: bool, remarks: list[Remark]) -> Query | None:
    match field:
        case QueryField.YEAR | QueryField.DATE | QueryField.AMOUNT:
            return read_range(Column(field), token.text)
        case QueryField.KIND | QueryField.LANGUAGE | QueryField.QUALITY:
            return _any_value(field, _NAMED[field](token.text))
        case QueryField.TITLE | QueryField.VENDOR:
            return _words(token, _WORD_FIELDS[field], exact, remarks)
        case QueryField.REFERENCE | QueryField.PIB:
            return _numbers(token.text, field, remarks)
        case QueryField.MUNICIPALITY | QueryField.COLLECTION | QueryField.WATCH:
            return Carries(field, to_latin(token.text.strip()))


def _any_value(field: QueryField, values: Iterable[str]) -> Query | None:
    carried = [Carries(field, value) for value in values]
    return joined(Or, carried) if carried else None


def _words(token: Text, fields: tuple[Field, Field], exact: bool, remarks: list[Remark]) -> Query:
    words = token.text.split()
    if token.quoted:
        if len(words) > 1:
            sentence = Message(
                "Words in quotation marks after %(field)s: may stand in any order in it.", field=token.field
            )
            remarks.append(Remark(RemarkKind.READ_AS, sentence))
        return joined(And, [Term(fields[0], word_form(word)) for word in words])
    shape = shaped(token.text, fields[0])
    if shape.remark:
        remarks.append(shape.remark)
    if shape.leaf:
        return shape.leaf
    if exact:
        return Term(fields[0], word_form(token.text))
    return joined(Or, attribute_query_terms(token.text, fields))


def _numbers(text: str, field: QueryField, remarks: list[Remark]) -> Query | None:
    """A reference, or the digits of a firm's number."""
    if field is QueryField.REFERENCE:
        return joined(And, [_number(word, Field.REFERENCE, remarks) for word in text.split()])
    digits = "".join(character for character in text if character.isdecimal() or character in "*?")
    return _number(digits, Field.IDENTIFIER, remarks) if any(map(str.isdecimal, digits)) else None


def _number(word: str, field: Field, remarks: list[Remark]) -> Query:
    shape = shaped(word, field)
    if shape.remark:
        remarks.append(shape.remark)
    return shape.leaf or Term(field, word_form(word))
