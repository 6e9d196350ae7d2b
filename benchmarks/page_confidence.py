"""What the mean confidence of a page says of its words: born-digital pages drawn, worsened step by step and read.

Usage: ``python -m benchmarks.page_confidence CORPUS [--pages 2]``

``--pages`` is pages of each script. A word counts as right if the text layer has it too, as often as it was read.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import median

os.environ["OMP_THREAD_LIMIT"] = "1"  # libgomp looks at it once, when Tesseract is loaded

import numpy as np
from PIL import Image

from archive.text.forms import word_form
from benchmarks.ocr_pages import DPI, KnownPage, born_digital, comparable, draw, worsen
from indexer.ocr.engine import find_tessdata
from indexer.ocr.tesseract import TesseractOcr

LANGUAGES = "srp+srp_latn+eng"
STEPS = ((200, 0), (110, 25), (100, 22), (90, 20), (80, 18))
"""Resolution in dots per inch and deviation of the noise put on a page that was worsened to "bad" before."""

BOUNDS = (0, 70, 80, 90, 95, 101)


def main() -> None:
    """Read the pages and print the shares of right words by mean confidence."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pages", type=int, default=2)
    arguments = parser.parse_args()
    engine = TesseractOcr(LANGUAGES, find_tessdata(LANGUAGES))
    shares: list[tuple[float, float]] = []
    for page in born_digital(arguments.corpus, arguments.pages):
        truth = forms(page.texts[0])
        for dpi, noise in STEPS:
            read = engine.read(roughened(page, dpi, noise), DPI)
            got = forms(" ".join(read.words.texts))
            if read.confidence is not None:
                shares.append((read.confidence, (got & truth).total() / got.total()))
    for low, high in pairwise(BOUNDS):
        of_level = [share for confidence, share in shares if low <= confidence < high]
        if of_level:
            spread = f"{min(of_level):.1%} to {max(of_level):.1%}, median {median(of_level):.1%}"
            print(f"mean confidence {low} to {high}: {len(of_level)} readings, words right {spread}")


def forms(text: str) -> Counter[str]:
    """The words of a text, as they are compared."""
    return Counter(map(word_form, comparable(text).split()))


def roughened(page: KnownPage, dpi: int, noise: int) -> Image.Image:
    """The page as a bad scan at fewer dots per inch, enlarged again."""
    image = worsen(draw(page), "bad", page.name)
    small = image.resize((image.width * dpi // DPI, image.height * dpi // DPI), Image.Resampling.BILINEAR)
    pixels = np.asarray(small, np.float64)
    pixels = pixels + np.random.default_rng(1).normal(0, noise, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).resize(image.size, Image.Resampling.BICUBIC)


if __name__ == "__main__":
    main()
