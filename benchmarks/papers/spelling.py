"""Whole numbers in Serbian words, as contracts repeat their sums."""

from __future__ import annotations

_ONES = ["", "jedan", "dva", "tri", "četiri", "pet", "šest", "sedam", "osam", "devet", "deset", "jedanaest", "dvanaest"]
_ONES += ["trinaest", "četrnaest", "petnaest", "šesnaest", "sedamnaest", "osamnaest", "devetnaest"]
_TENS = ["", "", "dvadeset", "trideset", "četrdeset", "pedeset", "šezdeset", "sedamdeset", "osamdeset", "devedeset"]
_HUNDREDS = ["", "sto", "dvesta", "trista", "četiristo", "petsto", "šeststo", "sedamsto", "osamsto", "devetsto"]


def _below_thousand(number: int, feminine: bool) -> list[str]:
    words = [_HUNDREDS[number // 100]]
    rest = number % 100
    words += [_ONES[rest]] if rest < 20 else [_TENS[rest // 10], _ONES[rest % 10]]
    if feminine:
        words = [{"jedan": "jedna", "dva": "dve"}.get(word, word) for word in words]
    return [word for word in words if word]


def in_words(number: int, joined: bool) -> str:
    """The words of a number below a billion; ``joined`` writes them together."""
    words: list[str] = []
    millions, thousands, rest = number // 1_000_000 % 1000, number // 1000 % 1000, number % 1000
    if millions:
        words += [*_below_thousand(millions, feminine=False), "milion" if millions % 10 == 1 else "miliona"]
    if thousands:
        few = thousands % 10 in {2, 3, 4} and thousands % 100 not in {12, 13, 14}
        words += [*_below_thousand(thousands, feminine=True), "hiljade" if few else "hiljada"]
    words += _below_thousand(rest, feminine=False)
    return ("" if joined else " ").join(words) or "nula"
