"""Aligning two runs of words, the same print read twice: where in one the words of the other stand.

Equal words are paired first (Ratcliff and Obershelp, :mod:`difflib`); where a run of words was read otherwise, its
letters say at which word of the other run each of its words begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from archive.text.quoting import letters

SPELLED = 24
"""Words that are compared letter by letter; longer runs are compared word by word. In a run of unequal words that is
longer, nothing stands where it stood, and a boundary in it is put in proportion."""


class Alignment:
    """Of two runs of words, folded. Words of mere punctuation count with all their characters."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._old, self._new = ([letters(word) or word for word in words] for words in (old, new))
        self._changes = SequenceMatcher(None, self._old, self._new, autojunk=False).get_opcodes()

    def place(self, first: int, last: int) -> tuple[int, int] | None:
        """Where words ``first`` to ``last`` of the old run stand in the new one; None if they are gone."""
        begin, end = self._boundary(first), self._boundary(last + 1, ends=True)
        return (begin, end - 1) if begin < end else None

    def _boundary(self, at: int, *, ends: bool = False) -> int:
        """How many words of the new run stand before boundary ``at`` of the old one, the number of words before it.

        What was put in at a boundary belongs to neither side of it.
        """
        _, old_begin, old_end, new_begin, new_end = next(
            change for change in self._changes if change[1] <= at - ends < change[2]
        )
        old, new = self._old[old_begin:old_end], self._new[new_begin:new_end]
        return new_begin + (at - old_begin if old == new else _split(old, new, at - old_begin))


def _split(old: Sequence[str], new: Sequence[str], at: int) -> int:
    """How many words of ``new`` go with the first ``at`` words of ``old``, by their letters.

    At its edges, a run may have words in ``new`` that stand for none of ``old``: they are left out.
    """
    share = at * len(new) / len(old)
    if max(len(old), len(new)) > SPELLED:
        return round(share)

    def fit(cut: int) -> tuple[float, float]:
        if at == 0:
            alike = similarity("".join(old), "".join(new[cut:]))
        elif at == len(old):
            alike = similarity("".join(old), "".join(new[:cut]))
        else:
            alike = _shared(old[:at], new[:cut]) + _shared(old[at:], new[cut:])
        return alike, -abs(cut - share)

    return max(range(len(new) + 1), key=fit)


def _shared(some: Sequence[str], others: Sequence[str]) -> int:
    blocks = SequenceMatcher(None, "".join(some), "".join(others), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def similarity(some: str, others: str) -> float:
    """How alike two texts are, 0..1: twice the characters they share, over the characters of both."""
    return SequenceMatcher(None, some, others, autojunk=False).ratio()


def likeness(some: Sequence[str], others: Sequence[str]) -> float:
    """How alike two runs of words are, 0..1, by their letters or, where they are long, by their words."""
    ours, theirs = list(map(letters, some)), list(map(letters, others))
    if max(len(ours), len(theirs)) <= SPELLED:
        return similarity("".join(ours), "".join(theirs))
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio()
