"""The cases in which acts print names: of Serbian places the nominative, genitive ("Opština Kosjerića") and locative,
of the nouns that public bodies are called by all five, of Albanian places the genitive.

The rules cover the names of the gazetteer; the few that change otherwise are listed. Forms are for looking names up, so
a form that no one uses does no harm.
"""

from __future__ import annotations

_IRREGULAR = {
    "Šabac": ("Šapca", "Šapcu"),
    "Žabalj": ("Žablja", "Žablju"),
    "Čačak": ("Čačka", "Čačku"),
    "Odžaci": ("Odžaka", "Odžacima"),
    "Seča Reka": ("Seče Reke", "Seči Reci"),
    "centar": ("centra", "centru"),
}

_ENDINGS = {
    "ci": ("aca", "cima"),
    "i": ("a", "ima"),
    "ac": ("ca", "cu"),
    "ao": ("la", "lu"),
    "o": ("a", "u"),
    "e": ("a", "u"),
}
"""Genitive and locative of nouns that are not feminine, by the ending of the nominative."""

CASES = ("nominative", "genitive", "dative", "accusative", "instrumental")
"""The order of the forms that :func:`cases` and :data:`ADJECTIVE_ENDINGS` give. The locative is the dative."""

ADJECTIVE_ENDINGS = {
    "feminine": (("a",), ("e",), ("oj",), ("u",), ("om",)),
    "masculine": (("i",), ("og", "eg", "oga", "ega"), ("om", "em", "ome"), ("i",), ("im",)),
    "neuter": (("o", "e"), ("og", "eg", "oga", "ega"), ("om", "em", "ome"), ("o", "e"), ("im",)),
}
"""How an adjective before a noun of each gender ends in each of the :data:`CASES`."""


def forms(name: str) -> frozenset[str]:
    """The forms of a name, nominative included: "Novi Sad" gives also "Novog Sada" and "Novom Sadu"."""
    words = name.split()
    if name in _IRREGULAR:
        return frozenset({name, *_IRREGULAR[name]})
    if len(words) == 1 or words[1] == "na":
        heads, tail = _noun(words[0]), " ".join(words[1:])
        return frozenset(f"{head} {tail}".strip() for head in (words[0], *heads))
    *adjectives, noun = words
    genitive, locative = _noun(noun)
    declined = [_adjective(word, noun) for word in adjectives]
    return frozenset(
        {
            name,
            " ".join([*(genitive_adjective for genitive_adjective, _ in declined), genitive]),
            " ".join([*(locative_adjective for _, locative_adjective in declined), locative]),
        }
    )


def albanian_forms(name: str) -> frozenset[str]:
    """An Albanian name of a place and its genitive: "Prishtinë" gives also "Prishtinës", "Prizren" "Prizrenit"."""
    if name.endswith(("ë", "e")):
        return frozenset({name, name + "s"})
    if name.endswith("a"):
        return frozenset({name, name[:-1] + "ës"})
    return frozenset({name, name + ("t" if name.endswith(("j", "i")) else "it")})


def cases(noun: str) -> tuple[str, ...]:
    """The forms of a common noun in the :data:`CASES`: "škola" gives "škole", "školi", "školu", "školom"."""
    genitive, dative = _noun(noun)
    if noun.endswith("a"):
        return noun, genitive, dative, noun[:-1] + "u", noun[:-1] + "om"
    if noun.endswith(("o", "e")):
        return noun, genitive, dative, noun, noun + "m"
    soft = noun.endswith(("j", "lj", "nj", "č", "ć", "š", "ž", "đ"))
    return noun, genitive, dative, noun, genitive[:-1] + ("em" if soft else "om")


def _noun(word: str) -> tuple[str, str]:
    """Genitive and locative singular of a noun."""
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
    """Genitive and locative of the adjective before ``noun``."""
    if word.endswith("a"):
        return word[:-1] + "e", word[:-1] + "oj"
    if _noun(noun)[1].endswith("ima"):
        return word[:-1] + "ih", word[:-1] + "im"
    stem = word[:-1] if word.endswith(("i", "o", "e")) else word
    soft = stem.endswith(("j", "lj", "nj", "č", "ć", "š", "ž", "đ"))
    return (stem + "eg", stem + "em") if soft else (stem + "og", stem + "om")
