"""Wildcards, fuzzy words, and numbers and dates typed in pieces.

On pages the analyzer also indexes such a number as one word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.errors import Message
from archive.search.query import Fuzzy, Or, Pattern, Phrase, Query
from archive.search.query_language.grammar import joined
from archive.search.query_language.parsed_query import QueryNote, QueryNoteKind
from archive.search.query_language.tokens import TextToken, Token
from archive.text.analyzer import query_terms
from archive.text.folding import fold
from archive.text.forms import plain_date, word_form
from archive.text.vocabulary import IndexField, Term

MIN_LETTERS = 3
"""Fewest letters and digits of a wildcard or fuzzy word; with fewer it matches a large part of the dictionary."""

MAX_EDITS = 2
"""Most edits of a fuzzy word. At three, words of usual length have nothing in common."""

TWO_EDITS_FROM = 8
"""Fewest letters of a word for which ``word~`` means two edits."""

SHORT_WORD = 5
"""Fewest letters of a word for which two edits may be requested: in a shorter one they leave less than half."""

_OUTER = re.compile(r"^[^\w*?]+|[^\w*?]+$|_+$|^_+")
_WILDCARD = re.compile(r"[*?]")
_REPEATED_WILDCARDS = re.compile(r"\*[*?]*\*")
_FUZZY = re.compile(r"(?P<word>.*[^\W_].*)~(?P<edits>\d*)[^\w~]*")


@dataclass(frozen=True, slots=True)
class Shaped:
    """``leaf`` is None if the word is too short, or is no wildcard or fuzzy word; ``remark`` explains it."""

    leaf: Pattern | Fuzzy | None
    remark: QueryNote | None = None


NOT_SHAPED = Shaped(None)


def shaped(word: str, field: IndexField) -> Shaped:
    """Return the query of a word with ``*``, ``?`` or a final ``~``."""
    pattern = _REPEATED_WILDCARDS.sub("*", _OUTER.sub("", fold(word)))
    if _WILDCARD.search(pattern):
        return _pattern(pattern, word, field)
    fuzzy = _FUZZY.fullmatch(word)
    return _fuzzy(word_form(fuzzy["word"]), fuzzy["edits"], field) if fuzzy else NOT_SHAPED


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _pattern(pattern: str, word: str, field: IndexField) -> Shaped:
    if _letters(pattern) >= MIN_LETTERS:
        return Shaped(Pattern(field, pattern))
    message = Message(
        "“%(word)s” is too short for a wildcard and was searched for as a word; %(count)s letters are needed.",
        word=word,
        count=MIN_LETTERS,
    )
    return Shaped(None, QueryNote(QueryNoteKind.AS_TEXT, message))


def _fuzzy(form: str, edits: str, field: IndexField) -> Shaped:
    letters = _letters(form)
    if letters < MIN_LETTERS:
        message = Message(
            "“%(word)s” is too short for a fuzzy search and was searched for as a word; %(count)s letters are needed.",
            word=f"{form}~{edits}",
            count=MIN_LETTERS,
        )
        return Shaped(None, QueryNote(QueryNoteKind.AS_TEXT, message))
    if not edits:
        return Shaped(Fuzzy(field, form, 2 if letters >= TWO_EDITS_FROM else 1))
    most = MAX_EDITS if letters >= SHORT_WORD else 1
    # A number of a hundred digits is also above the limit.
    asked = int(edits) if len(edits) == 1 else MAX_EDITS + 1
    if 1 <= asked <= most:
        return Shaped(Fuzzy(field, form, asked))
    distance = max(1, min(asked, most))
    sentence = Message(
        "“%(word)s” was searched for with %(count)s wrong letter."
        if distance == 1
        else "“%(word)s” was searched for with %(count)s wrong letters.",
        word=f"{form}~{edits}",
        count=distance,
    )
    return Shaped(Fuzzy(field, form, distance), QueryNote(QueryNoteKind.READ_AS, sentence))


_FIRST_GROUP = re.compile(r"\d{1,3}")
_GROUP = re.compile(r"\d{3}")
_LAST_GROUP = re.compile(r"\d{3}(?:,\d{1,2})?")
_DATE_WORDS = (3, 2)
"""Numbers of words of a date: 15. 3. 2021. and 15.3. 2021."""


def with_numbers_joined(tokens: Sequence[Token]) -> list[Token]:
    """Join ``1``, ``200``, ``000`` to one text, ``1 200 000``."""
    plain = [
        token.text if isinstance(token, TextToken) and not token.quoted and token.field is None else ""
        for token in tokens
    ]
    found: list[Token] = []
    for first, end in _runs(plain):
        number = " ".join(plain[first:end])
        found.append(tokens[first] if end == first + 1 else TextToken(number, number))
    return found


def as_single_words(words: Sequence[str]) -> list[str]:
    """Join each number or date in pieces to one word: 1.200.000, 15.3.2021."""
    return [as_one_word(words[first:end]) for first, end in _runs(words)]


def as_one_word(pieces: Sequence[str]) -> str:
    """Join a number with separators between its groups, or a date, whose pieces include them."""
    return ("" if is_date(pieces) else ".").join(pieces)


def is_date(pieces: Sequence[str]) -> bool:
    """Return whether words are the day, month and year of a date."""
    are_ordinals = all(piece.endswith(".") for piece in pieces[:-1])
    return are_ordinals and plain_date(word_form("".join(pieces))) is not None


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the (first, end) of each number or date in pieces, and of every other word."""
    at = 0
    while at < len(words):
        end = _end(words, at)
        yield at, end
        at = end


def _end(words: Sequence[str], at: int) -> int:
    for count in _DATE_WORDS:
        if at + count <= len(words) and is_date(words[at : at + count]):
            return at + count
    end = at + 1
    if not _FIRST_GROUP.fullmatch(words[at]):
        return end
    while end < len(words) and _GROUP.fullmatch(words[end]):
        end += 1
    # Cents follow the last group only.
    return end + (end < len(words) and _LAST_GROUP.fullmatch(words[end]) is not None)


def exact_phrase(words: Sequence[str]) -> Query:
    """Return the query for these words (at least one) as a quoted phrase."""
    # The last exact form of a number is common to all its spellings.
    terms = [query_terms(word, marked=True, exact=True) for word in as_single_words(words)]
    if len(words) == 1:
        return joined(Or, terms[0])
    whole = tuple(each[-1].text for each in terms)
    if len(whole) == len(words):
        return Phrase(whole)
    in_pieces = Phrase(tuple(word_form(word) for word in words))
    return Or((in_pieces, Phrase(whole) if len(whole) > 1 else Term(IndexField.FORM, whole[0])))
