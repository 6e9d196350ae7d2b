"""How the files of a packet are called, for writing it and for reading it back."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

VERSION = 1
"""Of the form of ``packet.json``."""

BAG_DECLARATION = "bagit.txt"
BAG_INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
PAYLOAD = "data"

TABLE = "data/packet.json"
CLIP = "data/clips.pdf"
EVENTS = "data/events.jsonl"
PAGE = "data/index.html"
GUIDE = "data/how-to-check.txt"

ENDINGS = {
    "text": "txt",
    "markdown": "md",
    "bibtex": "bib",
    "ris": "ris",
    "csl-json": "csl.json",
    "annotation": "annotation.json",
}
"""How the file of a citation ends, by the name of its form."""

MOST_NAME = 80
"""Characters of a document's file name that are kept in a packet."""

_UNFIT = re.compile(r"[^\w.-]+")


def original_file(number: int, filename: str) -> str:
    """Where the original of the packet's document ``number`` lies: under its name, as far as all systems bear it."""
    name = PurePosixPath(_UNFIT.sub("_", unicodedata.normalize("NFC", filename)))
    return f"data/originals/{number:02}-{name.stem[: MOST_NAME - len(name.suffix[:10])]}{name.suffix[:10]}"


def text_file(number: int, reading: int, page: int) -> str:
    """Where the text of a page is, as a reading of document ``number`` has it."""
    return f"data/text/{number:02}-reading-{reading}-page-{page:04}.txt"


def image_file(stamp: str) -> str:
    """Where the image of the page with this Bates number is."""
    return f"data/pages/{stamp}.png"


def citation_file(number: int, form: str) -> str:
    """Where citation ``number`` is in one of its forms."""
    return f"data/citations/{number:03}.{ENDINGS[form]}"
