"""Parse numbers as printed: in figures, with Serbian or English separators and their misprints, and in words.

Well-formed numbers are parsed by :func:`archive.text.forms.plain_amount`, as in the search; here are the forms that
only facts need: "6,000,00", "721 952 119", "153. 846,15", "16 miliona".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache

from archive.text.folding import fold
from archive.text.forms import plain_amount
from indexer.facts.lots import LOT
from indexer.gazetteer import table

LARGEST = Decimal(10) ** 13
"""Upper limit of plausible amounts; a longer number is an account number or noise."""

MAX_LETTERS = 200
"""A longer text between brackets is not an amount in words."""

_REPAIRABLE = re.compile(r"(\d{1,3}(?:[.,;]\d{3})+)[.,;](\d{2})")
_ONE_GROUP = re.compile(r"(\d{1,3})([.,])(\d{3})")
_PIECE = re.compile(r"\d[\d.,;]*")

_END = re.compile(r"(?<![\w/-])(?<!\d[.,])(\d[\d.,;]*)(?:,[-–=]+|\.?[-–=]+)?$")
"""The digits and separators at the end of a text."""
_SPACED_BEFORE = re.compile(r"(?<![\d.,/-])((?:\d{1,3} )+)$")
_BROKEN = re.compile(r"(?<![\d.,/-])\d{1,3}([.,])( ?)\d{3}(?:\1[ \n]?\d{3})*(?:[.,][ \n]?\d{2})?$")
"""A number with spaces after its separators or, from the second group on, line breaks."""
_SPACED_CENTS = re.compile(r"(?<![\d.,/-])\d{1,3}(?:(?:\. ?| )\d{3})+[.,] ?\d{2}$")
"""A number with cents and spaces between its groups: "1. 298 817,00", "42 925,15"."""
_LIST_LABEL = re.compile(rf"(?:^|\n|{LOT}|\b(?:tack\w*|stav\w*|clan\w*|br\w*|rb|[-–•]))\W*$")
_SPACED = re.compile(r"\d{1,3}(?:(?:\. | )\d{3})+(?:[.,] ?\d{2})?(?![\d.,]?\d)")


class Separators(Enum):
    """The separators of thousands and cents in a document, which decide what "4,939" means."""

    SERBIAN = "1.000,00"
    ENGLISH = "1,000.00"
    UNKNOWN = "both or neither"

    @classmethod
    def of(cls, text: str) -> Separators:
        """Return the convention that the numbers of a text follow, ``UNKNOWN`` if they disagree or none shows it."""
        found = {"SERBIAN" if match[1] == "." else "ENGLISH" for match in _BOTH_SEPARATORS.finditer(text)}
        return cls[found.pop()] if len(found) == 1 else cls.UNKNOWN


# What precedes the number is looked at after its first digit: the engine then passes over all other letters.
_BOTH_SEPARATORS = re.compile(r"\d(?<![\d.,]\d)\d{0,2}(?:([.,])\d{3})+(?!\1)[.,]\d\d(?![\d.,]?\d)")


def read_number(written: str, separators: Separators, *, is_unit_price: bool = False) -> Decimal | None:
    """Return the value of a number in figures, None if it is malformed, implausible or ambiguous.

    :param written: figures with their separators, such as "1.200.000,00".
    :param separators: the convention of the document.
    :param is_unit_price: whether it is a unit price, which may have three decimals.
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
    """Return start and text of the number that ends at an offset of a folded text, None without one.

    Groups separated by a space are joined only if they are well-formed: "721 952 119", "1. 200. 000, 00"; in "153.
    846,15" only if the first is not a list number ("Partija 7. 831.250,00").
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
        # A first group followed by a space may be a list number.
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
    """Return end and text of the number that begins at an offset of a folded text, None without one."""
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
    """Return the values of the folded words for thousand, million and so on."""
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
    """Return the number words that a text without spaces consists of ("tri|stotine"), None if it does not."""
    if not letters:
        return ()
    for token in _tokens()[0]:
        if letters.startswith(token) and (rest := _split(letters[len(token) :])) is not None:
            return (token, *rest)
    return None


def number_in_words(words: str) -> int | None:
    """Return the number that folded words spell, spaced or not: "dvanaest miliona petsto hiljada"; else None."""
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
    """Return the value of a folded word that is a number in words or of up to three figures, None otherwise."""
    return int(word) if word.isdecimal() and len(word) < 4 else number_in_words(word)


def printed(number: Decimal) -> str:
    """Return a number as the value of a fact: with a point and at least two decimals, "13500000.00"."""
    exact = number.normalize()
    exponent = exact.as_tuple().exponent
    decimals = max(2, -exponent if isinstance(exponent, int) else 2)
    return f"{number:.{decimals}f}"


def adds_up(parts: Iterable[Decimal], total: Decimal) -> bool:
    """Return whether parts add up to a total, within a rounding error of 1."""
    return abs(sum(parts, Decimal(0)) - total) <= 1
