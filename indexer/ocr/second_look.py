"""A second look with the models of the other script: at words a model was not sure of, and at pages without sense.

Latin brands and names stand inside Cyrillic pages ("Terracottem", "d.o.o.", "60 km/h", "34-3100/2016-II"), and a model
of one script writes them in its own letters ("бокгућ"), but it is not sure of them. The other script's model reads the
same place, and the better reading is taken. It is never a correction: every word stays as one of the models saw it.

The model of one script may also take a whole page of the other for its own, letter by letter of the same shape, and be
sure of it. The word lists know better, since no language has such words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from archive.errors import Message
from archive.model.words import Break
from archive.text.folding import script_of
from indexer.layers.known_words import SERBIAN, is_word
from indexer.layers.plausibility import MIN_JUDGED, Plausibility, judge
from indexer.ocr.pages import Rectangle
from indexer.ocr.scripts import CYRILLIC, LATIN, Recognizer, SeenWord, sureness

DOUBTFUL = 88
"""Below this a word is looked at again. Of words above 90, 99 of 100 are right; of those between 60 and 80, 56."""

_NEARLY_DOUBTFUL = 92
"""Below this a word beside a doubtful one is looked at with it, because a model reads a stretch better than a word."""

_CLEARLY_BETTER = 12
_MUCH_BETTER = 35
_GOOD = 70
_FAIR = 50
"""Points of confidence by which the other reading must lead, and the least it must have (less where it leads by much).
Chosen by looking at what both models made of the doubtful words of 10 real scans and 7 rendered pages."""

_LONG = 5
_PADDING = 6

_ODD = re.compile(r"[^\W\d_][\d!|]+[^\W\d_]|^\W*\d+[^\W\d_a-z]*[a-zа-яђјљњћџ]|[a-zčćšđžа-яђјљњћџ][A-ZČĆŠĐŽА-ЯЂЈЉЊЋЏ]")
"""What letters of the other script look like when they are taken for one's own: Ja6yke, HoBor, 3a, роз!ојесе."""

_FREE = re.compile(r"^\W*\d+(km|kg|mm|cm|kW|kV|m|g|l)\b|\S*(://|www\.|@)\S*", re.IGNORECASE)
"""What may look odd: quantities with their unit, addresses."""
_ADDRESS = re.compile(r"^\W*(?:https?://|w{3,5}\.)[\w-]+\.[a-z]|[\w.-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE | re.ASCII)
"""Addresses of web pages and mailboxes: always Latin, and a shape that no misread Cyrillic takes by chance."""
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SHARED_SHAPES = frozenset("aeopcyxjABEKMHOPCTXYJаеорсухјАВЕКМНОРСТХУЈ")
_NUMERAL = re.compile(r"^[^A-Za-z]*[IVXLC]+[^A-Za-z]*$")


def second_look(words: Sequence[SeenWord], other: Recognizer) -> list[SeenWord]:
    """The words of a page, those that the models of the other script read better replaced by that reading."""
    better: dict[int, list[SeenWord]] = {}
    for run in _doubtful_runs(words):
        seen = [word for word in other.line(_around(words[index] for index in run)) if word.text]
        for indices, rereading in _pairs(run, words, seen):
            if _is_better([words[index] for index in indices], rereading):
                better |= {index: [] for index in indices}
                first = words[indices[0]].before
                better[indices[0]] = [
                    replace(word, before=Break.SPACE if number else first) for number, word in enumerate(rereading)
                ]
    return [new for index, word in enumerate(words) for new in better.get(index, [word])]


def _doubtful_runs(words: Sequence[SeenWord]) -> Iterator[list[int]]:
    """Indices of neighbours on one line that are worth a second look."""
    line = 0
    keys = []
    for word in words:
        line += word.before is not Break.SPACE
        keys.append((line, word.confidence < _NEARLY_DOUBTFUL))
    for (_, nearly), indices in groupby(range(len(words)), key=lambda index: keys[index]):
        run = list(indices)
        if nearly and any(words[index].confidence < DOUBTFUL for index in run):
            yield run


def _around(words: Iterator[SeenWord]) -> Rectangle:
    x0, y0, x1, y1 = zip(*(word.rectangle for word in words), strict=True)
    return min(x0) - _PADDING, min(y0) - _PADDING, max(x1) + _PADDING, max(y1) + _PADDING


def _pairs(
    run: Sequence[int], words: Sequence[SeenWord], seen: Sequence[SeenWord]
) -> Iterator[tuple[list[int], list[SeenWord]]]:
    """The smallest groups of words of both readings that stand in the same place; they may part words differently."""
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
    """Whether two words overlap by half of the narrower one's width."""
    a0, _, a1, _ = one.rectangle
    b0, _, b1, _ = two.rectangle
    return 2 * (min(a1, b1) - max(a0, b0)) > min(a1 - a0, b1 - b0)


def _is_better(words: Sequence[SeenWord], rereading: Sequence[SeenWord]) -> bool:
    """Whether the other script's reading is to be taken: it is surer, and looks like words."""
    text, again = " ".join(word.text for word in words), " ".join(word.text for word in rereading)
    letters = sum(map(str.isalpha, again))
    sure, gain = sureness(rereading), sureness(rereading) - _sure(words)
    if _ADDRESS.search(again) and not _ADDRESS.search(text):
        return gain > 0
    if _is_numeral(text, again):
        return sure >= _GOOD and gain >= _CLEARLY_BETTER
    oddities = _oddities(again)
    good = sure >= (_FAIR if gain >= _MUCH_BETTER else _GOOD)
    if letters < 2 or not good or oddities > 1 or (oddities and gain < _MUCH_BETTER) or not tells_script(again):
        return False
    if script_of(again) == "Cyrl" and letters < _LONG:
        return False  # Short Latin words look like Cyrillic ones more often than Cyrillic words stand in Latin pages.
    if _is_known(text) or script_of(again) == "Cyrl":
        return _is_known(again) and gain >= (_MUCH_BETTER if _is_known(text) else _CLEARLY_BETTER)
    return gain >= (0 if _is_known(again) or _oddities(text) else _CLEARLY_BETTER)


def _sure(words: Sequence[SeenWord]) -> float:
    return sureness(words) or sum(word.confidence for word in words) / len(words)


def _is_numeral(text: str, again: str) -> bool:
    """Roman numerals, which Cyrillic models write as 1, ! or П: 2016-1! is 2016-II."""
    return bool(_NUMERAL.match(again)) and sum(map(str.isalpha, text)) <= 1


def tells_script(text: str) -> bool:
    """Whether some letter has a shape that only one script has. The rest is as well read in the script of the page."""
    return any(letter.isalpha() and letter not in _SHARED_SHAPES for letter in text)


def _oddities(text: str) -> int:
    """How often a text looks misread. Once may be a name (ZorKam), twice is not."""
    return len(_ODD.findall(_FREE.sub("", text)))


def _is_known(text: str) -> bool:
    """Whether a text holds words, and all of them (of two letters and more) are Serbian."""
    words = _LETTERS.findall(text)
    return bool(words) and all(is_word(word, SERBIAN) for word in words)


NAMES = {CYRILLIC: "Cyrillic", LATIN: "Latin"}

_SENSIBLE = 0.5
"""The share of known words from which a page is not read again. Good scans of Serbian and English have over 80 %,
Albanian ones about half, because its list is short."""

_SENSIBLE_IF_SHORT = 0.9
"""The same of pages with fewer than MIN_JUDGED letters, whose share says less, and which are soon read again."""

_CLEARLY_MORE = 0.15
"""By how much the share must grow for another script to be taken."""

_NONSENSE = 0.4
"""The share below which a page carries a warning: no honest text layer of the corpus has so few known words."""

_FEWEST_LETTERS = 8


@dataclass(frozen=True, slots=True)
class ScriptReading:
    """The words of a page as the models of one script saw them; of all scripts, if it is None."""

    script: str | None
    words: Sequence[SeenWord]


@dataclass(frozen=True, slots=True)
class Sensible:
    """The reading that was taken; what is to be said of one that was not, and a warning where none makes sense."""

    script: str | None
    words: Sequence[SeenWord]
    instead_of: str | None = None
    warning: str | None = None


def sensible(readings: Iterable[ScriptReading]) -> Sensible:
    """The first reading if it makes sense, or the one of all that makes clearly more. Later ones are asked for only
    where the first does not."""
    first, best, more = None, None, _CLEARLY_MORE
    for reading in readings:
        judged = reading, judge(word.text for word in reading.words)
        if first is None or best is None:
            first = best = judged
            is_of_other = _is_of_other_script(reading)
            more = 0.0 if is_of_other else _CLEARLY_MORE
            if _is_sensible(judged[1]) and not is_of_other:
                break
        elif judged[1].sense >= best[1].sense + more and judged[1].telling >= _FEWEST_LETTERS:
            best = judged
    if first is None or best is None:
        return Sensible(None, ())
    (reading, sense), (other, less) = best, first
    instead_of = None
    if best is not first:
        instead_of = Message(
            "Read as %(our_script)s, it would have %(fewer)s known words; now it has %(more)s."
            if other.script
            else "Read in all languages together, it would have %(fewer)s known words; now it has %(more)s.",
            our_script=NAMES[other.script] if other.script else "",
            fewer=f"{less.sense:.0%}",
            more=f"{sense.sense:.0%}",
        )
    return Sensible(reading.script, reading.words, instead_of, _warning(sense))


def _is_of_other_script(reading: ScriptReading) -> bool:
    """Whether the second look put most of the words that tell a script into another one than that of the page."""
    told = Counter(script_of(word.text) for word in reading.words if tells_script(word.text))
    return reading.script is not None and 2 * told[reading.script] < told.total()


def _is_sensible(sense: Plausibility) -> bool:
    """Whether there is nothing to doubt, or too little to tell."""
    return sense.telling < _FEWEST_LETTERS or sense.sense >= (
        _SENSIBLE if sense.telling >= MIN_JUDGED else _SENSIBLE_IF_SHORT
    )


def _warning(sense: Plausibility) -> str | None:
    if sense.telling < MIN_JUDGED or sense.sense >= _NONSENSE:
        return None
    return Message(
        "What OCR read makes no sense in either script: %(share)s of it is in unknown words.",
        share=f"{1 - sense.sense:.0%}",
    )
