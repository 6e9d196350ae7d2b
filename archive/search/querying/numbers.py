"""Numbers and dates that are typed as several words: ``1 200 000`` and ``15. 3. 2021.`` are each one thing.

On pages the analyzer sees to it that such a number is also found as one word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.search.querying.tokens import Text, Token
from archive.text.forms import plain_date, word_form

_FIRST_GROUP = re.compile(r"\d{1,3}")
_GROUP = re.compile(r"\d{3}")
_LAST_GROUP = re.compile(r"\d{3}(?:,\d{1,2})?")
_DATE_WORDS = (3, 2)
"""Words that a date may be typed as: 15. 3. 2021. and 15.3. 2021."""


def with_numbers_joined(tokens: Sequence[Token]) -> list[Token]:
    """``1``, ``200``, ``000`` in a row made one text, ``1 200 000``."""
    plain = [
        token.text if isinstance(token, Text) and not token.quoted and token.field is None else "" for token in tokens
    ]
    found: list[Token] = []
    for first, end in _runs(plain):
        number = " ".join(plain[first:end])
        found.append(tokens[first] if end == first + 1 else Text(number, number))
    return found


def as_single_words(words: Sequence[str]) -> list[str]:
    """Words of which each number or date in pieces is made one: 1.200.000, 15.3.2021."""
    return [as_one_word(words[first:end]) for first, end in _runs(words)]


def as_one_word(pieces: Sequence[str]) -> str:
    """A number, with separators between its groups, or a date, whose pieces bring their own."""
    return ("" if is_date(pieces) else ".").join(pieces)


def is_date(pieces: Sequence[str]) -> bool:
    """Whether words are the day, month and year of a date."""
    are_ordinals = all(piece.endswith(".") for piece in pieces[:-1])
    return are_ordinals and plain_date(word_form("".join(pieces))) is not None


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The (first, end) of each number or date in pieces, and of every other word."""
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
    # Cents stand behind the last group only.
    return end + (end < len(words) and _LAST_GROUP.fullmatch(words[end]) is not None)
