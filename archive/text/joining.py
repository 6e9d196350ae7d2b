"""Words that are printed in pieces: hyphenated at a line's end, letter-spaced, or numbers with spaces in them.

The pieces stay what they are, each a word with its number, because they are what stands on the page. Search also needs
the word that a person reads there, so the run of pieces is found and its joined text given::

    видео- / надзора        видеонадзора, and видео-надзора: whether the hyphen belongs to the word nobody can tell here
    Г Р А Д   Н И Ш         ГРАД and НИШ, because the gap between them is wider, and ГРАДНИШ, should that be an accident
    1 200 000,00            1200000,00
    15. 3. 2021.            15.3.2021.

Joining is safe where it needs no dictionary. A hyphen after a letter at a line's end joins only what goes on with a
small letter: in the corpus 448 of 458 line ends with a hyphen do, and of the ten others not one splits a word. Four
letters of one script, three of them different, are the least that counts as letter-spaced: shorter runs in the corpus
are marks, initials and cells of tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from archive.model.words import Break, Words
from archive.text.folding import script_of, unmix

SPACED_LETTERS = 4
"""Letters that a letter-spaced run has at least."""

DIFFERENT_LETTERS = 3
"""How many of them differ at least: X X X X are marks in a form."""

WIDE_GAP = 1.8
"""A gap this many times as wide as the median of its run parts words. In the corpus, gaps between letters stay below
1.3 times the median, and gaps between words begin at 2.7 times."""

_VISIBLE_HYPHENS = "-\u2010"
# The soft hyphen, and the mark that some converters put in its place.
_HIDDEN_HYPHENS = "\u00ad\u00ac"
_HYPHENS = _VISIBLE_HYPHENS + _HIDDEN_HYPHENS
_SHORT = 3
"""Characters of a first letter with punctuation before it, of a group of digits, of a day. Most words are longer, and
are passed over at once."""
# The last letter of a run may be followed by any amount of punctuation, so it need not be short.
_SHORT_RUN = re.compile(rb"\x01{%d,}" % (SPACED_LETTERS - 1))

_GROUPS = re.compile(r"(\d{1,3}(?: \d{3}){1,3}(?:,\d{2})?)[.,;)]*(?: |$)")
_DATE = re.compile(r"((?:[0-2]?\d|3[01])\. ?(?:0?[1-9]|1[0-2])\. ?\d{4})[.,;)]*(?: |$)")
_LONGEST_NUMBER = 4
"""Words of a number with spaces in it: billions."""

_OPENING = "(„“”\"'«»["


@dataclass(frozen=True, slots=True)
class JoinedWord:
    """A word that is printed in pieces.

    ``first`` and ``last`` are indexes of its pieces on their page, both included. ``hyphenated`` is its other spelling
    where it was split at a visible hyphen.
    """

    first: int
    last: int
    text: str
    hyphenated: str | None = None


def joined_words(words: Words) -> list[JoinedWord]:
    """Return the words of a page that are printed in pieces, by first and last piece."""
    is_short = bytes(map(_SHORT.__ge__, map(len, words.texts)))
    found = [*_hyphenated(words), *_letter_spaced(words, is_short), *_spaced_numbers(words, is_short)]
    return sorted(found, key=lambda joined: (joined.first, joined.last))


def _hyphenated(words: Words) -> Iterator[JoinedWord]:
    last = -1
    for first in [index for index, before in enumerate(words.breaks[1:]) if before]:
        if first <= last or not _goes_on(words, first):
            continue
        last = first + 1
        while last < len(words) - 1 and _goes_on(words, last):
            last += 1
        pieces = words.texts[first : last + 1]
        text = "".join(piece.rstrip(_HYPHENS) for piece in pieces[:-1]) + pieces[-1]
        spelled = "".join(piece.rstrip(_HIDDEN_HYPHENS) for piece in pieces[:-1]) + pieces[-1]
        yield JoinedWord(first, last, text, None if spelled == text else spelled)


def _goes_on(words: Words, index: int) -> bool:
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
    """Split a letter-spaced run into words at wider gaps. Without boxes, it is one word."""
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
    """Return whether its letters are all capitals, or small ones after the first. Letters from a table seldom are."""
    letters = "".join(filter(str.isalpha, part.text))
    return letters.isupper() or letters[1:].islower() or len(letters) == 1
