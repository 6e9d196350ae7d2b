"""Reread doubtful words with the models of the other script.

Latin brands and names occur on Cyrillic pages ("Terracottem", "d.o.o.", "60 km/h", "34-3100/2016-II"), and whole lines
of one script on pages of the other; a model transcribes them in its own letters ("бокгућ", "jaBHe"). Such words have a
low confidence or an unlikely shape (:mod:`.shapes`). The models of the other script read the same part of the line, and
for every word the better reading is chosen, taking its neighbours into account. Words are never altered: each is the
output of one of the models.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from archive.model.words import Break
from indexer.ocr.pages import Rectangle
from indexer.ocr.scripts import CYRILLIC, LATIN, Recognizer, SeenWord, sureness
from indexer.ocr.shapes import is_address, is_known, oddities, otherness, tells_script

DOUBTFUL = 88
"""Confidence below which a word is reread. Above 90, 99 of 100 words are right; between 60 and 80, 56."""

_NEARLY_DOUBTFUL = 92
"""Confidence below which a neighbour of a doubtful word is reread with it, for more context."""

_SURE = 95
"""Confidence from which no word is doubted.

Of 152 Latin words misread by the Cyrillic model at 88 and more, 3 had more.
"""

_OTHER, _ALONG = 0.5, -1.0
"""Minimum :func:`.shapes.otherness` of a doubtful unknown word, and of a neighbour that is reread with one."""

_SHORT = 3
"""Maximum length of a word whose script is decided by its neighbours."""

_GOOD = 70
_CLEARLY_BETTER, _MUCH_BETTER = 12, 20
_FAIR = 50
"""Minimum confidence of Roman numerals, its minimum gain (higher for a known word), and that of any other rereading."""

_LONG = 5
"""Minimum length of a Cyrillic word that is accepted on its own: short Latin words often resemble Cyrillic ones."""

_SWITCH = 1.0
"""Penalty in log odds for two adjacent words in different scripts."""

_UNASKED, _TELLS_NOTHING = -2.0, -0.1
"""Log odds of a word with low confidence in the other model, and the maximum for an inconclusive word.

A word is inconclusive if it has few letters or shapes of both scripts, or is in no word list while the first model was
more confident or read a known word.
"""

_PADDING = 6

_ONLY_NUMERAL = re.compile(r"^[IVX]{2,}$")
_NUMERAL = re.compile(r"^[^A-Za-z]*[IVXLC]+[^A-Za-z]*$")


@dataclass(frozen=True, slots=True)
class _Pair:
    """The words of both models in one place: indices of the page's words, the rereading, and its log odds."""

    indices: list[int]
    rereading: list[SeenWord]
    odds: float


def second_look(words: Sequence[SeenWord], script: str, other: Recognizer) -> list[SeenWord]:
    """Return the words of a page in ``script``, replaced where the models of the other one read them better."""
    better: dict[int, list[SeenWord]] = {}
    for run in _doubtful_runs(words, script):
        seen = [word for word in other.line(_around(words[index] for index in run)) if word.text]
        begins = not run[0] or words[run[0]].before is not Break.SPACE
        ends = run[-1] + 1 == len(words) or words[run[-1] + 1].before is not Break.SPACE
        pairs = [_weighed(*pair, words, script) for pair in _pairs(run, words, seen)]
        chosen = _chosen(pairs, 0.0 if begins else _SWITCH, 0.0 if ends else _SWITCH)
        for stretch in _together(pairs, chosen):
            first, last = stretch[0].indices[0], stretch[-1].indices[-1]
            taken = seen[seen.index(stretch[0].rereading[0]) : seen.index(stretch[-1].rereading[-1]) + 1]
            better |= {index: [] for index in range(first, last + 1)}
            better[first] = [
                replace(word, before=Break.SPACE if number else words[first].before)
                for number, word in enumerate(taken)
            ]
    return [new for index, word in enumerate(words) for new in better.get(index, [word])]


def _doubtful_runs(words: Sequence[SeenWord], script: str) -> Iterator[list[int]]:
    """Yield the indices of adjacent words on one line that are to be reread."""
    line = 0
    lines = []
    for word in words:
        line += word.before is not Break.SPACE
        lines.append(line)
    doubtful = [is_doubtful(word, script) for word in words]
    nearly = [
        word.confidence < _NEARLY_DOUBTFUL
        or (word.confidence < _SURE and otherness(word.text, script) >= _ALONG)
        or doubts
        for word, doubts in zip(words, doubtful, strict=True)
    ]
    for at in range(1, len(words) - 1):
        between = lines[at - 1] == lines[at + 1] and doubtful[at - 1] and doubtful[at + 1]
        nearly[at] |= between and words[at].letters <= _SHORT
    for (_, is_nearly), indices in groupby(range(len(words)), key=lambda index: (lines[index], nearly[index])):
        run = list(indices)
        if is_nearly and any(doubtful[index] for index in run):
            yield run


def is_doubtful(word: SeenWord, script: str) -> bool:
    """Return whether a word has a low confidence, or is a likely misreading of the other script."""
    return word.confidence < DOUBTFUL or (
        word.confidence < _SURE
        and word.letters > 1
        and otherness(word.text, script) > _OTHER
        and not is_known(word.text)
    )


def _around(words: Iterator[SeenWord]) -> Rectangle:
    x0, y0, x1, y1 = zip(*(word.rectangle for word in words), strict=True)
    return min(x0) - _PADDING, min(y0) - _PADDING, max(x1) + _PADDING, max(y1) + _PADDING


def _pairs(
    run: Sequence[int], words: Sequence[SeenWord], seen: Sequence[SeenWord]
) -> Iterator[tuple[list[int], list[SeenWord]]]:
    """Yield the smallest groups of overlapping words of both readings, which may split words differently."""
    left, right = list(run), list(seen)
    while left and right:
        indices, rereading = [left.pop(0)], [right.pop(0)]
        while True:
            if left and _share(words[left[0]], rereading[-1]):
                indices.append(left.pop(0))
            elif right and _share(words[indices[-1]], right[0]):
                rereading.append(right.pop(0))
            else:
                break
        if _share(words[indices[0]], rereading[0]) or _share(words[indices[-1]], rereading[-1]):
            yield indices, rereading
        elif words[indices[-1]].rectangle[0] < rereading[-1].rectangle[0]:
            right[:0] = rereading
        else:
            left[:0] = indices


def _share(one: SeenWord, two: SeenWord) -> bool:
    """Return whether two words overlap by half of the width of the narrower one."""
    a0, _, a1, _ = one.rectangle
    b0, _, b1, _ = two.rectangle
    return 2 * (min(a1, b1) - max(a0, b0)) > min(a1 - a0, b1 - b0)


def _weighed(indices: list[int], rereading: list[SeenWord], words: Sequence[SeenWord], script: str) -> _Pair:
    """Return a pair with the log odds that its rereading is right.

    The weights are those of a logistic regression on 1,608 doubtful words of 36 synthetic pages, rounded.
    """
    text = " ".join(words[index].text for index in indices)
    again = " ".join(word.text for word in rereading)
    sure, was = sureness(rereading), _sure([words[index] for index in indices])
    letters = sum(map(str.isalpha, again))
    if is_address(again) and not is_address(text):
        return _Pair(indices, rereading, 9.0 if sure > was else _UNASKED)
    if _is_numeral(text, again):
        least = _MUCH_BETTER if is_known(text) else _CLEARLY_BETTER
        return _Pair(indices, rereading, 9.0 if sure >= _GOOD and sure - was >= least else _UNASKED)
    if not letters or sure < _FAIR:
        return _Pair(indices, rereading, _UNASKED if any(map(str.isalpha, text + again)) else 0.0)
    new_script = LATIN if script == CYRILLIC else CYRILLIC
    odds = (
        0.8 * otherness(text, script) - 1.1 * otherness(again, new_script)
        + min(2, oddities(text)) - 1.5 * min(2, oddities(again))
        + 0.09 * sure - 0.06 * was
        + 1.5 * is_known(again) - 2.0 * is_known(text)
        + 0.5 * (not any(map(str.isalpha, text)))
        + (0.5 if script == LATIN else -2.5)
    )  # fmt: skip
    too_short = _LONG if new_script == CYRILLIC else _SHORT + 1 if is_known(text) else 2
    worse = not is_known(again) and (is_known(text) or sure < was)
    if not tells_script(again) or letters < too_short or worse:
        odds = min(odds, _TELLS_NOTHING)
    return _Pair(indices, rereading, odds)


def _chosen(pairs: Sequence[_Pair], into: float, out: float) -> list[_Pair]:
    """Return the pairs of a run whose rereading is taken: the most likely assignment of words to scripts.

    The text before and after is in the script of the page, so beginning (``into``) or ending (``out``) in the other one
    has a penalty.
    """
    stay, change = (0.0, list[_Pair]()), (-into, list[_Pair]())
    for pair in pairs:
        kept = max(stay, (change[0] - _SWITCH, change[1]), key=lambda way: way[0])
        left = max(change, (stay[0] - _SWITCH, stay[1]), key=lambda way: way[0])
        stay, change = kept, (left[0] + pair.odds, [*left[1], pair])
    return max(stay, (change[0] - out, change[1]), key=lambda way: way[0])[1]


def _together(pairs: Sequence[_Pair], chosen: Sequence[_Pair]) -> Iterator[list[_Pair]]:
    """Yield runs of adjacent chosen pairs; rereadings without letters are not taken."""
    taken = {id(pair) for pair in chosen if any(word.letters for word in pair.rereading)}
    for is_taken, stretch in groupby(pairs, key=lambda pair: id(pair) in taken):
        if is_taken:
            yield list(stretch)


def _sure(words: Sequence[SeenWord]) -> float:
    return sureness(words) or sum(word.confidence for word in words) / len(words)


def _is_numeral(text: str, again: str) -> bool:
    """Return whether it is a Roman numeral, which Cyrillic models misread: 2016-1! is 2016-II, хи is XII."""
    shape = _NUMERAL if sum(map(str.isalpha, text)) <= 1 else _ONLY_NUMERAL
    return shape.match(again) is not None
