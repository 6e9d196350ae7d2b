"""The tokenizer of the query language: splits a query into words, phrases and operators. It never fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from archive.errors import Message
from archive.search.query import Query
from archive.search.query_language.parsed_query import FIELD_NAMES, QueryField, QueryNote, QueryNoteKind
from archive.text.folding import fold

MAX_DISTANCE = 999
"""Largest distance of NEAR, in words: about three pages."""

# Quotation marks that quote everywhere, and those that are also apostrophes, primes and the like, which quote only if a
# word begins after the first and ends before the second.
_QUOTES = '"„“”«»‟＂'
_EDGE_QUOTES = "'‘’‚‛″"

_PHRASE = re.compile(rf"[{_QUOTES}](?P<text>[^{_QUOTES}]*)[{_QUOTES}](?P<slop>~\d*)?")
_EDGE_PHRASE = re.compile(
    rf"[{_QUOTES}{_EDGE_QUOTES}](?P<text>(?!\s)[^{_QUOTES}{_EDGE_QUOTES}]+(?<!\s))[{_EDGE_QUOTES}](?=$|[\s).,;:!?])"
)
_OPERATOR = re.compile(rf"(?:(?P<name>AND|OR|NOT)|NEAR/(?P<distance>\d+))(?=$|[\s(){_QUOTES}])")
_FIELD = re.compile(r"(?P<name>[^\W\d_]+)(?:(?P<colon>:)|(?=[<>]=?[0-9]))(?P<rest>[^\s)]*)")
"""The name of a field; its colon may be missing before a comparison: ``iznos>1000000``."""
_EXCLUSION = re.compile(r"-(?=[^\s-])")
_CLOSING = re.compile(r"[.,;:!]+(?=\s|$)")
_WORD = re.compile(rf"[^\s{_QUOTES}]+")


class Operator(Enum):
    """A token without text."""

    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"


@dataclass(frozen=True, slots=True)
class Proximity:
    """``NEAR/distance``."""

    distance: int

    @property
    def value(self) -> str:
        """The operator as typed."""
        return f"NEAR/{self.distance}"


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """A field before a parenthesis: ``title:(``."""

    field: QueryField


@dataclass(frozen=True, slots=True)
class TextToken:
    """A word or quoted phrase, and its field. ``typed`` includes quotation marks and the field's name.

    An unquoted one contains spaces only if it is a number in groups of digits, a date or a citation. ``others`` are
    queries for equivalent spellings; ``meaning`` is the query of a date or citation.
    """

    text: str
    typed: str
    quoted: bool = False
    field: QueryField | None = None
    others: tuple[Query, ...] = ()
    meaning: Query | None = None


Token = Operator | Proximity | FieldGroup | TextToken


def tokenize(text: str, remarks: list[QueryNote]) -> list[Token]:
    """Split ``text`` into tokens. Notes are added to ``remarks``."""
    return list(_Scanner(text, remarks).tokens())


_MEANT = {
    "narucilac": "opstina", "narucitelj": "opcina", "mesto": "opstina", "mjesto": "opcina", "buyer": "municipality",
    "place": "municipality",
}  # fmt: skip
"""What is asked for as if it was a field, and the field that has it, or nearly."""


def _field_like(name: str) -> str | None:
    """Return the name of the field that was probably meant. Transposed letters are the most common mistake in short
    names."""
    swapped = (known for known in FIELD_NAMES if sorted(known) == sorted(name))
    return (
        _MEANT.get(name)
        or next(swapped, None)
        or next(iter(get_close_matches(name, FIELD_NAMES, n=1, cutoff=0.8)), None)
    )


class _Scanner:
    def __init__(self, text: str, remarks: list[QueryNote]) -> None:
        self._text = text
        self._remarks = remarks
        self._at = 0
        self._open = 0

    def tokens(self) -> Iterator[Token]:
        while self._at < len(self._text):
            if self._text[self._at].isspace():
                self._at += 1
            else:
                yield from self._token()

    def _token(self) -> Iterator[Token]:
        if self._accept("("):
            self._open += 1
            yield Operator.OPEN
        elif self._open and self._accept(")"):
            self._open -= 1
            yield Operator.CLOSE
            self._pass_over_punctuation()
        elif exclusion := _EXCLUSION.match(self._text, self._at):
            self._at = exclusion.end()
            yield Operator.NOT
        elif operator := _OPERATOR.match(self._text, self._at):
            self._at = operator.end()
            yield self._proximity(operator["distance"]) if operator["distance"] else Operator(operator["name"])
        else:
            yield from self._text_token()

    def _accept(self, character: str) -> bool:
        found = self._text.startswith(character, self._at)
        self._at += found
        return found

    def _pass_over_punctuation(self) -> None:
        """Skip commas after a parenthesis or a phrase; one after a word belongs to it."""
        if closing := _CLOSING.match(self._text, self._at):
            self._at = closing.end()

    def _proximity(self, digits: str) -> Proximity:
        asked = int(digits) if len(digits) <= len(str(MAX_DISTANCE)) else MAX_DISTANCE + 1
        distance = min(max(asked, 1), MAX_DISTANCE)
        if distance != asked:
            self._say(
                QueryNoteKind.READ_AS,
                Message(
                    "NEAR reaches 1 to %(most)s words; NEAR/%(distance)s was searched for.",
                    most=MAX_DISTANCE,
                    distance=distance,
                ),
            )
        return Proximity(distance)

    def _text_token(self) -> Iterator[Token]:
        start = self._at
        field = self._field()
        if field and self._text.startswith("(", self._at):
            yield FieldGroup(field)
            return
        phrase = _PHRASE.match(self._text, self._at) or _EDGE_PHRASE.match(self._text, self._at)
        if phrase:
            self._at = phrase.end()
            if phrase["text"].strip():
                yield TextToken(phrase["text"], self._text[start : self._at], quoted=True, field=field)
            else:
                self._say(QueryNoteKind.IGNORED, Message("Quotation marks with nothing between them were left out."))
            self._pass_over_punctuation()
            if phrase.re is _PHRASE and phrase["slop"]:
                self._say(
                    QueryNoteKind.IGNORED,
                    Message("“~” after quotation marks was left out; write for example video NEAR/5 nadzor."),
                )
            return
        if self._text[self._at] in _QUOTES:
            self._at += 1
            self._say(QueryNoteKind.IGNORED, Message("A quotation mark has no partner and was ignored."))
        word = self._word()
        if word:
            yield TextToken(word, self._text[start : self._at], field=field)

    def _field(self) -> QueryField | None:
        """Return the field named here, if any, and advance to its text."""
        match = _FIELD.match(self._text, self._at)
        if not match:
            return None
        name, rest = match["name"], match["rest"]
        field = FIELD_NAMES.get(fold(name))
        if field and rest:
            self._at = match.start("rest")
            return field
        if field:
            self._say(
                QueryNoteKind.AS_TEXT,
                Message(
                    "“%(name)s:” was searched for as a word; to search in the field, write %(field)s:word"
                    " without a space.",
                    name=name,
                    field=name,
                ),
            )
        elif match["colon"] and rest and not rest.startswith("/") and (close := _field_like(fold(name))):
            self._say(
                QueryNoteKind.AS_TEXT,
                Message(
                    "“%(name)s:” is not a field and was searched for as text; is it %(field)s: ?",
                    name=name,
                    field=close,
                ),
            )
        return None

    def _word(self) -> str:
        """Return the word that begins here. Parentheses inside words belong to them ("5(2)"), unless they close a
        group."""
        match = _WORD.match(self._text, self._at)
        if not match:
            return ""
        inner = 0
        for at in range(match.start(), match.end()):
            if self._text[at] == "(":
                inner += 1
            elif self._text[at] == ")" and inner:
                inner -= 1
            elif self._text[at] == ")" and self._open:
                self._at = at
                return self._text[match.start() : at]
        self._at = match.end()
        return match.group()

    def _say(self, kind: QueryNoteKind, sentence: str) -> None:
        self._remarks.append(QueryNote(kind, sentence))
