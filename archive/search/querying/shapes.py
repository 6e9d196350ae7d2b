"""Words with wildcards, and words that need only be nearly right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.errors import Message
from archive.search.query import Field, Fuzzy, Pattern
from archive.search.querying.understood import Remark, RemarkKind
from archive.text.analyzer import word_form
from archive.text.folding import fold

MIN_LETTERS = 3
"""Letters and digits that a wildcard or a fuzzy word needs: with fewer it stands for a good part of the dictionary."""

MAX_EDITS = 2
"""Edits that a fuzzy word may be asked for. At three, words of usual length have nothing in common any more."""

TWO_EDITS_FROM = 8
"""Letters from which ``word~`` allows two edits."""

SHORT_WORD = 5
"""Letters from which two edits may be asked for: in a shorter word they leave less than half of it."""

_OUTER = re.compile(r"^[^\w*?]+|[^\w*?]+$|_+$|^_+")
_WILDCARD = re.compile(r"[*?]")
_STARS = re.compile(r"\*[*?]*\*")
_FUZZY = re.compile(r"(?P<word>.*[^\W_].*)~(?P<edits>\d*)[^\w~]*")


@dataclass(frozen=True, slots=True)
class Shaped:
    """``leaf`` is None where the word is too short for it, or was no such word; ``remark`` says so."""

    leaf: Pattern | Fuzzy | None
    remark: Remark | None = None


NOT_SHAPED = Shaped(None)


def shaped(word: str, field: Field) -> Shaped:
    """What a typed word with ``*``, ``?`` or a ``~`` behind it asks for."""
    pattern = _STARS.sub("*", _OUTER.sub("", fold(word)))
    if _WILDCARD.search(pattern):
        return _pattern(pattern, word, field)
    fuzzy = _FUZZY.fullmatch(word)
    return _fuzzy(word_form(fuzzy["word"]), fuzzy["edits"], field) if fuzzy else NOT_SHAPED


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _pattern(pattern: str, word: str, field: Field) -> Shaped:
    if _letters(pattern) >= MIN_LETTERS:
        return Shaped(Pattern(field, pattern))
    message = Message(
        "“%(word)s” is too short for a wildcard and was searched for as a word; %(count)s letters are needed.",
        word=word,
        count=MIN_LETTERS,
    )
    return Shaped(None, Remark(RemarkKind.AS_TEXT, message))


def _fuzzy(form: str, edits: str, field: Field) -> Shaped:
    letters = _letters(form)
    if letters < MIN_LETTERS:
        message = Message(
            "“%(word)s” is too short for a fuzzy search and was searched for as a word; %(count)s letters are needed.",
            word=f"{form}~{edits}",
            count=MIN_LETTERS,
        )
        return Shaped(None, Remark(RemarkKind.AS_TEXT, message))
    if not edits:
        return Shaped(Fuzzy(field, form, 2 if letters >= TWO_EDITS_FROM else 1))
    most = MAX_EDITS if letters >= SHORT_WORD else 1
    # A number of a hundred digits is more than the most, too.
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
    return Shaped(Fuzzy(field, form, distance), Remark(RemarkKind.READ_AS, sentence))
