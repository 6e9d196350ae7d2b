"""When two printed words are one word printed otherwise, and in what they differ then.

Script, case, diacritics and punctuation make no difference, nor how a word was cut at the end of a line. Where OCR read
one of the two, letters of one shape make none either (:mod:`archive.text.forms`). Numbers always count: their
digits have to be the same and grouped to the same amount, and signs with a meaning of their own (%, ‰, €) stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache

from archive.text.folding import fold, latin, script_of, unmix
from archive.text.forms import look_alike_key, plain_amount, plain_date


class Tolerated(StrEnum):
    """What makes no difference."""

    SCRIPT = "script"
    CASE = "case"
    DIACRITICS = "diacritics"
    PUNCTUATION = "punctuation"
    SPACING = "spacing"
    NUMBER_FORM = "number form"
    """The same amount or date, written otherwise."""
    LOOK_ALIKE = "look-alike"
    """Letters that OCR takes for one another."""

    @property
    def label(self) -> str:
        """In what two words are printed otherwise."""
        return _LABELS.get(self, str(self))


_LABELS = {
    Tolerated.SCRIPT: "the other script",
    Tolerated.CASE: "capitals",
    Tolerated.SPACING: "spaces",
    Tolerated.NUMBER_FORM: "the same number, written otherwise",
    Tolerated.LOOK_ALIKE: "letters that OCR takes for one another",
}

_SIGNS = frozenset("%‰‱§+<>=±×÷≤≥")
_PARTS = re.compile(r"(?P<before>\W*)(?P<core>.*?)(?P<after>\W*)", re.DOTALL)
_DIGITS = re.compile(r"\d+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_MINUS = ("-", "−", "–")


@lru_cache(maxsize=1 << 16)
def word_key(word: str) -> str:
    """Return the key of a word, the same for all ways of printing it; "" for mere punctuation."""
    folded = fold(word)
    if not _DIGITS.search(folded):
        return _counting(folded)
    parts = _PARTS.fullmatch(folded)
    assert parts is not None
    before, core, after = parts["before"], parts["core"], parts["after"]
    sign = "-" if before.endswith(_MINUS) else ""
    # Between digits, a separator parts two numbers: 12.5 is not 125, while 404-1/21 and 404/1-21 have the same ones.
    number = plain_amount(core) or plain_date(core) or "·".join(map(_counting, _BETWEEN_DIGITS.split(core)))
    return f"{_counting(before)}{sign}{number}{_counting(after)}"


def _counting(text: str) -> str:
    """Return the text without the characters that make no difference."""
    return "".join(one for one in text if one.isalnum() or one in _SIGNS or unicodedata.category(one) == "Sc")


def numbers(key: str) -> tuple[str, ...]:
    """Return the runs of digits in a key."""
    return tuple(_DIGITS.findall(key))


def ocr_key(word: str) -> str:
    """Return the skeleton by which OCR takes words for one another, with the digits and signs it holds: those always
    count."""
    signs = "".join(one for one in word_key(word) if not one.isalpha())
    return f"{look_alike_key(word)} {signs}"


def are_one(some: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether words are the same letters with spaces elsewhere: a word cut at a line's end, an amount in
    groups."""
    ours, theirs = [list(map(word_key, words)) for words in (some, others)]
    if "".join(ours) != "".join(theirs):
        return False
    return _numbers_joined(ours) == _numbers_joined(theirs)


def _numbers_joined(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers in neighbouring words; groups of three digits after a number belong to it (1 000 000)."""
    found: list[str] = []
    is_open = False
    for key in keys:
        if is_open and re.fullmatch(r"\d{3}", key):
            found[-1] += key
        else:
            found += numbers(key)
        is_open = key.isdigit() and (is_open or len(key) <= 3)
    return tuple(found)


def reasons(some: str, others: str) -> frozenset[Tolerated]:
    """Return in what two ways of printing the same letters and numbers differ."""
    found = set()
    ours, theirs = _letters(some), _letters(others)
    if _DIGITS.sub("", ours) == _DIGITS.sub("", theirs) != ours and ours != theirs:
        found.add(Tolerated.NUMBER_FORM)
        ours = theirs
    if ours != theirs:
        both = {script_of(some), script_of(others)} - {None}
        if len(both) > 1 or unmix(some) != some or unmix(others) != others:
            found.add(Tolerated.SCRIPT)
        if latin(ours) != latin(theirs):
            found.add(Tolerated.DIACRITICS)
        if _shape(ours) != _shape(theirs):
            found.add(Tolerated.CASE)
    if _marks(some) != _marks(others):
        found.add(Tolerated.PUNCTUATION)
    return frozenset(found)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFC", text)))


def _marks(text: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFC", text) if not character.isalnum())


def _shape(text: str) -> str:
    """Return which letters are capitals. Љ may be Lj or LJ, so only the first letter and whether any is small count."""
    letters = [letter for letter in text if letter.isalpha()]
    first = bool(letters) and letters[0].isupper()
    return f"{first} {any(letter.islower() for letter in letters[1:])}"
