"""Numbers as documents print them: in figures, with the separators of two traditions and their slips, and in words.

A number that is written as it should be is read by :func:`archive.text.forms.plain_amount`, as search reads it; here
are the forms that only a fact needs: "6,000,00", "721 952 119", "153. 846,15", "16 miliona".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache

from archive.text.folding import fold
from archive.text.forms import plain_amount
from indexer.gazetteer import table

LARGEST = Decimal(10) ** 13
"""No public body of this archive pays ten thousand billion: a longer row of digits is an account or noise."""

MAX_LETTERS = 200
"""A longer text between brackets spells no amount."""

_REPAIRABLE = re.compile(r"(\d{1,3}(?:[.,;]\d{3})+)[.,;](\d{2})")
_ONE_GROUP = re.compile(r"(\d{1,3})([.,])(\d{3})")
_PIECE = re.compile(r"\d[\d.,;]*")

_END = re.compile(r"(?<![\w/-])(?<!\d[.,])(\d[\d.,;]*)(?:,[-–=]+|\.?[-–=]+)?$")
"""The run of digits and separators that a piece of text ends with."""
_SPACED_BEFORE = re.compile(r"(?<![\d.,/-])((?:\d{1,3} )+)$")
_BROKEN = re.compile(r"(?<![\d.,/-])\d{1,3}([.,])( ?)\d{3}(?:\1[ \n]?\d{3})*(?:[.,][ \n]?\d{2})?$")
"""A number that spaces, or from its second group on the end of a line, have broken after its separators."""
_SPACED_CENTS = re.compile(r"(?<![\d.,/-])\d{1,3}(?:(?:\. ?| )\d{3})+[.,] ?\d{2}$")
"""A number with cents whose groups are parted by spaces, or by full stops and spaces: "1. 298 817,00", "42 925,15"."""
_LIST_LABEL = re.compile(r"(?:^|\n|\b(?:partij\w*|lot\w*|tack\w*|stav\w*|clan\w*|br\w*|rb|[-–•]))\W*$")
_SPACED = re.compile(r"\d{1,3}(?:(?:\. | )\d{3})+(?:[.,] ?\d{2})?(?![\d.,]?\d)")


class Separators(Enum):
    """How a document parts thousands and cents, which decides what "4,939" is."""

    SERBIAN = "1.000,00"
    ENGLISH = "1,000.00"
    UNKNOWN = "both or neither"

    @classmethod
    def of(cls, text: str) -> Separators:
        """Return the tradition that the numbers of a text follow, if all that show it agree."""
        found = {"SERBIAN" if match[1] == "." else "ENGLISH" for match in _BOTH_SEPARATORS.finditer(text)}
        return cls[found.pop()] if len(found) == 1 else cls.UNKNOWN


_BOTH_SEPARATORS = re.compile(r"(?<![\d.,])\d{1,3}(?:([.,])\d{3})+(?!\1)[.,]\d\d(?![\d.,]?\d)")


def read_number(written: str, separators: Separators, *, is_unit_price: bool = False) -> Decimal | None:
    """Return the number that figures spell, or None where they are no number, an absurd one, or could be two.

    :param written: figures with their separators, such as "1.200.000,00".
    :param separators: the tradition of the document.
    :param is_unit_price: whether it is the price of one piece, which has decimals where others have thousands.
    """
    if " " in written and _SPACED_CENTS.fullmatch(written):
        digits = re.sub(r"\D", "", written)
        number = Decimal(f"{digits[:-2]}.{digits[-2:]}")
        return number if 0 < number < LARGEST else None
    written = re.sub(r"\s", "", written).strip(".,;")
    one_group = _ONE_GROUP.fullmatch(written)
    if one_group and one_group[2] == ",":
        if is_unit_price:
            return Decimal(f"{one_group[1]}.{one_group[3]}")
        if separators is Separators.SERBIAN:
            return None
    if one_group and one_group[2] == "." and separators is Separators.ENGLISH:
        return None
    plain = written if written.isdecimal() else plain_amount(written)
    if plain is None:
        slip = _REPAIRABLE.fullmatch(written) or re.fullmatch(r"(\d+);(\d{2})", written)
        if slip is None:
            return None
        whole, hundredths = slip.groups()
        plain = re.sub(r"\D", "", whole) + "," + hundredths
    number = Decimal(plain.replace(",", "."))
    return number if 0 < number < LARGEST else None


_MISREAD_BEFORE = re.compile(r"(?<![^\W\d_])[bilosz|!][.,]?$")
_MISREAD_AFTER = re.compile(r"[.,]?\s?[bilosz|!](?=[\d.,])")
"""A letter that OCR read for a figure: what stands beside it is a part of a number only."""


def number_before(text: str, end: int) -> tuple[int, str] | None:
    """Return the figures that end at an offset of a folded text: where they begin, and what is written.

    Groups parted by a space belong together only if they are groups: "721 952 119", "1. 200. 000, 00", and "153.
    846,15" where no list label makes the first of them a number of its own ("Partija 7. 831.250,00").
    """
    start = max(0, end - 40)
    last = _END.search(text[start:end])
    if last is None or _MISREAD_BEFORE.search(text, max(0, start + last.start(1) - 3), start + last.start(1)):
        return None
    begin, written = start + last.start(1), last[1]
    spaced_cents = _SPACED_CENTS.search(text, start, start + last.end(1))
    if spaced_cents and spaced_cents.start() < begin:
        label = _LIST_LABEL.search(text[max(0, spaced_cents.start() - 16) : spaced_cents.start()])
        if label is None:
            return spaced_cents.start(), spaced_cents[0]
    broken = _BROKEN.search(text, start, start + last.end(1))
    if broken and broken.start() < begin:
        # Where the first piece stands apart, it may be the number of a list instead.
        is_listed = broken[2] and _LIST_LABEL.search(text[max(0, broken.start() - 16) : broken.start()])
        if not is_listed:
            return broken.start(), broken[0]
    if not re.match(r"\d{3}(?!\d)", written):
        return begin, written
    spaced = _SPACED_BEFORE.search(text, max(0, begin - 16), begin)
    if spaced and (spaced[1].count(" ") > 1 or "," in written) and "." not in written:
        groups = spaced[1].split()
        if all(len(group) == 3 for group in groups[1:]):
            return spaced.start(1), spaced[1] + written
    return begin, written


def number_after(text: str, start: int) -> tuple[int, str] | None:
    """Return the figures that begin at an offset of a folded text: where they end, and what is written."""
    spaced = _SPACED.match(text, start)
    found = spaced or _PIECE.match(text, start)
    if found is None:
        return None
    written = found[0].rstrip(".,;")
    end = start + len(written)
    if _MISREAD_AFTER.match(text, end) or _MISREAD_BEFORE.search(text, max(0, start - 3), start):
        return None
    # A letter, a hyphen or a stroke right after makes it a reference, a date or a measure.
    return None if re.match(r"[/-]?\w", text[end : end + 2]) else (end, written)


@cache
def scales() -> dict[str, int]:
    """Return the folded words for thousands, millions and so on, with what they stand for."""
    return {fold(word): int(value) for value, words in table("number_words")["scale"].items() for word in words}


@cache
def _tokens() -> tuple[tuple[str, ...], dict[str, int], frozenset[str]]:
    """Return all number words, longest first; the value of each unit; the words for a hundred."""
    written = table("number_words")
    units = {fold(word): int(value) for value, words in written["units"].items() for word in words}
    hundreds = frozenset(fold(word) for word in written["hundred"]["words"])
    joining = [fold(word) for word in written["and"]["words"]]
    return tuple(sorted({*units, *hundreds, *scales(), *joining}, key=len, reverse=True)), units, hundreds


@lru_cache(maxsize=1 << 10)
def _split(letters: str) -> tuple[str, ...] | None:
    """Return the number words that joined letters are made of, in the one way that leaves nothing over
    ("tri|stotine")."""
    if not letters:
        return ()
    for token in _tokens()[0]:
        if letters.startswith(token) and (rest := _split(letters[len(token) :])) is not None:
            return (token, *rest)
    return None


def number_in_words(words: str) -> int | None:
    """Return the number that folded words spell: "dvanaest miliona petsto hiljada", joined or apart, or None."""
    letters = re.sub(r"[\W_]", "", words)
    found = _split(letters) if letters and len(letters) <= MAX_LETTERS else None
    _, units, hundreds = _tokens()
    if not found or not any(token in units or token in hundreds for token in found):
        return None
    total = group = 0
    for token in found:
        if token in hundreds:
            group = group + 100 if group > 9 or not group else group * 100
        elif token in scales():
            total, group = total + (group or 1) * scales()[token], 0
        else:
            group += units.get(token, 0)
    return total + group


def counted(word: str) -> int | None:
    """Return the small number that one folded word gives, in figures or in words."""
    return int(word) if word.isdecimal() and len(word) < 4 else number_in_words(word)


def printed(number: Decimal) -> str:
    """Return a number as a fact's value: a point and at least two digits, "13500000.00"."""
    exact = number.normalize()
    exponent = exact.as_tuple().exponent
    decimals = max(2, -exponent if isinstance(exponent, int) else 2)
    return f"{number:.{decimals}f}"


def adds_up(parts: Iterable[Decimal], total: Decimal) -> bool:
    """Return whether parts make a total, a rounding of one unit aside."""
    return abs(sum(parts, Decimal(0)) - total) <= 1
