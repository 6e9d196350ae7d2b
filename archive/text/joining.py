"""Joined words: words printed in pieces, hyphenated at a line's end or letter-spaced, and numbers with spaces.

The pieces remain words with their own numbers, as printed. For search, runs of pieces are recognized and joined::

    видео- / надзора        видеонадзора, and видео-надзора, because the hyphen may belong to the word
    Г Р А Д   Н И Ш         ГРАД and НИШ, because the gap between them is wider, and ГРАДНИШ in case it is not meant
    1 200 000,00            1200000,00
    15. 3. 2021.            15.3.2021.

The rules need no dictionary. A hyphen after a letter at a line's end joins only if the next line begins with a
lower-case letter: in the corpus 448 of 458 such line ends do, and none of the ten others splits a word. A letter-spaced
run has at least four letters of one script, three of them different: shorter runs in the corpus are marks, initials and
table cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from archive.model.words import Break, Words
from archive.text.folding import script_of, unmix

SPACED_LETTERS = 4
"""Fewest letters of a letter-spaced run."""

DIFFERENT_LETTERS = 3
"""Fewest different letters of it: X X X X are marks in a form."""

WIDE_GAP = 1.8
"""A gap this many times as wide as the run's median separates words. In the corpus, gaps between letters stay below 1.3
times the median, and gaps between words begin at 2.7 times."""

_VISIBLE_HYPHENS = "-\u2010"
# The soft hyphen, and the character that some converters replace it by.
_HIDDEN_HYPHENS = "\u00ad\u00ac"
_HYPHENS = _VISIBLE_HYPHENS + _HIDDEN_HYPHENS
_SHORT = 3
"""Most characters of a first letter with punctuation before it, of a group of digits, of a day. Most words are longer,
and are skipped at once."""
# The last letter of a run may be followed by any amount of punctuation, so it need not be short.
_SHORT_RUN = re.compile(rb"\x01{%d,}" % (SPACED_LETTERS - 1))

_GROUPS = re.compile(r"(\d{1,3}(?: \d{3}){1,3}(?:,\d{2})?)[.,;)]*(?: |$)")
_DATE = re.compile(r"((?:[0-2]?\d|3[01])\. ?(?:0?[1-9]|1[0-2])\. ?\d{4})[.,;)]*(?: |$)")
_LONGEST_NUMBER = 4
"""Most words of a number with spaces: billions."""

_OPENING = "(„“”\"'«»["


@dataclass(frozen=True, slots=True)
class JoinedWord:
    """A joined word.

    ``first`` and ``last`` are indices of its pieces on their page, inclusive. ``hyphenated`` is its other spelling, if
    it was split at a visible hyphen.
    """

    first: int
    last: int
    text: str
    hyphenated: str | None = None


def joined_words(words: Words) -> list[JoinedWord]:
    """Return the joined words of a page, by first and last piece."""
    is_short = bytes(map(_SHORT.__ge__, map(len, words.texts)))
    found = [*_hyphenated(words), *_letter_spaced(words, is_short), *_spaced_numbers(words, is_short)]
    return sorted(found, key=lambda joined: (joined.first, joined.last))


def _hyphenated(words: Words) -> Iterator[JoinedWord]:
    last = -1
    for first in [index for index, before in enumerate(words.breaks[1:]) if before]:
        if first <= last or not _is_split_word(words, first):
            continue
        last = first + 1
        while last < len(words) - 1 and _is_split_word(words, last):
            last += 1
        pieces = words.texts[first : last + 1]
        text = "".join(piece.rstrip(_HYPHENS) for piece in pieces[:-1]) + pieces[-1]
        spelled = "".join(piece.rstrip(_HIDDEN_HYPHENS) for piece in pieces[:-1]) + pieces[-1]
        yield JoinedWord(first, last, text, None if spelled == text else spelled)


def _is_split_word(words: Words, index: int) -> bool:
    """Return whether the word at ``index`` is split from the next one at the end of its line."""
    text = words.texts[index]
    return (
        text[-1] in _HYPHENS
        and words.breaks[index + 1] != Break.SPACE
        and text[-2:-1].isalpha()
        and words.texts[index + 1][0].islower()
    )


def _letter_spaced(words: Words, is_short: bytes) -> Iterator[JoinedWord]:
    first = 0
    while run := _SHORT_RUN.search(is_short, first):
        first = run.start()
        last = _last_of_letters(words, first)
        parts = list(_parts(words, first, last)) if last - first + 1 >= SPACED_LETTERS else []
        if parts and _is_spaced_text(words.texts[first : last + 1]) and all(map(_is_cased_as_a_word, parts)):
            yield from (part for part in parts if part.first < part.last)
            if len(parts) > 1:
                yield _join(words, first, last)
        first = last + 1


def _last_of_letters(words: Words, first: int) -> int:
    """Return the end of the run of single letters that begins at ``first``, or ``first``.

    Punctuation may open and close the run, but a letter that closes a list item ("а) б)") ends one.
    """
    last = first
    before = words.texts[first].lstrip(_OPENING)
    while _is_letter(before) and last + 1 < len(words) and words.breaks[last + 1] == Break.SPACE:
        after = words.texts[last + 1]
        if not (after[0].isalpha() and not any(character.isalnum() for character in after[1:])):
            break
        last, before = last + 1, after
    return last


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha()


def _spaced_numbers(words: Words, is_short: bytes) -> Iterator[JoinedWord]:
    last = -1
    for first in [index for index, short in enumerate(is_short) if short and words.texts[index][0].isdecimal()]:
        end = first + 1
        while end < min(len(words), first + _LONGEST_NUMBER) and words.breaks[end] == Break.SPACE:
            end += 1
        text = " ".join(words.texts[first:end])
        number = _GROUPS.match(text) or _DATE.match(text)
        if first > last and number and " " in number[1]:
            last = first + number[1].count(" ")
            yield _join(words, first, last)


def _parts(words: Words, first: int, last: int) -> Iterator[JoinedWord]:
    """Split a letter-spaced run into words at wider gaps; without boxes, it is one word."""
    gaps = [words.boxes[4 * at] - words.boxes[4 * at - 2] for at in range(first + 1, last + 1) if words.boxes]
    limit = WIDE_GAP * median(gaps) if gaps else 0
    start = first
    for at, gap in enumerate(gaps, start=first + 1):
        if gap > limit > 0:
            yield _join(words, start, at - 1)
            start = at
    yield _join(words, start, last)


def _join(words: Words, first: int, last: int) -> JoinedWord:
    return JoinedWord(first, last, "".join(words.texts[first : last + 1]))


def _is_spaced_text(pieces: tuple[str, ...]) -> bool:
    letters = [character for character in unmix("".join(pieces)) if character.isalpha()]
    return len(set(letters)) >= DIFFERENT_LETTERS and len({script_of(letter) for letter in letters}) == 1


def _is_cased_as_a_word(part: JoinedWord) -> bool:
    """Return whether its letters are all capitals, or lower case after the first. Letters from a table seldom are."""
    letters = "".join(filter(str.isalpha, part.text))
    return letters.isupper() or letters[1:].islower() or len(letters) == 1
