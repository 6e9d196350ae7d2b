"""Finding a quotation among the words of a page.

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


def _letters(word: str) -> str:
    return _OTHER.sub("", fold(word))


def places_of(quote: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where ``quote`` stands among ``words``: first and last word of each place, ascending, never overlapping.

    A quotation without any letter or digit stands nowhere.
    """
    wanted = "".join(map(_letters, quote.split()))
    if not wanted:
        return
    # Words of mere punctuation have no letters, so they neither begin nor end a place.
    lettered = [(at, letters) for at, word in enumerate(words) if (letters := _letters(word))]
    ends = list(accumulate(len(letters) for _, letters in lettered))
    by_start = {end - len(letters): at for end, (at, letters) in zip(ends, lettered, strict=True)}
    by_end = {end: at for end, (at, _) in zip(ends, lettered, strict=True)}
    text = "".join(letters for _, letters in lettered)
    found = text.find(wanted)
    while found >= 0:
        end = found + len(wanted)
        is_whole = found in by_start and end in by_end
        if is_whole:
            yield by_start[found], by_end[end]
        found = text.find(wanted, end if is_whole else found + 1)
