"""How well near-identical documents are told from others: on real pairs judged by hand, and on made ones.

Usage::

    python -m benchmarks.near_duplicates HOME --write-scans FOLDER
    dosije --home SCANS add FOLDER
    python -m benchmarks.near_duplicates HOME --scans SCANS

HOME is an archive into which the corpus was added. The first call draws its short PDFs with a text layer as images: at
200 dpi, and at 150 dpi askew, blurred and grainy. In the second, a document's text layer, its scan and its worn scan
are three readings of one text, which must be near-identical to each other.

Made pairs: the same text in Cyrillic; with 2 and 5 % of its words misread; re-dated (one number changed wherever it
stands); and filled in anew (three numbers and two names). The last two are *not* the same document; they are counted
apart for documents that OCR read, where a number that differs may be misread.

Real pairs: every pair of the corpus that shares 40 % of its wording was looked at. Near-identical are the PDFs and
texts of one CUAD contract, and those of :data:`JUDGED`; all other pairs are not.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from archive.model import Document, TextSource
from archive.model.words import Word, Words
from archive.search.minhash import Sketch, kept_numbers, shared_wording, sketch
from archive.search.near_duplicates import MISREAD_NUMBERS, SAME_WORDING
from archive.store.catalog import Catalog
from archive.store.originals.files import Originals
from benchmarks.duplicate_samples import CHANGES, CLEAN_DPI, WORN_DPI, draw, has_digit

CATALOG_FILE = "catalog.sqlite"
MIN_WORDS = 100
MAX_WORDS = 100_000
MAX_SCAN_PAGES = 3

JUDGED = (
    # One page drawn four ways, its second copy, and its text.
    ("phototest.tif", "phototest_2.tif", "phototest-rotated-L.png", "phototest-rotated-R.png",
     "phototest-rotated-180.png", "phototest.gold.txt"),
    ("eurotext.tif", "eurotext.txt"),
    ("8087_054.3B.tif", "8087_054.3B.txt"),
    ("corrosion.pdf", "corrosion.reoriented.pdf"),
    # A form of the city of Novi Sad and its revision, which lacks five words.
    ("005_zziozpizmvuuukjzs.pdf", "005-novo_zziozpizmvuuukjzs.pdf"),
)  # fmt: skip
"""Files that are near-identical, by name. Looked at and judged otherwise: the first and the repeated call, and the
first and the repeated tender documentation, for one school's excursions (other dates, numbers and lots); three calls of
that school on one form; the municipal award notices of ``kosovo`` on one form; a decision and the gazette it is in."""

Shares = tuple[float, float, bool]
"""The share of the wording in both, the share of the numbers that stayed, and whether OCR read any of the two."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A document of the corpus: its words, and their sketch."""

    document: Document
    language: str | None
    texts: list[str]
    sketch: Sketch


def samples(catalog: Catalog) -> list[Sample]:
    """The documents that have words and are no dumps."""
    found = []
    for document in catalog.documents.newest_first():
        if document.word_count <= MAX_WORDS:
            pages = list(catalog.readings.all_words(document.id))
            made = sketch(pages)
            if made:
                texts = [text for page in pages for text in page.texts]
                found.append(Sample(document, catalog.readings.get(document.id).language, texts, made))
    return found


def shares(one: Sketch, other: Sketch) -> Shares:
    """How alike two texts are."""
    return shared_wording(one, [other])[0], kept_numbers(one, other), one.by_ocr or other.by_ocr


def is_near_identical(found: Shares, wording: float = SAME_WORDING, misread: float = MISREAD_NUMBERS) -> bool:
    """Whether a pair passes these thresholds: the product's, or others that are being tried."""
    return found[0] >= wording and found[1] >= 1 - (misread if found[2] else 0)


class Tally:
    """Pairs by kind, with how alike they are, and whether they are one document."""

    def __init__(self) -> None:
        self.kinds: dict[str, tuple[bool, list[Shares]]] = {}

    def add(self, kind: str, is_same: bool, found: Shares) -> None:
        self.kinds.setdefault(kind, (is_same, []))[1].append(found)

    def report(self) -> None:
        """Print a line for each kind, then what the thresholds do; the product's are the defaults above."""
        print(f"{'pairs':42}{'':10}{'count':>6}{'linked':>8}{'near-id.':>9}{'wording':>9}{'numbers':>9}")
        for kind, (is_same, found) in self.kinds.items():
            linked = sum(one[0] >= SAME_WORDING for one in found)
            near = sum(map(is_near_identical, found))
            medians = "".join(f"{float(np.median([one[at] for one in found])):9.2f}" for at in (0, 1))
            print(f"{kind:42}{'same' if is_same else 'not same':10}{len(found):6}{linked:8}{near:9}{medians}")
        print(f"\n{'wording':>8}{'misread':>9}{'precision':>11}{'recall':>8}   (all pairs together)")
        for wording in (0.6, 0.65, 0.7, 0.75, 0.8):
            for misread in (0.0, 0.02, 0.04, 0.06, 0.1, 0.2):
                print(f"{wording:8.2f}{misread:9.2f}{self._quality(wording, misread)}")

    def _quality(self, wording: float, misread: float) -> str:
        right = wrong = missed = 0
        for is_same, found in self.kinds.values():
            near = sum(is_near_identical(one, wording, misread) for one in found)
            right, wrong = (right + near, wrong) if is_same else (right, wrong + near)
            missed += len(found) - near if is_same else 0
        return f"{right / (right + wrong or 1):11.3f}{right / (right + missed or 1):8.3f}"


def add_made_pairs(tally: Tally, corpus: Sequence[Sample]) -> None:
    """Each document of 100 words with five different numbers or more, with each of its made variants."""
    for kind, (is_same, change) in CHANGES.items():
        chance = random.Random(kind)
        for one in corpus:
            is_fit = len(one.texts) >= MIN_WORDS and len(set(filter(has_digit, one.texts))) >= 5
            if is_fit and (kind != "in Cyrillic" or one.language == "sr-Latn"):
                made = sketch([Words.of(map(Word, change(one.texts, chance)))])
                assert made is not None
                by_ocr = one.sketch.by_ocr or "misread" in kind
                name = kind if is_same else f"{kind}, {'OCR' if by_ocr else 'text'}"
                tally.add(name, is_same, shares(one.sketch, replace(made, by_ocr=by_ocr)))


def add_real_pairs(tally: Tally, corpus: Sequence[Sample]) -> None:
    """All pairs of the corpus, those apart that share 40 % of their wording and are not the same."""
    for at, one in enumerate(corpus):
        rest = corpus[at + 1 :]
        for other, wording in zip(rest, shared_wording(one.sketch, [other.sketch for other in rest]), strict=True):
            is_same = are_same(one.document.filename, other.document.filename)
            kind = "the same" if is_same else "alike, not the same" if wording >= 0.4 else "all other pairs"
            tally.add(f"corpus: {kind}", is_same, shares(one.sketch, other.sketch))


def are_same(name: str, other: str) -> bool:
    """Whether two files of the corpus are near-identical, by what was judged."""
    if any(name in group and other in group for group in JUDGED):
        return True
    endings = {Path(name).suffix.lower(), Path(other).suffix.lower()}
    return Path(name).stem == Path(other).stem and endings == {".pdf", ".txt"}


def add_scans(tally: Tally, corpus: Sequence[Sample], scans: Catalog) -> None:
    """Text layer, scan and worn scan of each document, two by two."""
    drawn: dict[str, dict[str, Sketch]] = defaultdict(dict)
    for sample in corpus:
        drawn[sample.document.id]["text layer"] = sample.sketch
    for scan in samples(scans):
        original, _, quality = Path(scan.document.filename).stem.partition(" ")
        drawn[original][quality] = scan.sketch
    for readings in drawn.values():
        for (name, one), (other_name, other) in combinations(sorted(readings.items()), 2):
            tally.add(f"{name}, {other_name}", True, shares(one, other))


def write_scans(catalog: Catalog, originals: Originals, folder: Path) -> int:
    """Draw the short PDFs with a text layer as images, each twice; returns how many documents."""
    folder.mkdir(exist_ok=True)
    count = 0
    for document in catalog.documents.newest_first():
        pages = catalog.readings.get(document.id).pages
        is_drawn = document.media_type == "application/pdf" and len(pages) <= MAX_SCAN_PAGES
        if is_drawn and document.word_count >= MIN_WORDS and all(page.source is TextSource.TEXT for page in pages):
            for quality, dpi in (("scan", CLEAN_DPI), ("worn scan", WORN_DPI)):
                draw(originals.path(document.id), folder / f"{document.id} {quality}.pdf", dpi)
            count += 1
    return count


def main(arguments: Sequence[str] | None = None) -> None:
    """Write scans, or measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--write-scans", type=Path)
    parser.add_argument("--scans", type=Path)
    options = parser.parse_args(arguments)
    catalog = Catalog.open(options.home / CATALOG_FILE)
    if options.write_scans:
        count = write_scans(catalog, Originals(options.home / "originals"), options.write_scans)
        print(f"{count} documents drawn")
        return
    corpus = samples(catalog)
    tally = Tally()
    add_made_pairs(tally, corpus)
    if options.scans:
        add_scans(tally, corpus, Catalog.open(options.scans / CATALOG_FILE))
    add_real_pairs(tally, corpus)
    tally.report()


if __name__ == "__main__":
    main()
