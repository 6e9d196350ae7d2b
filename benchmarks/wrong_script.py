"""Flawless pages that are read whole in the wrong script: how many, and how many of them say so.

Usage: ``python -m benchmarks.wrong_script [--seed 1] [--show FOLDER]``

Pages of our specimens' words are set in both scripts and several fonts and sizes: running text, capitals, headings of
few words, tables, words that are made of shapes which both scripts have, and controls in English, Hungarian and
Albanian. Each is drawn at 200 dots per inch and read by OCR. A page is in the wrong script if most of the words that
have letters are. The pages that are, and those with a warning, are named; ``--show`` keeps their pictures.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ["OMP_THREAD_LIMIT"] = "1"  # libgomp looks at it once, when Tesseract is loaded

import pymupdf
from PIL import Image

from archive.text.folding import script_of, to_cyrillic, to_latin
from indexer.ocr.engine import find_tessdata
from indexer.ocr.tesseract import TesseractOcr

LANGUAGES = "srp+srp_latn+eng"
DPI = 200
A5 = pymupdf.Rect(0, 0, 420, 595)
FRAME = pymupdf.Rect(40, 40, 380, 555)

SHAPES = (
    *("ТАМО", "КОМЕТА", "НЕМА", "ТЕМА", "ОКО", "РАТА", "ОРАХ", "МАРТ", "КАСА", "АРОМА", "РОМАН", "КОРА", "САМО"),
    *("ОТАЦ", "ЕХО", "МОРЕ", "КАТАР", "ТАЈНА", "ХОР", "АКО"),
)
"""Serbian words of letters that look alike in both scripts, in capitals."""

ENGLISH = (
    "The contractor shall deliver the cameras within thirty days of signature. Payment is due after acceptance, and no "
    "part of the price is paid before the buyer has seen every camera at work in its place. Either party may terminate "
    "this agreement in writing where the other has failed to mend a breach within fourteen days of notice."
)
HUNGARIAN = (
    "A megrendelő és a szállító megállapodnak abban, hogy a szállító tizenegy kamerát szállít a városnak. A vételár "
    "tartalmazza a beszerelés költségeit is, és a megrendelő az átvétel után harminc napon belül fizet."
)
ALBANIAN = (
    "Komuna njofton se kontrata për furnizimin me kamera është nënshkruar me operatorin ekonomik. Çmimi i kontratës "
    "përfshin instalimin dhe mirëmbajtjen, ndërsa pagesa bëhet brenda tridhjetë ditëve pas pranimit."
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A page to set: what it is, its script (None: it tells none), and its HTML."""

    name: str
    script: str | None
    html: str


def samples(chance: random.Random) -> Iterator[Sample]:
    """All pages."""
    words = _own_words()
    for script, write in (("Latn", to_latin), ("Cyrl", to_cyrillic)):
        for number in range(4):
            at = chance.randrange(len(words) - 120)
            running = write(" ".join(words[at : at + 110]))
            few = write(" ".join(words[at + 20 : at + 26]))
            yield Sample(f"{script} text {number}", script, f"<p>{running}</p>")
            yield Sample(f"{script} capitals {number}", script, f"<p>{running.upper()[:400]}</p>")
            yield Sample(f"{script} few words {number}", script, f"<h2>{few}</h2>")
            yield Sample(f"{script} few capitals {number}", script, f"<h2>{few.upper()}</h2>")
            yield Sample(f"{script} table {number}", script, _table(few.split(), chance))
        for number in range(15):
            shapes = write(" ".join(chance.sample(SHAPES, 10)))
            yield Sample(f"{script} shapes {number}", script, f"<h2>{shapes}</h2>")
            if number < 4:
                yield Sample(f"{script} heading of shapes {number}", script, f"<h1>{shapes}</h1><p>{running}</p>")
    for name, text in (("English", ENGLISH), ("Hungarian", HUNGARIAN), ("Albanian", ALBANIAN)):
        yield Sample(f"{name} text", "Latn", f"<p>{text}</p>")
        yield Sample(f"{name} capitals", "Latn", f"<p>{text.upper()}</p>")
    yield Sample("numbers", None, _table([], chance))


def _own_words() -> list[str]:
    """The words of the specimens with a text layer that are in Serbian, in Latin."""
    found: list[str] = []
    for path in sorted(Path("documents/specimens").glob("*.pdf")):
        with pymupdf.open(path) as document:
            found += " ".join(page.get_text() for page in document).split()
    return [to_latin(word) for word in found if word.isalpha() and len(word) > 1]


def _table(labels: Sequence[str], chance: random.Random) -> str:
    rows = [
        f"<p>{labels[at] if at < len(labels) else at + 1}   {chance.randrange(10**6):,}.00   {chance.randrange(99)}</p>"
        for at in range(12)
    ]
    return "".join(rows)


def drawn(sample: Sample, font: str, size: float) -> Image.Image:
    """A page as a flawless scan."""
    document = pymupdf.open()
    page = document.new_page(width=A5.width, height=A5.height)
    page.insert_htmlbox(FRAME, sample.html, css=f"body {{font-family: {font}; font-size: {size}pt}}")
    pixels = page.get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
    return Image.frombytes("L", (pixels.width, pixels.height), pixels.samples)


def wrong_share(texts: Sequence[str], script: str) -> float:
    """The share of words that are in another script than the page."""
    told = [script_of(text) for text in texts]
    known = [one for one in told if one]
    return sum(one != script for one in known) / len(known) if known else 0.0


def main() -> None:
    """Read every page, and print what became of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=Path)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    ocr = TesseractOcr(LANGUAGES, find_tessdata(LANGUAGES))
    fonts = (("Times", 11.0), ("Helvetica", 9.0), ("Courier", 10.0))
    counts: Counter[tuple[str, str]] = Counter()
    began = time.process_time()
    for number, sample in enumerate(samples(chance)):
        font, size = fonts[number % len(fonts)]
        image = drawn(sample, font, size)
        read = ocr.read(image, DPI)
        kind = sample.name.rstrip("0123456789 ")
        counts[kind, "pages"] += 1
        wrong = sample.script is not None and wrong_share(read.words.texts, sample.script) > 0.5
        note = getattr(read, "note", None)
        if wrong or note:
            counts[kind, "wrong"] += wrong
            counts[kind, "warned"] += bool(note)
            confidence = read.confidence or 0
            print(f"{sample.name} ({font} {size}): confidence {confidence:.0f}, {read.reason} {note or ''}")
            print("   ", read.words.text()[:160].replace("\n", " / "), flush=True)
            if options.show:
                options.show.mkdir(parents=True, exist_ok=True)
                image.save(options.show / f"{sample.name}.png")
    for kind in sorted({kind for kind, _ in counts}):
        print(f"{kind}: {counts[kind, 'pages']} pages, {counts[kind, 'wrong']} wrong, {counts[kind, 'warned']} warned")
    totals = [
        sum(count for (_, what), count in counts.items() if what == name) for name in ("pages", "wrong", "warned")
    ]
    seconds = time.process_time() - began
    print(f"all: {totals[0]} pages, {totals[1]} wrong, {totals[2]} warned; CPU s a page {seconds / totals[0]:.2f}")


if __name__ == "__main__":
    main()
