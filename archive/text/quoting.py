"""Finding a quotation among words.

Letters and digits are compared folded and run together, so neither script, case, diacritics and punctuation nor the way
a word was cut (``d.o.o.``, a hyphen at a line's end) keeps a quotation from being found. It begins and ends with whole
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from archive.text.folding import fold

_OTHER = re.compile(r"[\W_]+")


def letters(word: str) -> str:
    """The letters and digits of a word, folded: all that is compared of it."""
    return _OTHER.sub("", fold(word))


class Lettered:
    """Words prepared for several quotations to be looked for among them."""

    def __init__(self, words: Sequence[str]) -> None:
        # Words of mere punctuation have no letters, so they neither begin nor end a place.
        lettered = [(at, of_word) for at, word in enumerate(words) if (of_word := letters(word))]
        ends = list(accumulate(len(of_word) for _, of_word in lettered))
        self._by_start = {end - len(of_word): at for end, (at, of_word) in zip(ends, lettered, strict=True)}
        self._by_end = {end: at for end, (at, _) in zip(ends, lettered, strict=True)}
        self._text = "".join(of_word for _, of_word in lettered)

    def places(self, quote: str) -> Iterator[tuple[int, int]]:
        """As :func:`places_of`."""
        wanted = "".join(map(letters, quote.split()))
        if not wanted:
            return
        found = self._text.find(wanted)
        while found >= 0:
            end = found + len(wanted)
            is_whole = found in self._by_start and end in self._by_end
            if is_whole:
                yield self._by_start[found], self._by_end[end]
            found = self._text.find(wanted, end if is_whole else found + 1)


def places_of(quote: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where ``quote`` stands among ``words``: first and last word of each place, ascending, never overlapping.

    A quotation without any letter or digit stands nowhere.
    """
    return Lettered(words).places(quote)
