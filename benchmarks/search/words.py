"""The vocabulary of the benchmark's corpus with word frequencies.

Serbian word forms and their frequencies are wordfreq's (Latin); rarer forms are simplemma's inflected forms by lemma:
lemmas follow Zipf's law, and so do the forms of each. English words are wordfreq's. Cyrillic documents have the same
Serbian words in Cyrillic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

TAIL_WORDS = 90_000
"""Rare forms beside wordfreq's 54,000; together about the vocabulary of a real archive of this size."""

_DIGRAPHS = (("dž", "џ"), ("lj", "љ"), ("nj", "њ"))
_LETTERS = str.maketrans("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш")
_LAST_LATIN = "\u024f"

PHRASES = tuple(
    phrase.split()
    for phrase in """\
ugovor o javnoj nabavci
rok za dostavljanje ponuda
zahtev za zaštitu prava
odluka o dodeli ugovora
najpovoljnija ponuda
procenjena vrednost javne nabavke
bez poreza na dodatu vrednost
član grupe ponuđača
sredstvo finansijskog obezbeđenja
menica za dobro izvršenje posla
poziv za podnošenje ponuda
otvoreni postupak
postupak javne nabavke male vrednosti
sistem video nadzora
tehnička specifikacija
izjava o nezavisnoj ponudi
zahtev za pristup informacijama
informacije od javnog značaja
na osnovu člana
stupa na snagu danom potpisivanja
rok isporuke
način i uslovi plaćanja
ugovorna kazna
opštinsko veće
lokalna samouprava
republička komisija za zaštitu prava
izveštaj o stručnoj oceni ponuda
komisija za javnu nabavku
obrazac strukture cene
garantni rok
viša sila
nadležni sud u beogradu
obaveze ponuđača
konkursna dokumentacija
plan javnih nabavki
stručna ocena ponuda
žiro račun
matični broj
poreski identifikacioni broj
zakonski zastupnik
ukupna cena bez pdv
""".splitlines()
)
"""Phrases of procurement and of freedom of information, written for this benchmark."""


@dataclass(frozen=True, slots=True)
class WordList:
    """Words of one language and script.

    ``cumulative[n]`` is the share of running text that consists of words 0..n.
    """

    words: NDArray[np.object_]
    cumulative: NDArray[np.float64]

    def draw(self, random: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return word indexes for uniform random numbers in [0, 1), distributed by frequency."""
        return np.minimum(np.searchsorted(self.cumulative, random), len(self.words) - 1)


@cache
def word_lists() -> dict[str, WordList]:
    """Return the word list of each language, by its BCP 47 tag."""
    import wordfreq  # noqa: PLC0415 - it takes a second to load, and most importers of this module do not need it

    serbian = wordfreq.get_frequency_dict("sh", "best")
    serbian = {word: share for word, share in serbian.items() if _is_latin(word)}
    tail = _tail(serbian)
    words = sorted(serbian, key=lambda word: (-serbian[word], word))
    shares = [serbian[word] for word in words]
    last = shares[-1]
    shares += [0.4 * last * (len(words) / (len(words) + at + 1)) ** 1.3 for at in range(len(tail))]
    latin = _word_list([*words, *tail], shares)
    english = {word: share for word, share in wordfreq.get_frequency_dict("en", "small").items() if _is_latin(word)}
    ordered = sorted(english, key=lambda word: (-english[word], word))
    return {
        "sr-Latn": latin,
        "sr-Cyrl": WordList(np.array([cyrillic(word) for word in latin.words], dtype=object), latin.cumulative),
        "en": _word_list(ordered, [english[word] for word in ordered]),
    }


def cyrillic(word: str) -> str:
    """Return a lower-case Serbian word in Cyrillic, letter by letter; exceptions are ignored here."""
    for latin, letter in _DIGRAPHS:
        word = word.replace(latin, letter)
    return word.translate(_LETTERS)


def _is_latin(word: str) -> bool:
    return word.isalpha() and max(word) <= _LAST_LATIN


def _word_list(words: list[str], shares: list[float]) -> WordList:
    cumulative = np.cumsum(shares)
    return WordList(np.array(words, dtype=object), cumulative / cumulative[-1])


def _tail(known: dict[str, float]) -> list[str]:
    """Return inflected forms that wordfreq lacks, most likely first."""
    by_lemma: dict[str, list[str]] = {}
    for form, lemma in DefaultDictionaryFactory(cache_max_size=0).get_dictionary("hbs").items():
        lower = str(form).lower()
        if _is_latin(lower) and lower not in known:
            by_lemma.setdefault(str(lemma).lower(), []).append(lower)
    lemmas = sorted(by_lemma)
    np.random.default_rng(1).shuffle(lemmas)
    weighed: dict[str, float] = {}
    for rank, lemma in enumerate(lemmas, start=1):
        for place, form in enumerate(sorted(set(by_lemma[lemma])), start=1):
            weighed[form] = max(weighed.get(form, 0.0), 1 / (rank * place))
    return sorted(weighed, key=lambda form: (-weighed[form], form))[:TAIL_WORDS]
