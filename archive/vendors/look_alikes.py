"""Names that OCR read in the other script: ``Ромег`` for Power, ``Buno3op`` for Видозор, O for 0.

A word's *outline* replaces letters that an OCR model of the other script confuses by one sign: Latin r and Cyrillic г,
w and м, n and п. Within one script, different letters make different words. So two names are *one in print* only if
each pair of words is equal, or has the same outline in different scripts, or differs by digits that look like letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from archive.text.folding import fold, script_of

LONG = 5
"""Fewest letters of an outline that identifies a name. CAP and САР are two firms."""

ALIKE = 85
"""Least similarity of the outlines of two names that may be one, in percent: one of ten letters may differ."""

_OUTLINES = (
    "aа", "bвб68", "cсsѕ5", "dд", "eе", "hћнђ", "iилl1!", "jј", "kк", "mмвvwтt", "nпн", "oо0", "pр", "rг", "uицџ", "xх",
    "yу", "zз32",
)  # fmt: skip
_CYRILLIC = {letter: group[0] for group in reversed(_OUTLINES) for letter in group}
"""A letter in several groups is represented by the first."""

_DIGITS = {"0": "o", "1": "il", "5": "s", "8": "b", "3": "z", "6": "b"}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class PrintedCore:
    """The words of a name proper as printed: each folded, with its outline and its script."""

    words: tuple[tuple[str, str, str | None], ...]

    @property
    def outline(self) -> str:
        """The concatenated outlines of its words."""
        return "".join(outline for _, outline, _ in self.words)


def printed_core(name: str, core: Iterable[str]) -> PrintedCore:
    """Return the folded words of ``core`` as ``name`` prints them."""
    printed = {fold(word): word for word in _WORD.findall(name)}
    found = ((word, printed.get(word, word)) for word in core)
    words = [(word, outline(spelled), script_of(spelled)) for word, spelled in found]
    return PrintedCore(tuple(sorted(words, key=lambda word: word[1])))


def outline(word: str) -> str:
    """Return the outline of a printed word."""
    return "".join(_CYRILLIC.get(letter, letter) for letter in word.lower())


def are_one_in_print(one: PrintedCore, other: PrintedCore) -> bool:
    """Return whether two different names are certainly one, considering OCR confusions."""
    if len(one.words) != len(other.words) or len(one.outline) < LONG:
        return False
    return all(
        here == there
        or (shape == as_shape and {script, of_script} == {"Cyrl", "Latn"})
        or _differ_by_digits(here, there)
        for (here, shape, script), (there, as_shape, of_script) in zip(one.words, other.words, strict=True)
    )


def similarity_in_print(one: PrintedCore, other: PrintedCore) -> float:
    """Return the similarity of the outlines of two names in percent, if the words that differ are in different scripts
    and enough is common; else 0."""
    here, there = set(one.words) - set(other.words), set(other.words) - set(one.words)
    scripts = {script for _, _, script in here}, {script for _, _, script in there}
    if scripts not in (({"Cyrl"}, {"Latn"}), ({"Latn"}, {"Cyrl"})) or min(len(one.outline), len(other.outline)) < LONG:
        return 0.0
    return fuzz.ratio(one.outline, other.outline, score_cutoff=ALIKE)


def _differ_by_digits(one: str, other: str) -> bool:
    """Return whether two words differ only by digits that look like letters: vid0zor, vidozor."""
    if len(one) != len(other) or min(sum(map(str.isalpha, word)) for word in (one, other)) < LONG - 1:
        return False
    return all(a == b or b in _DIGITS.get(a, "") or a in _DIGITS.get(b, "") for a, b in zip(one, other, strict=True))


def united(cores: Mapping[str, tuple[str, ...]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Map each core to itself or to the core that it is an OCR misreading of.

    Cores are not united if the printed one is uncertain, because two names with the same outline exist in one script.

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
