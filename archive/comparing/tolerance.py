"""Tolerated differences in print between two equal words.

Differences of script, case, diacritics, punctuation and hyphenation are tolerated. If OCR read one of the two, so are
letters of the same shape (:mod:`archive.text.forms`). Numbers are always significant: digits must be equal and grouped
to the same amount, and so are signs with a meaning (%, ‰, €).
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
    """Kinds of tolerated differences."""

    SCRIPT = "script"
    CASE = "case"
    DIACRITICS = "diacritics"
    PUNCTUATION = "punctuation"
    SPACING = "spacing"
    NUMBER_FORM = "number form"
    """The same amount or date in another notation."""
    LOOK_ALIKE = "look-alike"
    """Letters that OCR confuses."""

    @property
    def label(self) -> str:
        """A label of the difference."""
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
    """Return the key of a word, equal for all of its printed forms; "" for punctuation."""
    folded = fold(word)
    if not _DIGITS.search(folded):
        return _counting(folded)
    parts = _PARTS.fullmatch(folded)
    assert parts is not None
    before, core, after = parts["before"], parts["core"], parts["after"]
    sign = "-" if before.endswith(_MINUS) else ""
    # A separator between digits separates two numbers: 12.5 is not 125, while 404-1/21 and 404/1-21 have the same ones.
    number = plain_amount(core) or plain_date(core) or "·".join(map(_counting, _BETWEEN_DIGITS.split(core)))
    return f"{_counting(before)}{sign}{number}{_counting(after)}"


def _counting(text: str) -> str:
    """Return the significant characters of a text."""
    return "".join(one for one in text if one.isalnum() or one in _SIGNS or unicodedata.category(one) == "Sc")


def numbers(key: str) -> tuple[str, ...]:
    """Return the runs of digits in a key."""
    return tuple(_DIGITS.findall(key))


def ocr_key(word: str) -> str:
    """Return the skeleton of a word for OCR confusions, with its digits and signs, which are always significant."""
    signs = "".join(one for one in word_key(word) if not one.isalpha())
    return f"{look_alike_key(word)} {signs}"


def are_one(some: Sequence[str], others: Sequence[str]) -> bool:
    """Return whether words have the same letters with other spaces: a word hyphenated at a line's end, an amount in
    groups."""
    ours, theirs = [list(map(word_key, words)) for words in (some, others)]
    if "".join(ours) != "".join(theirs):
        return False
    return _numbers_joined(ours) == _numbers_joined(theirs)


def _numbers_joined(keys: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers in adjacent words; groups of three digits after a number belong to it (1 000 000)."""
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
    """Return the tolerated differences between two printed forms of the same letters and numbers."""
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
    """Return the pattern of capitals. Љ may be Lj or LJ, so only the first letter and whether any is lower case are
    considered."""
    letters = [letter for letter in text if letter.isalpha()]
    first = bool(letters) and letters[0].isupper()
    return f"{first} {any(letter.islower() for letter in letters[1:])}"
