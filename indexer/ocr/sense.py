"""Check by the word lists whether an OCR result makes sense, and in which script it makes the most.

The model of one script may misread a whole page of the other in letters of similar shape, with high confidence. The
word lists detect it, and so do the letters (:mod:`.shapes`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.errors import Message
from archive.text.folding import script_of
from indexer.layers.plausibility import MIN_JUDGED, Plausibility, judge
from indexer.ocr.scripts import CYRILLIC, LATIN, SeenWord
from indexer.ocr.second_look import is_doubtful
from indexer.ocr.shapes import otherness, tells_script

NAMES = {CYRILLIC: "Cyrillic", LATIN: "Latin"}

_SENSIBLE = 0.5
"""Minimum share of known words of a page that is not reread.

Good scans of Serbian and English have over 80 %, Albanian ones about half, because its list is short.
"""

_SENSIBLE_IF_SHORT = 0.9
"""The same for pages with fewer than MIN_JUDGED letters, whose share is less reliable, and which are reread fast."""

_CLEARLY_MORE = 0.15
"""Minimum gain in this share for a result in another script to be chosen."""

_NONSENSE = 0.4
"""Share below which a page gets a warning: no good text layer of the corpus has so few known words."""

_FEWEST_LETTERS = 8


@dataclass(frozen=True, slots=True)
class ScriptReading:
    """The words of a page as read by the models of one script; by all models if ``script`` is None."""

    script: str | None
    words: Sequence[SeenWord]


@dataclass(frozen=True, slots=True)
class Sensible:
    """The result that was chosen.

    ``instead_of`` describes a result that was rejected, ``warning`` says that none makes sense, ``sense`` is the share
    of known words (0..1).
    """

    script: str | None
    words: Sequence[SeenWord]
    instead_of: str | None = None
    warning: str | None = None
    sense: float = 1.0


def sensible(readings: Iterable[ScriptReading]) -> Sensible:
    """Return the first result if it makes sense, else the best of all if it is clearly better.

    Later results are requested only if the first makes no sense.
    """
    first, best, more = None, None, _CLEARLY_MORE
    for reading in readings:
        judged = reading, judge(word.text for word in reading.words)
        if first is None or best is None:
            first = best = judged
            is_of_other = _is_of_other_script(reading) or is_misread(reading.words, reading.script)
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
    warning = _warning(sense, reading)
    return Sensible(reading.script, reading.words, instead_of, warning, sense.sense if warning else 1.0)


def is_misread(words: Sequence[SeenWord], script: str | None) -> bool:
    """Return whether most letters of a page are in words that are likely misreadings of the other script."""
    if script is None:
        return False
    doubtful = sum(word.letters for word in words if is_doubtful(word, script) and otherness(word.text, script) > 0)
    return 2 * doubtful > sum(word.letters for word in words)


def _is_of_other_script(reading: ScriptReading) -> bool:
    """Return whether rereading assigned most words with a distinct script to another one than that of the page."""
    told = Counter(script_of(word.text) for word in reading.words if tells_script(word.text))
    return reading.script is not None and 2 * told[reading.script] < told.total()


def _is_sensible(sense: Plausibility) -> bool:
    """Return whether the share of known words is high enough, or there are too few letters to decide."""
    return sense.telling < _FEWEST_LETTERS or sense.sense >= (
        _SENSIBLE if sense.telling >= MIN_JUDGED else _SENSIBLE_IF_SHORT
    )


def _warning(sense: Plausibility, reading: ScriptReading) -> str | None:
    if sense.telling < MIN_JUDGED or not (sense.sense < _NONSENSE or is_misread(reading.words, reading.script)):
        return None
    return Message(
        "What OCR read makes no sense in either script: %(share)s of it is in unknown words.",
        share=f"{1 - sense.sense:.0%}",
    )
