"""Measure OCR: this program compared with default Tesseract, on the same images, in one run.

Usage: ``python -m benchmarks.ocr_quality CORPUS [--transcripts FILE] [--pages 12] [--only SET ...] [--verbose]``

CORPUS is a folder of PDFs and images. Sets: ``ordinary`` and ``bad`` are born-digital pages rendered at 200 dpi and
degraded (their text layer is the ground truth); ``scans`` are the real scans of FILE, a JSON list of entries with path
(below CORPUS), page and text; ``english`` are images with a text file of the same name; ``turned`` rotates and skews
pages and checks that they are read upright and that word boxes are correct.

Raw is Tesseract through tesserocr with the same models together, automatic layout with orientation detection and the
resolution set. CER is edits per 100 characters after normalising quotes, dashes and white space.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

os.environ["OMP_THREAD_LIMIT"] = "1"  # libgomp looks at it once, when Tesseract is loaded

import pymupdf
from PIL import Image
from tesserocr import OEM, PSM, PyTessBaseAPI

from archive.model.words import Words
from benchmarks.ocr_pages import (
    DPI,
    Errors,
    KnownPage,
    Quality,
    born_digital,
    comparable,
    draw,
    errors,
    points,
    transcribed,
    worsen,
)
from indexer.ocr.engine import find_tessdata
from indexer.ocr.tesseract import TesseractOcr

LANGUAGES = "srp+srp_latn+eng"
SETS = ("ordinary", "bad", "scans", "english", "turned")

NONE = Errors(0, 0, 0, 0)

Case = tuple[KnownPage, Image.Image]


class Engines:
    """Both OCR engines."""

    def __init__(self) -> None:
        tessdata = find_tessdata(LANGUAGES)
        self.ours = TesseractOcr(LANGUAGES, tessdata)
        self._raw = PyTessBaseAPI(path=str(tessdata), lang=LANGUAGES, psm=PSM.AUTO_OSD, oem=OEM.LSTM_ONLY)

    def read(self, image: Image.Image) -> str:
        return self.ours.read(image, DPI).words.text()

    def read_raw(self, image: Image.Image) -> str:
        self._raw.SetImage(image)
        self._raw.SetSourceResolution(DPI)
        return str(self._raw.GetUTF8Text())


def timed(read: Callable[[Image.Image], str], image: Image.Image) -> tuple[str, float]:
    """Return the text of an image and the CPU seconds it takes."""
    started = time.process_time()
    return read(image), time.process_time() - started


def compare(title: str, cases: Iterable[Case], engines: Engines, per_page: bool) -> None:
    """Print the errors and costs of both for each group of pages, and with ``per_page`` for each page."""
    totals: dict[str, list[tuple[Errors, Errors, float, float]]] = defaultdict(list)
    for page, image in cases:
        raw_text, raw_seconds = timed(engines.read_raw, image)
        text, seconds = timed(engines.read, image)
        raw, ours = errors(page.texts, raw_text), errors(page.texts, text)
        totals[page.group].append((raw, ours, raw_seconds, seconds))
        if per_page:
            print(f"  {title:9} {page.name:46} {page.group:6} CER {raw.rate:6.2f} -> {ours.rate:5.2f} %", flush=True)
    for group, rows in sorted(totals.items()):
        raw = sum((row[0] for row in rows), NONE)
        ours = sum((row[1] for row in rows), NONE)
        print(
            f"{title:9} {group:6} {len(rows):3} pages: CER raw {raw.rate:5.2f}  ours {ours.rate:5.2f} %;  "
            f"wrong script per 1,000 words {raw.wrong_script_rate:5.2f} -> {ours.wrong_script_rate:5.2f} "
            f"({raw.wrong_script} -> {ours.wrong_script} of {raw.words});  CPU seconds a page "
            f"{sum(row[2] for row in rows) / len(rows):.2f} -> {sum(row[3] for row in rows) / len(rows):.2f}",
            flush=True,
        )


def english(corpus: Path) -> list[KnownPage]:
    """Return images with their text in a file of the same name (``.gold.txt``, ``.txt``)."""
    known = []
    for picture in sorted(path for path in corpus.rglob("*") if path.suffix in {".tif", ".png"}):
        for text in (picture.with_suffix(".gold.txt"), picture.with_suffix(".txt"), *picture.parent.glob("*.gold.txt")):
            if text.is_file() and text.name.partition(".")[0] == picture.name.partition(".")[0].partition("-")[0]:
                known.append(KnownPage(picture, 1, "Latn", (text.read_text(encoding="utf-8"),)))
                break
    return known


def turned(pages: Sequence[KnownPage], engines: Engines) -> None:
    """Rotate and skew each page; print how many are read as well as upright, and the accuracy of boxes."""
    upright = right = words = placed = count = 0
    for page in pages:
        image = draw(page)
        straight = errors(page.texts, engines.read(image)).rate
        for quarters in range(4):
            for skew in (-5, -2.5, 0, 2.5, 5):
                angle = 90 * quarters + skew
                crooked = image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
                result = engines.ours.read(crooked, DPI)
                count += 1
                upright += errors(page.texts, result.words.text()).rate <= straight + 0.5
                found, inside = boxes(page, image, crooked, angle, result.words)
                words, placed = words + found, placed + inside
                right += inside >= 0.98 * found
    print(f"turned: {upright} of {count} read as well as upright (CER within 0.5 points)")
    print(f"turned: {placed} of {words} words whose place is known have their middle there; {right} of {count} images")


def boxes(page: KnownPage, image: Image.Image, crooked: Image.Image, angle: float, words: Words) -> tuple[int, int]:
    """Return the number of read words that occur once on the page, and of those with a correct centre of the box."""
    with pymupdf.open(page.path) as document:
        layer: dict[str, list[pymupdf.Rect]] = defaultdict(list)
        for x0, y0, x1, y1, text, *_ in document[page.number - 1].get_text("words"):
            layer[comparable(text)].append(pymupdf.Rect(x0, y0, x1, y1))
    scale = image.width / points(image)[0]
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    found = inside = 0
    for index, text in enumerate(words.texts):
        places, box = layer[comparable(text)], words.box(index)
        if len(places) != 1 or box is None or len(text) < 4:
            continue
        x = (box.x0 + box.x1) / 2 * crooked.width - crooked.width / 2
        y = (box.y0 + box.y1) / 2 * crooked.height - crooked.height / 2
        across, down = cosine * x - sine * y + image.width / 2, sine * x + cosine * y + image.height / 2
        found += 1
        inside += places[0].contains(pymupdf.Point(across / scale, down / scale))
    return found, inside


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--transcripts", type=Path)
    parser.add_argument("--pages", type=int, default=12, help="born-digital pages of each script")
    parser.add_argument("--only", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--verbose", action="store_true", help="a line for each page")
    arguments = parser.parse_args()
    engines = Engines()
    digital = (
        born_digital(arguments.corpus, arguments.pages) if {"ordinary", "bad", "turned"} & {*arguments.only} else []
    )
    qualities: tuple[Quality, ...] = ("ordinary", "bad")
    for quality in qualities:
        if quality in arguments.only:
            cases = ((page, worsen(draw(page), quality, page.name)) for page in digital)
            compare(quality, cases, engines, arguments.verbose)
    if "scans" in arguments.only and arguments.transcripts:
        entries: list[dict[str, Any]] = json.loads(arguments.transcripts.read_text(encoding="utf-8"))
        scans = transcribed(arguments.corpus, entries)
        compare("scans", ((page, draw(page)) for page in scans), engines, per_page=True)
    if "english" in arguments.only:
        compare("english", ((page, draw(page)) for page in english(arguments.corpus)), engines, per_page=True)
    if "turned" in arguments.only:
        turned([page for group in ("Cyrl", "Latn") for page in [p for p in digital if p.group == group][:2]], engines)


if __name__ == "__main__":
    main()
