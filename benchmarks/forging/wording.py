"""Forgeries of the words of a quotation.

Each takes the words and returns others, or None if it does not apply.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

Forge = Callable[[list[str], random.Random], list[str] | None]

NEGATIONS = frozenset(
    ("ne", "nije", "nisu", "neće", "nema", "bez", "not", "no", "never", "without", "не", "није", "нису", "неће", "без")
)
_DIGIT = re.compile(r"[0-9]")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[. ][0-9]{3})+(?:,[0-9]+)?")
_LETTERS = re.compile(r"[^\W\d_]{4,}")
_PLAIN = re.compile(r"[^\W\d_]+")
_MARKED = str.maketrans("čćšžđČĆŠŽĐ", "ccszdCCSZD")
_SIGNS = {"%": "‰", "‰": "%", "€": "$", "$": "€", "≤": "≥", "≥": "≤", "<": ">", ">": "<", "±": "−", "§": "%"}
_CURRENCIES = {"dinara": "evra", "динара": "евра", "RSD": "EUR", "EUR": "RSD", "evra": "dinara", "KM": "EUR", "€": "$"}
_INVENTED = {"Latn": "plaća ugovornu kaznu od 50% vrednosti", "Cyrl": "плаћа уговорну казну од 50% вредности"}


def _at(words: Sequence[str], fits: Callable[[str], object], chance: random.Random) -> int | None:
    places = [at for at, word in enumerate(words) if fits(word)]
    return chance.choice(places) if places else None


def _with(words: Sequence[str], at: int, *put: str, drop: int = 1) -> list[str]:
    return [*words[:at], *put, *words[at + drop :]]


def _is_cyrillic(words: Sequence[str]) -> bool:
    return bool(re.search("[Ѐ-ӿ]", " ".join(words)))


def digit(words: list[str], chance: random.Random) -> list[str] | None:
    at = _at(words, _DIGIT.search, chance)
    if at is None:
        return None
    place = chance.choice([match.start() for match in _DIGIT.finditer(words[at])])
    other = chance.choice([figure for figure in "0123456789" if figure != words[at][place]])
    return _with(words, at, words[at][:place] + other + words[at][place + 1 :])


def turned(words: list[str], chance: random.Random) -> list[str] | None:
    """Have a number displayed backwards."""
    at = _at(words, lambda each: len(set(_DIGIT.findall(each))) > 1, chance)
    return None if at is None else _with(words, at, f"\u202e{words[at]}\u202c")


def letter(words: list[str], chance: random.Random) -> list[str] | None:
    at = _at(words, _LETTERS.search, chance)
    if at is None:
        return None
    found = _LETTERS.search(words[at])
    assert found
    place = chance.randrange(found.start() + 1, found.end())
    other = chance.choice("bdgzlm" if not _is_cyrillic([words[at]]) else "бдгзлм")
    changed = words[at][:place] + other + words[at][place + 1 :]
    return _with(words, at, changed) if changed.lower() != words[at].lower() else None


def word(words: list[str], chance: random.Random) -> list[str] | None:
    at = _at(words, _LETTERS.fullmatch, chance)
    return None if at is None else _with(words, at, "kišobran" if not _is_cyrillic(words) else "кишобран")


def negation_added(words: list[str], chance: random.Random) -> list[str]:
    at = chance.randrange(1, len(words))
    return _with(words, at, "не" if _is_cyrillic(words) else chance.choice(["ne", "not", "nije"]), drop=0)


def negation_removed(words: list[str], chance: random.Random) -> list[str] | None:
    at = _at(words[1:-1], lambda each: each.lower() in NEGATIONS, chance)
    return None if at is None else _with(words, at + 1)


def order(words: list[str], chance: random.Random) -> list[str] | None:
    places = [at for at in range(len(words) - 1) if words[at].strip(".,;") != words[at + 1].strip(".,;")]
    if not places:
        return None
    at = chance.choice(places)
    return _with(words, at, words[at + 1], words[at], drop=2)


def word_removed(words: list[str], chance: random.Random) -> list[str] | None:
    at = _at(words[1:-1], _PLAIN.search, chance)
    return None if at is None else _with(words, at + 1)


def joined(words: list[str], chance: random.Random) -> list[str] | None:
    places = [at for at in range(len(words) - 1) if _PLAIN.fullmatch(words[at]) and _PLAIN.fullmatch(words[at + 1])]
    if not places:
        return None
    at = chance.choice(places)
    return _with(words, at, words[at] + words[at + 1], drop=2)


def split(words: list[str], chance: random.Random) -> list[str] | None:
    at = _at(words, _LETTERS.fullmatch, chance)
    if at is None:
        return None
    cut = chance.randrange(1, len(words[at]))
    return _with(words, at, words[at][:cut], words[at][cut:])


def regrouped(words: list[str], chance: random.Random) -> list[str] | None:
    at = _at(words, lambda each: len(_DIGIT.findall(each)) >= 4, chance)
    if at is None:
        return None
    figures = words[at]
    cuts = [cut for cut in range(1, len(figures)) if figures[cut - 1].isdigit() and figures[cut].isdigit()]
    cut = chance.choice(cuts or [1])
    return _with(words, at, figures[:cut], figures[cut:]) if cuts else None


def digits_joined(words: list[str], chance: random.Random) -> list[str] | None:
    places = [at for at in range(len(words) - 1) if _DIGIT.search(words[at][-1]) and _DIGIT.search(words[at + 1][0])]
    if not places:
        return None
    at = chance.choice(places)
    return _with(words, at, words[at] + words[at + 1], drop=2)


def separator(words: list[str], chance: random.Random) -> list[str] | None:
    at = _at(words, _GROUPED.search, chance)
    return None if at is None else _with(words, at, words[at].replace(".", ",", 1))


def sign(words: list[str], chance: random.Random) -> list[str] | None:
    at = _at(words, lambda each: any(mark in _SIGNS for mark in each), chance)
    if at is None:
        return None
    mark = next(mark for mark in words[at] if mark in _SIGNS)
    return _with(words, at, words[at].replace(mark, _SIGNS[mark], 1))


def edge_sign(words: list[str], chance: random.Random) -> list[str] | None:
    """Cut a quotation after a number and append a sign."""
    at = _at(words[2:], lambda each: each[-1].isdigit(), chance)
    return None if at is None else [*words[: at + 2], words[at + 2] + chance.choice("%‰€$")]


def minus(words: list[str], chance: random.Random) -> list[str] | None:
    at = _at(words, lambda each: each[0].isdigit(), chance)
    return None if at is None else _with(words, at, chance.choice("-−") + words[at])


def edge_minus(words: list[str], chance: random.Random) -> list[str] | None:
    """Cut a quotation before a number and prepend a minus or a bound."""
    at = _at(words[:-4], lambda each: each[0].isdigit(), chance)
    return None if at is None else [chance.choice("-−±<≥") + words[at], *words[at + 1 :]]


def currency(words: list[str], chance: random.Random) -> list[str] | None:
    at = _at(words, lambda each: each.strip(".,;") in _CURRENCIES, chance)
    if at is None:
        return None
    name = words[at].strip(".,;")
    return _with(words, at, words[at].replace(name, _CURRENCIES[name]))


def bare(words: list[str], chance: random.Random) -> list[str] | None:
    """Remove the diacritics of a word: sat for šat."""
    at = _at(words, lambda each: each.translate(_MARKED) != each, chance)
    return None if at is None else _with(words, at, words[at].translate(_MARKED))


def inner_capital(words: list[str], chance: random.Random) -> list[str] | None:
    """Swap the case of a word."""
    at = _at(words[1:], _LETTERS.fullmatch, chance)
    return None if at is None else _with(words, at + 1, words[at + 1].swapcase())


def tail_invented(words: list[str], chance: random.Random) -> list[str]:
    return [*words, *_INVENTED["Cyrl" if _is_cyrillic(words) else "Latn"].split()]


def piece_invented(words: list[str], chance: random.Random) -> list[str]:
    """Insert invented words between two ellipses."""
    at = len(words) // 2
    return _with(words, at, "[…]", *_INVENTED["Cyrl" if _is_cyrillic(words) else "Latn"].split(), "[…]", drop=1)


def pieces_swapped(words: list[str], chance: random.Random) -> list[str] | None:
    third = len(words) // 3
    head, middle, tail = words[:third], words[third : 2 * third], words[2 * third + 1 :]
    if third < 3 or len({tuple(head), tuple(middle), tuple(tail)}) < 3:
        return None
    return [*middle, "[…]", *head, "…", *tail]


def piece_altered(words: list[str], chance: random.Random) -> list[str] | None:
    """Insert a true ellipsis, and alter a letter beside it."""
    third = len(words) // 3
    if third < 3:
        return None
    middle = letter(words[third : 2 * third], chance)
    return middle and [*words[: third - 1], "(...)", *middle, "...", *words[2 * third + 1 :]]


def comma(words: list[str], chance: random.Random) -> list[str] | None:
    """Move a comma by one word, which changes the meaning."""
    at = _at(words[1:-2], lambda each: len(each) > 1 and each[-1] == "," and each[-2].isalpha(), chance)
    if at is None or not words[at + 2][-1].isalpha():
        return None
    return _with(words, at + 1, words[at + 1][:-1], words[at + 2] + ",", drop=2)


WAYS: Mapping[str, Forge] = {
    way.__name__.replace("_", " "): way
    for way in (
        digit, turned, letter, word, negation_added, negation_removed, order, word_removed, joined, split, regrouped,
        digits_joined, separator, sign, edge_sign, minus, edge_minus, currency, bare, inner_capital, tail_invented,
        piece_invented, pieces_swapped, piece_altered, comma,
    )
}  # fmt: skip
