"""Comparison of two runs of words: equal, tolerated and different parts.

Words are first aligned by their keys (:func:`archive.comparing.tolerance.word_key`), by the method of Ratcliff and
Obershelp (:mod:`difflib`). Within unequal runs, words are paired at minimal cost: as look-alikes if OCR read one of the
two, as one word split in two, or as different words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from itertools import groupby

from archive.comparing.tolerance import Tolerated, are_one, ocr_key, reasons, word_key

MOST_CELLS = 10_000
"""Most pairs of words in an unequal run that is paired word by word: 100 by 100. A longer run counts as different as a
whole."""

_MOST_JOINED = 3
"""Most pieces of one word: "1 000 000", or a word hyphenated at the ends of two lines."""


class DifferenceKind(StrEnum):
    """The relation of two runs of words."""

    SAME = "same"
    TOLERATED = "tolerated"
    DIFFERENT = "different"


def percent(share: float) -> str:
    """Return ``97%``; rounded to 100% only if all is equal, and to 0% only if nothing is."""
    return f"{share:.0%}" if share in (0.0, 1.0) else f"{min(99, max(1, round(100 * share)))}%"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Corresponding words of both sides, as ranges of indices (end exclusive). ``tolerated`` are differences in print.
    For different words, one side may be empty."""

    kind: DifferenceKind
    first: tuple[int, int]
    other: tuple[int, int]
    tolerated: frozenset[Tolerated] = frozenset()


@dataclass(frozen=True)
class Comparison:
    """Two runs of words and the stretches that cover both."""

    words: tuple[str, ...]
    other_words: tuple[str, ...]
    stretches: tuple[Stretch, ...]

    @cached_property
    def agreement(self) -> float:
        """The share of the words of both that agree, tolerated differences included; 1.0 only if all do."""
        total = len(self.words) + len(self.other_words)
        differing = sum(
            (one.first[1] - one.first[0]) + (one.other[1] - one.other[0])
            for one in self.stretches
            if one.kind is DifferenceKind.DIFFERENT
        )
        return 1.0 - differing / total if total else 1.0

    def of_kind(self, kind: DifferenceKind) -> list[Stretch]:
        """Return the stretches of one kind."""
        return [stretch for stretch in self.stretches if stretch.kind is kind]

    def texts(self, stretch: Stretch) -> tuple[str, str]:
        """Return the texts of both sides of a stretch."""
        return " ".join(self.words[slice(*stretch.first)]), " ".join(self.other_words[slice(*stretch.other)])

    def tally(self) -> dict[Tolerated, int]:
        """Count the words of the first side with each tolerated difference, the most frequent first."""
        counts = {
            reason: sum(one.first[1] - one.first[0] for one in self.stretches if reason in one.tolerated)
            for reason in Tolerated
        }
        return dict(sorted(((reason, n) for reason, n in counts.items() if n), key=lambda pair: -pair[1]))


def compare_words(words: Sequence[str], others: Sequence[str], *, by_ocr: bool) -> Comparison:
    """Compare two runs of words. ``by_ocr``: OCR read any of the two, so that letters may be misread."""
    found = list(_stretches(words, others, by_ocr))
    return Comparison(tuple(words), tuple(others), tuple(_joined(found)))


def _stretches(words: Sequence[str], others: Sequence[str], by_ocr: bool) -> Iterator[Stretch]:
    keys, other_keys = list(map(word_key, words)), list(map(word_key, others))
    # Punctuation only would misalign words; it is compared after the words around it are aligned.
    ours, theirs = _worded(keys), _worded(other_keys)
    matcher = SequenceMatcher(None, [keys[at] for at in ours], [other_keys[at] for at in theirs], autojunk=False)
    at, other_at = 0, 0
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            here, there = ours[block.a + step], theirs[block.b + step]
            yield from _unequal(words, others, (at, here), (other_at, there), by_ocr)
            yield _pair(words, others, here, there)
            at, other_at = here + 1, there + 1
    yield from _unequal(words, others, (at, len(words)), (other_at, len(others)), by_ocr)


def _worded(keys: Sequence[str]) -> list[int]:
    return [at for at, key in enumerate(keys) if key]


def _pair(words: Sequence[str], others: Sequence[str], here: int, there: int) -> Stretch:
    place = (here, here + 1), (there, there + 1)
    if words[here] == others[there]:
        return Stretch(DifferenceKind.SAME, *place)
    return Stretch(DifferenceKind.TOLERATED, *place, reasons(words[here], others[there]))


def _unequal(
    words: Sequence[str], others: Sequence[str], first: tuple[int, int], other: tuple[int, int], by_ocr: bool
) -> Iterator[Stretch]:
    """Yield the stretches of an unequal run."""
    ours, theirs = words[slice(*first)], others[slice(*other)]
    if not ours and not theirs:
        return
    if not any(map(word_key, (*ours, *theirs))):
        is_same = list(ours) == list(theirs)
        kind, why = (
            (DifferenceKind.SAME, frozenset())
            if is_same
            else (DifferenceKind.TOLERATED, frozenset({Tolerated.PUNCTUATION}))
        )
        yield Stretch(kind, first, other, why)
    elif not ours or not theirs or len(ours) * len(theirs) > MOST_CELLS:
        yield Stretch(DifferenceKind.DIFFERENT, first, other)
    else:
        for step in _cheapest(ours, theirs, by_ocr):
            (begin, end), (other_begin, other_end) = step.first, step.other
            place = (first[0] + begin, first[0] + end), (other[0] + other_begin, other[0] + other_end)
            yield Stretch(step.kind, *place, step.tolerated)


def _cheapest(ours: Sequence[str], theirs: Sequence[str], by_ocr: bool) -> Iterator[Stretch]:
    """Yield the stretches of a run with the least number of different words."""
    best: dict[tuple[int, int], tuple[float, Stretch | None]] = {(len(ours), len(theirs)): (0.0, None)}
    for at in range(len(ours), -1, -1):
        for other in range(len(theirs), -1, -1):
            if (at, other) in best:
                continue
            steps = _steps(ours, theirs, at, other, by_ocr)
            best[at, other] = min(
                ((cost + best[step.first[1], step.other[1]][0], step) for cost, step in steps),
                key=lambda priced: priced[0],
            )
    place = (0, 0)
    while (step := best[place][1]) is not None:
        yield step
        place = step.first[1], step.other[1]


def _steps(
    ours: Sequence[str], theirs: Sequence[str], at: int, other: int, by_ocr: bool
) -> Iterator[tuple[float, Stretch]]:
    """Yield every step from a position in both runs, with its cost: a different word costs one, on each side."""
    if at < len(ours):
        yield _unpaired(ours[at], Stretch(DifferenceKind.DIFFERENT, (at, at + 1), (other, other)))
    if other < len(theirs):
        yield _unpaired(theirs[other], Stretch(DifferenceKind.DIFFERENT, (at, at), (other, other + 1)))
    if at == len(ours) or other == len(theirs):
        return
    one = (at, at + 1), (other, other + 1)
    if word_key(ours[at]) == word_key(theirs[other]):
        yield 0.0, _pair(ours, theirs, at, other)
    elif by_ocr and ocr_key(ours[at]) == ocr_key(theirs[other]):
        yield 0.1, Stretch(DifferenceKind.TOLERATED, *one, frozenset({Tolerated.LOOK_ALIKE}))
    else:
        yield 1.9, Stretch(DifferenceKind.DIFFERENT, *one)
    for count in range(2, _MOST_JOINED + 1):
        for mine, other_count in ((count, 1), (1, count)):
            first, second = ours[at : at + mine], theirs[other : other + other_count]
            if (len(first), len(second)) == (mine, other_count) and are_one(first, second):
                place = (at, at + mine), (other, other + other_count)
                yield 0.2, Stretch(DifferenceKind.TOLERATED, *place, _why_joined(first, second))


def _unpaired(word: str, stretch: Stretch) -> tuple[float, Stretch]:
    """Return a word without counterpart; punctuation is tolerated."""
    if word_key(word):
        return 1.0, stretch
    return 0.0, Stretch(DifferenceKind.TOLERATED, stretch.first, stretch.other, frozenset({Tolerated.PUNCTUATION}))


def _why_joined(some: Sequence[str], others: Sequence[str]) -> frozenset[Tolerated]:
    # The hyphen at a line's end belongs to the space after it.
    ours, theirs = ["".join(word.rstrip("-¬") for word in words) for words in (some, others)]
    return frozenset({Tolerated.SPACING}) | reasons(ours, theirs)


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Merge adjacent stretches of one kind with the same tolerated differences."""
    for _, run in groupby(stretches, key=lambda stretch: (stretch.kind, stretch.tolerated)):
        listed = list(run)
        begin, end = listed[0], listed[-1]
        place = (begin.first[0], end.first[1]), (begin.other[0], end.other[1])
        yield Stretch(begin.kind, *place, begin.tolerated)
