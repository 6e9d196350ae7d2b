"""A model of how much a reading of a page looks like text, whatever made the reading.

A text layer, its repair and OCR of the same page are scored alike, so that they can be compared. Every word has one of
four classes:

* **known**: a word of Serbian, English or the page's own language, or a number written as numbers are;
* **broken**: what no language writes: a mark or a digit between letters, a glyph of unknown meaning, a letter that
  is not in the page's alphabet, both scripts in one word, five consonants in a row;
* **strange**: an unknown word of an ordinary shape, mostly a name;
* **foreign**: a word in a script without a list (Arabic, Hebrew, Greek). It is not judged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from archive.text.folding import fold, unmix
from archive.text.known_words import ENGLISH, OTHERS, SERBIAN, is_word
from indexer.text import detect

UNMAPPED = "\ufffd"
"""The character that MuPDF returns for a glyph without a mapping to Unicode."""

MIN_JUDGED = 60
"""Minimum number of letters (six to ten words) for a meaningful share."""

_FOREIGN_BELOW = 0.75
"""Share of known words below which the language of a page is detected, which is as slow as extracting it."""

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
ADDRESS = re.compile(r"\S@\S+\.\w|https?:|www\.|\w\.(?:rs|com|org|net|gov|edu|ba|hr)\b", re.IGNORECASE)
_NOT_IN_NUMBERS = re.compile(r"\d[$§¢¥£&#@!?{}\[\]|\\~^]|[§¢¥&@!?{}\[\]|\\~^]\d")
_JOINTS = re.compile(r"[-–—/.,:;()'’„“”\"»«…_+&®™]+|(?<=[a-zčćžšđа-шђјљњћџ])(?=[A-ZČĆŽŠĐА-ШЂЈЉЊЋЏ])")
"""Separators within compounds: punctuation, or a capital after a lower-case letter ("MobiSecure")."""
_HUMP = re.compile(r"(?<=[a-zčćžšđа-шђјљњћџ])(?=[A-ZČĆŽŠĐА-ШЂЈЉЊЋЏ])")
_HUMPED = 3
"""Minimum length of a part between capitals to be a word. Cyrillic misread as Latin is full of capitals: ocHoBy."""
_MARK_INSIDE = re.compile(r"[^\W\d_][^\w\s]+[^\W\d_]|[^\W\d_]\d+[^\W\d_]")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqstvwxz]{5}")
_SERBIAN_LETTERS = re.compile(r"[a-zčćžšđА-Яа-яЀ-џ\W\d_]*", re.IGNORECASE)
_TWO_SCRIPTS = re.compile("[a-z].*[а-џ]|[а-џ].*[a-z]", re.IGNORECASE)
_PLAIN = re.compile(
    "[(\"'„“”«»]*([A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0400-\u0481\u048a-\u04ff]+)[.,;:!?)\"'“”«»]*"
)
"""A word of letters with surrounding punctuation, the most frequent form."""
_JUDGED = re.compile("[A-Za-z\u00c0-\u024f\u0400-\u04ff]")


class WordShape(Enum):
    """The class of a word; see the docstring of this module."""

    KNOWN = "known"
    STRANGE = "strange"
    BROKEN = "broken"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Plausibility:
    """The number of characters of a reading by class, and the language used beside Serbian and English, or None.

    ``unmapped`` counts the unmapped glyphs, which are among the broken characters. ``silent`` counts characters of
    known words that say nothing about quality: numbers, because any digits are a number, and single letters, because
    each is a word of some language.
    """

    known: int
    strange: int
    broken: int
    foreign: int
    unmapped: int
    language: str | None
    silent: int = 0

    @property
    def judged(self) -> int:
        """The number of characters of classified words, foreign ones excluded."""
        return self.known + self.strange + self.broken

    @property
    def share(self) -> float:
        """The share of known words by length (0..1); 1 if nothing was classified."""
        return self.known / self.judged if self.judged else 1.0

    @property
    def telling(self) -> int:
        """The number of characters of classified words that are not silent."""
        return self.judged - self.silent

    @property
    def sense(self) -> float:
        """The share of known words by length (0..1), silent ones excluded; 1 if there are none."""
        return (self.known - self.silent) / self.telling if self.telling else 1.0

    @property
    def score(self) -> int:
        """How much readable text a reading has: characters of known words, silent ones excluded, less broken ones."""
        return self.known - self.silent - self.broken


def judge(texts: Iterable[str]) -> Plausibility:
    """Return the plausibility of the words of a reading; its language is detected if few are Serbian or English."""
    words = tuple(texts)
    found = _count(words, None)
    if found.share >= _FOREIGN_BELOW or found.judged < MIN_JUDGED:
        return found
    language = detect(" ".join(words))
    if language is None or language not in OTHERS - {ENGLISH}:
        return found
    return _count(words, language)


def _count(words: Iterable[str], language: str | None) -> Plausibility:
    sizes = dict.fromkeys(WordShape, 0)
    unmapped = silent = 0
    for word, times in Counter(words).items():
        shape, size = shape_of(word, language)
        sizes[shape] += size * times
        if shape is WordShape.BROKEN and UNMAPPED in word:
            unmapped += word.count(UNMAPPED) * times
        if shape is WordShape.KNOWN and _is_silent(word):
            silent += size * times
    return Plausibility(
        sizes[WordShape.KNOWN],
        sizes[WordShape.STRANGE],
        sizes[WordShape.BROKEN],
        sizes[WordShape.FOREIGN],
        unmapped,
        language,
        silent,
    )


@lru_cache(maxsize=1 << 16)
def _is_silent(word: str) -> bool:
    return len(_JUDGED.findall(word)) < 2


@lru_cache(maxsize=1 << 16)
def shape_of(word: str, language: str | None = None) -> tuple[WordShape, int]:
    """Return the class of a word, and the number of its letters, digits and unmapped glyphs."""
    plain = _PLAIN.fullmatch(word)
    if plain and _is_known(plain[1], language):
        return WordShape.KNOWN, len(plain[1])
    letters, signs = len(_JUDGED.findall(word)), sum(map(str.isalnum, word)) + word.count(UNMAPPED)
    if not letters:
        return _shape_without_letters(word, signs)
    if UNMAPPED in word:
        return WordShape.BROKEN, signs
    core = _EDGES.sub("", word)
    if _is_known(core, language) or ADDRESS.search(word):
        return WordShape.KNOWN, signs
    parts = [part for part in _JOINTS.split(core) if part]
    if any(_is_broken(part, language) for part in parts):
        return WordShape.BROKEN, signs
    humps = _HUMP.split(core)
    is_humped = len(humps) > 1 and min(map(len, humps)) < _HUMPED
    known = not is_humped and all(part.isdigit() or _is_known(part, language) for part in parts)
    return WordShape.KNOWN if known else WordShape.STRANGE, signs


def _shape_without_letters(word: str, signs: int) -> tuple[WordShape, int]:
    if any(map(str.isdigit, word)):
        return WordShape.BROKEN if _NOT_IN_NUMBERS.search(_EDGES.sub("", word)) else WordShape.KNOWN, signs
    # A single unmapped glyph is usually a bullet or a checkbox.
    return WordShape.FOREIGN, signs


def _is_known(word: str, language: str | None) -> bool:
    if is_word(word, SERBIAN) or is_word(word, ENGLISH):
        return True
    return language is not None and is_word(word, language)


def _is_broken(part: str, language: str | None) -> bool:
    if _MARK_INSIDE.search(part):
        return True
    if part.isupper() and len(part) <= 6:
        return False
    if language is None and not _SERBIAN_LETTERS.fullmatch(part):
        return True
    return bool(_CONSONANTS.search(fold(part)) or _TWO_SCRIPTS.search(unmix(part)))
