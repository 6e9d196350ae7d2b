"""Text as readers find it: cut into words, and told by language and script.

langdetect ships no Serbian profile: Serbian Latin comes back as Croatian and Serbian Cyrillic as Macedonian. Two
profiles of our own (``profiles/``, made by ``benchmarks/build_language_profiles.py``) join the stock ones in one
load, because a second load of the same factory starts numbering languages again and fails. Serbian, Croatian and
Bosnian cannot be told apart from their letters, so they are one group; search and display need only the script.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from langdetect.detector import Detector
from langdetect.detector_factory import DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from langdetect.utils.ngram import NGram
from langdetect.utils.unicode_block import unicode_block
from numpy.typing import NDArray

from archive.text.folding import script_of

_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]")
"""Control characters, soft hyphens, zero-width spaces, direction marks: nobody sees them, so they part no word."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def tokens(text: str) -> list[str]:
    """Return the words of a text. White space of every kind (also no-break, thin and ideographic spaces) parts them.

    Halves of surrogate pairs, which some PDF fonts yield, become U+FFFD: they could not be written to disk. Each word
    is in memory once, however often it occurs: a long document is made of a few thousand.
    """
    return [sys.intern(word) for word in _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", text)).split()]


STOCK = ("bg", "cs", "de", "en", "es", "fr", "hr", "hu", "it", "mk", "pl", "ro", "ru", "sk", "sl", "sq", "tr", "uk")
"""The stock profiles in use: languages that documents of the region are written in. Fewer candidates, fewer errors."""

OWN = ("sr-Cyrl", "sr-Latn")

MIN_LETTERS = 12
"""Below this many letters (two or three short words) an answer would be a guess."""

SAMPLE = 600
"""Characters looked at. More change no answer, and the time of langdetect grows with the text: 5 ms for a full page,
1.5 ms for this many."""

_GROUP = frozenset({"sr-Cyrl", "sr-Latn", "hr"})


class _Detector(Detector):  # type: ignore[misc]  # langdetect has no type information
    """langdetect's detector, which finds the same letter groups in a third of the time: what a letter is, is looked up
    once."""

    text: str

    def cleaning_text(self) -> None:
        latin = sum("A" <= sign <= "z" for sign in self.text)
        other = sum(map(_is_not_latin, self.text))
        if latin * 2 < other:
            self.text = "".join(sign for sign in self.text if sign < "A" or sign > "z")

    def _extract_ngrams(self) -> list[str]:
        known, found = self.word_lang_prob_map, []
        grams, is_capital = " ", False
        for sign in self.text.translate(_NORMAL):
            last = grams[-1]
            if last == " ":
                grams, is_capital = " ", False
                if sign == " ":
                    continue
            elif len(grams) == NGram.N_GRAM:
                grams = grams[1:]
            grams += sign
            is_capital = sign.isupper() and (is_capital or last.isupper())
            if not is_capital:
                found += [
                    gram for gram in (sign, grams[-2:], grams[-3:])[: len(grams)] if gram in known and gram != " "
                ]
        return found


class _Normal(dict[int, str]):
    """What langdetect takes each letter for, by its code."""

    def __missing__(self, letter: int) -> str:
        normal: str = NGram.normalize(chr(letter))
        self[letter] = normal
        return normal


class _Odds:
    """What each letter group of the profiles says for each language, so that a plain text is told by adding it up.

    langdetect draws letter groups at random until one language has it, seven times over: of a text that leaves no doubt
    each time comes out the same, in ten times the time.
    """

    def __init__(self, factory: _Factory) -> None:
        shares = factory.word_lang_prob_map
        codes = np.array(list(map(_code, shares)), np.uint64)
        order = np.argsort(codes)
        self._codes = codes[order]
        table = np.array(list(shares.values()), np.float32)[order]
        self._says = np.log(table + np.float32(Detector.ALPHA_DEFAULT / Detector.BASE_FREQ))
        self._languages = factory.langlist
        self._is_serbian = np.isin(self._languages, list(_GROUP))

    def plain_language(self, text: str) -> str | None:
        """Return the language that langdetect would find however it draws; None if there may be a doubt."""
        grams = _codes(re.sub(" +", " ", f" {text}".translate(_NORMAL)))
        places = np.searchsorted(self._codes, grams)
        places = places[np.take(self._codes, places, mode="clip") == grams]
        if len(places) < _FEWEST_GRAMS:
            return None
        places, times = np.unique(places, return_counts=True)
        share = (times / times.sum()).astype(np.float32)
        says = self._says[places]
        best = int((share @ says).argmax())
        ahead = says[:, [best]] - says
        lead = share @ ahead
        others = ~self._is_serbian if self._is_serbian[best] else np.arange(len(lead)) != best
        is_plain = (lead > _PLAIN_LEAD * (share @ ahead**2 - lead**2))[others].all()
        return self._languages[best] if is_plain else None


_NORMAL = _Normal()

_FEWEST_GRAMS = 60

_PLAIN_LEAD = 0.17
"""How far a language is ahead of another for each letter group on average, as a share of the variance of that. A random
walk with such steps ends at the other language, 11.5 behind (odds of 1 in 100,000), with a probability of
e^(-2 x 0.17 x 11.5), one in 50, and four of langdetect's seven must end there."""


def _code(gram: str) -> int:
    """Return the number of one letter group, as :func:`_codes` has it."""
    code = 0
    for letter in gram:
        code = code << 21 | ord(letter)
    return code


def _codes(text: str) -> NDArray[np.uint64]:
    """Return the letter groups of a text as numbers: all single letters, then all pairs, then all threes."""
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    pairs = letters[:-1] << np.uint64(21) | letters[1:]
    threes = (pairs[:-1] << np.uint64(21) | letters[2:])[letters[1:-1] != ord(" ")]
    return np.concatenate([letters[letters != ord(" ")], pairs, threes])


@cache
def _is_not_latin(sign: str) -> bool:
    return sign >= "\u0300" and unicode_block(sign) != "Latin Extended Additional"


class _Factory(DetectorFactory):  # type: ignore[misc]  # langdetect has no type information
    """A factory apart from langdetect's global one. The seed makes a text give the same answer every time."""

    seed = 0

    def _create_detector(self) -> _Detector:
        return _Detector(self)


@cache
def _factory() -> _Factory:
    stock = files("langdetect") / "profiles"
    own = files("indexer") / "profiles"
    profiles = [(stock / name).read_text("utf-8") for name in STOCK]
    profiles += [(own / f"{name}.json").read_text("utf-8") for name in OWN]
    factory = _Factory()
    factory.load_json_profile(profiles)
    return factory


@cache
def _odds() -> _Odds:
    return _Odds(_factory())


def detect(text: str) -> str | None:
    """Return the language of a text as a BCP 47 tag, with the script for Serbian: ``sr-Cyrl``, ``sr-Latn``, ``en``,
    ``sq`` ...

    None when the text has too few letters to tell, or is in an alphabet no profile covers.
    """
    # langdetect ignores words in capitals, and headings of official acts are nothing else.
    sample = _sample(text).lower()
    if sum(map(str.isalpha, sample)) < MIN_LETTERS:
        return None
    detector = _factory().create()
    detector.append(sample)
    detector.cleaning_text()
    plain = _odds().plain_language(detector.text)
    if plain is not None:
        return _tag(plain, sample)
    try:
        candidates = detector.get_probabilities()
    except LangDetectException:
        return None
    scores: Counter[str] = Counter()
    for candidate in candidates:
        scores["sr" if candidate.lang in _GROUP else candidate.lang] += candidate.prob
    if not scores:
        return None
    return _tag(scores.most_common(1)[0][0], sample)


def _tag(language: str, sample: str) -> str:
    return f"sr-{script_of(sample) or 'Latn'}" if language in _GROUP or language == "sr" else language


def _sample(text: str) -> str:
    """Return words from all over a text, about ``SAMPLE`` characters of them: a letterhead may be in another language
    than the letter."""
    every = len(text) // SAMPLE + 1
    return text if every == 1 else " ".join(text.split()[::every])


def document_language(pages: Sequence[tuple[str | None, int]]) -> str | None:
    """Return the language of most words of a document, from each page's language and number of words."""
    words: Counter[str] = Counter()
    for language, count in pages:
        if language is not None:
            words[language] += count
    return words.most_common(1)[0][0] if words else None
