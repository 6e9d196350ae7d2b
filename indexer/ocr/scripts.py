"""Which way up a page is and which script it is in, found by reading two of its lines.

A model that knows the script of a line is sure of it (94 of 100 on average); one that does not, or that sees the line
upside down, is not (54 to 62). Reading a stretch of two lines with each model takes a third of the time of
Tesseract's own detection of orientation and script, works on a page with a single line, and lets the page then be
read with the models of one script: faster, and with no words lost to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Protocol

from PIL import Image

from archive.model.words import Break
from indexer.ocr.pages import Rectangle, Sheet, prepared, rows_of_text


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word without white space, where a model saw it on the image it was shown, and how sure it was (0..100)."""

    text: str
    rectangle: Rectangle
    confidence: int
    before: Break = Break.SPACE

    @property
    def letters(self) -> int:
        """How many of its characters are letters."""
        return sum(map(str.isalpha, self.text))


class Recognizer(Protocol):
    """One set of language models, at work on one image at a time."""

    def show(self, image: Image.Image, dpi: int, variables: Mapping[str, str]) -> None:
        """Take an image (mode ``L``) to look at from now on, with settings of the engine that hold for it."""

    def page(self) -> list[SeenWord]:
        """Lay the image out and read all of it, in reading order."""

    def line(self, rectangle: Rectangle) -> list[SeenWord]:
        """Read a part of the image that holds one line or less."""


def sureness(words: Iterable[SeenWord]) -> float:
    """Return the mean confidence of words, each weighted by its letters; 0 without letters."""
    letters = total = 0
    for word in words:
        letters += word.letters
        total += word.letters * word.confidence
    return total / letters if letters else 0.0


CYRILLIC, LATIN = "Cyrl", "Latn"

_CYRILLIC_MODELS = {"srp", "mkd", "bul", "rus", "ukr", "bel", "Cyrillic", "script/Cyrillic"}

_LINES, _MORE_LINES = 2, 6
_LETTERS = 12
_SURE = 80
"""A model this sure of lines of the page has the right script, and the page is the right way up."""

_SURE_OF_EACH = 75
"""It is this sure of each. Where two lines are in two scripts, the mean of both may reach 80."""

_ENOUGH = 4
"""Words of a stretch of which the outer ones may be left out."""

_UNSURE = 65
"""No model reaches this on lines of another script, or on lines that lie on their side or their head."""

UPRIGHT, LEFT, HEAD, RIGHT = range(4)


@dataclass(frozen=True, slots=True)
class Stance:
    """A page made upright and straight, its script (None if no line told), and how sure the model was of its lines."""

    sheet: Sheet
    script: str | None
    confidence: float


def models_by_script(languages: str) -> dict[str, str]:
    """Return Tesseract's models, joined by + as given, parted by script: srp+srp_latn+eng is Cyrl: srp, Latn:
    srp_latn+eng."""
    parted: dict[str, list[str]] = {}
    for model in languages.split("+"):
        parted.setdefault(CYRILLIC if model in _CYRILLIC_MODELS else LATIN, []).append(model)
    return {script: "+".join(models) for script, models in parted.items()}


def find_stance(image: Image.Image, dpi: int, recognizers: Mapping[str, Recognizer]) -> Stance:
    """Return how the page stands and which script it is in. A page that tells nothing is taken as upright."""
    best = Stance(prepared(image, UPRIGHT), None, 0.0)
    for turn in (UPRIGHT, HEAD, LEFT, RIGHT):
        sheet = best.sheet if turn == UPRIGHT else prepared(image, turn)
        stance = _look(sheet, dpi, recognizers)
        if stance.confidence >= _SURE:
            return stance
        if stance.script and stance.confidence > best.confidence:
            best = stance
    return best


def _look(sheet: Sheet, dpi: int, recognizers: Mapping[str, Recognizer]) -> Stance:
    """Return what a few lines say; where they leave doubt, some more are asked, and the script of most of them is
    told."""
    rows = list(islice(rows_of_text(sheet.image, dpi), _MORE_LINES))
    read: dict[str, list[Sequence[SeenWord]]] = {script: [] for script in recognizers}
    for batch in (rows[:_LINES], rows[_LINES:]):
        for script, recognizer in recognizers.items() if batch else ():
            recognizer.show(sheet.image, dpi, {})
            read[script] += [_whole(recognizer.line(row)) for row in batch]
            words = list(chain.from_iterable(read[script]))
            if _is_told(words, _SURE) and _is_best_of_each(read, script):
                return Stance(sheet, script, sureness(words))
    return _of_most(sheet, read)


def _is_best_of_each(read: Mapping[str, Sequence[Sequence[SeenWord]]], script: str) -> bool:
    """Return whether a script's model was sure of each of these lines, and no other one surer."""
    others = [lines for other, lines in read.items() if other != script]
    return all(
        sureness(line) >= max([_SURE_OF_EACH, *(sureness(lines[at]) for lines in others if at < len(lines))])
        for at, line in enumerate(read[script])
        if any(word.letters for word in line)
    )


def _of_most(sheet: Sheet, read: Mapping[str, Sequence[Sequence[SeenWord]]]) -> Stance:
    """Return the script in which most letters of these lines are surer than in the others."""
    won: dict[str, list[SeenWord]] = {script: [] for script in read}
    for readings in zip(*read.values(), strict=True):
        script, surest = max(zip(read, readings, strict=True), key=lambda reading: sureness(reading[1]))
        won[script] += surest
    likeliest = max(won, key=lambda script: sum(word.letters for word in won[script]))
    seen = list(chain.from_iterable(won.values()))
    return Stance(sheet, likeliest, sureness(seen)) if _is_told(seen, _UNSURE) else Stance(sheet, None, 0.0)


def _whole(words: Sequence[SeenWord]) -> Sequence[SeenWord]:
    """Return the words of a stretch of a line without the two at its ends, which may be cut."""
    return words[1:-1] if len(words) >= _ENOUGH else words


def _is_told(words: Sequence[SeenWord], least: float) -> bool:
    return sum(word.letters for word in words) >= _LETTERS and sureness(words) >= least
