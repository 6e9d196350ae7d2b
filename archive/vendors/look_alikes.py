"""Names that OCR spelled in the letters of the other script: ``Ромег`` for Power, ``Buno3op`` for Видозор, O for 0.

A word's *outline* has one sign for letters that a model of one script writes for a letter of the other: Latin r and
Cyrillic г, w and м, n and п. In one script, different letters are different words. So two names are *one in print* only
if each word of one is that of the other, or has its outline and stands in the other script, or differs by digits that
look like letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from archive.text.folding import fold, script_of

LONG = 5
"""Letters of an outline from which it tells a name. CAP and САР are two firms."""

ALIKE = 85
"""Least likeness in percent of the outlines of two names that may be one: of ten letters, one may be another one."""

_OUTLINES = (
    "aа", "bвб68", "cсsѕ5", "dд", "eе", "hћнђ", "iилl1!", "jј", "kк", "mмвvwтt", "nпн", "oо0", "pр", "rг", "uицџ", "xх",
    "yу", "zз32",
)  # fmt: skip
_CYRILLIC = {letter: group[0] for group in reversed(_OUTLINES) for letter in group}
"""The first group of a letter is the one it goes by."""

_DIGITS = {"0": "o", "1": "il", "5": "s", "8": "b", "3": "z", "6": "b"}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class PrintedCore:
    """The words of a name proper as printed: each folded, with its outline and its script."""

    words: tuple[tuple[str, str, str | None], ...]

    @property
    def outline(self) -> str:
        """The outlines of its words, run together."""
        return "".join(outline for _, outline, _ in self.words)


def printed_core(name: str, core: Iterable[str]) -> PrintedCore:
    """Return the words of ``core``, which are folded, as ``name`` prints them."""
    printed = {fold(word): word for word in _WORD.findall(name)}
    found = ((word, printed.get(word, word)) for word in core)
    words = [(word, outline(spelled), script_of(spelled)) for word, spelled in found]
    return PrintedCore(tuple(sorted(words, key=lambda word: word[1])))


def outline(word: str) -> str:
    """Return the outline of a printed word."""
    return "".join(_CYRILLIC.get(letter, letter) for letter in word.lower())


def are_one_in_print(one: PrintedCore, other: PrintedCore) -> bool:
    """Return whether two different names are certainly one, as OCR may have spelled it."""
    if len(one.words) != len(other.words) or len(one.outline) < LONG:
        return False
    return all(
        here == there
        or (shape == as_shape and {script, of_script} == {"Cyrl", "Latn"})
        or _differ_by_digits(here, there)
        for (here, shape, script), (there, as_shape, of_script) in zip(one.words, other.words, strict=True)
    )


def similarity_in_print(one: PrintedCore, other: PrintedCore) -> float:
    """Return how much the outlines of two names share in percent, if the words that they do not share are in different
    scripts and enough is shared; or 0."""
    here, there = set(one.words) - set(other.words), set(other.words) - set(one.words)
    scripts = {script for _, _, script in here}, {script for _, _, script in there}
    if scripts not in (({"Cyrl"}, {"Latn"}), ({"Latn"}, {"Cyrl"})) or min(len(one.outline), len(other.outline)) < LONG:
        return 0.0
    return fuzz.ratio(one.outline, other.outline, score_cutoff=ALIKE)


def _differ_by_digits(one: str, other: str) -> bool:
    """Return whether two words of letters are one but for digits of a letter's shape: vid0zor, vidozor."""
    if len(one) != len(other) or min(sum(map(str.isalpha, word)) for word in (one, other)) < LONG - 1:
        return False
    return all(a == b or b in _DIGITS.get(a, "") or a in _DIGITS.get(b, "") for a, b in zip(one, other, strict=True))


def united(cores: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return, for each core, itself or the one that it is as OCR may have spelled it.

    Nothing is united where it is not certain what was printed: where names of one outline are two in one script.

    :param cores: the core of each printed name.
    """
    printed: dict[str, dict[tuple[str, ...], PrintedCore]] = {}
    for name, core in sorted(cores.items()):
        spelled = printed_core(name, core)
        printed.setdefault(spelled.outline, {}).setdefault(core, spelled)
    above = {core: core for core in cores.values()}

    def root(core: tuple[str, ...]) -> tuple[str, ...]:
        while above[core] != core:
            core = above[core]
        return core

    for alike in printed.values():
        if len(alike) > 1 and all(are_one_in_print(one, other) for one, other in combinations(alike.values(), 2)):
            first, *others = sorted(set(map(root, alike)))
            above.update(dict.fromkeys(others, first))
    return {core: root(core) for core in above}
