"""How likely one word was typed, or read by OCR, for another: an edit distance in which likely slips are cheap.

A noisy channel in the manner of Kernighan, Church and Gale (1990): the best correction is the word that is both
frequent and a likely source of what was typed. Words are compared in their folded form, so script, case and diacritics
cost nothing.
"""

from __future__ import annotations

import math
from itertools import combinations, pairwise

_ROWS = ("qwertzuiop", "asdfghjkl", "yxcvbnm")
"""A Serbian Latin keyboard. The letters beyond the right edge are folded away."""

_SHAPES = ("0o", "1li", "5s", "8b", "ce", "nu", "hb", "ft", "gq", "vy")
"""Characters that OCR takes for one another."""

_SOUNDS = ("dt", "bp", "gk", "zs", "vf", "aeiou", "yz", "mn")
"""Letters that are taken for one another by ear, and y and z, which change places between keyboards."""

_MERGED = {("rn", "m"), ("ii", "u"), ("cl", "d"), ("vv", "w"), ("nj", "n"), ("ks", "x"), ("ije", "e"), ("je", "e")}
"""Letters that are read or written for fewer: by OCR, in a foreign word, or in the other pronunciation of Serbian."""

_LIKELY, _KEY, _ANY, _SWAP, _DOUBLED = 0.6, 0.8, 1.0, 0.6, 0.5
"""Costs of an edit, and of letters that change places."""

_RARITY = 0.3
"""What standing in a tenth of the documents costs, in edits."""


def _neighbours() -> set[frozenset[str]]:
    beside = {frozenset(pair) for row in _ROWS for pair in pairwise(row)}
    below = {
        frozenset((key, under))
        for upper, lower in pairwise(_ROWS)
        for at, key in enumerate(upper)
        for under in lower[max(0, at - 1) : at + 1]
    }
    return beside | below


_CONFUSED = {frozenset(pair) for group in (*_SHAPES, *_SOUNDS) for pair in combinations(group, 2)}
NEIGHBOURS = frozenset(_neighbours())
"""Keys that lie beside each other."""


def implausibility(typed: str, meant: str, documents: int) -> float:
    """How hard it is to believe that ``meant``, which stands in so many documents, was typed as ``typed``.

    It says which of two words is likelier for one ``typed``, and nothing else.
    """
    return edit_cost(typed, meant) - _RARITY * math.log10(max(1, documents))


def edit_cost(typed: str, meant: str) -> float:
    """The cheapest way to turn one folded word into the other: insertions, deletions, substitutions, swaps."""
    rows = [[math.inf] * (len(meant) + 1) for _ in range(len(typed) + 1)]
    rows[0][0] = 0.0
    for at in range(len(typed) + 1):
        for to in range(len(meant) + 1):
            if at or to:
                rows[at][to] = min(_ways(rows, typed, at, meant, to))
    return rows[-1][-1]


def _ways(rows: list[list[float]], typed: str, at: int, meant: str, to: int) -> list[float]:
    """The cost of each way to have turned ``typed[:at]`` into ``meant[:to]``."""
    ways = []
    if at:
        ways.append(rows[at - 1][to] + _length_cost(typed, at))
    if to:
        ways.append(rows[at][to - 1] + _length_cost(meant, to))
    if at and to:
        ways.append(rows[at - 1][to - 1] + _substitution(typed[at - 1], meant[to - 1]))
        if at > 1 and to > 1 and typed[at - 2 : at] == meant[to - 1] + meant[to - 2]:
            ways.append(rows[at - 2][to - 2] + _SWAP)
        for long, short in _MERGED:
            if typed.endswith(long, 0, at) and meant.endswith(short, 0, to):
                ways.append(rows[at - len(long)][to - len(short)] + _LIKELY)
            if typed.endswith(short, 0, at) and meant.endswith(long, 0, to):
                ways.append(rows[at - len(short)][to - len(long)] + _LIKELY)
    return ways


def _length_cost(word: str, end: int) -> float:
    """The cost of the last letter of ``word[:end]`` being one too many, or left out."""
    return _DOUBLED if end > 1 and word[end - 1] == word[end - 2] else _ANY


def _substitution(one: str, other: str) -> float:
    if one == other:
        return 0.0
    pair = frozenset((one, other))
    if pair in _CONFUSED:
        return _LIKELY
    return _KEY if pair in NEIGHBOURS else _ANY
