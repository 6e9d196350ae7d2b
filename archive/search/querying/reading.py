"""What the words and phrases of a query ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.errors import Message, QueryTooBroad
from archive.search.query import And, Carries, Field, Fuzzy, Near, Or, Pattern, Phrase, Query, Term
from archive.search.querying.attributes import read_attribute
from archive.search.querying.grammar import joined
from archive.search.querying.numbers import as_one_word, as_single_words, is_date
from archive.search.querying.shapes import shaped
from archive.search.querying.tokens import Text
from archive.search.querying.understood import FieldValue, Remark, RemarkKind, TypedWord, WordKind
from archive.search.request import UNKNOWN
from archive.text.analyzer import query_terms, word_form
from archive.text.look_alikes import look_alike_key

MAX_WORDS = 64
"""Different words, phrases and ranges of one query. A pasted paragraph finds nothing that its phrases would not."""

LOOK_ALIKE_WEIGHT = 0.25
"""How much a word counts that OCR may have made of the typed one."""

_OUTER = re.compile(r"^[^\w*?]+|[^\w*?~]+$")


_COMPOUND = re.compile(r"([^\W\d_]+)[-‐‑]([^\W\d_]{4,})")
"""Two words with a hyphen. Behind the hyphen of PDV-om stands an ending, not a word."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How words are meant: ``marked`` if typed in Cyrillic or with diacritics, ``exact`` if as they stand."""

    marked: bool
    exact: bool
    look_alikes: bool


class Reader:
    """Reads the texts of one query. ``words`` are those it was asked to look for on pages so far, ``values`` those that
    fields were asked for."""

    def __init__(self, manner: Manner, remarks: list[Remark]) -> None:
        self._manner = manner
        self._remarks = remarks
        self._seen: set[str] = set()
        self.words: list[TypedWord] = []
        self.values: list[FieldValue] = []

    def read(self, token: Text, excluded: bool) -> Query:
        """What a token asks for.

        :raises QueryTooBroad: it is one different text more than :data:`MAX_WORDS`.
        """
        self._seen.add(token.typed)
        if len(self._seen) > MAX_WORDS:
            raise QueryTooBroad(
                "The query has more than %(most)s different words.",
                "Ask for the most telling ones, or put a passage in quotation marks.",
                most=MAX_WORDS,
            )
        if token.field is not None:
            query = read_attribute(token, token.field, self._manner.exact, self._remarks)
            if query != Carries(token.field, UNKNOWN):
                self.values.append(FieldValue(token.field, token.text.strip(), token.typed))
            if query is not None:
                return query
        words = token.text.split()
        if token.quoted:
            return self._phrase(words, excluded)
        return self._number(words, excluded) if len(words) > 1 else self._word(token.text, excluded)

    def _phrase(self, words: list[str], excluded: bool) -> Query:
        if any("*" in word and len(word) > 1 for word in words):
            self._say(RemarkKind.AS_TEXT, Message("An asterisk inside quotation marks is not a wildcard."))
        text = " ".join(words)
        if len(words) == 1:
            return self._any_of(text, WordKind.EXACT, self._terms(text, exact=True), excluded)
        self._typed(text, WordKind.PHRASE, (), excluded)
        # The last exact form of a number is the one that all its spellings share.
        whole = tuple(self._terms(word, exact=True)[-1].text for word in as_single_words(words))
        if len(whole) == len(words):
            return Phrase(whole)
        in_pieces = Phrase(tuple(word_form(word) for word in words))
        return Or((in_pieces, Phrase(whole) if len(whole) > 1 else Term(Field.FORM, whole[0])))

    def _number(self, pieces: list[str], excluded: bool) -> Query:
        """A number in groups of digits, or a date: on pages it may stand in pieces, or as one word."""
        terms = self._terms(as_one_word(pieces), exact=True)
        text = " ".join(pieces)
        self._typed(text, WordKind.NUMBER, terms, excluded)
        forms = tuple(word_form(piece) for piece in pieces)
        apart: Query = Phrase(forms)
        if len(pieces) == 2 and not is_date(pieces):
            # Two numbers side by side are as often two as one.
            apart = joined(And, [Term(Field.FORM, form) for form in forms])
        else:
            self._say(
                RemarkKind.READ_AS,
                Message("“%(text)s” was searched for as one date.", text=text)
                if is_date(pieces)
                else Message("“%(text)s” was searched for as one number.", text=text),
            )
        return joined(Or, [apart, *terms])

    def _word(self, word: str, excluded: bool) -> Query:
        shape = shaped(word, Field.FORM)
        if shape.remark:
            self._remarks.append(shape.remark)
        if shape.leaf:
            kind = WordKind.WILDCARD if isinstance(shape.leaf, Pattern) else WordKind.FUZZY
            return self._any_of(word, kind, (shape.leaf,), excluded)
        if self._manner.exact:
            return self._any_of(word, WordKind.EXACT, self._terms(word, exact=True), excluded)
        parts = _COMPOUND.fullmatch(_OUTER.sub("", word))
        if parts is None:
            return self._any_of(word, WordKind.PLAIN, self._terms(word, exact=False), excluded)
        return self._compound(word, parts[1], parts[2], excluded)

    def _compound(self, word: str, first: str, last: str, excluded: bool) -> Query:
        """video-nadzor is also spelled videonadzor and video nadzor."""
        leaves = dict.fromkeys((*self._terms(word, exact=False), *self._terms(first + last, exact=False)))
        one_word = self._any_of(word, WordKind.PLAIN, tuple(leaves), excluded)
        apart = [joined(Or, self._terms(part, exact=False)) for part in (first, last)]
        return Or((one_word, Near(apart[0], apart[1], 1)))

    def _terms(self, word: str, exact: bool) -> tuple[Term, ...]:
        return query_terms(word, self._manner.marked, exact)

    def _any_of(self, text: str, kind: WordKind, leaves: tuple[Term | Pattern | Fuzzy, ...], excluded: bool) -> Query:
        look_alike = None
        if kind is WordKind.PLAIN and self._manner.look_alikes:
            look_alike = Term(Field.LOOK_ALIKE, look_alike_key(text), LOOK_ALIKE_WEIGHT)
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

    def _say(self, kind: RemarkKind, sentence: str) -> None:
        self._remarks.append(Remark(kind, sentence))
