"""Decide whether the words of a page come from its text layer or from OCR, by rules over properties of the page.

A page is read by OCR only if a rule gives a reason. Then both readings are scored by the same model, and the better one
is used as a whole. Merging them word by word would repeat words and break the reading order: OCR of a scan with a
digital footer has read the footer, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from archive.errors import Message, sentences
from archive.text.folding import fold
from archive.text.known_words import ENGLISH, SERBIAN, is_any_word, is_word
from indexer.layers.plausibility import MIN_JUDGED, Plausibility, WordShape, shape_of

_BLANK_BELOW = 20
_SPARSE_BELOW = 400
_COVERED = 0.5
_A_PICTURE = 0.05
_MANY_OUTLINES = 150
_A_LINE_OF_OUTLINES = 20
_BAND = 0.2
"""Thresholds found on 704 pages of real files.

With fewer than 20 characters a page is a scan if images cover 5 % of it; with fewer than 400, or with text on less than
a fifth of its height, if they cover half of it: the text is a stamp, a footer or a signature line. More than 150 filled
curves on a page with little text are letters drawn as outlines; with hardly any text, 20 are enough.
"""

_UNMAPPED = 0.005
_BROKEN = 0.05
_UNKNOWN = 0.4
_HIDDEN_BROKEN = 0.02
_HIDDEN_UNKNOWN = 0.7
"""Thresholds as shares of characters.

All 21 pages of the corpus with a wrong layer have over 0.5 % unmapped glyphs, and none of its 1,215 good pages; no good
page of 60 letters or more has over 3.4 % in broken words or less than 41 % in known ones (Albanian, whose word list is
short, has 47). Hidden text comes from OCR, so its thresholds are stricter.
"""

_DROPPED = 0.025
_DROPPED_WITHOUT = 0.01
_FEWEST_DROPPED = 3
"""Shares of words that lack a letter, and their minimum number.

Good pages have up to 2.0 %; 1 % is enough if a page has none of the letters that fonts lose.
"""

_CERTAIN = 1.02
_CLEAR = 1.06
"""Factors by which the score of OCR must exceed that of the layer.

OCR errs in 1 % of letters, a sound text layer in none; if only the word lists doubt the layer, a near tie means that
the page consists of names.
"""

_ALONE = 0.25
_FEWEST_ALONE = 12
"""Share and number of one-letter words from which a layer is assumed to have lost letters.

Good pages have up to 23 %; those with more are short letter-spaced headings.
"""

_COMMON = "aeionrst"
_ENOUGH_LETTERS = 300
"""Number of letters in distinct words among which none of the common letters is missing by chance:

each has at least 2 % in every language with a word list.
"""

_ENOUGH_WORDS = 100
_OFTEN_LOST = re.compile("[čćđчћђ]", re.IGNORECASE)


class PageFacts(Protocol):
    """The properties of a page that the rules use. Later ones are more expensive, and read only if needed."""

    @property
    def words(self) -> Sequence[str]:
        """The words of the text layer."""

    @property
    def layer(self) -> Plausibility:
        """The plausibility of these words."""

    @property
    def alone(self) -> int:
        """The number of one-letter words with a neighbour on their line; narrow table columns stack letters."""

    @property
    def has_pictures(self) -> bool:
        """Whether the page may show an image."""

    @property
    def band(self) -> float:
        """The share of the page height that has text."""

    @property
    def pictures(self) -> float:
        """The share of the page area under images; over 1 if they overlap."""

    @property
    def outlines(self) -> int:
        """The number of filled paths with curves, of the height of letters."""

    @property
    def draws_text(self) -> bool:
        """Whether the page draws any text, regardless of its text layer."""

    @property
    def is_hidden(self) -> bool:
        """Whether most of the text is invisible."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether to try OCR, or whether OCR was chosen, with the reason as a sentence.

    ``advantage`` is the factor by which the score of OCR must exceed that of the layer.
    """

    ocr: bool
    reason: str
    advantage: float = _CERTAIN


def decide(page: PageFacts) -> Choice:
    """Return whether OCR is to be tried, because the text layer is incomplete or wrong."""
    doubt = _why_not_all(page) or _why_lossy(page)
    if doubt is not None:
        return Choice(True, doubt)
    wrong = _why_wrong(page)
    return Choice(False, _praise(page.layer)) if wrong is None else Choice(True, wrong, _CLEAR)


def choose(layer: Plausibility, scanned: Plausibility, doubt: str, advantage: float = _CERTAIN) -> Choice:
    """Return the better of two readings of a page; ``doubt`` was the reason to try OCR.

    OCR with few known words is never chosen.
    """
    values = {"ocr": f"{scanned.share:.0%}", "layer": f"{layer.share:.0%}"}
    if scanned.share >= _UNKNOWN and scanned.score > max(layer.score, 0) * advantage:
        more = "OCR makes more sense of the page: %(ocr)s known words by OCR, %(layer)s in the text layer."
        return Choice(True, sentences(doubt, Message(more, **values)))
    no_more = "But OCR makes no more sense of the page: %(ocr)s known words by OCR, %(layer)s in the text layer."
    return Choice(False, sentences(doubt, Message(no_more, **values)))


def _why_not_all(page: PageFacts) -> str | None:
    """Return why the text layer lacks parts of the page, None if it does not."""
    characters = sum(map(len, page.words))
    if characters < _SPARSE_BELOW:
        if page.pictures > (_A_PICTURE if characters < _BLANK_BELOW else _COVERED):
            if not characters:
                return Message("The page is an image without a text layer.")
            return (
                None
                if page.is_hidden
                else Message("The page is an image, and its text layer only a stamp or a footer.")
            )
        if page.outlines > (_A_LINE_OF_OUTLINES if characters < _BLANK_BELOW else _MANY_OUTLINES):
            return Message("Letters are drawn as outlines, which no text layer names.")
    elif page.has_pictures and page.band < _BAND and page.pictures > _COVERED and not page.is_hidden:
        return Message("The page is an image, and its text layer covers only a band of it.")
    return None


def _why_lossy(page: PageFacts) -> str | None:
    """Return why the text layer lacks letters, None if it does not."""
    layer = page.layer
    if layer.unmapped > _UNMAPPED * layer.judged:
        return Message("The text layer does not say what %(share)s of its letters are.", share=layer.unmapped)
    if not page.words and page.draws_text:
        return Message("Text is drawn, and the text layer has no word of it.")
    worded = list(filter(None, map(letters_of, page.words)))
    if page.alone >= _FEWEST_ALONE and page.alone > _ALONE * len(worded):
        return Message(
            "The text layer lost letters: %(count)s of %(words)s words are a single letter.",
            count=page.alone,
            words=len(worded),
        )
    different = set(worded)
    if layer.foreign >= layer.judged or _have_common_letters(different):
        return None
    letters = fold("".join(different))
    missing = [letter for letter in _COMMON if letter not in letters] if len(letters) >= _ENOUGH_LETTERS else []
    if missing:
        return Message(
            "The text layer lost letters: its %(count)s have not one %(missing)s.",
            count=len(letters),
            missing=", ".join(missing),
        )
    return None


def _have_common_letters(words: Iterable[str]) -> bool:
    """Return whether words contain all letters that are common in every language."""
    missing = set(_COMMON)
    for word in words:
        missing.difference_update(fold(word))
        if not missing:
            return True
    return False


@lru_cache(maxsize=1 << 14)
def letters_of(word: str) -> str:
    """Return the letters of a word; "" if it has a digit."""
    return "" if any(map(str.isdigit, word)) else "".join(filter(str.isalpha, word))


def _why_wrong(page: PageFacts) -> str | None:
    """Return why the text layer is wrong, None if it is not."""
    layer = page.layer
    judged = layer.judged
    if judged < MIN_JUDGED:
        return None
    broken, unknown = layer.broken / judged, 1 - layer.share
    if broken > _BROKEN or layer.share < _UNKNOWN:
        return Message(
            "The text layer reads like no language: %(unknown)s of it in unknown words, %(broken)s in broken ones.",
            unknown=f"{unknown:.0%}",
            broken=f"{broken:.0%}",
        )
    if (broken > _HIDDEN_BROKEN or layer.share < _HIDDEN_UNKNOWN) and page.is_hidden:
        return Message(
            "The hidden text layer of an earlier OCR is poor: %(unknown)s of it in unknown words.",
            unknown=f"{unknown:.0%}",
        )
    dropped = dropped_letters(page.words, layer)
    enough = _DROPPED if any(map(_OFTEN_LOST.search, page.words)) else _DROPPED_WITHOUT
    if dropped >= _FEWEST_DROPPED and dropped > enough * len(page.words):
        return Message(
            "The text layer lost letters: %(count)s words are known with a č, ć, š, ž or đ put in.", count=dropped
        )
    return None


def _praise(layer: Plausibility) -> str:
    if layer.judged < MIN_JUDGED:
        return Message("The text layer is taken as it is: it has too few words to judge.")
    if layer.foreign > layer.judged:
        return Message("The text layer is taken as it is: there is no word list for its script.")
    return Message("The text layer is sound: %(share)s of it in known words.", share=f"{layer.share:.0%}")


def dropped_letters(words: Sequence[str], layer: Plausibility) -> int:
    """Return the number of unknown words that are known with a letter inserted that fonts often lose.

    For example "lan" is "član". The number is 0 if the page is not in Serbian or has few unknown words.
    """
    if layer.language is not None or layer.strange < _DROPPED_WITHOUT * layer.judged:
        return 0
    sample = words[:_ENOUGH_WORDS]
    serbian, english = (sum(is_word(word, language) for word in sample) for language in (SERBIAN, ENGLISH))
    return sum(map(_lacks_a_letter, words)) if serbian > english else 0


@lru_cache(maxsize=1 << 14)
def _lacks_a_letter(word: str) -> bool:
    if shape_of(word)[0] is not WordShape.STRANGE:
        return False
    folded = fold(word.strip(".,;:()„“”\"'"))
    return folded.isalpha() and len(folded) >= 3 and is_any_word(_with_a_letter(folded), SERBIAN)


def _with_a_letter(word: str) -> Iterator[str]:
    """Yield a word with each letter inserted that is folded from one with a diacritic: c (č, ć), s, z, d (đ)."""
    for at in range(len(word) + 1):
        for letter in "cdsz":
            yield word[:at] + letter + word[at:]
