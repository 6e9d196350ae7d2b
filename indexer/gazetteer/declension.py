"""Inflected forms of names: Serbian places, nouns in names of public bodies, Albanian places.

Places get nominative, genitive ("Opština Kosjerića") and locative, nouns all five cases, Albanian places the genitive.
Irregular names are listed. If a name may be declined in two ways (Zadar gives Zadra, Vukovar Vukovara), both are
returned: forms are for lookup, so an unused form does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

_IRREGULAR = {
    "Šabac": ("Šapca", "Šapcu"),
    "Srbac": ("Srpca", "Srpcu"),
    "Golubac": ("Golupca", "Golupcu"),
    "Odžaci": ("Odžaka", "Odžacima"),
    "Varoš": ("Varoši", "Varoši"),
    "Do": ("Dola", "Dolu"),
    "Seča": ("Seče", "Seči"),
    "centar": ("centra", "centru"),
}

_FEMININE = frozenset({"Varoš"})
"""Feminine nouns that end in a consonant."""

_ENDINGS = {
    "ci": ("aca", "cima"),
    "i": ("a", "ima"),
    "ac": ("ca", "cu"),
    "ec": ("ca", "cu"),
    "ao": ("la", "lu"),
    "o": ("a", "u"),
    "e": ("a", "u"),
}
"""Genitive and locative endings of other nouns, by the ending of the nominative."""

CASES = ("nominative", "genitive", "dative", "accusative", "instrumental")
"""The order of forms in :func:`cases` and :data:`ADJECTIVE_ENDINGS`. The locative equals the dative."""

ADJECTIVE_ENDINGS = {
    "feminine": (("a",), ("e",), ("oj",), ("u",), ("om",)),
    "masculine": (("i",), ("og", "eg", "oga", "ega"), ("om", "em", "ome"), ("i",), ("im",)),
    "neuter": (("o", "e"), ("og", "eg", "oga", "ega"), ("om", "em", "ome"), ("o", "e"), ("im",)),
}
"""The endings of an adjective by the gender of its noun, in each of the :data:`CASES`."""


_FLEETING = re.compile(r"(?<=[aeiour])([bcčćdđfghjklmnprsštvzž]+)a(r|k|t|lj|l|nj)$")
"""The fleeting "a", which most names lose before an ending: Zadar, Sisak, Tivat, Tešanj."""

_UNCHANGED_AFTER = re.compile(r" (?=(?:na|u|kod|pod) )")
"""The beginning of an invariable part of a name: Biograd na Moru."""


def forms(name: str) -> frozenset[str]:
    """Return the inflected forms of a name with the nominative: "Novi Sad", "Novog Sada", "Novom Sadu"."""
    head, *rest = _UNCHANGED_AFTER.split(name, maxsplit=1)
    words = head.split()
    by_case = zip(*(_in_place(words, number) for number in range(len(words))), strict=True)
    found = {" ".join((*form, *rest)) for case in by_case for form in product(*case)}
    return frozenset({name, *found})


def _in_place(words: list[str], number: int) -> tuple[set[str], set[str]]:
    """Return the genitives and locatives of one word of a name."""
    word, following = words[number], words[number + 1 :]
    if word == "i":
        return {word}, {word}
    if word in _IRREGULAR:
        return _pairs([_IRREGULAR[word]])
    if not following or following[0] == "i":
        # Herceg Novi, Zemunik Donji: an adjective follows a noun in the singular.
        is_adjective = number > 0 and word.endswith("i") and not words[number - 1].endswith(("i", "e"))
        return _pairs([_adjective(word, words[number - 1])] if is_adjective else _nouns(word))
    noun = words[-1]
    if word.endswith(("i", "a", "o", "e")):
        return _pairs([_adjective(word, noun)])
    # Doboj Istok, Gadžin Han: a noun before another is invariable or declined, or is an adjective.
    adjectives = [_adjective(word, noun)] if word.endswith(("in", "ov", "ev")) else []
    return _pairs([(word, word), *adjectives, *_nouns(word)])


def _pairs(both: Iterable[tuple[str, str]]) -> tuple[set[str], set[str]]:
    genitives, locatives = zip(*both, strict=True)
    return set(genitives), set(locatives)


def _nouns(word: str) -> list[tuple[str, str]]:
    """Return genitive and locative of a noun in each possible declension."""
    ways = [_noun(word)]
    fleeting = _FLEETING.search(word)
    if word.endswith(("ka", "ga", "ha")):
        ways.append((word[:-1] + "e", word[:-1] + "i"))
        # Many of these are adjectives: Visočka, Telečka.
        ways.append((word[:-1] + "e", word[:-1] + "oj"))
    elif word.endswith("e"):
        ways.append((word[:-1] + "a", word[:-1] + "ama"))
    elif word.endswith("aci"):
        ways.append((word[:-2] + "ka", word[:-2] + "cima"))
    elif word.endswith("ko"):
        ways.append((word + "g", word + "m"))
    elif fleeting:
        stem = word[: fleeting.start(1)] + fleeting[1] + fleeting[2]
        ways.append((stem + "a", stem + "u"))
    return ways


def albanian_forms(name: str) -> frozenset[str]:
    """Return an Albanian place name and its genitive: "Prishtinë", "Prishtinës"; "Prizren", "Prizrenit"."""
    if name.endswith(("ë", "e")):
        return frozenset({name, name + "s"})
    if name.endswith("a"):
        return frozenset({name, name[:-1] + "ës"})
    return frozenset({name, name + ("t" if name.endswith(("j", "i")) else "it")})


def cases(noun: str) -> tuple[str, ...]:
    """Return the forms of a common noun in the :data:`CASES`: "škola", "škole", "školi", "školu", "školom"."""
    genitive, dative = _noun(noun)
    if noun.endswith("a"):
        return noun, genitive, dative, noun[:-1] + "u", noun[:-1] + "om"
    if noun.endswith(("o", "e")):
        return noun, genitive, dative, noun, noun + "m"
    soft = noun.endswith(("j", "lj", "nj", "č", "ć", "š", "ž", "đ"))
    return noun, genitive, dative, noun, genitive[:-1] + ("em" if soft else "om")


def _noun(word: str) -> tuple[str, str]:
    """Return genitive and locative singular of a noun."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("a"):
        stem = word[:-1]
        soft = stem[:-1] + {"k": "c", "g": "z"}.get(stem[-1], stem[-1])
        return stem + "e", soft + "i"
    for ending, (genitive, locative) in _ENDINGS.items():
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            return stem + genitive, stem + locative
    return word + "a", word + "u"


def _adjective(word: str, noun: str) -> tuple[str, str]:
    """Return genitive and locative of the adjective of ``noun``."""
    if word.endswith("a") or noun in _FEMININE:
        return word[:-1] + "e", word[:-1] + "oj"
    # Polje and Gradište are neuter; other nouns in -e after an adjective in -e are plural.
    is_plural = word.endswith("i") and noun.endswith("i")
    if is_plural or (word.endswith("e") and noun.endswith("e") and not noun.endswith(("je", "će", "šte"))):
        return word[:-1] + "ih", word[:-1] + "im"
    stem = word[:-1] if word.endswith(("i", "o", "e")) else word
    soft = stem.endswith(("j", "lj", "nj", "č", "ć", "š", "ž", "đ"))
    return (stem + "eg", stem + "em") if soft else (stem + "og", stem + "om")
