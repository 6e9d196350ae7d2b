"""Split text into words, and detect language and script.

langdetect has no Serbian profile: it takes Serbian Latin for Croatian and Serbian Cyrillic for Macedonian. Two profiles
of our own (``profiles/``, made by ``benchmarks/build_language_profiles.py``) are loaded together with the stock ones,
because a second load restarts the numbering of languages and fails. Serbian, Croatian and Bosnian cannot be
distinguished by letters, so they are one group; search and display need only the script.
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
"""Control characters, soft hyphens, zero-width spaces and direction marks: invisible, so they do not separate words."""

_SOFT_FOR_HARD = re.compile(
    "(?<=\\d)\u00ad(?=\\w)|(?<=\\w)\u00ad(?=\\d)|(?<=[a-zšđčćžа-шђјљњћџ])\u00ad(?=[A-ZŠĐČĆŽА-ШЂЈЉЊЋЏ])"
)
"""A soft hyphen that some programs write for each hyphen: nobody divides a word beside a figure or before a capital."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def tokens(text: str) -> list[str]:
    """Return the words of a text, split at white space of any kind (also no-break, thin and ideographic).

    Lone surrogates, which some PDF fonts yield, become U+FFFD, because they cannot be encoded. Words are interned to
    save memory.
    """
    return [
        sys.intern(word) for word in _SURROGATE.sub("\ufffd", _INVISIBLE.sub("", _SOFT_FOR_HARD.sub("-", text))).split()
    ]


STOCK = ("bg", "cs", "de", "en", "es", "fr", "hr", "hu", "it", "mk", "pl", "ro", "ru", "sk", "sl", "sq", "tr", "uk")
"""Stock profiles in use, for languages of documents in the region; fewer candidates give fewer errors."""

OWN = ("sr-Cyrl", "sr-Latn")

MIN_LETTERS = 12
"""Minimum number of letters (two or three short words) for detection."""

SAMPLE = 600
"""Number of characters used. More change no result, and take longer: 5 ms for a full page, 1.5 ms for this many."""

_GROUP = frozenset({"sr-Cyrl", "sr-Latn", "hr"})


class _Detector(Detector):  # type: ignore[misc]  # langdetect has no type information
    """langdetect's detector with cached character classes, which extracts the same n-grams in a third of the time."""

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
    """langdetect's normalized form of each letter, by its code point."""

    def __missing__(self, letter: int) -> str:
        normal: str = NGram.normalize(chr(letter))
        self[letter] = normal
        return normal


class _Odds:
    """Log probabilities of n-grams by language, to classify clear texts by a sum.

    langdetect samples n-grams at random until one language has won, seven times. For a clear text the result is always
    the same, and takes ten times as long.
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
        """Return the language that langdetect would find in any case, None if there is doubt."""
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
"""Minimum lead of a language over any other per n-gram, as a share of its variance.

A random walk with such steps ends at the other language, 11.5 behind (odds of 1 in 100,000), with a probability of
e^(-2 x 0.17 x 11.5), one in 50, and four of langdetect's seven must end there.
"""


def _code(gram: str) -> int:
    """Return the number of an n-gram, as in :func:`_codes`."""
    code = 0
    for letter in gram:
        code = code << 21 | ord(letter)
    return code


def _codes(text: str) -> NDArray[np.uint64]:
    """Return the n-grams of a text as numbers: all unigrams, then bigrams, then trigrams."""
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    pairs = letters[:-1] << np.uint64(21) | letters[1:]
    threes = (pairs[:-1] << np.uint64(21) | letters[2:])[letters[1:-1] != ord(" ")]
    return np.concatenate([letters[letters != ord(" ")], pairs, threes])


@cache
def _is_not_latin(sign: str) -> bool:
    return sign >= "\u0300" and unicode_block(sign) != "Latin Extended Additional"


class _Factory(DetectorFactory):  # type: ignore[misc]  # langdetect has no type information
    """A factory separate from langdetect's global one. The seed makes results reproducible."""

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
    """Return the language of a text as a BCP 47 tag, for Serbian with the script: ``sr-Cyrl``, ``sr-Latn``, ``en`` ...

    None if the text has too few letters, or is in an alphabet without a profile.
    """
    # langdetect ignores words in capitals, but headings of official acts consist of them.
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
    """Return about ``SAMPLE`` characters of words from all over a text: a letterhead may be in another language."""
    every = len(text) // SAMPLE + 1
    return text if every == 1 else " ".join(text.split()[::every])


def document_language(pages: Sequence[tuple[str | None, int]]) -> str | None:
    """Return the language of most words of a document; ``pages`` has language and word count of each page."""
    words: Counter[str] = Counter()
    for language, count in pages:
        if language is not None:
            words[language] += count
    return words.most_common(1)[0][0] if words else None
