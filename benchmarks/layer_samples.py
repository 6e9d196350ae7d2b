"""Pages written anew with every kind of lie that a text layer can tell, and controls that are true."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import pymupdf
from PIL import Image

from archive.text.folding import lower_to_latin, to_latin, without_marks
from indexer.layers.plausibility import UNMAPPED
from indexer.layers.repair import CodePage
from indexer.ocr.tesseract import TesseractOcr

A4 = pymupdf.paper_rect("a4")
FRAME = pymupdf.Rect(40, 40, A4.width - 40, A4.height - 40)

Lines = Sequence[Sequence[str]]
"""The words of a page, line by line."""


def written(lines: Lines, rewrite: Callable[[str], str] = str) -> Any:
    """A new page with these lines, each word rewritten, and the document kept alive by it."""
    page = pymupdf.open().new_page(width=A4.width, height=A4.height)
    page.insert_htmlbox(FRAME, as_html([list(map(rewrite, line)) for line in lines]))
    return reopened(page.parent)


def as_html(lines: Lines) -> str:
    return "<p style='font-size:10px'>" + "<br>".join(escape(" ".join(line)) for line in lines) + "</p>"


def reopened(document: Any) -> Any:
    return pymupdf.open(stream=document.tobytes(), filetype="pdf")[0]


def scanned(lines: Lines) -> Any:
    """The page as an image."""
    picture = written(lines).get_pixmap(dpi=150, colorspace=pymupdf.csGRAY)
    page = pymupdf.open().new_page(width=A4.width, height=A4.height)
    page.insert_image(A4, pixmap=picture)
    return page


def with_footer(lines: Lines) -> Any:
    """A scan under a digital signature line."""
    page = scanned(lines)
    page.insert_text((40, 820), "Digitally signed by Petar Petrovic, 15.03.2023. 10:24:11 +01'00'", fontsize=8)
    return reopened(page.parent)


def with_long_footer(lines: Lines) -> Any:
    """A scan under seven lines of digital text, more than any rule on the number of characters would catch."""
    page = scanned(lines)
    clause = "This document was signed with a qualified electronic certificate of the public body named above."
    page.insert_text((40, 760), [clause] * 7, fontsize=8)
    return reopened(page.parent)


def outlined(lines: Lines) -> Any:
    """The page with its letters drawn as paths."""
    drawing = pymupdf.open(stream=written(lines).get_svg_image(text_as_path=True).encode(), filetype="svg")
    return pymupdf.open(stream=drawing.convert_to_pdf(), filetype="pdf")[0]


def hidden(lines: Lines, words: Lines) -> Any:
    """A scan with an invisible layer of these words."""
    page = scanned(lines)
    page.insert_htmlbox(FRAME, as_html(words), opacity=0)
    return reopened(page.parent)


def read_in_english(lines: Lines, english: TesseractOcr) -> Any:
    """A scan with the hidden layer of an OCR program that was set to the wrong language."""
    pixmap = scanned(lines).get_pixmap(dpi=200, colorspace=pymupdf.csGRAY)
    image = Image.frombytes("L", (pixmap.width, pixmap.height), pixmap.samples)
    text = english.read(image, 200).words.text()
    return hidden(lines, [line.split() for line in text.split("\n") if line])


def noisy(word: str) -> str:
    """A word as poor OCR reads it: every tenth letter is a mark or a digit."""
    noise = random.Random(word)
    return "".join(noise.choice("$§|6{!1¢;^") if noise.random() < 0.1 else letter for letter in word)


def inverse(table: CodePage) -> dict[int, str]:
    """From what is meant to what is read, without control characters, which no font can write."""
    return {ord(means): reads for reads, means in table.letters.items() if reads.isprintable()}


LIES: dict[str, Callable[[Lines], Any]] = {
    "č ć đ without meaning": lambda lines: written(
        lines, lambda word: word.translate(dict.fromkeys(map(ord, "čćđČĆĐ"), UNMAPPED))
    ),
    "č ć đ dropped": lambda lines: written(lines, lambda word: word.translate(dict.fromkeys(map(ord, "čćđČĆĐ"), ""))),
    "hidden layer, poor OCR": lambda lines: hidden(lines, [list(map(noisy, line)) for line in lines]),
    "scan with a signature line": with_footer,
    "scan with a long footer": with_long_footer,
    "letters as outlines": outlined,
    "scan": lambda lines: reopened(scanned(lines).parent),
}

CONTROLS: dict[str, Callable[[Lines], Any]] = {
    "written anew": written,
    "in Latin": lambda lines: written(lines, to_latin),
    "in Latin without diacritics": lambda lines: written(
        lines, lambda word: without_marks(lower_to_latin(word.lower()).replace("đ", "dj"))
    ),
    "scan with a good hidden layer": lambda lines: hidden(lines, lines),
}
