"""The one model that says how much a reading of a page looks like text, whoever made the reading.

A text layer, its repair and OCR of the same page are scored alike, so that they can be compared. Every word is put in
one of four classes:

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
"""What the PDF reader gives for a glyph whose meaning the file does not tell."""

MIN_JUDGED = 60
"""Letters below which a share says nothing: six to ten words."""

_FOREIGN_BELOW = 0.75
"""The share of known words below which a page is asked for its language, which costs as much as extracting it."""

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
ADDRESS = re.compile(r"\S@\S+\.\w|https?:|www\.|\w\.(?:rs|com|org|net|gov|edu|ba|hr)\b", re.IGNORECASE)
_NOT_IN_NUMBERS = re.compile(r"\d[$§¢¥£&#@!?{}\[\]|\\~^]|[§¢¥&@!?{}\[\]|\\~^]\d")
_JOINTS = re.compile(r"[-–—/.,:;()'’„“”\"»«…_+&®™]+|(?<=[a-zčćžšđа-шђјљњћџ])(?=[A-ZČĆŽŠĐА-ШЂЈЉЊЋЏ])")
"""What parts words that stand together: punctuation, and a capital after a small letter ("MobiSecure")."""
_HUMP = re.compile(r"(?<=[a-zčćžšđа-шђјљњћџ])(?=[A-ZČĆŽŠĐА-ШЂЈЉЊЋЏ])")
_HUMPED = 3
"""Letters of a part between capitals for which it may be a word. Cyrillic taken for Latin is all capitals: ocHoBy."""
_MARK_INSIDE = re.compile(r"[^\W\d_][^\w\s]+[^\W\d_]|[^\W\d_]\d+[^\W\d_]")
_CONSONANTS = re.compile(r"[bcdfghjklmnpqstvwxz]{5}")
_SERBIAN_LETTERS = re.compile(r"[a-zčćžšđА-Яа-яЀ-џ\W\d_]*", re.IGNORECASE)
_TWO_SCRIPTS = re.compile("[a-z].*[а-џ]|[а-џ].*[a-z]", re.IGNORECASE)
_PLAIN = re.compile(
    "[(\"'„“”«»]*([A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0400-\u0481\u048a-\u04ff]+)[.,;:!?)\"'“”«»]*"
)
"""A word of nothing but letters that are judged, with punctuation around it, as most are."""
_JUDGED = re.compile("[A-Za-z\u00c0-\u024f\u0400-\u04ff]")


class WordShape(Enum):
    """The class of a word; see the head of this module."""

    KNOWN = "known"
    STRANGE = "strange"
    BROKEN = "broken"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Plausibility:
    """Characters of a reading by class, the unmapped glyphs among the broken ones, and the language it was held
    against beside Serbian and English (None: no other was needed).

    ``silent`` counts characters of known words that tell nothing of who read better: numbers, because any digits are a
    number, and letters that stand alone, because every letter is a word of some language.
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
        """Characters of the words that were judged."""
        return self.known + self.strange + self.broken

    @property
    def share(self) -> float:
        """The share of known words by length (0..1); 1 where nothing could be judged."""
        return self.known / self.judged if self.judged else 1.0

    @property
    def telling(self) -> int:
        """Characters of the words that were judged and tell something."""
        return self.judged - self.silent

    @property
    def sense(self) -> float:
        """The share of known words by length (0..1) among those that tell something; 1 where there are none."""
        return (self.known - self.silent) / self.telling if self.telling else 1.0

    @property
    def score(self) -> int:
        """How much of the page this reading made sense of: characters of known words that tell, less those of broken
        ones."""
        return self.known - self.silent - self.broken


def judge(texts: Iterable[str]) -> Plausibility:
    """Judge the words of a reading. A page of few Serbian and English words is asked for its language first."""
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
    """Return the class of one word, and how many characters of it count: its letters, digits and unmapped glyphs."""
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
    # A glyph of unknown meaning that stands alone is a bullet or a check box, most of the time.
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
