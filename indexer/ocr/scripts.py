"""Detect orientation and script of a page by OCR of two of its lines.

A model of the right script reads a line with a mean confidence of 94 (of 100); one of another script, or on a line
upside down, with 54 to 62. Reading parts of two lines with each model takes a third of the time of Tesseract's own
orientation and script detection, works on pages with a single line, and lets the page be read with the models of one
script only, which is faster and more accurate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice
from typing import Protocol

from PIL import Image

from archive.model.words import Break
from indexer.ocr.pages import Rectangle, Sheet, prepared, rows_of_text


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word recognized by a model: its rectangle on the image, and the confidence (0..100)."""

    text: str
    rectangle: Rectangle
    confidence: int
    before: Break = Break.SPACE

    @property
    def letters(self) -> int:
        """The number of letters in it."""
        return sum(map(str.isalpha, self.text))


class Threshold(StrEnum):
    """How ink is told from paper: globally (Otsu) or locally (Sauvola); values of ``thresholding_method``."""

    OTSU = "0"
    SAUVOLA = "2"


class Recognizer(Protocol):
    """A set of language models, which works on one image at a time."""

    def show(self, image: Image.Image, dpi: int, threshold: Threshold) -> None:
        """Set the image (mode ``L``) to read, and how."""

    def page(self) -> list[SeenWord]:
        """Analyse the layout and return all words, in reading order."""

    def line(self, rectangle: Rectangle) -> list[SeenWord]:
        """Return the words of a part of the image that is at most one line."""


def sureness(words: Iterable[SeenWord]) -> float:
    """Return the mean confidence of words, weighted by their letters; 0 without letters."""
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
"""Minimum confidence on sampled lines of a model with the right script, on an upright page."""

_SURE_OF_EACH = 75
"""The same for each single line; the mean may reach 80 although the lines are in different scripts."""

_ENOUGH = 4
"""Minimum number of words in a part of a line from which the outer ones are dropped."""

_UNSURE = 65
"""No model reaches this confidence on lines of another script, or rotated lines."""

UPRIGHT, LEFT, HEAD, RIGHT = range(4)


@dataclass(frozen=True, slots=True)
class Stance:
    """A page rotated upright and deskewed, its script (None if unknown), and the confidence on its lines."""

    sheet: Sheet
    script: str | None
    confidence: float


def models_by_script(languages: str) -> dict[str, str]:
    """Return Tesseract's models by script, joined by +: srp+srp_latn+eng is Cyrl: srp, Latn: srp_latn+eng."""
    parted: dict[str, list[str]] = {}
    for model in languages.split("+"):
        parted.setdefault(CYRILLIC if model in _CYRILLIC_MODELS else LATIN, []).append(model)
    return {script: "+".join(models) for script, models in parted.items()}


def find_stance(image: Image.Image, dpi: int, recognizers: Mapping[str, Recognizer]) -> Stance:
    """Return orientation and script of the page; upright if they cannot be determined."""
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
    """Return the result of two lines or, if they are inconclusive, of six, with the script of most of them."""
    rows = list(islice(rows_of_text(sheet.image, dpi), _MORE_LINES))
    lines: dict[str, list[Sequence[SeenWord]]] = {script: [] for script in recognizers}

    def read(script: str, count: int) -> Iterator[Sequence[SeenWord]]:
        """Yield the first lines, read when they are asked for."""
        yield from lines[script][:count]
        for row in rows[len(lines[script]) : count]:
            recognizers[script].show(sheet.image, dpi, Threshold.OTSU)
            lines[script].append(_inner_words(recognizers[script].line(row)))
            yield lines[script][-1]

    for count in sorted({min(_LINES, len(rows)), len(rows)}):
        for script in recognizers:
            others = [seen for other, seen in lines.items() if other != script]
            is_best = _is_best_of_each(read(script, count), others)
            words = list(chain.from_iterable(lines[script]))
            if is_best and _is_decided(words, _SURE):
                return Stance(sheet, script, sureness(words))
    return _of_most(sheet, {script: list(read(script, len(rows))) for script in recognizers})


def _is_best_of_each(read: Iterable[Sequence[SeenWord]], others: Sequence[Sequence[Sequence[SeenWord]]]) -> bool:
    """Return whether a model was confident on each line, and no other that read it more; reads on only while it was."""
    return all(
        sureness(line) >= max([_SURE_OF_EACH, *(sureness(lines[at]) for lines in others if at < len(lines))])
        for at, line in enumerate(read)
        if any(word.letters for word in line)
    )


def _of_most(sheet: Sheet, read: Mapping[str, Sequence[Sequence[SeenWord]]]) -> Stance:
    """Return the script of the model that was the most confident for most letters."""
    won: dict[str, list[SeenWord]] = {script: [] for script in read}
    for readings in zip(*read.values(), strict=True):
        script, surest = max(zip(read, readings, strict=True), key=lambda reading: sureness(reading[1]))
        won[script] += surest
    likeliest = max(won, key=lambda script: sum(word.letters for word in won[script]))
    seen = list(chain.from_iterable(won.values()))
    return Stance(sheet, likeliest, sureness(seen)) if _is_decided(seen, _UNSURE) else Stance(sheet, None, 0.0)


def _inner_words(words: Sequence[SeenWord]) -> Sequence[SeenWord]:
    """Return the words of a part of a line without the outer two, which may be cut."""
    return words[1:-1] if len(words) >= _ENOUGH else words


def _is_decided(words: Sequence[SeenWord], least: float) -> bool:
    return sum(word.letters for word in words) >= _LETTERS and sureness(words) >= least
