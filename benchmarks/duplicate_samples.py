"""Made pairs for ``near_duplicates``: one text in other guises, other documents on one form, and worn scans."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pymupdf
from PIL import Image, ImageFilter

from archive.text.folding import to_cyrillic

Texts: TypeAlias = Sequence[str]
Change: TypeAlias = Callable[[Texts, random.Random], list[str]]

CLEAN_DPI = 200
WORN_DPI = 150


def has_digit(text: str) -> bool:
    """Whether a word has a number in it."""
    return any(map(str.isdecimal, text))


def in_cyrillic(texts: Texts, _chance: random.Random) -> list[str]:
    """The same text in the other script."""
    return [to_cyrillic(text.lower()) for text in texts]


def misread(share: float) -> Change:
    """The same text with one letter wrong in this share of its words."""

    def change(texts: Texts, chance: random.Random) -> list[str]:
        changed = list(texts)
        for at, text in enumerate(texts):
            if chance.random() < share:
                letter = chance.randrange(len(text))
                changed[at] = text[:letter] + chance.choice("abcdeilmnorstu1") + text[letter + 1 :]
        return changed

    return change


def filled_in(numbers: int, names: int) -> Change:
    """Another document on the same form: so many words with numbers and so many names are others, wherever they are."""

    def change(texts: Texts, chance: random.Random) -> list[str]:
        with_digits = sorted({text for text in texts if has_digit(text)})
        capital = sorted({text for text in texts if len(text) > 3 and text[0].isupper() and text.isalpha()})
        others = {text: "".join(map(_other_digit, text)) for text in chance.sample(with_digits, numbers)}
        others |= {text: f"{text[::-1]}ić" for text in chance.sample(capital, min(names, len(capital)))}
        return [others.get(text, text) for text in texts]

    return change


def _other_digit(letter: str) -> str:
    return str((int(letter) + 3) % 10) if letter.isdecimal() else letter


CHANGES: dict[str, tuple[bool, Change]] = {
    "in Cyrillic": (True, in_cyrillic),
    "2 % of words misread": (True, misread(0.02)),
    "5 % of words misread": (True, misread(0.05)),
    "re-dated: 1 number": (False, filled_in(1, 0)),
    "filled in anew: 3 numbers, 2 names": (False, filled_in(3, 2)),
}
"""Each change by its name, and whether the text is the same after it."""


def draw(source: Path, target: Path, dpi: int) -> None:
    """Draw a PDF's pages as grey images; at :data:`WORN_DPI` askew, blurred and grainy, as a bad scanner does."""
    noise = np.random.default_rng(1)
    drawn = pymupdf.open()
    for page in pymupdf.open(source, filetype="pdf"):
        pixels = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
        image = Image.frombytes("L", (pixels.width, pixels.height), pixels.samples)
        if dpi == WORN_DPI:
            askew = image.rotate(0.7, fillcolor=250, resample=Image.Resampling.BICUBIC)
            grey = np.asarray(askew.filter(ImageFilter.GaussianBlur(0.7)), dtype=float)
            image = Image.fromarray((grey + noise.normal(0, 12, grey.shape)).clip(0, 255).astype("uint8"))
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=45 if dpi == WORN_DPI else 85)
        made = drawn.new_page(width=page.rect.width, height=page.rect.height)
        made.insert_image(made.rect, stream=stream.getvalue())
    drawn.save(target)
