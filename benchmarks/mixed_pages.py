"""Measure OCR of generated pages with both scripts of Serbian, where the script of each letter is known.

Usage: ``python -m benchmarks.mixed_pages [--half test] [--pages 45]``

A page has paragraphs of the specimens in one script, and between them typical text in the other: vendors with their
legal form, mailboxes and URLs, products, a letterhead, a whole paragraph. Names are made of random syllables;
development and test share neither names nor paragraphs (``half``). Everything is determined by a page's number.
"""

from __future__ import annotations

import argparse
import os
import random
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Literal

os.environ["OMP_THREAD_LIMIT"] = "1"  # libgomp looks at it once, when Tesseract is loaded

import pymupdf
from PIL import Image
from rapidfuzz.distance import Levenshtein

from archive.text.folding import script_of, to_cyrillic, to_latin
from benchmarks.ocr_pages import DPI, Quality, comparable, worsen
from documents.source import BlockKind, read_sources
from indexer.ocr.engine import find_tessdata
from indexer.ocr.tesseract import TesseractOcr

Half = Literal["development", "test"]
FOLDER = Path(__file__).parents[1] / "documents" / "sources"
LAYOUTS = (
    "award",
    "products",
    "bids",
    "letterhead",
    "paragraph",
    "english",
    "latin letterhead",
    "plain",
    "plain latin",
)
"""Layouts of pages. The last two are in one script, of which OCR must not change a letter."""

QUALITIES: Sequence[Quality] = ("clean", "ordinary", "ordinary", "bad")
FONTS = ("Times", "Helvetica", "Times", "Courier")

STYLE = "p {margin: 0 0 5pt 0} td {padding: 2pt 5pt; border: 0.6pt solid black}"

SOURCES: dict[Half, tuple[str, ...]] = {"development": ("becej", "kladovo-2019"), "test": ("ivanjica", "kladovo-202")}
FIRST: dict[Half, str] = {
    "development": "Tech Energo Micro Data Optic Green Secur Cable Vector North Signal Power Wire Quad Metro Blue",
    "test": "Cyber Hydro Smart Nova Pixel Solar Guard Yacht Logic Inter Steel Fox Grand Quick Alpha White",
}
SECOND: dict[Half, str] = {
    "development": "line gate com works max soft point wave lux tron",
    "test": "tech vision lab nex systems fix grid net mark ware",
}
THIRD: dict[Half, str] = {
    "development": "Group;Solutions;and Partners;Balkan;Trade;Veks;International;Engineering",
    "test": "Company;Security;& Sons;Adria;Export;Konsalt;Electronics;Gas and Power",
}
ENGLISH: dict[Half, tuple[str, ...]] = {
    "development": (
        "The supplier warrants that all equipment is new and free of defects for twenty four months after delivery.",
        "Payment shall be made within thirty days of receipt of a valid invoice and the acceptance certificate.",
    ),
    "test": (
        "The parties shall keep confidential any information that was disclosed to them under this agreement.",
        "This offer remains open for sixty days from the date on which the bids were opened by the committee.",
    ),
}


@dataclass(frozen=True, slots=True)
class MixedPage:
    """A page image with known text."""

    name: str
    image: Image.Image
    text: str


def mixed_pages(half: Half, count: int) -> Iterator[MixedPage]:
    """Yield ``count`` pages, cycling through layouts and qualities."""
    for number in range(count):
        rng = random.Random(f"{half} {number}")
        layout = LAYOUTS[number % len(LAYOUTS)]
        quality = QUALITIES[(number // len(LAYOUTS) + number) % len(QUALITIES)]
        html = "".join(f"<p>{line}</p>" for line in _Paper(half, rng).lines(layout))
        name = f"{half} {number} {layout} {quality}"
        yield _drawn(name, html, rng.choice(FONTS), rng.choice((9.5, 10.5, 11.5)), quality)


def _drawn(name: str, html: str, font: str, size: float, quality: Quality) -> MixedPage:
    document = pymupdf.open()
    page = document.new_page(width=595, height=842)
    css = f"body {{font-family: {font}; font-size: {size}pt}} {STYLE}"
    page.insert_htmlbox(pymupdf.Rect(60, 50, 535, 790), html, css=css)
    pixels = page.get_pixmap(dpi=DPI, colorspace=pymupdf.csGRAY)
    image = Image.frombytes("L", (pixels.width, pixels.height), pixels.samples)
    return MixedPage(name, worsen(image, quality, name), unicodedata.normalize("NFKC", page.get_text()))


@cache
def _paragraphs(half: Half) -> tuple[str, ...]:
    """Return paragraphs of the specimens in Latin script, without those that have no Cyrillic form."""
    found = []
    for source in read_sources(FOLDER):
        if source.language != "en" and source.file.startswith(SOURCES[half]):
            blocks = [block for page in source.pages for block in page if block.kind is BlockKind.PARAGRAPH]
            found += [to_latin(block.text) for block in blocks if 80 < len(block.text) < 420]
    return tuple(text for text in found if not set("@qwxyQWXY").intersection(text) and ".example" not in text)


class _Paper:
    """The text of one page."""

    def __init__(self, half: Half, rng: random.Random) -> None:
        self._half, self._rng = half, rng

    def lines(self, layout: str) -> list[str]:
        """Return the lines of the page as HTML."""
        cyrillic = layout not in {"letterhead", "plain latin"}
        main, other = (to_cyrillic, to_latin) if cyrillic else (to_latin, to_cyrillic)
        body = [escape(main(text)) for text in self._rng.sample(_paragraphs(self._half), 7)]
        inserts: dict[str, Callable[[], list[str]]] = {
            "award": self._award, "products": self._products, "bids": self._bids, "english": self._english,
            "letterhead": self._letterhead, "latin letterhead": lambda: list(map(to_latin, self._letterhead())),
            "paragraph": lambda: [escape(other(text)) for text in self._rng.sample(_paragraphs(self._half), 2)],
        }  # fmt: skip
        if layout not in inserts:
            return body
        made = inserts[layout]()
        at = 0 if "letterhead" in layout else self._rng.choice((2, 3, 3, 4))
        return [*body[:at], *made, *body[at:]]

    def _firm(self) -> str:
        """Return a firm with a Latin name."""
        first, second = (self._rng.choice(words[self._half].split()) for words in (FIRST, SECOND))
        name = f"{first}{second}"
        if self._rng.random() < 0.6:
            name += " " + self._rng.choice(THIRD[self._half].split(";"))
        return name.upper() if self._rng.random() < 0.3 else name

    def _form(self) -> str:
        return self._rng.choice(("д.о.о.", "d.o.o.", "доо", "DOO"))

    def _site(self, firm: str) -> str:
        return firm.split(maxsplit=1)[0].lower() + self._rng.choice((".rs", ".com", ".co.rs"))

    def _award(self) -> list[str]:
        firm, form = self._firm(), self._form()
        number = self._rng.randint(100000000, 119999999)
        quoted = self._rng.choice(("„{}“ {}", "“{}” {}", "{} {}")).format(firm, form)
        return [
            escape(line)
            for line in (
                f"Уговор се додељује понуђачу {quoted}, Београд, ПИБ: {number}, за цену од {number % 9000}.000,00 дин.",
                f"e-mail: office@{self._site(firm)}, web: www.{self._site(firm)}",
                f"Понуђач {firm} {form} је доставио банкарску гаранцију и меницу.",
            )
        ]

    def _products(self) -> list[str]:
        return [
            escape(f"{at}. {what} {self._firm()} {chr(65 + at)}X-{self._rng.randint(100, 999)}, комада {at * 4}")
            for at, what in enumerate(("Камера", "Снимач", "Софтвер", "Прекидач", "Монитор", "Напајање"), start=1)
        ]

    def _bids(self) -> list[str]:
        rows = ["<tr><td>Р.бр.</td><td>Понуђач</td><td>Цена без ПДВ</td></tr>"]
        for at in range(1, self._rng.randint(4, 6)):
            firm = escape(f"{self._firm()} {self._form()}")
            rows.append(f"<tr><td>{at}.</td><td>{firm}</td><td>{self._rng.randint(100, 999)}.000,00</td></tr>")
        return [f"<table>{''.join(rows)}</table>"]

    def _english(self) -> list[str]:
        return [escape(text) for text in ENGLISH[self._half]]

    def _letterhead(self) -> list[str]:
        town = self._rng.choice(("БЕЧЕЈ", "ИВАЊИЦА", "КЛАДОВО"))
        return [f"РЕПУБЛИКА СРБИЈА<br>ОПШТИНА {town}<br>Општинска управа<br>Одељење за финансије и јавне набавке"]


@dataclass
class ScriptErrors:
    """Edits and characters of text printed in one script; digits and signs are counted under ``None``."""

    edits: int = 0
    characters: int = 0

    @property
    def rate(self) -> float:
        """Character error rate in percent."""
        return 100 * self.edits / max(1, self.characters)


def errors_by_script(truth: str, read: str, totals: dict[str | None, ScriptErrors]) -> None:
    """Add the errors of a reading, each to the script of the printed word that has it."""
    truth, read = comparable(truth), comparable(read)
    scripts: list[str | None] = []
    for word in truth.split(" "):
        scripts += [script_of(word)] * (len(word) + 1)
    for script in scripts:
        totals.setdefault(script, ScriptErrors()).characters += 1
    for edit in Levenshtein.editops(truth, read):
        totals[scripts[min(edit.src_pos, len(scripts) - 1)]].edits += 1


def _told(errors: dict[str | None, ScriptErrors]) -> str:
    return "  ".join(
        f"{script or 'signs'} {of.rate:5.2f} % ({of.edits} of {of.characters})"
        for script, of in sorted(errors.items(), key=lambda item: str(item[0]))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=tuple(SOURCES), default="test")
    parser.add_argument("--pages", type=int, default=45)
    args = parser.parse_args()
    engine = TesseractOcr("srp+srp_latn+eng", find_tessdata("srp+srp_latn+eng"))
    layouts: dict[str, dict[str | None, ScriptErrors]] = {}
    every: dict[str | None, ScriptErrors] = {}
    seconds = 0.0
    for number, page in enumerate(mixed_pages(args.half, args.pages)):
        started = time.process_time()
        read = engine.read(page.image, DPI).words.text()
        seconds += time.process_time() - started
        for totals in (every, layouts.setdefault(LAYOUTS[number % len(LAYOUTS)], {})):
            errors_by_script(page.text, read, totals)
    for layout, errors in layouts.items():
        print(f"{layout:18} {_told(errors)}")
    print(f"{'all':18} {_told(every)}; {seconds / args.pages:.2f} CPU seconds a page")


if __name__ == "__main__":
    main()
