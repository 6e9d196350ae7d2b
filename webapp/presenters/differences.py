"""Which words of two pages differ: marked in both, so that a reader need not compare them by eye."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from archive.model.words import Words
from archive.text.folding import fold
from webapp.presenters.marking import Mark

MOST_COMPARED = 2000
"""Words of a page that are compared. A printed page has some 500. Where one word is repeated over and over, the time
grows with the square of their number."""

_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def differences(here: Words, there: Words) -> tuple[list[Mark], list[Mark]] | None:
    """The words of each page that the other does not have in this order; None if a page is too long to be compared.

    Script, case, diacritics and the punctuation around words make no difference, as in a search.
    """
    if max(len(here), len(there)) > MOST_COMPARED:
        return None
    ours, theirs = _keys(here), _keys(there)
    matcher = SequenceMatcher(None, list(ours.values()), list(theirs.values()), autojunk=False)
    our_indexes, their_indexes = list(ours), list(theirs)
    our_marks, their_marks = [], []
    for tag, first, end, other_first, other_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        if end > first:
            our_marks.append(_mark(our_indexes[first:end]))
        if other_end > other_first:
            their_marks.append(_mark(their_indexes[other_first:other_end]))
    return our_marks, their_marks


def _keys(words: Words) -> dict[int, str]:
    """What is compared of each word, by its index on the page. Words of nothing but punctuation are passed over."""
    keys = ((index, _EDGES.sub("", fold(text))) for index, text in enumerate(words.texts))
    return {index: key for index, key in keys if key}


def _mark(indexes: list[int]) -> Mark:
    return Mark(indexes[0], indexes[-1], anchor="")
