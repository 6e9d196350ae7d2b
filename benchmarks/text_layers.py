"""Pages whose text layer lies: how many are found, how many honest ones are suspected, and what the decision costs.

Usage: ``python -m benchmarks.text_layers CORPUS LABELS [--pages N]``

LABELS is a JSON file whose ``lies`` name the lying pages below CORPUS (``path``, ``page``); every other page with a
text layer is honest. Most kinds of lie do not occur in the corpus, so N honest Serbian pages are written anew with
each of them, as real PDF files, beside controls that must be believed. Files that do not open are named and skipped.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import methodcaller
from pathlib import Path
from typing import Any

import pymupdf

from archive.text.folding import script_of, to_latin
from benchmarks.layer_samples import CONTROLS, LIES, Lines, inverse, read_in_english, written
from indexer.formats.pdf_layer import TextLayer
from indexer.layers.decision import decide
from indexer.layers.repair import code_pages
from indexer.ocr.engine import find_tessdata
from indexer.ocr.tesseract import TesseractOcr
from indexer.text import detect


@dataclass(slots=True)
class Tally:
    """What became of the pages of one kind."""

    kept: int = 0
    repaired: int = 0
    doubted: int = 0
    words: int = 0
    right_words: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def pages(self) -> int:
        return self.kept + self.repaired + self.doubted

    def add(self, layer: TextLayer, meant: Sequence[str] | None = None) -> bool:
        """Decide on a page, and say whether its layer was believed as it is."""
        doubted = decide(layer).ocr
        self.doubted += doubted
        self.repaired += not doubted and layer.mended is not None
        believed = not doubted and layer.mended is None
        self.kept += believed
        if layer.mended is not None and meant is not None:
            self.words += len(meant)
            self.right_words += (Counter(layer.words) & Counter(meant)).total()
        return believed


def pages_with_layer(corpus: Path) -> Iterator[tuple[str, int, Any]]:
    """Every page of every PDF that has a text layer, with its path below the corpus and its number."""
    for path in sorted(file for file in corpus.rglob("*") if file.suffix.lower() == ".pdf"):
        try:
            with pymupdf.open(path, filetype="pdf") as document:
                for page in [] if document.needs_pass else document:
                    if page.get_text().strip():
                        yield str(path.relative_to(corpus)), page.number + 1, page
        except pymupdf.FileDataError as error:
            print(f"skipped {path.name}: {error}")


def score_corpus(corpus: Path, lies: set[tuple[str, int]]) -> tuple[Tally, Tally, list[Lines]]:
    """Decide on every page of the corpus. Returns the lying pages, the honest ones, and the words of honest Serbian
    pages to write anew."""
    lying, honest, samples = Tally(), Tally(), list[Lines]()
    for path, number, page in pages_with_layer(corpus):
        layer = TextLayer(page)
        tally = lying if (path, number) in lies else honest
        believed = tally.add(layer)
        if believed == (tally is lying):
            tally.examples.append(f"{path} p. {number}: {decide(layer).reason}")
        if believed and tally is honest and is_serbian(layer):
            samples.append([line.split() for line in layer.reading.text().split("\n") if line])
    return lying, honest, samples


def is_serbian(layer: TextLayer) -> bool:
    """Whether a page is certainly Serbian, and long enough to be a sample."""
    return len(layer.words) > 80 and layer.layer.share > 0.8 and str(detect(layer.reading.text())).startswith("sr")


def score_samples(samples: Sequence[Lines]) -> tuple[dict[str, Tally], dict[str, Tally]]:
    """Write the samples with every kind of lie, and as controls. Returns the tallies of both."""
    lies: dict[str, Tally] = {}
    controls: dict[str, Tally] = {}
    english = TesseractOcr("eng", find_tessdata("eng"))
    latin = [[list(map(to_latin, line)) for line in lines] for lines in samples]
    for table in code_pages():
        is_cyrillic = script_of("".join(table.letters.values())) == "Cyrl"
        tally = lies.setdefault(table.name, Tally())
        for lines in samples if is_cyrillic else latin:
            if not is_cyrillic or script_of(str(lines)) == "Cyrl":
                page = written(lines, methodcaller("translate", inverse(table)))
                tally.add(TextLayer(page), [word for line in lines for word in line])
    for name, make in LIES.items():
        for lines in latin:
            lies.setdefault(name, Tally()).add(TextLayer(make(lines)))
    for lines in samples:
        lies.setdefault("hidden layer, OCR in English", Tally()).add(TextLayer(read_in_english(lines, english)))
    for name, make in CONTROLS.items():
        for lines in samples:
            controls.setdefault(name, Tally()).add(TextLayer(make(lines)))
    return lies, controls


def measure_cost(corpus: Path) -> dict[str, float]:
    """CPU milliseconds a page, over all pages with a layer: bare extraction, our words, and the decision."""
    spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def timed(name: str) -> Iterator[None]:
        start = time.process_time()
        yield
        spent[name] += time.process_time() - start

    pages = 0
    for _, _, page in pages_with_layer(corpus):
        pages += 1
        with timed("MuPDF: words, bare"):
            page.get_text("words")
        with timed("layer: words, bare"):
            layer = TextLayer(page)
        with timed("layer: put into columns with boxes, judged, mended"):
            _ = layer.reading, layer.layer
        with timed("layer: decided"):
            decide(layer)
    return {name: 1000 * seconds / pages for name, seconds in spent.items()}


def show(title: str, tallies: dict[str, Tally]) -> None:
    """A table of Markdown."""
    print(f"\n| {title} | pages | believed | repaired | to OCR | words right after repair |\n|---|---|---|---|---|---|")
    for name, tally in tallies.items():
        right = f"{tally.right_words / tally.words:.1%}" if tally.words else ""
        print(f"| {name} | {tally.pages} | {tally.kept} | {tally.repaired} | {tally.doubted} | {right} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--pages", type=int, default=30, help="samples of each kind of lie (default: 30)")
    arguments = parser.parse_args()
    labels = json.loads(arguments.labels.read_text("utf-8"))
    lying, honest, samples = score_corpus(arguments.corpus, {(lie["path"], lie["page"]) for lie in labels["lies"]})
    show("corpus", {"lying": lying, "honest": honest})
    for example in lying.examples + honest.examples:
        print(f"wrong: {example}")
    chosen = random.Random(0).sample(samples, min(arguments.pages, len(samples)))
    lies, controls = score_samples(chosen)
    show("lies, written anew", lies)
    show("controls", controls)
    print("\n| CPU ms a page | |\n|---|---|")
    for name, milliseconds in measure_cost(arguments.corpus).items():
        print(f"| {name} | {milliseconds:.2f} |")


if __name__ == "__main__":
    main()
