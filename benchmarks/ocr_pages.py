"""Page images with known text for the OCR benchmarks: degraded born-digital pages, and transcribed scans.

Random numbers are seeded with the file and page, so the same corpus and versions give the same images.
"""

from __future__ import annotations

import io
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pymupdf
from PIL import Image, ImageFilter
from rapidfuzz.distance import Levenshtein

from archive.text.folding import script_of
from indexer.formats.image import POINTS_PER_INCH, ImageSource

DPI = 200
LONGEST_A4 = 11.69

Quality = Literal["clean", "ordinary", "bad"]

_FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
_CYRILLIC = re.compile("[Ѐ-ӿ]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_MIXED_WORD = re.compile(r"(?=\w*[A-Za-z\u00c0-\u024f])(?=\w*[Ѐ-ӿ])\w+")


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page with known text. ``group`` is Cyrl, Latn or mixed."""

    path: Path
    number: int
    group: str
    texts: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.path.name[:40]}:{self.number}"


def born_digital(corpus: Path, per_group: int) -> list[KnownPage]:
    """Return pages with a reliable text layer in reading order, sampled evenly from the files."""
    pools: dict[str, dict[Path, list[KnownPage]]] = defaultdict(lambda: defaultdict(list))
    texts = set()
    for path in sorted(corpus.rglob("*.pdf")):
        with pymupdf.open(path) as document:
            for page in document if not document.needs_pass else ():
                known = _known(path, page)
                if known and known.texts not in texts:
                    texts.add(known.texts)
                    pools[known.group][path].append(known)
    chosen = []
    for group in sorted(pools):
        files = list(pools[group].values())
        for pages in files:
            random.Random(pages[0].name).shuffle(pages)
        rounds = [pages[turn] for turn in range(max(map(len, files))) for pages in files if turn < len(pages)]
        chosen += rounds[:per_group]
    return chosen


def _known(path: Path, page: Any) -> KnownPage | None:
    text = page.get_text("text", flags=_FLAGS)
    squeezed = " ".join(text.split())
    if not 1200 < len(squeezed) < 3200 or re.search("\ufffd|____|\\.{4}", squeezed) or page.rotation:
        return None
    if len(page.get_cdrawings()) > 25 or _pictures(page) > 0.02 or not _in_order(page):
        return None
    cyrillic, latin = len(_CYRILLIC.findall(text)), len(_LATIN.findall(text))
    share = cyrillic / max(1, cyrillic + latin)
    if 0.003 > share > 0 or _MIXED_WORD.search(text):
        return None
    group = "Latn" if share == 0 else "Cyrl" if share > 0.98 else "mixed"
    return KnownPage(path, page.number + 1, group, (text,))


def _pictures(page: Any) -> float:
    area = sum(pymupdf.Rect(picture["bbox"]).get_area() for picture in page.get_image_info())
    return float(area / page.rect.get_area())


def _in_order(page: Any) -> bool:
    """Return whether the lines of the text layer run down the page in one column."""
    lines = [
        line
        for block in page.get_text("dict", flags=_FLAGS)["blocks"]
        for line in block["lines"]
        if any(span["text"].strip() for span in line["spans"])
    ]
    level = all(abs(line["dir"][0] - 1) < 0.01 for line in lines)
    tops = [line["bbox"][1] for line in lines]
    return level and all(below >= above - 1 for above, below in pairwise(tops))


def transcribed(corpus: Path, transcripts: Sequence[dict[str, Any]]) -> list[KnownPage]:
    """Return real scans with transcripts.

    Entries have path, page, text, and ``text_lines`` if lines may be read in another order.
    """
    return [
        KnownPage(
            corpus / entry["path"],
            entry["page"],
            "mixed" if entry.get("script") == "mixed" else str(script_of(entry["text"])),
            tuple(entry[key] for key in ("text", "text_lines") if key in entry),
        )
        for entry in transcripts
    ]


def draw(page: KnownPage) -> Image.Image:
    """Return the page in greyscale at :data:`DPI`, rendered as the program renders it."""
    if page.path.suffix.lower() != ".pdf":
        source = ImageSource(page.path, page.path.name)
        image = source.draw(page.number, 100_000, 40_000_000)
        source.close()
        scale = LONGEST_A4 * DPI / max(image.size)
        return image.convert("L").resize((round(image.width * scale), round(image.height * scale)))
    with pymupdf.open(page.path) as document:
        pixels = document[page.number - 1].get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY, alpha=False)
        return Image.frombytes("L", (pixels.width, pixels.height), pixels.samples)


def worsen(image: Image.Image, quality: Quality, seed: str) -> Image.Image:
    """Return a page image degraded as by a scanner.

    Ordinary: skew up to 0.7 degrees, blur 0.55 pixels, noise with standard deviation 6, JPEG quality 75. Bad: skew 1.2
    to 2 degrees, three quarters of the contrast, uneven light, 400 specks, blur 0.95, noise 16, JPEG 40.
    """
    if quality == "clean":
        return image
    rng, noise = random.Random(seed + quality), np.random.default_rng(sum(seed.encode()))
    bad = quality == "bad"
    angle = rng.choice((-1, 1)) * (rng.uniform(1.2, 2) if bad else rng.uniform(0, 0.7))
    image = image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    image = image.filter(ImageFilter.GaussianBlur(0.95 if bad else 0.55))
    pixels = np.asarray(image, np.float64)
    if bad:
        height, width = pixels.shape
        pixels = 255 - (255 - pixels) * 0.75 - np.linspace(0, 25, width)
        for x, y in noise.integers(0, (width - 3, height - 3), (400, 2)):
            pixels[y : y + noise.integers(1, 3), x : x + noise.integers(1, 3)] = noise.integers(60, 160)
    pixels = pixels + noise.normal(0, 16 if bad else 6, pixels.shape)
    buffer = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=40 if bad else 75)
    return Image.open(buffer).convert("L")


def comparable(text: str) -> str:
    """Return text normalised for comparison: NFC, single spaces, one form of each quotation mark and dash."""
    text = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("…", "...")
    text = re.sub("[„“”«»]|''|,,", '"', text)
    return " ".join(re.sub("[–—−]", "-", re.sub("[‘’]", "'", text)).split())


@dataclass(frozen=True, slots=True)
class Errors:
    """Errors of a reading: edits, of so many characters; words in the wrong script, of so many words."""

    edits: int
    characters: int
    wrong_script: int
    words: int

    @property
    def rate(self) -> float:
        """Character error rate in percent."""
        return 100 * self.edits / max(1, self.characters)

    @property
    def wrong_script_rate(self) -> float:
        """Words in the wrong script per 1,000 words."""
        return 1000 * self.wrong_script / max(1, self.words)

    def __add__(self, other: Errors) -> Errors:
        return Errors(
            self.edits + other.edits,
            self.characters + other.characters,
            self.wrong_script + other.wrong_script,
            self.words + other.words,
        )


def errors(truths: Sequence[str], read: str) -> Errors:
    """Return the errors of a reading against the known text.

    Of several orders of lines, the nearest one is taken.
    """
    read = comparable(read)
    edits, truth = min((Levenshtein.distance(comparable(text), read), comparable(text)) for text in truths)
    words, seen = truth.split(), read.split()
    wrong = sum(_other_script(words[i], seen[j]) for i, j in _substitutions(words, seen))
    return Errors(edits, len(truth), wrong, len(words))


def _substitutions(words: Sequence[str], seen: Sequence[str]) -> Iterator[tuple[int, int]]:
    for edit in Levenshtein.editops(words, seen):
        if edit.tag == "replace":
            yield edit.src_pos, edit.dest_pos


def _other_script(word: str, seen: str) -> bool:
    scripts = {script_of(word), script_of(seen)}
    return scripts == {"Cyrl", "Latn"}


def points(image: Image.Image) -> tuple[float, float]:
    """Return the size of a rendered page in points."""
    return image.width * POINTS_PER_INCH / DPI, image.height * POINTS_PER_INCH / DPI
