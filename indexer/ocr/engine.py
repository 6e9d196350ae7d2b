"""The seam to OCR: what a page reader needs of an engine, its results on disk, and where its language data are.

A kept result is found by the SHA-256 of the image's pixels, its size and resolution, and everything that the engine
says of itself. It takes 5 KB a page. The folder may be emptied at any time: pages are then read again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from archive.errors import CatalogError, Message, UsageError
from archive.model.words import Words
from archive.store.sql.wordpack import pack, unpack
from archive.system.files import replacing

if TYPE_CHECKING:
    from PIL import Image


class OcrFailed(Exception):
    """The engine could not work on this image. The page is recorded as unread; its document goes on.

    ``message`` says why, in a sentence.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class OcrResult:
    """The words an engine saw, their boxes as fractions of the image as it was given; their mean confidence (0..100; at
    most the percentage of known words where they make no sense); the ISO 15924 code of the script of most letters; a
    sentence that says how the image was read, and one that warns of the result, if it has to be doubted as a whole."""

    words: Words
    confidence: float | None
    script: str | None
    reason: str
    note: str | None = None


class OcrEngine(Protocol):
    """Reads words from page images."""

    @property
    def is_on(self) -> bool:
        """Whether the engine reads at all. Pages are not even drawn for an engine that does not."""

    @property
    def agent(self) -> Mapping[str, str]:
        """What a reading says of the engine that made it: its version and the settings that mattered."""

    def read(self, image: Image.Image, dpi: int) -> OcrResult:
        """Return the words of a grey image (mode ``L``) whose resolution is ``dpi``, in reading order.

        :raises OcrFailed: the engine could not work on this image.
        """


class NullOcr:
    """The engine of ``--ocr never``: it reads nothing."""

    is_on = False
    agent: Mapping[str, str] = MappingProxyType({})

    def read(self, image: Image.Image, dpi: int) -> OcrResult:
        """Raise ``AssertionError``, since nobody may ask an engine that is off.

        :raises OcrFailed: always.
        """
        raise OcrFailed(Message("OCR is switched off."))


class CachedOcr:
    """An :class:`indexer.ocr.engine.OcrEngine` that asks another one only for what it does not know yet.

    A result is a line of JSON (confidence, script, reason, note) and the packed words. Several processes may share a
    folder: a result appears whole or not at all.
    """

    is_on = True

    def __init__(self, engine: OcrEngine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    @property
    def agent(self) -> Mapping[str, str]:
        """What the engine says of itself: a result does not depend on where it was kept."""
        return self._engine.agent

    def read(self, image: Image.Image, dpi: int) -> OcrResult:
        """See :meth:`indexer.ocr.engine.OcrEngine.read`."""
        path = self._path(image, dpi)
        kept = _load(path)
        if kept is None:
            kept = self._engine.read(image, dpi)
            _keep(path, kept)
        return kept

    def _path(self, image: Image.Image, dpi: int) -> Path:
        settings = json.dumps([image.mode, image.size, dpi, sorted(self._engine.agent.items())])
        digest = hashlib.sha256(settings.encode())
        digest.update(image.tobytes())
        name = digest.hexdigest()
        return self._folder / name[:2] / name


def _load(path: Path) -> OcrResult | None:
    """Return a kept result; None if there is none, or a damaged one, which the next will replace."""
    try:
        head, words = path.read_bytes().split(b"\n", 1)
        said = json.loads(head)
        return OcrResult(unpack(words), said["confidence"], said["script"], said["reason"], said["note"])
    except (OSError, ValueError, KeyError, TypeError, CatalogError):
        return None


def _keep(path: Path, result: OcrResult) -> None:
    """Write a result. That it cannot be kept (the disk is full) must not stop anybody from reading the page."""
    said = {name: getattr(result, name) for name in ("confidence", "script", "reason", "note")}
    head = json.dumps(said)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path, mode=0o600) as file:
            file.write(head.encode() + b"\n" + pack(result.words))


ORIENTATION = "osd"
"""The model that tells which way up a page is; needed beside the language models."""

_USUAL_PLACES = ("/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata", "/usr/share/tesseract")


def find_tessdata(languages: str, folder: str = "") -> Path:
    """Return the folder that holds the models of ``languages`` (joined by +) and of orientation. Only ``folder`` if one
    is given.

    :raises UsageError: there is none; the message names what is missing and the packages that bring it.
    """
    needed = [*languages.split("+"), ORIENTATION]
    fewest = needed
    for place in [Path(folder)] if folder else _places():
        missing = [name for name in needed if not (place / f"{name}.traineddata").is_file()]
        if not missing:
            return place
        fewest = min(fewest, missing, key=len)
    packages = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in fewest)
    raise UsageError(
        "OCR lacks language data for %(names)s in %(folder)s." if folder else "OCR lacks language data for %(names)s.",
        "Install it (Debian, Ubuntu: apt-get install %(packages)s), name its folder in the setting tessdata, or go "
        "without OCR: --ocr never.",
        names=", ".join(fewest),
        folder=folder,
        packages=packages,
    )


def _places() -> Iterator[Path]:
    prefix = os.environ.get("TESSDATA_PREFIX")
    if prefix:
        yield Path(prefix)
    for usual in map(Path, _USUAL_PLACES):
        yield usual
        yield from sorted(usual.glob("*/tessdata"), reverse=True)
