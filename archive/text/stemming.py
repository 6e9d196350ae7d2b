"""Stemming: the common part of the inflected forms of a word.

A known Serbian word is stemmed to the class of its lemma. A table (``serbian_stems.zlib``, made by
``benchmarks/build_stem_exceptions.py``) has the exceptions to the rule, including lemmas that would share a Snowball
stem. The rule, for all other words: fold, correct a few endings for Snowball, Snowball, fold. So an unknown form joins
the most frequent lemma with its Snowball stem.

The key of the table is the folded word. A form of two lemmas (pravo, of pravo and of prav) has both stems. If words
that differ in diacritics fold to one (sud and šud), a word typed without diacritics has the stems of all of them.
``benchmarks/stemming_quality.py`` evaluates this on gold lemmas.
"""

from __future__ import annotations

import re
import threading
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

import Stemmer

from archive.text.folding import fold

TABLE = "serbian_stems.zlib"
"""UTF-8, zlib: a line for each folded word, sorted by code points: the word, a tab, its stems with commas between them,
or spelling=stems pairs with spaces between them."""

PLACE_FORMS = "place_forms.txt"
"""A line for each place name whose folded forms do not share a stem (``benchmarks/build_place_forms.py``)."""

_BLOCK = 4096
"""Characters per block of the table's index: small enough to scan, so that no dictionary is needed."""

# naručioca and naručilac, prodavca and prodavac: l becomes o before an ending, and the a of the nominative is dropped.
_TO_NOMINATIVE = (
    (re.compile("(.{2,}[aeiou])oc(?:a|u|e|em|i|ima)"), "lac"),
    (re.compile("(.{3,}[npv])c(?:a|u|e|em|om|i|ima|ama)"), "ac"),
)
# izvršenje is not izvršiti, nor is saglasnost saglasan; Snowball stems them alike.
VERBAL_NOUN = re.compile("(.{3,}[ae]nj)(?:e|a|u|em|ima)")
_QUALITY = re.compile("(.{3,}nos)(?:ti?|tima|cu)")
# poništaj and poništaja: Snowball takes the first for an imperative. Words in -aju are left to it.
_DEED = re.compile("(.{4,}aj)(?:a|em|i|ima|evi|eva|eve|evima)?")
# dronovi is the plural of dron; osnovi is not that of osn. Only a dictionary can decide, so an unknown word gets both.
_LONG_PLURAL = re.compile("(.{3,})ov(?:i|a|e|ima)")
# The same for k that became c: porotnici is the plural of porotnik, or the dative of porotnica.
_SOFTENED = re.compile("(.{3,}i)c(?:i|ima)")


class _Stemmers(threading.local):
    """PyStemmer objects, one per thread, because they have state.

    Their cache is slower than stemming, so it is disabled.
    """

    def __init__(self) -> None:
        self.serbian = Stemmer.Stemmer("serbian", 0)
        self.english = Stemmer.Stemmer("english", 0)


_stemmers = _Stemmers()


class _Table:
    """The table of exceptions, as sorted text, with the first word of each block."""

    def __init__(self) -> None:
        data = files("archive.text").joinpath(TABLE).read_bytes()
        self._text = "\n" + zlib.decompress(data).decode()
        self._starts = [0]
        while (start := self._text.find("\n", self._starts[-1] + _BLOCK)) < len(self._text) - 1 and start > 0:
            self._starts.append(start)
        self._firsts = [self._text[start + 1 : self._text.index("\t", start)] for start in self._starts]
        self._starts.append(len(self._text))

    def get(self, folded: str) -> str | None:
        block = bisect_right(self._firsts, folded) - 1
        if block < 0:
            return None
        key = f"\n{folded}\t"
        # A word's line begins before the next block does, and so does the one that ends it.
        at = self._text.find(key, self._starts[block], self._starts[block + 1] + 1)
        return self._text[at + len(key) : self._text.index("\n", at + 1)] if at >= 0 else None


@cache
def _table() -> _Table:
    return _Table()


@lru_cache(maxsize=1 << 16)
def serbian_stems(word: str, bare: bool = False) -> tuple[str, ...]:
    """Return the stems of a lower-case Latin word.

    :param bare: whether it was typed without diacritics, so that a plain letter may stand for one with a diacritic.
        Unknown spellings are always treated so.
    """
    folded = fold(word)
    entry = _table().get(folded)
    if entry is None:
        return tuple(dict.fromkeys(map(rule_stem, _possible(folded))))
    if "=" not in entry:
        return tuple(entry.split(","))
    stems = dict(pair.split("=") for pair in entry.split(" "))
    of = [stems[word]] if not bare and word in stems else stems.values()
    return tuple(dict.fromkeys(stem for each in of for stem in each.split(",")))


def _possible(folded: str) -> Iterator[str]:
    """Yield an unknown word, and its singular, if it may be a plural."""
    yield folded
    if plural := _LONG_PLURAL.fullmatch(folded):
        yield plural[1]
    if plural := _SOFTENED.fullmatch(folded):
        yield f"{plural[1]}k"


_OF_TAK = re.compile("(.{2,})t(?:ak|ka|ku|kom|ke|aka)")
_OF_TCI = re.compile("(.{2,}[aeiou])c(?:i|ima)")
_YAT = re.compile("i?je|e")


@lru_cache(maxsize=1 << 14)
def stems_beside(word: str) -> tuple[str, ...]:
    """Return further stems of a lower-case Latin word that a query includes.

    gubici of gubitak, if the table lacks the word; a noun in -nje in the other pronunciation, merenje as mjerenje and
    vice versa; and the other forms of a place name, Kuršumlija for Kuršumliji. A stem that no word has matches nothing.
    """
    folded = fold(word)
    if names := _place_forms().get(folded):
        return tuple(dict.fromkeys(stem for name in names for stem in serbian_stems(name, bare=True)))
    if forms := _OF_TAK.fullmatch(folded):
        return serbian_stems(f"{forms[1]}ci", bare=True)
    if forms := _OF_TCI.fullmatch(folded):
        return serbian_stems(f"{forms[1]}tak", bare=True)
    noun = VERBAL_NOUN.fullmatch(folded)
    return tuple(dict.fromkeys(_pronounced(noun[1]))) if noun else ()


@cache
def _place_forms() -> dict[str, tuple[str, ...]]:
    """Return the forms of the name that each form belongs to."""
    found = dict[str, tuple[str, ...]]()
    for line in files("archive.text").joinpath(PLACE_FORMS).read_text("utf-8").splitlines():
        forms = tuple(line.split())
        for form in forms:
            found[form] = (*found.get(form, ()), *forms)
    return found


def _pronounced(stem: str) -> Iterator[str]:
    """Yield the stem of a noun in -nje with one vowel in the other pronunciation, or all of them in ekavian."""
    body = stem[:-4]  # the part before -anj or -enj and its consonant
    for vowel in _YAT.finditer(body + stem[-4]):
        before, behind = stem[: vowel.start()], stem[vowel.end() :]
        yield from (before + other + behind for other in ("e", "je", "ije") if other != vowel[0])
    yield re.sub("i?je", "e", stem[:-3]) + stem[-3:]


def rule_stem(folded: str) -> str:
    """Return the stem of a folded word by rule; a word that folds to an empty string (a lone accent) is its own
    stem."""
    if noun := VERBAL_NOUN.fullmatch(folded):
        return noun[1]
    if deed := _DEED.fullmatch(folded):
        return deed[1]
    if quality := _QUALITY.fullmatch(folded):
        return f"{quality[1]}t"
    for form, nominative in _TO_NOMINATIVE:
        if match := form.fullmatch(folded):
            folded = match[1] + nominative
            break
    return fold(_stemmers.serbian.stemWord(folded)) or folded


@lru_cache(maxsize=1 << 16)
def english_stem(folded: str) -> str:
    """Return the English stem of a folded word, with a marker, because many Serbian stems look like English ones."""
    return f"{_stemmers.english.stemWord(folded)}@en"
