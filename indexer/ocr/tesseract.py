"""Tesseract through ``tesserocr``: models are loaded once per process, and a page is read in these steps.

1. Noise is filtered if there is much of it, the page is rotated upright and deskewed (:mod:`.pages`).
2. Its script is detected from two of its lines (:mod:`.scripts`), and it is read with the models of that script.
3. Words with a low confidence, or with a likely misread shape (:mod:`.shapes`), are reread with the models of the other
   script (:mod:`.second_look`).
4. If the page makes no sense by the word lists, it is reread as a whole in the other script, and the better result is
   used (:mod:`.sense`). A model of the wrong script may have a high confidence for every word.
5. Table rules read as | and _ and specks read as punctuation are dropped. A word with a letter or a digit is always
   kept, whatever its confidence.

The resolution is always set; without it the error rate rises from 0.7 to 8 %.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image
from tesserocr import OEM, PSM, RIL, PyTessBaseAPI, iterate_level, tesseract_version

from archive.errors import Message, sentences
from archive.model.words import Break, Word, Words
from archive.text.folding import script_of
from indexer.ocr.engine import OcrFailed, OcrResult
from indexer.ocr.pages import Rectangle, has_uneven_ground, without_grain
from indexer.ocr.scripts import SeenWord, Stance, Threshold, find_stance, models_by_script
from indexer.ocr.second_look import second_look
from indexer.ocr.sense import NAMES, ScriptReading, Sensible, is_misread, sensible
from indexer.text import tokens

_TALL = 1.5
"""Minimum height of a table rule, in heights of the words of the page; a letter I read as | is lower."""

_SPECK = 60
"""Confidence below which separate punctuation is dropped."""


def without_marks(words: Sequence[SeenWord]) -> Iterator[SeenWord]:
    """Yield the words of a page without rules and specks; their breaks are moved to the next word."""
    tall = _TALL * median([_height(word) for word in words if word.letters] or [0])
    pending = Break.SPACE
    for word in words:
        pending = max(pending, word.before)
        if any(map(str.isalnum, word.text)) or not _is_mark(word, tall):
            yield replace(word, before=pending)
            pending = Break.SPACE


def _is_mark(word: SeenWord, tall: float) -> bool:
    return (
        word.confidence < _SPECK
        or set(word.text) <= set("_~")
        or (set(word.text) <= set("|[]") and _height(word) > tall)
    )


def _height(word: SeenWord) -> int:
    return word.rectangle[3] - word.rectangle[1]


def _recognized_letters(words: Sequence[SeenWord]) -> float:
    """Return the number of letters of a result, weighted by confidence."""
    return sum(word.letters * word.confidence for word in words) / 100


METHOD = "7"
"""The version of these steps, part of the cache key; raise it with every change of results."""


class TesseractOcr:
    """An :class:`indexer.ocr.engine.OcrEngine`. Create one per process, and use it in one thread."""

    is_on = True

    def __init__(self, languages: str, tessdata: Path) -> None:
        """Take the settings; models are loaded with the first page, or by :func:`recognizers`."""
        self._languages = languages
        self._tessdata = tessdata

    @property
    def agent(self) -> Mapping[str, str]:
        """The version of Tesseract, its models, and the version of our method."""
        version = tesseract_version().split()[1]
        return {"ocr": f"Tesseract {version}", "ocr_languages": self._languages, "ocr_method": METHOD}

    def read(self, image: Image.Image, dpi: int) -> OcrResult:
        """See :meth:`indexer.ocr.engine.OcrEngine.read`."""
        try:
            clean, filtered = without_grain(image)
            stance = find_stance(clean, dpi, self._recognizers)
            read = sensible(self._readings(stance, dpi, filtered))
        except RuntimeError as error:
            raise OcrFailed(Message("Tesseract failed: %(error)s.", error=error)) from error
        finally:
            for recognizer in self._recognizers.values():
                recognizer.clear()
        return _result(read, stance, filtered)

    def _readings(self, stance: Stance, dpi: int, is_grainy: bool) -> Iterator[ScriptReading]:
        """Yield the result in the script of the page and then in the others, each on request."""
        thresholds: tuple[Threshold, ...] = (Threshold.OTSU,)
        if has_uneven_ground(stance.sheet.image):
            thresholds = (Threshold.SAUVOLA, Threshold.OTSU) if is_grainy else (Threshold.SAUVOLA,)
        yield self._reading(stance.script, stance, dpi, thresholds)
        for script in self._recognizers:
            if script != stance.script:
                yield self._reading(script, stance, dpi, thresholds)

    def _reading(self, script: str | None, stance: Stance, dpi: int, thresholds: Sequence[Threshold]) -> ScriptReading:
        """Return the words of the page in a script, by the threshold that gives the most.

        A local threshold keeps text on shaded background, but on a noisy page it may lose or split lines that a global
        one keeps; only the results show which is better.
        """
        recognizer = self._recognizers[script] if script else self._every_model
        read = []
        for threshold in thresholds:
            recognizer.show(stance.sheet.image, dpi, threshold)
            read.append((list(without_marks(recognizer.page())), threshold))
        words, threshold = max(read, key=lambda one: _recognized_letters(one[0]))
        if is_misread(words, script):
            return ScriptReading(script, words)  # The caller rereads the page in the other script.
        for other_script, other in self._recognizers.items():
            if script and other_script != script:
                other.show(stance.sheet.image, dpi, threshold)
                words = second_look(words, script, other)
        return ScriptReading(script, words)

    @property
    def _recognizers(self) -> Mapping[str, TesseractRecognizer]:
        return recognizers(self._languages, self._tessdata)

    @cached_property
    def _every_model(self) -> TesseractRecognizer:
        """All models with Tesseract's orientation detection, for pages of which no line could be read."""
        return TesseractRecognizer(self._languages, self._tessdata, find_orientation=True)


class TesseractRecognizer:
    """A set of Tesseract models; an :class:`indexer.ocr.scripts.Recognizer`.

    With ``find_orientation`` pages need not be upright; with too few letters they are assumed to be.
    """

    def __init__(self, models: str, tessdata: Path, *, find_orientation: bool = False) -> None:
        self._layouts = (PSM.AUTO_OSD, PSM.AUTO) if find_orientation else (PSM.AUTO,)
        self._api = PyTessBaseAPI(path=str(tessdata), lang=models, psm=self._layouts[0], oem=OEM.LSTM_ONLY)
        self._image: Image.Image | None = None

    def show(self, image: Image.Image, dpi: int, threshold: Threshold) -> None:
        """See :meth:`indexer.ocr.scripts.Recognizer.show`."""
        self._api.SetVariable("thresholding_method", threshold)
        if image is self._image:
            return  # Already there: lines of it were read.
        # Raw pixels, because SetImage would first encode them in the format of their file.
        width, height = self._size = image.size
        self._api.SetImageBytes(image.tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(dpi)
        self._image = image

    def page(self) -> list[SeenWord]:
        """See :meth:`indexer.ocr.scripts.Recognizer.page`.

        :raises OcrFailed: Tesseract's layout analysis fails.
        """
        self._api.SetRectangle(0, 0, *self._size)
        for layout in self._layouts:
            self._api.SetPageSegMode(layout)
            if self._api.Recognize():
                return list(self._words())
        raise OcrFailed(Message("Tesseract could not analyse the layout of the page."))

    def line(self, rectangle: Rectangle) -> list[SeenWord]:
        """See :meth:`indexer.ocr.scripts.Recognizer.line`."""
        width, height = self._size
        x0, y0 = max(0, rectangle[0]), max(0, rectangle[1])
        x1, y1 = min(width, rectangle[2]), min(height, rectangle[3])
        self._api.SetPageSegMode(PSM.SINGLE_LINE)
        self._api.SetRectangle(x0, y0, x1 - x0, y1 - y0)
        return list(self._words()) if self._api.Recognize() else []

    def clear(self) -> None:
        """Release the image and its results."""
        self._api.Clear()
        self._image = None

    def _words(self) -> Iterator[SeenWord]:
        found = self._api.GetIterator()
        if found is None:
            return
        pending = Break.SPACE
        for item in iterate_level(found, RIL.WORD):
            pending = max(pending, _break_before(item))
            rectangle = item.BoundingBox(RIL.WORD)
            texts = [] if item.Empty(RIL.WORD) or rectangle is None else tokens(item.GetUTF8Text(RIL.WORD))
            # Tesseract returns a picture as a word of white space; its break is moved to the next word.
            confidence = min(100, max(0, round(item.Confidence(RIL.WORD))))
            for text in texts:
                yield SeenWord(text, rectangle, confidence, pending)
                pending = Break.SPACE


@cache
def recognizers(languages: str, tessdata: Path) -> Mapping[str, TesseractRecognizer]:
    """Return the models of each script, from a cache; loading them takes half a second."""
    return {script: TesseractRecognizer(models, tessdata) for script, models in models_by_script(languages).items()}


def _break_before(item: Any) -> Break:
    if item.IsAtBeginningOf(RIL.PARA) or item.IsAtBeginningOf(RIL.BLOCK):
        return Break.BLOCK
    return Break.LINE if item.IsAtBeginningOf(RIL.TEXTLINE) else Break.SPACE


def _result(read: Sensible, stance: Stance, filtered: bool) -> OcrResult:
    seen = read.words
    words = Words.of(Word(word.text, stance.sheet.box(word.rectangle), word.confidence, word.before) for word in seen)
    # The confidence of the wrong model may be high; the share of known words limits it.
    confidence = min(sum(word.confidence for word in seen) / len(seen), 100 * read.sense) if seen else None
    return OcrResult(words, confidence, script_of(words.text()), _reason(read, stance, filtered), read.warning)


def _reason(read: Sensible, stance: Stance, filtered: bool) -> str:
    """Return how the page was read, as a sentence."""
    done = []
    if stance.sheet.turn:
        done.append(Message("turned by %(degrees)s degrees clockwise", degrees=(0, 270, 180, 90)[stance.sheet.turn]))
    if stance.sheet.skew:
        done.append(Message("straightened by %(degrees)s degrees", degrees=f"{abs(stance.sheet.skew):.1f}"))
    if filtered:
        done.append(Message("its grain filtered out"))
    values = {"our_done": ", ".join(done)}
    if read.instead_of and read.script:
        template = "Read by OCR as %(our_script)s; %(our_done)s." if done else "Read by OCR as %(our_script)s."
        values["our_script"] = NAMES[read.script]
    elif stance.script:
        template = (
            "Read by OCR as %(our_script)s (script confidence %(confidence)s); %(our_done)s."
            if done
            else "Read by OCR as %(our_script)s (script confidence %(confidence)s)."
        )
        values |= {"our_script": NAMES[stance.script], "confidence": f"{stance.confidence:.0f}"}
    else:
        template = (
            "Read by OCR in all languages together, since no line showed its script; %(our_done)s."
            if done
            else "Read by OCR in all languages together, since no line showed its script."
        )
    sentence = Message(template, **values)
    return sentences(sentence, read.instead_of) if read.instead_of else sentence
