"""Interpretation of the words and phrases of a query."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.errors import Message, QueryTooBroad
from archive.search.meanings.numbers import read_date
from archive.search.query import And, Carries, Fuzzy, Near, Or, Pattern, Phrase, Query
from archive.search.query_language.attributes import read_attribute
from archive.search.query_language.grammar import joined
from archive.search.query_language.parsed_query import FieldValue, QueryNote, QueryNoteKind, TypedWord, WordKind
from archive.search.query_language.tokens import TextToken
from archive.search.query_language.word_shapes import as_one_word, exact_phrase, is_date, shaped
from archive.search.request import UNKNOWN
from archive.text.analyzer import query_terms
from archive.text.forms import look_alike_key, word_form
from archive.text.vocabulary import IndexField, Term

MAX_WORDS = 64
"""Most distinct words, phrases and ranges of one query."""

LOOK_ALIKE_WEIGHT = 0.25
"""Weight of a word that OCR may have misread from the typed one."""

_OUTER = re.compile(r"^[^\w*?]+|[^\w*?~]+$")


_COMPOUND = re.compile(r"([^\W\d_]+)[-‐‑](?:([^\W\d_]{4,})|([^\W_]{1,3}))")
"""Two words with a hyphen."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How words are matched: ``marked`` if typed in Cyrillic or with diacritics, ``exact`` without inflected forms."""

    marked: bool
    exact: bool
    look_alikes: bool


class Interpreter:
    """Interprets the texts of one query, and collects the ``words`` and field ``values``."""

    def __init__(self, manner: Manner, remarks: list[QueryNote]) -> None:
        self._manner = manner
        self._remarks = remarks
        self._seen: set[str] = set()
        self.words: list[TypedWord] = []
        self.values: list[FieldValue] = []

    def read(self, token: TextToken, excluded: bool) -> Query:
        """Return the query of a token.

        :raises QueryTooBroad: there are more than :data:`MAX_WORDS` distinct texts.
        """
        self._seen.add(token.typed)
        if len(self._seen) > MAX_WORDS:
            raise QueryTooBroad(
                "The query has more than %(most)s different words.",
                "Ask for the most distinctive ones, or put a passage in quotation marks.",
                most=MAX_WORDS,
            )
        if token.field is not None:
            query = read_attribute(token, token.field, self._manner.exact, self._remarks)
            if query != Carries(token.field, UNKNOWN):
                self.values.append(FieldValue(token.field, token.text.strip(), token.typed))
            if query is not None:
                return query
        if token.meaning is not None:
            self._typed(token.text, WordKind.NUMBER, (), excluded)
            if " " in token.text and read_date(token.text.split()):
                self._say_date(token.text)
            return token.meaning
        words = token.text.split()
        if token.quoted:
            return self._phrase(words, excluded)
        return self._number(words, excluded) if len(words) > 1 else self._word(token, excluded)

    def _phrase(self, words: list[str], excluded: bool) -> Query:
        if any("*" in word and len(word) > 1 for word in words):
            self._say(QueryNoteKind.AS_TEXT, Message("An asterisk inside quotation marks is not a wildcard."))
        text = " ".join(words)
        if len(words) == 1:
            return self._any_of(text, WordKind.EXACT, self._terms(text, exact=True), excluded)
        self._typed(text, WordKind.PHRASE, (), excluded)
        return exact_phrase(words)

    def _number(self, pieces: list[str], excluded: bool) -> Query:
        """Interpret a number in groups of digits, or a date: on pages it may be in pieces, or one word."""
        terms = self._terms(as_one_word(pieces), exact=True)
        text = " ".join(pieces)
        self._typed(text, WordKind.NUMBER, terms, excluded)
        forms = tuple(word_form(piece) for piece in pieces)
        apart: Query = Phrase(forms)
        if len(pieces) == 2 and not is_date(pieces):
            # Two adjacent numbers may just as well be two.
            apart = joined(And, [Term(IndexField.FORM, form) for form in forms])
        elif is_date(pieces):
            self._say_date(text)
        else:
            self._say(QueryNoteKind.READ_AS, Message("“%(text)s” was searched for as one number.", text=text))
        return joined(Or, [apart, *terms])

    def _word(self, token: TextToken, excluded: bool) -> Query:
        word = token.text
        shape = shaped(word, IndexField.FORM)
        if shape.remark:
            self._remarks.append(shape.remark)
        if shape.leaf:
            kind = WordKind.WILDCARD if isinstance(shape.leaf, Pattern) else WordKind.FUZZY
            return self._any_of(word, kind, (shape.leaf,), excluded)
        if self._manner.exact:
            return self._any_of(word, WordKind.EXACT, self._terms(word, exact=True), excluded)
        parts = _COMPOUND.fullmatch(_OUTER.sub("", word))
        # The part after the hyphen of PDV-om is an ending; a short part is significant in capitals or digits: NITI-N,
        # CX-216.
        if parts is not None and (parts[2] or parts[3].isupper() or parts[3].isdigit()):
            return self._compound(word, parts[1], parts[2] or parts[3], excluded)
        terms = [other for other in token.others if isinstance(other, Term)]
        leaves = tuple(dict.fromkeys((*self._terms(word, exact=False), *terms)))
        query = self._any_of(word, WordKind.PLAIN, leaves, excluded)
        written = [other for other in token.others if not isinstance(other, Term)]
        return Or((*(query.parts if isinstance(query, Or) else (query,)), *written)) if written else query

    def _compound(self, word: str, first: str, last: str, excluded: bool) -> Query:
        """Interpret video-nadzor also as videonadzor and video nadzor."""
        leaves = dict.fromkeys((*self._terms(word, exact=False), *self._terms(first + last, exact=False)))
        one_word = self._any_of(word, WordKind.PLAIN, tuple(leaves), excluded)
        apart = [joined(Or, self._terms(part, exact=False)) for part in (first, last)]
        with_dash = (Phrase((word_form(first), dash, word_form(last))) for dash in "-–")
        return Or((one_word, Near(apart[0], apart[1], 1), *with_dash))

    def _terms(self, word: str, exact: bool) -> tuple[Term, ...]:
        return query_terms(word, self._manner.marked, exact)

    def _any_of(self, text: str, kind: WordKind, leaves: tuple[Term | Pattern | Fuzzy, ...], excluded: bool) -> Query:
        look_alike = None
        if kind is WordKind.PLAIN and self._manner.look_alikes:
            look_alike = Term(IndexField.LOOK_ALIKE, look_alike_key(text), LOOK_ALIKE_WEIGHT)
        self._typed(text, kind, leaves, excluded, look_alike)
        return joined(Or, leaves if look_alike is None else (*leaves, look_alike))

    def _typed(
        self,
        text: str,
        kind: WordKind,
        leaves: tuple[Term | Pattern | Fuzzy, ...],
        excluded: bool,
        look_alike: Term | None = None,
    ) -> None:
        shown = _OUTER.sub("", text) or text
        word = TypedWord(shown, kind, leaves, look_alike, excluded)
        if word not in self.words:
            self.words.append(word)

    def _say_date(self, text: str) -> None:
        self._say(QueryNoteKind.READ_AS, Message("“%(text)s” was searched for as one date.", text=text))

    def _say(self, kind: QueryNoteKind, sentence: str) -> None:
        self._remarks.append(QueryNote(kind, sentence))
