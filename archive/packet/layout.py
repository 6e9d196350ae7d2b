"""The layout of a packet: file names, the BagIt 1.0 folder (RFC 8493), and parsing of its table."""

from __future__ import annotations

import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from archive.model import SHA256, Span
from archive.system.files import sha256_of

VERSION = 1
"""Version of the format of ``packet.json``."""

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
"""File extensions of citations, by format."""

MOST_NAME = 80
"""Most characters of a document's file name in a packet."""

_UNSAFE_CHARACTERS = re.compile(r"[^\w.-]+")


def original_file(number: int, filename: str) -> str:
    """Return the file of the original of document ``number``: under its own name, as far as that is portable."""
    name = PurePosixPath(_UNSAFE_CHARACTERS.sub("_", unicodedata.normalize("NFC", filename)))
    return f"data/originals/{number:02}-{name.stem[: MOST_NAME - len(name.suffix[:10])]}{name.suffix[:10]}"


def text_file(number: int, reading: int, page: int) -> str:
    """Return the file with the text of a page in a reading of document ``number``."""
    return f"data/text/{number:02}-reading-{reading}-page-{page:04}.txt"


def image_file(stamp: str) -> str:
    """Return the file with the image of the page with this Bates number."""
    return f"data/pages/{stamp}.png"


def citation_file(number: int, form: str) -> str:
    """Return the file of citation ``number`` in a format."""
    return f"data/citations/{number:03}.{ENDINGS[form]}"


def note_file(number: int) -> str:
    """Return the file of note ``number``."""
    return f"data/notes/{number:03}.json"


def close_bag(folder: Path, told: Iterable[tuple[str, str]], made_on: date) -> str:
    """Complete a folder with a payload in ``data`` to a bag; returns the SHA-256 of its tag manifest.

    ``told`` are the fields of ``bag-info.txt``. The hash covers every byte of the bag, through the manifests.
    """
    payload = sorted(path for path in (folder / PAYLOAD).rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in payload)
    info = [*told, ("Bagging-Date", made_on.isoformat()), ("Payload-Oxum", f"{size}.{len(payload)}")]
    _write(folder / BAG_DECLARATION, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    _write(folder / BAG_INFO, "".join(f"{name}: {' '.join(value.split())}\n" for name, value in info))
    _write(folder / MANIFEST, _manifest(folder, payload))
    tags = [folder / name for name in (BAG_INFO, BAG_DECLARATION, MANIFEST)]
    _write(folder / TAG_MANIFEST, _manifest(folder, tags))
    return sha256_of(folder / TAG_MANIFEST)


def zip_bag(folder: Path, target: Path) -> None:
    """Write a zip with a bag as its only folder, without recompressing images and PDFs."""
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, path.relative_to(folder.parent))


def _manifest(folder: Path, files: Iterable[Path]) -> str:
    # Names contain no line ends or per cent signs, which RFC 8493 requires to be escaped.
    return "".join(f"{sha256_of(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True, slots=True)
class PackedDocument:
    """A document of a packet. ``original`` is None if its bytes were omitted."""

    id: str
    original: str | None


@dataclass(frozen=True, slots=True)
class PackedCitation:
    """A citation of a packet: ``texts`` are the files of its pages, ``files`` its formats."""

    number: int
    span: Span
    masked: bool
    texts: tuple[str, ...]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PacketTable:
    """The table of contents, from ``packet.json``. ``events`` is the number of events."""

    documents: tuple[PackedDocument, ...]
    citations: tuple[PackedCitation, ...]
    events: int


def read_table(text: str) -> PacketTable:
    """Parse the table.

    :raises ValueError: it is invalid; the message says where.
    """
    try:
        told = json.loads(text)
        if told["version"] != VERSION:
            raise ValueError(f"it is of version {told['version']}, and this program knows version {VERSION}")
        documents = tuple(map(_document, told["documents"]))
        citations = tuple(map(_citation, told["citations"]))
        events = int(told["events"]["count"])
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"something is missing or of the wrong kind ({error})") from error
    known = {document.id for document in documents}
    for citation in citations:
        if citation.span.document not in known:
            raise ValueError(f"citation {citation.number} cites no document of the packet")
    return PacketTable(documents, citations, events)


def _document(told: Mapping[str, Any]) -> PackedDocument:
    if not SHA256.fullmatch(told["id"]):
        raise ValueError("the id of a document is not a SHA-256")
    return PackedDocument(told["id"], None if told["original"] is None else str(told["original"]))


def _citation(told: Mapping[str, Any]) -> PackedCitation:
    first, last = told["words"]
    span = Span(str(told["document"]), int(told["reading"]), int(first), int(last))
    files = {str(form): str(file) for form, file in told["files"].items()}
    return PackedCitation(int(told["number"]), span, bool(told["masked"]), tuple(map(str, told["texts"])), files)
